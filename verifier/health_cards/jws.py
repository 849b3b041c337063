"""The signed text of a card: its forms, its parts, its key and signature."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import zlib
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from verifier.health_cards.flaw import CardFlaw

PREFIX, FILE_MEMBER = "shc:/", "verifiableCredential"
LARGEST = 500_000
SIGNATURE = 64
_DIGITS = re.compile(r"(?:[0-7][0-9])+")


def of_file(text: str) -> list[str]:
    try:
        found = json.loads(text)[FILE_MEMBER]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise CardFlaw("file", "no list of cards in the file") from None
    if not (isinstance(found, list) and found and all(isinstance(jws, str) for jws in found)):
        raise CardFlaw("file", "no list of cards in the file")
    return found


def of_code(text: str) -> str:
    digits = text.removeprefix(PREFIX)
    if "/" in digits:
        raise CardFlaw("chunks", "a card in several codes is not accepted any more")
    if not _DIGITS.fullmatch(digits):
        raise CardFlaw("digits", "two digits stand for each character, from 00 to 79")
    return "".join(chr(int(digits[n : n + 2]) + 45) for n in range(0, len(digits), 2))


def decoded(part: str) -> bytes:
    try:
        data = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except (binascii.Error, ValueError):
        raise CardFlaw("form", "a part is no base64url") from None
    if base64.urlsafe_b64encode(data).decode().rstrip("=") != part:
        raise CardFlaw("form", "a part has characters that belong to nothing")
    return data


def parsed(data: bytes, what: str) -> dict[str, Any]:
    if data.startswith(b"\xef\xbb\xbf"):
        raise CardFlaw("bom", f"a byte order mark stands before the {what}")
    try:
        value = json.loads(data.decode("utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise CardFlaw(what, f"the {what} is no JSON") from None
    if not isinstance(value, dict):
        raise CardFlaw(what, f"the {what} is no object")
    return value


def _no_number(name: str) -> None:
    """NaN is never past its time, and no JSON either."""
    raise ValueError(name)


def kid_of(header: Mapping[str, Any]) -> str:
    if header.get("alg") != "ES256":
        raise CardFlaw("alg", "cards are signed with ES256")
    if header.get("zip") != "DEF":
        raise CardFlaw("zip", "the payload of a card is deflated")
    kid = header.get("kid")
    if not isinstance(kid, str) or not kid:
        raise CardFlaw("kid", "no key is named")
    return kid


def key_of(keys: Mapping[str, Any], kid: str) -> Mapping[str, Any]:
    listed = keys.get("keys")
    found = (
        [key for key in listed if isinstance(key, dict) and key.get("kid") == kid] if isinstance(listed, list) else []
    )
    if len(found) != 1:
        raise CardFlaw("key", "the issuer has no such key")
    key = found[0]
    for name, right in (("kty", "EC"), ("crv", "P-256"), ("use", "sig"), ("alg", "ES256")):
        if key.get(name) != right:
            raise CardFlaw("key", f"{name} of the key has to be {right}")
    members = json.dumps({name: key.get(name) for name in ("crv", "kty", "x", "y")}, separators=(",", ":"))
    if base64.urlsafe_b64encode(hashlib.sha256(members.encode()).digest()).decode().rstrip("=") != kid:
        raise CardFlaw("kid", "the key's id is not its thumbprint (RFC 7638)")
    return key


def check_signature(key: Mapping[str, Any], signed: bytes, signature: bytes) -> None:
    x, y = (int.from_bytes(decoded(str(key.get(name))), "big") for name in ("x", "y"))
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    try:
        public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
        public.verify(utils.encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        raise CardFlaw("signature", "the signature is not of this key over this text") from None


def inflated(data: bytes) -> bytes:
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        text = inflate.decompress(data, LARGEST)
    except zlib.error:
        raise CardFlaw("deflate", "the payload is not deflated as RFC 1951 says") from None
    if not inflate.eof or inflate.unused_data:
        raise CardFlaw("deflate", "the payload ends too early or goes on after its end")
    if text != text.strip():
        raise CardFlaw("trailing", "blanks around the payload")
    return text
