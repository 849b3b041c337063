"""What the services need from the outside, as Protocols. Adapters stand behind them; ``bootstrap/`` joins the two."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.access import Permit
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.ports.tables import Write


class Clock(Protocol):
    def __call__(self) -> datetime:
        """Now, in UTC, aware."""
        ...


@dataclass(frozen=True, slots=True)
class Sealed:
    """One ciphertext as stored: which record, which version of it, and the bytes."""

    record_id: str
    version: int
    ciphertext: bytes

    @classmethod
    def of(cls, record_id: str, row: Mapping[str, Any]) -> Sealed:
        """What a row holds under the usual names, ``ver`` and ``sealed``."""
        return cls(record_id, int(row["ver"]), bytes(row["sealed"]))


def plaintext(content: Mapping[str, Any]) -> bytes:
    """Content as it is sealed: JSON, names in order, so that equal content is equal text."""
    return json.dumps(dict(content), ensure_ascii=False, sort_keys=True).encode()


class Vault(Protocol):
    """The only way to ciphertext and plaintext. Patient, kind and record id come from the permit."""

    def seal(self, permit: Permit, version: int, plaintext: bytes) -> bytes:
        """Needs a permit that writes and names the record. Raises ErasedError, KeyUnavailableError, TooLargeError."""
        ...

    def open(self, permit: Permit, sealed: Sealed) -> bytes:
        """Needs a permit that does not write, for only the entry of such a one is stored already.

        Raises DecryptionError, KeyIntegrityError, KeyUnavailableError, ErasedError, AccessDeniedError.
        """
        ...


class PatientKeys(Protocol):
    """Keys of one human each; see design section 4."""

    def enrol(self, patient_id: PersonId) -> None:
        """Make the first key-encryption key; AlreadyExistsError if there is one."""
        ...

    def rotate(self, patient_id: PersonId) -> str:
        """A new active version; the older ones stay readable."""
        ...

    def alive(self, patient_id: PersonId) -> Write:
        """A Check for a content transaction: the patient's keys are not destroyed."""
        ...

    def destroy(self, patient_id: PersonId, entry_id: str) -> datetime:
        """SPC-8. Returns the moment from which erasure is final (the last backup has expired). Repeatable."""
        ...


@dataclass(frozen=True, slots=True)
class Event:
    """What goes into one audit entry's body (design section 5); no clinical content.

    ``subject`` is the person whose chain the entry belongs to ("sys" when nobody's), ``year`` the chain's year (0: this
    year). ``prev`` and ``new`` are salted content hashes of an edit.
    """

    actor: Actor
    action: str
    subject: PersonId
    outcome: str = "success"
    resource_type: str = ""
    resource_id: str = ""
    resource_version: int = 0
    reason: str = ""
    purpose: str = ""
    on_behalf_of: str = ""
    prev: str = ""
    new: str = ""
    details: Mapping[str, str | int] = field(default_factory=dict)
    year: int = 0


class AuditLog(Protocol):
    """Writer side of the log. Every method raises AuditUnavailableError when the entry cannot be stored, and
    ErasedError when the person in whose chain it belongs was erased.
    """

    def new_id(self) -> str:
        """An id (UUIDv7) for an entry, or for anything else that is to be ordered by time."""
        ...

    def content_hash(self, salt: bytes, content: Mapping[str, Any]) -> str:
        """Salted hash of a record version, for ``Event.prev`` and ``Event.new``; no floats in ``content``."""
        ...

    def append(self, event: Event, entry_id: str = "") -> str:
        """Store one entry, alone; returns its id. Used before data is read and before a refusal is told."""
        ...

    def commit(self, events: Sequence[Event], writes: Sequence[Write], entry_ids: Sequence[str] = ()) -> list[str]:
        """Store the entries and the writes in one transaction. Raises ConflictError with the index into ``writes``."""
        ...


class BlindIndex(Protocol):
    def tag(self, field_name: str, value: str) -> str:
        """Keyed tag of a normalised identifier (SNILS, OMS, phone, e-mail); one KMS call."""
        ...


class Passwords(Protocol):
    def hash(self, secret: str) -> str: ...

    def verify(self, hashed: str, secret: str) -> bool:
        """Also burns the usual time when ``hashed`` is empty."""
        ...

    def outdated(self, hashed: str) -> bool:
        """Whether a new hash of the same password would be made otherwise, and so better."""
        ...


class Signer(Protocol):
    """ES256 over JWTs and compact JWS, and sealed tokens (compact JWE), under keys wrapped by KMS."""

    def issue(self, claims: Mapping[str, Any], *, purpose: str) -> str:
        """Sign, or seal; ``purpose`` chooses the key: a key of ``PURPOSES`` in crypto/signer.py."""
        ...

    def verify(self, token: str, *, purpose: str, audience: str = "") -> dict[str, Any]:
        """Claims of a token of ours; NotSignedInError for any defect."""
        ...

    def published(self, purpose: str = "") -> dict[str, Any]:
        """JWKS (RFC 7517) of every public key that is still in use: of one purpose, or of all without an own list."""
        ...


class SessionCipher(Protocol):
    """Keys of sessions and what is sealed with them (ID-10)."""

    def new_key(self) -> bytes: ...

    def wrap(self, public_jwk: Mapping[str, Any], key: bytes) -> str:
        """The key under RSA-OAEP-256, base64url. InvalidFieldsError unless it is an RSA key of 2048 bits."""
        ...

    def open(self, compact: str, key: bytes) -> tuple[dict[str, Any], bytes]:
        """Protected header and content of a JWE. SealedBodyError for whatever is not whole and sealed with the key."""
        ...

    def seal(self, header: Mapping[str, Any], content: bytes, key: bytes) -> str: ...


class ErasureQueue(Protocol):
    """Approved erasures on their way to the eraser: ids only."""

    def send(self, erasure_id: str, delay: int = 0) -> None:
        """``delay``: seconds until it is delivered, at most 900. Sent twice is executed once. UnavailableError."""
        ...


class Documents(Protocol):
    """Ciphertext in the documents bucket."""

    def put(self, key: str, ciphertext: bytes) -> None: ...

    def get(self, key: str) -> bytes:
        """NotFoundError if there is none."""
        ...

    def delete(self, key: str) -> None:
        """Repeatable. The bucket keeps the earlier version for as long as its rules say."""
        ...


class Printer(Protocol):
    def render(self, template: str, content: Mapping[str, Any]) -> bytes:
        """A PDF; ``content`` is described at ``documents/pdf.py``."""
        ...


class Notifier(Protocol):
    def publish(self, person_id: PersonId, event: str, notice_id: str) -> None:
        """Announce on the topic that a person has a new notice: ids and the event's name, no content."""
        ...


class Messenger(Protocol):
    """Sends one text outside. No medical content reaches this port (MSG-2). Both return the provider's id of it.

    Raise UnavailableError where it was not taken, AddressRefusedError where it never will be, OutcomeUnknownError where
    nobody knows.
    """

    def sms(self, phone: str, text: str) -> str: ...

    def email(self, address: str, subject: str, text: str) -> str: ...
