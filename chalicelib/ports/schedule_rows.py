"""Rows of a schedule that more than one service must know (domain/schedules.py)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zlib import crc32

from chalicelib.domain.identity import SYS
from chalicelib.domain.moments import stamp
from chalicelib.domain.outside_times import LONGEST
from chalicelib.domain.schedules import ONE_DAY, Interval, Schedule, State, joined, slots
from chalicelib.errors import NotFoundError
from chalicelib.ports import keys
from chalicelib.ports.tables import Check, Expected, Item, Key, Put, Store, Tables, Write
from chalicelib.ports.timers import Timer, set_timer

PAGE = 200
DISPLACED = "displaced"
"""Topic of the timer that looks after booked visits without a place; its subject is the schedule's id."""


def found(tables: Tables, schedule_id: str) -> Schedule | None:
    """For whom a schedule that is not there is nothing to do."""
    row = tables.get(keys.schedule(schedule_id))
    return None if row is None else Schedule.from_row(row)


def read(tables: Tables, schedule_id: str) -> Schedule:
    """Raises NotFoundError."""
    schedule = found(tables, schedule_id)
    if schedule is None:
        raise NotFoundError
    return schedule


def of_organisation(tables: Tables, schedule_id: str, organisation_id: str) -> Schedule:
    """Another organisation's is not there. Raises NotFoundError."""
    schedule = read(tables, schedule_id)
    if schedule.organisation_id != organisation_id:
        raise NotFoundError
    return schedule


def taken(tables: Tables, schedule_id: str, first: date, last: date, *, now: datetime | None = None) -> list[Interval]:
    """What is taken on the days from ``first`` to ``last``, and a day around them, for days differ from zone to zone.

    ``now``: holds that are over by then are left out.
    """
    begins = datetime.combine(first - ONE_DAY, time.min, UTC)
    ends = datetime.combine(last + 2 * ONE_DAY, time.min, UTC)
    rows = [
        *(row for row in _between(tables, schedule_id, keys.SLOT, begins, ends) if now is None or not lapsed(row, now)),
        *_between(tables, schedule_id, keys.BUSY, begins - LONGEST, ends),
    ]
    return sorted(interval_of(row) for row in rows)


def busy(tables: Tables, schedule_id: str, first: date, last: date) -> list[Interval]:
    """What outside systems have taken on those days, and around them."""
    begins = datetime.combine(first - ONE_DAY, time.min, UTC)
    ends = datetime.combine(last + 2 * ONE_DAY, time.min, UTC)
    return sorted(map(interval_of, _between(tables, schedule_id, keys.BUSY, begins - LONGEST, ends)))


def interval_of(row: Item) -> Interval:
    """Of a SLOT or BUSY row."""
    start = row["sk"].split("#")[1]
    return Interval(datetime.fromisoformat(start), datetime.fromisoformat(row["until"]))


def hold_of(row: Item) -> Item:
    """A held SLOT row as the condition that it is still this hold."""
    return {name: row[name] for name in ("state", "entry", "held_until")}


def lapsed(row: Item, now: datetime) -> bool:
    """Whether a SLOT row is a hold whose time is over."""
    return bool(row["state"] == "held") and datetime.fromisoformat(row["held_until"]) <= now


def fence(tables: Tables, schedule: Schedule, start: datetime) -> Check:
    """What a booking of the slot at ``start`` rests on: the schedule is as it was read, active, and no outside system
    has taken time meanwhile. Read it before ``taken``, or what comes between the two slips past.
    """
    return fence_as_read(schedule, start, tables.get(fence_key(schedule.id, start)))


def fence_as_read(schedule: Schedule, start: datetime, row: Item | None) -> Check:
    """The same from the row that was read together with others."""
    expect = {"ver": schedule.version, "state": State.ACTIVE.value, "busy": int((row or {}).get("busy", 0))}
    return Check(fence_key(schedule.id, start), expect)


def fence_key(schedule_id: str, start: datetime) -> Key:
    return keys.schedule_fence(schedule_id, crc32(stamp(start).encode()) % keys.FENCES)


def fences(schedule_id: str, version: int, state: State, expect: Expected = None) -> list[Write]:
    """All copies of a schedule's version, with every change of it. ``busy`` counts what outside systems took since."""
    row: Item = {"ver": version, "state": state.value, "busy": 0}
    return [Put(keys.schedule_fence(schedule_id, number), row, expect) for number in range(keys.FENCES)]


def slot_rows(tables: Tables, schedule_id: str, begins: datetime) -> Iterator[Item]:
    """SLOT rows that start at ``begins`` or later, in order."""
    return _between(tables, schedule_id, keys.SLOT, begins, None)


class Places:
    """Which booked visits have a place: they are slots of a schedule, and no outside system has taken their time.

    Made for looking at many: of each day its slots are computed once.
    """

    def __init__(self, schedule: Schedule, busy: Sequence[Interval]) -> None:
        self._schedule = schedule
        self._busy = joined(busy)
        self._ends = [one.end for one in self._busy]
        self._days: dict[date, frozenset[Interval]] = {}

    def have(self, booked: Interval) -> bool:
        if self._schedule.state is not State.ACTIVE:
            return False
        day = self._schedule.local_day(booked.start)
        if day not in self._days:
            self._days[day] = frozenset(slots(self._schedule, day, day))
        return booked in self._days[day] and not self._taken(booked)

    def _taken(self, booked: Interval) -> bool:
        at = bisect_right(self._ends, booked.start)
        return at < len(self._busy) and self._busy[at].meets(booked)


def places(tables: Tables, schedule: Schedule, begins: datetime) -> Places:
    """Of visits that begin at ``begins`` or later."""
    rows = _between(tables, schedule.id, keys.BUSY, begins - LONGEST, None)
    return Places(schedule, [one for one in map(interval_of, rows) if one.end > begins])


def to_tell(schedule_id: str, now: datetime) -> list[Write]:
    """With every change by which booked visits may lose their place, or find it again: the timer that looks."""
    return set_timer(Timer(SYS, DISPLACED, schedule_id, now), now)


def _between(tables: Tables, schedule_id: str, prefix: str, begins: datetime, ends: datetime | None) -> Iterator[Item]:
    """Rows whose start lies in ``begins <= start < ends``, a page at a time as they are wanted."""
    pk = keys.schedule_rows(schedule_id)
    after: Item | None = {"pk": pk, "sk": prefix + stamp(begins - timedelta(milliseconds=1))}
    until = None if ends is None else prefix + stamp(ends)
    while after is not None:
        found = tables.query(Store.CARD, pk, prefix, limit=PAGE, after=after)
        for row in found.items:
            if until is not None and row["sk"] >= until:
                return
            yield row
        after = found.after
