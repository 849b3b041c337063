"""Tickets (ID-11): what a person reports, and what the system blocked, until a security officer has closed it.

    open ──► in-work ──► closed          an officer takes it, the one who took it closes it
               └─ taken over ─┘           by another officer, while it is in work

Nobody works on a ticket about themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from chalicelib.domain.identity import Actor, Role
from chalicelib.domain.staff import reviews_the_system


class State(StrEnum):
    """Values are stored: never rename, never reuse."""

    OPEN = "open"
    IN_WORK = "in-work"
    CLOSED = "closed"


class Kind(StrEnum):
    """What a ticket is about. Values are stored: never rename, never reuse."""

    QUESTION = "question"
    SIGN_IN_REPORTED = "sign-in-reported"
    SESSION_BLOCKED = "session-blocked"
    SESSION_REVOKED = "session-revoked"
    BRUTE_FORCE = "brute-force"
    RECOVERY_STOPPED = "recovery-stopped"
    ACCOUNT_STOLEN = "account-stolen"
    WALKING = "walking"


class Outcome(StrEnum):
    """What an officer says of a ticket in the end; the words beside it are sealed."""

    ANSWERED = "answered"
    CONFIRMED = "confirmed"
    FALSE_ALARM = "false-alarm"
    NO_ACTION = "no-action"


class Step(StrEnum):
    TAKE = "take"
    CLOSE = "close"


NEXT: Mapping[tuple[State, Step], State] = {
    (State.OPEN, Step.TAKE): State.IN_WORK,
    (State.IN_WORK, Step.TAKE): State.IN_WORK,
    (State.IN_WORK, Step.CLOSE): State.CLOSED,
}

MAX_WORDS = 2000
"""Characters of a person's text and of an officer's answer."""


def may_take(state: State, step: Step, taken_by: str, actor: Actor) -> bool:
    """Whether a step is possible in a state; only who took a ticket closes it."""
    if (state, step) not in NEXT:
        return False
    if step is Step.CLOSE:
        return taken_by == actor.person_id
    return taken_by != actor.person_id


def refusal_to_work(actor: Actor, person_id: str, organisation: str) -> str:
    """Why an officer may not work on a ticket, as a word for the audit entry; empty when they may."""
    if actor.role is not Role.SECURITY_OFFICER:
        return "role"
    if not reviews_the_system(actor) and actor.organisation_id != organisation:
        return "scope"
    return "self" if actor.person_id == person_id else ""
