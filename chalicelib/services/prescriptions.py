"""The doctor's side of a prescription: issued under a signature, revoked, replaced (RX-1, RX-4).

Two rows tell its state, always written in one transaction: the record of the card, and ``RX#<hash of the code>`` that a
pharmacy finds it by (services/dispensing.py).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from chalicelib.domain.access import Action
from chalicelib.domain.idempotency import once
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.moments import stamp
from chalicelib.domain.names import full_name, same_name
from chalicelib.domain.prescriptions import (
    SIGNATORIES,
    State,
    expires_at,
    from_stamp,
    present_state,
    signed_content,
)
from chalicelib.domain.secrets import hash_secret
from chalicelib.errors import (
    ConflictError,
    FieldProblem,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
    WrongStateError,
)
from chalicelib.ports import Clock, Event, PatientKeys, Sealed, Signer, Vault, keys
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Check, Item, Put, Tables, Update, Write
from chalicelib.records.medication import PRESCRIPTION
from chalicelib.services.drafts import Draft, Drafts, put_new, put_next, written
from chalicelib.services.gate import Gate

EVENT_LIFETIME = timedelta(days=30)
SHOWN_TO_PHARMACY = ("occurred_at", "form", "validity", "drug", "dosage", "packs", "doctor_name")


@dataclass(frozen=True, slots=True)
class Stores:
    """What the process stands on; wired in bootstrap."""

    gate: Gate
    tables: Tables
    vault: Vault
    patient_keys: PatientKeys
    drafts: Drafts
    signer: Signer
    clock: Clock
    public_url: str


class PrescriptionService:
    def __init__(self, stores: Stores) -> None:
        self._s = stores

    # --- the doctor

    def issue(
        self, actor: Actor, patient_id: PersonId, body: Mapping[str, Any], key: str
    ) -> tuple[dict[str, Any], bool]:
        """Sign and store (RX-1). Returns the record without its code, and whether it was there already."""
        content, state, _ = self._signed(actor, body)
        draft = self._s.drafts.draft(
            actor, Action.CREATE, patient_id, PRESCRIPTION, self._s.gate.new_id(), content, version=1
        )
        writes = [put_new(_with_state(draft, state)), self._put_code(draft, state)]
        request = once(
            actor.person_id, "prescription:create", key, [patient_id, body], {"id": draft.row["id"], "version": 1}
        )
        stored = self._s.gate.commit([draft.staged], [*writes, self._s.patient_keys.alive(patient_id)], request)
        shown = {name: value for name, value in content.items() if name != "qr"}
        if stored is not None:
            return self._read_back(actor, patient_id, stored["id"]), True
        return {**written(draft, shown), "status": _status(state)}, False

    def _read_back(self, actor: Actor, patient_id: PersonId, record_id: str) -> dict[str, Any]:
        permit = self._s.gate.admit(actor, Action.READ, patient_id, PRESCRIPTION, record_id)
        row = self._row(patient_id, record_id)
        body = json.loads(self._s.vault.open(permit, _sealed(row)))
        body.pop("qr", None)
        draft = Draft(self._s.gate.stage(Event(actor, "prescription:read", patient_id)), row)
        return {**written(draft, body), "status": row["status"]}

    def replace(
        self, actor: Actor, patient_id: PersonId, record_id: str, body: Mapping[str, Any], version: int
    ) -> dict[str, Any]:
        """Change it before anything is dispensed (RX-4): a new version, a new code; the old code stops working."""
        old = self._s.tables.get(keys.record(patient_id, PRESCRIPTION.name, record_id))
        content, state, _ = self._signed(actor, body)
        draft = self._s.drafts.draft(
            actor, Action.AMEND, patient_id, PRESCRIPTION, record_id, content, version=version + 1, old=old
        )
        if old is None:
            raise NotFoundError
        if int(old["ver"]) != version:
            raise StaleVersionError(extra={"version": int(old["ver"])})
        code_row = self._code_row(old["rx"])
        self._must_be_active(code_row)
        if code_row["remaining"] != code_row["packs"]:
            raise WrongStateError("a part is dispensed already; revoke it and issue another")
        writes = [
            *put_next(_with_state(draft, state), old),
            self._put_code(draft, state),
            self._code_becomes(old["rx"], code_row, State.REPLACED),
            self._s.patient_keys.alive(patient_id),
        ]
        self._commit_state([draft.staged], writes)
        shown = {name: value for name, value in content.items() if name != "qr"}
        return {**written(draft, shown), "status": _status(state)}

    def revoke(self, actor: Actor, patient_id: PersonId, record_id: str, reason: str, version: int) -> dict[str, Any]:
        """RX-4: the code stops working with this transaction. ``reason`` is a word of the catalogue, not prose."""
        staged = self._s.gate.admit_change(
            actor, Action.REVOKE, patient_id, PRESCRIPTION, record_id, version=version
        ).saying(details={"why": reason})
        row = self._row(patient_id, record_id)
        if int(row["ver"]) != version:
            raise StaleVersionError(extra={"version": int(row["ver"])})
        code_row = self._code_row(row["rx"])
        self._must_be_active(code_row)
        status = {**row["status"], "state": State.REVOKED.value}
        writes = [
            self._code_becomes(row["rx"], code_row, State.REVOKED),
            Update(
                keys.record(patient_id, PRESCRIPTION.name, record_id),
                {"status": status},
                expect={"ver": int(row["ver"])},
            ),
            self._told(patient_id, record_id),
        ]
        self._commit_state([staged], writes)
        return {"id": record_id, "version": version, "status": status}

    def _own_name(self, actor: Actor, given: str) -> None:
        """RX-1: whoever signs signs under their own name. Raises InvalidFieldsError."""
        row = self._s.tables.get(keys.profile(actor.person_id))
        if row is None:
            raise NotFoundError
        permit = self._s.gate.permit_private(actor, actor.person_id, "profile", "profile", "prescription:sign")
        sealed = Sealed.of("profile", row)
        if not same_name(given, full_name(json.loads(self._s.vault.open(permit, sealed)))):
            raise InvalidFieldsError(fields=(FieldProblem("/doctor_name", "not-you", "sign under your own name"),))

    def _signed(self, actor: Actor, body: Mapping[str, Any]) -> tuple[dict[str, Any], Item, str]:
        """Body with its QR text, the state row of its code, and the code."""
        now = self._s.clock()
        end = expires_at(body["form"], body["validity"], now)
        if actor.role is Role.DOCTOR:  # everybody else is refused by the gate a moment later
            self._own_name(actor, body["doctor_name"])
        code = secrets.token_urlsafe(16)  # 128 random bits
        content = dict(body)
        token = self._s.signer.issue(
            signed_content(content, code=code, issued=now, expires=end), purpose="prescription"
        )
        content["qr"] = f"{self._s.public_url}/r/{code}#{token}"
        content["expires_at"] = stamp(end)
        state: Item = {
            "code": hash_secret(code),
            "state": State.ACTIVE.value,
            "expires_at": stamp(end),
            "packs": int(body["packs"]),
            "remaining": int(body["packs"]),
            "ver": 1,
            "signing": _signing(actor, body),
        }
        return content, state, code

    def _put_code(self, draft: Draft, state: Item) -> Write:
        row = {name: value for name, value in state.items() if name not in {"code", "signing"}}
        row |= {"patient": draft.row["patient"], "record": draft.row["id"], "record_ver": draft.row["ver"]}
        return Put(keys.prescription_code(state["code"]), row)

    # --- rows

    def _code_row(self, code_hash: str) -> Item:
        row = self._s.tables.get(keys.prescription_code(code_hash))
        if row is None:
            raise NotFoundError
        return row

    def _row(self, patient_id: PersonId, record_id: str) -> Item:
        row = self._s.tables.get(keys.record(patient_id, PRESCRIPTION.name, record_id))
        if row is None:
            raise NotFoundError
        return row

    def _must_be_active(self, code_row: Item) -> None:
        state = present_state(code_row["state"], from_stamp(code_row["expires_at"]), self._s.clock())
        if state is not State.ACTIVE:
            raise WrongStateError(f"the prescription is {state.value}", extra={"state": state.value})

    def _code_becomes(self, code_hash: str, row: Item, state: State) -> Write:
        return Update(
            keys.prescription_code(code_hash),
            {"state": state.value},
            add={"ver": 1},
            expect={"ver": int(row["ver"]), "state": State.ACTIVE.value},
        )

    def _told(self, patient_id: PersonId, record_id: str) -> Write:
        about = {"kind": PRESCRIPTION.name, "record": record_id}
        return happened(patient_id, self._s.gate.new_id(), "prescription_revoked", self._s.clock(), about)

    def _commit_state(self, staged: list[Any], writes: list[Write]) -> None:
        try:
            self._s.gate.commit(staged, writes)
        except ConflictError as error:
            if isinstance(writes[error.index], Check):
                raise
            raise StaleVersionError from None


def _with_state(draft: Draft, state: Item) -> Draft:
    return replace(draft, row={**draft.row, **state["signing"], "rx": state["code"], "status": _status(state)})


def _signing(actor: Actor, body: Mapping[str, Any]) -> Item:
    """Who signs the printed document (domain/issuing.py): the doctor, by the second factor of this session."""
    if actor.confirmed_at is None:
        return {}
    return {"confirmed_at": stamp(actor.confirmed_at), "signatories": list(SIGNATORIES[body["validity"]])}


def _status(state: Item) -> Item:
    return {"state": state["state"], "remaining": state["remaining"], "expires_at": state["expires_at"]}


def _sealed(row: Item) -> Sealed:
    return Sealed.of(row["id"], row)
