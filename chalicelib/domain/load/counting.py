"""What one source row adds to the counters of a clinic: a pure function of the row as it stands.

So a later version of the row replaces what the earlier one added, in whatever order they come, and counting everything
anew gives the same numbers. Times are counted in the hour of the visit by the wall clock of its schedule; what a doctor
ordered, in the hour in which the result was there, by the clock of ``DEFAULT_ZONE``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain.appointments import State
from chalicelib.domain.moments import local
from chalicelib.domain.schedules import Interval

MEASURES = (
    "bookings",
    "visits",
    "noshows",
    "cancelled",
    "waited",
    "wait_hours",
    "stayed",
    "stay_minutes",
    "offered",
    "results",
    "result_hours",
)
"""Stored: never rename, never reuse.

``bookings``: appointments of the hour, whatever became of them; ``visits``: took place. ``waited``, ``stayed`` and
``results``: of how many the hours from booking to visit, the minutes from arrival to the end of the visit, and the
hours from order to result are known. ``offered``: slots of the schedule.
"""
LONGEST_STAY = timedelta(hours=12)
"""Longer ones are not counted: somebody entered the end of the visit later."""


@dataclass(frozen=True, slots=True)
class Added:
    """``day``: 2026-11-30. ``amounts``: by ``name_of`` hour and measure, none of them 0."""

    organisation: str
    member: str
    day: str
    amounts: Mapping[str, int] = field(default_factory=dict)

    @property
    def month(self) -> str:
        return self.day[:7]


def name_of(hour: int, measure: str) -> str:
    return f"h{hour:02}_{measure}"


def measured(name: str) -> tuple[int, str] | None:
    """Hour and measure of an attribute of a row; None for another one."""
    hour, _, measure = name.partition("_")
    return (int(hour[1:]), measure) if measure in MEASURES and hour[1:].isdigit() else None


def of_appointment(row: Mapping[str, Any]) -> Added:
    start = datetime.fromisoformat(row["start"])
    there = start.astimezone(ZoneInfo(row["zone"]))
    found = {"bookings": 1}
    match State(row["state"]):
        case State.FULFILLED:
            found |= {"visits": 1, **_waited(row, start), **_stayed(row)}
        case State.NOSHOW:
            found["noshows"] = 1
        case State.CANCELLED:
            found["cancelled"] = 1
    return _added(row["organisation"], row["member"], there, found)


def of_order(row: Mapping[str, Any]) -> Added | None:
    """None while it is not done, and where nobody of a clinic ordered it."""
    if "order" not in row or "done_at" not in row:
        return None
    done = datetime.fromisoformat(row["done_at"])
    hours = _whole(done - datetime.fromisoformat(row["created_at"]), timedelta(hours=1))
    amounts = {"results": 1, "result_hours": hours} if hours >= 0 else {}
    return _added(row["order"]["organisation"], row["order"]["member"], local(done), amounts)


def of_offer(row: Mapping[str, Any]) -> Added:
    amounts = {name_of(int(hour), "offered"): int(count) for hour, count in row["hours"].items()}
    return Added(row["organisation"], row["member"], row["day"], amounts)


def offer_of(slots: Iterable[Interval], taken: Iterable[Interval], zone: str) -> dict[str, int]:
    """Slots by hour of the wall clock, without those whose time an outside system took."""
    away = list(taken)
    free = (one for one in slots if not any(one.meets(other) for other in away))
    return dict(Counter(str(one.start.astimezone(ZoneInfo(zone)).hour) for one in free))


def changes(old: Added | None, new: Added | None) -> dict[tuple[str, str], dict[str, int]]:
    """By day and member, by how much which amounts change: what was added goes, what is to be added comes."""
    found: dict[tuple[str, str], Counter[str]] = {}
    for sign, one in ((-1, old), (1, new)):
        if one is not None:
            place = found.setdefault((one.day, one.member), Counter())
            for name, amount in one.amounts.items():
                place[name] += sign * amount
    moved = {place: {name: by for name, by in amounts.items() if by} for place, amounts in found.items()}
    return {place: amounts for place, amounts in moved.items() if amounts}


def _added(organisation: str, member: str, there: datetime, found: Mapping[str, int]) -> Added:
    amounts = {name_of(there.hour, measure): by for measure, by in found.items() if by}
    return Added(organisation, member, there.date().isoformat(), amounts)


def _waited(row: Mapping[str, Any], start: datetime) -> dict[str, int]:
    if "created_at" not in row:
        return {}
    hours = _whole(start - datetime.fromisoformat(row["created_at"]), timedelta(hours=1))
    return {"waited": 1, "wait_hours": max(hours, 0)}  # whoever is booked at the desk did not wait


def _stayed(row: Mapping[str, Any]) -> dict[str, int]:
    if "arrived_at" not in row or "ended_at" not in row:
        return {}
    stay = datetime.fromisoformat(row["ended_at"]) - datetime.fromisoformat(row["arrived_at"])
    known = timedelta(0) <= stay <= LONGEST_STAY
    return {"stayed": 1, "stay_minutes": _whole(stay, timedelta(minutes=1))} if known else {}


def _whole(span: timedelta, unit: timedelta) -> int:
    return span // unit
