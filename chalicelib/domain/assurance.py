"""How sure the system is of who somebody is (ID-7): levels from evidence, as pure rules.

Each confirmation of identity leaves one attribute on the profile row; the level follows from all of them, so two
confirmations at the same moment cannot undo each other.

    level 1  registered: the telephone answers
    level 2  a document was checked: scan, bank, state provider, or papers shown to a registrar
    level 3  level 2 in presence or by a qualified signature, or level 2 and a passkey that verifies its user
"""

from __future__ import annotations

from collections.abc import Mapping
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

REGISTERED, CONFIRMED, STRONG = 1, 2, 3

OWN_CARD = "own-card"

NEEDED: Mapping[str, int] = {
    OWN_CARD: CONFIRMED,  # whatever is done with the content of one's own card (domain/access.py)
    "consent-answer": CONFIRMED,
    "consent-grant": CONFIRMED,
    "representation-grant": CONFIRMED,
    "case-answer": CONFIRMED,
    "unmapped-list": CONFIRMED,
}
"""How sure the identity must be, by operation (ID-7); for the rest a session is enough. The edge takes a route's level
from here; a kind of case has a level of its own (domain/case_kinds).
"""


def evidence(channel: Channel, now: datetime) -> dict[str, Any]:
    """Attributes to set on the profile row."""
    return {f"evidence_{channel.value}": stamp(now)}


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
