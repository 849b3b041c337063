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
    "case-file": CARDS,
    "case-list": CARDS,
    "case-read": CARDS,
    "case-withdraw": CARDS,
    "case-supply": CARDS,
    "case-receive": CARDS,
    "case-requests": PATIENTS,
    "case-answer": PATIENTS,
    "case-queue": {"registrar"},
    "case-review": {"registrar"},
    "case-document": {"registrar"},
    "case-decide": {"registrar"},
}

BODIES: dict[str, Any] = {
    "CaseFiling": {"kind": "copy-request", "form": {"organisation_id": "none", "what": "Все выписки"}},
    "CaseDocuments": {"documents": {"passport": ["none"]}},
    "CaseAnswer": {"agree": True},
    "CaseDecision": {"decision": "refuse", "reason": "unreadable"},
}
