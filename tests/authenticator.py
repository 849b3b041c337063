"""A passkey in software: what a browser and a fingerprint reader would answer, and what a bad one would (ID-4)."""

from __future__ import annotations

import hashlib
import json
import secrets
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from copy import copy
from typing import Any
from urllib.parse import urlsplit

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 1, 4, 64  # flags of WebAuthn level 2, 6.1


class Authenticator:
    """One credential. ``counts=False`` is a synced passkey, whose counter stays zero."""

    def __init__(self, url: str, *, counts: bool = True) -> None:
        self.origin = url
        self.rp_id = urlsplit(url).hostname or ""
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential = secrets.token_bytes(32)
        self.flags = PRESENT | VERIFIED
        self.owner: bytes | None = None
        self.counts = counts
        self.count = 0

    @property
    def id(self) -> str:
        return text_of(self.credential)

    def twin(self) -> Authenticator:
        """A copy of the key, with the counter as it stands."""
        return copy(self)

    # --- ceremonies

    def create(self, options: dict[str, Any], **client: Any) -> dict[str, Any]:
        """Answer to ``navigator.credentials.create``; ``client`` replaces fields of the client data."""
        self.owner = bytes_of(options["user"]["id"])
        point = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        attested = bytes(16) + struct.pack(">H", len(self.credential)) + self.credential + cbor2.dumps(public)
        data = self._data(ATTESTED) + attested
        said = self._client("webauthn.create", options["challenge"], client)
        statement = {"fmt": "none", "attStmt": {}, "authData": data}
        return self._answer(clientDataJSON=text_of(said), attestationObject=text_of(cbor2.dumps(statement)))

    def get(self, options: dict[str, Any], **client: Any) -> dict[str, Any]:
        """Answer to ``navigator.credentials.get``."""
        if self.counts:
            self.count += 1
        data = self._data(0)
        said = self._client("webauthn.get", options["challenge"], client)
        signature = self.key.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        answer = {"clientDataJSON": text_of(said), "authenticatorData": text_of(data), "signature": text_of(signature)}
        if self.owner is not None:
            answer["userHandle"] = text_of(self.owner)
        return self._answer(**answer)

    # --- pieces

    def _data(self, more: int) -> bytes:
        rp = hashlib.sha256(self.rp_id.encode()).digest()
        return rp + bytes([self.flags | more]) + struct.pack(">I", self.count)

    def _client(self, kind: str, challenge: str, changes: dict[str, Any]) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False, **changes}
        return json.dumps(said).encode()

    def _answer(self, **response: str) -> dict[str, Any]:
        return {
            "id": self.id,
            "rawId": self.id,
            "type": "public-key",
            "response": response,
            "clientExtensionResults": {},
        }


def text_of(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def bytes_of(text: str) -> bytes:
    return urlsafe_b64decode(text + "==")
