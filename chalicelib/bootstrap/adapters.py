"""Ports joined to adapters."""

from __future__ import annotations

import time
from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.bootstrap.clients import aws, now
from chalicelib.config import Settings

if TYPE_CHECKING:
    from chalicelib.audit.ec_key import EcKey
    from chalicelib.audit.log import OutboxAuditLog
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
    from chalicelib.storage.settled import SettledTables


class Adapters:
    """Everything is made on first use."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = now

    @cached_property
    def tables(self) -> SettledTables:
        from chalicelib.storage.settled import SettledTables
        from chalicelib.storage.tables import DynamoTables

        return SettledTables(DynamoTables(lambda: aws("dynamodb"), self.settings.tables()))

    @cached_property
    def authority(self) -> EcKey:
        from chalicelib.audit.ec_key import KmsEcKey

        return KmsEcKey(lambda: aws("kms"), self.settings.writer_ca_key)

    @cached_property
    def subjects(self) -> Subjects:
        from chalicelib.audit.subjects import Subjects
        from chalicelib.audit.tags import KmsTags

        settings = self.settings
        tags = KmsTags(lambda: aws("kms"), settings.index_key, settings.tenant)
        return Subjects(self.tables, lambda: aws("kms"), self.authority, tags, settings.audit_key, settings.tenant)

    @cached_property
    def audit(self) -> OutboxAuditLog:
        from chalicelib.audit.log import OutboxAuditLog
        from chalicelib.audit.writer import Writer

        return OutboxAuditLog(self.tables, self.subjects, lambda: Writer(self.authority), self.clock)

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
