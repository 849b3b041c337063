"""A prescription issued under a signature, revoked, replaced (RX-1, RX-4).

Two rows tell its state, always written in one transaction: the record of the card, and ``RX#<hash of the code>`` that a
pharmacy finds it by (services/dispensing/).
"""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.domain.access import Action
from chalicelib.domain.idempotency import Once, once, same_request
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.moments import stamp
from chalicelib.domain.names import full_name, same_name
from chalicelib.domain.prescribing import Alert
from chalicelib.domain.prescription_forms import checked
from chalicelib.domain.prescriptions import MAX_SCANNED, SIGNATORIES, State, from_stamp, present_state, signed_content
from chalicelib.domain.secrets import hash_secret
from chalicelib.errors import (
    ConflictError,
    FieldProblem,
    IdempotencyKeyReusedError,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
    WrongStateError,
)
from chalicelib.ports import Clock, Event, PatientKeys, Sealed, Signer, Vault, keys
from chalicelib.ports.prescription_rows import expiry_moment, expiry_reminder, no_expiry_reminder
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Check, Item, Put, Tables, Update, Write
from chalicelib.records.medication import PRESCRIPTION
from chalicelib.services.drafts import Draft, Drafts, put_new, put_next, written
from chalicelib.services.gate import Gate
from chalicelib.services.prescriptions.checking import PrescribingChecks, shown


@dataclass(frozen=True, slots=True)
class Stores:
    """What the process stands on; wired in bootstrap."""

    gate: Gate
    tables: Tables
    vault: Vault
    patient_keys: PatientKeys
    drafts: Drafts
    signer: Signer
    checks: PrescribingChecks
    clock: Clock
    public_url: str


@dataclass(frozen=True, slots=True)
class Signed:
    """What the doctor signed: the body as it is stored, the state row of its code, and what its entry says more."""

    content: dict[str, Any]
    state: Item
    expires: datetime
    details: Mapping[str, str | int]

    @property
    def shown(self) -> dict[str, Any]:
        """The body without its code, which is the patient's."""
        return {name: value for name, value in self.content.items() if name != "qr"}


