"""Drafts that a doctor makes from a result (REC-12): made by the rows of domain/results/suggestions.py, then edited.

A draft is no record: it is sealed, the doctor who made it sees it alone and while the patient lets them, it may be
incomplete, and it ends by itself after 30 days. What was corrected in the result since makes it stale: whoever saves it
anew has looked.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.access import Action, Permit
from chalicelib.domain.idempotency import once
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.names import full_name
from chalicelib.domain.results import suggestions
from chalicelib.domain.results.comparison import Comparison, Result, Wish, compare
from chalicelib.domain.results.points import Patient
from chalicelib.domain.results.suggestions import Ground
from chalicelib.errors import (
    ConflictError,
    FieldProblem,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
    WrongStateError,
)
from chalicelib.ports import Clock, PatientKeys, Sealed, Vault, keys, plaintext
from chalicelib.ports.code_sets import CodeSets
from chalicelib.ports.record_rows import newest
from chalicelib.ports.tables import Delete, Item, Key, Put, Store, Tables, Write
from chalicelib.records.laboratory import LABORATORY_RESULT
from chalicelib.records.medication import PRESCRIPTION
from chalicelib.records.orders import LABORATORY_ORDER, PLANNED_STUDY, REFERRAL
from chalicelib.records.registry import record_type
from chalicelib.records.results import RESULT_DRAFT
from chalicelib.records.shapes import MISSING, validate
from chalicelib.services.gate import Gate, Staged

DRAFTED = (PRESCRIPTION.name, REFERRAL.name, PLANNED_STUDY.name, LABORATORY_ORDER.name)
LIFETIME = timedelta(days=30)
MOST = 100
LAST = 20
"""Newest prescriptions on the card that are looked at for one of the doctor's own."""


@dataclass(frozen=True, slots=True)
class Tools:
    gate: Gate
    tables: Tables
    vault: Vault
    patient_keys: PatientKeys
    sets: CodeSets
    clock: Clock


@dataclass(frozen=True, slots=True)
class Opened:
    """A draft as it is stored, and what is sealed in it: ``body`` and ``suggested``."""

    row: Item
    content: dict[str, Any]

    def shown(self) -> dict[str, Any]:
        """``missing``: pointers of mandatory fields that are not filled in."""
        row, body = self.row, self.content["body"]
        return {
            "id": row["id"],
            "kind": row["kind"],
            "result": row["result"],
            "version": int(row["ver"]),
            "created_at": row["created_at"],
            "updated_at": row["updated_at"],
            "ends_at": stamp(datetime.fromisoformat(row["created_at"]) + LIFETIME),
            "missing": [problem.field for problem in problems(row["kind"], body)],
            "suggested": self.content["suggested"],
            "body": body,
        }


