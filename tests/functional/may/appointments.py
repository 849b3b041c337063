"""Routes: appointments: booking, moving, cancelling, what became of them."""

from __future__ import annotations

from typing import Any

from tests.functional.may.people import ID, OWNERS

PATIENTS = OWNERS | {"stranger"}
DESK = {"doctor", "registrar"}
AT_WORK = DESK | {"nurse"}

MAY: dict[str, set[str]] = {
    "appointment-book": PATIENTS,
    "appointment-list": PATIENTS,
    "appointment-read": PATIENTS,
    "appointment-move": PATIENTS,
    "appointment-cancel": PATIENTS,
    "appointment-book-for": DESK,
    "appointment-referrals": {"registrar"},
    "appointment-day": AT_WORK,
    "appointment-of-schedule": AT_WORK,
    "appointment-move-for": DESK,
    "appointment-cancel-for": DESK,
    "appointment-arrival": AT_WORK,
    "appointment-fulfilment": AT_WORK,
    "appointment-absence": AT_WORK,
}

START = "2026-12-01T09:00:00+03:00"

BODIES: dict[str, Any] = {
    "Booking": {"schedule_id": ID, "start": START},
    "BookingFor": {"patient_id": ID, "start": START},
    "NewTime": {"start": START},
    "ClinicCancellation": {"why": "equipment"},
    "Fulfilment": {},
}
