"""Cases with the effect of each kind, and the uploads that they name."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.clients import aws
from chalicelib.bootstrap.core import Core

if TYPE_CHECKING:
    from chalicelib.documents.store import S3Quarantine
    from chalicelib.ports.scans import VirusScanner
    from chalicelib.services.cases import CaseService, Effect
    from chalicelib.services.reactions import OtherReaction
    from chalicelib.services.scan_checks import ScanCheckService
    from chalicelib.services.uploads import UploadService


class Cases(Core):
    @cached_property
    def quarantine(self) -> S3Quarantine:
        from chalicelib.documents.store import S3Quarantine

        return S3Quarantine(lambda: aws("s3"), self.settings.quarantine_bucket)

    @cached_property
    def virus_scanner(self) -> VirusScanner:
        from chalicelib.documents.clamd import Clamd
        from chalicelib.documents.scans import NoVirusScanner

        address = self.settings.virus_scanner
        return Clamd(address) if address else NoVirusScanner()

    @cached_property
    def uploads(self) -> UploadService:
        from chalicelib.services.uploads import UploadService

        return UploadService(
            self.gate,
            self.tables,
            self.vault,
            self.patient_keys,
            self.quarantine,
            self.document_store,
            self.clock,
        )

    @cached_property
    def scan_checks(self) -> ScanCheckService:
        from chalicelib.documents.scans import PdfScans
        from chalicelib.services.scan_checks import ScanCheckService

        return ScanCheckService(
            self.gate,
            self.tables,
            self.vault,
            self.quarantine,
            self.document_store,
            PdfScans(),
            self.virus_scanner,
            self.clock,
        )

    def other_reactions(self) -> dict[str, OtherReaction]:
        return {**super().other_reactions(), **self.scan_checks.reactions}

    @cached_property
    def cases(self) -> CaseService:
        from chalicelib.services.cases import CaseService

        return CaseService(self.gate, self.tables, self.vault, self.document_store, self.clock, self.case_effects())

    def case_effects(self) -> dict[str, Effect]:
        """Effect by kind; a mixin that has kinds of its own adds to ``super().case_effects()``."""
        from chalicelib.services.identity_scans import IdentityScans

        return {"identity-scan": IdentityScans(self.gate, self.tables, self.vault, self.clock)}
