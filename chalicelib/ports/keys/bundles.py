"""Keys: transactions and batches of FHIR R4 resources, also large ones."""

from __future__ import annotations

from chalicelib.ports.tables import Key, Store

__all__ = [
    "DELIVERED_PATIENTS",
    "DOUBTS",
    "IMPORT_ANSWERS",
    "IMPORT_ROWS",
    "delivered_patient",
    "delivered_patients",
    "import_answer",
    "import_moved",
    "import_part",
    "import_row",
    "imports",
]

IMPORT_ROWS, IMPORT_ANSWERS = "ROW#", "ANSWER#"
DELIVERED_PATIENTS = "PATIENT#"
DOUBTS = "patient-doubts"
"""Queue of cards that a partner's Patient opened though somebody like them was there."""


def imports(import_id: str) -> str:
    """Partition of one large transaction."""
    return f"TXN#{import_id}"


def import_row(import_id: str) -> Key:
    """Its state: ``committed``, ``settled`` or ``void``."""
    return Key(Store.CARD, imports(import_id), "TXN")


def import_part(import_id: str, number: int) -> Key:
    """What one entry stores, sealed, before it is anywhere else; TTL."""
    return Key(Store.CARD, imports(import_id), f"{IMPORT_ROWS}{number:06d}")


def import_answer(import_id: str, number: int) -> Key:
    """A part of the answer: statuses and ids; TTL."""
    return Key(Store.CARD, imports(import_id), f"{IMPORT_ANSWERS}{number:06d}")


def import_moved(import_id: str, number: int) -> Key:
    """That a part of it has been brought in; TTL."""
    return Key(Store.CARD, imports(import_id), f"MOVED#{number:06d}")


def delivered_patients(client_id: str) -> str:
    return f"CLIENT#{client_id}"


def delivered_patient(client_id: str, patient_id: str) -> Key:
    """A patient whom a partner delivered as a Patient, and the record that holds it."""
    return Key(Store.CARD, delivered_patients(client_id), f"{DELIVERED_PATIENTS}{patient_id}")
