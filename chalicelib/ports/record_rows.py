"""Rows of records as services read them: the newest of one kind, and whether what a row holds still stands."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.prescriptions import State, status_on
from chalicelib.ports import keys
from chalicelib.ports.tables import Item, Page, Store, Tables


def newest(tables: Tables, patient_id: str, kind: str, limit: int, after: Item | None = None) -> Page:
    """Records of a kind by clinical date, the newest first; ``after`` continues the list."""
    pk, prefix = keys.patient(patient_id), f"{kind}#"
    return tables.query(Store.CARD, pk, prefix, index=keys.BY_DATE, limit=limit, after=after, newest_first=True)


def stands(row: Item, now: datetime) -> bool:
    """A row with a status was withdrawn by its source, but for a prescription, which has its state there."""
    if "status" not in row:
        return True
    return "rx" in row and status_on(row["status"], now)["state"] == State.ACTIVE
