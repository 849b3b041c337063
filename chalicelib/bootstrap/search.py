"""The index of a card and the search in it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.cards import Cards

if TYPE_CHECKING:
    from chalicelib.services.reactions import OtherReaction
    from chalicelib.services.search import IndexService, SearchService
    from chalicelib.services.search.held import HeldKeys


class Search(Cards):
    @cached_property
    def search_keys(self) -> HeldKeys:
        from chalicelib.services.search.held import HeldKeys

        return HeldKeys(self.gate, self.tables, self.vault, self.patient_keys, self.clock)

    @cached_property
    def search(self) -> SearchService:
        from chalicelib.services.search import SearchService

        return SearchService(self.gate, self.tables, self.vault, self.search_keys, self.clock)

    @cached_property
    def search_index(self) -> IndexService:
        from chalicelib.services.search import IndexService

        return IndexService(self.gate, self.tables, self.vault, self.patient_keys, self.search_keys, self.clock)

    def other_reactions(self) -> dict[str, OtherReaction]:
        return {**super().other_reactions(), **self.search_index.reactions}
