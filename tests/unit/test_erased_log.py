"""The log after an erasure: every proof holds, the verifier is content, and nobody opens a body any more."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from chalicelib.audit import entry
from chalicelib.audit.ec_key import KmsEcKey
from chalicelib.audit.logstore import LogStore
from chalicelib.audit.opening import PrivateKeys
from chalicelib.audit.reader import LogReader
from chalicelib.domain.access import Permit
from chalicelib.domain.identity import SYS
from chalicelib.ports import Event, keys
from chalicelib.ports.journal import LogEntry
from chalicelib.ports.tables import Store
from chalicelib.records.examination import EXAMINATION_PROTOCOL as KIND
from tests.log.world import LogWorld, row
from tests.unit.erasure_world import RealOffice, digest
from tests.unit.journal_world import OpeningKms
from tests.world import ANNA
from verifier import patient

pytestmark = pytest.mark.requirement("SPC-8", "AUD-2")
NONCE = "0123456789abcdef"


class Archive:
    """The log of an office: brought in, published, read, and verified by a program that shares no code with it."""

    def __init__(self, office: RealOffice) -> None:
        self.office, self.log = office, LogWorld()
        self.log.tables, self.log.clock, self.log.kms = office.tables, office.clock, office.audit_kms
        self.log.ca = KmsEcKey(lambda: office.audit_kms, "arn:ca")
        self.log.subjects = office.make_subjects()
        self.log.store = LogStore(office.tables, self.log.locked, self.log.edge)
        opening = OpeningKms(office.audit_kms)
        private = PrivateKeys(lambda: opening, "arn:key", "demo", office.clock, lambda: office.clock().timestamp())
        self.reader = LogReader(self.log.store, self.log.ca, private, office.clock)

    def sequence(self) -> None:
        """All that is in the outbox; what the log has already is left out by the sequencer."""
        waiting = [row(item) for item in self.office.pending()]
        self.log.sequencer().run(2026, waiting)

    def entries(self) -> list[LogEntry]:
        permit = Permit(SYS, "audit-log", None, "entry")
        return self.reader.slice(permit, 2026, 0, self.reader.size(2026))

    def complaints(self) -> list[str]:
        return [f.code for f in self.log.fsck().findings if f.level != "info" and f.code != "quorum-none"]

    def bundle(self) -> Mapping[str, Any]:
        """Her own, ordered as the journal does it."""
        details = {"nonce": NONCE}
        ordered = self.office.gate.record(Event(self.office.anna, "journal:request", ANNA, details=details))
        self.sequence()
        made = self.reader.bundle(Permit(ANNA, "journal", None, "entry"), {2026: ordered}, NONCE)
        assert made is not None
        return made

    def flaws(self, bundle: Mapping[str, Any]) -> list[str]:
        now = self.office.clock().timestamp()
        report = patient.check(json.loads(json.dumps(bundle)), self.log.policy(), NONCE, now=now)
        return [f.code for f in report.findings if f.level != "info" and f.code != "quorum-none"]


@pytest.fixture
def office() -> RealOffice:
    made = RealOffice()
    for _ in range(5):
        made.records.page(made.doctor, ANNA, KIND, limit=5, after=None)
    return made


def test_the_log_verifies_before_and_after_and_her_bodies_are_gone(office: RealOffice) -> None:
    archive = Archive(office)
    archive.sequence()
    tag = office.tag_of(ANNA)
    before = {e.id: e for e in archive.entries()}
    hers = [e for e in before.values() if e.tag == tag]
    assert len(hers) > 5
    assert all(e.body is not None and e.person_id == ANNA for e in hers)
    objects = archive.log.exported()
    office.eraser.execute(office.approved())
    archive.sequence()
    assert archive.complaints() == []
    after = {e.id: e for e in archive.entries()}
    locked = {name: data for name, data in objects.items() if "/segment/" in name}
    assert {name: archive.log.exported()[name] for name in locked} == locked
    for one in after.values():
        assert not one.altered
        if one.tag == tag:
            assert (one.body, one.person_id) == (None, "")
        else:
            assert one.body is not None
    assert set(before) < set(after)


def test_the_receipt_in_the_log_names_the_chains_that_cannot_be_read(office: RealOffice) -> None:
    archive = Archive(office)
    erasure_id = office.approved()
    office.eraser.execute(erasure_id)
    archive.sequence()
    found = archive.entries()
    dark = {e.tag for e in found if e.body is None}
    (receipt,) = [e.body for e in found if e.body and e.body["action"] == "erasure:receipt"]
    assert receipt["details"]["tags"].split() == sorted(map(digest, dark))
    assert receipt["details"]["receipt"] == digest(office.row(keys.erasure(erasure_id))["receipt"])


def test_no_key_that_is_left_opens_a_body_of_hers(office: RealOffice) -> None:
    hers = office.pending(office.tag_of(ANNA))
    office.eraser.execute(office.approved())
    left = [r["wrapped"] for key, r in office.tables.rows(Store.KEYS).items() if key.sk.startswith("audit#")]
    assert left
    for wrapped in left:
        private = X25519PrivateKey.from_private_bytes(office.audit_kms.wrapped[wrapped][0])
        for item in hers:
            with pytest.raises(InvalidTag):
                entry.unseal(item["ct"], private, item["sk"], item["tag"])


def test_her_bundle_still_verifies_and_without_bodies_too(office: RealOffice) -> None:
    archive = Archive(office)
    bundle = archive.bundle()
    assert archive.flaws(bundle) == []
    office.eraser.execute(office.approved())
    archive.sequence()
    assert archive.flaws(bundle) == []
    (chain,) = bundle["chains"]
    read = [{**e, "body": None} for e in chain["entries"][:-1]] + chain["entries"][-1:]
    flaws = archive.flaws({**bundle, "chains": [{**chain, "entries": read}]})
    assert set(flaws) == {"body-missing"}  # nothing but the texts; an erased chain has no text at all


def test_an_entry_of_a_warm_environment_is_taken_into_the_log(office: RealOffice) -> None:
    """For five minutes an environment may still seal to the destroyed key: it verifies, and nobody can read it."""
    archive = Archive(office)
    tag = office.tag_of(ANNA)
    office.eraser.execute(office.approved())
    late = office.gate.record(Event(office.doctor, "visit:read", ANNA))
    archive.sequence()
    assert archive.complaints() == []
    (found,) = [e for e in archive.entries() if e.id == late]
    assert (found.tag, found.body, found.altered) == (tag, None, False)
    office.clock.advance(minutes=5)
    later = office.gate.record(Event(office.doctor, "visit:read", ANNA))
    archive.sequence()
    (found,) = [e for e in archive.entries() if e.id == later]
    assert (found.person_id, found.altered) == (office.doctor.person_id, False)
    assert found.body is not None
