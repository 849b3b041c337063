"""Rows of prescriptions and of orders at pharmacies whose shape more than one service must know."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.gathering import due_key
from chalicelib.domain.identity import PersonId
from chalicelib.domain.prescription_forms import notice_day
from chalicelib.domain.reminders import morning
from chalicelib.ports import keys
from chalicelib.ports.tables import Delete, Item, Put, Write
from chalicelib.ports.timers import Timer, drop_timer, set_timer

EXPIRY = "prescription-expiry"
"""Topic of the timer that tells of the end of validity; its subject is the code's hash."""


def expiry_moment(validity: str, end: datetime) -> datetime:
    """When the patient is told that validity ends at ``end`` (RX-5)."""
    return morning(notice_day(validity, end), EXPIRY)


def expiry_reminder(patient_id: str, code_hash: str, record_id: str, due: datetime, now: datetime) -> list[Write]:
    """Whether anything is left of it by then, and whose it is, the row of the code says."""
    return set_timer(Timer(PersonId(patient_id), EXPIRY, code_hash, due, {"record": record_id}), now)


def no_expiry_reminder(patient_id: str, code_hash: str) -> Write:
    """Of a code that works no more, or that leads to another card."""
    return drop_timer(PersonId(patient_id), EXPIRY, code_hash)


def order_in_queue(patient_id: str, order_id: str, due: str) -> Write:
    row: Item = {"patient": patient_id, "order": order_id, "due": due}
    return Put(keys.queue(keys.PHARMACY_ORDERS_DUE, due_key(due, patient_id, order_id)), row, None)


def order_out_of_queue(patient_id: str, order_id: str, due: str) -> Write:
    return Delete(keys.queue(keys.PHARMACY_ORDERS_DUE, due_key(due, patient_id, order_id)))
