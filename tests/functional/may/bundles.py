"""Routes: transactions and batches of FHIR R4 resources, also large ones."""

from __future__ import annotations

from typing import Any

REGISTRAR = {"registrar"}

MAY: dict[str, set[str]] = {
    "bundle-send": {"clinical-system"},
    "import-read": {"clinical-system"},
    "patient-doubt-list": REGISTRAR,
    "patient-doubt-decide": REGISTRAR,
}

BODIES: dict[str, Any] = {"DoubtDecision": {"answer": "different", "reason": "papers-compared"}}