class Drafting:
    def __init__(self, tools: Tools) -> None:
        self._t = tools

    def make(
        self, actor: Actor, patient_id: PersonId, form: Mapping[str, Any], key: str, language: str
    ) -> tuple[list[dict[str, Any]], bool]:
        """A draft of each kind that is asked for, once per idempotency key.

        ``form``: record_id of the result, kinds, and perhaps the diagnosis. Raises NotFoundError for a result that is
        not there, WrongStateError for one that was withdrawn.
        """
        permits = self._t.gate.admit_check(
            actor, patient_id, RESULT_DRAFT, [LABORATORY_RESULT, PRESCRIPTION], "result-draft:prepare", ["profile"]
        )
        row = self._t.tables.get(keys.record(patient_id, LABORATORY_RESULT.name, form["record_id"]))
        if row is None:
            raise NotFoundError
        found = self._compared(permits, row)
        ground = suggestions.ground(found, self._t.clock(), self._name(actor), form.get("diagnosis"), language)
        bodies = {kind: self._body(actor, kind, ground, permits.get(PRESCRIPTION.name)) for kind in form["kinds"]}
        used = suggestions.used(ground)
        ids = [self._t.gate.new_id() for _ in bodies]
        staged = self._t.gate.admit_changes(actor, Action.CREATE, patient_id, RESULT_DRAFT, ids)
        made = [
            self._sealed(one, actor, kind, row, {"body": body, "suggested": used})
            for one, (kind, body) in zip(staged, bodies.items(), strict=True)
        ]
        writes: list[Write] = [Put(place(patient_id, actor, str(one.row["id"])), one.row) for one in made]
        request = once(f"{actor.person_id}", "result-draft:create", key, [patient_id, dict(form)], {"ids": ids})
        stored = self._t.gate.commit(staged, [*writes, self._t.patient_keys.alive(patient_id)], request)
        if stored is None:
            return [one.shown() for one in made], False
        return [one for one in self.listed(actor, patient_id) if one["id"] in stored["ids"]], True

    def listed(self, actor: Actor, patient_id: PersonId) -> list[dict[str, Any]]:
        """The doctor's own on this card, oldest first, at most ``MOST``."""
        permit = self._t.gate.admit(actor, Action.LIST, patient_id, RESULT_DRAFT)
        found = self._t.tables.query(
            Store.CARD, keys.patient(patient_id), keys.result_drafts(actor.person_id), limit=MOST
        )
        return [self.opened(permit, row).shown() for row in found.items if self.lives(row)]

    def edit(
        self, actor: Actor, patient_id: PersonId, draft_id: str, body: Mapping[str, Any], version: int
    ) -> dict[str, Any]:
        """Put ``body`` in the place of the draft's. Fields may be missing; what is there is right.

        Raises InvalidFieldsError, NotFoundError, StaleVersionError.
        """
        staged = self._t.gate.admit_change(actor, Action.AMEND, patient_id, RESULT_DRAFT, draft_id, version=version + 1)
        old = self.row(patient_id, actor, draft_id)
        if old is None:
            raise NotFoundError
        if int(old["ver"]) != version:
            raise StaleVersionError(extra={"version": int(old["ver"])})
        body = json.loads(json.dumps(dict(body), default=str))  # numbers with a fraction came as decimals
        wrong = tuple(problem for problem in problems(old["kind"], body) if problem.code != MISSING)
        if wrong:
            raise InvalidFieldsError(fields=wrong)
        result = self._t.tables.get(keys.record(patient_id, LABORATORY_RESULT.name, old["result"]))
        if result is None:  # it left the card when a merge was undone
            raise NotFoundError
        before = self.opened(self._t.gate.admit(actor, Action.READ, patient_id, RESULT_DRAFT, draft_id), old)
        made = self._sealed(staged, actor, old["kind"], result, {**before.content, "body": body}, old)
        put = Put(place(patient_id, actor, draft_id), made.row, {"ver": version})
        try:
            self._t.gate.commit([staged], [put, self._t.patient_keys.alive(patient_id)])
        except ConflictError as error:
            if error.index == 0:
                raise StaleVersionError from None
            raise
        return made.shown()

    def discard(self, actor: Actor, patient_id: PersonId, draft_id: str) -> None:
        """Repeatable."""
        staged = self._t.gate.admit_change(actor, Action.REVOKE, patient_id, RESULT_DRAFT, draft_id, version=1)
        self._t.gate.commit([staged], [Delete(place(patient_id, actor, draft_id))])

    # --- pieces

    def row(self, patient_id: PersonId, actor: Actor, draft_id: str) -> Item | None:
        """A draft of this doctor that has not ended."""
        row = self._t.tables.get(place(patient_id, actor, draft_id))
        return row if row is not None and self.lives(row) else None

    def lives(self, row: Item) -> bool:
        """The store removes what has ended, some time later."""
        return int(row["expires"]) > int(self._t.clock().timestamp())

    def opened(self, permit: Permit, row: Item) -> Opened:
        return Opened(row, json.loads(self._t.vault.open(permit, Sealed.of(row["id"], row))))

    def _compared(self, permits: Mapping[str, Permit], row: Item) -> Comparison:
        """The one result, its ranges held against the patient."""
        body = json.loads(self._t.vault.open(permits[LABORATORY_RESULT.name], Sealed.of(row["id"], row)))
        result = Result(row["id"], int(row["ver"]), body, withdrawn="status" in row)
        if not result.stands:
            raise WrongStateError("the result was withdrawn")
        profile = self._profile(PersonId(row["patient"]))
        patient = json.loads(self._t.vault.open(permits["profile"], Sealed.of("profile", profile)))
        return compare([result], Wish((), "", self._t.sets("analytes")), Patient.of(patient))

    def _name(self, actor: Actor) -> str:
        row = self._profile(actor.person_id)
        permit = self._t.gate.permit_private(actor, actor.person_id, "profile", "profile", "result-draft:name")
        return full_name(json.loads(self._t.vault.open(permit, Sealed.of("profile", row))))

    def _profile(self, person_id: PersonId) -> Item:
        row = self._t.tables.get(keys.profile(person_id))
        if row is None:
            raise NotFoundError
        return row

    def _body(self, actor: Actor, kind: str, ground: Ground, prescriptions: Permit | None) -> dict[str, Any]:
        makers = {
            REFERRAL.name: lambda: suggestions.referral(ground),
            PLANNED_STUDY.name: lambda: suggestions.planned_study(ground),
            LABORATORY_ORDER.name: lambda: suggestions.laboratory_order(ground, self._t.sets("analytes")),
            PRESCRIPTION.name: lambda: suggestions.prescription(ground, self._last(actor, ground, prescriptions)),
        }
        return makers[kind]()

    def _last(self, actor: Actor, ground: Ground, permit: Permit | None) -> dict[str, Any] | None:
        """What this doctor prescribed last for the diagnosis; nobody else's word, and none without a diagnosis."""
        if permit is None or permit.summary_only or ground.diagnosis is None:
            return None
        for row in newest(self._t.tables, permit.patient_id, PRESCRIPTION.name, LAST).items:
            if row["person"] != actor.person_id:
                continue
            body: dict[str, Any] = json.loads(self._t.vault.open(permit, Sealed.of(row["id"], row)))
            if (body.get("diagnosis") or {}).get("code") == ground.diagnosis["code"]:
                return body
        return None

    def _sealed(
        self,
        staged: Staged,
        actor: Actor,
        kind: str,
        result: Item,
        content: dict[str, Any],
        old: Item | None = None,
    ) -> Opened:
        now = self._t.clock()
        created = str(old["created_at"]) if old else stamp(now)
        version = int(old["ver"]) + 1 if old else 1
        row: Item = {
            "id": staged.seal_with.record_id or "",
            "patient": staged.seal_with.patient_id,
            "person": actor.person_id,
            "kind": kind,
            "result": result["id"],
            "result_ver": int(result["ver"]),
            "ver": version,
            "created_at": created,
            "updated_at": stamp(now),
            "expires": int((datetime.fromisoformat(created) + LIFETIME).timestamp()),
            "sealed": self._t.vault.seal(staged.seal_with, version, plaintext(content)),
        }
        return Opened(row, content)


def place(patient_id: PersonId, actor: Actor, draft_id: str) -> Key:
    return keys.result_draft(patient_id, actor.person_id, draft_id)


def problems(kind: str, body: Mapping[str, Any]) -> Sequence[FieldProblem]:
    """What the model of a kind says is wrong of a body."""
    try:
        validate(record_type(kind).body, dict(body))
    except InvalidFieldsError as error:
        return error.fields
    return ()
