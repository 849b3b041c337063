"""The counter of a pharmacy.

The row ``RX#<hash of the code>`` is what dispensing competes for: of two pharmacies that name the same version one
wins, the other gets a clear 409 with the present state (RX-3). Dispensings are rows that are added and never changed: a
reversal is one more row, and the code's row says which are taken back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.domain.access import Action, CardState
from chalicelib.domain.idempotency import Once, once, same_request
from chalicelib.domain.identity import SYS, Actor
from chalicelib.domain.moments import stamp
from chalicelib.domain.prescriptions import (
    ON_THE_CODE,
    Part,
    State,
    after_dispensing,
    after_reversal,
    from_stamp,
    standing,
)
from chalicelib.errors import (
    ConflictError,
    DispensingConflictError,
    IdempotencyKeyReusedError,
    NotFoundError,
    NotYourDispensingError,
)
from chalicelib.ports import Event, Sealed, keys, plaintext
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Item, Put, Update, Write
from chalicelib.records.medication import PRESCRIPTION
from chalicelib.services.dispensing.scanning import Counter, Scanned, Scanner
from chalicelib.services.gate import Staged

SHOWN = ("occurred_at", "form", "validity", "doctor_name")
REVERSING = "prescription:reverse-dispensing"


@dataclass(frozen=True, slots=True)
class Handed:
    """One dispensing or reversal: what the code's row becomes, the row that is added, and which event is told."""

    state: State
    left: list[int]
    row: Item
    sealed: Mapping[str, Any]
    event: str
    expect: Item
    changes: Item


