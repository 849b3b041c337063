"""The load of a clinic: panels, and changes of schedules that they speak for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.cards import Cards

if TYPE_CHECKING:
    from chalicelib.services.load import LoadCounting, LoadOffers, LoadPanels, LoadProposals, LoadRebuilding
    from chalicelib.services.reactions import OtherReaction


class Load(Cards):
    @cached_property
    def load_counting(self) -> LoadCounting:
        from chalicelib.services.load import LoadCounting

        return LoadCounting(self.tables)

    @cached_property
    def load_offers(self) -> LoadOffers:
        from chalicelib.services.load import LoadOffers

        return LoadOffers(self.tables, self.clock)

    @cached_property
    def load_rebuilding(self) -> LoadRebuilding:
        from chalicelib.services.load import LoadRebuilding

        return LoadRebuilding(self.tables, self.load_counting)

    @cached_property
    def load_panels(self) -> LoadPanels:
        from chalicelib.services.load import LoadPanels

        return LoadPanels(self.gate, self.tables, self.clock)

    @cached_property
    def load_proposals(self) -> LoadProposals:
        from chalicelib.services.load import LoadProposals

        return LoadProposals(self.gate, self.tables, self.clock)

    def other_reactions(self) -> dict[str, OtherReaction]:
        return {**super().other_reactions(), **self.load_counting.reactions}
