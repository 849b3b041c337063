"""Rows of prescriptions and of orders at pharmacies whose shape more than one service must know."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from chalicelib.domain.gathering import due_key
from chalicelib.ports import keys
from chalicelib.ports.tables import Delete, Item, Put, Write

KEPT = timedelta(days=90)
"""How long after its day a row that was told of, or missed, is there."""


def expiring_prescription(code_hash: str, day: date) -> Write:
    """Has the patient told on a day that validity is about to end; whose it is, the row of the code says."""
    gone = datetime.combine(day, time(), UTC) + KEPT
    row: Item = {"day": day.isoformat(), "expires": int(gone.timestamp())}
    return Put(keys.expiring(day.isoformat(), code_hash), row, None)


def order_in_queue(patient_id: str, order_id: str, due: str) -> Write:
    row: Item = {"patient": patient_id, "order": order_id, "due": due}
    return Put(keys.queue(keys.PHARMACY_ORDERS_DUE, due_key(due, patient_id, order_id)), row, None)


def order_out_of_queue(patient_id: str, order_id: str, due: str) -> Write:
    return Delete(keys.queue(keys.PHARMACY_ORDERS_DUE, due_key(due, patient_id, order_id)))
