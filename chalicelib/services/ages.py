"""Ends of representations by age are told of beforehand and on the day (ACC-8); nothing here ends anything.

The end itself is the gate's: it compares the row's moment with the clock in every request. Rows wait in one partition a
day, so that a run costs what is due. Told once: the notices and their receipt are stored in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from chalicelib.domain.identity import PersonId
from chalicelib.domain.moments import stamp
from chalicelib.errors import ConflictError
from chalicelib.ports import Clock, keys
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Item, Put, Store, Tables, every_row

TASK = "watch_ages"
FURTHEST = timedelta(days=60)
"""How far back a watcher that stood still catches up; what is older is over anyway."""


class AgeService:
    def __init__(self, tables: Tables, new_id: Callable[[], str], clock: Clock) -> None:
        """``new_id``: ids that are ordered by time."""
        self._tables = tables
        self._new_id = new_id
        self._clock = clock

    def run(self) -> dict[str, int]:
        """Tell of everything that is due up to today. Returns how many representations were told of."""
        today, told = self._clock().date(), 0
        day = self._left_off(today)
        while day <= today:
            for row in every_row(self._tables, Store.CARD, keys.ages(day.isoformat())):
                told += self._tell(row)
            # Today is looked at again tomorrow: rows may still come, and receipts keep it to once.
            self._tables.commit([Put(keys.ages_done(), {"day": day.isoformat()}, None)])
            day += timedelta(days=1)
        return {"told": told}

    def _left_off(self, today: date) -> date:
        row = self._tables.get(keys.ages_done())
        return max(date.fromisoformat(row["day"]), today - FURTHEST) if row else today

    def _tell(self, row: Item) -> bool:
        """Both sides, once, and only while it is this end that the representation has."""
        patient_id, person_id, left = PersonId(row["patient"]), PersonId(row["person"]), int(row["left"])
        standing = self._tables.get(keys.representation(patient_id, person_id))
        if standing is None or standing["state"] != "active" or standing.get("until") != row["until"]:
            return False
        now = self._clock()
        event = "age_soon" if left else "age_reached"
        receipt = keys.receipt(patient_id, f"age-{person_id}", left, TASK)
        try:
            self._tables.commit(
                [
                    Put(receipt, {"at": stamp(now), "until": row["until"]}),
                    happened(patient_id, self._new_id(), f"{event}_own", now),
                    happened(person_id, self._new_id(), event, now),
                ]
            )
        except ConflictError:
            return False
        return True
