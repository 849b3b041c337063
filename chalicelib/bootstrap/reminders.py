"""Reminders: what is due, by person."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.vaccinations import Vaccinations

if TYPE_CHECKING:
    from chalicelib.ports.timers import Ring
    from chalicelib.services.reactions import OtherReaction
    from chalicelib.services.reminders import Choosing, ExtraReminders, IntakeService, ReminderService


class Reminders(Vaccinations):
    @cached_property
    def reminders(self) -> ReminderService:
        from chalicelib.services.reminders import ReminderService

        return ReminderService(self.gate, self.tables, self.clock, self.extra_reminders)

    @cached_property
    def extra_reminders(self) -> ExtraReminders:
        from chalicelib.services.reminders import ExtraReminders

        return ExtraReminders(self.gate, self.tables, self.clock, self.choosing)

    @cached_property
    def choosing(self) -> Choosing:
        from chalicelib.domain.no_show import shipped
        from chalicelib.services.reminders import Choosing

        return Choosing(self.settings.no_show_threshold, shipped)

    @cached_property
    def intakes(self) -> IntakeService:
        from chalicelib.services.reminders import IntakeService

        return IntakeService(self.gate, self.tables, self.vault, self.patient_keys, self.clock)

    def timer_topics(self) -> dict[str, Ring]:
        from chalicelib.services.reminders import Rings

        return {**super().timer_topics(), **Rings(self.audit.new_id, self.clock, self.choosing).topics}

    def other_reactions(self) -> dict[str, OtherReaction]:
        from chalicelib.services.reminders import Planning

        planning = Planning(
            self.gate,
            self.tables,
            self.vault,
            self.vaccination_histories.opened,
            lambda *said: self.reactions.notice(*said),  # noqa: PLW0108 - reactions are made of these
            self.clock,
        )
        return {**super().other_reactions(), **planning.reactions}
