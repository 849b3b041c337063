"""The row of a recovery, as the desk and the person both change it (domain/desk_recovery.py)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.domain.desk_recovery import OPEN, State, good_until, may_become, present_state
from chalicelib.errors import WrongStateError
from chalicelib.ports import keys
from chalicelib.ports.tables import Delete, Item, Update, Write

SECRETS = ("code", "handle", "sms_code", "sealed")
"""Attributes that only one state needs; they leave the row with it."""


def state_of(row: Mapping[str, Any], now: datetime) -> State:
    return present_state(row["state"], int(row["until"]), now)


def advanced(row: Item, following: State, change: Item, now: datetime) -> Write:
    """The step to the next state, on condition that the row is as it was read. Raises WrongStateError."""
    state = state_of(row, now)
    if not may_become(state, following):
        raise WrongStateError(f"the recovery is {state.value}", extra={"state": state.value})
    until = good_until(following, now) if following in OPEN else int(now.timestamp())
    return Update(
        keys.recovery(row["id"]),
        {"state": following.value, "until": until, **change},
        {"ver": 1},
        remove=tuple(name for name in SECRETS if name in row and name not in change),
        expect={"ver": int(row["ver"]), "state": row["state"]},
    )


def no_longer_open(row: Item) -> Write:
    """A person has one open recovery at most; this one is over."""
    return Delete(keys.open_recovery(row["person"]), {"recovery": row["id"]})
