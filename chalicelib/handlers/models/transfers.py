"""Requests: exchange of cards between organisations under consent."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from chalicelib.domain.transfers import MOST_DAYS
from chalicelib.handlers.models.base import Id, Request, Typed
from chalicelib.handlers.models.partners import Jwks

Section = Annotated[str, StringConstraints(pattern=r"^[a-z-]{1,40}$")]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), Typed]


class TransferForm(Request):
    patient_id: Id
    from_organisation_id: Id | None = Field(None, description="Records that this organisation wrote; else all")
    client_id: Id | None = Field(None, description="System of the own organisation that fetches it; a system: itself")
    sections: Annotated[list[Section], Field(max_length=40)] = Field([], description="Empty: all")
    purpose: Line
    days: Annotated[int, Field(ge=1, le=MOST_DAYS, description="For so long it may be fetched")] = 30


class Acceptance(Request):
    parts: Annotated[int, Field(ge=1, le=10_000, description="Parts that arrived")]


class Sender(Request):
    issuer: Annotated[str, StringConstraints(pattern=r"^https?://[!-~]{1,200}$")] = Field(
        description="As its signatures say it (iss)"
    )
    name: Line
    jwks: Jwks
