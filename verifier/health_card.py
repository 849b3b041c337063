"""A SMART Health Card, checked off-line against keys that somebody trusts (framework 1.4).

    python -m verifier.health_card CARD --issuer URL --keys JWKS.json [--revocations LIST.json ...]

``CARD``: a file with ``shc:/…``, with the JWS alone, or a ``.smart-health-card`` file. A good signature says nothing
about the rest, so every rule is asked for by itself. Exit codes: 0 every card is good, 2 a flaw, 3 a wrong call.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import re
import sys
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

PREFIX, FILE_MEMBER = "shc:/", "verifiableCredential"
LONGEST_CODE = 1195
"""Characters of a JWS in one QR code."""
LARGEST = 500_000
SIGNATURE = 64
SECONDS_UNTIL = 10**11  # of the year 5138; what is larger was written in milliseconds
TYPE = "https://smarthealth.cards#health-card"
_DIGITS = re.compile(r"(?:[0-7][0-9])+")
_RID = re.compile(r"[A-Za-z0-9_-]{1,24}")
_RESOURCE = re.compile(r"resource:[0-9]+")


class CardFlaw(Exception):
    """``code`` is stable; ``why`` is for a reader and quotes nothing of the card."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(f"{code}: {why}")
        self.code, self.why = code, why


