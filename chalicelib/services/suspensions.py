"""Suspension of a card on its owner's application, and its end (SPC-7); each leaves a line with its reason, sealed."""

from __future__ import annotations

import json

from chalicelib.domain.access import CardState
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.suspensions import after
from chalicelib.errors import CardStateError, ConflictError, NotFoundError, WrongStateError
from chalicelib.ports import Clock, PatientKeys, Sealed, Vault, keys
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Item, Put, Store, Tables, Update, Write
from chalicelib.services.gate import Gate

NOTICES = {"suspend": "card_suspended", "lift": "card_resumed"}


class SuspensionService:
    def __init__(self, gate: Gate, tables: Tables, vault: Vault, patient_keys: PatientKeys, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._keys = patient_keys
        self._clock = clock

    def suspend(self, actor: Actor, reason: str) -> Item:
        """The owner suspends; at once. Raises CardStateError without a card, WrongStateError when it is not active."""
        return self._step("suspend", actor, actor.person_id, reason)

    def lift(self, actor: Actor, reason: str) -> Item:
        """The owner takes it back."""
        return self._step("lift", actor, actor.person_id, reason)

    def lift_for(self, actor: Actor, patient_id: PersonId, reason: str) -> Item:
        """A registrar lifts it on the owner's application; NotFoundError for a card that is not there."""
        if self._tables.get(keys.card(patient_id)) is None:
            raise NotFoundError
        return self._step("lift", actor, patient_id, reason)

    def history(self, actor: Actor, limit: int, after: Item | None) -> tuple[list[Item], Item | None]:
        """Every suspension and its end, newest first."""
        patient_id = actor.person_id
        permit = self._gate.permit_private(actor, patient_id, "suspension", None, "suspension:list")
        found = self._tables.query(
            Store.CARD, keys.patient(patient_id), keys.SUSPENSIONS, limit=limit, after=after, newest_first=True
        )
        lines = []
        for row in found.items:
            said = json.loads(self._vault.open(permit, Sealed(row["id"], 1, bytes(row["sealed"]))))
            lines.append({**{n: row[n] for n in ("id", "step", "role", "at")}, "reason": said["reason"]})
        return lines, found.after

    def _step(self, step: str, actor: Actor, patient_id: PersonId, reason: str) -> Item:
        card = self._tables.get(keys.card(patient_id))
        if card is None:
            raise CardStateError
        state = after(step, card["state"])
        now, line_id, version = self._clock(), self._gate.new_id(), int(card["ver"]) + 1
        staged = self._gate.stage_private(
            actor, patient_id, "suspension", line_id, f"card:{step}", resource_version=version
        )
        text = json.dumps({"reason": reason}, ensure_ascii=False).encode()
        line: Item = {
            "id": line_id,
            "step": step,
            "role": actor.role.value,
            "at": stamp(now),
            "ver": 1,
            "sealed": self._vault.seal(staged.seal_with, 1, text),
        }
        change: Item = {"state": state.value, "state_at": stamp(now)}
        writes: list[Write] = [
            Update(keys.card(patient_id), change, {"ver": 1}, expect={"ver": card["ver"], "state": card["state"]}),
            Put(keys.suspension(patient_id, line_id), line),
            self._keys.alive(patient_id),
            happened(patient_id, line_id, NOTICES[step], now),
        ]
        try:
            self._gate.commit([staged], writes)
        except ConflictError as error:
            if error.index == 0:
                raise WrongStateError("the card changed at the same moment") from None
            raise
        return {"patient_id": patient_id, "card": CardState(state).value, "at": stamp(now)}
