"""Schedules of doctors and their free slots."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.cards import Cards

if TYPE_CHECKING:
    from chalicelib.ports.timers import Ring
    from chalicelib.services.reactions import OtherReaction
    from chalicelib.services.schedules import DisplacedVisits, FreeSlotService, ScheduleOffice


class Schedules(Cards):
    @cached_property
    def schedule_office(self) -> ScheduleOffice:
        from chalicelib.services.schedules import ScheduleOffice

        return ScheduleOffice(self.gate, self.tables, self.clock)

    @cached_property
    def free_slots(self) -> FreeSlotService:
        from chalicelib.services.schedules import FreeSlotService

        return FreeSlotService(self.gate, self.tables, self.clock)

    @cached_property
    def displaced_visits(self) -> DisplacedVisits:
        from chalicelib.services.schedules import DisplacedVisits

        return DisplacedVisits(self.gate, self.tables, self.clock)

    def timer_topics(self) -> dict[str, Ring]:
        from chalicelib.ports.schedule_rows import DISPLACED

        return {**super().timer_topics(), DISPLACED: self.displaced_visits.ring}

    def other_reactions(self) -> dict[str, OtherReaction]:
        return {**super().other_reactions(), "member_left": self.schedule_office.member_left}
