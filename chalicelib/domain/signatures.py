"""Proving who one is by an electronic signature (ID-5), as pure rules: what is signed, what is sent, what is compared.

Accepted are RSA of 2048 bits or more (PKCS #1 v1.5, PSS) and ECDSA on P-256 and P-384, with SHA-2. GOST R 34.10-2012 is
known by name, and checked when a certified provider is plugged in (docs/signatures.md).
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from chalicelib.domain.moments import stamp
from chalicelib.domain.names import same_name
from chalicelib.errors import FieldProblem, InvalidFieldsError, TooLargeError

CHALLENGE_SECONDS = 300
MAX_PROOF = 64 * 1024  # bytes of one proof, all parts together: a chain and an OCSP response have some 10 KB
MAX_LIST = 180 * 1024  # bytes of a revocation list: with its base64 below the limit of a body (handlers/http.py)
MAX_CERTIFICATES = 6  # in one proof: a real chain has two to four
MAX_OCSP = 4
OCSP_HOURS = 24  # how old an answer of a responder may be, whatever it says itself
SKEW_SECONDS = 60  # by which another's clock may differ from ours

SNILS_OID = "1.2.643.100.3"
"""Attribute of the subject in a certificate of a Russian accredited authority: order of the FSB of 27.12.2011 № 795."""

Algorithm = Literal[
    "rsa-sha256",
    "rsa-sha384",
    "rsa-sha512",
    "rsa-pss-sha256",
    "rsa-pss-sha384",
    "rsa-pss-sha512",
    "ecdsa-sha256",
    "ecdsa-sha384",
    "ecdsa-sha512",
]
"""Names of algorithms of a signature that comes without CMS. ECDSA is DER (X9.62); the salt of PSS is as long as the
digest."""
ALGORITHMS: tuple[Algorithm, ...] = get_args(Algorithm)

GOST: Mapping[str, str] = {
    "1.2.643.7.1.1.1.1": "GOST R 34.10-2012, 256 bits",
    "1.2.643.7.1.1.1.2": "GOST R 34.10-2012, 512 bits",
    "1.2.643.7.1.1.2.2": "GOST R 34.11-2012, 256 bits",
    "1.2.643.7.1.1.2.3": "GOST R 34.11-2012, 512 bits",
    "1.2.643.7.1.1.3.2": "GOST R 34.10-2012 with GOST R 34.11-2012, 256 bits",
    "1.2.643.7.1.1.3.3": "GOST R 34.10-2012 with GOST R 34.11-2012, 512 bits",
    "1.2.643.2.2.3": "GOST R 34.10-2001 with GOST R 34.11-94",
    "1.2.643.2.2.9": "GOST R 34.11-94",
    "1.2.643.2.2.19": "GOST R 34.10-2001",
}
"""RFC 9215, RFC 7836, RFC 4357. Those of 2001 and 1994 are out of use since 2020 and are named only to say so."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A signature as it was sent: CMS, or the parts of it; DER throughout."""

    cms: bytes = b""
    signature: bytes = b""
    algorithm: str = ""
    certificate: bytes = b""
    chain: tuple[bytes, ...] = ()
    ocsp: tuple[bytes, ...] = ()
    nonce: bytes = b""
    """What an OCSP response must repeat, if it has a nonce at all."""


@dataclass(frozen=True, slots=True)
class Certified:
    """Whom a certificate names, after everything about it was checked."""

    snils: str
    last_name: str
    given_names: str
    birth_date: str
    """ISO 8601; empty when the certificate does not say."""
    fingerprint: str
    """SHA-256 of the certificate, in hex."""
    anchor: str
    """SHA-256 of the anchor that it leads to, in hex."""


def challenge_text(service: str, purpose: str, nonce: str, at: datetime) -> str:
    """What is to be signed, in UTF-8. It names the service and the purpose, so a signature serves nothing else."""
    what = {"sign-in": "Вход в Медкарту", "confirmation": "Подтверждение личности в Медкарте"}[purpose]
    return f"{what}\n{service}\nMedkarta {purpose}\n{nonce}\n{stamp(at)}\n"


def proof_of(form: Mapping[str, Any], nonce: bytes) -> Proof:
    """The parts of a request, out of base64. Raises InvalidFieldsError, TooLargeError."""
    parts = {name: decoded(str(form.get(name) or ""), "/" + name) for name in ("cms", "signature", "certificate")}
    lists = {name: _decoded_all(form.get(name) or (), "/" + name) for name in ("chain", "ocsp")}
    if sum(map(len, parts.values())) + sum(len(der) for ders in lists.values() for der in ders) > MAX_PROOF:
        raise TooLargeError(f"at most {MAX_PROOF} bytes")
    raw = bool(parts["signature"] or parts["certificate"] or lists["chain"])
    if bool(parts["cms"]) == raw:
        raise broken("/cms", "choice", "either cms, or signature, algorithm and certificate")
    algorithm = str(form.get("algorithm") or "")
    if raw:
        for name, value in (*parts.items(), ("algorithm", algorithm)):
            if name != "cms" and not value:
                raise broken("/" + name, "missing", "a signature without CMS needs this")
        if algorithm not in ALGORITHMS:
            raise broken("/algorithm", "choice", "one of: " + ", ".join(ALGORITHMS))
    return Proof(**parts, algorithm=algorithm, chain=lists["chain"], ocsp=lists["ocsp"], nonce=nonce)


def decoded(text: str, field: str) -> bytes:
    """Base64 with or without line breaks. Raises InvalidFieldsError."""
    try:
        return b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise broken(field, "base64", "DER in base64") from None


def _decoded_all(texts: Sequence[str], field: str) -> tuple[bytes, ...]:
    return tuple(decoded(text, f"{field}/{n}") for n, text in enumerate(texts))


def broken(field: str, code: str, message: str) -> InvalidFieldsError:
    return InvalidFieldsError(fields=(FieldProblem(field, code, message),))


def differences(certified: Certified, profile: Mapping[str, str]) -> list[str]:
    """Names of what differs between a certificate and a profile. The birth date counts if the certificate says it.

    The given names of a certificate are "name patronymic" in one attribute; both must fit.
    """
    given = " ".join(name for name in (profile.get("first_name"), profile.get("middle_name")) if name)
    found = []
    if certified.snils != profile.get("snils"):
        found.append("snils")
    if not same_name(certified.last_name, profile.get("last_name", "")):
        found.append("last_name")
    if not same_name(certified.given_names, given):
        found.append("given_names")
    if certified.birth_date and certified.birth_date != profile.get("birth_date"):
        found.append("birth_date")
    return found
