"""Reservations and deliveries at pharmacies as a process (RX-7), pure rules.

    requested ──▶ confirmed ──▶ ready ──▶ collected          each of the first three ──▶ refused, cancelled, failed

A chain tells where an order stands with a number that grows; what is repeated, late or leads backwards changes nothing.
A patient's wish to cancel is told to the chain, which has the last word; an order that no chain has heard of is
cancelled at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.prescriptions import State as PrescriptionState
from chalicelib.errors import FieldProblem, InvalidFieldsError, WrongStateError


class State(StrEnum):
    """Stored: never rename, never reuse."""

    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    READY = "ready"
    COLLECTED = "collected"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Kind(StrEnum):
    RESERVATION = "reservation"
    DELIVERY = "delivery"


OPEN = (State.REQUESTED, State.CONFIRMED, State.READY)
"""In the order in which they follow one another."""
ENDED = frozenset(State) - set(OPEN)

FIRST_TRIES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
"""How long is waited after each attempt to place an order that did not succeed; after the last one it has failed."""
ASKED_EVERY = timedelta(minutes=5)
LATER, LATER_EVERY = timedelta(days=1), timedelta(hours=1)
"""An order older than this is asked after less often."""
LONGEST = timedelta(days=14)
"""After so long without an end the order has failed."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a chain says of one order: its state there, a number that grows with each change, a text for the patient."""

    state: State
    number: int
    text: str = ""


def after(state: State, seen: int, said: Standing) -> State:
    """The state after a chain's word; ``seen``: number of its last word that counted."""
    late = said.number <= seen
    backwards = said.state in OPEN and state in OPEN and OPEN.index(said.state) < OPEN.index(state)
    return state if late or backwards or state in ENDED else said.state


def next_try(attempts: int) -> timedelta | None:
    """How long to wait after so many vain attempts to place an order; None: it has failed."""
    return FIRST_TRIES[attempts - 1] if attempts <= len(FIRST_TRIES) else None


def next_question(made: datetime, now: datetime) -> timedelta | None:
    """When to ask after an order again; None: it has failed."""
    if now - made > LONGEST:
        return None
    return LATER_EVERY if now - made > LATER else ASKED_EVERY


def dead(prescription: PrescriptionState) -> bool:
    """Whether nothing may be handed out by the prescription any more, so that its orders are taken back (RX-4)."""
    return prescription in {PrescriptionState.REVOKED, PrescriptionState.REPLACED, PrescriptionState.EXPIRED}


def cancellable(state: State) -> None:
    """Raises WrongStateError for an order that has ended."""
    if state in ENDED:
        raise WrongStateError(f"the order is {state.value}", extra={"state": state.value})


def asked_for(parts: list[Mapping[str, int]], remaining: list[int]) -> list[dict[str, int]]:
    """Parts of a prescription to be ordered: those that were named, or all that is left. Raises InvalidFieldsError."""
    wanted = parts or [{"line": line, "packs": left} for line, left in enumerate(remaining, start=1) if left]
    if not wanted:
        raise WrongStateError("nothing is left of this prescription")
    problems = [
        FieldProblem(f"/drugs/{index}", "too-many", "more than is left of the prescription")
        for index, part in enumerate(wanted)
        if part["line"] > len(remaining) or part["packs"] > remaining[part["line"] - 1]
    ]
    if problems:
        raise InvalidFieldsError(fields=tuple(problems))
    return [dict(part) for part in wanted]
