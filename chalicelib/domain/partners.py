"""What a partner's system may be given, and how long its keys go on, as pure rules (PRT-1)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain import smart
from chalicelib.domain.access import CARD_SCOPE
from chalicelib.domain.identity import Role
from chalicelib.domain.moments import stamp

WORDS: Mapping[str, frozenset[str]] = {
    Role.PHARMACY.value: frozenset({"prescription.verify", "prescription.dispense", "pharmacy-order.write"}),
    Role.LABORATORY.value: frozenset({CARD_SCOPE, "hl7.write", "files.write"}),
    Role.INSURER.value: frozenset({CARD_SCOPE, "policy.verify", "payment.write"}),
    Role.ANALYTICS.value: frozenset({"aggregates.read"}),
    Role.CLINICAL_SYSTEM.value: frozenset(
        {
            CARD_SCOPE,
            "scheduling.read",
            "scheduling.write",
            "hl7.write",
            "files.write",
            "transfer.read",
            "transfer.write",
        }
    ),
}
"""Scopes that name no type of resource, by role."""
DIRECTORY = ("Practitioner", "PractitionerRole", "Organization", "Location", "Device")
TYPES: Mapping[str, Mapping[str, str]] = {
    Role.PHARMACY.value: {"MedicationRequest": "r"},
    Role.LABORATORY.value: {
        **dict.fromkeys(("Observation", "DiagnosticReport", "Specimen", "DocumentReference", "Provenance"), "cruds"),
        **dict.fromkeys(DIRECTORY, "cruds"),
        **dict.fromkeys(("ServiceRequest", "Patient"), "rs"),
    },
    Role.INSURER.value: {"*": "rs"},
    Role.CLINICAL_SYSTEM.value: {"*": "cruds"},
}
"""What a role may be given for types of resource: ``system/<type>.<letters>``; ``*`` are all types."""

OVERLAP = timedelta(hours=1)
"""So long a key that was replaced still signs: assertions on their way, servers that have not been told yet."""


def beyond(role: str, scopes: Collection[str]) -> set[str]:
    """Those of the scopes that a role is not given."""
    about = {word for word in scopes if smart.is_scope(word)}
    wrong = {word for word in about if not _given(role, word)}
    return wrong | (set(scopes) - about - WORDS.get(role, frozenset()))


def _given(role: str, word: str) -> bool:
    (scope,) = smart.scopes_of([word])
    types = TYPES.get(role, {})
    letters = types.get(scope.resource, types.get("*", "") if scope.resource != "*" else "")
    return scope.context == smart.SYSTEM and set(scope.letters) <= set(letters)


def covered(wanted: Collection[str], given: Collection[str]) -> bool:
    """Whether a token may say what is asked for: each word as it was given, or less of what was given."""
    return all(word in given or _narrower(word, given) for word in wanted)


def _narrower(word: str, given: Collection[str]) -> bool:
    scopes = list(smart.scopes_of([word]))
    return bool(scopes) and all(
        smart.permits(given, scope.context, scope.resource, letter) for scope in scopes for letter in scope.letters
    )


def bound_by_default(scopes: Collection[str]) -> bool:
    """Tokens that speak of resources are bound to a key of their holder (RFC 9449), unless the registration says no."""
    return any(smart.is_scope(word) for word in scopes)


def signing_keys(row: Mapping[str, Any], now: datetime) -> dict[str, list[Any]]:
    """The keys by which a client signs at a moment: its own, and for a while those that it had before."""
    before = row.get("former") or {}
    going_on = before["keys"] if before and stamp(now) < str(before["until"]) else []
    return {"keys": [key for key in (*row["jwks"]["keys"], *going_on) if key.get("use") != "enc"]}


def former_keys(row: Mapping[str, Any], jwks: Mapping[str, Sequence[Any]], now: datetime) -> dict[str, Any]:
    """What of the keys goes on for a while when others take their place: those that are not among them."""
    kids = {key["kid"] for key in jwks["keys"]}
    left = [key for key in row["jwks"]["keys"] if key["kid"] not in kids]
    return {"keys": left, "until": stamp(now + OVERLAP)}


MAX_AHEAD = timedelta(minutes=5)
MAX_JTI = 128
LAST_MOMENT = 10**11  # seconds since 1970: no time of ours; nothing larger, infinite or not a number is compared
SKEW = 60  # seconds by which a partner's clock may be ahead of ours


def claims_defect(claims: Mapping[str, Any], client_id: str, now: float) -> str:
    """What is wrong with the claims of a signed assertion, as a word for the audit entry; empty when nothing is.

    RFC 7523 section 3, with the short life that keeps the list of used ones small.
    """
    token_id = claims.get("jti")
    if claims.get("iss") != client_id or claims.get("sub") != client_id:
        return "issuer"
    if not isinstance(token_id, str) or not 1 <= len(token_id) <= MAX_JTI:
        return "jti"
    times = claims.get("exp"), claims.get("iat", now), claims.get("nbf", now)
    numbers = [
        float(moment)
        for moment in times
        if isinstance(moment, int | float) and not isinstance(moment, bool) and abs(moment) < LAST_MOMENT
    ]
    if len(numbers) != len(times):
        return "times"
    ends, made, begins = numbers
    if not now < ends <= now + MAX_AHEAD.total_seconds():
        return "expired" if ends <= now else "too-long"
    return "not-yet" if max(made, begins) > now + SKEW else ""
