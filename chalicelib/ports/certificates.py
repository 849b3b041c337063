"""Certificates and whom they are trusted by (ID-5): the port of the checks, and the rows of the trust store.

The trust store is rows of one partition: anchors that an administrator put there and an officer approved, and the
newest revocation list of each issuer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from chalicelib.domain.signatures import Certified, Proof
from chalicelib.ports import Clock, keys
from chalicelib.ports.tables import Item, Store, Tables, every_row

CACHE_SECONDS = 60  # the longest time for which a removed anchor may still count

PROPOSED = "proposed"
ACTIVE = "active"
REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Anchor:
    """``policies``: OIDs of which a path must have one, empty for any. ``usages``: further extended key usages."""

    id: str
    certificate: bytes
    policies: tuple[str, ...] = ()
    usages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trust:
    """The trust store at one moment."""

    anchors: tuple[Anchor, ...] = ()
    lists: tuple[bytes, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class AnchorFacts:
    """What the certificate of an anchor says."""

    id: str
    name: str
    valid_from: datetime
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class ListFacts:
    """What a revocation list says. ``issuer``: SHA-256 of the issuer's public key, in hex."""

    issuer: str
    name: str
    number: int
    this_update: datetime
    next_update: datetime
    revoked: int


class SignatureProvider(Protocol):
    """A certified provider of algorithms that the system has not by itself (docs/signatures.md)."""

    @property
    def digests(self) -> frozenset[str]:
        """OIDs of the digests that it computes."""
        ...

    @property
    def signatures(self) -> frozenset[str]:
        """OIDs of the signature algorithms that it checks, and of the keys for them."""
        ...

    def digest(self, oid: str, data: bytes) -> bytes: ...

    def verify(self, oid: str, public_key_info: bytes, signature: bytes, data: bytes) -> bool:
        """``public_key_info``: DER (RFC 5280, SubjectPublicKeyInfo)."""
        ...


class Certificates(Protocol):
    """Every method raises InvalidFieldsError for what cannot be read, AlgorithmUnsupportedError."""

    def verify(self, proof: Proof, text: bytes, trust: Trust, now: datetime) -> Certified:
        """Check signature, path, usage and revocation.

        Raises CredentialsError for a signature that does not fit, CertificateRefusedError, RevocationUnknownError.
        """
        ...

    def anchor(self, certificate: bytes, now: datetime) -> AnchorFacts:
        """What may be an anchor: a valid certificate of an authority, under accepted algorithms."""
        ...

    def revocation_list(self, content: bytes, chain: tuple[bytes, ...], trust: Trust, now: datetime) -> ListFacts:
        """A whole and fresh list, signed by an anchor or by an authority under one that ``chain`` leads to."""
        ...


class TrustStore:
    """The trust store as rows, kept for a minute by each environment."""

    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._tables = tables
        self._clock = clock
        self._kept: tuple[float, Trust] = (0.0, Trust())

    def current(self) -> Trust:
        """At most CACHE_SECONDS old."""
        now = self._clock().timestamp()
        read_at, trust = self._kept
        if not read_at <= now < read_at + CACHE_SECONDS:
            trust = self.fresh()
            self._kept = (now, trust)
        return trust

    def forget(self) -> None:
        """Read the table again at the next call: something was changed here."""
        self._kept = (0.0, Trust())

    def fresh(self) -> Trust:
        """As it stands in the table."""
        anchors, lists = [], []
        for row in every_row(self._tables, Store.IDENTITY, keys.TRUST):
            if row["sk"].startswith(keys.TRUST_LIST):
                lists.append(bytes(row["content"]))
            elif row["state"] == ACTIVE:
                anchors.append(anchor_of(row))
        return Trust(tuple(anchors), tuple(lists))


def anchor_of(row: Item) -> Anchor:
    return Anchor(row["id"], bytes(row["certificate"]), tuple(row["policies"]), tuple(row["usages"]))
