"""Cards that went into others (SPC-5): whoever names one is led to the card that goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from chalicelib.domain.identity import PatientId, PersonId
from chalicelib.errors import CardMergedError
from chalicelib.ports import keys
from chalicelib.ports.tables import Tables

MOST = 5
"""So many cards went on into one another, one after the other."""

T = TypeVar("T")


def followed(patient_id: PatientId, ask: Callable[[PatientId], T]) -> T:
    """What ``ask`` answers about the card that goes on, as the gate leads there. Raises what ``ask`` raises."""
    for _ in range(MOST):
        try:
            return ask(patient_id)
        except CardMergedError as merged:
            if not merged.patient_id:
                raise
            patient_id = PersonId(merged.patient_id)
    raise CardMergedError


def goes_on(tables: Tables, patient_id: PatientId) -> PatientId:
    """The card that goes on, read past the gate: for what is asked about it afterwards."""
    for _ in range(MOST):
        row = tables.get(keys.card(patient_id)) or {}
        if "merged_into" not in row:
            break
        patient_id = PersonId(row["merged_into"])
    return patient_id
