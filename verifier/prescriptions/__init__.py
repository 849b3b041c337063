"""The code of a prescription, checked off-line against the published keys of the system that issued it (RX-2).

A good signature says that the prescription is authentic and was not altered. It says nothing about what happened since:
whether it was dispensed, revoked or replaced, the system alone knows. ``python -m verifier.prescriptions`` is the
command; what a JWS and a key must look like, the verifier of certificates says (verifier/health_cards/jws.py).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from verifier.health_cards import jws
from verifier.health_cards.flaw import CardFlaw

__all__ = ["Authentic", "CardFlaw", "authentic"]

LONGEST = 2048
"""Characters of a code with its signature."""
TYPE = "medkarta-rx+jws"
PLACE = re.compile(r"/r/([A-Za-z0-9_-]{22})")


@dataclass(frozen=True, slots=True)
class Authentic:
    """What the system signed. ``expired`` by the clock of whoever asks; the rest is not known off-line."""

    content: Mapping[str, Any]
    expired: bool

    @property
    def verdict(self) -> str:
        end = "past its validity" if self.expired else "within its validity"
        return f"authentic, {end}; not known whether dispensed, revoked or replaced"


def authentic(text: str, issuer: str, keys: Mapping[str, Any], now: float) -> Authentic:
    """``text``: what a scanner read; ``issuer``: address of the system. Raises CardFlaw for the first thing wrong."""
    if len(text) > LONGEST:
        raise CardFlaw("length", f"more than {LONGEST} characters")
    code, token = _parts(text, issuer)
    parts = token.split(".")
    if len(parts) != 3:  # noqa: PLR2004
        raise CardFlaw("form", "a JWS has three parts")
    head, body, tail = (jws.decoded(part) for part in parts)
    kid = _kid(jws.parsed(head, "header"))
    if len(tail) != jws.SIGNATURE:
        raise CardFlaw("signature-form", "64 bytes, r and s one after the other")
    jws.check_signature(jws.key_of(keys, kid), f"{parts[0]}.{parts[1]}".encode(), tail)
    content = jws.parsed(jws.inflated(body), "payload")
    if content.get("iss") != issuer:
        raise CardFlaw("issuer", "signed by another system")
    if content.get("id") != code:
        raise CardFlaw("another-code", "the signature belongs to another prescription")
    end = content.get("exp")
    if type(end) is not int:
        raise CardFlaw("payload", "the payload names no end")
    return Authentic(content, expired=now >= end)


def shown(found: Authentic) -> str:
    return json.dumps({"verdict": found.verdict, "content": found.content}, ensure_ascii=False, indent=1)


def _parts(text: str, issuer: str) -> tuple[str, str]:
    place, _, token = text.strip().partition("#")
    if not place.startswith(issuer + "/"):
        raise CardFlaw("issuer", "the code leads to another system")
    found = PLACE.fullmatch(urlsplit(place).path)
    if found is None:
        raise CardFlaw("form", "this is not the code of a prescription")
    if not token:
        raise CardFlaw("unsigned", "the code carries no signature: it can be checked on-line alone")
    return found[1], token


def _kid(header: Mapping[str, Any]) -> str:
    if header.get("typ") != TYPE:
        raise CardFlaw("type", "signed for something else")
    return jws.kid_of(header)
