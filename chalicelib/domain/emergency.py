"""Emergency access ("break the glass", ACC-7): who, for how long, what, and what becomes of it, as pure rules.

open -> justified | unjustified     decided by a security officer of the doctor's organisation, within REVIEW
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.identity import Actor, Role
from chalicelib.domain.limits import DAY, Rule

LIFETIME = timedelta(minutes=60)
REVIEW = timedelta(days=3)
"""Working rule of this system: every use is looked at within three days. 323-FZ, article 13, names the cases."""

PER_DOCTOR = Rule("emergency", 5, DAY)
OFTEN = 2
"""Uses by one doctor in a day from which on the queue shows them as repeated."""

PURPOSE = "emergency"
ACTION = "card:break-glass"
"""``domain/acts.py`` knows an emergency by either."""

ROLES = frozenset({Role.DOCTOR})


class Reason(StrEnum):
    """323-FZ, article 13, part 4: without consent when the patient cannot give it, or others are in danger."""

    UNCONSCIOUS = "unconscious"
    LIFE_THREAT = "life-threat"
    CANNOT_CONSENT = "cannot-consent"
    INFECTION_THREAT = "infection-threat"


class State(StrEnum):
    OPEN = "open"
    JUSTIFIED = "justified"
    UNJUSTIFIED = "unjustified"


NEXT: Mapping[State, frozenset[State]] = {
    State.OPEN: frozenset({State.JUSTIFIED, State.UNJUSTIFIED}),
    State.JUSTIFIED: frozenset(),
    State.UNJUSTIFIED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Emergency:
    """The glass that one member of staff broke over one card."""

    member_id: str
    until: datetime

    def live(self, actor: Actor, now: datetime) -> bool:
        return actor.role in ROLES and actor.member_id == self.member_id and now < self.until


def refusal_to_review(actor: Actor, doctor: str, patient: str, organisation: str) -> str:
    """Why an officer may not decide on a use, as a word for the audit entry; empty when they may."""
    if actor.person_id in {doctor, patient}:
        return "self"
    return "" if actor.organisation_id in {organisation, "system"} else "scope"