class DispensingService:
    def __init__(self, counter: Counter) -> None:
        self._s = counter
        self._scanner = Scanner(counter)

    def verify(self, actor: Actor, text: str) -> tuple[dict[str, Any], int]:
        """What the pharmacy may know of one prescription (RX-2), and the version that dispensing must name."""
        scanned = self._scanner.scan(actor, text)
        row, state = scanned.row, self._scanner.state(scanned.row)
        permit = self._s.gate.admit_by_code(
            actor, scanned.patient_id, PRESCRIPTION, scanned.record_id, details={"state": state.value}
        )
        record, card = self._scanner.version(row)
        body = json.loads(self._s.vault.open(permit, Sealed.of(record["id"], record)))
        period = (body.get("special_purpose") or {}).get("dispensing_period")
        return {
            "prescription_id": scanned.record_id,
            **standing(state, card),
            "signature": scanned.signature,
            "expires_at": row["expires_at"],
            "issued_by_organisation": record["organisation"],
            **{name: body[name] for name in SHOWN if name in body},
            **({"dispensing_period": period} if period else {}),
            "drugs": _drugs(body, scanned.remaining),
        }, scanned.version

    def dispense(
        self, actor: Actor, text: str, parts: Sequence[Part], pharmacist: Mapping[str, str], version: int, key: str
    ) -> tuple[dict[str, Any], int]:
        """Hand out parts (RX-3). Of two pharmacies that name the same version one wins, the other gets 409.

        Returns ``state``, ``remaining`` packs of each drug, ``version``, and ``dispensing``: its number.
        """
        scanned = self._scanner.scan(actor, text)
        request = once(actor.person_id, "prescription:dispense", key, [text, parts, pharmacist, version], {})
        packs = sum(part["packs"] for part in parts)
        staged = self._admitted(actor, scanned).saying(details={"packs": packs, "pharmacist": pharmacist["name"]})
        if scanned.version != version:
            return self._repeat_or_conflict(request, scanned)
        state, left = after_dispensing(
            scanned.row["state"], from_stamp(scanned.row["expires_at"]), self._s.clock(), scanned.remaining, parts
        )
        handed = Handed(
            state,
            left,
            row={"drugs": [dict(part) for part in parts]},
            sealed={"pharmacist": dict(pharmacist)},
            event="prescription_dispensed",
            expect={"state": State.ACTIVE.value},
            changes={},
        )
        return self._stored(staged, scanned, handed, request)

    def reverse(
        self, actor: Actor, text: str, number: int, reason: str, version: int, key: str
    ) -> tuple[dict[str, Any], int]:
        """Take back dispensing ``number``, a mistake: the same pharmacy, within a day. Returns as ``dispense``.

        Raises NotFoundError, NotYourDispensingError, ReversalTooLateError, AlreadyReversedError,
        DispensingConflictError.
        """
        scanned = self._scanner.scan(actor, text)
        request = once(actor.person_id, "prescription:reverse", key, [text, number, reason, version], {})
        staged = self._admitted(actor, scanned).saying(action=REVERSING, details={"why": reason, "dispensing": number})
        if scanned.version != version:
            return self._repeat_or_conflict(request, scanned)
        old = self._own(actor, scanned, number)
        parts = [{name: int(value) for name, value in part.items()} for part in old["drugs"]]
        state, left = after_reversal(
            scanned.row["state"],
            scanned.remaining,
            parts,
            at=from_stamp(old["at"]),
            now=self._s.clock(),
            reversed_before=number in scanned.reversed,
        )
        handed = Handed(
            state,
            left,
            row={"drugs": parts, "reverses": number, "reason": reason},
            sealed={},
            event="prescription_dispensing_reversed",
            expect={"state": scanned.row["state"]},
            changes={"reversed": [*scanned.reversed, number]},
        )
        return self._stored(staged, scanned, handed, request)

    def status(self, actor: Actor, text: str) -> dict[str, Any]:
        """For anybody who holds the code: state and end of validity, nothing of its content."""
        scanned = self._scanner.scan(actor, text)
        card = self._s.tables.get(keys.card(scanned.patient_id))
        if card is None or card["state"] == CardState.ERASED:
            self._s.gate.record(Event(actor, "prescription:status", SYS, "error", resource_id=scanned.record_id))
            raise NotFoundError
        self._s.gate.record(Event(actor, "prescription:status", scanned.patient_id, resource_id=scanned.record_id))
        state = self._scanner.state(scanned.row)
        return {
            **standing(state, str(card["state"])),
            "expires_at": scanned.row["expires_at"],
            "signature": scanned.signature,
        }

    # --- one dispensing or reversal

    def _admitted(self, actor: Actor, scanned: Scanned) -> Staged:
        return self._s.gate.admit_change(
            actor,
            Action.DISPENSE,
            scanned.patient_id,
            PRESCRIPTION,
            scanned.record_id,
            version=scanned.version,
            seals="dispensing",
            code_presented=True,
        )

    def _own(self, actor: Actor, scanned: Scanned, number: int) -> Item:
        """A dispensing of this very pharmacy. Raises NotFoundError, NotYourDispensingError."""
        old = self._s.tables.get(keys.dispensing(scanned.patient_id, scanned.record_id, number))
        if old is None or "reverses" in old:
            raise NotFoundError
        if old["pharmacy"] != actor.organisation_id:
            refused = Event(actor, REVERSING, scanned.patient_id, "denied", PRESCRIPTION.name, scanned.record_id)
            self._s.gate.record(replace(refused, reason=NotYourDispensingError.code))
            raise NotYourDispensingError
        return old

    def _stored(self, staged: Staged, scanned: Scanned, handed: Handed, request: Once) -> tuple[dict[str, Any], int]:
        number = scanned.version
        result: Item = {
            "state": handed.state.value,
            "remaining": handed.left,
            "version": number + 1,
            "dispensing": number,
        }
        try:
            stored = self._s.gate.commit(
                [staged], self._writes(staged, scanned, handed), replace(request, result=result)
            )
        except ConflictError as error:
            if error.index == 0:
                raise self._lost(scanned.code_hash) from None
            raise
        return _answer(stored or result)

    def _writes(self, staged: Staged, scanned: Scanned, handed: Handed) -> list[Write]:
        patient_id, record_id, number = scanned.patient_id, scanned.record_id, scanned.version
        now = self._s.clock()
        count: Item = {"state": handed.state.value, "remaining": handed.left}
        content = {**handed.sealed, **handed.row, "pharmacy": staged.event.actor.organisation_id, "at": stamp(now)}
        row: Item = {
            **handed.row,
            "sealed": self._s.vault.seal(staged.seal_with, number, plaintext(content)),
            "ver": number,
            "at": stamp(now),
            "pharmacy": staged.event.actor.organisation_id,
        }
        about = {"kind": PRESCRIPTION.name, "record": record_id}
        return [
            Update(
                keys.prescription_code(scanned.code_hash),
                {**count, **handed.changes},
                add={"ver": 1},
                expect={"ver": number, **handed.expect},
            ),
            Update(
                keys.record(patient_id, PRESCRIPTION.name, record_id),
                {"status": {**count, "expires_at": scanned.row["expires_at"]}},
            ),
            Put(keys.dispensing(patient_id, record_id, number), row),
            happened(patient_id, self._s.gate.new_id(), handed.event, now, about),
            self._s.patient_keys.alive(patient_id),
        ]

    def _repeat_or_conflict(self, request: Once, scanned: Scanned) -> tuple[dict[str, Any], int]:
        """The version moved on: either this very request did it, or another pharmacy was first."""
        stored = self._s.tables.get(keys.idempotency(request.caller, request.operation, request.key_hash))
        if stored is None:
            raise self._lost(scanned.code_hash)
        if not same_request(stored["fingerprint"], request):
            raise IdempotencyKeyReusedError
        return _answer(stored["result"])

    def _lost(self, code_hash: str) -> DispensingConflictError:
        row = self._scanner.again(code_hash)
        left = [int(packs) for packs in row["remaining"]]
        return DispensingConflictError(extra={"state": row["state"], "remaining": left, "version": int(row["ver"])})


def _drugs(body: Mapping[str, Any], remaining: Sequence[int]) -> list[dict[str, Any]]:
    """Each drug with its number on the prescription and the packs that are left."""
    return [
        {"line": line, **{name: drug[name] for name in ON_THE_CODE if drug.get(name)}, "remaining": left}
        for line, (drug, left) in enumerate(zip(body["drugs"], remaining, strict=True), start=1)
    ]


def _answer(result: Item) -> tuple[dict[str, Any], int]:
    """A result as it came from the store or was just made, and its version."""
    numbers = {name: int(result[name]) for name in ("version", "dispensing")}
    left = [int(packs) for packs in result["remaining"]]
    return {"state": result["state"], "remaining": left, **numbers}, numbers["version"]
