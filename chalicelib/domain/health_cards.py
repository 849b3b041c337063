"""SMART Health Cards of vaccinations (REC-6): what is signed, how it goes into a QR code, what fits.

Source: SMART Health Cards Framework 1.4 and the Vaccination & Testing IG (profiles for data minimisation). A card is a
JWS: signed, not encrypted. It says the holder's name and birth date to whoever reads the code; nothing else that names
anybody, no ids, no words that a reader has in a table of its own.
"""

from __future__ import annotations

import json
import zlib
from base64 import urlsafe_b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from chalicelib.domain.vaccination_calendar.vaccines import VACCINES

TYPES = ("https://smarthealth.cards#health-card", "https://smarthealth.cards#immunization")
FHIR_VERSION = "4.0.1"
CVX, ATC = "http://hl7.org/fhir/sid/cvx", "http://www.whocc.no/atc"
ISSUER_PATH = "/api/v1/health-cards"
"""Below the site: an issuer of its own, so that who believes its keys believes no token of ours."""
PREFIX = "shc:/"
MAX_JWS = 1195
"""Characters of a JWS in one code: version 22, level L. Cards in several codes are deprecated."""
_FIRST, _AROUND = 45, 86
"""``ord`` of the first character that two digits stand for; length of a signature (64 bytes, base64url)."""
_HEADER = len(json.dumps({"zip": "DEF", "alg": "ES256", "kid": "k" * 43}, separators=(",", ":")))


@dataclass(frozen=True, slots=True)
class Holder:
    """``given``: first name and patronymic."""

    family: str
    given: tuple[str, ...]
    born: str


@dataclass(frozen=True, slots=True)
class Line:
    """One vaccination as it is certified."""

    id: str
    on: date
    vaccine: str
    stages: str
    lot: str
    organisation: str


def claims(issuer: str, holder: Holder, lines: Sequence[Line], rid: str, now: datetime) -> dict[str, Any]:
    """What is signed. ``issuer``: an address without a slash at its end; ``rid``: what a revocation would name."""
    return {
        "iss": issuer,
        "nbf": int(now.timestamp()),
        "vc": {
            "type": list(TYPES),
            "credentialSubject": {"fhirVersion": FHIR_VERSION, "fhirBundle": bundle(holder, lines)},
            "rid": rid,
        },
    }


def bundle(holder: Holder, lines: Sequence[Line]) -> dict[str, Any]:
    """The oldest vaccination first."""
    patient = {
        "resourceType": "Patient",
        "name": [{"family": holder.family, "given": list(holder.given)}],
        "birthDate": holder.born,
    }
    resources = [patient, *(_immunization(line) for line in sorted(lines, key=lambda line: (line.on, line.id)))]
    entries = [{"fullUrl": f"resource:{n}", "resource": resource} for n, resource in enumerate(resources)]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def _immunization(line: Line) -> dict[str, Any]:
    vaccine = VACCINES[line.vaccine]
    coding = {"system": CVX, "code": vaccine.cvx} if vaccine.cvx else {"system": ATC, "code": vaccine.atc}
    return {
        "resourceType": "Immunization",
        "status": "completed",
        "vaccineCode": {"coding": [coding]},
        "patient": {"reference": "resource:0"},
        "occurrenceDateTime": line.on.isoformat(),
        "lotNumber": line.lot,
        "performer": [{"actor": {"display": line.organisation}}],
    }


def length(signed: Mapping[str, Any]) -> int:
    """Characters of the JWS that these claims make: header, deflated claims, signature."""
    text = json.dumps(dict(signed), ensure_ascii=False, separators=(",", ":")).encode()
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = len(squeeze.compress(text) + squeeze.flush())
    return _base64(_HEADER) + 1 + _base64(body) + 1 + _AROUND


def _base64(size: int) -> int:
    return (size * 4 + 2) // 3


def numeric(jws: str) -> str:
    """``shc:/`` and two digits for each character."""
    return PREFIX + "".join(f"{ord(character) - _FIRST:02}" for character in jws)


def jws_of(text: str) -> str:
    """The JWS in the text of a code that we made."""
    digits = text.removeprefix(PREFIX)
    return "".join(chr(int(digits[n : n + 2]) + _FIRST) for n in range(0, len(digits), 2))


def kid_of(jws: str) -> str:
    """By which key a JWS that we made is signed."""
    head = jws.split(".", 1)[0]
    return str(json.loads(urlsafe_b64decode(head + "=" * (-len(head) % 4)))["kid"])


def newest(lines: Sequence[Line]) -> list[Line]:
    """The newest vaccination of every vaccine that is against the same diseases, the newest first."""
    found: dict[tuple[str, ...], Line] = {}
    for line in sorted(lines, key=lambda line: (line.on, line.id)):
        found[VACCINES[line.vaccine].diseases] = line
    return sorted(found.values(), key=lambda line: (line.on, line.id), reverse=True)


def fitting(issuer: str, holder: Holder, lines: Sequence[Line], rid: str, now: datetime) -> list[Line]:
    """As many of ``lines``, from the first on, as one code holds."""
    low, high = 0, len(lines)
    while low < high:
        middle = (low + high + 1) // 2
        fits = length(claims(issuer, holder, lines[:middle], rid, now)) <= MAX_JWS
        low, high = (middle, high) if fits else (low, middle - 1)
    return list(lines[:low])
