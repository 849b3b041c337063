"""Booked visits that a changed schedule, or what an outside system takes, leaves without a place.

A change answers which they are. They are told of by the timer that the change sets in its transaction
(ports/schedule_rows.py), so that a call that dies half-way tells too: it rings, tells of the next visits in batches,
marks their slots, and rings again until none is left. It reads what stands after the change, and so finds a visit that
was booked beside it.

The events are reactions of the waiting list: ``appointment_displaced``, ``appointment_restored`` for a visit that was
told of and has its place again, and at the end ``schedule_changed``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from chalicelib.domain.identity import SYS, PersonId
from chalicelib.domain.schedules import Schedule
from chalicelib.ports import Clock, keys, schedule_rows
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Item, Tables, Update, Write
from chalicelib.ports.timers import Rung, Timer
from chalicelib.services.gate import Gate

DISPLACED, RESTORED = "appointment_displaced", "appointment_restored"
DONE = "schedule_changed"
"""All are told: offers of times that are gone are withdrawn, and times that were opened are offered."""
MARK = "displaced"
"""Attribute of a slot whose visit was told of."""
BATCH = 40
"""Visits in one transaction: two writes each."""
LISTED = 100
"""Visits that an answer names; it counts them all."""


@dataclass(frozen=True, slots=True)
class Displaced:
    """Booked slots to come that a schedule does not have (any more)."""

    count: int
    first: list[Item]

    def shown(self) -> dict[str, Any]:
        named = [{"appointment_id": row["appointment"], "start": _start(row)} for row in self.first]
        return {"count": self.count, "appointments": named}


def displaced(tables: Tables, schedule: Schedule, now: datetime) -> Displaced:
    """By a schedule as it is, or as it would be. Reads every slot from now on."""
    count, first, places = 0, [], schedule_rows.places(tables, schedule, now)
    for row in _booked(tables, schedule.id, now):
        if not places.have(schedule_rows.interval_of(row)):
            count += 1
            if count <= LISTED:
                first.append(row)
    return Displaced(count, first)


class DisplacedVisits:
    def __init__(self, gate: Gate, tables: Tables, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._clock = clock

    def ring(self, timer: Timer) -> Rung:
        """Tell of the next visits; rings again while there may be more. The change has left its entry, and the function
        that rings may write none.
        """
        now = self._clock()
        schedule = schedule_rows.found(self._tables, timer.subject)
        if schedule is None:
            return Rung()
        todo = list(islice(self._untold(schedule, now), BATCH))
        writes = [write for row in todo for write in self._writes(schedule, row, now)]
        again = now if len(todo) == BATCH else None
        if again is None:
            writes.append(happened(SYS, self._gate.new_id(), DONE, now, {"schedule": schedule.id}))
        return Rung(writes, again=again)

    def _untold(self, schedule: Schedule, now: datetime) -> Iterator[Item]:
        """Slots whose mark is not what it should be."""
        places = schedule_rows.places(self._tables, schedule, now)
        for row in _booked(self._tables, schedule.id, now):
            if places.have(schedule_rows.interval_of(row)) == (MARK in row):
                yield row

    def _writes(self, schedule: Schedule, row: Item, now: datetime) -> list[Write]:
        start, marked = _start(row), MARK in row
        key, still = keys.slot(schedule.id, start), {"state": "booked", "appointment": row["appointment"]}
        change = Update(key, remove=(MARK,), expect=still) if marked else Update(key, {MARK: True}, expect=still)
        about = {"appointment": row["appointment"], "schedule": schedule.id, "start": start}
        about |= {"when": start, "zone": schedule.zone}
        event = RESTORED if marked else DISPLACED
        return [change, happened(PersonId(row["patient"]), self._gate.new_id(), event, now, about)]


def _booked(tables: Tables, schedule_id: str, now: datetime) -> Iterator[Item]:
    return (row for row in schedule_rows.slot_rows(tables, schedule_id, now) if row["state"] == "booked")


def _start(row: Item) -> str:
    return str(row["sk"]).removeprefix(keys.SLOT)
