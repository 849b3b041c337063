"""Requests: counts for analytics and epidemiology, small ones suppressed."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from chalicelib.domain.aggregates.tables import K
from chalicelib.handlers.models.base import Request


class Switch(Request):
    counting: bool
    k: Annotated[int, Field(ge=K, le=1000, description="Fewer persons are not published; never lowered")] = K
