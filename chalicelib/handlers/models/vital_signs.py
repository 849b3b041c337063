"""Requests about vital signs."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from chalicelib.handlers.models.base import Request
from chalicelib.records.bodies.base import Line
from chalicelib.records.bodies.observation import VitalSign


class Batch(Request):
    """Readings of one device. A reading is known by the device, its sign and its moment: sent twice, stored once."""

    device: Line
    readings: Annotated[list[VitalSign], Field(min_length=1, max_length=100)]