@dataclass(frozen=True, slots=True)
class Trust:
    """What the verifier believes: the issuer's address, its key set, and its lists of revocations by key."""

    issuer: str
    keys: Mapping[str, Any]
    revocations: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Card:
    """A card without a flaw."""

    issuer: str
    kid: str
    payload: Mapping[str, Any]

    @property
    def bundle(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.payload["vc"]["credentialSubject"]["fhirBundle"]
        return found


def cards(data: bytes, trust: Trust, now: float) -> list[Card]:
    """Every card of a file or of a code's text. Raises CardFlaw for the first thing that is wrong."""
    if len(data) > LARGEST:
        raise CardFlaw("too-large", "this is no card")
    if data.startswith(b"\xef\xbb\xbf"):
        raise CardFlaw("bom", "a byte order mark stands before the card")
    try:
        text = data.decode("ascii")
    except UnicodeDecodeError:
        raise CardFlaw("form", "characters that no card has") from None
    if text.startswith("{"):
        return [_card(jws, trust, now) for jws in _of_file(text)]
    jws = _of_code(text) if text.startswith(PREFIX) else text
    return [_card(jws, trust, now, most=LONGEST_CODE)]


def _of_file(text: str) -> list[str]:
    try:
        found = json.loads(text)[FILE_MEMBER]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise CardFlaw("file", "no list of cards in the file") from None
    if not (isinstance(found, list) and found and all(isinstance(jws, str) for jws in found)):
        raise CardFlaw("file", "no list of cards in the file")
    return found


def _of_code(text: str) -> str:
    digits = text.removeprefix(PREFIX)
    if "/" in digits:
        raise CardFlaw("chunks", "a card in several codes is not accepted any more")
    if not _DIGITS.fullmatch(digits):
        raise CardFlaw("digits", "two digits stand for each character, from 00 to 79")
    return "".join(chr(int(digits[n : n + 2]) + 45) for n in range(0, len(digits), 2))


def _card(jws: str, trust: Trust, now: float, most: int = LARGEST) -> Card:
    if len(jws) > most:
        raise CardFlaw("length", f"more than {most} characters in one code")
    parts = jws.split(".")
    if len(parts) != 3:  # noqa: PLR2004
        raise CardFlaw("form", "a JWS has three parts")
    head, body, tail = (_bytes(part) for part in parts)
    kid = _header(_object(head, "header"))
    if len(tail) != SIGNATURE:
        raise CardFlaw("signature-form", "64 bytes, r and s one after the other")
    key = _key(trust.keys, kid)
    _signature(key, f"{parts[0]}.{parts[1]}".encode(), tail)
    payload = _object(_inflated(body), "payload")
    _issuer(payload.get("iss"), trust.issuer)
    _times(payload, now)
    _credential(payload.get("vc"))
    _not_revoked(payload, key, trust.revocations.get(kid))
    return Card(trust.issuer, kid, payload)


def _bytes(part: str) -> bytes:
    try:
        data = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except (binascii.Error, ValueError):
        raise CardFlaw("form", "a part is no base64url") from None
    if base64.urlsafe_b64encode(data).decode().rstrip("=") != part:
        raise CardFlaw("form", "a part has characters that belong to nothing")
    return data


def _object(data: bytes, what: str) -> dict[str, Any]:
    if data.startswith(b"\xef\xbb\xbf"):
        raise CardFlaw("bom", f"a byte order mark stands before the {what}")
    try:
        value = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        raise CardFlaw(what, f"the {what} is no JSON") from None
    if not isinstance(value, dict):
        raise CardFlaw(what, f"the {what} is no object")
    return value


def _header(header: Mapping[str, Any]) -> str:
    if header.get("alg") != "ES256":
        raise CardFlaw("alg", "cards are signed with ES256")
    if header.get("zip") != "DEF":
        raise CardFlaw("zip", "the payload of a card is deflated")
    kid = header.get("kid")
    if not isinstance(kid, str) or not kid:
        raise CardFlaw("kid", "no key is named")
    return kid


def _key(keys: Mapping[str, Any], kid: str) -> Mapping[str, Any]:
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


def _signature(key: Mapping[str, Any], signed: bytes, signature: bytes) -> None:
    x, y = (int.from_bytes(_bytes(str(key.get(name))), "big") for name in ("x", "y"))
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    try:
        public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
        public.verify(utils.encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        raise CardFlaw("signature", "the signature is not of this key over this text") from None


def _inflated(data: bytes) -> bytes:
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


def _issuer(found: Any, trusted: str) -> None:
    if not isinstance(found, str):
        raise CardFlaw("issuer", "no issuer is named")
    address = urlsplit(found)
    if address.scheme != "https" or not address.hostname or address.query or address.fragment or found.endswith("/"):
        raise CardFlaw("issuer", "an issuer is an https address without a slash at its end")
    if found != trusted:
        raise CardFlaw("issuer", "the card is not of the issuer whose keys these are")


def _times(payload: Mapping[str, Any], now: float) -> None:
    begins, ends = payload.get("nbf"), payload.get("exp")
    for name, value in (("nbf", begins), ("exp", ends)):
        if name in payload and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise CardFlaw(name, "a time is a number of seconds")
        if isinstance(value, int | float) and value >= SECONDS_UNTIL:
            raise CardFlaw(name, "a time is in seconds, not in milliseconds")
    if begins is None:
        raise CardFlaw("nbf", "from when on the card holds is not said")
    if begins > now:
        raise CardFlaw("nbf", "the card does not hold yet")
    if ends is not None and ends <= now:
        raise CardFlaw("exp", "the card has expired")


def _credential(vc: Any) -> None:
    if not isinstance(vc, dict) or not isinstance(vc.get("type"), list) or TYPE not in vc["type"]:
        raise CardFlaw("type", "this is no health card")
    subject = vc.get("credentialSubject")
    if not isinstance(subject, dict) or not re.fullmatch(r"4\.[0-9]+\.[0-9]+", str(subject.get("fhirVersion"))):
        raise CardFlaw("fhir", "FHIR R4 is expected")
    bundle = subject.get("fhirBundle")
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle" or bundle.get("type") != "collection":
        raise CardFlaw("fhir", "no collection of resources")
    _bundle(bundle)


def _bundle(bundle: Mapping[str, Any]) -> None:
    entries = bundle.get("entry")
    if not (isinstance(entries, list) and entries and all(isinstance(entry, dict) for entry in entries)):
        raise CardFlaw("fhir", "no resources")
    kinds = []
    for n, entry in enumerate(entries):
        resource = entry.get("resource")
        if entry.get("fullUrl") != f"resource:{n}" or not isinstance(resource, dict):
            raise CardFlaw("fhir-references", "resources are called resource:0, resource:1 and so on")
        kinds.append(resource.get("resourceType"))
        _without_words(resource, top=True)
    if kinds.count("Patient") != 1:
        raise CardFlaw("fhir", "a card is of one person")
    for entry in entries:
        if entry["resource"]["resourceType"] == "Immunization" and entry["resource"].get("status") != "completed":
            raise CardFlaw("fhir", "a vaccination that was not carried out")


def _without_words(node: Any, *, top: bool = False) -> None:
    """Nothing that a card must not carry: ids, narratives, words beside codes, metadata but labels of security."""
    if isinstance(node, list):
        for item in node:
            _without_words(item)
    if not isinstance(node, dict):
        return
    meta = node.get("meta")
    if top and (
        "id" in node
        or "text" in node
        or (meta is not None and (not isinstance(meta, dict) or set(meta) - {"security"}))
    ):
        raise CardFlaw("fhir-metadata", "a resource has an id, a narrative or metadata")
    if "coding" in node and "text" in node:
        raise CardFlaw("fhir-metadata", "words beside a code")
    if "code" in node and "display" in node:
        raise CardFlaw("fhir-metadata", "words beside a code")
    reference = node.get("reference")
    if isinstance(reference, str) and not _RESOURCE.fullmatch(reference):
        raise CardFlaw("fhir-references", "a reference out of the card")
    for value in node.values():
        _without_words(value)


def _not_revoked(payload: Mapping[str, Any], key: Mapping[str, Any], revoked: Mapping[str, Any] | None) -> None:
    rid = payload["vc"].get("rid")
    if rid is not None and not (isinstance(rid, str) and _RID.fullmatch(rid)):
        raise CardFlaw("rid", "at most 24 characters of base64url")
    if rid is None or "crlVersion" not in key:
        return
    if revoked is None:
        raise CardFlaw("revocations", "the key has a list of revocations, and it is not here")
    for one, until in _revocations(revoked, key):
        if one == rid and (until is None or payload["nbf"] < until):
            raise CardFlaw("revoked", "the issuer has revoked the card")


def _revocations(revoked: Mapping[str, Any], key: Mapping[str, Any]) -> Iterator[tuple[str, int | None]]:
    """Ids, each with the moment before which cards of it are revoked, if one is said."""
    if revoked.get("kid") != key["kid"] or revoked.get("method") != "rid" or revoked.get("ctr") != key["crlVersion"]:
        raise CardFlaw("revocations", "the list is of another key, another kind or another version")
    rids = revoked.get("rids")
    if not isinstance(rids, list) or len(rids) != len({str(rid) for rid in rids}):
        raise CardFlaw("revocations", "the list names an id twice, or none")
    for line in rids:
        rid, dot, moment = str(line).partition(".")
        if not _RID.fullmatch(rid) or (dot and not (moment.isascii() and moment.isdecimal())):
            raise CardFlaw("revocations", "an id in the list is malformed")
        yield rid, int(moment) if dot else None


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m verifier.health_card", description=__doc__)
    parser.add_argument("card")
    parser.add_argument("--issuer", required=True)
    parser.add_argument("--keys", required=True, metavar="JWKS.json")
    parser.add_argument("--revocations", nargs="*", default=[], metavar="LIST.json")
    args = parser.parse_args(arguments)
    try:
        lists = [json.loads(Path(name).read_bytes()) for name in args.revocations]
        trust = Trust(args.issuer, json.loads(Path(args.keys).read_bytes()), {one["kid"]: one for one in lists})
        data = Path(args.card).read_bytes()
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"a file cannot be read: {type(error).__name__}", file=sys.stderr)  # noqa: T201 - the program's answer
        return 3
    try:
        found = cards(data, trust, time.time())
    except CardFlaw as flaw:
        print(flaw)  # noqa: T201 - the program's answer
        return 2
    for card in found:
        print(json.dumps(card.bundle, ensure_ascii=False, indent=1))  # noqa: T201 - the program's answer
    return 0


if __name__ == "__main__":
    sys.exit(main())
