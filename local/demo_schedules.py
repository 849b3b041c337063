"""Schedules of the demo hospital, as its registrar enters them: booking works from the first start."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from local.demo_people import STAFF, Person

EVERY_WEEK: Sequence[tuple[list[int], str, str]] = (
    ([1, 2, 3, 4, 5, 6], "09:00", "13:00"),
    ([1, 2, 3, 4, 5], "14:00", "18:00"),
)
"""Weekdays, start and end; lunch lies between two rules."""

SCHEDULES: Mapping[str, Mapping[str, Any]] = {
    "врач-терапевт": {"specialty": "therapy", "slot_minutes": 20, "room": "214"},
    "врач-кардиолог": {"specialty": "cardiology", "slot_minutes": 30, "room": "305"},
    "медицинская сестра": {"specialty": "vaccination", "slot_minutes": 10, "room": "118"},
}
"""By the position of who works by it."""


def forms(members: Mapping[str, str], today: str) -> Iterator[dict[str, Any]]:
    """Bodies of the requests. ``members``: membership by phone; ``today``: from when the rules hold."""
    rules = [
        {"weekdays": days, "start": start, "end": end, "valid_from": today, "every_weeks": 1}
        for days, start, end in EVERY_WEEK
    ]
    for person, _, _, position in STAFF:
        if position in SCHEDULES:
            yield {
                **SCHEDULES[position],
                "member_id": members[person["phone"]],
                "doctor": _name(person),
                "position": position,
                "zone": "Europe/Moscow",
                "rules": rules,
                "works_on_holidays": True,
            }


def _name(person: Person) -> str:
    return " ".join(person[part] for part in ("last_name", "first_name", "middle_name"))
