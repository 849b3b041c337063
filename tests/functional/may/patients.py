"""Registration at a clinic and merged cards."""

from __future__ import annotations

from typing import Any

from tests.functional.may.people import ID

MAY: dict[str, set[str]] = {
    "patient-register": {"registrar"},
    "patient-duplicates": {"registrar"},
    "paper-upload": {"registrar"},
    "paper-upload-list": {"registrar"},
    "consent-paper": {"registrar"},
    "merge-propose": {"registrar"},
    "merge-list": {"registrar"},
    "merge-read": {"registrar"},
    "merge-decide": {"registrar"},
    "merge-undo": {"registrar"},
    "merge-mine": {"patient", "stranger"},
}
BODIES: dict[str, Any] = {
    "Patient": {
        "last_name": "Иванова",
        "first_name": "Анна",
        "birth_date": "not a date",
        "sex": "female",
        "consent_text_version": "2026-11",
        "consent_given": True,
    },
    "PaperConsent": {
        "member_id": ID,
        "scans": [ID],
        "consent_text_version": "2026-11",
        "consent_text_sha256": "0" * 64,
    },
    "Merge": {"source": ID, "basis": "papers-compared"},
    "MergeDecision": {"approve": False, "reason": "other"},
    "MergeUndoing": {"reason": "other"},
}
