"""Keys: what is due of care. The list itself is stored nowhere."""

from __future__ import annotations

from chalicelib.ports.keys.cards import patient
from chalicelib.ports.tables import Key, Store

__all__ = ["need_hints", "need_marks"]


def need_marks(patient_id: str) -> Key:
    """Sealed: what a person or a doctor said of needs, done elsewhere or not applicable."""
    return Key(Store.CARD, patient(patient_id), "NEEDMARKS")


def need_hints(patient_id: str) -> Key:
    """Whether the person is shown what is due; absent: yes."""
    return Key(Store.CARD, patient(patient_id), "NEEDHINTS")
