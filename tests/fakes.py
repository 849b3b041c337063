"""Every port in memory: fakes, not mocks. The tables and the outside world have files of their own, named here too."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from chalicelib.domain.access import Permit
from chalicelib.domain.identity import PersonId
from chalicelib.errors import (
    AccessDeniedError,
    AlreadyExistsError,
    AuditUnavailableError,
    ConflictError,
    DecryptionError,
    ErasedError,
    KeyUnavailableError,
    NotSignedInError,
)
from chalicelib.ports import Event, Sealed
from chalicelib.ports.tables import Check, Expect, Item, Key, Put, Store, Tables, Update, Write
from tests.memory_tables import Faults, MemoryTables
from tests.outside_fakes import (
    FakeDocuments,
    FakeErasureQueue,
    FakeMessenger,
    FakeNotifier,
    FakeParking,
    FakePrinter,
)

__all__ = [
    "FakeAudit",
    "FakeBlindIndex",
    "FakeDocuments",
    "FakeErasureQueue",
    "FakeKeys",
    "FakeMessenger",
    "FakeNotifier",
    "FakeParking",
    "FakePasswords",
    "FakePrinter",
    "FakeSigner",
    "FakeVault",
    "FixedClock",
    "MemoryTables",
]

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday morning
ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class FixedClock:
    """Stands still until told otherwise."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **how_much: float) -> None:
        """``advance(minutes=5)``."""
        self.now += timedelta(**how_much)


class FakeAudit(Faults):
    """AuditLog over any Tables: each entry is a plain row of the outbox, in the same transaction as the change."""

    def __init__(self, tables: Tables, clock: FixedClock | None = None) -> None:
        super().__init__()
        self._tables = tables
        self._clock = clock or FixedClock()
        self._lock = threading.Lock()
        self._count = 0
        self.entries: list[tuple[str, Event]] = []
        """(entry id, event) of all that is stored, in order."""

    @property
    def events(self) -> list[Event]:
        return [event for _, event in self.entries]

    def fail_next(self, n: int = 1, error: Exception | None = None) -> None:
        super().fail_next(n, error or AuditUnavailableError())

    def new_id(self) -> str:
        """UUIDv7 with a counter in place of the random bits: ordered, and the same in each run."""
        with self._lock:
            self._count += 1
            milliseconds = int(self._clock().timestamp() * 1000)
            return str(UUID(int=milliseconds << 80 | 7 << 76 | 2 << 62 | self._count))

    def content_hash(self, salt: bytes, content: Mapping[str, Any]) -> str:
        return hashlib.sha256(salt + json.dumps(content, sort_keys=True).encode()).hexdigest()

    def append(self, event: Event, entry_id: str = "") -> str:
        try:
            (stored,) = self.commit([event], [], [entry_id] if entry_id else [])
        except ConflictError as error:
            raise AuditUnavailableError from error
        return stored

    def commit(self, events: Sequence[Event], writes: Sequence[Write], entry_ids: Sequence[str] = ()) -> list[str]:
        self._fault()
        self._refuse_the_erased(events)
        ids = list(entry_ids) or [self.new_id() for _ in events]
        entries = [
            Put(Key(Store.AUDIT_OUTBOX, "OB#fake", entry_id), {"action": event.action})
            for entry_id, event in zip(ids, events, strict=True)
        ]
        try:
            self._tables.commit([*writes, *entries])
        except ConflictError as error:
            if error.index >= len(writes):
                raise AuditUnavailableError from error
            raise
        self.entries += zip(ids, events, strict=True)
        return ids

    def _refuse_the_erased(self, events: Sequence[Event]) -> None:
        """Stricter than the real one: no entry in an erased person's name, not even into a chain that is there."""
        if not isinstance(self._tables, MemoryTables):
            return
        rows = self._tables.rows(Store.KEYS)
        if any(rows.get(Key(Store.KEYS, e.subject, "active"), {}).get("state") == "destroyed" for e in events):
            raise ErasedError


class FakeKeys(Faults):
    """PatientKeys with the rows of the real ones (crypto/patient_keys.py) and no cryptography."""

    def __init__(
        self, tables: Tables, clock: FixedClock | None = None, backups: timedelta = timedelta(days=35)
    ) -> None:
        super().__init__()
        self._tables = tables
        self._clock = clock or FixedClock()
        self._backups = backups

    def enrol(self, patient_id: PersonId) -> None:
        self._fault()
        try:
            self._tables.commit([Put(self._active(patient_id), self._row())])
        except ConflictError as error:
            raise AlreadyExistsError from error

    def rotate(self, patient_id: PersonId) -> str:
        self._fault()
        row = self._row()
        self._tables.commit([Update(self._active(patient_id), set=row, expect={"state": "active"})])
        return str(row["version"])

    def alive(self, patient_id: PersonId) -> Write:
        return Check(self._active(patient_id), {"state": "active"})

    def destroy(self, patient_id: PersonId, entry_id: str) -> datetime:
        self._fault()
        row = self._tables.get(self._active(patient_id)) or {}
        if row.get("state") == "destroyed":
            return datetime.fromisoformat(row["final_after"])
        final = self._clock() + self._backups
        tombstone = {"state": "destroyed", "versions": 1, "final_after": final.isoformat(), "entry_id": entry_id}
        self._tables.commit([Put(self._active(patient_id), tombstone, Expect.PRESENT)])
        return final

    def state(self, patient_id: PersonId) -> str:
        """``active``, ``destroyed``, or nothing for the unknown."""
        row: Item = self._tables.get(self._active(patient_id)) or {}
        return str(row.get("state", ""))

    @staticmethod
    def _row() -> Item:
        return {"version": secrets.token_hex(8), "state": "active"}

    @staticmethod
    def _active(patient_id: PersonId) -> Key:
        return Key(Store.KEYS, patient_id, "active")


