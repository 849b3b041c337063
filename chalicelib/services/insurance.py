"""An insurer's system: is this policy valid; and what became of the payment for a service (PRT-4).

What is asked leaves an entry in the person's journal, and the answer says nothing but yes or no. What is said of a
payment is sealed with the card, and the patient is told; the insurer sees nothing of the card by it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.domain.access import CardState
from chalicelib.domain.identifiers import normal_oms
from chalicelib.domain.identity import SYS, Actor, PersonId
from chalicelib.domain.insurance import newer, valid
from chalicelib.domain.moments import stamp
from chalicelib.domain.resource_ids import ResourceId, resource_id_of
from chalicelib.domain.sessions import task_for
from chalicelib.errors import ConflictError, ErasedError, InvalidFieldsError, NotFoundError, StaleVersionError
from chalicelib.ports import BlindIndex, Clock, Event, PatientKeys, Sealed, Vault, keys, plaintext
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Check, Expect, Expected, Item, Put, Store, Tables, every_row
from chalicelib.services.gate import Gate

KIND = "payment"
TOLD = "payment_changed"
OPEN_CARD: Item = {"state": CardState.ACTIVE.value}


class InsuranceService:
    def __init__(
        self, gate: Gate, tables: Tables, vault: Vault, patient_keys: PatientKeys, index: BlindIndex, clock: Clock
    ) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._keys = patient_keys
        self._index = index
        self._clock = clock

    def check(self, actor: Actor, number: str, birth_date: str) -> bool:
        """Whether the policy is valid, as far as it is known here. Nothing else is told."""
        return self._insured(actor, number, birth_date) is not None

    def _insured(self, actor: Actor, number: str, birth_date: str) -> PersonId | None:
        try:
            tag = self._index.tag("oms", normal_oms(number))
        except InvalidFieldsError:
            tag = ""
        row = self._tables.get(keys.blind_index("oms", tag)) if tag else None
        if row is None:
            self._gate.record(Event(actor, "policy:verify", SYS, resource_type="policy"))
            return None
        person_id = PersonId(row["person"])
        wanted = [keys.policy(person_id), keys.profile(person_id), keys.barred(person_id, actor.organisation_id)]
        rows = self._tables.get_many([*wanted, keys.barred(person_id, actor.person_id)])
        if wanted[0] not in rows or wanted[1] not in rows:
            return None
        barred = [key for key in rows if key not in wanted[:2]]
        try:
            policy = self._opened(actor, person_id, "policy", rows[wanted[0]])
            profile = self._opened(actor, person_id, "profile", rows[wanted[1]])
        except ErasedError:
            return None
        return person_id if valid(policy, profile, birth_date, barred) else None

    def _opened(self, actor: Actor, person_id: PersonId, kind: str, row: Item) -> dict[str, Any]:
        who = task_for("policy-check", actor)
        said = {"client": actor.person_id, "organisation": actor.organisation_id}
        permit = self._gate.permit_private(who, person_id, kind, kind, "policy:verify", details=said)
        opened: dict[str, Any] = json.loads(self._vault.open(permit, Sealed.of(kind, row)))
        return opened

    def report(self, actor: Actor, form: Mapping[str, Any]) -> tuple[Item, bool]:
        """What became of a payment, and whether it was news. ``form["service"]``: id of the resource that was paid for.

        Raises NotFoundError alike for a policy that is not valid, a service that is not there and one of somebody else;
        StaleVersionError.
        """
        person_id = self._insured(actor, form["oms_policy"], form["birth_date"])
        lies = resource_id_of(form["service"].rpartition("/")[2])
        if person_id is None or lies is None or lies.patient_id != person_id:
            raise NotFoundError
        key = keys.payment(person_id, lies.kind, lies.record_id, actor.person_id)
        record = keys.record(person_id, lies.kind, lies.record_id)
        rows = self._tables.get_many([key, record])
        if record not in rows:
            raise NotFoundError
        old = rows.get(key)
        if not newer(form["sequence"], old):
            return {"state": "unchanged", "sequence": int(old["sequence"]) if old else 0}, False
        self._stored(actor, person_id, lies, old, form)
        return {"state": "stored", "sequence": form["sequence"]}, True

    def _stored(
        self, actor: Actor, person_id: PersonId, lies: ResourceId, old: Item | None, form: Mapping[str, Any]
    ) -> None:
        now, version = self._clock(), int(old["ver"]) + 1 if old else 1
        payment_id = f"{lies.record_id}-{actor.person_id}"[:64]
        staged = self._gate.stage_private(actor, person_id, KIND, payment_id, "payment:report")
        content = {name: form[name] for name in ("state", "amount", "note") if form.get(name)}
        row: Item = {
            "id": payment_id,
            "kind": lies.kind,
            "record": lies.record_id,
            "client": actor.person_id,
            "organisation": actor.organisation_id,
            "sequence": form["sequence"],
            "sealed": self._vault.seal(staged.seal_with, version, plaintext(content)),
            "at": stamp(now),
            "ver": version,
        }
        expect: Expected = {"ver": version - 1} if old else Expect.ABSENT
        key = keys.payment(person_id, lies.kind, lies.record_id, actor.person_id)
        told = happened(person_id, self._gate.new_id(), TOLD, now, {"kind": lies.kind, "record": lies.record_id})
        writes = [Put(key, row, expect), told, Check(keys.card(person_id), OPEN_CARD), self._keys.alive(person_id)]
        try:
            self._gate.commit([staged], writes)
        except ConflictError:
            raise StaleVersionError from None

    def mine(self, actor: Actor) -> list[Item]:
        """What insurers said of payments for the own card's services."""
        patient_id = actor.card_id
        permit = self._gate.permit_private(actor, patient_id, KIND, None, "payment:list")
        found = []
        for row in every_row(self._tables, Store.CARD, keys.patient(patient_id), keys.PAYMENTS):
            content = json.loads(self._vault.open(permit, Sealed.of(row["id"], row)))
            names = ("kind", "record", "organisation", "at")
            found.append({**{name: row[name] for name in names}, **content})
        return found
