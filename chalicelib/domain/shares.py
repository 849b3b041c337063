"""A link to chosen sections or records of a card, for somebody without an account (DOC-4), as pure rules.

``https://<host>/s/<share>#<secret>``: the secret is in the fragment, which no browser sends, and opens nothing without
the passcode, which goes another way. What a link opens is the card as it is at that moment, never a copy: so it ends
with the patient's word, with the right of the representative who made it, and with the card.

active ──revoke──▶ revoked        expired and used-up come by themselves and are not stored
   └───wrong passcodes──▶ locked ──revoke──▶ revoked
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any

from chalicelib.domain.identifiers import problem
from chalicelib.domain.moments import stamp


class ShareState(StrEnum):
    """Values are stored: never rename, never reuse. The last two are shown and not stored."""

    ACTIVE = "active"
    REVOKED = "revoked"
    LOCKED = "locked"
    EXPIRED = "expired"
    USED_UP = "used-up"


RECIPIENTS: Mapping[str, str] = {
    "doctor": "consultation",
    "insurer": "insurance",
    "employer": "employment",
    "other": "",
}
"""To whom a link goes, as the patient says it, and the purpose that each entry of a reading has. Nobody checks it: who
has link and passcode reads."""

DEFAULT_LIFE = timedelta(days=7)
LONGEST_LIFE = timedelta(days=30)
DEFAULT_OPENINGS = 5
MOST_OPENINGS = 50
MOST_RECORDS = 20
AUDIENCE = "medkarta-share"
"""Of the token that an opened link gives: no other token of ours passes for one."""
SESSION = timedelta(minutes=30)
WRONG_PASSCODES = 5
"""In the life of a link; right ones do not count. The last of them locks it."""
KEPT = timedelta(days=400)
"""So long after its end the journal of a link is kept; the entries of the log outlast it."""

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Of passcodes that the system makes: nothing that is read as something else. Eight of them are 39 bits."""
MADE = 8
SHORTEST, LONGEST = 6, 32
STEPS = (-1, 0, 1)


@dataclass(frozen=True, slots=True)
class Share:
    """What the gate knows of a link. ``records``: (kind, id) of single records, beside the sections.

    ``for_ward``: a representative made it, and it lives no longer than their right. ``limited``: summaries alone.
    """

    share_id: str
    author_id: str
    for_ward: bool
    state: ShareState
    until: datetime
    sections: frozenset[str]
    records: frozenset[tuple[str, str]]
    limited: bool
    download: bool
    purpose: str = ""

    def live(self, now: datetime) -> bool:
        return self.state is ShareState.ACTIVE and now < self.until

    def covers(self, section: str, kind: str, record_id: str) -> bool:
        return section in self.sections or (kind, record_id) in self.records


def state_of(row: Mapping[str, Any], now: datetime) -> ShareState:
    """How a link stands for whoever would open it now."""
    state = ShareState(row["state"])
    if state is not ShareState.ACTIVE:
        return state
    if row["until"] <= stamp(now):
        return ShareState.EXPIRED
    return ShareState.USED_UP if int(row["opened"]) >= int(row["openings"]) else state


def end_of(text: str | None, now: datetime, latest: datetime | None = None) -> datetime:
    """When a link ends: the moment named, or a week on. ``latest``: the end of its maker's own right.

    Raises InvalidFieldsError.
    """
    moment = now + DEFAULT_LIFE if text is None else datetime.fromisoformat(text)
    if not now < moment <= now + LONGEST_LIFE:
        raise problem("/valid_until", "range", f"within {LONGEST_LIFE.days} days from now")
    return moment if latest is None else min(moment, latest)


def typed(passcode: str) -> str:
    """A passcode as it is compared: case, blanks and hyphens are how somebody read it out."""
    plain = unicodedata.normalize("NFKC", passcode[: 4 * LONGEST]).upper()
    return "".join(c for c in plain if not c.isspace() and c not in "-‐‑–—")


def chosen(passcode: str) -> str:
    """A passcode of the patient's own. Raises InvalidFieldsError for one that is guessed in five tries."""
    plain = typed(passcode)
    if not SHORTEST <= len(plain) <= LONGEST:
        raise problem("/passcode", "length", f"from {SHORTEST} to {LONGEST} characters")
    steps = {ord(after) - ord(before) for before, after in pairwise(plain)}
    if len(set(plain)) <= 2 or any(steps == {step} for step in STEPS):  # noqa: PLR2004 - one or two characters repeated
        raise problem("/passcode", "weak", "not one character repeated, and not a row like 123456")
    return plain
