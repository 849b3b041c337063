"""Routes of cases and uploads."""

from __future__ import annotations

from typing import Any

from tests.functional.may.people import EVERYBODY

PATIENTS = {"patient", "stranger"}
CARDS = PATIENTS | {"representative"}

MAY: dict[str, set[str]] = {
    "upload-create": CARDS,
    "upload-list": CARDS,
    "upload-read": CARDS,
    "text-read": EVERYBODY,
    "application-document": {"registrar"},
    "case-kinds": EVERYBODY,
    "case-file": PATIENTS,
    "case-list": CARDS,
    "case-read": CARDS,
    "case-withdraw": CARDS,
    "case-supply": CARDS,
    "case-requests": PATIENTS,
    "case-answer": PATIENTS,
    "case-queue": {"registrar"},
    "case-review": {"registrar"},
    "case-document": {"registrar"},
    "case-decide": {"registrar"},
}

BODIES: dict[str, Any] = {
    "CaseFiling": {"kind": "identity-scan", "form": {"passport_series": "4510", "passport_number": "123456"}},
    "CaseDocuments": {"documents": {"passport": ["none"]}},
    "CaseAnswer": {"agree": True},
    "CaseDecision": {"decision": "refuse", "reason": "unreadable"},
}
