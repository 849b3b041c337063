"""Checkpoints as C2SP signed notes: making them, and reading the log's own back (docs/audit.md, section 2)."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from chalicelib.audit.alarms import ForkError
from chalicelib.audit.ec_key import EcKey
from chalicelib.audit.entry import b64, unb64

_LINE = re.compile("\u2014 ([^ \n+]+) ([A-Za-z0-9+/=]+)\n")
_COSIGNATURE = 4 + 8 + 64  # key id, time in seconds, Ed25519
_LATEST = 1 << 36  # seconds: the year 4147; what is beyond is no time


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Size and root of one log."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64(self.root)}\n"


def key_id(public: bytes) -> bytes:
    """C2SP signed-note, type 0x02: of the SPKI DER."""
    return hashlib.sha256(public).digest()[:4]


def signed(checkpoint: Checkpoint, key: EcKey) -> str:
    """One KMS Sign. Raises KeyUnavailableError."""
    text = checkpoint.text()
    signature = key_id(key.public) + key.sign(text.encode())
    return f"{text}\n\u2014 {checkpoint.origin} {b64(signature)}\n"


def opened(note: str, origin: str, key: EcKey) -> Checkpoint:
    """A checkpoint that this log has signed. Raises ForkError for anything else."""
    text, _, lines = note.partition("\n\n")
    for name, raw in _LINE.findall(lines):
        try:
            signature = unb64(raw)
        except ValueError:
            continue
        if (name, signature[:4]) != (origin, key_id(key.public)):
            continue
        if not key.signed((text + "\n").encode(), signature[4:]):
            break
        return _parsed(text, origin)
    raise ForkError(f"a checkpoint of {origin} that the log has not signed")


def _parsed(text: str, origin: str) -> Checkpoint:
    lines = text.split("\n")
    if len(lines) != 3 or lines[0] != origin or not lines[1].isdecimal():  # noqa: PLR2004 - origin, size, root
        raise ForkError(f"a signed note that is no checkpoint of {origin}")
    try:
        return Checkpoint(origin, int(lines[1]), unb64(lines[2]))
    except ValueError:
        raise ForkError(f"a signed note that is no checkpoint of {origin}") from None


def is_ours(note: str, origin: str, key: EcKey) -> bool:
    """Whether this log has signed it: else it is somebody's, and says nothing."""
    try:
        opened(note, origin, key)
    except ForkError:
        return False
    return True


def cosigned(note: str) -> list[tuple[str, int]]:
    """Name and time in seconds of each cosignature on a note. Their signatures are checked by who relies on them."""
    text, _, lines = note.partition("\n\n")
    origin, found = text.partition("\n")[0], []
    for name, encoded in _LINE.findall(lines):
        try:
            raw = unb64(encoded)
        except ValueError:
            continue
        if name != origin and len(raw) == _COSIGNATURE:  # an ECDSA signature of the log may be as long
            found.append((name, int.from_bytes(raw[4:12], "big")))
    return [(name, seconds) for name, seconds in found if seconds < _LATEST]


def unwitnessed(note: str) -> str:
    """The note with the log's own signature alone."""
    text, _, lines = note.partition("\n\n")
    return f"{text}\n\n{lines.partition(chr(10))[0]}\n"
