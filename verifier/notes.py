"""C2SP signed notes, checkpoints and cosignatures: reading and verifying them.

Sources: C2SP signed-note, tlog-checkpoint, tlog-cosignature. Types: ECDSA 0x02, Ed25519 cosignature/v1 0x04.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

ECDSA, COSIGNATURE = 2, 4
MAX_NOTE = 1_000_000
COSIGNATURE_LENGTH = 72  # eight bytes of time, 64 of signature
_LINE = re.compile("\u2014 ([^ \n+]+) ([A-Za-z0-9+/=]+)\n")


class NoteError(Exception):
    """A note or a key cannot be read, or a signature on it is wrong or missing. ``code`` as in texts.py."""

    def __init__(self, message: str, code: str = "note-malformed", **values: object) -> None:
        super().__init__(message)
        self.code, self.values = code, values


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def unb64(text: str) -> bytes:
    """Raises NoteError for anything but standard, padded, canonical base64."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        raise NoteError("malformed base64") from None
    if b64(data) != text:
        raise NoteError("malformed base64")
    return data


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A named public key. ``public`` is SPKI DER for ECDSA, 32 raw bytes for a witness."""

    name: str
    kind: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        if self.kind == ECDSA:
            return hashlib.sha256(self.public).digest()[:4]
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def text(self) -> str:
        """C2SP's ``name+id+key``."""
        return f"{self.name}+{self.key_id.hex()}+{b64(bytes([self.kind]) + self.public)}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Raises NoteError."""
        parts = text.split("+", 2)
        if len(parts) != 3:  # noqa: PLR2004 - name, id, key
            raise NoteError("malformed key")
        raw = unb64(parts[2])
        key = cls(parts[0], raw[0] if raw else 0, raw[1:])
        if key.kind not in (ECDSA, COSIGNATURE) or key.key_id.hex() != parts[1]:
            raise NoteError("malformed key, or an id that is not its own")
        return key

    def verify(self, text: bytes, signature: bytes) -> int:
        """Time of a cosignature in seconds, 0 of another signature. Raises NoteError."""
        try:
            if self.kind == ECDSA:
                public = serialization.load_der_public_key(self.public)
                if not isinstance(public, ec.EllipticCurvePublicKey):
                    raise NoteError("not an elliptic key")
                public.verify(signature, text, ec.ECDSA(hashes.SHA256()))
                return 0
            if len(signature) != COSIGNATURE_LENGTH:
                raise ValueError  # noqa: TRY301 - one refusal for every kind of wrong signature
            time = int(struct.unpack(">Q", signature[:8])[0])
            message = b"cosignature/v1\ntime %d\n" % time + text
            ed25519.Ed25519PublicKey.from_public_bytes(self.public).verify(signature[8:], message)
        except (InvalidSignature, UnsupportedAlgorithm, ValueError):
            raise NoteError(f"bad signature of {self.name}", "note-signature", name=self.name) from None
        return time


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Size and root of one log; ``witnessed`` has the cosignature's time of each witness (key text) that is known.

    ``strange`` names lines that borrow the name or the id of a known key and are not by it.
    """

    origin: str
    size: int
    root: bytes
    witnessed: dict[str, int]
    strange: tuple[str, ...] = ()

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64(self.root)}\n"


def signature_line(name: str, key_id: bytes, signature: bytes) -> str:
    return f"\u2014 {name} {b64(key_id + signature)}\n"


def split(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The signed text, and (name, key id and signature) of each line below. Raises NoteError."""
    if len(note) > MAX_NOTE or any(ord(c) < ord(" ") and c != "\n" for c in note):
        raise NoteError("malformed note")
    end = note.rfind("\n\n")
    if end < 0:
        raise NoteError("a note without signatures")
    text, rest = note[: end + 1], note[end + 2 :]
    lines, position = [], 0
    while position < len(rest):
        match = _LINE.match(rest, position)
        if not match:
            raise NoteError("malformed signature line")
        lines.append((match[1], unb64(match[2])))
        position = match.end()
    if not lines:
        raise NoteError("a note without signatures")
    return text, lines


def parse_text(text: str) -> Checkpoint:
    """The body of a checkpoint, nothing verified. Raises NoteError."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or not lines[0] or not re.fullmatch("0|[1-9][0-9]{0,17}", lines[1]):  # noqa: PLR2004
        raise NoteError("malformed checkpoint")
    root = unb64(lines[2])
    if len(root) != hashlib.sha256().digest_size:
        raise NoteError("malformed root")
    return Checkpoint(lines[0], int(lines[1]), root, {})


def open_checkpoint(
    note: str, origin: str, log_keys: Sequence[bytes], witnesses: Sequence[VerifierKey] = (), quorum: int = 0
) -> Checkpoint:
    """A checkpoint of ``origin``, signed by one of the log's keys (SPKI DER) and by ``quorum`` witnesses.

    Lines of unknown keys are passed over, as C2SP demands; a wrong signature of a known one is fatal. Raises NoteError.
    """
    text, lines = split(note)
    checkpoint = parse_text(text)
    if checkpoint.origin != origin:
        raise NoteError("the checkpoint of another log", "note-origin", origin=origin)
    keys = {(key.name, key.key_id): key for key in (*(VerifierKey(origin, ECDSA, k) for k in log_keys), *witnesses)}
    names, ids = {name for name, _ in keys}, {key_id for _, key_id in keys}
    signed, witnessed, strange = False, {}, []
    for name, raw in lines:
        key = keys.get((name, raw[:4]))
        if key is None:
            strange += [name] if name in names or raw[:4] in ids else []
            continue
        time = key.verify(text.encode(), raw[4:])
        if key.kind == COSIGNATURE:
            witnessed[key.text()] = time
        else:
            signed = True
    if not signed:
        raise NoteError("not signed by the log", "note-unsigned")
    if len(witnessed) < quorum:
        raise NoteError(
            f"cosigned by {len(witnessed)}, needed {quorum}", "note-quorum", have=len(witnessed), need=quorum
        )
    return Checkpoint(origin, checkpoint.size, checkpoint.root, witnessed, tuple(strange))
