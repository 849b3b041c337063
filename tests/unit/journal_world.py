"""A log with its sequencer, witness and reader, and the services of the journal before it: all real but the stores."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from botocore.exceptions import ClientError, EndpointConnectionError

from chalicelib.audit.envelopes import Row
from chalicelib.audit.log import OutboxAuditLog
from chalicelib.audit.opening import PrivateKeys
from chalicelib.audit.reader import LogReader
from chalicelib.audit.writer import Writer
from chalicelib.domain.access import Permit
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.journal import Wanted
from chalicelib.ports import keys
from chalicelib.ports.tables import Delete, Key, Put, Store
from chalicelib.services.audit_log import AuditLogService
from chalicelib.services.gate import Gate
from chalicelib.services.journal import JournalService
from tests.fakes import FakeKeys, FakeVault
from tests.log.world import LogWorld, row
from tests.unit.test_audit_log import FakeKms
from verifier import patient
from verifier.report import Report

ANNA, BORIS, DOCTOR = PersonId("anna"), PersonId("boris"), PersonId("doctor")


class OpeningKms:
    """Unwraps what ``FakeKms`` wrapped, under the same context alone."""

    def __init__(self, kms: FakeKms) -> None:
        self._kms = kms
        self.calls = 0

    def decrypt(self, *, CiphertextBlob: bytes, EncryptionContext: dict[str, str], **_: Any) -> dict[str, bytes]:  # noqa: N803 - as boto3 spells it
        self.calls += 1
        if self._kms.down:
            raise EndpointConnectionError(endpoint_url="https://kms")
        plain, context = self._kms.wrapped.get(CiphertextBlob, (b"", {}))
        if context != EncryptionContext:
            raise ClientError({"Error": {"Code": "InvalidCiphertextException"}}, "Decrypt")
        return {"Plaintext": plain}


def permit(person: PersonId = ANNA, kind: str = "journal") -> Permit:
    return Permit(person, kind, None, "entry")


WHOLE = permit(PersonId("sys"), "audit-log")


class JournalWorld:
    def __init__(self) -> None:
        self.log = LogWorld(witness=True)
        self.clock, self.tables = self.log.clock, self.log.tables
        self.kms = OpeningKms(self.log.kms)
        self.ticks = itertools.count()
        self.reader = self.cold_reader()
        audit = OutboxAuditLog(self.tables, self.log.subjects, lambda: Writer(self.log.ca), self.clock)
        self.keys = FakeKeys(self.tables, self.clock)
        self.vault = FakeVault(self.keys)
        self.gate = Gate(self.tables, audit, self.clock)
        self.journal = JournalService(self.gate, self.tables, self.vault, self.reader, self.clock)
        self.officers = AuditLogService(self.gate, self.reader)
        self.sequencer = self.log.sequencer()
        self._done: set[Key] = set()

    def cold_reader(self) -> LogReader:
        private = PrivateKeys(lambda: self.kms, "arn:key", "demo", self.clock, lambda: self.clock().timestamp())
        return LogReader(self.log.store, self.log.ca, private, self.clock)

    # --- making entries

    def write(self, person: PersonId = ANNA, count: int = 1, **fields: Any) -> None:
        """Entries straight into the log."""
        self.run(self.log.rows(count, person=person, **fields))

    def run(self, rows: Iterable[Row]) -> None:
        by_year: dict[int, list[Row]] = {}
        for one in rows:
            by_year.setdefault(one.signed.year, []).append(one)
        for year, batch in sorted(by_year.items()):
            self.sequencer.run(year, batch)

    def sequence(self) -> None:
        """What the services have put into the outbox, into the log."""
        waiting = {k: r for k, r in self.tables.rows(Store.AUDIT_OUTBOX).items() if k not in self._done}
        self._done |= set(waiting)
        self.run(row(item) for item in waiting.values())

    # --- people

    def enrol(self, person: PersonId, name: str) -> None:
        self.keys.enrol(person)
        profile = json.dumps({"last_name": name}).encode()
        sealed = self.vault.seal(Permit(person, "profile", "profile", "e", writes=True), 1, profile)
        self.tables.commit([Put(keys.profile(person), {"ver": 1, "sealed": sealed})])

    def erase(self, person: PersonId, year: int = 2026) -> None:
        tag = self.log.subjects.of(person, year).tag
        self.tables.commit([Delete(keys.audit_subject(person, year)), Delete(keys.audit_tag(tag))])

    # --- looking

    def links(self, person: PersonId = ANNA, year: int = 2026) -> list[dict[str, Any]]:
        pk = keys.log_chain(self.log.subjects.of(person, year).tag)
        return self.tables.query(Store.AUDIT_INDEX, pk, limit=5000).items

    def link(self, number: int, person: PersonId = ANNA) -> Key:
        return keys.log_link(self.log.subjects.of(person, 2026).tag, number)

    def verdict(self, bundle: Any, nonce: str) -> Report:
        return patient.check(json.loads(json.dumps(bundle)), self.log.policy(1), nonce, now=self.clock().timestamp())


def patient_of(person: PersonId = ANNA, **fields: Any) -> Actor:
    return replace(Actor(person, Role.PATIENT, "s0", ip="192.0.2.9", request_id="q0"), **fields)


def doctor(person: PersonId = DOCTOR, **fields: Any) -> Actor:
    made = Actor(person, Role.DOCTOR, "s1", "m1", "clinic", "therapy", ip="192.0.2.1", request_id="q1")
    return replace(made, **fields)


OFFICER = Actor(PersonId("officer"), Role.SECURITY_OFFICER, "s2", "m2", "clinic", "security", ip="192.0.2.2")


ALL = Wanted()
NONCE = "n" * 20


def hospital() -> JournalWorld:
    """Two patients and a doctor with keys and names, and the doctor's clinic."""
    made = JournalWorld()
    for person, name in ((ANNA, "Журавлёва"), (DOCTOR, "Петров"), (BORIS, "Борисов")):
        made.enrol(person, name)
    made.tables.commit([Put(keys.organisation("clinic"), {"id": "clinic", "name": "Поликлиника № 1"})])
    return made


def seen(world: JournalWorld, wanted: Wanted = ALL, language: str = "ru", limit: int = 50) -> list[Any]:
    """Anna's journal as she sees it."""
    return list(world.journal.page(patient_of(), wanted, language, limit, None).items)


def looked(world: JournalWorld, **fields: Any) -> None:
    """The doctor looked at a visit of Anna's."""
    fields = {"actor": doctor(), "resource_type": "visit", "resource_id": "r1", "reason": "consent", **fields}
    world.write(ANNA, **fields)
