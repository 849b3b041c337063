"""Keys of finding duplicates and of patients registered at a clinic."""

from __future__ import annotations

from chalicelib.ports.keys.cards import patient
from chalicelib.ports.tables import Key, Store

GUARD = "#guard"
"""Sorts before every id."""

DISTINCT = "DISTINCT#"


def block(kind: str, tag: str) -> str:
    """Partition of the people who share one value of a block (domain/matching.py)."""
    return f"BLOCK#{kind}#{tag}"


def block_member(kind: str, tag: str, person_id: str) -> Key:
    return Key(Store.IDENTITY, block(kind, tag), person_id)


def block_guard(kind: str, tag: str) -> Key:
    """Counts how often the block changed: who found nobody in it stores on condition that it is still so."""
    return Key(Store.IDENTITY, block(kind, tag), GUARD)


CLINICS = "CLINIC#"


def clinic(patient_id: str, organisation_id: str) -> Key:
    """That a patient is registered at a clinic."""
    return Key(Store.CARD, patient(patient_id), CLINICS + organisation_id)


def distinct(patient_id: str, other_id: str) -> Key:
    """That a registrar decided that two look-alikes are two people; on both cards."""
    return Key(Store.CARD, patient(patient_id), f"{DISTINCT}{other_id}")


MERGES = "merges"
"""Queue of merges that wait for a decision."""

CARRYING = "carrying"
"""Queue of merges whose records are on their way."""

MERGE = "MERGE#"


def merge(patient_id: str, merge_id: str) -> Key:
    """A merge, on the card that goes on."""
    return Key(Store.CARD, patient(patient_id), f"{MERGE}{merge_id}")


def open_merge(patient_id: str) -> Key:
    """At most one merge at a time takes part in, of either card."""
    return Key(Store.CARD, patient(patient_id), "OPEN_MERGE")
