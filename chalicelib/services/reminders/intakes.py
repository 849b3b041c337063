"""What a person took, and what they left out, of what they are reminded of: one sealed row a day (APT-3, REC-7)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.domain.access import Action
from chalicelib.domain.idempotency import once
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.intakes import marked, may_mark
from chalicelib.domain.moments import local_day, stamp
from chalicelib.domain.reminders import wishes_of
from chalicelib.errors import ConflictError, FieldProblem, InvalidFieldsError, NotFoundError, StaleVersionError
from chalicelib.ports import Clock, PatientKeys, Sealed, Vault, keys, plaintext
from chalicelib.ports.tables import Check, Expect, Expected, Item, Put, Store, Tables, Write
from chalicelib.records.medication import MEDICATION_STATEMENT
from chalicelib.services.gate import Gate

KIND = "intakes"
TRIES = 3
"""Two telephones that mark at once write one row: the slower one adds to what the faster one wrote."""


class IntakeService:
    def __init__(self, gate: Gate, tables: Tables, vault: Vault, patient_keys: PatientKeys, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._keys = patient_keys
        self._clock = clock

    def mark(self, actor: Actor, form: Mapping[str, Any], key: str) -> tuple[dict[str, Any], bool]:
        """``form``: medication_statement, when (of the intake), state. A later word on the same intake replaces it.

        Returns the mark, and whether it was there already. NotFoundError for a statement that is not of the card,
        InvalidFieldsError for a moment too far off.
        """
        patient_id, now = PersonId(actor.card_id), self._clock()
        when = datetime.fromisoformat(form["when"])
        if not may_mark(when, now):
            raise InvalidFieldsError(fields=(FieldProblem("/when", "range", "from 7 days ago to 12 hours from now"),))
        statement = form["medication_statement"]
        self._gate.admit(actor, Action.READ, patient_id, MEDICATION_STATEMENT, statement)
        own = keys.record(patient_id, MEDICATION_STATEMENT.name, statement)
        rows = self._tables.get_many([own, keys.profile(patient_id)])
        if own not in rows:
            raise NotFoundError
        day = local_day(when, wishes_of(rows.get(keys.profile(patient_id))).zone).isoformat()
        mark = {**form, "when": stamp(when), "marked_at": stamp(now), "by": actor.role.value}
        for _ in range(TRIES):
            stored = self._marked(actor, patient_id, day, mark, (form, key))
            if stored is not None:
                return {**mark, "day": day}, stored
        raise StaleVersionError

    def _marked(
        self, actor: Actor, patient_id: PersonId, day: str, mark: Mapping[str, Any], request: tuple[Any, str]
    ) -> bool | None:
        """Whether it was stored before by the same request; None when the day's row changed meanwhile."""
        old = self._tables.get(keys.intakes(patient_id, day))
        version = int(old["ver"]) + 1 if old else 1
        before = []
        if old:
            permit = self._gate.permit_private(actor, patient_id, KIND, day, "intakes:read")
            before = json.loads(self._vault.open(permit, Sealed(day, int(old["ver"]), bytes(old["sealed"]))))["marks"]
        staged = self._gate.stage_private(actor, patient_id, KIND, day, "intakes:mark", resource_version=version)
        sealed = self._vault.seal(staged.seal_with, version, plaintext({"marks": marked(before, mark)}))
        row: Item = {"id": day, "patient": patient_id, "day": day, "ver": version, "sealed": sealed}
        expect: Expected = {"ver": version - 1} if old else Expect.ABSENT
        there = keys.record(patient_id, MEDICATION_STATEMENT.name, mark["medication_statement"])
        writes: list[Write] = [
            Put(keys.intakes(patient_id, day), row, expect),
            Check(there, Expect.PRESENT),
            self._keys.alive(patient_id),
        ]
        form, key = request
        asked = once(actor.person_id, "intakes:mark", key, [patient_id, dict(form)], {"day": day})
        try:
            return self._gate.commit([staged], writes, asked) is not None
        except ConflictError as error:
            if error.index == 0:
                return None
            raise

    def listed(self, actor: Actor, limit: int, after: Item | None) -> tuple[list[dict[str, Any]], Item | None]:
        """Days with marks, the newest first."""
        patient_id = PersonId(actor.card_id)
        permit = self._gate.admit(actor, Action.LIST, patient_id, MEDICATION_STATEMENT, opens=KIND)
        found = self._tables.query(
            Store.CARD, keys.patient(patient_id), keys.INTAKES, limit=limit, after=after, newest_first=True
        )
        days = []
        for row in found.items:
            sealed = Sealed(row["day"], int(row["ver"]), bytes(row["sealed"]))
            days.append({"day": row["day"], **json.loads(self._vault.open(permit, sealed))})
        return days, found.after
