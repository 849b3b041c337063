"""KMS in memory, honest where it matters: real AES-GCM, contexts compared, dead keys refused, every call counted."""

# ruff: noqa: N803  # the arguments are named as boto3 names them

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

from botocore.exceptions import ClientError, EndpointConnectionError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chalicelib.crypto.patient_keys import KmsPatientKeys
from chalicelib.crypto.vault import EnvelopeVault
from chalicelib.domain.access import Permit
from chalicelib.ports.tables import Key, Store
from tests.fakes import FixedClock, MemoryTables

PATIENT_KEY = "arn:aws:kms:eu-central-1:111122223333:key/patient"
NEW_PATIENT_KEY = "arn:aws:kms:eu-central-1:111122223333:key/patient-2"
SYSTEM_KEY = "arn:aws:kms:eu-central-1:111122223333:key/system"
INDEX_KEY = "arn:aws:kms:eu-central-1:111122223333:key/index"
FOREIGN_KEY = "arn:aws:kms:eu-central-1:999999999999:key/foreign"
TENANT = "hospital-1"


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "secret-id in a message"}}, "Operation")


NO_CONNECTION = EndpointConnectionError(endpoint_url="https://kms.invalid/secret-id")


class FakeKms:
    """The calls of a boto3 client that we use. Blob = key ARN length, ARN, nonce, AES-GCM under the context as AAD."""

    def __init__(self) -> None:
        self._keys: dict[str, bytes] = {}
        self._faults: list[Exception] = []
        self._lock = threading.Lock()
        self.disabled: set[str] = set()
        self.calls: Counter[str] = Counter()
        self.during_call = lambda: None
        """Runs inside every call, after it was counted: somebody else acts meanwhile."""

    def fail_next(self, error: Exception, n: int = 1) -> None:
        self._faults += [error] * n

    @property
    def total(self) -> int:
        return sum(self.calls.values())

    def encrypt(self, *, KeyId: str, Plaintext: bytes, EncryptionContext: dict) -> dict:
        self._called("encrypt")
        return {"CiphertextBlob": self._wrap(KeyId, Plaintext, EncryptionContext), "KeyId": KeyId}

    def decrypt(self, *, CiphertextBlob: bytes, KeyId: str, EncryptionContext: dict) -> dict:
        self._called("decrypt")
        return {"Plaintext": self._unwrap(KeyId, CiphertextBlob, EncryptionContext), "KeyId": KeyId}

    def generate_data_key_without_plaintext(self, *, KeyId: str, KeySpec: str, EncryptionContext: dict) -> dict:
        self._called("generate_data_key_without_plaintext")
        assert KeySpec == "AES_256"
        return {"CiphertextBlob": self._wrap(KeyId, secrets.token_bytes(32), EncryptionContext), "KeyId": KeyId}

    def re_encrypt(
        self,
        *,
        CiphertextBlob: bytes,
        SourceKeyId: str,
        SourceEncryptionContext: dict,
        DestinationKeyId: str,
        DestinationEncryptionContext: dict,
    ) -> dict:
        self._called("re_encrypt")
        plaintext = self._unwrap(SourceKeyId, CiphertextBlob, SourceEncryptionContext)
        return {"CiphertextBlob": self._wrap(DestinationKeyId, plaintext, DestinationEncryptionContext)}

    def generate_mac(self, *, KeyId: str, Message: bytes, MacAlgorithm: str) -> dict:
        self._called("generate_mac")
        assert MacAlgorithm == "HMAC_SHA_256"
        assert 0 < len(Message) <= 4096
        return {"Mac": hmac.digest(self._key(KeyId), Message, hashlib.sha256), "KeyId": KeyId}

    def _called(self, name: str) -> None:
        with self._lock:
            self.calls[name] += 1
            fault = self._faults.pop(0) if self._faults else None
        self.during_call()
        if fault is not None:
            raise fault

    def _key(self, arn: str) -> bytes:
        if arn in self.disabled:
            raise refusal("DisabledException")
        with self._lock:
            return self._keys.setdefault(arn, secrets.token_bytes(32))

    def _wrap(self, arn: str, plaintext: bytes, context: dict) -> bytes:
        nonce = secrets.token_bytes(12)
        name = arn.encode()
        return bytes([len(name)]) + name + nonce + AESGCM(self._key(arn)).encrypt(nonce, plaintext, _aad(context))

    def _unwrap(self, arn: str, blob: bytes, context: dict) -> bytes:
        name, rest = blob[1 : 1 + blob[0]], blob[1 + blob[0] :]
        if name != arn.encode():
            raise refusal("IncorrectKeyException")
        try:
            return AESGCM(self._key(arn)).decrypt(rest[:12], rest[12:], _aad(context))
        except (InvalidTag, ValueError):
            raise refusal("InvalidCiphertextException") from None


def _aad(context: dict) -> bytes:
    assert context
    assert all(isinstance(part, str) and part for pair in context.items() for part in pair)
    return json.dumps(context, sort_keys=True).encode()


class Ticks:
    """A monotonic clock that may stand still."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Environment:
    """One warm function over shared stores: ``Environment(first)`` is a second one beside ``first``."""

    def __init__(self, beside: Environment | None = None, **settings: object) -> None:
        self.tables: MemoryTables = beside.tables if beside else MemoryTables()
        self.kms: FakeKms = beside.kms if beside else FakeKms()
        self.clock: FixedClock = beside.clock if beside else FixedClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
        self.ticks = Ticks()
        arguments = {"key_arn": PATIENT_KEY, "tenant": TENANT, **settings}
        self.keys = KmsPatientKeys(
            tables=self.tables, kms_factory=lambda: self.kms, clock=self.clock, monotonic=self.ticks, **arguments
        )
        self.vault = EnvelopeVault(self.keys, arguments["tenant"])

    def pass_time(self, seconds: float) -> None:
        self.clock.now += timedelta(seconds=seconds)
        self.ticks.now += seconds

    def cost(self) -> tuple[int, int]:
        """(KMS calls, store operations) since the last question."""
        counted = self.kms.total, len(self.tables.calls)
        self.kms.calls.clear()
        self.tables.calls.clear()
        return counted


def keks(environment: Environment, patient: str = "p1") -> list[Key]:
    """The rows of the person's wrapped keys."""
    return [key for key in environment.tables.rows(Store.KEYS) if key.pk == patient and key.sk.startswith("kek#")]


def permit(patient: str = "p1", kind: str = "examination", record: str | None = "r1", *, writes: bool = True) -> Permit:
    return Permit(patient, kind, record, "entry", writes=writes)


def reading(patient: str = "p1", kind: str = "examination", record: str | None = "r1") -> Permit:
    return permit(patient, kind, record, writes=False)
