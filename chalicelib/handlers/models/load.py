"""Requests: the load of a clinic."""

from __future__ import annotations

from typing import Literal

from chalicelib.handlers.models.base import Request


class Decision(Request):
    decision: Literal["accepted", "dismissed"]
