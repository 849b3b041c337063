"""Writing audit entries: sealed, committed to, signed, counted; with the change or not at all."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
from datetime import datetime
from typing import Any

import pytest
import rfc8785
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.audit import entry
from chalicelib.audit.ec_key import KmsEcKey
from chalicelib.audit.log import OutboxAuditLog
from chalicelib.audit.subjects import Subjects
from chalicelib.audit.tags import KmsTags
from chalicelib.audit.writer import Writer
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.errors import (
    AuditUnavailableError,
    ConflictError,
    MedkartaError,
    OutcomeUnknownError,
    UnavailableError,
)
from chalicelib.ports import Event
from chalicelib.ports.tables import Key, Put, Store
from tests.fakes import FixedClock, MemoryTables

ANNA = PersonId("anna")
RECORD = Key(Store.CARD, "P#anna", "R#x#1")


class FakeKms:
    """Signs with a P-256 key and wraps by remembering; ``down`` makes it fail."""

    def __init__(self) -> None:
        self.ca = ec.generate_private_key(ec.SECP256R1())
        self.mac_key = secrets.token_bytes(32)
        self.wrapped: dict[bytes, tuple[bytes, dict[str, str]]] = {}
        self.down = False
        self.calls: list[str] = []

    def sign(self, *, Message: bytes, **_: Any) -> dict[str, bytes]:  # noqa: N803 - as boto3 spells it
        self._called("sign" if Message.startswith(b"emr-audit/writer/") else "certify")
        return {"Signature": self.ca.sign(Message, ec.ECDSA(hashes.SHA256()))}

    def get_public_key(self, **_: Any) -> dict[str, bytes]:
        self._called("get_public_key")
        return {"PublicKey": self.ca.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)}

    def encrypt(self, *, Plaintext: bytes, EncryptionContext: dict[str, str], **_: Any) -> dict[str, bytes]:  # noqa: N803
        self._called("encrypt")
        blob = hashlib.sha256(Plaintext).digest()
        self.wrapped[blob] = (Plaintext, EncryptionContext)
        return {"CiphertextBlob": blob}

    def generate_mac(self, *, Message: bytes, MacAlgorithm: str, **_: Any) -> dict[str, bytes]:  # noqa: N803
        self._called("generate_mac")
        assert MacAlgorithm == "HMAC_SHA_256"
        return {"Mac": hmac.digest(self.mac_key, Message, hashlib.sha256)}

    def _called(self, name: str) -> None:
        from botocore.exceptions import EndpointConnectionError

        self.calls.append(name)
        if self.down:
            raise EndpointConnectionError(endpoint_url="https://kms")


def tags_of(kms: FakeKms) -> KmsTags:
    return KmsTags(lambda: kms, "arn:index", "demo")


class Desk:
    def __init__(self, tables: MemoryTables | None = None) -> None:
        self.clock, self.tables, self.kms = FixedClock(), tables or MemoryTables(), FakeKms()
        authority = KmsEcKey(lambda: self.kms, "arn:ca")
        subjects = Subjects(self.tables, lambda: self.kms, authority, tags_of(self.kms), "arn:key", "demo")
        self.log = OutboxAuditLog(self.tables, subjects, lambda: Writer(authority), self.clock)

    def rows(self) -> list[dict[str, Any]]:
        return sorted(self.tables.rows(Store.AUDIT_OUTBOX).values(), key=lambda r: (r["wid"], r["wn"]))

    def body(self, row: dict[str, Any]) -> dict[str, Any]:
        subject = next(r for r in self.tables.rows(Store.KEYS).values() if r.get("tag") == row["tag"])
        raw, context = self.kms.wrapped[subject["wrapped"]]
        assert context == {"purpose": "audit-subject", "tenant": "demo", "tag": row["tag"]}
        opened = entry.unseal(row["ct"], X25519PrivateKey.from_private_bytes(raw), row["sk"], row["tag"])
        return json.loads(opened)


def event(action: str = "visit:read", **fields: Any) -> Event:
    actor = Actor(PersonId("doctor"), Role.DOCTOR, "s1", "m1", "clinic", ip="192.0.2.1", request_id="q1")
    return Event(actor, action, ANNA, resource_type="visit", resource_id="1", **fields)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.mark.requirement("AUD-1")
def test_an_entry_says_who_what_when_where_and_only_a_reader_learns_it(desk: Desk) -> None:
    entry_id = desk.log.append(event(reason="consent"))
    (row,) = desk.rows()
    body = desk.body(row)
    assert (row["sk"], body["id"]) == (entry_id, entry_id)
    assert body["actor"] == {
        "id": "doctor",
        "role": "doctor",
        "org": "clinic",
        "dept": "",
        "member": "m1",
        "session": "s1",
    }
    assert (body["patient"], body["action"], body["outcome"], body["ip"], body["request"]) == (
        "anna",
        "visit:read",
        "success",
        "192.0.2.1",
        "q1",
    )
    assert datetime.fromisoformat(body["time"]) == desk.clock()
    assert row["pk"] == f"OB#{desk.clock():%Y%m%d%H%M}#{entry_id[-1]}"
    stored = desk.tables.raw_bytes()
    assert b"visit:read" not in stored
    assert b"doctor" not in stored


@pytest.mark.requirement("AUD-1", "AUD-2")
def test_commitment_ciphertext_hash_and_signature_hold_together(desk: Desk) -> None:
    desk.log.append(event())
    (row,) = desk.rows()
    body = desk.body(row)
    assert row["com"] == entry.b64(hashlib.sha256(b"emr-audit/body/v1\n" + rfc8785.dumps(body)).digest())
    signed = {
        "id": row["sk"],
        "tag": row["tag"],
        "com": row["com"],
        "ct": entry.b64(hashlib.sha256(row["ct"]).digest()),
        "w": row["wid"],
        "wn": 0,
        "y": 2026,
    }
    writer = Ed25519PublicKey.from_public_bytes(base64.b64decode(row["wid"]))
    message = b"emr-audit/entry/v1\n" + rfc8785.dumps(signed)
    writer.verify(base64.b64decode(row["wsig"]), message)
    with pytest.raises(InvalidSignature):
        writer.verify(base64.b64decode(row["wsig"]), message.replace(b'"wn":0', b'"wn":1'))
    certificate = base64.b64decode(row["wcert"])
    desk.kms.ca.public_key().verify(
        certificate, b"emr-audit/writer/v1\n" + row["wid"].encode(), ec.ECDSA(hashes.SHA256())
    )


@pytest.mark.requirement("AUD-2")
def test_a_ciphertext_opens_for_its_own_id_and_subject_alone(desk: Desk) -> None:
    desk.log.append(event())
    (row,) = desk.rows()
    subject = desk.tables.rows(Store.KEYS)[Key(Store.KEYS, "anna", f"audit#{desk.clock().year}")]
    private = X25519PrivateKey.from_private_bytes(desk.kms.wrapped[subject["wrapped"]][0])
    for wrong in (
        ("other", row["tag"], private),
        (row["sk"], "other", private),
        (row["sk"], row["tag"], X25519PrivateKey.generate()),
    ):
        with pytest.raises(InvalidTag):
            entry.unseal(row["ct"], wrong[2], wrong[0], wrong[1])


@pytest.mark.requirement("AUD-1")
def test_entry_and_change_both_or_neither(desk: Desk) -> None:
    desk.log.commit([event()], [Put(RECORD, {"ver": 1})])
    assert (len(desk.rows()), desk.tables.get(RECORD)["ver"]) == (1, 1)
    with pytest.raises(ConflictError) as refused:
        desk.log.commit([event(), event()], [Put(Key(Store.CARD, "P#anna", "CARD"), {}), Put(RECORD, {"ver": 2})])
    assert refused.value.index == 1
    assert len(desk.rows()) == 1
    desk.tables.fail_next_commit()
    with pytest.raises(UnavailableError):
        desk.log.commit([event()], [Put(RECORD, {"ver": 2}, None)])
    assert (len(desk.rows()), desk.tables.get(RECORD)["ver"]) == (1, 1)


@pytest.mark.requirement("AUD-1")
@pytest.mark.parametrize("error", [UnavailableError(), OutcomeUnknownError(), ConflictError()])
def test_what_cannot_be_stored_is_not_pretended(desk: Desk, error: Exception) -> None:
    desk.log.append(event())
    desk.tables.fail_next_commit(5, error)
    with pytest.raises(AuditUnavailableError):
        desk.log.append(event())
    assert len(desk.rows()) == 1


def test_kms_down_means_no_entry_and_a_clear_error(desk: Desk) -> None:
    desk.kms.down = True
    with pytest.raises(AuditUnavailableError):
        desk.log.append(event())
    desk.kms.down = False
    desk.log.append(event())
    assert desk.rows()[0]["wn"] == 0


@pytest.mark.requirement("AUD-2")
def test_counters_have_no_gap_and_no_number_twice(desk: Desk) -> None:
    desk.tables.commit([Put(RECORD, {"ver": 1})])
    for n in range(30):
        try:
            if n % 5 == 1:
                desk.tables.fail_next_commit()
            if n % 5 == 2:
                desk.tables.lose_reply_next()
            if n % 5 == 3:
                desk.log.commit([event()], [Put(RECORD, {})])
            else:
                desk.log.commit([event(), event()], [])
        except (ConflictError, UnavailableError):
            continue
    by_writer: dict[str, list[int]] = {}
    for row in desk.rows():
        by_writer.setdefault(row["wid"], []).append(row["wn"])
    for numbers in by_writer.values():
        assert numbers == list(range(len(numbers)))
    assert sum(map(len, by_writer.values())) == 2 * 18  # 6 failed, 6 conflicted; a lost reply was stored all the same


def test_eight_threads_each_count_for_themselves(desk: Desk) -> None:
    def work() -> None:
        for _ in range(20):
            desk.log.append(event())

    threads = [threading.Thread(target=work) for _ in range(8)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert len(desk.rows()) == 160
    assert len({(row["wid"], row["wn"]) for row in desk.rows()}) == 160
    assert len({row["tag"] for row in desk.rows()}) == 1  # one subject, though eight raced to make it
    assert desk.kms.calls.count("sign") == 8


@pytest.mark.requirement("SEC-1")
def test_warm_entries_ask_kms_for_nothing(desk: Desk) -> None:
    desk.log.append(event())
    desk.kms.calls.clear()
    desk.tables.calls.clear()
    desk.log.append(event())
    assert (desk.kms.calls, desk.tables.calls) == ([], ["commit"])


def test_a_new_year_has_a_new_subject(desk: Desk) -> None:
    desk.log.append(event())
    desk.clock.advance(days=366)
    desk.log.append(event())
    assert len({row["tag"] for row in desk.rows()}) == 2


@given(st.dictionaries(st.text(max_size=10), st.text(max_size=20), max_size=5), st.binary(min_size=32, max_size=32))
def test_content_hash_depends_on_salt_and_content_alone(content: dict[str, str], salt: bytes) -> None:
    first = entry.content_hash(salt, content)
    assert first == entry.content_hash(salt, dict(reversed(content.items())))
    assert first != entry.content_hash(bytes(32) if any(salt) else b"x" * 32, content)
    assert first != entry.content_hash(salt, {**content, "another": "field"})


def test_canonical_json_orders_by_utf16_units() -> None:
    assert entry.canonical({"\U0001f600": 1, "\ufb33": 2}) == '{"\U0001f600":1,"\ufb33":2}'.encode()
    for refused in (float("nan"), 2**53, "\ud800"):
        with pytest.raises(MedkartaError):
            entry.canonical({"x": refused})


def test_ids_are_ordered_by_time_and_well_formed() -> None:
    ids = [entry.uuid7(n) for n in (1, 2, 2**40)]
    assert ids == sorted(ids)
    assert all(i[14] == "7" and i[19] in "89ab" and len(i) == 36 for i in ids)
