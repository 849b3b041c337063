"""Keys of forms before a visit."""

from __future__ import annotations

from chalicelib.ports.keys.cards import patient
from chalicelib.ports.tables import Key, Store

__all__ = ["visit_form"]


def visit_form(patient_id: str, appointment_id: str) -> Key:
    """The form of one appointment: a sealed draft, or the id of the record that was made of it."""
    return Key(Store.CARD, patient(patient_id), f"VISITFORM#{appointment_id}")
