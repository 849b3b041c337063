"""A doctor is away (MSG-1): until when, and what whoever writes meanwhile is answered, once a thread and absence.

The text is the doctor's own, sealed under their key; the answer is a message of the thread, sealed under the patient's.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chalicelib.domain.chat import LONGEST_ABSENCE
from chalicelib.domain.identity import Actor, PersonId, system_actor
from chalicelib.domain.moments import stamp
from chalicelib.errors import (
    ConflictError,
    ErasedError,
    FieldProblem,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
)
from chalicelib.ports import Event, keys, plaintext
from chalicelib.ports.tables import Delete, Expect, Item, Put
from chalicelib.services.chat.tools import Room

ABSENCE, TASK = "absence", "away"
"""The sealed kind, and the task that answers."""


class Absences(Room):
    def set_absence(self, actor: Actor, until: datetime, text: str) -> dict[str, Any]:
        """From now on, in place of an earlier one. Raises InvalidFieldsError, StaleVersionError."""
        t, now, key = self._t, self._t.clock(), keys.absence(actor.member_id)
        if not now < until <= now + LONGEST_ABSENCE:
            raise InvalidFieldsError(fields=(FieldProblem("/until", "range", "within one year from now"),))
        old = t.tables.get(key)
        version = int(old["ver"]) + 1 if old else 1
        staged = t.gate.stage_private(
            actor, actor.person_id, ABSENCE, actor.member_id, "absence:set", resource_version=version
        )
        row: Item = {
            "id": t.gate.new_id(),
            "person": actor.person_id,
            "since": stamp(now),
            "until": stamp(until),
            "ver": version,
            "sealed": t.vault.seal(staged.seal_with, version, plaintext({"text": text})),
        }
        expect = {"id": old["id"]} if old else Expect.ABSENT
        try:
            t.gate.commit([staged], [Put(key, row, expect), t.patient_keys.alive(actor.person_id)])
        except ConflictError:
            raise StaleVersionError from None
        return {"since": row["since"], "until": row["until"], "text": text}

    def absence(self, actor: Actor) -> dict[str, Any]:
        """One's own. Raises NotFoundError."""
        row = self._absence(actor)
        permit = self._t.gate.permit_private(actor, actor.person_id, ABSENCE, actor.member_id, "absence:read")
        content = self._opened(permit, {**row, "id": actor.member_id})
        return {"since": row["since"], "until": row["until"], **content}

    def end_absence(self, actor: Actor) -> None:
        """Raises NotFoundError."""
        row = self._absence(actor)
        event = Event(actor, "absence:end", actor.person_id, resource_type=ABSENCE, resource_id=actor.member_id)
        try:
            self._t.gate.commit([self._t.gate.stage(event)], [Delete(keys.absence(actor.member_id), {"id": row["id"]})])
        except ConflictError:
            raise StaleVersionError from None

    def _absence(self, actor: Actor) -> Item:
        row = self._t.tables.get(keys.absence(actor.member_id))
        if row is None:
            raise NotFoundError
        return row

    def _told(self, doctor: PersonId, member_id: str, absence: Item) -> dict[str, Any]:
        """The text for a patient, by the task that answers; nothing of a doctor who left and was erased since."""
        try:
            permit = self._t.gate.permit_private(system_actor(TASK), doctor, ABSENCE, member_id, "absence:tell")
            return self._opened(permit, {**absence, "id": member_id})
        except ErasedError:
            return {}
