"""Routes: search over resources of FHIR R4, $everything and the patient summary."""

from __future__ import annotations

from typing import Any

from tests.functional.may.people import CLINICIANS, OWNERS

SEARCHERS = OWNERS | CLINICIANS | {"stranger", "clinical-system"}

MAY: dict[str, set[str]] = {
    "resource-search": SEARCHERS,
    "resource-search-form": SEARCHERS,
    "audit-event-search": OWNERS | {"stranger"},
    "resource-everything": OWNERS | CLINICIANS | {"clinical-system"},
    "resource-everything-form": OWNERS | CLINICIANS | {"clinical-system"},
    "resource-summary": OWNERS | CLINICIANS,
    "resource-summary-form": OWNERS | CLINICIANS,
    "resource-summary-named": SEARCHERS,
}

BODIES: dict[str, Any] = {}
