"""From a row of the outbox to a leaf of the log: is it from a certified writer, and what stands in the log of it."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from chalicelib.audit.ec_key import EcKey
from chalicelib.audit.entry import WRITER_DOMAIN, Signed, b64, canonical_plain, unb64
from chalicelib.errors import MedkartaError

ALIEN, OVERSIZED = "alien-row", "oversized-row"
MAX_ENVELOPE = 4096  # bytes, exclusive; tlog-tiles allows less than 64 KB
MAX_SEALED = 64 * 1024
CHECKED = 16_384  # signatures that a process remembers: the sweeps see each entry some six times
_UUID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[78][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_TAG = re.compile("[A-Za-z0-9+/=_-]{1,64}")
_MOST = {"n": 10**12, "prev": "A" * 44, "pi": 10**12, "t": 10**14}  # a chain's place, as long as it can get


def _coded(length: int = 0) -> Callable[[str], bool]:
    """Base64 in its one form, of so many bytes (0: of any number)."""

    def fits(text: str) -> bool:
        try:
            data = unb64(text)
        except ValueError:
            return False
        return len(data) == length if length else bool(data)

    return fits


SHAPES: Mapping[str, Callable[[str], bool]] = {
    "sk": lambda text: bool(_UUID.fullmatch(text)),
    "tag": lambda text: bool(_TAG.fullmatch(text)),
    "com": _coded(32),
    "wid": _coded(32),
    "wsig": _coded(64),
    "wcert": _coded(),
}
"""What a verifier requires of these fields; a row that breaks it would spoil the log for ever."""


def _whole(value: int) -> bool:
    return type(value) is int and 0 <= value < 2**53


@dataclass(frozen=True, slots=True)
class Row:
    """One pending entry, as its writer signed it. ``sealed`` is the encrypted body."""

    signed: Signed
    sealed: bytes
    signature: str
    certificate: str

    @classmethod
    def read(cls, item: Mapping[str, Any]) -> Row | None:
        """None when it does not have the shape of an entry. The signatures are checked by ``Writers``."""
        for name, fits in SHAPES.items():
            text = item.get(name)
            if not isinstance(text, str) or not fits(text):
                return None
        sealed, number, year = item.get("ct"), item.get("wn"), item.get("y")
        if not isinstance(sealed, bytes) or not isinstance(number, int) or not isinstance(year, int):
            return None
        if not (_whole(number) and _whole(year)):
            return None
        ct = b64(hashlib.sha256(sealed).digest())
        signed = Signed(item["sk"], item["tag"], item["com"], ct, item["wid"], number, year)
        return cls(signed, sealed, item["wsig"], item["wcert"])

    def envelope(self, place: Mapping[str, Any], *, certified: bool) -> bytes:
        """Leaf data. ``place``: n, prev, pi, t and, at leaf 0, log. ``certified`` puts the certificate in."""
        writer: dict[str, Any] = {"id": self.signed.writer, "n": self.signed.number, "sig": self.signature}
        if certified:
            writer["cert"] = self.certificate
        return canonical_plain(
            {
                "v": 1,
                "id": self.signed.id,
                "tag": self.signed.tag,
                "com": self.signed.com,
                "ct": self.signed.ct,
                "w": writer,
                **place,
            }
        )


class Writers:
    """Which writers the CA has certified; each certificate is checked once a process."""

    def __init__(self, authority: EcKey) -> None:
        self._authority = authority
        self._certified: set[tuple[str, str]] = set()

    def judge(self, item: Mapping[str, Any]) -> Row | str:
        """The row when a certified writer made it and it fits into an envelope, else what is wrong with it."""
        row = Row.read(item)
        if row is None or not self.made(row.signed, row.signature, row.certificate):
            return ALIEN
        fits = len(row.sealed) <= MAX_SEALED and len(row.envelope(_MOST, certified=True)) < MAX_ENVELOPE
        return row if fits else OVERSIZED

    def made(self, signed: Signed, signature: str, certificate: str) -> bool:
        """Whether a writer with this certificate made this signature."""
        try:
            return self._certifies(signed.writer, certificate) and signature_holds(signed, signature)
        except (ValueError, MedkartaError):
            return False

    def _certifies(self, writer: str, certificate: str) -> bool:
        if (writer, certificate) not in self._certified:
            if not self._authority.signed(WRITER_DOMAIN + writer.encode(), unb64(certificate)):
                return False
            self._certified.add((writer, certificate))
        return True


@lru_cache(maxsize=CHECKED)
def signature_holds(signed: Signed, signature: str) -> bool:
    """Raises ValueError for a key or signature that cannot be read."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(unb64(signed.writer)).verify(unb64(signature), signed.text())
    except InvalidSignature:
        return False
    return True


def signed_of(envelope: Mapping[str, Any], year: int) -> Signed:
    """What the writer signed of an entry that stands in the log of ``year``."""
    writer = envelope["w"]
    return Signed(
        envelope["id"], envelope["tag"], envelope["com"], envelope["ct"], writer["id"], int(writer["n"]), year
    )


def bundle(envelopes: Sequence[bytes]) -> bytes:
    """C2SP entry bundle: each with its length before it, 16 bits, big-endian."""
    return b"".join(struct.pack(">H", len(envelope)) + envelope for envelope in envelopes)


def unbundle(data: bytes) -> list[bytes]:
    """Raises ValueError for what is no bundle."""
    found, position = [], 0
    while position < len(data):
        if position + 2 > len(data):
            raise ValueError("a bundle that was cut")
        (length,) = struct.unpack(">H", data[position : position + 2])
        position += 2 + length
        if position > len(data):
            raise ValueError("a bundle that was cut")
        found.append(data[position - length : position])
    return found


@dataclass(frozen=True, slots=True)
class Segment:
    """One committed batch. ``entries``: envelope and sealed body of each."""

    header: Mapping[str, Any]
    entries: Sequence[tuple[bytes, bytes]]

    def packed(self) -> bytes:
        """Compressed JSON lines; the same segment gives the same bytes."""
        lines = [canonical_plain(self.header)]
        lines += [canonical_plain({"e": envelope.decode(), "c": b64(sealed)}) for envelope, sealed in self.entries]
        return gzip.compress(b"\n".join(lines), 6, mtime=0)

    @classmethod
    def unpacked(cls, data: bytes) -> Segment:
        """Of trusted bytes: the head has their hash. Raises ValueError."""
        try:
            first, *rest = gzip.decompress(data).split(b"\n")
            parsed = [json.loads(line) for line in rest]
            return cls(json.loads(first), [(line["e"].encode(), unb64(line["c"])) for line in parsed])
        except (OSError, EOFError, KeyError, TypeError) as error:
            raise ValueError("a segment that cannot be read") from error
