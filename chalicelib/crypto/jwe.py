"""Compact JWE with a key of our own, strictly: ``dir`` and A256GCM (RFC 7516; RFC 7518, 4.5 and 5.3).

For what comes back to us alone and is nobody's to read: places in lists, openings of links. The key is derived from the
private key of a ring that signs nothing (HKDF, RFC 5869), so the ring's rules hold for it too (signing_keys.py). The
nonce is random; 96 bits of it are good for 2^32 tokens a key (NIST SP 800-38D, 8.3): in the ninety days of a key, five
hundred a second.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chalicelib.crypto import jws
from chalicelib.errors import MalformedError, NotSignedInError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

ALG, ENC = "dir", "A256GCM"
KEY, NONCE, TAG = 32, 12, 16  # bytes
INFO = b"medkarta sealed token, A256GCM"


@dataclass(frozen=True, slots=True)
class Parts:
    """A token taken apart, nothing of it believed yet. ``head``: the header as it was written."""

    head: bytes
    header: dict[str, Any]
    nonce: bytes
    sealed: bytes


def make(private: EllipticCurvePrivateKey, header: Mapping[str, str], claims: Mapping[str, Any]) -> str:
    """Seal. Raises MalformedError for claims that are not JSON or too long."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    head, nonce = jws.b64(jws.json_of(header)), os.urandom(NONCE)
    sealed = AESGCM(_key(private)).encrypt(nonce, jws.json_of(claims), head.encode())
    token = f"{head}..{jws.b64(nonce)}.{jws.b64(sealed[:-TAG])}.{jws.b64(sealed[-TAG:])}"
    if len(token) > jws.MAX_TOKEN:
        raise MalformedError("too much for one token")
    return token


def take_apart(token: str) -> Parts:
    """Form and size only. Raises NotSignedInError."""
    if len(token) > jws.MAX_TOKEN or not token.isascii() or token.count(".") != 4:  # noqa: PLR2004
        raise NotSignedInError
    head, encrypted_key, nonce, text, tag = token.split(".")
    try:
        parts = Parts(head.encode(), jws.header_of(head), jws.unb64(nonce), jws.unb64(text) + jws.unb64(tag))
        sizes = len(parts.nonce), len(jws.unb64(tag))
    except (ValueError, RecursionError):
        raise NotSignedInError from None
    if encrypted_key or sizes != (NONCE, TAG):
        raise NotSignedInError
    return parts


def claims_of(private: EllipticCurvePrivateKey, parts: Parts) -> dict[str, Any]:
    """What was sealed. Raises NotSignedInError unless it was sealed whole, with this key and this header."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return jws.object_of(AESGCM(_key(private)).decrypt(parts.nonce, parts.sealed, parts.head))
    except (InvalidTag, ValueError, RecursionError):
        raise NotSignedInError from None


def _key(private: EllipticCurvePrivateKey) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    scalar = private.private_numbers().private_value.to_bytes(jws.SIZE, "big")
    return HKDF(SHA256(), KEY, salt=None, info=INFO).derive(scalar)
