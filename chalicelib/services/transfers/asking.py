"""An organisation asks for a card; the patient's consent, asked for and answered as every other, decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.access import CardState, Level
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.moments import stamp
from chalicelib.domain.transfers import State, state_of
from chalicelib.errors import (
    CardMergedError,
    ConflictError,
    ConsentRequiredError,
    FieldProblem,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
    WrongStateError,
)
from chalicelib.ports import Event, keys
from chalicelib.ports.access_rows import Grantee, consent_of, consent_request
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Expect, Expected, Item, Put, Store, Update, Write, every_row
from chalicelib.records.registry import SECTIONS
from chalicelib.services.transfers.tools import Tools

PURPOSE = "treatment"
TOLD = "transfer_accepted"


class Asking:
    def __init__(self, tools: Tools) -> None:
        self._t = tools

    # --- the receiving organisation

    def ask(self, actor: Actor, form: Mapping[str, Any]) -> Item:
        """Ask the patient that their card goes to a system of the own organisation.

        Where such a consent stands already, nothing is asked anew. A closed door, an unknown card and one that is no
        more look alike (ConsentRequiredError). Raises InvalidFieldsError, NotFoundError for another's system.
        """
        if set(form["sections"]) - set(SECTIONS):
            raise InvalidFieldsError(fields=(FieldProblem("/sections", "unknown", "there is no such section"),))
        client, patient_id, now = self._client(actor, form), PersonId(form["patient_id"]), self._t.clock()
        source = form["from_organisation_id"] or ""
        key = keys.consent(patient_id, client["id"])
        wanted = [key, keys.card(patient_id), keys.barred(patient_id, client["id"])]
        wanted += [keys.barred(patient_id, actor.organisation_id), keys.organisation(source or "none")]
        rows = self._t.tables.get_many(wanted)
        self._check(actor, rows, wanted)
        if source and keys.organisation(source) not in rows:
            raise InvalidFieldsError(fields=(FieldProblem("/from_organisation_id", "unknown", "no such organisation"),))
        old, transfer_id = rows.get(key), self._t.gate.new_id()
        row: Item = {
            "id": transfer_id,
            "patient": patient_id,
            "organisation": actor.organisation_id,
            "from": source,
            "client": client["id"],
            "by": actor.person_id,
            "sections": sorted(form["sections"]),
            "purpose": form["purpose"],
            "at": stamp(now),
            "until": stamp(now + timedelta(days=form["days"])),
            "accepted": False,
            "ver": 1,
        }
        out: Item = {"patient": patient_id, "at": row["at"], "client": client["id"]}
        writes: list[Write] = [
            Put(keys.transfer(patient_id, transfer_id), row),
            Put(keys.transfer_out(actor.organisation_id, transfer_id), out),
        ]
        standing = consent_of(old)
        if standing is None or not standing.stands(now):
            to = Grantee(client["id"], client["id"], actor.organisation_id, "", client["role"])
            expect: Expected = {"ver": int(old["ver"])} if old else Expect.ABSENT
            version = int(old["ver"]) + 1 if old else 1
            line = self._t.gate.new_id()
            writes += consent_request(
                actor, patient_id, now, line, level=Level.FULL, sections=row["sections"], version=version,
                expect=expect, to=to,
            )  # fmt: skip
        event = Event(
            actor, "transfer:request", patient_id, resource_type="transfer", resource_id=transfer_id, purpose=PURPOSE
        )
        try:
            self._t.gate.commit([self._t.gate.stage(event)], writes)
        except ConflictError:
            raise StaleVersionError from None
        return self.one(actor, transfer_id)

    def _client(self, actor: Actor, form: Mapping[str, Any]) -> Item:
        """The system that will fetch it: the caller, or one of the caller's organisation, with a key to seal to."""
        client_id = actor.person_id if actor.is_partner else str(form["client_id"] or "none")
        client = self._t.tables.get(keys.client(client_id))
        fits = client is not None and client["state"] == "active" and client["role"] == Role.CLINICAL_SYSTEM.value
        if client is None or not fits or client["organisation"] != actor.organisation_id:
            problem = FieldProblem("/client_id", "unknown", "a clinical system of your organisation")
            raise InvalidFieldsError(fields=(problem,))
        if self._t.box.recipient_key(client["jwks"]) is None:
            problem = FieldProblem("/client_id", "keys", "it has no public key for encryption (use: enc)")
            raise InvalidFieldsError(fields=(problem,))
        return client

    def _check(self, actor: Actor, rows: Mapping[Any, Item], wanted: Sequence[Any]) -> None:
        card = rows.get(wanted[1])
        if card is not None and card["state"] == CardState.MERGED:
            raise CardMergedError(card["merged_into"])
        closed = card is None or card["state"] == CardState.ERASED or any(key in rows for key in wanted[2:4])
        if closed:
            self._t.gate.refuse(actor, "transfer:request", "no-card")
            raise ConsentRequiredError

    def listed(self, actor: Actor, limit: int, after: Item | None) -> tuple[list[Item], Item | None]:
        """What the own organisation asked for, oldest first."""
        self._t.gate.record(Event(actor, "transfer:list", actor.person_id if actor.is_staff else PersonId("sys")))
        page = self._t.tables.query(
            Store.CARD, keys.transfers_of(actor.organisation_id), keys.TRANSFERS_OUT, limit=limit, after=after
        )
        found = [(row["patient"], row["sk"].removeprefix(keys.TRANSFERS_OUT)) for row in page.items]
        rows = self._t.tables.get_many([keys.transfer(*one) for one in found])
        return [self._shown(row) for row in rows.values()], page.after

    def one(self, actor: Actor, transfer_id: str) -> Item:
        """Raises NotFoundError for another organisation's."""
        return self._shown(self.row(actor, transfer_id))

    def row(self, actor: Actor, transfer_id: str) -> Item:
        out = self._t.tables.get(keys.transfer_out(actor.organisation_id, transfer_id))
        row = self._t.tables.get(keys.transfer(out["patient"], transfer_id)) if out else None
        if row is None:
            raise NotFoundError
        return row

    def accept(self, actor: Actor, transfer_id: str, parts: int) -> Item:
        """The receiver has everything: signed by us, so both sides can show it. Repeatable.

        Raises WrongStateError where nothing was given yet.
        """
        row = self.row(actor, transfer_id)
        if row["client"] != actor.person_id:
            raise NotFoundError
        if not row["accepted"]:
            if self.state(row) is not State.GRANTED or "given_at" not in row:
                raise WrongStateError("there is nothing to accept", extra={"state": self.state(row).value})
            row = self._accepted(actor, row, parts)
        said = {"transfer": transfer_id, "aud": row["organisation"], "parts": int(row["parts"])}
        receipt = self._t.signer.issue({**said, "accepted_at": row["accepted_at"]}, purpose="transfer")
        return {**self._shown(row), "receipt": receipt}

    def _accepted(self, actor: Actor, row: Item, parts: int) -> Item:
        patient_id, now = PersonId(row["patient"]), self._t.clock()
        change: Item = {"accepted": True, "accepted_at": stamp(now), "parts": parts}
        event = Event(actor, "transfer:accept", patient_id, resource_type="transfer", resource_id=row["id"])
        writes: list[Write] = [
            Update(keys.transfer(patient_id, row["id"]), change, add={"ver": 1}, expect={"ver": int(row["ver"])}),
            happened(patient_id, self._t.gate.new_id(), TOLD, now),
        ]
        try:
            self._t.gate.commit([self._t.gate.stage(event)], writes)
        except ConflictError:
            raise StaleVersionError from None
        return {**row, **change, "ver": int(row["ver"]) + 1}

    # --- the patient

    def mine(self, actor: Actor) -> list[Item]:
        """Who asked for the card, and what became of it."""
        patient_id = actor.card_id
        self._t.gate.record(Event(actor, "transfer:list", patient_id, resource_type="transfer"))
        rows = every_row(self._t.tables, Store.CARD, keys.patient(patient_id), keys.TRANSFERS)
        return [self._shown(row) for row in rows]

    # --- pieces

    def state(self, row: Item) -> State:
        consent = consent_of(self._t.tables.get(keys.consent(row["patient"], row["client"])))
        return state_of(bool(row["accepted"]), datetime.fromisoformat(row["until"]), consent, self._t.clock())

    def _shown(self, row: Item) -> Item:
        names = ("id", "organisation", "client", "sections", "purpose", "at", "until")
        shown = {name: row[name] for name in names} | {"state": self.state(row).value, "version": int(row["ver"])}
        shown |= {"patient_id": row["patient"], "from_organisation": row["from"]}
        return shown | {name: row[name] for name in ("given_at", "accepted_at") if name in row}
