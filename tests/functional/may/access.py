"""Who may share and close a card, break the glass, represent."""

from __future__ import annotations

from typing import Any

from tests.functional.may.people import ID, OWNERS

CARDS = OWNERS | {"stranger"}
PATIENTS = {"patient", "stranger"}

MAY: dict[str, set[str]] = {
    "directory-organisations": CARDS,
    "consent-grant": CARDS,
    "block-list": CARDS,
    "block-put": CARDS,
    "block-remove": CARDS,
    "emergency-open": {"doctor"},
    "emergency-list": CARDS,
    "emergency-queue": {"security-officer"},
    "emergency-read": {"security-officer"},
    "emergency-decide": {"security-officer"},
    "representation-wards": PATIENTS,
    "representation-list": PATIENTS,
    "representation-grant": PATIENTS,
    "representation-end": PATIENTS,
    "restriction-list": {"doctor"},
    "restriction-create": {"doctor"},
}

WORDS = "Пациент без сознания, доставлен бригадой"

BODIES: dict[str, Any] = {
    "Sharing": {"organisation_id": ID, "member_id": ID},
    "ClosedDoor": {"kind": "organisation"},
    "EmergencyAccess": {"reason": "unconscious", "words": WORDS},
    "EmergencyDecision": {"outcome": "justified", "words": WORDS},
    "RepresentativeGrant": {},
    "Restriction": {"reason": "safeguarding", "words": WORDS},
}
