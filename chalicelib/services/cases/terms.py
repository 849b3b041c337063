"""Cases that are past their day are told of, once (DOC-5); the work list marks them by itself.

Rows wait in one partition a day, so that a run costs what is due. The notice and its receipt are one transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from chalicelib.domain.cases import overdue
from chalicelib.domain.identity import PersonId
from chalicelib.domain.moments import stamp
from chalicelib.errors import ConflictError
from chalicelib.ports import Clock, keys
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Item, Put, Store, Tables, every_row

TASK = "case_overdue"
FURTHEST = timedelta(days=60)
"""How far back a watcher that stood still catches up."""


class CaseTerms:
    def __init__(self, tables: Tables, new_id: Callable[[], str], clock: Clock) -> None:
        """``new_id``: ids that are ordered by time."""
        self._tables = tables
        self._new_id = new_id
        self._clock = clock

    def run(self) -> dict[str, int]:
        """Tell of every case whose day has passed up to today. Returns how many were told of. Repeatable."""
        today, late = self._clock().date(), 0
        row = self._tables.get(keys.dues_done())
        day = max(date.fromisoformat(row["day"]), today - FURTHEST) if row else today
        while day <= today:
            late += sum(
                self._tell(waiting) for waiting in every_row(self._tables, Store.CARD, keys.dues(day.isoformat()))
            )
            self._tables.commit([Put(keys.dues_done(), {"day": day.isoformat()}, None)])
            day += timedelta(days=1)
        return {"late": late}

    def _tell(self, row: Item) -> bool:
        patient_id, now = PersonId(row["patient"]), self._clock()
        case = self._tables.get(keys.case(patient_id, row["id"]))
        if case is None or not overdue(case, now):
            return False
        receipt = keys.receipt(patient_id, row["id"], 1, TASK)
        try:
            self._tables.commit(
                [Put(receipt, {"at": stamp(now)}), happened(patient_id, self._new_id(), "case_overdue", now)]
            )
        except ConflictError:  # told already
            return False
        return True
