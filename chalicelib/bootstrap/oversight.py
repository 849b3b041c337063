"""Services of the journal, the review of the log and erasure."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.clients import aws
from chalicelib.bootstrap.core import Core

if TYPE_CHECKING:
    from chalicelib.services.access_reports import AccessReportService
    from chalicelib.services.audit_log import AuditLogService
    from chalicelib.services.checks import CheckService
    from chalicelib.services.eraser import EraserService
    from chalicelib.services.erasures import ErasureService
    from chalicelib.services.findings import FindingService
    from chalicelib.services.journal import JournalService
    from chalicelib.services.reconciliation import ReconciliationService
    from chalicelib.services.review import ReviewService


class Oversight(Core):
    @cached_property
    def journal(self) -> JournalService:
        from chalicelib.services.journal import JournalService

        return JournalService(self.gate, self.tables, self.vault, self.audit_reader, self.clock)

    @cached_property
    def audit_log(self) -> AuditLogService:
        from chalicelib.services.audit_log import AuditLogService

        return AuditLogService(self.gate, self.audit_reader)

    @cached_property
    def erasures(self) -> ErasureService:
        from chalicelib.services.erasures import ErasureService

        return ErasureService(self.gate, self.tables, self.signer, self.clock)

    @cached_property
    def eraser(self) -> EraserService:
        from chalicelib.services.eraser import EraserService

        return EraserService(self.gate, self.tables, self.patient_keys, self.signer, self.erasure_queue, self.clock)

    @cached_property
    def findings(self) -> FindingService:
        from chalicelib.services.findings import FindingService

        return FindingService(self.gate, self.tables, self.clock)

    @cached_property
    def review(self) -> ReviewService:
        from chalicelib.services.review import ReviewService

        return ReviewService(
            self.gate, self.tables, self.audit_reader, self.index, self.signer, self.findings, self.clock
        )

    @cached_property
    def reconciliation(self) -> ReconciliationService:
        from chalicelib.audit.key_uses import CloudTrailKeyUses
        from chalicelib.services.reconciliation import ReconciliationService

        uses = CloudTrailKeyUses(lambda: aws("s3"), self.settings.key_log_bucket, self.settings.tenant)
        return ReconciliationService(self.tables, self.audit_reader, uses, self.index, self.findings, self.clock)

    @cached_property
    def checks(self) -> CheckService:
        from chalicelib.services.checks import CheckService

        # What is on its way in is stored and logged, so it is compared like all else (storage/settled.py).
        return CheckService(self.gate, self.tables.beneath, self.audit_reader, self.findings, self.clock)

    @cached_property
    def access_reports(self) -> AccessReportService:
        from chalicelib.documents.pdf import PdfPrinter
        from chalicelib.services.access_reports import AccessReportService

        return AccessReportService(self.gate, self.tables, PdfPrinter(), self.findings, self.clock)
