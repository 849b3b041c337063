"""Routes: calendar feeds, and changes from outside scheduling systems."""

from __future__ import annotations

from typing import Any

from tests.functional.may.people import EVERYBODY, OWNERS

FEEDS = OWNERS | {"stranger", "doctor", "nurse", "registrar"}
OFFICE = {"registrar", "administrator"}
SYSTEMS = {"clinical-system"}

MAY: dict[str, set[str]] = {
    "calendar-create": FEEDS,
    "calendar-list": FEEDS,
    "calendar-revoke": FEEDS,
    "calendar-fetch": EVERYBODY,
    "outside-time-send": SYSTEMS,
    "outside-time-message": SYSTEMS,
    "outside-time-appointments": SYSTEMS,
    "outside-time-list": OFFICE,
    "outside-time-decide": OFFICE,
    "outside-id-read": OFFICE,
    "outside-id-set": OFFICE,
}

BODIES: dict[str, Any] = {
    "CalendarForm": {},
    "OutsideChanges": {
        "changes": [{"uid": "a", "sequence": 0, "stamp": "2026-03-02T09:00:00Z", "status": "cancelled"}]
    },
    "OutsideName": {"outside_id": "R-17"},
    "OutsideDecision": {"take": "sent"},
}
