"""What is entered is checked against code sets and the card (REC-14): when it is stored, and while one types.

``refuse`` stands between the gate's yes and the sealing (services/drafts.py). ``look`` stores nothing and asks no
card: it says of a form that is half filled in what is missing, what is wrong, and what may be meant.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from chalicelib.domain.attachments import faults, hook, named
from chalicelib.domain.coded import Finding, Linked, Place, examine
from chalicelib.domain.entry_templates.checks import gap_problems
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.occurred import impossible
from chalicelib.errors import FieldProblem, GapsLeftError, InvalidFieldsError
from chalicelib.ports import Clock, keys
from chalicelib.ports.code_sets import CodeSets
from chalicelib.ports.tables import Tables, Write
from chalicelib.ports.upload_rows import hung, rows_of_files
from chalicelib.records.places import model_of, places
from chalicelib.records.spec import RecordType

MOST_LOOKED_AT = 1000
"""Marked places: a result of 200 values has three in each. A body of junk has thousands, and its model refuses it."""


class EntryCheckService:
    """Implements ``ports.code_sets.EntryCheck``."""

    def __init__(self, sets: CodeSets, tables: Tables, clock: Clock) -> None:
        self._sets = sets
        self._tables = tables
        self._clock = clock

    def refuse(
        self, patient_id: PersonId, spec: RecordType, body: Mapping[str, Any], wrong: Sequence[FieldProblem] = ()
    ) -> None:
        """Raises InvalidFieldsError, with codes that may be meant in ``near``, by field; GapsLeftError where a template
        left a gap. Links cost one batch read.
        """
        marked = list(places(model_of(spec.body), body)) if spec.body else []
        refused = examine(marked, self._sets, _day(spec, body), hints=False)
        fields = [FieldProblem(found.field, found.code, found.message) for found in refused]
        fields += [*self._links(patient_id, marked), *wrong]
        left = gap_problems(body)
        if fields or left:
            near = {found.field: [row.code for row in found.near] for found in refused if found.near}
            error = GapsLeftError if left else InvalidFieldsError
            raise error(fields=(*left, *fields), extra={"near": near} if near else None)

    def _links(self, patient_id: PersonId, marked: Sequence[Place]) -> list[FieldProblem]:
        """A link leads to a record of the same card; another card's looks like none at all."""
        wanted = {
            place.pointer: keys.record(patient_id, place.beside.get(place.mark.kind, ""), place.value)
            for place in marked
            if isinstance(place.mark, Linked)
        }
        if not wanted:
            return []
        there = self._tables.get_many(list(dict.fromkeys(wanted.values())))
        missing = [pointer for pointer, key in wanted.items() if key not in there]
        return [FieldProblem(pointer, "not-on-card", "this card has no such record") for pointer in missing]

    def files(
        self, actor: Actor, patient_id: PersonId, spec: RecordType, record_id: str, body: Mapping[str, Any]
    ) -> tuple[list[FieldProblem], list[Write]]:
        """One batch read where the body names files, none otherwise."""
        uploads = named(spec.files, body)
        if not uploads:
            return [], []
        found = rows_of_files(self._tables, patient_id, uploads)
        here = hook(spec.name, record_id)
        rows = {upload_id: row for upload_id, (_, row) in found.items()}
        wrong = [
            FieldProblem(f"/{spec.files}/{place}/upload_id", *said)
            for place, said in faults(actor, spec.name, here, uploads, rows)
        ]
        fresh = [one for one in found.values() if one[1].get("attached") != here]
        return wrong, [] if wrong else [hung(key, row, here) for key, row in fresh]

    def look(self, spec: RecordType, body: Mapping[str, Any], shape: Sequence[FieldProblem]) -> dict[str, Any]:
        """Problems, hints and suggestions of a body that is perhaps partial. ``shape``: what its model says is wrong.

        ``{"storable": bool, "problems": [...], "hints": [...]}``; each with field, code, message, message_ru
        and, where there are, ``code_set`` and ``suggestions``. Whether links lead to records shows when it is stored.
        """
        marked = list(islice(places(model_of(spec.body), body), MOST_LOOKED_AT))
        found = examine(marked, self._sets, _day(spec, body))
        when = _when(spec, body, self._clock())
        told = {problem.field for problem in shape}
        problems = [problem.shown() for problem in (*shape, *([when] if when else []))]
        problems += [problem.shown() for problem in gap_problems(body)]
        problems += [_shown(finding) for finding in found if finding.refused and finding.field not in told]
        hints = [_shown(finding) for finding in found if not finding.refused and finding.field not in told]
        return {"storable": not problems, "problems": problems, "hints": hints}


def _moment(spec: RecordType, body: Mapping[str, Any]) -> datetime | None:
    """The record's own moment, where a partial body has one that can be read."""
    try:
        moment = datetime.fromisoformat(str(body.get(spec.occurred, "")))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _day(spec: RecordType, body: Mapping[str, Any]) -> str:
    """Codes are judged by the day of the record; without one, as if it were far ahead: today's codes alone."""
    moment = _moment(spec, body)
    return moment.date().isoformat() if moment else "9999-12-31"


def _when(spec: RecordType, body: Mapping[str, Any], now: datetime) -> FieldProblem | None:
    moment = _moment(spec, body)
    return impossible(spec.occurred, moment, now) if moment else None


def _shown(finding: Finding) -> dict[str, Any]:
    found: dict[str, Any] = {**FieldProblem(finding.field, finding.code, finding.message).shown()}
    found["code_set"] = finding.code_set
    if finding.near:
        found["suggestions"] = [{"code": row.code, "ru": row.ru, "en": row.en} for row in finding.near]
    return found
