"""Keys of who may open a card against or without consent."""

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
