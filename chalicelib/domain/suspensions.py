"""Suspension of a card on its owner's application (SPC-7), as pure rules.

A suspended card changes in nothing: no record is added or amended, nothing is dispensed, booking is closed. Reading
goes on as consent allows, and so does emergency access: suspension is no erasure.

    active ──suspend──▶ suspended ──lift──▶ active        every other state stays as it is
"""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.access import CardState
from chalicelib.errors import WrongStateError

NEXT: Mapping[str, tuple[CardState, CardState]] = {
    "suspend": (CardState.ACTIVE, CardState.SUSPENDED),
    "lift": (CardState.SUSPENDED, CardState.ACTIVE),
}
"""What is done to a card: from which state, to which."""


def after(step: str, present: str) -> CardState:
    """The state after ``step``. Raises WrongStateError when the card is not in the state it begins from."""
    before, state = NEXT[step]
    if present != before.value:
        raise WrongStateError(f"the card is {present}")
    return state
