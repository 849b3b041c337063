"""Reactions that were parked, and the operator who has them run again."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.cards import Cards

if TYPE_CHECKING:
    from chalicelib.services.reactions import OtherReaction
    from chalicelib.services.redriving import RedrivingService


class Redriving(Cards):
    @cached_property
    def redriving(self) -> RedrivingService:
        from chalicelib.services.redriving import RedrivingService

        run = lambda name, row: self.reactions.run(name, row)  # noqa: E731, PLW0108 - reactions are made of these
        return RedrivingService(self.gate, self.tables, self.parking, run, self.clock)

    def other_reactions(self) -> dict[str, OtherReaction]:
        return {**super().other_reactions(), **self.redriving.reactions}
