"""Applications that a patient lets into the card (SMART App Launch 2.2), as pure rules.

    asked ──the patient allows, with a fresh second factor──▶ a code (60 s, once) ──▶ tokens
      └──refused──▶ nothing                                  the leave: active ──▶ ended

A patient's leave is to one application, for sections of their own card, to read, until a day. It ends with the
patient's word, with the application's registration, with a secret of it that was used twice, and when every session of
the account is ended (a new password, a recovery). Representatives give none: it is the patient's own.
"""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from chalicelib.domain import smart
from chalicelib.domain.texts.said import Said

REQUEST_SECONDS = 600
"""So long the patient may think about a request."""
CODE_SECONDS = 60
TOKEN_SECONDS = 900
DEFAULT_DAYS, MOST_DAYS = 90, 365
WITHOUT_REFRESH = timedelta(hours=1)
"""A leave without ``offline_access``: one token, of this life."""
OFFLINE = "offline_access"
BESIDE = frozenset({"openid", "fhirUser", "launch/patient", OFFLINE})
"""Scopes that name no type of resource."""
MOST_STATE = 512
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


@dataclass(frozen=True, slots=True)
class Leave:
    """What a patient lets one application read. ``sections``: of the card; none open nothing."""

    application: str
    active: bool
    sections: frozenset[str]
    until: datetime

    def live(self, application: str, now: datetime) -> bool:
        return self.active and self.application == application and now < self.until


SECTIONS_OF: Mapping[str, tuple[str, ...]] = {
    "AllergyIntolerance": ("allergies",),
    "CarePlan": ("visits", "documents"),
    "Composition": ("protocols", "hospital"),
    "Condition": ("conditions", "documents"),
    "Coverage": ("documents",),
    "DeviceUseStatement": ("conditions",),
    "DiagnosticReport": ("results",),
    "DocumentReference": ("documents", "results", "sick-leave"),
    "Encounter": ("visits", "hospital"),
    "FamilyMemberHistory": ("conditions",),
    "ImagingStudy": ("results",),
    "Immunization": ("vaccinations",),
    "MedicationDispense": ("medication",),
    "MedicationRequest": ("medication",),
    "MedicationStatement": ("medication",),
    "Observation": ("results", "vital-signs", "conditions"),
    "Patient": (),
    "Procedure": ("conditions",),
    "QuestionnaireResponse": ("visits", "vital-signs"),
    "ServiceRequest": ("referrals", "results"),
}
"""Types of resource that an application may read, and the sections in which a patient reads of them. Whose card it is
(``Patient``) stands in no section."""


def sections_of(scopes: Collection[str]) -> frozenset[str]:
    """Sections that the scopes of an application reach."""
    asked = [scope for scope in smart.scopes_of(scopes) if scope.context == smart.PATIENT]
    types = {scope.resource for scope in asked}
    named = SECTIONS_OF if "*" in types else types & SECTIONS_OF.keys()
    return frozenset(section for name in named for section in SECTIONS_OF[name])


TYPES: Mapping[str, Said] = {
    "AllergyIntolerance": Said("аллергии", "allergies"),
    "CarePlan": Said("планы ведения", "care plans"),
    "Composition": Said("протоколы осмотров и выписки", "protocols and discharge summaries"),
    "Condition": Said("диагнозы и заболевания", "conditions"),
    "Coverage": Said("полис", "the insurance policy"),
    "DeviceUseStatement": Said("импланты", "implants"),
    "DiagnosticReport": Said("результаты исследований", "reports of studies"),
    "DocumentReference": Said("документы", "documents"),
    "Encounter": Said("приёмы и госпитализации", "visits and hospital stays"),
    "FamilyMemberHistory": Said("болезни в семье", "family history"),
    "ImagingStudy": Said("снимки", "imaging studies"),
    "Immunization": Said("прививки", "vaccinations"),
    "MedicationDispense": Said("отпуск лекарств", "dispensed medicines"),
    "MedicationRequest": Said("рецепты", "prescriptions"),
    "MedicationStatement": Said("принимаемые лекарства", "medicines taken"),
    "Observation": Said("анализы и показатели", "measurements and laboratory values"),
    "Patient": Said("имя, дата рождения, пол и контакты", "name, birth date, sex and contacts"),
    "Procedure": Said("операции", "procedures"),
    "QuestionnaireResponse": Said("анкеты", "questionnaires"),
    "ServiceRequest": Said("направления", "referrals and orders"),
}
"""What an application may be let to read, in words for the patient."""


def readable(word: str) -> bool:
    """Whether an application may be registered with a scope: one beside resources, or to read and search a type."""
    if word in BESIDE:
        return True
    return any(
        scope.context == smart.PATIENT and scope.resource in {*TYPES, "*"} and set(scope.letters) <= set("rs")
        for scope in smart.scopes_of([word])
    )


def granted(asked: Collection[str], registered: Collection[str]) -> list[str]:
    """What of the scopes that were asked for is put before the patient: those that the registration covers."""
    return sorted({word for word in asked if word in registered or _within(word, registered)})


def _within(word: str, registered: Collection[str]) -> bool:
    return readable(word) and any(
        all(smart.permits(registered, scope.context, scope.resource, letter) for letter in scope.letters)
        for scope in smart.scopes_of([word])
    )


def types_of(scopes: Collection[str]) -> list[str]:
    """Types of resource that scopes of an application name, all for ``*``."""
    named = {scope.resource for scope in smart.scopes_of(scopes) if scope.context == smart.PATIENT}
    return sorted(TYPES if "*" in named else named & TYPES.keys())


def defect(query: Mapping[str, str], scopes: Collection[str], audience: str) -> str:
    """What is wrong with a request for authorisation, as a word of RFC 6749, 4.1.2.1; "" for a right one.

    ``scopes``: what is left of those asked for. ``audience``: the address of our resources, which SMART has clients
    name, so that no other server gets a token of ours. PKCE (RFC 7636) by S256 alone.
    """
    if query.get("response_type") != "code":
        return "unsupported_response_type"
    state = query.get("state", "")
    challenge = query.get("code_challenge", "")
    right = query.get("code_challenge_method") == "S256" and CHALLENGE.fullmatch(challenge)
    if not right or not 1 <= len(state) <= MOST_STATE or query.get("aud", "").rstrip("/") != audience:
        return "invalid_request"
    return "" if any(scope.context == smart.PATIENT for scope in smart.scopes_of(scopes)) else "invalid_scope"


def answers(challenge: str, verifier: str) -> bool:
    """Whether a verifier is the one of which the challenge was made (RFC 7636, 4.6)."""
    if not VERIFIER.fullmatch(verifier):
        return False
    made = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return hmac.compare_digest(made, challenge)


def good_redirect(address: str) -> bool:
    """An address to which a browser may be sent with a code: https; this very machine; or a program's own scheme, which
    has a dot (RFC 8252, 7.1). No fragment, nobody's name or password.
    """
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return False
    if parts.fragment or "#" in address or "@" in parts.netloc or not address.isascii() or not address.isprintable():
        return False
    if parts.scheme == "https":
        return bool(parts.hostname)
    if parts.scheme == "http":
        return parts.hostname in {"127.0.0.1", "localhost", "::1"}
    return "." in parts.scheme and bool(parts.path)
