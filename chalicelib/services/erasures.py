"""The decision to erase a person's data (SPC-8): proposed by one human, approved by another; who it is about is told.

Every step changes the row of the erasure and leaves two entries in one transaction: one in the person's own chain, for
them to see, and one in the system's, which outlives the erasure. The row names its reactions, so that neither a notice
nor the message to the eraser (services/eraser.py) can be lost to a crash.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NoReturn

from chalicelib.domain.erasures import (
    LAPSES_AFTER,
    OPEN,
    STOPPABLE,
    Basis,
    State,
    due_at,
    good_until,
    may_be_withdrawn_by_the_person,
    may_decide,
    order_of,
    present_state,
    refusal_to_decide,
    refusal_to_propose,
    refusal_to_see,
    refusal_to_withdraw,
)
from chalicelib.domain.identity import SYS, Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.sessions import memberships_of
from chalicelib.errors import (
    AccessDeniedError,
    AlreadyExistsError,
    ConflictError,
    NotFoundError,
    StaleVersionError,
    WrongStateError,
)
from chalicelib.ports import Clock, Event, Signer, keys
from chalicelib.ports.tables import Check, Expect, Expected, Item, Put, Store, Tables, Update, Write
from chalicelib.services.gate import Gate, Staged

SHOWN = (
    "basis",
    "reference",
    "proposed_by",
    "proposed_at",
    "decided_by",
    "decided_at",
    "due_at",
    "withdrawn_by",
    "withdrawn_at",
    "begun_at",
    "executed_at",
    "final_after",
    "receipt",
)


class ErasureService:
    def __init__(self, gate: Gate, tables: Tables, signer: Signer, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._signer = signer
        self._clock = clock

    # --- the administrator of the system

    def propose(self, actor: Actor, patient_id: PersonId, basis: Basis, reference: str) -> Item:
        """Propose to erase a person. ``reference`` is the number of the document that asks for it.

        Raises AccessDeniedError, NotFoundError for an unknown person, AlreadyExistsError while another erasure of
        theirs is open, WrongStateError while they hold roles here.
        """
        self._check(actor, "erasure:propose", refusal_to_propose(actor, patient_id))
        known, now = self._known(patient_id), self._clock()
        if "merged_into" in (self._tables.get(keys.card(patient_id)) or {}):
            raise WrongStateError("this card went into another one: erase that one, and this goes with it")
        self._no_roles(patient_id)
        row: Item = {
            "id": self._gate.new_id(),
            "patient": patient_id,
            "basis": basis.value,
            "reference": reference,
            "state": State.PROPOSED.value,
            "proposed_by": actor.person_id,
            "proposed_at": stamp(now),
            "ver": 1,
            "react": ["erasure_proposed"],
        }
        writes: list[Write] = [
            Put(keys.erasure(row["id"]), row),
            Put(keys.newest_erasure(patient_id), {"erasure": row["id"]}, self._none_open(patient_id, now)),
            known,
        ]
        try:
            self._gate.commit(self._entries(actor, "erasure:propose", row), writes)
        except ConflictError as error:
            if error.index == 1:
                raise AlreadyExistsError("another erasure was proposed at the same moment") from None
            if error.index == 2:  # noqa: PLR2004 - destroyed at the same moment
                raise NotFoundError from None
            raise
        return self._shown(row)

    def _known(self, patient_id: PersonId) -> Check:
        """The condition that there is something to destroy: an account or card, and keys. Raises NotFoundError.

        Not that the account is open: after a restore that brought keys back it may be gone.
        """
        profile, card, alive = keys.profile(patient_id), keys.card(patient_id), keys.key_state(patient_id)
        rows = self._tables.get_many([profile, card, alive])
        if not {profile, card} & set(rows) or rows.get(alive, {}).get("state") != "active":
            raise NotFoundError
        return Check(alive, {"state": "active"})

    def _none_open(self, patient_id: PersonId, now: datetime) -> Expected:
        """Condition on the row that says which erasure is the person's newest. Raises AlreadyExistsError."""
        newest = self._tables.get(keys.newest_erasure(patient_id))
        if newest is None:
            return Expect.ABSENT
        row = self._row(newest["erasure"])
        if _state(row, now) in OPEN and not _stuck(row, now):
            raise AlreadyExistsError("an erasure of this person is under way")
        return {"erasure": newest["erasure"]}

    def _no_roles(self, patient_id: PersonId) -> None:
        rows = self._tables.query(Store.IDENTITY, keys.person(patient_id), "MEMBER#", limit=100).items
        if memberships_of(rows):
            raise WrongStateError("this person holds roles here; take them away first")

    def withdraw(self, actor: Actor, erasure_id: str) -> None:
        """By who proposed it, until it is executed. Repeatable. Raises AccessDeniedError, WrongStateError."""
        row = self._row(erasure_id)
        self._check(actor, "erasure:withdraw", refusal_to_withdraw(actor, row["proposed_by"]))
        self._withdraw(actor, row, ["erasure_stopped"])

    # --- the security officer

    def decide(self, actor: Actor, erasure_id: str, version: int, *, approve: bool) -> Item:
        """Approve or refuse; an approval can be taken back by a refusal until it is executed.

        Raises AccessDeniedError for the proposer and for the person it is about, whatever roles they hold;
        StaleVersionError, WrongStateError.
        """
        row = self._row(erasure_id)
        self._check(actor, "erasure:decide", refusal_to_decide(actor, row["patient"], row["proposed_by"]))
        if int(row["ver"]) != version:
            raise StaleVersionError(extra={"version": int(row["ver"])})
        now = self._clock()
        state = _state(row, now)
        if not may_decide(state, approve=approve):
            self._wrong(state)
        if not approve:
            change: Item = {"state": State.REFUSED.value, "react": ["erasure_stopped"]}
            return self._changed(actor, "erasure:refuse", row, {**change, **_decided(actor, now)})
        self._no_roles(PersonId(row["patient"]))
        change = {
            "state": State.APPROVED.value,
            "due_at": stamp(due_at(Basis(row["basis"]), now)),
            "react": ["erasure_approved", "send_to_eraser"],
            **_decided(actor, now),
        }
        change["order"] = self._signer.issue(order_of({**row, **change}), purpose="erasure-order")
        return self._changed(actor, "erasure:approve", row, change)

    # --- the person it is about

    def withdraw_own(self, actor: Actor) -> None:
        """Take one's own request back, until it is executed. NotFoundError when there is none that could be.

        Raises WrongStateError for an erasure on another basis.
        """
        newest = self._tables.get(keys.newest_erasure(actor.person_id))
        row = self._row(newest["erasure"]) if newest else None
        if row is None or _state(row, self._clock()) not in STOPPABLE | {State.WITHDRAWN}:
            raise NotFoundError
        if not may_be_withdrawn_by_the_person(Basis(row["basis"])):
            raise WrongStateError("only one's own request can be taken back here")
        self._withdraw(actor, row, [])

    # --- reading

    def listed(self, actor: Actor, limit: int, after: Item | None) -> tuple[list[Item], Item | None]:
        """All erasures, newest first, for administrators of the system and security officers."""
        self._check(actor, "erasure:list", refusal_to_see(actor))
        self._gate.record(Event(actor, "erasure:list", SYS, resource_type="erasure"))
        found = self._tables.query(Store.CARD, keys.ERASURES, limit=limit, after=after, newest_first=True)
        return [self._shown(row) for row in found.items], found.after

    def read(self, actor: Actor, erasure_id: str) -> Item:
        self._check(actor, "erasure:read", refusal_to_see(actor))
        self._gate.record(Event(actor, "erasure:read", SYS, resource_type="erasure", resource_id=erasure_id))
        return self._shown(self._row(erasure_id))

    def receipt(self, actor: Actor, erasure_id: str) -> str:
        """The signed receipt (JWS, compact); NotFoundError until it is executed."""
        self._check(actor, "erasure:download", refusal_to_see(actor))
        self._gate.record(Event(actor, "erasure:download", SYS, resource_type="erasure", resource_id=erasure_id))
        row = self._row(erasure_id)
        if "receipt" not in row:
            raise NotFoundError("it is not executed")
        return str(row["receipt"])

    # --- pieces

    def _check(self, actor: Actor, operation: str, refused: str) -> None:
        if refused:
            self._gate.refuse(actor, operation, refused)
            raise AccessDeniedError

    def _row(self, erasure_id: str) -> Item:
        row = self._tables.get(keys.erasure(erasure_id))
        if row is None:
            raise NotFoundError
        return row

    def _withdraw(self, actor: Actor, row: Item, react: Sequence[str]) -> None:
        now = self._clock()
        state = _state(row, now)
        if state is State.WITHDRAWN:
            return
        if state not in STOPPABLE:
            self._wrong(state)
        change: Item = {
            "state": State.WITHDRAWN.value,
            "withdrawn_by": actor.person_id,
            "withdrawn_at": stamp(now),
            "react": list(react),
        }
        self._changed(actor, "erasure:withdraw", row, change)

    def _changed(self, actor: Actor, action: str, row: Item, change: Item) -> Item:
        """The next state. An order, and the moment it names, belong to the approved state alone."""
        update = Update(
            keys.erasure(row["id"]),
            change,
            {"ver": 1},
            remove=() if "order" in change else ("order", "due_at"),
            expect={"ver": int(row["ver"]), "state": row["state"]},
        )
        kept = {name: value for name, value in row.items() if name not in update.remove}
        after = {**kept, **change, "ver": int(row["ver"]) + 1}
        try:
            self._gate.commit(self._entries(actor, action, after), [update])
        except ConflictError:
            raise StaleVersionError from None
        return self._shown(after)

    @staticmethod
    def _wrong(state: State) -> NoReturn:
        raise WrongStateError(f"the erasure is {state.value}", extra={"state": state.value})

    def _entries(self, actor: Actor, action: str, row: Item) -> list[Staged]:
        details = {name: row[name] for name in ("patient", "basis", "reference", "proposed_by")}
        return [
            self._gate.stage(
                Event(
                    actor,
                    action,
                    subject,
                    resource_type="erasure",
                    resource_id=row["id"],
                    resource_version=int(row["ver"]),
                    details=details,
                )
            )
            for subject in (PersonId(row["patient"]), SYS)
        ]

    def _shown(self, row: Item) -> Item:
        state = _state(row, self._clock())
        shown: Item = {
            "erasure_id": row["id"],
            "patient_id": row["patient"],
            "state": state.value,
            "version": int(row["ver"]),
            **{name: row[name] for name in SHOWN if name in row},
        }
        if state is State.PROPOSED:
            shown["lapses_at"] = stamp(datetime.fromisoformat(row["proposed_at"]) + LAPSES_AFTER)
        if state is State.APPROVED:
            shown["lapses_at"] = stamp(good_until(row["due_at"]))
        return shown


def _state(row: Item, now: datetime) -> State:
    until = good_until(row["due_at"]) if "due_at" in row else None
    return present_state(row["state"], datetime.fromisoformat(row["proposed_at"]), now, until)


def _stuck(row: Item, now: datetime) -> bool:
    """Begun, and not gone on with while its order was good: it may be proposed anew, where there are keys left."""
    return row["state"] == State.EXECUTING.value and now >= good_until(row["due_at"])


def _decided(actor: Actor, now: datetime) -> Item:
    return {"decided_by": actor.person_id, "decided_at": stamp(now)}
