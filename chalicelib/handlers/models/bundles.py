"""Requests about patients whom partners deliver."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from chalicelib.handlers.models.base import Request


class DoubtDecision(Request):
    """What a registrar says of a card that may be somebody's who was there."""

    answer: Literal["same", "different"] = Field(description="With same, propose the merge of the two cards")
    reason: Literal["papers-compared", "namesake", "twin", "mistyped", "person-says", "other"]
