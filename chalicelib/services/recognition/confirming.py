"""A person's word about a draft: confirmed part by part it becomes a record as any other, once; or it is refused.

What stands in the record is what the person sent; the draft only says where each part of it comes from.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.access import Action
from chalicelib.domain.idempotency import once
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.links import LINKS
from chalicelib.domain.moments import stamp
from chalicelib.domain.recognition.confirmation import State, origins, unconfirmed
from chalicelib.errors import ConflictError, FieldProblem, InvalidFieldsError, WrongStateError
from chalicelib.ports import keys
from chalicelib.ports.tables import Item, Update, Write
from chalicelib.records.documents import ATTACHED_DOCUMENT
from chalicelib.records.registry import record_type
from chalicelib.records.shapes import validate
from chalicelib.records.spec import RecordType
from chalicelib.services.drafts import Drafts, put_new, written
from chalicelib.services.recognition.asking import KIND, Tools, opened, shown

Record = dict[str, Any]
Reader = Callable[[Actor, PersonId, RecordType, str], Record]


@dataclass(frozen=True, slots=True)
class Given:
    """What a person sends: the record's body, and pointers of its parts that they compared with the scan."""

    body: Mapping[str, Any]
    confirmed: Collection[str]


class ConfirmingService:
    def __init__(self, tools: Tools, drafts: Drafts, read: Reader) -> None:
        self._t = tools
        self._drafts = drafts
        self._read = read

    def confirm(
        self, actor: Actor, patient_id: PersonId, kind: str, recognition_id: str, given: Given, key: str
    ) -> tuple[Record, bool]:
        """Store the record once. Returns it, and whether it was there already.

        Raises InvalidFieldsError for each part that was not confirmed and for whatever the kind refuses,
        WrongStateError for a draft that was confirmed or refused, NotFoundError, and as the gate.
        """
        spec, record_id = record_type(kind), self._t.gate.new_id()
        permit = self._t.gate.admit_check(actor, patient_id, spec, (), "recognition:read", [KIND])[KIND]
        row = self._t.found(patient_id, kind, recognition_id)
        body = validate(spec.body, dict(given.body)).model_dump(mode="json")
        self._refuse_unconfirmed(body, given.confirmed)
        request = once(
            actor.person_id,
            "recognition:confirm",
            key,
            [patient_id, recognition_id, given.body, sorted(given.confirmed)],
            {"id": record_id},
        )
        if row["state"] not in {State.READY, State.CONFIRMED}:
            raise WrongStateError("there is no draft to confirm")
        body[LINKS] = [*(one for one in body.get(LINKS) or [] if one != _link(row)), _link(row)]
        read = opened(self._t.vault, permit, row)["body"]
        content = {**body, "provenance": self._provenance(actor, row, origins(read, body))}
        staged = self._t.gate.admit_change(actor, Action.CREATE, patient_id, spec, record_id, version=1)
        staged = staged.saying(details={**staged.event.details, "recognition": recognition_id, "file": row["upload"]})
        draft = self._drafts.sealed(actor, spec, staged, content, 1)
        changes: Item = {"state": State.CONFIRMED.value, "record": record_id, "react": []}
        ready: Item = {"state": State.READY.value}
        update = Update(keys.recognition(patient_id, recognition_id), changes, {"ver": 1}, expect=ready)
        writes: list[Write] = [update, put_new(draft), *draft.beside, self._t.patient_keys.alive(patient_id)]
        try:
            stored = self._t.gate.commit([draft.staged], writes, request)
        except ConflictError as error:
            if error.index == 0:
                raise WrongStateError("this draft was confirmed or refused") from None
            raise
        if stored is not None:
            return self._read(actor, patient_id, spec, stored["id"]), True
        return written(draft, body), False

    def refuse(
        self, actor: Actor, patient_id: PersonId, kind: str, recognition_id: str, reason: str, language: str
    ) -> Item:
        """Nothing of it enters the card; the draft stays to be looked at until it is due. Repeatable."""
        spec = record_type(kind)
        staged = self._t.gate.admit_change(actor, Action.CREATE, patient_id, spec, recognition_id, version=1)
        row = self._t.found(patient_id, kind, recognition_id)
        if row["state"] == State.REFUSED:
            return shown(row, language)
        if row["state"] not in {State.READY, State.FAILED}:
            raise WrongStateError("there is no draft to refuse")
        said = staged.saying(action="recognition:refuse", resource_type=KIND, reason=reason)
        changes: Item = {"state": State.REFUSED.value, "reason": reason, "react": []}
        as_seen: Item = {"ver": int(row["ver"])}
        update = Update(keys.recognition(patient_id, recognition_id), changes, {"ver": 1}, expect=as_seen)
        try:
            self._t.gate.commit([said], [update])
        except ConflictError:
            raise WrongStateError("it has just been changed; look again") from None
        return shown({**row, **changes, "ver": int(row["ver"]) + 1}, language)

    @staticmethod
    def _refuse_unconfirmed(body: Mapping[str, Any], confirmed: Collection[str]) -> None:
        wrong = [
            FieldProblem(f"/body{pointer}", "unconfirmed", "compare this with the scan and confirm it")
            for pointer in unconfirmed(body, confirmed)
        ]
        if wrong:
            raise InvalidFieldsError(fields=tuple(wrong))

    def _provenance(self, actor: Actor, row: Item, of_parts: Mapping[str, str]) -> dict[str, Any]:
        """Sealed with the record: which scan, what read it, who compared, and what of it they changed."""
        return {
            "recognition": row["id"],
            "document": row["document"],
            "file": row["upload"],
            "read_by": row["read_by"],
            "confirmed_by": actor.person_id,
            "confirmed_at": stamp(self._t.clock()),
            "parts": [{"field": pointer, "origin": origin} for pointer, origin in of_parts.items()],
        }


def _link(row: Item) -> dict[str, str]:
    return {"kind": ATTACHED_DOCUMENT.name, "id": row["document"]}
