"""Many readings of a device at once.

All are checked before any is stored: one that is wrong is named by its number, and none is stored. What is right goes
in parts of ``PART``, each a transaction. The id of a record is made of the card, the device, the sign and the moment,
so that a repeated request, also one that broke off half-way, stores what is missing and nothing twice. A reading that
is there already stays as it is, for somebody may have corrected it since; the answer names those that stand with other
values than were sent now, so that no value of a device is lost in silence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID, uuid5

from chalicelib.domain.access import Action
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.occurred import impossible
from chalicelib.domain.vital_signs.rolls import day_of
from chalicelib.errors import ConflictError, FieldProblem, InvalidFieldsError
from chalicelib.ports import keys
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Item, Write
from chalicelib.records.observation import VITAL_SIGN
from chalicelib.services.drafts import put_new
from chalicelib.services.vital_signs.rows import Tools

MOST = 100
PART = 30
"""Records of a transaction of at most a hundred writes: each has an entry, and at worst a row to react to."""
NAMESPACE = UUID("6f0d6a52-6a0e-4c5c-9d4b-2d1f6c0f7a11")
"""Of ids of readings of devices (RFC 9562, version 5). Never change it: a device's old readings would come again."""

WATCH = "check_vital_sign"

Body = Mapping[str, Any]


class Devices:
    def __init__(self, tools: Tools) -> None:
        self._t = tools

    def take(self, actor: Actor, patient_id: PersonId, device: str, bodies: Sequence[Body]) -> dict[str, Any]:
        """``{"stored": n, "known": n, "records": [id …], "kept": […]}`` in the order of the readings.

        ``kept``: ``{"reading": its number, "record": id, "kept": "earlier"}`` for each that stands with other values or
        in another person's word: of that nothing is compared, for not everybody who may report may read.
        Raises InvalidFieldsError.
        """
        self._check(bodies)
        ids = [_id(patient_id, device, body) for body in bodies]
        wanted = dict(zip(ids, ({**body, "device": device} for body in bodies), strict=True))
        there = self._there(patient_id, ids)
        try:
            self._store(actor, patient_id, _missing(wanted, there))
        except ConflictError:  # somebody sent the same readings in this moment
            there = self._there(patient_id, ids)
            self._store(actor, patient_id, _missing(wanted, there))
        kept = [
            {"reading": number, "record": record, "kept": "earlier"}
            for number, record in enumerate(ids)
            if record in there and not self._says(actor, there[record], wanted[record])
        ]
        return {"stored": len(ids) - len(there), "known": len(there), "records": ids, "kept": kept}

    def _check(self, bodies: Sequence[Body]) -> None:
        now, seen = self._t.clock(), set()
        problems: list[FieldProblem] = []
        for number, body in enumerate(bodies):
            place, moment = f"/readings/{number}", datetime.fromisoformat(body["occurred_at"])
            if wrong := impossible("occurred_at", moment, now):
                problems.append(FieldProblem(place + wrong.field, wrong.code, wrong.message))
            elif (mark := _mark(body)) in seen:
                problems.append(FieldProblem(place, "twice", "two readings of one sign and moment"))
            else:
                seen.add(mark)
        if problems:
            raise InvalidFieldsError(fields=tuple(problems))

    def _there(self, patient_id: PersonId, ids: Sequence[str]) -> dict[str, Item]:
        rows = self._t.tables.get_many([keys.record(patient_id, VITAL_SIGN.name, record) for record in ids])
        return {row["id"]: row for row in rows.values()}

    def _says(self, actor: Actor, row: Item, body: Body) -> bool:
        """Whether a row holds this very body in the word of ``actor``; by its hash, and nothing is opened."""
        said: str = row["hash"]
        return row["person"] == actor.person_id and said == self._t.gate.content_hash(row["salt"], dict(body))

    def _store(self, actor: Actor, patient_id: PersonId, missing: Mapping[str, Body]) -> None:
        """One part after another, readings of one sign and day together; whoever may not write stores none."""
        if not missing:  # whether they are there is told to who may read them
            self._t.gate.admit(actor, Action.LIST, patient_id, VITAL_SIGN)
        drafts = self._t.drafts.several(actor, patient_id, VITAL_SIGN, missing)
        for start in range(0, len(drafts), PART):
            part = drafts[start : start + PART]
            for draft in part:
                draft.row["react"].remove(WATCH)  # they are watched together
            writes: list[Write] = [put_new(draft) for draft in part]
            groups = groupby(part, key=lambda draft: _group(missing[draft.row["id"]]))
            writes += [self._reaction(patient_id, [draft.row["id"] for draft in group]) for _, group in groups]
            self._t.gate.commit([draft.staged for draft in part], [*writes, self._t.patient_keys.alive(patient_id)])

    def _reaction(self, patient_id: PersonId, records: list[str]) -> Write:
        """One reaction for readings of one sign and day, in place of one for each."""
        new_id, now = self._t.gate.new_id(), self._t.clock()
        return happened(patient_id, new_id, "check_vital_signs", now, {"records": records})


def _missing(wanted: Mapping[str, Body], there: Mapping[str, Item]) -> dict[str, Body]:
    """Those of one sign and day together."""
    missing = {record: body for record, body in wanted.items() if record not in there}
    return dict(sorted(missing.items(), key=lambda pair: _group(pair[1])))


def _mark(body: Body) -> str:
    return f"{body['code']}#{stamp(datetime.fromisoformat(body['occurred_at']))}"


def _group(body: Body) -> tuple[str, str]:
    return str(body["code"]), day_of(datetime.fromisoformat(body["occurred_at"]))


def _id(patient_id: PersonId, device: str, body: Body) -> str:
    return str(uuid5(NAMESPACE, f"{patient_id}#{len(device)}#{device}#{_mark(body)}"))
