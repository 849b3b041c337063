"""A card, or sections of it, for another organisation (PRT-7), pure rules.

    requested ──▶ granted ──▶ accepted        requested ──▶ refused, lapsed        granted ──▶ revoked, lapsed

What stands is the patient's consent to the receiving system (domain/access.py); a transfer says what was asked for, how
long it may be fetched, and that it arrived. Nothing is stored for the receiver: each part is made, signed and sealed
when it is fetched, so a consent that was revoked ends it at that moment.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from chalicelib.domain.access import Consent, ConsentState

MOST_DAYS = 90
PART = 50
"""Records in one part, and less where they are long: an answer of a function has 6 MB, sealed and escaped."""
PART_BYTES = 1_000_000
STEP = 10
"""Records that are read at a time."""
MAX_BYTES = 4 * 1024 * 1024
"""Of a part that comes in."""
MOST_ENTRIES = 300
MAX_AGE = timedelta(days=MOST_DAYS)
"""Of a signature: older parts are not taken in."""
CLOCKS = timedelta(minutes=5)


class State(StrEnum):
    REQUESTED = "requested"
    GRANTED = "granted"
    REFUSED = "refused"
    REVOKED = "revoked"
    LAPSED = "lapsed"
    ACCEPTED = "accepted"


_ENDED = {ConsentState.REFUSED: State.REFUSED, ConsentState.REVOKED: State.REVOKED}


def state_of(accepted: bool, until: datetime, consent: Consent | None, now: datetime) -> State:  # noqa: FBT001
    """How a transfer stands. ``until``: the end of the days for which it was asked."""
    if accepted:
        return State.ACCEPTED
    if consent is not None and consent.state in _ENDED:
        return _ENDED[consent.state]
    if consent is None or now >= until or not consent.stands(now):
        return State.LAPSED
    return State.GRANTED if consent.live(now) else State.REQUESTED


def issuer_of(token: str) -> str:
    """Who a compact JWS says signed it, not believed yet. Raises ValueError, KeyError, TypeError."""
    body = token.split(".")[-2]
    claims = json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return str(claims["iss"])


def digest_of(text: str) -> str:
    """SHA-256 of a text as it is, hex."""
    return sha256(text.encode()).hexdigest()


def faults(claims: Any, organisation_id: str, content: str, now: datetime) -> str:
    """What is wrong with the signed claims of a part, as a word; "" when nothing is."""
    names = ("iss", "aud", "transfer", "digest")
    if not all(isinstance(claims.get(name), str) and claims[name] for name in names):
        return "form"
    if not isinstance(claims.get("part"), int) or not isinstance(claims.get("iat"), int):
        return "form"
    if claims["aud"] != organisation_id:
        return "audience"
    if claims["digest"] != digest_of(content):
        return "digest"
    age = now.timestamp() - claims["iat"]
    return "" if -CLOCKS.total_seconds() <= age <= MAX_AGE.total_seconds() else "age"
