"""Requests: the waiting list, offers of freed slots, and changes by the clinic (APT-2)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from chalicelib.handlers.models.appointments import NoId
from chalicelib.handlers.models.base import Request, Typed

Code = Annotated[str, StringConstraints(pattern=r"^[a-z-]{0,40}$")]


class WaitingEntry(Request):
    """For one schedule, or for any schedule of a specialty in an organisation."""

    schedule_id: NoId = ""
    organisation_id: NoId = ""
    specialty: Code = ""
    first: date | None = Field(None, description="First day on which you could come, in the clinic's zone; else today")
    last: date = Field(description="Last day on which you could come; the entry ends with it")
    weekdays: Annotated[list[Annotated[int, Field(ge=1, le=7)]], Field(max_length=7)] = Field(
        [], description="1 is Monday; empty: any day"
    )
    parts: Annotated[list[Literal["morning", "afternoon", "evening"]], Field(max_length=3)] = Field(
        [], description="Before 12:00, from 12:00, from 17:00; empty: any time"
    )

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        if bool(self.schedule_id) == bool(self.organisation_id and self.specialty):
            msg = "a schedule, or an organisation and a specialty"
            raise ValueError(msg)
        if self.schedule_id and (self.organisation_id or self.specialty):
            msg = "a schedule, or an organisation and a specialty"
            raise ValueError(msg)
        return self


class Acceptance(Request):
    referral_id: NoId = Field("", description="The referral that it uses up, where the doctor is visited with one")
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000), Typed] = Field(
        "", description="Why you come: sealed, for the doctor of the schedule, while your consent stands"
    )


class Priority(Request):
    first: bool = Field(description="Before all others; false: back in the order of arrival")
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=500), Typed] = Field(
        description="Sealed; whoever waits may read it"
    )
