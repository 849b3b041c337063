"""Routes of connected sources and of the policy."""

from __future__ import annotations

from typing import Any

from tests.functional.may.people import OWNERS

PATIENTS = {"patient", "stranger"}

MAY: dict[str, set[str]] = {
    "source-list": OWNERS | PATIENTS,
    "source-refresh": OWNERS | PATIENTS,
    "source-switch": OWNERS | PATIENTS,
    "unmapped-list": PATIENTS,
    "policy-read": OWNERS | PATIENTS,
    "policy-check": OWNERS | PATIENTS,
    "policy-review": {"registrar"},
}

BODIES: dict[str, Any] = {
    "Switch": {"paused": True},
}
