"""Routes: the card as resources of FHIR R4: read, create, update, history."""

from __future__ import annotations

from typing import Any

from tests.functional.may.people import CLINICIANS, EVERYBODY, OWNERS

READERS = OWNERS | CLINICIANS  # a partner reads its own deliveries and by consent: here it has neither
SYSTEMS = {"clinical-system"}

MAY: dict[str, set[str]] = {
    "resource-capabilities": EVERYBODY,
    "resource-read": READERS,
    "resource-vread": READERS,
    "resource-history": READERS,
    "resource-create": SYSTEMS,
    "resource-update": SYSTEMS,
    "resource-patch": SYSTEMS,
    "resource-delete": set(),  # of what one did not deliver
}

BODIES: dict[str, Any] = {}
