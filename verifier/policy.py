"""The policy: whose signatures count. Who verifies keeps it; the server is never asked for it at that moment."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from verifier import canonical
from verifier.canonical import coded, fields, is_list, is_object, matches, whole
from verifier.notes import COSIGNATURE, NoteError, VerifierKey, unb64
from verifier.report import Flaw

WRITER_DOMAIN = b"emr-audit/writer/v1\n"
MAX_POLICY = 1_000_000


@dataclass(slots=True)
class Authority:
    """The writer CA, which may have had several keys. Remembers what it has checked."""

    keys: tuple[ec.EllipticCurvePublicKey, ...]
    _known: dict[tuple[str, str], bool] = field(default_factory=dict)

    def certifies(self, writer: str, certificate: str) -> bool:
        pair = (writer, certificate)
        if pair not in self._known:
            self._known[pair] = any(_signed(key, writer, certificate) for key in self.keys)
        return self._known[pair]


def _signed(key: ec.EllipticCurvePublicKey, writer: str, certificate: str) -> bool:
    try:
        key.verify(unb64(certificate), WRITER_DOMAIN + writer.encode(), ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, NoteError, ValueError):
        return False
    return True


@dataclass(frozen=True, slots=True)
class Policy:
    """``name`` is the log's, without the year; ``log_keys`` are SPKI DER."""

    name: str
    log_keys: tuple[bytes, ...]
    authority: Authority
    witnesses: tuple[VerifierKey, ...]
    quorum: int

    def origin(self, year: str) -> str:
        return f"{self.name}/{year}"

    def year_of(self, origin: str) -> str | None:
        """Four digits, or None for a log that is not of this policy."""
        match = re.fullmatch(re.escape(self.name) + "/([0-9]{4})", origin)
        return match[1] if match else None

    def witnessed(self, times: dict[str, int]) -> dict[str, int]:
        """Names of witnesses for their keys, as a checkpoint has them."""
        return {key.name: times[key.text()] for key in self.witnesses if key.text() in times}

    @classmethod
    def read(cls, raw: bytes) -> Policy:
        """From the bytes of a file. Raises Flaw."""
        if len(raw) > MAX_POLICY:
            raise Flaw("too-large", most=MAX_POLICY)
        return cls.parse(canonical.parse(raw))

    @classmethod
    def parse(cls, value: object) -> Policy:
        """From JSON. Raises Flaw."""
        checks = {"log": is_object, "writer_ca": _keys, "witnesses": is_list, "quorum": whole()}
        policy = fields(value, checks)
        log = fields(policy["log"], {"name": matches("[^\\s+\\x00-\\x1f]{1,200}"), "keys": _keys})
        witnesses = tuple(_witness(text) for text in _list(policy["witnesses"]))
        quorum = policy["quorum"]
        if type(quorum) is not int or quorum > len(witnesses):
            raise Flaw("field-wrong", field="quorum")
        if len({w.public for w in witnesses}) < len(witnesses) or len({w.name for w in witnesses}) < len(witnesses):
            raise Flaw("policy-witness-twice")
        log_keys = tuple(unb64(str(key)) for key in _list(log["keys"]))
        for key in log_keys:
            _elliptic(key, "log")
        authority = Authority(tuple(_elliptic(unb64(str(key)), "writer_ca") for key in _list(policy["writer_ca"])))
        return cls(str(log["name"]), log_keys, authority, witnesses, quorum)


def _list(value: object) -> list[object]:
    return value if type(value) is list else []


def _keys(value: object) -> bool:
    return type(value) is list and bool(value) and all(map(coded(), value))


def _elliptic(spki: bytes, where: str) -> ec.EllipticCurvePublicKey:
    try:
        key = serialization.load_der_public_key(spki)
    except (ValueError, UnsupportedAlgorithm):
        raise Flaw("policy-key", field=where) from None
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise Flaw("policy-key", field=where)
    return key


def _witness(text: object) -> VerifierKey:
    try:
        key = VerifierKey.parse(text if type(text) is str else "")
        ed25519.Ed25519PublicKey.from_public_bytes(key.public)
    except (NoteError, ValueError):
        raise Flaw("policy-key", field="witnesses") from None
    if key.kind != COSIGNATURE or not matches("[^\\s\\x00-\\x1f]{1,200}")(key.name):
        raise Flaw("policy-key", field="witnesses")
    return key
