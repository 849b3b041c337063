"""Tickets (ID-11): written by people and by the watch, worked by security officers.

TICKET#<id>            the ticket: ids and words of lists; what the person and the officer wrote is sealed
QUEUE#tickets-<org>    its line in the list of an organisation, and in that of the system
P#<person>|TICKET#<id> its line among the person's own
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.domain.access import Permit
from chalicelib.domain.identity import SYS, Actor, PersonId, Role
from chalicelib.domain.moments import stamp
from chalicelib.domain.staff import SYSTEM, reviews_the_system
from chalicelib.domain.tickets import NEXT, Kind, Outcome, State, Step, may_take, refusal_to_work
from chalicelib.errors import (
    AccessDeniedError,
    ConflictError,
    FieldProblem,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
    WrongStateError,
)
from chalicelib.ports import Clock, Event, PatientKeys, Sealed, Vault, keys
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Item, Store, Tables, Update, Write, every_row
from chalicelib.ports.ticket_rows import ticket
from chalicelib.services.gate import Gate, Staged

KIND = "ticket"
WORDS, ANSWER = 1, 2
"""Versions under which the person's text and the officer's answer are sealed."""
OFFICERS = 8
"""Told of one ticket at most: the transaction has to hold them all."""
SHOWN = ("opened_at", "taken_at", "closed_at", "outcome")


class TicketService:
    def __init__(self, gate: Gate, tables: Tables, vault: Vault, patient_keys: PatientKeys, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._keys = patient_keys
        self._clock = clock

    # --- the person

    def write(self, actor: Actor, text: str) -> Item:
        """A question or report in one's own words, sealed under one's own key."""
        person_id, ticket_id, now = actor.person_id, self._gate.new_id(), self._clock()
        staged = self._gate.stage_private(actor, person_id, KIND, ticket_id, "ticket:create")
        sealed = self._vault.seal(staged.seal_with, WORDS, _packed(text))
        organisation = actor.organisation_id if actor.is_staff else ""
        writes = [
            *ticket(ticket_id, Kind.QUESTION, person_id, now, organisation=organisation, sealed=sealed),
            self._keys.alive(person_id),
            happened(person_id, self._gate.new_id(), "ticket_opened", now),
        ]
        self._gate.commit([staged], writes)
        return {"ticket_id": ticket_id, "state": State.OPEN.value, "opened_at": stamp(now)}

    def mine(self, actor: Actor, limit: int, after: Item | None) -> tuple[list[Item], Item | None]:
        """One's own tickets, newest first, with their answers."""
        permit = self._gate.permit_private(actor, actor.person_id, KIND, None, "ticket:list")
        found = self._tables.query(
            Store.CARD, keys.patient(actor.person_id), keys.OWN_TICKETS, limit=limit, after=after, newest_first=True
        )
        wanted = [keys.ticket(line["ticket"]) for line in found.items]
        rows = self._tables.get_many(wanted)
        return [self._shown(rows[key], permit) for key in wanted if key in rows], found.after

    # --- the officer

    def tell_officers(self, row: Item) -> tuple[Sequence[Staged], Sequence[Write]]:
        """Reaction to a new ticket: each officer of the organisation hears of it, the system's where it has none.

        Not of guessed passwords: anybody can guess at a hundred accounts, and what officers hear must be worth it.
        """
        if row["kind"] == Kind.BRUTE_FORCE:
            return (), []
        now = self._clock()
        officers = self._officers(row["organisation"]) or self._officers(SYSTEM)
        told = [officer for officer in officers if officer != row["person"]][:OFFICERS]
        return (), [happened(PersonId(officer), self._gate.new_id(), "ticket_waiting", now) for officer in told]

    def _officers(self, organisation: str) -> list[str]:
        staff = every_row(self._tables, Store.IDENTITY, f"ORG#{organisation}", "STAFF#")
        role = Role.SECURITY_OFFICER.value
        return list(dict.fromkeys(row["person"] for row in staff if (row["state"], row["role"]) == ("active", role)))

    def listed(self, actor: Actor, state: str, limit: int, after: Item | None) -> tuple[list[Item], Item | None]:
        """Newest first; ``state`` is one of theirs or "". A page may be short, the next one tells the end."""
        self._gate.record(Event(actor, "ticket:list", SYS, resource_type=KIND, details={"state": state}))
        organisation = SYSTEM if reviews_the_system(actor) else actor.organisation_id
        found = self._tables.query(Store.CARD, keys.tickets(organisation), limit=limit, after=after, newest_first=True)
        wanted = [keys.ticket(line["ticket"]) for line in found.items]
        rows = self._tables.get_many(wanted)
        shown = [rows[key] for key in wanted if key in rows and state in {"", rows[key]["state"]}]
        return [{**_line(row), "person_id": row["person"]} for row in shown], found.after

    def read(self, actor: Actor, ticket_id: str) -> Item:
        """With what was written; the look is an entry in the person's own journal."""
        row = self._workable(actor, ticket_id, "ticket:read")
        permit = self._gate.permit_private(actor, PersonId(row["person"]), KIND, ticket_id, "ticket:read")
        return {**self._shown(row, permit), "person_id": row["person"], "taken_by": row["taken_by"]}

    def step(
        self, actor: Actor, ticket_id: str, version: int, step: Step, outcome: Outcome | None, words: str = ""
    ) -> Item:
        """Take a ticket, or close it with an outcome and words to the person.

        Raises NotFoundError for another organisation's, AccessDeniedError for one about oneself, StaleVersionError,
        WrongStateError, InvalidFieldsError for a close without an outcome.
        """
        row = self._workable(actor, ticket_id, "ticket:step")
        if int(row["ver"]) != version:
            raise StaleVersionError(extra={"version": int(row["ver"])})
        state, person_id = State(row["state"]), PersonId(row["person"])
        if not may_take(state, step, row["taken_by"], actor):
            raise WrongStateError(f"the ticket is {state.value}", extra={"state": state.value})
        now = self._clock()
        change: Item = {"state": NEXT[state, step].value, "react": []}
        told: list[Write] = []
        if step is Step.TAKE:
            change |= {"taken_by": actor.person_id, "taken_at": stamp(now)}
            staged = self._gate.stage(Event(actor, "ticket:take", person_id, resource_type=KIND, resource_id=ticket_id))
        else:
            if outcome is None:
                raise InvalidFieldsError(fields=(FieldProblem("/outcome", "missing", "say what it was"),))
            details = {"outcome": outcome.value}
            staged = self._gate.stage_private(actor, person_id, KIND, ticket_id, "ticket:close", details=details)
            change |= {"outcome": outcome.value, "closed_at": stamp(now)}
            change["answer"] = self._vault.seal(staged.seal_with, ANSWER, _packed(words))
            told = [happened(person_id, self._gate.new_id(), "ticket_closed", now), self._keys.alive(person_id)]
        update = Update(keys.ticket(ticket_id), change, {"ver": 1}, expect={"ver": version, "state": row["state"]})
        try:
            self._gate.commit([staged], [update, *told])
        except ConflictError:
            raise StaleVersionError from None
        return {**_line({**row, **change, "ver": version + 1}), "person_id": person_id}

    # --- pieces

    def _workable(self, actor: Actor, ticket_id: str, operation: str) -> Item:
        row = self._tables.get(keys.ticket(ticket_id))
        if row is None:
            raise NotFoundError
        refused = refusal_to_work(actor, row["person"], row["organisation"])
        if refused:
            self._gate.refuse(actor, operation, refused)
            raise NotFoundError if refused == "scope" else AccessDeniedError
        return row

    def _shown(self, row: Item, permit: Permit) -> Item:
        words = {"sealed": ("text", WORDS), "answer": ("answer", ANSWER)}
        said = {
            shown: json.loads(self._vault.open(permit, Sealed(row["id"], version, bytes(row[name]))))["text"]
            for name, (shown, version) in words.items()
            if name in row
        }
        return {**_line(row), **said}


def _line(row: Mapping[str, Any]) -> Item:
    return {
        "ticket_id": row["id"],
        "kind": row["kind"],
        "state": row["state"],
        "version": int(row["ver"]),
        "about": dict(row["about"]),
        **{name: row[name] for name in SHOWN if name in row},
    }


def _packed(text: str) -> bytes:
    return json.dumps({"text": text}, ensure_ascii=False).encode()
