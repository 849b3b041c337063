"""Exports of cards, large files, and the queue of both."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.cards import Cards
from chalicelib.bootstrap.issuing import Issuing

if TYPE_CHECKING:
    from chalicelib.services.exports import ExportMaker, ExportService, ExportTidying
    from chalicelib.services.file_queue import FileQueue, Look
    from chalicelib.services.large_file_checks import LargeFileChecks
    from chalicelib.services.large_files import LargeFileService
    from chalicelib.services.reactions import OtherReaction


class Exports(Issuing, Cards):
    @cached_property
    def exports(self) -> ExportService:
        from chalicelib.services.exports import ExportService

        return ExportService(self.gate, self.tables, self.vault, self.patient_keys, self.document_store, self.clock)

    @cached_property
    def export_maker(self) -> ExportMaker:
        from chalicelib.documents.booklet import PdfBooklet
        from chalicelib.services.exports import ExportMaker, Tools

        tools = Tools(
            gate=self.gate,
            tables=self.tables,
            vault=self.vault,
            documents=self.document_store,
            booklet=PdfBooklet(),
            issuing=self.issuing,
            clock=self.clock,
        )
        return ExportMaker(tools)

    @cached_property
    def export_tidying(self) -> ExportTidying:
        from chalicelib.services.exports import ExportTidying

        return ExportTidying(self.gate, self.tables, self.document_store, self.export_maker, self.clock)

    @cached_property
    def large_files(self) -> LargeFileService:
        from chalicelib.services.large_files import LargeFileService

        return LargeFileService(
            self.gate,
            self.tables,
            self.vault,
            self.patient_keys,
            self.quarantine,
            self.document_store,
            self.clock,
        )

    @cached_property
    def large_file_checks(self) -> LargeFileChecks:
        from chalicelib.services.large_file_checks import LargeFileChecks

        return LargeFileChecks(
            self.gate,
            self.tables,
            self.vault,
            self.quarantine,
            self.document_store,
            self.virus_scanner,
            self.clock,
        )

    @cached_property
    def file_queue(self) -> FileQueue:
        from chalicelib.services.file_queue import FileQueue

        return FileQueue(self.gate, self.tables, self.clock, self.file_looks())

    def file_looks(self) -> dict[str, Look]:
        """By the words that lines of the queue have in ``what``: never rename."""
        return {
            "export": self.export_tidying.look,
            "file": self.large_file_checks.look,
            "scan": self.scan_checks.look,
            "stamp": self.stamps.look,
        }

    def other_reactions(self) -> dict[str, OtherReaction]:
        from chalicelib.services.exports import MAKE

        return {**super().other_reactions(), MAKE: self.export_maker.make, **self.large_file_checks.reactions}
