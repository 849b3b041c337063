"""Requests about connected sources (ACT-3)."""

from __future__ import annotations

from pydantic import Field

from chalicelib.handlers.models.base import Request


class Switch(Request):
    paused: bool = Field(description="true: nothing more comes from this source")
