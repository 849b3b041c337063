"""The family profile: a parent's children (SPC-1)."""

from __future__ import annotations

import json
from typing import Any

from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.representation import Right
from chalicelib.ports import Clock, Sealed, Vault, keys
from chalicelib.ports.access_rows import representation_of
from chalicelib.ports.tables import Item, Store, Tables
from chalicelib.services.gate import Gate


class FamilyService:
    def __init__(self, gate: Gate, tables: Tables, vault: Vault, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._clock = clock

    def mine(self, actor: Actor, limit: int, after: Item | None) -> tuple[list[Item], Item | None]:
        """One's children as they were registered; of a card's state only while one acts for the child."""
        person_id = actor.person_id
        permit = self._gate.permit_private(actor, person_id, "family", None, "family:list")
        found = self._tables.query(Store.CARD, keys.patient(person_id), keys.FAMILY, limit=limit, after=after)
        rows = self._tables.get_many(
            [key for row in found.items for key in (keys.card(row["id"]), keys.representation(row["id"], person_id))]
        )
        return [self._member(permit, row, person_id, rows) for row in found.items], found.after

    def _member(self, permit: Any, row: Item, person_id: PersonId, rows: dict[Any, Item]) -> Item:
        child_id = row["id"]
        sealed = Sealed.of(child_id, row)
        right = representation_of(rows.get(keys.representation(child_id, person_id)))
        acting = right is not None and right.has(Right.RECORDS, self._clock())
        member: Item = {
            "patient_id": child_id,
            "relation": row["relation"],
            "person": json.loads(self._vault.open(permit, sealed)),
            "acting": acting,
        }
        if right is not None and acting:  # from the 15th birthday on nothing about the card is told (ACC-8)
            member["card"] = rows.get(keys.card(child_id), {}).get("state", "none")
            member |= {"until": stamp(right.until)} if right.until else {}
        return member
