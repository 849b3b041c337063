"""Appointments (APT-1): no record, but name, section and grants like one, so that one gate asks for the consent."""

from __future__ import annotations

from chalicelib.domain.access import Action
from chalicelib.records.spec import DOCTOR, unstored

APPOINTMENT = unstored(
    "appointment",
    "visits",
    {Action.READ: DOCTOR, Action.CREATE: DOCTOR},
    {"ru": "Запись на приём", "en": "Appointment"},
    collection="appointments",
)
"""What a doctor does with a patient's consent: book for them, and read why they come. Whose schedule it is, is asked
beside the gate; patients and registrars have ways of their own (services/appointments/).
"""
