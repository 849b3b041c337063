"""Requests about findings of the review (AUD-4). No prose anywhere: prose would name people."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from chalicelib.handlers.models.base import Id, Request

Number = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z/.-]{0,40}$")]


class Resolution(Request):
    outcome: Literal["explained", "confirmed", "false-alarm"]
    reference: Number = Field(default="", description="Number of a document about it, no name and no reason")


class CardCheck(Request):
    patient_id: Id
