"""Keys of uploads and of cases: requests with documents that staff decide."""

from __future__ import annotations

from chalicelib.ports.keys.cards import patient
from chalicelib.ports.tables import Key, Store

CASES, CASE_REQUESTS, UPLOADS = "CASE#", "CASEREQ#", "UPLOAD#"


def case(patient_id: str, case_id: str) -> Key:
    return Key(Store.CARD, patient(patient_id), CASES + case_id)


def open_case(patient_id: str, kind: str) -> Key:
    return Key(Store.CARD, patient(patient_id), f"OPENCASE#{kind}")


def case_request(party_id: str, patient_id: str, case_id: str) -> Key:
    """``party_id`` is asked to agree to a case of ``patient_id``."""
    return Key(Store.CARD, patient(party_id), f"{CASE_REQUESTS}{case_id}#{patient_id}")


def upload(patient_id: str, upload_id: str) -> Key:
    return Key(Store.CARD, patient(patient_id), UPLOADS + upload_id)
