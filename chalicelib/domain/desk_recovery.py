"""Recovery of an account in person at the identity desk (ID-8, SPC-3), as pure rules.

    opened ──► approved ──► code-issued ──► redeemed ──► completed
      └───────────┴──────────────┴─────────────┴──► cancelled     by the operators, or by the owner ("it was not me")
      └···········┴··············┴·············┴··► expired       nobody went on in time

1. an operator compares the passport with the account: all four numbers or nothing
2. nobody recovers an account alone that is their own, and nobody approves what they opened. Ids of humans are compared
3. where the organisation wants four eyes, and always for an account that administers, reads the log or works at a
   desk, a second operator approves before a code exists. A desk serves everybody, so only an administrator of the
   system does without: one human may administer an organisation and work at its desk
4. the owner of the old telephone hears of each step, and can stop it until it is completed
5. where a telephone or a session is in a stranger's hands (``stolen``), who holds it must not stop the owner: two
   operators always, from the approval no session lives and nobody signs in until the recovery is over, only a desk
   cancels it, and a security officer hears of it when it is opened
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.identity import Actor, Role
from chalicelib.domain.limits import DAY, HOUR, Rule
from chalicelib.domain.staff import refusal_to_manage, runs_the_system


class State(StrEnum):
    """Values are stored, all but ``expired``, which is any open state after its time."""

    OPENED = "opened"
    APPROVED = "approved"
    CODE_ISSUED = "code-issued"
    REDEEMED = "redeemed"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


NEXT: Mapping[State, frozenset[State]] = {
    State.OPENED: frozenset({State.APPROVED, State.CANCELLED}),
    State.APPROVED: frozenset({State.CODE_ISSUED, State.CANCELLED}),
    State.CODE_ISSUED: frozenset({State.REDEEMED, State.CANCELLED}),
    State.REDEEMED: frozenset({State.COMPLETED, State.CANCELLED}),
    State.COMPLETED: frozenset(),
    State.CANCELLED: frozenset(),
    State.EXPIRED: frozenset(),
}
OPEN = frozenset(state for state, following in NEXT.items() if following)

HOLDS: Mapping[State, timedelta] = {
    State.OPENED: timedelta(hours=24),  # a second operator may come with the next shift
    State.APPROVED: timedelta(hours=24),
    State.CODE_ISSUED: timedelta(minutes=30),  # from the desk to the nearest telephone
    State.REDEEMED: timedelta(minutes=15),  # an SMS, and one more after it
}
"""How long each open state is good for; an SMS code lives ten minutes (domain/sessions.py)."""


class Reason(StrEnum):
    """Why somebody comes to the desk. Words of a list and no prose: prose would name people."""

    LOST_PHONE = "lost-phone"
    LOST_PASSWORD = "lost-password"  # noqa: S105 - a word of a list
    LOST_BOTH = "lost-both"
    STOLEN = "stolen"
    FIRST_ACCOUNT = "first-account"
    """There is no account yet: the same steps make it (domain/first_accounts.py)."""


ALWAYS_APPROVED = frozenset({Reason.STOLEN, Reason.FIRST_ACCOUNT})
"""Whatever the organisation wants, a second operator approves these: nobody can stop them from a session."""

LOOK_UP_HOLDS = timedelta(minutes=30)
"""From comparing the passport to what is done because of it, by the same operator."""

LOOK_UPS = Rule("desk-look-up", 30, HOUR)  # per operator: a visit takes some minutes
LOOK_UPS_TOGETHER = Rule("desk-look-up-org", 300, HOUR)  # per organisation: ten windows
TRIES = Rule("recovery-code", 5, DAY, locks=True)  # per recovery
SMS_TRIES = Rule("recovery-sms", 5, DAY, locks=True)  # per SMS that was sent
SMS_SENT = Rule("recovery-sms-target", 10, HOUR)  # per telephone; not a registration's counter, which anybody fills

ALWAYS_FOUR_EYES = frozenset({Role.ADMINISTRATOR, Role.SECURITY_OFFICER, Role.IDENTITY_OPERATOR})

# --- the temporary code

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O and U, so that print and handwriting are read in one way."""
CODE_LENGTH = 10
CODES = len(ALPHABET) ** CODE_LENGTH
"""2**50."""


def code_text(number: int) -> str:
    """One of the ``CODES`` codes as it is printed: two groups of five."""
    letters = [ALPHABET[number >> 5 * place & 31] for place in reversed(range(CODE_LENGTH))]
    return "".join(letters[:5]) + "-" + "".join(letters[5:])


def typed(code: str) -> str:
    """A code as it was typed, in the form that is hashed: no blanks, no hyphens, O read as 0, I and L as 1."""
    plain = "".join(c for c in code.upper() if c.isalnum())
    return plain.translate(str.maketrans("OIL", "011"))


# --- states


def present_state(stored: str, until: int, now: datetime) -> State:
    """``until`` is the epoch second up to which the stored state is good."""
    state = State(stored)
    return State.EXPIRED if state in OPEN and now.timestamp() >= until else state


def may_become(state: State, following: State) -> bool:
    return following in NEXT[state]


def good_until(state: State, now: datetime) -> int:
    """Epoch second up to which a state that begins now is good."""
    return int((now + HOLDS[state]).timestamp())


def closes_sign_in(reason: str, state: State) -> bool:
    """Rule 5: whether nobody signs in to the account while its recovery is in this state."""
    return reason == Reason.STOLEN and state in OPEN - {State.OPENED}


def wants_four_eyes(organisation: Mapping[str, object] | None, roles: Iterable[Role]) -> bool:
    """Rule 3. ``roles`` are those that the person holds. An organisation wants them unless it has said otherwise."""
    return bool(ALWAYS_FOUR_EYES & set(roles)) or (organisation or {}).get("four_eyes", True) is not False


# --- who; each answer is a word for the audit entry, empty when they may


def refusal_to_switch(actor: Actor, organisation: str, *, wanted: bool) -> str:
    """Rule 3, for the switch: towards four eyes by the organisation's own administrator, away from them by no such."""
    refused = refusal_to_manage(actor, organisation)
    return refused or ("" if wanted or runs_the_system(actor) else "system-only")


def refusal_to_operate(actor: Actor, person_id: str) -> str:
    """Rule 2, for what is done about a person at the desk."""
    if actor.role is not Role.IDENTITY_OPERATOR:
        return "role"
    return "self" if actor.person_id == person_id else ""


def refusal_to_stop(reason: str) -> str:
    """Rule 5, for who stops the recovery of their own account in a session."""
    return "desk-only" if reason == Reason.STOLEN else ""


def refusal_to_continue(actor: Actor, person_id: str, organisation: str) -> str:
    if organisation != actor.organisation_id:
        return "scope"
    return refusal_to_operate(actor, person_id)


def refusal_to_approve(actor: Actor, person_id: str, organisation: str, opened_by: str) -> str:
    refused = refusal_to_continue(actor, person_id, organisation)
    return refused or ("same-person" if actor.person_id == opened_by else "")


def refusal_to_issue(actor: Actor, person_id: str, organisation: str, opened_by: str) -> str:
    """The code is printed where the passport was compared."""
    refused = refusal_to_continue(actor, person_id, organisation)
    return refused or ("" if actor.person_id == opened_by else "not-opener")
