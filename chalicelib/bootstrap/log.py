"""The parts of the audit log joined (docs/audit.md)."""

from __future__ import annotations

import time
from functools import cached_property
from typing import TYPE_CHECKING, Any

from chalicelib.bootstrap.adapters import Adapters
from chalicelib.bootstrap.clients import aws

if TYPE_CHECKING:
    from chalicelib.audit.ec_key import EcKey
    from chalicelib.audit.indexing import Rebuilder
    from chalicelib.audit.intake import Intake
    from chalicelib.audit.logstore import LogStore
    from chalicelib.audit.metrics import Metrics
    from chalicelib.audit.reader import LogReader

LOG_THREADS = 12  # calls to the stores at the same time, below the connections of a client


class Log(Adapters):
    """What the sequencer and the readers of the log stand on."""

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
    def log_key(self) -> EcKey:
        from chalicelib.audit.ec_key import KmsEcKey

        return KmsEcKey(lambda: aws("kms"), self.settings.log_key)

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
