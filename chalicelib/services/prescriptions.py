"""The life of a prescription: issued under a signature, shown by code, dispensed in parts, revoked, replaced.

Two rows tell its state, always written in one transaction: the record of the card, and ``RX#<hash of the code>`` that a
pharmacy finds it by. The latter's version is what dispensing competes for (RX-3).
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
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.prescriptions import (
    State,
    after_dispensing,
    expires_at,
    from_stamp,
    present_state,
    scanned_code,
    signed_content,
)
from chalicelib.domain.secrets import hash_secret
from chalicelib.errors import (
    ConflictError,
    DispensingConflictError,
    NotFoundError,
    NotSignedInError,
    StaleVersionError,
    WrongStateError,
)
from chalicelib.ports import Clock, Event, PatientKeys, Sealed, Signer, Vault, keys
from chalicelib.ports.tables import Check, Item, Put, Tables, Update, Write
from chalicelib.records.medication import PRESCRIPTION
from chalicelib.services.drafts import Draft, Drafts, put_new, put_next, written
from chalicelib.services.gate import SYS, Gate

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
        content, state, _ = self._signed(body)
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
        old = self._row(patient_id, record_id)
        content, state, _ = self._signed(body)
        draft = self._s.drafts.draft(
            actor, Action.AMEND, patient_id, PRESCRIPTION, record_id, content, version=version + 1, old=old
        )
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
            self._event(patient_id, record_id, "prescription_revoked"),
        ]
        self._commit_state([staged], writes)
        return {"id": record_id, "version": version, "status": status}

    def _signed(self, body: Mapping[str, Any]) -> tuple[dict[str, Any], Item, str]:
        """Body with its QR text, the state row of its code, and the code."""
        now = self._s.clock()
        end = expires_at(body["form"], body["validity"], now)
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
        }
        return content, state, code

    def _put_code(self, draft: Draft, state: Item) -> Write:
        row = {name: value for name, value in state.items() if name != "code"}
        row |= {"patient": draft.row["patient"], "record": draft.row["id"], "record_ver": draft.row["ver"]}
        return Put(keys.prescription_code(state["code"]), row)

    # --- the pharmacy

    def verify(self, actor: Actor, scanned: str) -> tuple[dict[str, Any], int]:
        """What the pharmacy may know of one prescription (RX-2), and the version that dispensing must name."""
        code, signature = self._scanned(actor, scanned)
        row = self._found(actor, code)
        permit = self._s.gate.admit_by_code(actor, PersonId(row["patient"]), PRESCRIPTION, row["record"])
        record = self._version(row)
        body = json.loads(self._s.vault.open(permit, _sealed(record)))
        state = present_state(row["state"], from_stamp(row["expires_at"]), self._s.clock())
        shown = {name: body[name] for name in SHOWN_TO_PHARMACY if name in body}
        return {
            "prescription_id": row["record"],
            "state": state.value,
            "valid": state is State.ACTIVE,
            "signature": self._signature(signature, code),
            "expires_at": row["expires_at"],
            "packs": int(row["packs"]),
            "remaining": int(row["remaining"]),
            "issued_by_organisation": record["organisation"],
            **shown,
        }, int(row["ver"])

    def dispense(
        self, actor: Actor, scanned: str, packs: int, pharmacist: Mapping[str, str], version: int, key: str
    ) -> tuple[dict[str, Any], int]:
        """Hand out ``packs`` (RX-3). Of two pharmacies that name the same version one wins, the other gets 409."""
        code, _ = self._scanned(actor, scanned)
        row = self._found(actor, code)
        patient_id, record_id = PersonId(row["patient"]), row["record"]
        number = int(row["ver"])
        staged = self._s.gate.admit_change(
            actor,
            Action.DISPENSE,
            patient_id,
            PRESCRIPTION,
            record_id,
            version=number,
            seals="dispensing",
            code_presented=True,
        ).saying(details={"packs": packs, "pharmacist": pharmacist["name"]})
        request = once(actor.person_id, "prescription:dispense", key, [code, packs, pharmacist, version], {})
        if number != version:
            return self._repeat_or_conflict(staged_request=request, row=row, code=code)
        state, left = after_dispensing(
            row["state"], from_stamp(row["expires_at"]), self._s.clock(), int(row["remaining"]), packs
        )
        result = {"state": state.value, "remaining": left, "version": number + 1, "dispensed": packs}
        writes = self._dispensing_writes(
            actor, row, hash_secret(code), packs, dict(pharmacist), staged.seal_with, result
        )
        try:
            stored = self._s.gate.commit([staged], writes, replace(request, result=result))
        except ConflictError as error:
            if error.index == 0:
                raise self._lost(code) from None
            raise
        done = stored or result
        return dict(done), int(done["version"])

    def _repeat_or_conflict(self, staged_request: Any, row: Item, code: str) -> tuple[dict[str, Any], int]:
        """The version moved on: either this very request did it, or another pharmacy was first."""
        stored = self._s.tables.get(
            keys.idempotency(staged_request.caller, staged_request.operation, staged_request.key_hash)
        )
        if stored is not None and stored["fingerprint"] == staged_request.fingerprint:
            return dict(stored["result"]), int(stored["result"]["version"])
        raise self._lost(code)

    def _lost(self, code: str) -> DispensingConflictError:
        row = self._code_row(hash_secret(code))
        return DispensingConflictError(
            extra={"state": row["state"], "remaining": int(row["remaining"]), "version": int(row["ver"])}
        )

    def _dispensing_writes(
        self, actor: Actor, row: Item, code_hash: str, packs: int, pharmacist: dict[str, str], permit: Any, result: Item
    ) -> list[Write]:
        patient_id, record_id, number = PersonId(row["patient"]), row["record"], int(row["ver"])
        now = stamp(self._s.clock())
        content = {"packs": packs, "pharmacist": pharmacist, "pharmacy": actor.organisation_id, "at": now}
        sealed = self._s.vault.seal(permit, number, json.dumps(content, ensure_ascii=False).encode())
        status = {"state": result["state"], "remaining": result["remaining"], "expires_at": row["expires_at"]}
        return [
            Update(
                keys.prescription_code(code_hash),
                {"state": result["state"], "remaining": result["remaining"]},
                add={"ver": 1},
                expect={"ver": number, "state": State.ACTIVE.value},
            ),
            Update(keys.record(patient_id, PRESCRIPTION.name, record_id), {"status": status}),
            Put(
                keys.dispensing(patient_id, record_id, number),
                {"sealed": sealed, "ver": number, "at": now, "pharmacy": actor.organisation_id},
            ),
            self._event(patient_id, record_id, "prescription_dispensed"),
            self._s.patient_keys.alive(patient_id),
        ]

    def status(self, actor: Actor, scanned: str) -> dict[str, Any]:
        """For anybody who holds the code: state and end of validity, nothing of its content."""
        code, signature = self._scanned(actor, scanned)
        row = self._found(actor, code)
        self._s.gate.record(Event(actor, "prescription:status", PersonId(row["patient"]), resource_id=row["record"]))
        state = present_state(row["state"], from_stamp(row["expires_at"]), self._s.clock())
        return {
            "state": state.value,
            "valid": state is State.ACTIVE,
            "expires_at": row["expires_at"],
            "signature": self._signature(signature, code),
        }

    # --- rows

    def _scanned(self, actor: Actor, scanned: str) -> tuple[str, str]:
        try:
            return scanned_code(scanned, self._s.public_url)
        except NotFoundError:
            self._s.gate.record(Event(actor, "prescription:unknown-code", SYS, outcome="denied"))
            raise

    def _found(self, actor: Actor, code: str) -> Item:
        row = self._s.tables.get(keys.prescription_code(hash_secret(code)))
        if row is None:
            self._s.gate.record(Event(actor, "prescription:unknown-code", SYS, outcome="denied"))
            raise NotFoundError
        return row

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

    def _version(self, code_row: Item) -> Item:
        """The record's version that this code was made for; a replaced code still shows what it was."""
        patient_id, record_id, number = code_row["patient"], code_row["record"], int(code_row["record_ver"])
        row = self._row(PersonId(patient_id), record_id)
        if int(row["ver"]) == number:
            return row
        earlier = self._s.tables.get(keys.record_version(patient_id, PRESCRIPTION.name, record_id, number))
        if earlier is None:
            raise NotFoundError
        return earlier

    def _signature(self, token: str, code: str) -> str:
        if not token:
            return "absent"
        try:
            claims = self._s.signer.verify(token, purpose="prescription")
        except NotSignedInError:
            return "invalid"
        return "valid" if claims.get("id") == code else "invalid"

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

    def _event(self, patient_id: PersonId, record_id: str, reaction: str) -> Write:
        now = self._s.clock()
        event_id = self._s.gate.new_id()
        row: Item = {
            "id": event_id,
            "patient": patient_id,
            "kind": PRESCRIPTION.name,
            "record": record_id,
            "ver": 1,
            "at": stamp(now),
            "react": [reaction],
            "expires": int((now + EVENT_LIFETIME).timestamp()),
        }
        return Put(keys.event(patient_id, event_id), row)

    def _commit_state(self, staged: list[Any], writes: list[Write]) -> None:
        try:
            self._s.gate.commit(staged, writes)
        except ConflictError as error:
            if isinstance(writes[error.index], Check):
                raise
            raise StaleVersionError from None


def _with_state(draft: Draft, state: Item) -> Draft:
    return replace(draft, row={**draft.row, "rx": state["code"], "status": _status(state)})


def _status(state: Item) -> Item:
    return {"state": state["state"], "remaining": state["remaining"], "expires_at": state["expires_at"]}


def _sealed(row: Item) -> Sealed:
    return Sealed(row["id"], int(row["ver"]), bytes(row["sealed"]))
