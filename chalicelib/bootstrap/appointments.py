"""Appointments: booking, moving, cancelling, what became of them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.cards import Cards

if TYPE_CHECKING:
    from chalicelib.services.appointments import AppointmentService, Booker, ClinicService, ReferralDesk, Tools


class Appointments(Cards):
    @cached_property
    def appointments(self) -> AppointmentService:
        from chalicelib.services.appointments import AppointmentService

        return AppointmentService(self.appointment_tools, self.booker)

    @cached_property
    def clinic_appointments(self) -> ClinicService:
        from chalicelib.services.appointments import ClinicService

        return ClinicService(self.appointment_tools, self.booker)

    @cached_property
    def referral_desk(self) -> ReferralDesk:
        from chalicelib.services.appointments import ReferralDesk

        return ReferralDesk(self.appointment_tools)

    @cached_property
    def booker(self) -> Booker:
        from chalicelib.services.appointments import Booker

        return Booker(self.appointment_tools)

    @cached_property
    def appointment_tools(self) -> Tools:
        from chalicelib.services.appointments import Tools

        return Tools(self.gate, self.tables, self.vault, self.patient_keys, self.clock)
