"""Erasure of a person's data as a decision of two (SPC-8), as pure rules.

    proposed ───► approved ───► executing ───► executed
      │ │ └──► refused ◄──┤                                by a security officer
      │ └────► withdrawn ◄┘                                by who proposed it, or by the person it is about
      └······► lapsed ◄·┘                                 nobody decided, or nobody executed it, in time

1. one human proposes, another one decides, and neither is the person it is about. Ids of humans are compared: whoever
   holds both roles is still one human
2. between approval and execution the person has time to say no (``WAITING``)
3. what has begun cannot be stopped: half an erasure is worse than none
4. who still works here is no patient only: their roles are taken away first
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from chalicelib.domain.identity import Actor, Role
from chalicelib.domain.moments import stamp
from chalicelib.domain.staff import runs_the_system


class Basis(StrEnum):
    """Why data are erased. Values are stored and signed: never rename, never reuse."""

    OWN_REQUEST = "own-request"
    COURT_ORDER = "court-order"
    END_OF_RETENTION = "end-of-retention"


class State(StrEnum):
    """Values are stored, all but ``lapsed``, which is ``proposed`` or ``approved`` after its time."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    EXECUTING = "executing"
    EXECUTED = "executed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


LAPSES_AFTER = timedelta(days=14)
ORDER_HOLDS = timedelta(days=14)
"""From the moment it is due; the queues keep its message so long (infra/stores.yaml). An order that was withdrawn is
taken out of its row, but who owns the table can have kept a copy: after this time the copy is worth nothing."""

WAITING: Mapping[Basis, timedelta] = {
    # Whoever has got hold of an account could ask in its owner's name. The owner was told, and has a day to stop it.
    Basis.OWN_REQUEST: timedelta(hours=24),
    # The court has heard both sides and set the date; the person can appeal there and not here.
    Basis.COURT_ORDER: timedelta(0),
    # Nothing is urgent, and a wrong date or a wrong person is noticed by the one who is told.
    Basis.END_OF_RETENTION: timedelta(hours=24),
}
"""From the approval to the execution."""

OPEN = frozenset({State.PROPOSED, State.APPROVED, State.EXECUTING})
STOPPABLE = frozenset({State.PROPOSED, State.APPROVED})


def present_state(stored: str, proposed_at: datetime, now: datetime, good_until: datetime | None = None) -> State:
    """``good_until`` is that of the order, where there is one."""
    state = State(stored)
    if state is State.PROPOSED:
        return State.LAPSED if now >= proposed_at + LAPSES_AFTER else state
    return State.LAPSED if state is State.APPROVED and good_until is not None and now >= good_until else state


def due_at(basis: Basis, approved_at: datetime) -> datetime:
    """The moment from which an approved erasure is executed."""
    return approved_at + WAITING[basis]


def good_until(due: str) -> datetime:
    """The moment from which an order does not hold any more. ``due`` is the row's ``due_at``; ValueError passes."""
    return datetime.fromisoformat(due) + ORDER_HOLDS


def may_decide(state: State, *, approve: bool) -> bool:
    """A proposal is approved or refused; an approval can still be taken back by a refusal until it is executed."""
    return state is State.PROPOSED if approve else state in STOPPABLE


def may_be_withdrawn_by_the_person(basis: Basis) -> bool:
    """One's own request is one's own to take back; an order of a court and the end of retention are not."""
    return basis is Basis.OWN_REQUEST


# --- who; each answer is a word for the audit entry, empty when they may


def refusal_to_see(actor: Actor) -> str:
    if actor.role is Role.SECURITY_OFFICER:
        return ""
    return refusal_to_administer(actor)


def refusal_to_administer(actor: Actor) -> str:
    if actor.role is not Role.ADMINISTRATOR:
        return "role"
    return "" if runs_the_system(actor) else "scope"


def refusal_to_propose(actor: Actor, patient_id: str) -> str:
    return refusal_to_administer(actor) or ("self" if actor.person_id == patient_id else "")


def refusal_to_withdraw(actor: Actor, proposed_by: str) -> str:
    return refusal_to_administer(actor) or ("" if actor.person_id == proposed_by else "not-proposer")


def refusal_to_decide(actor: Actor, patient_id: str, proposed_by: str) -> str:
    """Rule 1."""
    if actor.role is not Role.SECURITY_OFFICER:
        return "role"
    if actor.person_id == proposed_by:
        return "same-person"
    return "self" if actor.person_id == patient_id else ""


# --- what is signed


def order_of(row: Mapping[str, Any]) -> dict[str, str]:
    """Claims of the order to the eraser: without it a row that somebody wrote into the table would be enough.

    ``good_until`` lets a copy of a withdrawn order go stale. ValueError for a ``due_at`` that is no time.
    """
    return {
        "erasure": row["id"],
        "patient": row["patient"],
        "basis": row["basis"],
        "reference": row["reference"],
        "proposed_by": row["proposed_by"],
        "approved_by": row["decided_by"],
        "due_at": row["due_at"],
        "good_until": stamp(good_until(row["due_at"])),
    }


def receipt_of(row: Mapping[str, Any], executed_at: str, final_after: str) -> dict[str, Any]:
    """Claims of the receipt. ``tags`` are hashes: who has the log finds the chains whose bodies are gone.

    Until ``final_after`` a backup could bring the keys back.
    """
    return {
        "erasure": row["id"],
        "patient": row["patient"],
        "basis": row["basis"],
        "reference": row["reference"],
        "proposed_by": row["proposed_by"],
        "approved_by": row["decided_by"],
        "executed_at": executed_at,
        "final_after": final_after,
        "key_versions": int(row["key_versions"]),
        "tags": list(row["tags"]),
    }


def says(claims: Mapping[str, Any], expected: Mapping[str, Any]) -> bool:
    """Whether verified claims say what a row says."""
    return all(claims.get(name) == value for name, value in expected.items())
