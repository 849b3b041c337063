"""Counts for analytics and epidemiology, small ones suppressed."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.cards import Cards

if TYPE_CHECKING:
    from chalicelib.services.aggregates import AggregateService, Bulletins, Closing, Counting, Publishing
    from chalicelib.services.reactions import OtherReaction


class Aggregates(Cards):
    @cached_property
    def aggregates(self) -> AggregateService:
        from chalicelib.services.aggregates import AggregateService

        return AggregateService(self.gate, self.tables, self.patient_keys, self.clock)

    @cached_property
    def aggregate_counting(self) -> Counting:
        from chalicelib.services.aggregates import Counting

        return Counting(self.gate, self.tables, self.vault, self.patient_keys, self.clock)

    @cached_property
    def aggregate_closing(self) -> Closing:
        from chalicelib.services.aggregates import Closing

        return Closing(self.gate, self.tables, self.vault, self.patient_keys, self.clock)

    @cached_property
    def bulletin_publishing(self) -> Publishing:
        from chalicelib.services.aggregates import Publishing

        return Publishing(self.gate, self.tables, self.clock)

    @cached_property
    def bulletins(self) -> Bulletins:
        from chalicelib.documents.pdf import PdfPrinter
        from chalicelib.services.aggregates import Bulletins

        return Bulletins(self.gate, self.tables, PdfPrinter())

    def other_reactions(self) -> dict[str, OtherReaction]:
        return {**super().other_reactions(), **self.aggregate_counting.reactions}
