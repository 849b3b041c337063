"""Keys: the waiting list, offers of freed slots, and changes by the clinic."""

from __future__ import annotations

from chalicelib.ports.keys.cards import patient
from chalicelib.ports.tables import Key, Store

__all__ = ["WAITING", "displaced", "displaced_of", "waiting_entry", "waiting_line", "waiting_lines", "waiting_open"]

WAITING = "WAITING#"


def waiting_entry(patient_id: str, entry_id: str) -> Key:
    """Whom and when a person waits for; a registrar's reason to put them first is sealed."""
    return Key(Store.CARD, patient(patient_id), f"{WAITING}{entry_id}")


def waiting_open(patient_id: str) -> Key:
    """The open entries of a person: joining and leaving go one after another."""
    return Key(Store.CARD, patient(patient_id), "WAITINGS")


def waiting_lines(target: str) -> str:
    """Partition of those who wait for one schedule, or for a specialty in an organisation, in their order."""
    return f"{WAITING}{target}"


def waiting_line(target: str, place: str) -> Key:
    return Key(Store.CARD, waiting_lines(target), place)


def displaced_of(organisation_id: str, specialty: str) -> str:
    """Partition of visits that the clinic displaced and nobody has answered yet."""
    return f"DISPLACED#{organisation_id}#{specialty}"


def displaced(organisation_id: str, specialty: str, appointment_id: str) -> Key:
    return Key(Store.CARD, displaced_of(organisation_id, specialty), appointment_id)
