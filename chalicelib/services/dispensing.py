"""What a pharmacy does with the code of a prescription: verify, dispense; and what anybody may ask of it.

The row ``RX#<hash of the code>`` is what dispensing competes for: of two pharmacies that name the same version one
wins, the other gets a clear 409 with the present state (RX-3).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.domain.access import Action, CardState, Permit
from chalicelib.domain.idempotency import Once, once, same_request
from chalicelib.domain.identity import SYS, Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.prescriptions import State, after_dispensing, from_stamp, present_state, scanned_code
from chalicelib.domain.secrets import hash_secret
from chalicelib.errors import (
    ConflictError,
    DispensingConflictError,
    IdempotencyKeyReusedError,
    NotFoundError,
    NotSignedInError,
)
from chalicelib.ports import Clock, Event, PatientKeys, Sealed, Signer, Vault, keys
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Item, Put, Tables, Update, Write
from chalicelib.records.medication import PRESCRIPTION
from chalicelib.services.gate import Gate

SHOWN_TO_PHARMACY = ("occurred_at", "form", "validity", "drug", "dosage", "packs", "doctor_name")


@dataclass(frozen=True, slots=True)
class Counter:
    """What the counter of a pharmacy stands on; wired in bootstrap."""

    gate: Gate
    tables: Tables
    vault: Vault
    patient_keys: PatientKeys
    signer: Signer
    clock: Clock
    public_url: str


class DispensingService:
    def __init__(self, counter: Counter) -> None:
        self._s = counter

    def verify(self, actor: Actor, scanned: str) -> tuple[dict[str, Any], int]:
        """What the pharmacy may know of one prescription (RX-2), and the version that dispensing must name."""
        code, signature = self._scanned(actor, scanned)
        row = self._found(actor, code)
        permit = self._s.gate.admit_by_code(actor, PersonId(row["patient"]), PRESCRIPTION, row["record"])
        record = self._version(row)
        body = json.loads(self._s.vault.open(permit, Sealed.of(record["id"], record)))
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
            return self._repeat_or_conflict(request, code)
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

    def _repeat_or_conflict(self, request: Once, code: str) -> tuple[dict[str, Any], int]:
        """The version moved on: either this very request did it, or another pharmacy was first."""
        stored = self._s.tables.get(keys.idempotency(request.caller, request.operation, request.key_hash))
        if stored is None:
            raise self._lost(code)
        if not same_request(stored["fingerprint"], request):
            raise IdempotencyKeyReusedError
        return dict(stored["result"]), int(stored["result"]["version"])

    def _lost(self, code: str) -> DispensingConflictError:
        row = self._code_row(hash_secret(code))
        return DispensingConflictError(
            extra={"state": row["state"], "remaining": int(row["remaining"]), "version": int(row["ver"])}
        )

    def _dispensing_writes(
        self,
        actor: Actor,
        row: Item,
        code_hash: str,
        packs: int,
        pharmacist: dict[str, str],
        permit: Permit,
        result: Item,
    ) -> list[Write]:
        patient_id, record_id, number = PersonId(row["patient"]), row["record"], int(row["ver"])
        now = stamp(self._s.clock())
        content = {"packs": packs, "pharmacist": pharmacist, "pharmacy": actor.organisation_id, "at": now}
        sealed = self._s.vault.seal(permit, number, json.dumps(content, ensure_ascii=False).encode())
        about = {"kind": PRESCRIPTION.name, "record": record_id}
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
            happened(patient_id, self._s.gate.new_id(), "prescription_dispensed", self._s.clock(), about),
            self._s.patient_keys.alive(patient_id),
        ]

    def status(self, actor: Actor, scanned: str) -> dict[str, Any]:
        """For anybody who holds the code: state and end of validity, nothing of its content."""
        code, signature = self._scanned(actor, scanned)
        row = self._found(actor, code)
        card = self._s.tables.get(keys.card(row["patient"]))
        if card is None or card["state"] == CardState.ERASED:
            self._s.gate.record(Event(actor, "prescription:status", SYS, "error", resource_id=row["record"]))
            raise NotFoundError
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
