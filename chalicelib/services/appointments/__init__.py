"""Booking, moving and cancelling visits, and what became of them (APT-1, SPC-7); the rules: domain/appointments.py.

    booking.py   one transaction: the slot is nobody's, the schedule is as it was read, the patient has nothing else at
                 that time, the card is active, the referral is unused; with it the reminder, the notice and the entry
    cabinet.py   what a patient, or who represents them, does
    clinic.py    what the clinic does: booking for a patient, its day, arrived, fulfilled, missed
    referrals.py which referral a registrar may book with, without reading it

Of two at one moment one stores first; the other looks again and is told what it finds then.
"""

from chalicelib.services.appointments.booking import Booker, Wish
from chalicelib.services.appointments.cabinet import AppointmentService
from chalicelib.services.appointments.clinic import ClinicService
from chalicelib.services.appointments.referrals import ReferralDesk
from chalicelib.services.appointments.tools import Tools

__all__ = ["AppointmentService", "Booker", "ClinicService", "ReferralDesk", "Tools", "Wish"]
