"""The row of a recovery, as the desk and the person both change it (domain/desk_recovery.py)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.domain.desk_recovery import (
    ALWAYS_APPROVED,
    OPEN,
    Reason,
    State,
    closes_sign_in,
    good_until,
    may_become,
    present_state,
)
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.errors import AlreadyExistsError, WrongStateError
from chalicelib.ports import keys
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Delete, Expect, Expected, Item, Put, Tables, Update, Write

KEPT_SECONDS = 90 * 86_400

SECRETS = ("code", "handle", "sms_code", "sealed")
"""Attributes that only one state needs; they leave the row with it."""

FORM = "form"
"""What was given at the desk for a first account, sealed; it leaves the row when the code is redeemed."""
WITH_FORM = frozenset({State.APPROVED, State.CODE_ISSUED})


def new_recovery(
    actor: Actor,
    recovery_id: str,
    person_id: PersonId,
    reason: Reason,
    document: str,
    now: datetime,
    *,
    four_eyes: bool,
) -> Item:
    """The row of a recovery that an operator begins; for some reasons it always takes a second operator."""
    four_eyes = four_eyes or reason in ALWAYS_APPROVED
    state = State.OPENED if four_eyes else State.APPROVED
    return {
        "id": recovery_id,
        "person": person_id,
        "organisation": actor.organisation_id,
        "state": state.value,
        "until": good_until(state, now),
        "reason": reason.value,
        "document": document,
        "opened_by": actor.person_id,
        "opened_at": stamp(now),
        "four_eyes": four_eyes,
        "ver": 1,
        "expires": int(now.timestamp()) + KEPT_SECONDS,
    }


def opening(row: Item, earlier: Expected) -> list[Write]:
    """Its rows; the second holds that no other one is open. ``earlier``: what ``none_open`` says."""
    line: Item = {"recovery": row["id"], "expires": row["expires"]}
    return [
        Put(keys.recovery(row["id"]), row),
        Put(keys.open_recovery(row["person"]), {"recovery": row["id"]}, earlier),
        Put(keys.desk_line(row["organisation"], row["opened_at"], row["id"]), line),
    ]


def none_open(tables: Tables, person_id: PersonId, now: datetime) -> Expected:
    """Condition on the row that names the person's open recovery. Raises AlreadyExistsError."""
    newest = tables.get(keys.open_recovery(person_id))
    if newest is None:
        return Expect.ABSENT
    row = tables.get(keys.recovery(newest["recovery"]))
    if row is not None and state_of(row, now) in OPEN:
        raise AlreadyExistsError("a recovery of this account is under way")
    return {"recovery": newest["recovery"]}


def state_of(row: Mapping[str, Any], now: datetime) -> State:
    return present_state(row["state"], int(row["until"]), now)


def signs_nobody_in(tables: Tables, newest: Mapping[str, Any] | None, now: datetime) -> bool:
    """Whether the recovery that ``newest``, the person's row of the open one, names keeps everybody out."""
    row = tables.get(keys.recovery(newest["recovery"])) if newest else None
    return row is not None and closes_sign_in(str(row["reason"]), state_of(row, now))


STOPPABLE = frozenset({"recovery_opened", "recovery_approved", "recovery_code_issued", "recovery_redeemed"})


def told(row: Mapping[str, Any], event: str, notice_id: str, now: datetime) -> list[Write]:
    """The notice of a step. Of a first account the desk tells in its own way: nobody could stop it in the cabinet."""
    if row["reason"] == Reason.FIRST_ACCOUNT:
        return []
    at_desk = row["reason"] == Reason.STOLEN and event in STOPPABLE
    return [happened(row["person"], notice_id, f"stolen_{event}" if at_desk else event, now)]


def advanced(row: Item, following: State, change: Item, now: datetime) -> Write:
    """The step to the next state, on condition that the row is as it was read. Raises WrongStateError."""
    state = state_of(row, now)
    if not may_become(state, following):
        raise WrongStateError(f"the recovery is {state.value}", extra={"state": state.value})
    until = good_until(following, now) if following in OPEN else int(now.timestamp())
    gone = SECRETS if following in WITH_FORM else (*SECRETS, FORM)
    return Update(
        keys.recovery(row["id"]),
        {"state": following.value, "until": until, **change},
        {"ver": 1},
        remove=tuple(name for name in gone if name in row and name not in change),
        expect={"ver": int(row["ver"]), "state": row["state"]},
    )


def no_longer_open(row: Item) -> Write:
    """A person has one open recovery at most; this one is over."""
    return Delete(keys.open_recovery(row["person"]), {"recovery": row["id"]})