class PrescriptionService:
    def __init__(self, stores: Stores) -> None:
        self._s = stores

    # --- the doctor

    def issue(
        self,
        actor: Actor,
        patient_id: PersonId,
        body: Mapping[str, Any],
        key: str,
        *,
        record_id: str = "",
        beside: Sequence[Write] = (),
    ) -> tuple[dict[str, Any], bool]:
        """Check, sign and store (RX-1). Returns the record without its code, and whether it was there already.

        ``record_id``: the id that it is to have; ``beside``: what is to be written in the same transaction (a draft
        that it comes from goes).

        Raises InvalidFieldsError by the rules of the form, PrescribingWarningsError unless the override answers all.
        """
        request = once(actor.person_id, "prescription:create", key, [patient_id, body], {})
        stored = self._stored(request)
        if stored is not None:  # before the warnings: it would be a duplicate of itself
            return self._read_back(actor, patient_id, stored["id"]), True
        signed = self._signed(actor, patient_id, body)
        draft = self._draft(actor, Action.CREATE, patient_id, record_id or self._s.gate.new_id(), signed, version=1)
        writes = [put_new(draft), *self._put_code(draft, signed), self._s.patient_keys.alive(patient_id), *beside]
        request = replace(request, result={"id": draft.row["id"], "version": 1})
        stored = self._s.gate.commit([draft.staged], writes, request)
        if stored is not None:
            return self._read_back(actor, patient_id, stored["id"]), True
        return {**written(draft, signed.shown), "status": _status(signed.state)}, False

    def _stored(self, request: Once) -> Item | None:
        """The result of the same request, if it took effect before. Raises IdempotencyKeyReusedError."""
        row = self._s.tables.get(keys.idempotency(request.caller, request.operation, request.key_hash))
        if row is None:
            return None
        if not same_request(row["fingerprint"], request):
            raise IdempotencyKeyReusedError
        return dict(row["result"])

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
        signed = self._signed(actor, patient_id, body, replaced=record_id)
        draft = self._draft(actor, Action.AMEND, patient_id, record_id, signed, version=version + 1, old=old)
        if old is None:
            raise NotFoundError
        if int(old["ver"]) != version:
            raise StaleVersionError(extra={"version": int(old["ver"])})
        code_row = self._code_row(old["rx"])
        self._must_be_active(code_row)
        if code_row["remaining"] != code_row["packs"]:
            raise WrongStateError("a part is dispensed already; revoke it and issue another")
        writes = [
            *put_next(draft, old),
            *self._put_code(draft, signed, first=int(code_row["ver"]) + 1),
            self._code_becomes(old["rx"], code_row, State.REPLACED),
            no_expiry_reminder(patient_id, old["rx"]),
            self._s.patient_keys.alive(patient_id),
        ]
        self._commit_state([draft.staged], writes)
        return {**written(draft, signed.shown), "status": _status(signed.state)}

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
            no_expiry_reminder(patient_id, row["rx"]),
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

    def _signed(self, actor: Actor, patient_id: PersonId, body: Mapping[str, Any], replaced: str = "") -> Signed:
        """Body with its QR text, the state row of its code, and the hash of what was signed for the entry."""
        now = self._s.clock()
        edition, end = checked({**body, "drugs": self._s.checks.coded(body["drugs"])}, now)
        if actor.role is Role.DOCTOR:  # everybody else is refused by the gate a moment later
            self._own_name(actor, body["doctor_name"])
        alerts = self._s.checks.answered(actor, patient_id, body["drugs"], body.get("override"), replaced)
        code = secrets.token_urlsafe(16)  # 128 random bits
        claims = signed_content(body, code=code, issued=now, expires=end)
        token = self._s.signer.issue(claims, purpose="prescription")
        qr = f"{self._s.public_url}/r/{code}#{token}"
        if len(qr) > MAX_SCANNED:
            raise InvalidFieldsError(fields=(FieldProblem("/drugs", "too-long", "too much text for one QR code"),))
        content = {**body, "edition": edition, "expires_at": end.isoformat(), "qr": qr, "warnings": shown(alerts)}
        packs = [int(drug["packs"]) for drug in body["drugs"]]
        state: Item = {
            "code": hash_secret(code),
            "state": State.ACTIVE.value,
            "expires_at": stamp(end),
            "packs": packs,
            "remaining": packs,
            "signing": _signing(actor, body),
        }
        signature = b64encode(hashlib.sha256(token.encode()).digest()).decode()
        return Signed(content, state, end, {"signed": signature, **_answers(body, alerts)})

    def _draft(
        self,
        actor: Actor,
        action: Action,
        patient_id: PersonId,
        record_id: str,
        signed: Signed,
        *,
        version: int,
        old: Item | None = None,
    ) -> Draft:
        made = self._s.drafts.draft(
            actor, action, patient_id, PRESCRIPTION, record_id, signed.content, version=version, old=old
        )
        staged = made.staged.saying(details={**made.staged.event.details, **signed.details})
        row = {**made.row, **signed.state["signing"], "rx": signed.state["code"], "status": _status(signed.state)}
        return Draft(staged, row)

    def _put_code(self, draft: Draft, signed: Signed, first: int = 1) -> list[Write]:
        """The row that a pharmacy finds, and the one that has the patient told before the end (RX-5).

        ``first``: its version. Dispensings of a prescription are numbered by it, so a new code goes on where the one
        that it replaces ended.
        """
        code, validity = signed.state["code"], signed.content["validity"]
        row = {name: value for name, value in signed.state.items() if name not in {"code", "signing"}}
        row |= {
            "patient": draft.row["patient"],
            "record": draft.row["id"],
            "record_ver": draft.row["ver"],
            "ver": first,
        }
        due = expiry_moment(validity, signed.expires)
        return [
            Put(keys.prescription_code(code), row),
            *expiry_reminder(row["patient"], code, row["record"], due, self._s.clock()),
        ]

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


def _answers(body: Mapping[str, Any], alerts: Sequence[Alert]) -> dict[str, str]:
    """Warnings that were overridden and why, by their words alone."""
    override = body.get("override")
    codes = sorted({one.code for one in alerts})
    said = {"warnings": " ".join(codes)} if codes else {}
    return {**said, "override": override["reason"]} if override and codes else said


def _signing(actor: Actor, body: Mapping[str, Any]) -> Item:
    """Who signs the printed document (domain/issuing.py): the doctor, by the second factor of this session."""
    if actor.confirmed_at is None:
        return {}
    return {"confirmed_at": stamp(actor.confirmed_at), "signatories": list(SIGNATORIES[body["validity"]])}


def _status(state: Item) -> Item:
    return {"state": state["state"], "remaining": state["remaining"], "expires_at": state["expires_at"]}


def _sealed(row: Item) -> Sealed:
    return Sealed.of(row["id"], row)
