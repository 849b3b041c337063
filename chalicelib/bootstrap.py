"""The only place that knows which adapter stands behind which port. Everything is made on first use."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from chalicelib.config import Settings
from chalicelib.services.gate import Gate

if TYPE_CHECKING:
    from chalicelib.audit.authority import KmsAuthority
    from chalicelib.audit.indexing import Rebuilder
    from chalicelib.audit.intake import Intake
    from chalicelib.audit.log import OutboxAuditLog
    from chalicelib.audit.logstore import LogStore
    from chalicelib.audit.metrics import Metrics
    from chalicelib.audit.reader import LogReader
    from chalicelib.audit.subjects import Subjects
    from chalicelib.crypto.blind_index import KmsBlindIndex
    from chalicelib.crypto.passwords import Argon2Passwords
    from chalicelib.crypto.patient_keys import KmsPatientKeys
    from chalicelib.crypto.signer import KmsSigner
    from chalicelib.crypto.vault import EnvelopeVault
    from chalicelib.documents.store import S3Documents
    from chalicelib.notify.erasure_queue import SqsErasureQueue
    from chalicelib.notify.messenger import AwsMessenger
    from chalicelib.notify.parking import SqsParking
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
    from chalicelib.storage.tables import DynamoTables


LOG_THREADS = 12  # calls to the stores at the same time, below the connections of a client


def now() -> datetime:
    return datetime.now(UTC)


@cache
def aws(service: str) -> Any:
    """One client a service and process: connections are kept (boto3 clients are safe to share between threads)."""
    import boto3
    from botocore.config import Config

    config = Config(
        connect_timeout=2, read_timeout=10, retries={"mode": "standard", "max_attempts": 3}, max_pool_connections=20
    )
    client: Any = boto3.client  # the stubs know services by literal names only
    return client(service, config=config)


class Services:
    """Ports joined to adapters, and the services that stand on them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = now

    # --- adapters

    @cached_property
    def tables(self) -> DynamoTables:
        from chalicelib.storage.tables import DynamoTables

        return DynamoTables(lambda: aws("dynamodb"), self.settings.tables())

    @cached_property
    def authority(self) -> KmsAuthority:
        from chalicelib.audit.authority import KmsAuthority

        return KmsAuthority(lambda: aws("kms"), self.settings.writer_ca_key)

    @cached_property
    def subjects(self) -> Subjects:
        from chalicelib.audit.subjects import Subjects

        return Subjects(self.tables, lambda: aws("kms"), self.authority, self.settings.audit_key, self.settings.tenant)

    @cached_property
    def audit(self) -> OutboxAuditLog:
        from chalicelib.audit.log import OutboxAuditLog
        from chalicelib.audit.writer import Writer

        return OutboxAuditLog(self.tables, self.subjects, lambda: Writer(self.authority), self.clock)

    @cached_property
    def log_store(self) -> LogStore:
        from concurrent.futures import ThreadPoolExecutor

        from chalicelib.audit.logstore import LogStore
        from chalicelib.audit.objects import S3Objects

        pool = ThreadPoolExecutor(LOG_THREADS, thread_name_prefix="audit-log")
        return LogStore(
            self.tables,
            S3Objects(lambda: aws("s3"), self.settings.audit_log_bucket),
            S3Objects(lambda: aws("s3"), self.settings.audit_edge_bucket),
            lambda work, things: list(pool.map(work, things)),
        )

    @cached_property
    def metrics(self) -> Metrics:
        from chalicelib.audit.metrics import Metrics

        return Metrics(self.settings.audit_log_name, printed=self.settings.on_lambda())

    @cached_property
    def log_key(self) -> KmsAuthority:
        from chalicelib.audit.authority import KmsAuthority

        return KmsAuthority(lambda: aws("kms"), self.settings.log_key)

    @cached_property
    def intake(self) -> Intake:
        """The sequencer with its intake: what the functions of the log call."""
        from chalicelib.audit.envelopes import Writers
        from chalicelib.audit.intake import Intake
        from chalicelib.audit.own import OwnWriter
        from chalicelib.audit.publishing import Publisher
        from chalicelib.audit.sequencer import Sequencer
        from chalicelib.audit.witness import WitnessClient
        from chalicelib.audit.writer import Writer

        settings = self.settings
        witness = WitnessClient(settings.witness_url, settings.witness_keys.split()) if settings.witness_url else None
        publisher = Publisher(self.log_store, settings.audit_log_name, self.log_key, witness)
        writers = Writers(self.authority)
        own = OwnWriter(lambda: Writer(self.authority), self.subjects, self.clock)
        sequencer = Sequencer(self.log_store, publisher, writers, own, self.clock)
        return Intake(self.log_store, sequencer, writers, self.clock, self.metrics)

    @cached_property
    def audit_reader(self) -> LogReader:
        from chalicelib.audit.opening import PrivateKeys
        from chalicelib.audit.reader import LogReader

        settings = self.settings
        private_keys = PrivateKeys(lambda: aws("kms"), settings.audit_key, settings.tenant, self.clock, time.monotonic)
        witnessed = bool(self.settings.witness_url)
        return LogReader(self.log_store, self.authority, private_keys, self.clock, witnessed=witnessed)

    @cached_property
    def log_policy(self) -> dict[str, Any]:
        from chalicelib.audit.published import policy

        settings = self.settings
        return policy(settings.audit_log_name, self.log_key, self.authority, settings.witness_keys.split())

    @cached_property
    def rebuilder(self) -> Rebuilder:
        from chalicelib.audit.indexing import Rebuilder

        return Rebuilder(self.log_store, self.settings.audit_log_name, self.log_key)

    @cached_property
    def patient_keys(self) -> KmsPatientKeys:
        from chalicelib.crypto.patient_keys import KmsPatientKeys

        return KmsPatientKeys(
            self.tables,
            lambda: aws("kms"),
            self.settings.patient_key,
            self.settings.tenant,
            self.clock,
            time.monotonic,
        )

    @cached_property
    def vault(self) -> EnvelopeVault:
        from chalicelib.crypto.vault import EnvelopeVault

        return EnvelopeVault(self.patient_keys, self.settings.tenant)

    @cached_property
    def index(self) -> KmsBlindIndex:
        from chalicelib.crypto.blind_index import KmsBlindIndex

        return KmsBlindIndex(lambda: aws("kms"), self.settings.index_key, self.settings.tenant)

    @cached_property
    def passwords(self) -> Argon2Passwords:
        from chalicelib.crypto.passwords import Argon2Passwords

        return Argon2Passwords()

    @cached_property
    def signer(self) -> KmsSigner:
        from chalicelib.crypto.signer import KmsSigner

        return KmsSigner(
            self.tables,
            lambda: aws("kms"),
            self.settings.system_key,
            self.settings.tenant,
            self.settings.public_url,
            self.clock,
            time.monotonic,
        )

    @cached_property
    def messenger(self) -> AwsMessenger:
        from chalicelib.notify.messenger import AwsMessenger

        return AwsMessenger(lambda: aws("sns"), lambda: aws("ses"), self.settings.mail_sender)

    @cached_property
    def parking(self) -> SqsParking:
        from chalicelib.notify.parking import SqsParking

        return SqsParking(lambda: aws("sqs"), {"parked": self.settings.parked_queue})

    @cached_property
    def erasure_queue(self) -> SqsErasureQueue:
        from chalicelib.notify.erasure_queue import SqsErasureQueue

        return SqsErasureQueue(lambda: aws("sqs"), self.settings.erasure_queue)

    @cached_property
    def document_store(self) -> S3Documents:
        from chalicelib.documents.store import S3Documents

        return S3Documents(lambda: aws("s3"), self.settings.documents_bucket)

    # --- services

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
