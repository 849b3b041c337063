"""Routes of reminders and intakes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.functional.may.people import ID, OWNERS

PATIENTS = OWNERS | {"stranger"}

MAY: dict[str, set[str]] = {
    "reminder-list": PATIENTS,
    "reminder-extra": PATIENTS,
    "reminder-extra-switch": PATIENTS,
    "intake-list": PATIENTS,
    "intake-mark": PATIENTS,
    "intake-reminders": PATIENTS,
}

BODIES: dict[str, Any] = {
    "IntakeMark": {"medication_statement": ID, "when": datetime.now(UTC).isoformat(), "state": "taken"},
    "IntakeReminders": {"muted": True},
    "ExtraReminders": {"on": True},
}
