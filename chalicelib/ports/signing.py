"""Keys and certificates that documents are signed with (DOC-3, RX-6): the port, and the rows of a certificate.

An owner is an organisation (its seal) or a doctor (their own signature). Each has at most one certificate in use and
one open request. The private key never leaves the adapter in clear; the certificate, which may name a person, is
sealed under the owner's own key.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.identity import PersonId
from chalicelib.domain.issuing import Signatory
from chalicelib.ports.certificates import Trust
from chalicelib.ports.tables import Item, Write

CERTIFICATES: Mapping[Signatory, str] = {
    Signatory.AUTHOR: "signing-certificate",
    Signatory.ORGANISATION: "seal-certificate",
}
"""Kinds of sealed content (domain/private.py), by whose it is."""

ACTIVE, WITHDRAWN = "active", "withdrawn"


@dataclass(frozen=True, slots=True)
class Credential:
    """A key with its certificate. ``chain``: DER, the own certificate first, up to and without the anchor."""

    owner: PersonId
    kid: str
    chain: tuple[bytes, ...] = field(repr=False)
    name: str = field(repr=False)
    serial: str
    valid_from: datetime
    valid_until: datetime
    fingerprint: str
    """SHA-256 of the certificate, in hex."""

    def sealed_text(self) -> bytes:
        """What of it is sealed."""
        content = {"chain": [b64encode(der).decode() for der in self.chain], "name": self.name, "serial": self.serial}
        return json.dumps(content, ensure_ascii=False, sort_keys=True).encode()

    def open_part(self) -> Item:
        """What of it stands in clear in its row: ids, dates, hashes."""
        return {
            "kid": self.kid,
            "fingerprint": self.fingerprint,
            "valid_from": self.valid_from.isoformat(),
            "valid_until": self.valid_until.isoformat(),
        }


def credential_of(owner: PersonId, row: Mapping[str, Any], text: bytes) -> Credential:
    """The credential of a row and of what was sealed in it."""
    content = json.loads(text)
    return Credential(
        owner=owner,
        kid=row["kid"],
        chain=tuple(b64decode(der) for der in content["chain"]),
        name=content["name"],
        serial=content["serial"],
        valid_from=datetime.fromisoformat(row["valid_from"]),
        valid_until=datetime.fromisoformat(row["valid_until"]),
        fingerprint=row["fingerprint"],
    )


@dataclass(frozen=True, slots=True)
class Requested:
    """A new key, not yet stored. ``request``: PKCS#10, DER. ``write`` stores the wrapped key."""

    kid: str
    request: bytes
    write: Write


class DocumentSigner(Protocol):
    """Makes, keeps and uses the keys of documents."""

    def requested(self, owner: PersonId, algorithm: str, subject: Mapping[str, str]) -> Requested:
        """A new key and the request for its certificate. ``subject`` by the names of domain/signing.py.

        Raises KeyUnavailableError.
        """
        ...

    def accepted(
        self, owner: PersonId, kid: str, chain: tuple[bytes, ...], ocsp: tuple[bytes, ...], trust: Trust, now: datetime
    ) -> Credential:
        """The credential, when the certificate is for this key and is trusted, for signing, valid and not revoked.

        Raises SigningRequestError for another key, InvalidFieldsError, CertificateRefusedError,
        RevocationUnknownError, AlgorithmUnsupportedError.
        """
        ...

    def destroyed(self, owner: PersonId, kid: str, now: datetime) -> Write:
        """The write that makes a key useless for ever."""
        ...

    def usable(self, credential: Credential, trust: Trust, now: datetime) -> bool:
        """Whether it may sign now: valid, led to an anchor of the trust store, in no stored revocation list."""
        ...

    def signed(self, pdf: bytes, credential: Credential, now: datetime) -> bytes:
        """The PDF with one more signature (PAdES, ETSI EN 319 142-1, level B-B) as an incremental update.

        Raises KeyUnavailableError, KeyIntegrityError when the key and the certificate are not of one another.
        """
        ...
