"""Who waits for slots of a schedule, in order, and who of them may have one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from chalicelib.domain.access import CardState
from chalicelib.domain.moments import stamp
from chalicelib.domain.schedules import Interval, Schedule
from chalicelib.domain.waiting_list import State
from chalicelib.ports import keys
from chalicelib.ports.appointment_rows import standing_of
from chalicelib.ports.tables import Item
from chalicelib.ports.waiting_rows import wish_of
from chalicelib.services.waiting_list.tools import Tools, slot_name


@dataclass(frozen=True, slots=True)
class Waiter:
    """Somebody who may book. ``declined``: names of slots; ``own``: when they have visits to come."""

    entry: Item
    declined: Collection[str]
    own: Collection[Interval]


class Queue:
    """Rows of each person are read once, however many slots are looked at."""

    def __init__(self, tools: Tools, schedule: Schedule, lines: Iterable[Item], without: Collection[str]) -> None:
        """``lines``: as they stand. ``without``: people who are passed over; the caller may add to it."""
        self._t = tools
        self._schedule = schedule
        self._lines = lines
        self._without = without
        self._seen: dict[str, Waiter | None] = {}

    def may_have(self, slot: Interval) -> Iterator[Item]:
        """Entries that a slot fits whose people may book it and have not declined it."""
        name = slot_name(self._schedule.id, stamp(slot.start))
        for line in self._lines:
            if line["patient"] in self._without or not wish_of(line).fits(slot.start, self._schedule.zone):
                continue
            if line["entry"] not in self._seen:
                self._seen[line["entry"]] = self._looked_at(line)
            found = self._seen[line["entry"]]
            if found is not None and name not in found.declined and not any(one.meets(slot) for one in found.own):
                yield found.entry

    def _looked_at(self, line: Item) -> Waiter | None:
        """None for who has an offer, a card that is not active, or a visit of the specialty to come."""
        patient_id, now = line["patient"], self._t.clock()
        card, own = keys.card(patient_id), keys.waiting_entry(patient_id, line["entry"])
        waitings, bookings = keys.waiting_open(patient_id), keys.bookings(patient_id)
        rows = self._t.tables.get_many([card, own, waitings, bookings])
        entry = rows.get(own)
        if entry is None or entry["state"] != State.WAITING.value:
            return None
        if rows.get(card, {}).get("state") != CardState.ACTIVE.value:
            return None
        ahead = [one for one in standing_of(rows.get(bookings)).open if one.interval.end > now]
        if any(one.specialty == self._schedule.specialty for one in ahead):
            return None
        declined = frozenset(rows.get(waitings, {}).get("declined", ()))
        return Waiter(entry, declined, [one.interval for one in ahead])
