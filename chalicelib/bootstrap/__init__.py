"""The only place that knows which adapter stands behind which port. Everything is made on first use."""

from __future__ import annotations

from functools import cache, cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.clients import aws, now
from chalicelib.bootstrap.log import Log
from chalicelib.config import Settings
from chalicelib.services.gate import Gate

if TYPE_CHECKING:
    from chalicelib.services.access_reports import AccessReportService
    from chalicelib.services.audit_log import AuditLogService
    from chalicelib.services.cards import CardService
    from chalicelib.services.checks import CheckService
    from chalicelib.services.consents import ConsentService
    from chalicelib.services.dispensing import DispensingService
    from chalicelib.services.documents import DocumentService
    from chalicelib.services.drafts import Drafts
    from chalicelib.services.eraser import EraserService
    from chalicelib.services.erasures import ErasureService
    from chalicelib.services.factors import FactorService
    from chalicelib.services.findings import FindingService
    from chalicelib.services.journal import JournalService
    from chalicelib.services.limits import LimitService
    from chalicelib.services.notices import NoticeService
    from chalicelib.services.partners import PartnerService
    from chalicelib.services.people import PeopleService
    from chalicelib.services.prescriptions import PrescriptionService
    from chalicelib.services.reactions import ReactionService
    from chalicelib.services.reconciliation import ReconciliationService
    from chalicelib.services.records import RecordService
    from chalicelib.services.registrations import RegistrationService
    from chalicelib.services.review import ReviewService
    from chalicelib.services.sessions import SessionService
    from chalicelib.services.sign_in import SignInService
    from chalicelib.services.staff import StaffService

__all__ = ["Services", "aws", "now", "services"]


class Services(Log):
    """The services that stand on the adapters."""

    @cached_property
    def gate(self) -> Gate:
        return Gate(self.tables, self.audit, self.clock)

    @cached_property
    def limits(self) -> LimitService:
        from chalicelib.services.limits import LimitService

        return LimitService(self.tables, self.clock)

    @cached_property
    def factors(self) -> FactorService:
        from chalicelib.services.factors import FactorService

        return FactorService(self.gate, self.tables, self.vault, self.messenger, self.limits, self.clock)

    @cached_property
    def registrations(self) -> RegistrationService:
        from chalicelib.services.registrations import RegistrationService

        return RegistrationService(
            self.gate,
            self.tables,
            self.vault,
            self.patient_keys,
            self.index,
            self.passwords,
            self.messenger,
            self.limits,
            self.clock,
        )

    @cached_property
    def sign_in(self) -> SignInService:
        from chalicelib.services.sign_in import SignInService

        return SignInService(
            self.gate, self.tables, self.index, self.passwords, self.signer, self.factors, self.limits, self.clock
        )

    @cached_property
    def sessions(self) -> SessionService:
        from chalicelib.services.sessions import SessionService

        return SessionService(self.gate, self.tables, self.signer, self.factors, self.limits, self.clock)

    @cached_property
    def people(self) -> PeopleService:
        from chalicelib.services.people import PeopleService

        return PeopleService(self.gate, self.tables, self.vault, self.clock)

    @cached_property
    def staff(self) -> StaffService:
        from chalicelib.services.staff import StaffService

        return StaffService(self.gate, self.tables, self.index, self.clock)

    @cached_property
    def partners(self) -> PartnerService:
        from chalicelib.crypto.assertions import JwtAssertions
        from chalicelib.services.partners import PartnerService

        return PartnerService(
            self.gate, self.tables, self.signer, JwtAssertions(), self.limits, self.clock, self.settings.public_url
        )

    @cached_property
    def drafts(self) -> Drafts:
        from chalicelib.services.drafts import Drafts

        return Drafts(self.gate, self.vault, self.clock)

    @cached_property
    def records(self) -> RecordService:
        from chalicelib.services.records import RecordService

        return RecordService(self.gate, self.tables, self.vault, self.patient_keys, self.drafts)

    @cached_property
    def documents(self) -> DocumentService:
        from chalicelib.services.documents import DocumentService

        return DocumentService(self.gate, self.tables, self.vault, self.document_store)

    @cached_property
    def prescriptions(self) -> PrescriptionService:
        from chalicelib.services.prescriptions import PrescriptionService, Stores

        stores = Stores(
            gate=self.gate,
            tables=self.tables,
            vault=self.vault,
            patient_keys=self.patient_keys,
            drafts=self.drafts,
            signer=self.signer,
            clock=self.clock,
            public_url=self.settings.public_url,
        )
        return PrescriptionService(stores)

    @cached_property
    def dispensing(self) -> DispensingService:
        from chalicelib.services.dispensing import Counter, DispensingService

        counter = Counter(
            gate=self.gate,
            tables=self.tables,
            vault=self.vault,
            patient_keys=self.patient_keys,
            signer=self.signer,
            clock=self.clock,
            public_url=self.settings.public_url,
        )
        return DispensingService(counter)

    @cached_property
    def consents(self) -> ConsentService:
        from chalicelib.services.consents import ConsentService

        return ConsentService(self.gate, self.tables, self.vault, self.clock)

    @cached_property
    def cards(self) -> CardService:
        from chalicelib.services.cards import CardService

        return CardService(self.gate, self.tables, self.vault, self.patient_keys, self.index, self.clock)

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
    def notices(self) -> NoticeService:
        from chalicelib.services.notices import NoticeService

        return NoticeService(self.gate, self.tables, self.vault, self.messenger, self.clock)

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

        return CheckService(self.gate, self.tables, self.audit_reader, self.findings, self.clock)

    @cached_property
    def access_reports(self) -> AccessReportService:
        from chalicelib.documents.pdf import PdfPrinter
        from chalicelib.services.access_reports import AccessReportService

        return AccessReportService(self.gate, self.tables, PdfPrinter(), self.findings, self.clock)

    @cached_property
    def reactions(self) -> ReactionService:
        from chalicelib.documents.pdf import PdfPrinter
        from chalicelib.notify.topic import SnsNotifier
        from chalicelib.services.reactions import ReactionService, Tools

        tools = Tools(
            gate=self.gate,
            tables=self.tables,
            vault=self.vault,
            documents=self.document_store,
            printer=PdfPrinter(),
            notifier=SnsNotifier(lambda: aws("sns"), self.settings.notices_topic),
            erasures=self.erasure_queue,
            clock=self.clock,
        )
        return ReactionService(tools)


@cache
def services() -> Services:
    return Services(Settings.from_env())
