"""One audit entry: canonical body, salted commitment, ciphertext, writer's signature, outbox row.

Formats: docs/audit.md. Canonical JSON is RFC 8785; sealing is HPKE (RFC 9180) base mode,
DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM; writers sign with Ed25519 (RFC 8032).
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.moments import stamp
from chalicelib.errors import MedkartaError
from chalicelib.ports import Event

BODY_DOMAIN = b"emr-audit/body/v1\n"
CONTENT_DOMAIN = b"emr-audit/content/v1\n"
ENTRY_DOMAIN = b"emr-audit/entry/v1\n"
WRITER_DOMAIN = b"emr-audit/writer/v1\n"
SUBJECT_DOMAIN = b"emr-audit/subject/v1\n"
OUTBOX_LIFETIME = timedelta(days=40)


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def unb64(text: str) -> bytes:
    """Raises ValueError for what is not standard base64 in its one form: bits that are left over must be zero."""
    data = base64.b64decode(text, validate=True)
    if b64(data) != text:
        raise ValueError("base64 in another form")
    return data


def canonical(value: Any) -> bytes:
    """RFC 8785. Raises MedkartaError for what has no canonical form: NaN, 2^53 and beyond, a lone surrogate."""
    import rfc8785

    try:
        return rfc8785.dumps(value)
    except rfc8785.CanonicalizationError:
        raise MedkartaError("content without a canonical form") from None  # the library's text may quote it


def canonical_plain(value: Mapping[str, Any]) -> bytes:
    """RFC 8785 of what has ASCII names, texts and integers below 2^53 alone. Raises MedkartaError for a lone surrogate.

    For such values the standard library writes the same bytes, ten times faster; the log is full of them.
    """
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise MedkartaError("content without a canonical form") from None


def uuid7(milliseconds: int) -> str:
    """RFC 9562 section 5.7: 48 bits of time, 74 random bits."""
    random = secrets.randbits(74)
    value = milliseconds << 80 | 7 << 76 | (random >> 62) << 64 | 2 << 62 | (random & (1 << 62) - 1)
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def content_hash(salt: bytes, content: Mapping[str, Any]) -> str:
    """Salted hash of one version of a record: a bare one of "blood group A" could be guessed."""
    return b64(hashlib.sha256(CONTENT_DOMAIN + salt + canonical(content)).digest())


def commitment(body: bytes) -> bytes:
    """Hiding, because the body holds a secret salt; binding, because AES-GCM alone is not key-committing."""
    return hashlib.sha256(BODY_DOMAIN + body).digest()


@dataclass(frozen=True, slots=True)
class Earlier:
    """A person's chain of a year before."""

    tag: str
    year: int

    def shown(self) -> dict[str, Any]:
        return {"tag": self.tag, "y": self.year}


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose chain an entry belongs to: a random tag, and the public half (X25519, raw) that seals its body."""

    tag: str
    public: bytes
    year: int
    earlier: Earlier | None = None


def body_of(event: Event, entry_id: str, moment: datetime, earlier: Earlier | None = None) -> dict[str, Any]:
    """The secret part. Its words map to FHIR AuditEvent."""
    actor = event.actor
    body: dict[str, Any] = {
        "v": 1,
        "id": entry_id,
        "time": stamp(moment),
        "actor": {
            "id": actor.person_id,
            "role": actor.role.value,
            "org": actor.organisation_id,
            "dept": actor.department,
            "member": actor.member_id or actor.application,
            "session": actor.session_id,
        },
        "patient": event.subject,
        "action": event.action,
        "resource": {"type": event.resource_type, "id": event.resource_id, "version": event.resource_version},
        "ip": actor.ip,
        "request": actor.request_id,
        "outcome": event.outcome,
        "reason": event.reason,
        "purpose": event.purpose,
        "on_behalf_of": event.on_behalf_of,
        "prev": event.prev,
        "new": event.new,
        "details": dict(event.details),
        "earlier": earlier.shown() if earlier else None,
        "salt": b64(secrets.token_bytes(32)),
    }
    return body


def seal_info(entry_id: str, tag: str) -> bytes:
    return b"emr-audit/seal/v1|" + entry_id.encode() + b"|" + tag.encode()


def _suite() -> Any:
    from cryptography.hazmat.primitives import hpke

    return hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


def seal(body: bytes, subject: Subject, entry_id: str) -> bytes:
    """Only the holder of the private half opens it; a writer cannot read back what it wrote."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

    public = X25519PublicKey.from_public_bytes(subject.public)
    sealed: bytes = _suite().encrypt(body, public, seal_info(entry_id, subject.tag))
    return sealed


def unseal(sealed: bytes, private: Any, entry_id: str, tag: str) -> bytes:
    """For readers of the log: raises whatever HPKE raises when key, id or tag is another."""
    opened: bytes = _suite().decrypt(sealed, private, seal_info(entry_id, tag))
    return opened


@dataclass(frozen=True, slots=True)
class Signed:
    """What a writer signs of an entry; ``year`` is that of the log it belongs to."""

    id: str
    tag: str
    com: str
    ct: str
    writer: str
    number: int
    year: int

    def text(self) -> bytes:
        return ENTRY_DOMAIN + canonical_plain(
            {
                "id": self.id,
                "tag": self.tag,
                "com": self.com,
                "ct": self.ct,
                "w": self.writer,
                "wn": self.number,
                "y": self.year,
            }
        )


def outbox_key(entry_id: str, moment: datetime) -> tuple[str, str]:
    """Minute bucket and one of sixteen shards, so that a sweeper can list it and no partition is hot."""
    return f"OB#{moment:%Y%m%d%H%M}#{entry_id[-1]}", entry_id
