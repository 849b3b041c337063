"""The person's side of a case: file, look, bring documents, withdraw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from chalicelib.domain.cases import (
    MAX_PARTIES,
    CaseKind,
    CaseState,
    Prepared,
    Step,
    after,
    check_documents,
)
from chalicelib.domain.idempotency import Once, once, same_request
from chalicelib.domain.identity import Actor, system_actor
from chalicelib.domain.moments import stamp
from chalicelib.errors import AccessDeniedError, AlreadyExistsError, ConflictError, MedkartaError, WrongStateError
from chalicelib.ports import Event, keys, plaintext
from chalicelib.ports.reminder_rows import term_reminder
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Item, Put, Store, Write
from chalicelib.ports.upload_rows import check_usable, rows_of
from chalicelib.services.cases.tools import TASK, CaseTools, listed, shown
from chalicelib.services.gate import Staged


class Filing:
    def __init__(self, tools: CaseTools) -> None:
        self._t = tools

    def submit(
        self,
        actor: Actor,
        kind: CaseKind,
        form: dict[str, Any],
        documents: Mapping[str, Sequence[str]],
        idempotency_key: str,
    ) -> tuple[Item, bool]:
        """File a case; what was filed, and whether this is a repeat.

        Raises AccessDeniedError, AssuranceLevelError, InvalidFieldsError, AlreadyExistsError for a second open one,
        and what the effect of the kind raises.
        """
        t, patient_id = self._t, actor.card_id
        if actor.role not in kind.filed_by:
            t.gate.refuse(actor, "case:file", "role")
            raise AccessDeniedError
        t.level(actor, kind.level)
        named = check_documents(kind.slots, documents)
        said = {"patient": patient_id, "kind": kind.name, "form": form, "documents": named}
        wish = once(actor.person_id, "case-file", idempotency_key, said, {})
        try:
            check_usable(t.tables, patient_id, named)
            prepared = t.effects[kind.name].prepare(actor, form)
        except MedkartaError:  # the effect may refuse what the same request did when it came first
            earlier = self._earlier(wish)
            if earlier is None:
                raise
            return earlier, True
        return self._filed(actor, kind, named, prepared, wish)

    def _earlier(self, wish: Once) -> Item | None:
        """What this very request was answered before."""
        row = self._t.tables.get(keys.idempotency(wish.caller, wish.operation, wish.key_hash))
        return dict(row["result"]) if row is not None and same_request(row["fingerprint"], wish) else None

    def _filed(
        self, actor: Actor, kind: CaseKind, named: Mapping[str, Sequence[str]], prepared: Prepared, wish: Once
    ) -> tuple[Item, bool]:
        t, patient_id, case_id = self._t, actor.card_id, self._t.gate.new_id()
        details = {"kind": kind.name}
        filed = t.gate.stage_private(
            actor, patient_id, "case", case_id, "case:file", resource_version=1, details=details
        )
        content = plaintext(prepared.content)
        row = self._row(actor, kind, case_id, named, prepared) | {
            "sealed": t.vault.seal(filed.seal_with, 1, content),
        }
        asked, writes = self._opening(row, kind, prepared)
        result = {name: row[name] for name in ("kind", "state", "filed_at")} | {"case_id": case_id, "version": 1}
        try:
            earlier = t.gate.commit([filed, *asked], writes, replace(wish, result=result))
        except ConflictError as error:
            if error.index >= 0 and getattr(writes[error.index], "key", None) == keys.open_case(patient_id, kind.name):
                raise AlreadyExistsError("a case of this kind is open") from None
            raise
        return (result, False) if earlier is None else (earlier, True)

    def _row(
        self, actor: Actor, kind: CaseKind, case_id: str, named: Mapping[str, Sequence[str]], prepared: Prepared
    ) -> Item:
        now = stamp(self._t.clock())
        state = CaseState.AWAITING_PARTIES if prepared.parties else CaseState.SUBMITTED
        asked: Item = {"organisation": prepared.organisation} if prepared.organisation else {}
        if kind.term:
            asked["due"] = stamp(self._t.clock() + kind.term)
        return asked | {
            "id": case_id,
            "patient": actor.card_id,
            "kind": kind.name,
            "state": state.value,
            "ver": 1,
            "by": actor.person_id,
            "role": actor.role.value,
            "documents": {slot: list(uploads) for slot, uploads in named.items()},
            "parties": dict.fromkeys(prepared.parties, "asked"),
            "steps": [],
            "filed_at": now,
            "at": now,
        }

    def _opening(self, row: Item, kind: CaseKind, prepared: Prepared) -> tuple[list[Staged], list[Write]]:
        """Rows of a new case; each party has a line of their own, sealed under their keys, and is told."""
        t, now = self._t, self._t.clock()
        if len(prepared.parties) > MAX_PARTIES:
            raise WrongStateError("too many parties")
        writes: list[Write] = [Put(keys.case(row["patient"], row["id"]), row)]
        if kind.one_open:
            writes.append(Put(keys.open_case(row["patient"], kind.name), {"case": row["id"]}))
        if row["state"] == CaseState.SUBMITTED:
            writes.append(t.queued(row, kind))
        if "due" in row:
            writes += term_reminder(row, now)
        staged = []
        for party in prepared.parties:
            asking = t.gate.stage_private(system_actor(TASK), party, "case-request", row["id"], "case:ask-party")
            told = plaintext(prepared.told)
            line: Item = {
                "id": row["id"],
                "patient": row["patient"],
                "kind": kind.name,
                "state": "asked",
                "ver": 1,
                "at": stamp(now),
                "sealed": t.vault.seal(asking.seal_with, 1, told),
            }
            staged.append(asking)
            writes.append(Put(keys.case_request(party, row["patient"], row["id"]), line))
            writes.append(happened(party, t.gate.new_id(), "case_agreement_asked", now))
        return staged, writes

    # --- looking

    def mine(self, actor: Actor, limit: int, after_: Item | None) -> tuple[list[Item], Item | None]:
        """One's own cases, newest first."""
        self._t.gate.record(Event(actor, "case:list", actor.card_id))
        found = self._t.tables.query(
            Store.CARD, keys.patient(actor.card_id), keys.CASES, limit=limit, after=after_, newest_first=True
        )
        return [listed(row, self._t.clock()) for row in found.items], found.after

    def show_own(self, actor: Actor, case_id: str) -> Item:
        """The case with its form, its history, and what staff said last."""
        t = self._t
        row, _ = t.case(actor.card_id, case_id)
        permit = t.gate.permit_private(actor, actor.card_id, "case", case_id, "case:read")
        found = shown(row, rows_of(t.tables, actor.card_id, row["documents"]), t.clock())
        return {**found, "form": t.content(permit, row), "words": t.words(permit, row)}

    # --- going on

    def supply(self, actor: Actor, case_id: str, documents: Mapping[str, Sequence[str]]) -> Item:
        """Documents that staff asked for, in place of what stood in these slots."""
        t = self._t
        row, kind = t.case(actor.card_id, case_id)
        state = after(CaseState(row["state"]), Step.SUPPLY, kind.steps)
        named = check_documents(kind.slots, documents, whole=False)
        check_usable(t.tables, actor.card_id, named)
        staged = t.gate.stage(t.event(actor, row, Step.SUPPLY))
        merged = {**row["documents"], **named}
        writes = [t.moved(actor, row, Step.SUPPLY, state, {"documents": merged}), t.queued(row, kind)]
        t.commit([staged], writes)
        return {"case_id": case_id, "state": state.value, "version": int(row["ver"]) + 1}

    def withdraw(self, actor: Actor, case_id: str) -> Item:
        """Take an open case back; what its effect holds is released."""
        t = self._t
        row, kind = t.case(actor.card_id, case_id)
        state = after(CaseState(row["state"]), Step.WITHDRAW, kind.steps)
        staged, writes = t.released(actor, row, kind)
        own = [t.moved(actor, row, Step.WITHDRAW, state, {}), *t.closed(row, kind)]
        t.commit([t.gate.stage(t.event(actor, row, Step.WITHDRAW)), *staged], [*own, *writes])
        return {"case_id": case_id, "state": state.value, "version": int(row["ver"]) + 1}

    def receive(self, actor: Actor, case_id: str) -> Item:
        """What was asked for has come: the case is closed. Staff may say so too, when it is handed over."""
        t = self._t
        row, kind = t.case(actor.card_id, case_id)
        state = after(CaseState(row["state"]), Step.RECEIVE, kind.steps)
        own = [t.moved(actor, row, Step.RECEIVE, state, {}), *t.closed(row, kind)]
        t.commit([t.gate.stage(t.event(actor, row, Step.RECEIVE))], own)
        return {"case_id": case_id, "state": state.value, "version": int(row["ver"]) + 1}
