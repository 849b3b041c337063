"""Requests about schedules of doctors (APT-1)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from chalicelib.domain.schedule_forms import MOST_RULES
from chalicelib.domain.schedules import Reason
from chalicelib.handlers.models.base import Id, Request
from chalicelib.records.bodies.base import Line

Begin = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
End = Annotated[str, StringConstraints(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]
Weekday = Annotated[int, Field(ge=1, le=7)]
Words = Annotated[Line, StringConstraints(max_length=150)]


class Hours(Request):
    """By the clock of the schedule's zone, within one day."""

    start: Begin
    end: End = Field(description="24:00 is the end of the day")


class ScheduleRule(Hours):
    weekdays: Annotated[list[Weekday], Field(min_length=1, max_length=7)] = Field(description="1 is Monday")
    valid_from: date
    valid_until: date | None = Field(None, description="The last day; without it there is no end")
    every_weeks: Annotated[int, Field(ge=1, le=2)] = Field(
        1, description="2: every second week, counted from that of valid_from"
    )


class ScheduleSettings(Request):
    """All that may be changed of a schedule; a break is the time between two rules."""

    doctor: Words = Field(description="Name as the clinic publishes it")
    position: Words
    room: Annotated[str, StringConstraints(strip_whitespace=True, max_length=50, pattern=r"^[\w .,/№-]*$")] = ""
    zone: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_+/-]{1,50}$")] = Field(
        description="IANA name, for example Europe/Moscow"
    )
    slot_minutes: Annotated[int, Field(ge=5, le=240)]
    rules: Annotated[list[ScheduleRule], Field(max_length=MOST_RULES)]
    horizon_days: Annotated[int, Field(ge=1, le=180)] = Field(30, description="How far ahead can be booked")
    notice_minutes: Annotated[int, Field(ge=0, le=10_080)] = Field(60, description="How late can be booked")
    cancel_hours: Annotated[int, Field(ge=0, le=168)] = Field(
        3, description="Until how long before the start patients cancel by themselves"
    )
    referral: bool | None = Field(None, description="Whether a referral is needed; without it, as is usual")
    works_on_holidays: bool = False


class ScheduleForm(ScheduleSettings):
    member_id: Id = Field(description="Membership of the doctor or nurse in the same organisation")
    specialty: Annotated[str, StringConstraints(pattern=r"^[a-z-]{1,40}$")]


class ScheduleException(Request):
    """Hours of these days in the place of those of the rules; without hours the days are closed."""

    last: date = Field(description="The last day; the first one stands in the path")
    reason: Literal[*(reason.value for reason in Reason)]  # type: ignore[valid-type]  # the rules name them
    hours: Annotated[list[Hours], Field(max_length=10)] = Field(default_factory=list)
