"""A draft becomes a record by one action (REC-12).

The record gets the draft's id and stands in one transaction with the end of the draft, so of two acceptances one makes
it and the other finds it. Who may write such a record is decided then, not when the draft was made; a prescription is
signed, with its warnings and a fresh second factor, by its own process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.domain.access import Action
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.errors import (
    ConflictError,
    IdempotencyKeyReusedError,
    NotFoundError,
    StaleVersionError,
    WrongStateError,
)
from chalicelib.ports import keys
from chalicelib.ports.results import Issue
from chalicelib.ports.tables import Check, Delete, Item, Key, Write
from chalicelib.records.laboratory import LABORATORY_RESULT
from chalicelib.records.registry import record_type
from chalicelib.records.results import RESULT_DRAFT
from chalicelib.records.shapes import validate
from chalicelib.records.spec import RecordType
from chalicelib.services.drafts import Drafts, put_new, written
from chalicelib.services.results.drafting import DRAFTED, Drafting, Tools, place

Read = Callable[[Actor, PersonId, RecordType, str], dict[str, Any]]
"""One record, for who may read it (services/records.py)."""
Made = tuple[dict[str, Any], bool]


class Accepting:
    def __init__(
        self, tools: Tools, drafting: Drafting, drafts: Drafts, issuers: Mapping[str, Issue], read: Read
    ) -> None:
        """``issuers``: by the process of a kind (``RecordType.process``)."""
        self._t = tools
        self._drafting = drafting
        self._drafts = drafts
        self._issuers = issuers
        self._read = read

    def accept(self, actor: Actor, patient_id: PersonId, draft_id: str) -> Made:
        """The record, and whether it was there already.

        Raises InvalidFieldsError while something is missing, WrongStateError when the result was corrected since the
        draft was saved, StaleVersionError when the draft changes at this moment, and what writing such a record raises.
        """
        permit = self._t.gate.admit(actor, Action.READ, patient_id, RESULT_DRAFT, draft_id)
        row = self._drafting.row(patient_id, actor, draft_id)
        if row is None:
            return self._accepted(actor, patient_id, draft_id), True
        spec = record_type(row["kind"])
        body = self._drafting.opened(permit, row).content["body"]
        body = validate(spec.body, {**body, "occurred_at": self._t.clock().isoformat()}).model_dump(mode="json")
        try:
            return self._store(actor, patient_id, spec, row, body)
        except (ConflictError, IdempotencyKeyReusedError) as error:
            return self._after(actor, patient_id, row, error), True

    def _store(self, actor: Actor, patient_id: PersonId, spec: RecordType, row: Item, body: dict[str, Any]) -> Made:
        draft_id = str(row["id"])
        beside: list[Write] = [
            Delete(place(patient_id, actor, draft_id), {"ver": int(row["ver"])}),
            Check(_result(patient_id, row), {"ver": int(row["result_ver"])}),
        ]
        if spec.process is not None:
            self._t.gate.fresh(actor)
            return self._issuers[spec.process](actor, patient_id, body, draft_id, record_id=draft_id, beside=beside)
        draft = self._drafts.draft(actor, Action.CREATE, patient_id, spec, draft_id, body, version=1)
        self._t.gate.commit([draft.staged], [put_new(draft), *beside, self._t.patient_keys.alive(patient_id)])
        return written(draft, body), False

    def _accepted(self, actor: Actor, patient_id: PersonId, draft_id: str) -> dict[str, Any]:
        """The record that came of the draft before. NotFoundError for none, or another doctor's."""
        places = {kind: keys.record(patient_id, kind, draft_id) for kind in DRAFTED}
        rows = self._t.tables.get_many(list(places.values()))
        for kind, key in places.items():
            if key in rows and rows[key]["person"] == actor.person_id:
                return self._read(actor, patient_id, record_type(kind), draft_id)
        raise NotFoundError

    def _after(self, actor: Actor, patient_id: PersonId, row: Item, error: Exception) -> dict[str, Any]:
        """Why it was not stored: somebody was faster, the draft was changed, or the result was."""
        draft, result = place(patient_id, actor, row["id"]), _result(patient_id, row)
        now = self._t.tables.get_many([draft, result])
        if draft not in now:
            return self._accepted(actor, patient_id, str(row["id"]))
        if int(now[draft]["ver"]) != int(row["ver"]):
            raise StaleVersionError from None
        if result not in now or int(now[result]["ver"]) != int(row["result_ver"]):
            raise WrongStateError("the result was corrected since: look at it, and save the draft again") from None
        raise error


def _result(patient_id: PersonId, row: Item) -> Key:
    return keys.record(patient_id, LABORATORY_RESULT.name, row["result"])
