"""Keys of appointments. What is taken of a schedule, keys/schedules.py says."""

from __future__ import annotations

from chalicelib.ports.keys.cards import patient
from chalicelib.ports.keys.schedules import schedule_rows
from chalicelib.ports.tables import Key, Store

__all__ = ["APPOINTMENTS", "appointment", "appointment_place", "bookings", "referral_use"]

APPOINTMENTS = "APPT#"


def appointment(patient_id: str, appointment_id: str) -> Key:
    """An appointment; the reason that the patient gave is sealed."""
    return Key(Store.CARD, patient(patient_id), f"{APPOINTMENTS}{appointment_id}")


def appointment_place(schedule_id: str, appointment_id: str) -> Key:
    """Whose an appointment of a schedule is, for the clinic names no patient in a path."""
    return Key(Store.CARD, schedule_rows(schedule_id), f"{APPOINTMENTS}{appointment_id}")


def bookings(patient_id: str) -> Key:
    """The open appointments of one patient: every booking of theirs changes this row, so they follow one another."""
    return Key(Store.CARD, patient(patient_id), "BOOKINGS")


def referral_use(patient_id: str, referral_id: str) -> Key:
    """Which appointment a referral is used up by."""
    return Key(Store.CARD, patient(patient_id), f"REFERRALUSE#{referral_id}")
