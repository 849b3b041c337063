"""Keys of drafts that a doctor makes from a result."""

from __future__ import annotations

from chalicelib.ports.keys.cards import patient
from chalicelib.ports.tables import Key, Store

__all__ = ["RESULT_DRAFTS", "result_draft", "result_drafts"]

RESULT_DRAFTS = "DRAFT#"
"""Of all doctors."""


def result_drafts(person_id: str) -> str:
    """Beginning of the sort keys of one doctor's drafts on a card."""
    return f"{RESULT_DRAFTS}{person_id}#"


def result_draft(patient_id: str, person_id: str, draft_id: str) -> Key:
    """A draft of a record, sealed; its doctor's alone. The record that comes of it gets the same id."""
    return Key(Store.CARD, patient(patient_id), f"{result_drafts(person_id)}{draft_id}")
