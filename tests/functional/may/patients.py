"""Registration at a clinic and merged cards."""

from __future__ import annotations

from typing import Any

MAY: dict[str, set[str]] = {
    "patient-register": {"registrar"},
    "patient-duplicates": {"registrar"},
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
}
