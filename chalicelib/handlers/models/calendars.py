"""Requests: calendar feeds, and changes from outside scheduling systems."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from chalicelib.domain.calendars import MOST_SCHEDULES
from chalicelib.domain.outside_times import HIGHEST
from chalicelib.handlers.models.base import Id, Moment, Request, Typed

OutsideId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
Uid = Annotated[str, StringConstraints(min_length=1, max_length=255), Typed]


class CalendarForm(Request):
    detail: Literal["times", "places"] = Field(
        "times", description="places: doctor, clinic and room too; needs a fresh second factor"
    )
    language: Literal["ru", "en"] = "ru"
    schedules: Annotated[list[Id], Field(max_length=MOST_SCHEDULES)] = Field(
        [], description="Of staff: schedules of the organisation, of a doctor the own ones. Empty for one's own visits"
    )


class OutsideChange(Request):
    uid: Uid = Field(description="What the outside system calls this time, for ever")
    sequence: Annotated[int, Field(ge=0, le=HIGHEST)] = Field(description="Grows with each change (RFC 5546, 2.1.4)")
    stamp: Moment = Field(description="When this change was made; of two with one sequence the later counts")
    status: Literal["busy", "cancelled"]
    schedule: Id | None = Field(None, description="Our id of the schedule")
    outside_id: OutsideId | None = Field(None, description="Or the outside system's, as the registrar has said it")
    start: Moment | None = Field(None, description="With its offset; of a busy time")
    end: Moment | None = None


class OutsideChanges(Request):
    changes: Annotated[list[OutsideChange], Field(min_length=1, max_length=100)]


class OutsideName(Request):
    outside_id: OutsideId | None = Field(description="None: it has no name there any more")


class OutsideDecision(Request):
    take: Literal["standing", "sent"]
