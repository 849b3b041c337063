"""A SMART Health Card, checked off-line against keys that somebody trusts (framework 1.4).

A good signature says nothing about the rest, so every rule is asked for by itself. ``python -m verifier.health_cards``
is the command.

    jws.py       forms, parts, key and signature
    content.py   issuer, times, resources, revocation
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from verifier.health_cards import content, jws
from verifier.health_cards.flaw import CardFlaw

__all__ = ["Card", "CardFlaw", "Trust", "cards"]

LONGEST_CODE = 1195
"""Characters of a JWS in one QR code."""


@dataclass(frozen=True, slots=True)
class Trust:
    """What the verifier believes: the issuer's address, its key set, and its lists of revocations by key."""

    issuer: str
    keys: Mapping[str, Any]
    revocations: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    local: bool = False
    """A system on this very computer is tried out: its address may be http."""


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
    if len(data) > jws.LARGEST:
        raise CardFlaw("too-large", "this is no card")
    if data.startswith(b"\xef\xbb\xbf"):
        raise CardFlaw("bom", "a byte order mark stands before the card")
    try:
        text = data.decode("ascii")
    except UnicodeDecodeError:
        raise CardFlaw("form", "characters that no card has") from None
    if text.startswith("{"):
        return [_card(token, trust, now) for token in jws.of_file(text)]
    token = jws.of_code(text) if text.startswith(jws.PREFIX) else text
    return [_card(token, trust, now, most=LONGEST_CODE)]


def _card(token: str, trust: Trust, now: float, most: int = jws.LARGEST) -> Card:
    if len(token) > most:
        raise CardFlaw("length", f"more than {most} characters in one code")
    parts = token.split(".")
    if len(parts) != 3:  # noqa: PLR2004
        raise CardFlaw("form", "a JWS has three parts")
    head, body, tail = (jws.decoded(part) for part in parts)
    kid = jws.kid_of(jws.parsed(head, "header"))
    if len(tail) != jws.SIGNATURE:
        raise CardFlaw("signature-form", "64 bytes, r and s one after the other")
    key = jws.key_of(trust.keys, kid)
    jws.check_signature(key, f"{parts[0]}.{parts[1]}".encode(), tail)
    payload = jws.parsed(jws.inflated(body), "payload")
    content.check_issuer(payload.get("iss"), trust.issuer, local=trust.local)
    content.check_times(payload, now)
    content.check_credential(payload.get("vc"))
    content.check_revocation(payload, key, trust.revocations.get(kid))
    return Card(trust.issuer, kid, payload)
