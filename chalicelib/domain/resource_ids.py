r"""Logical ids of FHIR resources: they say themselves where a resource lies, so a read by id needs no look-up.

An id is the card (25 characters, base 36), the kind of record (2 letters), the record (25 characters) and, of a record
that is several resources, ``-`` with the part. Nothing in it is secret or personal: both ids are random. It keeps to
FHIR's ``[A-Za-z0-9\-.]{1,64}`` (R4, datatypes, id).
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from chalicelib.domain.identity import PatientId

DIGITS = string.digits + string.ascii_lowercase
WIDTH = 25
"""Characters of 128 bits in base 36."""
FORM = re.compile(rf"([0-9a-z]{{{WIDTH}}})([a-z]{{2}})([0-9a-z]{{{WIDTH}}})(?:-([A-Za-z0-9.]{{1,11}}))?")
CARD = re.compile(rf"[0-9a-z]{{{WIDTH}}}")

CODES: Mapping[str, str] = {
    "visit": "vi",
    "examination-protocol": "ep",
    "laboratory-order": "lo",
    "laboratory-result": "lr",
    "imaging-study": "is",
    "planned-study": "ps",
    "referral": "re",
    "prescription": "rx",
    "medication-statement": "ms",
    "allergy": "al",
    "chronic-condition": "cc",
    "disability": "di",
    "family-history": "fh",
    "lifestyle": "ls",
    "surgery": "su",
    "implant": "im",
    "vital-sign": "vs",
    "observation-series": "os",
    "health-status": "hs",
    "vaccination": "va",
    "vaccination-exemption": "ve",
    "vaccination-factors": "vf",
    "vaccination-certificate": "vc",
    "discharge-summary": "ds",
    "sick-leave": "sl",
    "attached-document": "ad",
    "visit-form": "fo",
    "received-visits": "qv",
    "received-results": "qr",
    "received-medication": "qm",
    "received-allergies": "qa",
    "received-conditions": "qc",
    "received-vaccinations": "qi",
    "received-documents": "qd",
}
"""Of kinds of record. Ids are public and kept by others: never change a code, never reuse one."""
KINDS: Mapping[str, str] = {code: kind for kind, code in CODES.items()}


class ResourceId(NamedTuple):
    patient_id: PatientId
    kind: str
    record_id: str
    part: str = ""

    def __str__(self) -> str:
        tail = f"-{self.part}" if self.part else ""
        return card_resource_id(self.patient_id) + CODES[self.kind] + _written(UUID(self.record_id)) + tail


def card_resource_id(patient_id: str) -> str:
    """The id of the ``Patient`` of a card."""
    return _written(UUID(hex=patient_id))


def patient_of(resource_id: str) -> PatientId | None:
    """Whose card the id of a ``Patient`` names; None for what is no such id."""
    if not CARD.fullmatch(resource_id):
        return None
    number = _number(resource_id)
    return None if number is None else PatientId(number.hex)


def resource_id_of(text: str) -> ResourceId | None:
    """What an id names; None for one that this system has not made."""
    found = FORM.fullmatch(text)
    if found is None or found[2] not in KINDS:
        return None
    patient, record = _number(found[1]), _number(found[3])
    if patient is None or record is None:
        return None
    return ResourceId(PatientId(patient.hex), KINDS[found[2]], str(record), found[4] or "")


def _written(number: UUID) -> str:
    text, left = "", number.int
    while left:
        left, digit = divmod(left, len(DIGITS))
        text = DIGITS[digit] + text
    return text.rjust(WIDTH, "0")


def _number(text: str) -> UUID | None:
    found = int(text, len(DIGITS))
    return UUID(int=found) if found < 1 << 128 else None
