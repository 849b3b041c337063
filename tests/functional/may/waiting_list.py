"""Routes: the waiting list, offers of freed slots, and changes by the clinic."""

from __future__ import annotations

from typing import Any

from tests.functional.may.people import ID, OWNERS

PATIENTS = OWNERS | {"stranger"}
DESK = {"registrar"}

MAY: dict[str, set[str]] = {
    "waiting-entry-create": PATIENTS,
    "waiting-entry-list": PATIENTS,
    "waiting-entry-read": PATIENTS,
    "waiting-entry-leave": PATIENTS,
    "waiting-entry-accept": PATIENTS,
    "waiting-entry-decline": PATIENTS,
    "appointment-alternatives": PATIENTS,
    "waiting-list-read": DESK,
    "waiting-entry-put-first": DESK,
}

BODIES: dict[str, Any] = {
    "WaitingEntry": {"schedule_id": ID, "last": "2026-12-31", "weekdays": [1], "parts": ["morning"]},
    "Acceptance": {},
    "Priority": {"first": True, "reason": "Решение врачебной комиссии"},
}
