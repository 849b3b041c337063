"""Compact JWS with ES256 (RFC 7515, RFC 7518 section 3.4), strictly, on ``cryptography`` alone.

PyJWT is not used here: its import costs 28-60 ms of CPU on the path of every request, the format is this one page, and
what a library must leave open (algorithms, header fields, several spellings of one token) can be closed.
"""

from __future__ import annotations

import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from chalicelib.errors import MalformedError, NotSignedInError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey

MAX_TOKEN = 8192  # characters
MAX_INFLATED = 16_384  # bytes
SIZE = 32  # bytes of r, of s, of a coordinate, of a private key


@dataclass(frozen=True, slots=True)
class Parts:
    """A token taken apart, nothing of it believed yet."""

    signed: bytes
    header: dict[str, Any]
    payload: bytes
    signature: bytes


def make(private: EllipticCurvePrivateKey, header: Mapping[str, str], claims: Mapping[str, Any]) -> str:
    """Sign; a header with ``zip: DEF`` deflates the payload (raw, RFC 1951). Raises MalformedError."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, utils

    payload = json_of(claims)
    if header.get("zip") == "DEF":
        squeeze = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
        payload = squeeze.compress(payload) + squeeze.flush()
    signed = f"{b64(json_of(header))}.{b64(payload)}"
    r, s = utils.decode_dss_signature(private.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    token = f"{signed}.{b64(r.to_bytes(SIZE, 'big') + s.to_bytes(SIZE, 'big'))}"
    if len(token) > MAX_TOKEN:
        raise MalformedError("too much for one token")
    return token


def take_apart(token: str) -> Parts:
    """Form and size only. Raises NotSignedInError."""
    if len(token) > MAX_TOKEN or not token.isascii() or token.count(".") != 2:  # noqa: PLR2004
        raise NotSignedInError
    head, body, tail = token.split(".")
    try:
        parts = Parts(f"{head}.{body}".encode(), header_of(head), unb64(body), unb64(tail))
    except (ValueError, RecursionError):
        raise NotSignedInError from None
    if len(parts.signature) != 2 * SIZE:  # raw r || s: DER is another format
        raise NotSignedInError
    return parts


def check_signature(public: EllipticCurvePublicKey, parts: Parts) -> None:
    """Raises NotSignedInError."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, utils

    r, s = (int.from_bytes(half, "big") for half in (parts.signature[:SIZE], parts.signature[SIZE:]))
    try:
        public.verify(utils.encode_dss_signature(r, s), parts.signed, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise NotSignedInError from None


def claims_of(parts: Parts) -> dict[str, Any]:
    """The payload, after its signature was checked. Raises NotSignedInError."""
    payload = parts.payload
    try:
        if parts.header.get("zip") == "DEF":
            inflate = zlib.decompressobj(-zlib.MAX_WBITS)
            payload = inflate.decompress(payload, MAX_INFLATED)
            if not inflate.eof or inflate.unused_data:
                raise NotSignedInError
        return object_of(payload)
    except (ValueError, RecursionError, zlib.error):
        raise NotSignedInError from None


def jwk_of(public: EllipticCurvePublicKey) -> dict[str, str]:
    """The required members of an EC public key (RFC 7518 section 6.2.1)."""
    numbers = public.public_numbers()
    x, y = (b64(number.to_bytes(SIZE, "big")) for number in (numbers.x, numbers.y))
    return {"crv": "P-256", "kty": "EC", "x": x, "y": y}


def thumbprint(jwk: Mapping[str, str]) -> str:
    """RFC 7638: SHA-256 over the required members in lexical order, without blanks; 43 characters."""
    members = {name: jwk[name] for name in ("crv", "kty", "x", "y")}
    return b64(sha256(json_of(members)).digest())


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def unb64(text: str) -> bytes:
    """Strict: one spelling a value, or one token could be written in several ways. Raises ValueError."""
    data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if b64(data) != text:
        raise ValueError("not base64url")
    return data


def header_of(head: str) -> dict[str, Any]:
    """Raises ValueError, RecursionError."""
    return object_of(unb64(head))


def object_of(text: bytes) -> dict[str, Any]:
    """Raises ValueError, RecursionError."""
    value = json.loads(text)
    if not isinstance(value, dict):
        raise ValueError("not an object")  # noqa: TRY004  # an input's fault, not a caller's
    return value


def json_of(value: Mapping[str, Any]) -> bytes:
    """Raises MalformedError."""
    try:
        return json.dumps(dict(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    except (ValueError, TypeError, RecursionError):  # a lone surrogate is a ValueError too
        raise MalformedError("claims are not JSON") from None
