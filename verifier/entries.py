"""Entries: the envelope (leaf data), the writer's signature, the body. Format: docs/audit.md, section 2."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ed25519

from verifier.canonical import (
    HASH,
    KEY,
    LAST_MOMENT,
    SIGNATURE,
    anything,
    canonical,
    coded,
    fields,
    is_object,
    matches,
    one,
    parse_canonical,
    whole,
)
from verifier.merkle import leaf_hash
from verifier.notes import b64, unb64
from verifier.report import Flaw

MAX_ENVELOPE = 4096
MAX_BODY = 1_000_000
BODY_DOMAIN = b"emr-audit/body/v1\n"
ENTRY_DOMAIN = b"emr-audit/entry/v1\n"

_hash = coded(HASH)
_uuid = matches("[0-9a-f]{8}-[0-9a-f]{4}-[78][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
ENVELOPE = {
    "v": one,
    "id": _uuid,
    "tag": matches("[A-Za-z0-9+/=_-]{1,64}"),
    "n": whole(),
    "pi": whole(-1),
    "prev": lambda value: value == "" or _hash(value),
    "t": whole(0, LAST_MOMENT),
    "com": _hash,
    "ct": _hash,
    "w": is_object,
    "log": is_object,
}
WRITER = {"id": coded(KEY), "n": whole(), "sig": coded(SIGNATURE), "cert": coded()}
YEAR_BEFORE = {"origin": matches("[^\\x00-\\x1f]{0,300}"), "root": _hash, "size": whole()}


@dataclass(frozen=True, slots=True)
class YearBefore:
    """What the first leaf of a log says of the log before it; no origin in the first log of all."""

    origin: str
    root: bytes
    size: int


@dataclass(frozen=True, slots=True)
class Envelope:
    id: str
    tag: str
    n: int
    pi: int
    prev: str
    t: int
    com: str
    ct: str
    writer: str
    counter: int
    signature: str
    certificate: str | None
    before: YearBefore | None
    leaf: bytes

    def signed(self, year: int) -> bool:
        """By its writer, for the log of this year."""
        signed = {"id": self.id, "tag": self.tag, "com": self.com, "ct": self.ct, "w": self.writer, "wn": self.counter}
        try:
            key = ed25519.Ed25519PublicKey.from_public_bytes(unb64(self.writer))
            key.verify(unb64(self.signature), ENTRY_DOMAIN + canonical({**signed, "y": year}))
        except (InvalidSignature, ValueError):
            return False
        return True


def read(raw: bytes) -> Envelope:
    """A canonical envelope with exactly its fields. Raises Flaw."""
    if len(raw) >= MAX_ENVELOPE:
        raise Flaw("too-large", most=MAX_ENVELOPE - 1)
    return _envelope(fields(parse_canonical(raw), ENVELOPE, optional=("log",)), leaf_hash(raw))


def _envelope(found: Mapping[str, object], leaf: bytes) -> Envelope:
    writer = fields(found["w"], WRITER, optional=("cert",))
    before = None
    if "log" in found:
        log = fields(found["log"], YEAR_BEFORE)
        before = YearBefore(str(log["origin"]), unb64(str(log["root"])), _number(log["size"]))
    return Envelope(
        id=str(found["id"]),
        tag=str(found["tag"]),
        n=_number(found["n"]),
        pi=_number(found["pi"]),
        prev=str(found["prev"]),
        t=_number(found["t"]),
        com=str(found["com"]),
        ct=str(found["ct"]),
        writer=str(writer["id"]),
        counter=_number(writer["n"]),
        signature=str(writer["sig"]),
        certificate=str(writer["cert"]) if "cert" in writer else None,
        before=before,
        leaf=leaf,
    )


def _number(value: object) -> int:
    return value if type(value) is int else -1  # its shape was checked


BODY = {
    "v": one,
    "id": anything,
    "actor": is_object,
    "patient": anything,
    "action": anything,
    "details": is_object,
    "earlier": lambda value: value is None or type(value) is dict,
}
EARLIER = {"tag": ENVELOPE["tag"], "y": whole(1000, 9999)}


def read_body(text: str, envelope: Envelope) -> Mapping[str, object]:
    """The body that was logged in this envelope. Raises Flaw.

    Fields that no check rests on may be anything: what was logged, was logged.
    """
    raw = text.encode(errors="surrogatepass")
    if len(raw) > MAX_BODY:
        raise Flaw("too-large", most=MAX_BODY)
    if b64(hashlib.sha256(BODY_DOMAIN + raw).digest()) != envelope.com:
        raise Flaw("body-altered")
    body = parse_canonical(raw)
    if type(body) is not dict:
        raise Flaw("not-an-object")
    fields({name: body[name] for name in BODY if name in body}, BODY)
    if body["earlier"] is not None:
        fields(body["earlier"], EARLIER)
    if body["id"] != envelope.id:
        raise Flaw("body-of-another-entry")
    return body
