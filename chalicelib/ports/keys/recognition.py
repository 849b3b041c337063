"""Keys: recognition of scans."""

from __future__ import annotations

from chalicelib.ports.keys.cards import patient
from chalicelib.ports.tables import Key, Store

__all__ = ["RECOGNITIONS", "recognition", "recognition_picture", "recognition_settings"]

RECOGNITIONS = "RECOGNITION#"


def recognition(patient_id: str, recognition_id: str) -> Key:
    """A scan that is, was or could not be read: its state; what was found, sealed; TTL."""
    return Key(Store.CARD, patient(patient_id), RECOGNITIONS + recognition_id)


def recognition_picture(patient_id: str, recognition_id: str, page: int) -> str:
    """Place of a page's picture among the documents, sealed."""
    return f"recognition/{patient_id}/{recognition_id}/{page}"


def recognition_settings(organisation_id: str) -> Key:
    """Whether an organisation lets a service outside read handwriting."""
    return Key(Store.CARD, f"RECOGNITION#{organisation_id}", "SETTINGS")
