"""Keys of exports of cards and of large files."""

from __future__ import annotations

from chalicelib.ports.keys.cards import patient
from chalicelib.ports.tables import Key, Store

__all__ = ["EXPORTS", "FILES", "LARGE_FILES", "export", "large_file", "newest_export"]

EXPORTS, LARGE_FILES = "EXPORT#", "FILE#"
FILES = "files"
"""Name of the queue of files that somebody must look at again, by when they are due."""


def export(person_id: str, export_id: str) -> Key:
    """In the partition of who ordered it; the row names the card."""
    return Key(Store.CARD, patient(person_id), EXPORTS + export_id)


def newest_export(person_id: str, patient_id: str) -> Key:
    """The newest export that a person ordered of a card: one at a time."""
    return Key(Store.CARD, patient(person_id), f"NEWESTEXPORT#{patient_id}")


def large_file(patient_id: str, file_id: str) -> Key:
    return Key(Store.CARD, patient(patient_id), LARGE_FILES + file_id)
