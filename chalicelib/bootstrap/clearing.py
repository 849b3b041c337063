"""What an erased person holds with others."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.waiting_list import WaitingList

if TYPE_CHECKING:
    from chalicelib.services.clearing import ClearingService
    from chalicelib.services.reactions import OtherReaction


class Clearing(WaitingList):
    @cached_property
    def clearing(self) -> ClearingService:
        from chalicelib.services.clearing import ClearingService

        return ClearingService(self.gate, self.tables, self.offers.given_back, self.clock)

    def other_reactions(self) -> dict[str, OtherReaction]:
        return {**super().other_reactions(), **self.clearing.reactions}
