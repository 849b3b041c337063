"""Keys of who may open a card against or without consent, and of ages that end a representation."""

from __future__ import annotations

from chalicelib.ports.keys.cards import patient
from chalicelib.ports.tables import Key, Store

BARRED = "BARRED#"
EMERGENCIES = "EMERGENCY#"


def barred(patient_id: str, who: str) -> Key:
    """That the patient closed the card to a membership, an insurer's system, or a whole organisation."""
    return Key(Store.CARD, patient(patient_id), f"{BARRED}{who}")


def glass(patient_id: str, member_id: str) -> Key:
    """The newest emergency access of one member of staff; the gate reads it with every request of a doctor."""
    return Key(Store.CARD, patient(patient_id), f"GLASS#{member_id}")


def emergency(patient_id: str, emergency_id: str) -> Key:
    return Key(Store.CARD, patient(patient_id), f"{EMERGENCIES}{emergency_id}")


def emergency_queue(organisation_id: str) -> str:
    """Name of the work list, as ``queue`` takes it."""
    return f"emergency-{organisation_id}"


def ages(day: str) -> str:
    """Partition of the representations that end, or are to be told of, on one day (ISO 8601)."""
    return f"AGES#{day}"


def age(day: str, patient_id: str, person_id: str, days_left: int) -> Key:
    return Key(Store.CARD, ages(day), f"{patient_id}#{person_id}#{days_left:03d}")


def ages_done() -> Key:
    """Up to which day ages were watched."""
    return Key(Store.CARD, "AGES", "DONE")
