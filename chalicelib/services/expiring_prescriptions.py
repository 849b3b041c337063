"""Ends of prescriptions' validity are told of beforehand (RX-5); nothing here ends anything.

The end itself is computed from the row of the code wherever its state is asked for. Rows wait in one partition a day,
so that a run costs what is due. Told once: the event and its receipt are stored in one transaction. Whose prescription
it is, and whether anything is left of it, the row of the code says at that moment: after a merge it leads to the card
that goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import islice

from chalicelib.domain.identity import PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.prescriptions import State, from_stamp, present_state
from chalicelib.errors import ConflictError
from chalicelib.ports import Clock, keys
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Item, Put, Store, Tables, every_row
from chalicelib.records.medication import PRESCRIPTION

TASK = "expiring_prescriptions"
FURTHEST = timedelta(days=30)
"""How far back a run that was missed is caught up; what is older has ended."""
AT_ONCE = 100
"""Rows of codes in one read."""


class ExpiringPrescriptionService:
    def __init__(self, tables: Tables, new_id: Callable[[], str], clock: Clock) -> None:
        """``new_id``: ids that are ordered by time."""
        self._tables = tables
        self._new_id = new_id
        self._clock = clock

    def run(self) -> dict[str, int]:
        """Tell of everything that is due up to today. Returns how many prescriptions were told of."""
        today, told = self._clock().date(), 0
        day = self._left_off(today)
        while day <= today:
            for codes in self._due(day):
                rows = self._tables.get_many([keys.prescription_code(code) for code in codes])
                told += sum(self._tell(row) for row in rows.values())
            # Today is looked at again tomorrow: rows may still come, and receipts keep it to once.
            self._tables.commit([Put(keys.expiring_done(), {"day": day.isoformat()}, None)])
            day += timedelta(days=1)
        return {"told": told}

    def _left_off(self, today: date) -> date:
        row = self._tables.get(keys.expiring_done())
        return max(date.fromisoformat(row["day"]), today - FURTHEST) if row else today

    def _due(self, day: date) -> Iterator[list[str]]:
        rows = (row["sk"] for row in every_row(self._tables, Store.CARD, keys.expiring_on(day.isoformat())))
        while some := list(islice(rows, AT_ONCE)):
            yield some

    def _tell(self, row: Item) -> bool:
        """Once, and only while something can still be dispensed by it."""
        now = self._clock()
        if present_state(row["state"], from_stamp(row["expires_at"]), now) is not State.ACTIVE:
            return False
        patient_id, record_id = PersonId(row["patient"]), row["record"]
        about = {"kind": PRESCRIPTION.name, "record": record_id}
        receipt = keys.receipt(patient_id, record_id, int(row["record_ver"]), TASK)
        try:
            self._tables.commit(
                [
                    Put(receipt, {"at": stamp(now)}),
                    happened(patient_id, self._new_id(), "prescription_expiring", now, about),
                ]
            )
        except ConflictError:
            return False
        return True
