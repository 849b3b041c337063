"""Days of schedules that are over: which slots they offered, as their rules said then.

Slots are computed and never stored, and rules change; so what a day offered is written down when it is over, once, and
counted by a reaction to that row. It is written by the hour: a change of a schedule that was entered between the end of
a day and the next run counts for that day already.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from chalicelib.domain.identity import SYS
from chalicelib.domain.load.counting import offer_of
from chalicelib.domain.schedules import ONE_DAY, Schedule, slots
from chalicelib.errors import ConflictError
from chalicelib.ports import Clock, keys, schedule_rows
from chalicelib.ports.load_rows import OFFER_COUNTED
from chalicelib.ports.tables import Expect, Expected, Item, Put, Store, Tables, Write, every_one, every_row, parts_of

LOOKED_BACK = timedelta(days=92)
"""Of a schedule whose days were never written down, at most so many days before today."""
DAYS = 60
"""In one transaction; what is left waits for the next run."""
SCHEDULES = 50
"""Whose last day is asked for at once."""


class LoadOffers:
    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._tables = tables
        self._clock = clock

    def run(self) -> dict[str, int]:
        """How many days of schedules were written down. Closed schedules offer nothing any more, and are not asked."""
        written = 0
        for specialty in every_row(self._tables, Store.CARD, keys.SPECIALTIES):
            schedules = every_row(self._tables, Store.CARD, keys.specialty(specialty["sk"]))
            written += sum(self._all(some) for some in parts_of(schedules, SCHEDULES))
        return {"offered_days": written}

    def _all(self, rows: list[Item]) -> int:
        found = every_one(self._tables, [keys.offered_until(row["id"]) for row in rows])
        return sum(self._one(row, found.get(keys.offered_until(row["id"]))) for row in rows)

    def _one(self, row: Item, known: Item | None) -> int:
        schedule, now = Schedule.from_row(row), self._clock()
        yesterday = schedule.local_day(now) - ONE_DAY
        first = date.fromisoformat(known["day"]) + ONE_DAY if known else self._first(schedule, row, now)
        last = min(yesterday, first + (DAYS - 1) * ONE_DAY)
        if first > last:
            return 0
        writes = self._days(schedule, first, last)
        expect: Expected = {"day": known["day"]} if known else Expect.ABSENT
        try:
            self._tables.commit([*writes, Put(keys.offered_until(schedule.id), {"day": last.isoformat()}, expect)])
        except ConflictError:  # another run was faster
            return 0
        return len(writes)

    def _days(self, schedule: Schedule, first: date, last: date) -> list[Write]:
        busy = schedule_rows.busy(self._tables, schedule.id, first, last)
        writes: list[Write] = []
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            day = date.fromordinal(ordinal)
            hours = offer_of(slots(schedule, day, day), busy, schedule.zone)
            if hours:
                row: Item = {
                    "id": f"{schedule.id}-{day.isoformat()}",
                    "patient": SYS,  # whose receipts these are: nobody's
                    "organisation": schedule.organisation_id,
                    "member": schedule.member_id,
                    "day": day.isoformat(),
                    "hours": hours,
                    "ver": 1,
                    "react": [OFFER_COUNTED],
                }
                writes.append(Put(keys.offered(schedule.id, day.isoformat()), row))
        return writes

    @staticmethod
    def _first(schedule: Schedule, row: Item, now: datetime) -> date:
        earliest = schedule.local_day(now - LOOKED_BACK)
        made = schedule.local_day(datetime.fromisoformat(row["created_at"])) if "created_at" in row else earliest
        return max(made, earliest)
