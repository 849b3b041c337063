"""Cosignatures from a witness outside. Sources: C2SP tlog-witness, tlog-cosignature (cosignature/v1, Ed25519)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import http.client
import re
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chalicelib.audit.entry import b64

SECONDS = 3.0
TRIES = 3  # the size may be unknown here, and another sequencer may be faster in between
LARGEST_ANSWER = 64 * 1024
COSIGNATURE = 4
_LENGTHS = 4 + 8 + 64  # key id, time, signature
_LINE = re.compile("\u2014 ([^ \n+]+) ([A-Za-z0-9+/=]+)")
_SIZE = re.compile("(0|[1-9][0-9]{0,17})\n")


class WitnessUnavailable(Exception):
    """No cosignature this time: the witness is away, does not know this log, or answers what cannot be used."""


class WitnessRefused(Exception):
    """The witness remembers a tree of ``size`` leaves that this one does not continue: a sign of a fork."""

    def __init__(self, size: int, reason: str) -> None:
        super().__init__(f"{reason} (size of the witness: {size})")
        self.size = size


@dataclass(frozen=True, slots=True)
class WitnessKey:
    """What C2SP writes as ``name+id+key``; ``public`` is 32 raw bytes of Ed25519."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n\x04" + self.public).digest()[:4]

    @classmethod
    def parse(cls, text: str) -> WitnessKey:
        """Raises ValueError: the setting is wrong."""
        name, _, rest = text.partition("+")
        key_id, _, encoded = rest.partition("+")
        raw = base64.b64decode(encoded, validate=True)
        key = cls(name, raw[1:])
        if not name or len(raw) != 1 + 32 or raw[0] != COSIGNATURE or key.key_id.hex() != key_id:
            raise ValueError("not the key of a witness (name+id+key, cosignature/v1)")
        return key

    def signed(self, text: str, signature: bytes) -> bool:
        """``signature`` is eight bytes of time and 64 of Ed25519; ``text`` the note above its signatures."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        message = f"cosignature/v1\ntime {int.from_bytes(signature[:8], 'big')}\n{text}".encode()
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature[8:], message)
        except (InvalidSignature, ValueError):
            return False
        return True


class WitnessClient:
    """``url`` is the address in front of ``/add-checkpoint``, ``keys`` the witness's own, as it published them."""

    def __init__(self, url: str, keys: Sequence[str]) -> None:
        """Raises ValueError when a key cannot be read or the address is not of the web."""
        if not url.startswith(("https://", "http://")):
            raise ValueError("the address of a witness begins with https:// or http://")
        self._url = f"{url.rstrip('/')}/add-checkpoint"
        self._keys = [WitnessKey.parse(key) for key in keys]
        self._sizes: dict[str, int] = {}  # by origin, as the witness said last

    def cosign(self, note: str, size: int, origin: str, prove: Callable[[int], list[bytes]]) -> str:
        """The verified cosignature lines for ``note``, each with its newline.

        ``prove(old)`` gives the consistency proof from ``old`` to ``size``. Raises WitnessUnavailable; WitnessRefused
        when the witness knows a larger tree, another one of this size, or one that is no beginning of this one.
        """
        old = min(self._sizes.get(origin, 0), size)
        for _ in range(TRIES):
            proof = prove(old) if 0 < old < size else []
            status, kind, body = self._post(_request(old, proof, note))
            if status == 200:  # noqa: PLR2004
                self._sizes[origin] = size
                return self._verified(note, body)
            if status == 422:  # noqa: PLR2004
                raise WitnessRefused(old, "the proof does not lead from its tree to this one")
            if status != 409:  # noqa: PLR2004
                raise WitnessUnavailable(f"the witness answers {status}")
            known = self._sizes[origin] = _conflict(kind, body)
            if known > size:
                raise WitnessRefused(known, "it knows a larger tree")
            if known == old == size:
                raise WitnessRefused(known, "it knows another tree of this size")
            if known == old:
                raise WitnessUnavailable("the witness contradicts itself")
            old = known
        raise WitnessUnavailable("the witness is busy with other checkpoints of this log")

    def _post(self, body: bytes) -> tuple[int, str, str]:
        """Status, type and text of the answer. Without redirects, proxies and errors for statuses."""
        opener = urllib.request.OpenerDirector()
        opener.add_handler(urllib.request.HTTPHandler())
        opener.add_handler(urllib.request.HTTPSHandler())
        request = urllib.request.Request(self._url, body, {"Content-Type": "text/plain; charset=utf-8"}, method="POST")  # noqa: S310 - see __init__
        try:
            with opener.open(request, timeout=SECONDS) as answer:
                return answer.status, answer.headers.get_content_type(), answer.read(LARGEST_ANSWER).decode()
        except (OSError, http.client.HTTPException, UnicodeDecodeError) as error:
            raise WitnessUnavailable(f"the witness cannot be reached: {type(error).__name__}") from error

    def _verified(self, note: str, answer: str) -> str:
        """Lines of known keys, right ones; lines of unknown keys are left out. Raises WitnessUnavailable."""
        text = note[: note.rindex("\n\n") + 1]
        lines = []
        for line in answer.splitlines():
            match = _LINE.fullmatch(line)
            if not match:
                raise WitnessUnavailable("the witness answers something else than signatures")
            raw = _decoded(match[2])
            for key in self._keys:
                if (key.name, key.key_id) != (match[1], raw[:4]):
                    continue
                if len(raw) != _LENGTHS or not key.signed(text, raw[4:]):
                    raise WitnessUnavailable(f"a wrong cosignature of {key.name}")
                lines.append(f"{line}\n")
        if not lines:
            raise WitnessUnavailable("no cosignature by a key that is known here")
        return "".join(lines)


def _request(old: int, proof: Sequence[bytes], note: str) -> bytes:
    return "".join([f"old {old}\n", *(f"{b64(h)}\n" for h in proof), "\n", note]).encode()


def _conflict(kind: str, body: str) -> int:
    size = _SIZE.fullmatch(body)
    if kind != "text/x.tlog.size" or not size:
        raise WitnessUnavailable("the witness answers 409 without a size")
    return int(size[1])


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise WitnessUnavailable("the witness answers malformed base64") from None
