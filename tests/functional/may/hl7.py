"""Routes: HL7 v2 messages in, acknowledgements out, and the queue of what matched nobody."""

from __future__ import annotations

from typing import Any

from tests.functional.may.people import ID

OFFICE = {"registrar"}

MAY: dict[str, set[str]] = {
    "hl7-receive": {"clinical-system"},
    "file-receive": {"clinical-system"},
    "hl7-unmatched-list": OFFICE,
    "hl7-unmatched-read": OFFICE,
    "hl7-unmatched-bind": OFFICE,
    "hl7-unmatched-merge": OFFICE,
    "hl7-unmatched-reject": OFFICE,
}

BODIES: dict[str, Any] = {
    "Hl7Binding": {"patient_id": ID},
    "Hl7Merging": {"patient_id": ID, "source_id": ID},
    "Hl7Rejection": {"reason": "test"},
}
