"""How sure the system is of who somebody is (ID-7): levels from evidence, as pure rules.

Each confirmation of identity leaves one attribute on the profile row; the level follows from all of them, so two
confirmations at the same moment cannot undo each other.

    level 1  registered: the telephone answers
    level 2  a document was checked: scan, bank, state provider, or papers shown to a registrar
    level 3  level 2 in presence or by a qualified signature, or level 2 and a passkey that verifies its user
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib.domain.moments import stamp


class Channel(StrEnum):
    """Ways to confirm an identity. Values are stored: never rename, never reuse."""

    SMS = "sms"
    SCAN = "scan"
    BANK = "bank"
    OIDC = "oidc"
    SIGNATURE = "signature"
    DESK = "desk"
    REGISTRAR = "registrar"
    BIOMETRIC = "biometric"


DOCUMENT_CHECKED = frozenset(
    {Channel.SCAN, Channel.BANK, Channel.OIDC, Channel.SIGNATURE, Channel.DESK, Channel.REGISTRAR}
)
IN_PRESENCE = frozenset({Channel.SIGNATURE, Channel.DESK})
SEEN_BY_CLINIC = "clinic_"
"""Before the name of evidence that a clinic had seen when there was no account yet."""

REGISTERED, CONFIRMED, STRONG = 1, 2, 3

OWN_CARD = "own-card"

NEEDED: Mapping[str, int] = {
    OWN_CARD: CONFIRMED,  # whatever is done with the content of one's own card (domain/access.py)
    "consent-answer": CONFIRMED,
    "consent-grant": CONFIRMED,
    "result-send": CONFIRMED,
    "representation-grant": CONFIRMED,
    "case-answer": CONFIRMED,
    "share-create": CONFIRMED,
    "app-allow": CONFIRMED,
    "unmapped-list": CONFIRMED,
}
"""How sure the identity must be, by operation (ID-7); for the rest a session is enough. The edge takes a route's level
from here; a kind of case has a level of its own (domain/case_kinds).
"""

AFTER_A_CLAIM = frozenset(
    {
        "app-end",
        "app-mine",
        "app-request-read",
        "appointment-alternatives",
        "appointment-book",
        "appointment-cancel",
        "appointment-list",
        "appointment-move",
        "appointment-read",
        "block-list",
        "block-put",
        "block-remove",
        "calendar-create",
        "calendar-list",
        "calendar-revoke",
        "card-resume",
        "card-suspend",
        "consent-journal",
        "consent-list",
        "emergency-list",
        "erasure-withdraw-own",
        "family-list",
        "insurance-payment-mine",
        "journal-consistency",
        "journal-download",
        "journal-fhir",
        "audit-event-search",
        "journal-read",
        "journal-request",
        "merge-mine",
        "policy-check",
        "policy-read",
        "profile-history",
        "representation-end",
        "representation-list",
        "share-list",
        "share-openings",
        "share-revoke",
        "source-list",
        "source-refresh",
        "source-switch",
        "suspension-list",
        "transfer-mine",
        "upload-read",
        "waiting-entry-accept",
        "waiting-entry-create",
        "waiting-entry-decline",
        "waiting-entry-leave",
        "waiting-entry-list",
        "waiting-entry-read",
    }
)
"""What tells of a card that a clinic opened, or closes it: for whoever made the account on it the identity must be
confirmed first. A telephone and known numbers are not enough (German ePA; reference: peers, section 4).
"""

FROM_THE_CLINIC = frozenset({"first_name", "middle_name", "sex"})
"""What whoever claims a card need not know (domain/patients.py, ``claims``): shown when the identity is confirmed."""


def evidence(channel: Channel, now: datetime) -> dict[str, Any]:
    """Attributes to set on the profile row."""
    return {f"evidence_{channel.value}": stamp(now)}


def set_aside(profile: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """(attributes to set, attributes to remove) when an account is made on a person whom a clinic registered.

    Whoever makes it is not shown to be the one whose papers the clinic saw: the evidence stays in sight and counts
    for nothing.
    """
    seen = tuple(name for name in evidence_names(DOCUMENT_CHECKED) if name in profile)
    return {SEEN_BY_CLINIC + name: profile[name] for name in seen}, seen


def evidence_names(channels: Iterable[Channel]) -> list[str]:
    return sorted(f"evidence_{channel.value}" for channel in channels)


def wanted_level(profile: Mapping[str, Any], operation: str) -> int:
    """What an operation about one's own card needs because of how the account came to be; 0: nothing more."""
    claimed = operation in AFTER_A_CLAIM and unproven(profile)
    return CONFIRMED if claimed else 0


def unproven(profile: Mapping[str, Any]) -> bool:
    """The account was made on a clinic's person, and nobody has confirmed since that it is theirs."""
    made = any(SEEN_BY_CLINIC + name in profile for name in evidence_names(DOCUMENT_CHECKED))
    return made and level_of(profile) < CONFIRMED


def channels_of(profile: Mapping[str, Any]) -> frozenset[Channel]:
    """Confirmations that a profile row shows."""
    return frozenset(channel for channel in Channel if f"evidence_{channel.value}" in profile)


def level_of(profile: Mapping[str, Any]) -> int:
    """Level of a profile row; an absent row has level 1. ``level`` is what rows of the first versions said."""
    shown = channels_of(profile)
    checked = bool(shown & DOCUMENT_CHECKED) or int(profile.get("level", REGISTERED)) >= CONFIRMED
    if not checked:
        return REGISTERED
    return STRONG if shown & IN_PRESENCE or Channel.BIOMETRIC in shown else CONFIRMED
