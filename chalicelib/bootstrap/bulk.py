"""Bulk $export: the cards of a consented group as encrypted NDJSON."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.exports import Exports
from chalicelib.bootstrap.resource_search import ResourceSearch

if TYPE_CHECKING:
    from chalicelib.services.bulk import BulkMaker, BulkService, BulkTidying, Tools
    from chalicelib.services.file_queue import Look
    from chalicelib.services.reactions import OtherReaction


class Bulk(ResourceSearch, Exports):
    @cached_property
    def bulk_tools(self) -> Tools:
        from chalicelib.crypto.recipients import JweRecipients
        from chalicelib.services.bulk import Tools

        return Tools(
            gate=self.gate,
            tables=self.tables,
            documents=self.document_store,
            cards=self.resource_everything,
            reader=self.patient_reader,
            cipher=JweRecipients(),
            clock=self.clock,
            base=self.search_tools.base,
        )

    @cached_property
    def bulk(self) -> BulkService:
        from chalicelib.services.bulk import BulkService

        return BulkService(self.bulk_tools)

    @cached_property
    def bulk_maker(self) -> BulkMaker:
        from chalicelib.services.bulk import BulkMaker

        return BulkMaker(self.bulk_tools)

    @cached_property
    def bulk_tidying(self) -> BulkTidying:
        from chalicelib.services.bulk import BulkTidying

        return BulkTidying(self.bulk_tools, self.bulk_maker)

    def file_looks(self) -> dict[str, Look]:
        return {**super().file_looks(), "bulk": self.bulk_tidying.look}

    def other_reactions(self) -> dict[str, OtherReaction]:
        return {**super().other_reactions(), "make_bulk_export": self.bulk_maker.make}
