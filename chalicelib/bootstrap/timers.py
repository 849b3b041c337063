"""Timers and what happens when they ring."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.cards import Cards

if TYPE_CHECKING:
    from chalicelib.services.reactions import OtherReaction
    from chalicelib.services.timers import TimerService


class Timers(Cards):
    @cached_property
    def timers(self) -> TimerService:
        from chalicelib.services.timers import TimerService

        return TimerService(self.gate, self.tables, self.parking, self.timer_topics, self.clock)

    def other_reactions(self) -> dict[str, OtherReaction]:
        return {**super().other_reactions(), "ring_timer": self.timers.rung_anew}
