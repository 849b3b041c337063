"""Requests about appointments (APT-1)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from chalicelib.handlers.models.base import Id, Request, Typed

Start = Annotated[AwareDatetime, Field(ge=datetime(2020, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC))]
NoId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{0,64}$")]


class Booking(Request):
    schedule_id: Id
    start: Start = Field(description="Start of a free slot, with an offset")
    referral_id: NoId = Field("", description="The referral that it uses up, where the doctor is visited with one")
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000), Typed] = Field(
        "", description="Why you come: sealed, for the doctor of the schedule, while your consent stands"
    )


class BookingFor(Request):
    patient_id: Id
    start: Start
    referral_id: NoId = ""


class NewTime(Request):
    schedule_id: NoId = Field("", description="Another schedule of the specialty here; empty: the same one")
    start: Start


class ClinicCancellation(Request):
    why: Literal["asked-by-patient", "doctor-absent", "schedule-changed", "equipment", "other"] = Field(
        description="The patient sees it"
    )


class Fulfilment(Request):
    visit: NoId = Field("", description="Id of the record of the visit, when it is written")