class FakeVault(Faults):
    """Vault: bound to patient, kind, record and version like the real one; bytes hide the plaintext from a search.

    With ``keys`` it also refuses the patient who was never enrolled, or was erased.
    """

    def __init__(self, keys: FakeKeys | None = None) -> None:
        super().__init__()
        self._keys = keys
        self._secret = secrets.token_bytes(32)

    def seal(self, permit: Permit, version: int, plaintext: bytes) -> bytes:
        self._fault()
        if not permit.writes or permit.record_id is None:
            raise AccessDeniedError
        self._alive(permit.patient_id)
        bound = self._bound(permit, permit.record_id, version)
        nonce = secrets.token_bytes(16)
        covered = self._covered(bound, nonce, plaintext)
        return nonce + self._mac(bound, nonce, covered) + covered

    def open(self, permit: Permit, sealed: Sealed) -> bytes:
        self._fault()
        if permit.writes or permit.record_id not in {None, sealed.record_id}:
            raise AccessDeniedError
        self._alive(permit.patient_id)
        bound = self._bound(permit, sealed.record_id, sealed.version)
        nonce, mac, covered = sealed.ciphertext[:16], sealed.ciphertext[16:48], sealed.ciphertext[48:]
        if not hmac.compare_digest(mac, self._mac(bound, nonce, covered)):
            raise DecryptionError
        return self._covered(bound, nonce, covered)

    def _alive(self, patient_id: PersonId) -> None:
        if self._keys is None:
            return
        state = self._keys.state(patient_id)
        if state == "destroyed":
            raise ErasedError
        if not state:
            raise KeyUnavailableError

    @staticmethod
    def _bound(permit: Permit, record_id: str, version: int) -> bytes:
        parts = (permit.patient_id, permit.kind, record_id)
        if not all(ID.fullmatch(part) for part in parts):
            raise DecryptionError
        return json.dumps([*parts, version]).encode()

    def _covered(self, bound: bytes, nonce: bytes, text: bytes) -> bytes:
        pad = hashlib.shake_256(self._secret + nonce + bound).digest(len(text))
        return bytes(a ^ b for a, b in zip(text, pad, strict=True))

    def _mac(self, bound: bytes, nonce: bytes, covered: bytes) -> bytes:
        return hmac.digest(self._secret, bound + nonce + covered, "sha256")


class FakeBlindIndex(Faults):
    def __init__(self) -> None:
        super().__init__()
        self._secret = secrets.token_bytes(32)

    def tag(self, field_name: str, value: str) -> str:
        self._fault()
        message = f"{len(field_name)}:{field_name}{value}".encode()
        return hmac.digest(self._secret, message, "sha256").hex()[:22]


class FakePasswords:
    """Quick, and so without protection; ``checks`` counts, to see that the time is also burnt for nobody."""

    def __init__(self) -> None:
        self.checks = 0

    def hash(self, secret: str) -> str:
        return "fake$" + hashlib.sha256(secret.encode()).hexdigest()

    def verify(self, hashed: str, secret: str) -> bool:
        self.checks += 1
        return bool(hashed) and hmac.compare_digest(hashed, self.hash(secret))

    def outdated(self, hashed: str) -> bool:
        return not hashed.startswith("fake$")


class FakeSigner(Faults):
    """Signer with an HMAC; refuses another purpose, another audience, and what has expired by the clock."""

    def __init__(self, clock: FixedClock | None = None) -> None:
        super().__init__()
        self._clock = clock or FixedClock()
        self._secret = secrets.token_bytes(32)

    def issue(self, claims: Mapping[str, Any], *, purpose: str) -> str:
        self._fault()
        payload = urlsafe_b64encode(json.dumps({"typ": purpose, **claims}).encode()).decode()
        return f"{payload}.{self._mac(payload)}"

    def verify(self, token: str, *, purpose: str, audience: str = "") -> dict[str, Any]:
        self._fault()
        payload, _, mac = token.rpartition(".")
        if not token.isascii() or not hmac.compare_digest(mac, self._mac(payload)):
            raise NotSignedInError
        claims: dict[str, Any] = json.loads(urlsafe_b64decode(payload))
        lasting = purpose == "prescription"  # its end is for whoever asks to judge, as with the real one
        expired = not lasting and claims.get("exp", float("inf")) <= self._clock().timestamp()
        if claims.pop("typ") != purpose or expired or (audience and claims.get("aud") != audience):
            raise NotSignedInError
        return claims

    def published(self, purpose: str = "") -> dict[str, Any]:
        return {"keys": [{"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "fake"}]}

    def _mac(self, payload: str) -> str:
        return hmac.digest(self._secret, payload.encode(), "sha256").hex()
