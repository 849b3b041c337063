"""Routes: schedules of doctors and their free slots."""

from __future__ import annotations

from typing import Any

from tests.functional.may.people import CLINICIANS, SESSIONS

MANAGERS = {"administrator", "registrar"}
LOOKING = SESSIONS | {"clinical-system"}

MAY: dict[str, set[str]] = {
    "free-slot-list": LOOKING,
    "schedule-change": MANAGERS,
    "schedule-choices": MANAGERS | CLINICIANS,
    "schedule-close": MANAGERS,
    "schedule-create": MANAGERS,
    "schedule-exception-delete": MANAGERS,
    "schedule-exception-put": MANAGERS,
    "schedule-list": LOOKING,
    "schedule-list-own": MANAGERS | CLINICIANS,
    "schedule-read": LOOKING,
    "schedule-slots": LOOKING,
    "specialty-list": LOOKING,
}

SETTINGS: dict[str, Any] = {
    "doctor": "Петров Пётр Петрович",
    "position": "врач-терапевт",
    "room": "214",
    "zone": "Europe/Moscow",
    "slot_minutes": 20,
    "rules": [
        {"weekdays": [1, 2, 3, 4, 5], "start": "09:00", "end": "12:00", "valid_from": "2026-01-01"},
        {"weekdays": [1, 2, 3, 4, 5], "start": "13:00", "end": "16:00", "valid_from": "2026-01-01"},
    ],
}

BODIES: dict[str, Any] = {
    "ScheduleSettings": SETTINGS,
    "ScheduleForm": {**SETTINGS, "member_id": "nobody", "specialty": "therapy"},
    "ScheduleException": {"last": "2026-12-31", "reason": "leave", "hours": []},
}
