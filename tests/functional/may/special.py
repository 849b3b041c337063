"""Routes of special cases: families, earlier profiles, suspension."""

from __future__ import annotations

from typing import Any

PATIENTS = {"patient", "stranger"}

MAY: dict[str, set[str]] = {
    "family-list": PATIENTS,
    "profile-history": PATIENTS,
    "card-suspend": PATIENTS,
    "card-resume": PATIENTS,
    "suspension-list": PATIENTS,
    "suspension-lift": {"registrar"},
}

BODIES: dict[str, Any] = {
    "Suspension": {"reason": "временно"},
    "SuspensionLift": {"reason": "заявление № 1"},
}
