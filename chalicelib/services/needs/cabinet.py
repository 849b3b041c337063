"""The list of what is due; a person's or a doctor's marks on it; whether the person wants to see it (ANA-3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from chalicelib.domain.access import Action
from chalicelib.domain.identity import OWNERS, Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.needs.judging import judged
from chalicelib.domain.needs.marks import Mark, Word, changed, parted, stored
from chalicelib.domain.needs.shown import hidden, shown
from chalicelib.domain.needs.table import KINDS
from chalicelib.errors import (
    ConflictError,
    FieldProblem,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
    WrongStateError,
)
from chalicelib.ports import keys, plaintext
from chalicelib.ports.tables import Expect, Item, Key, Put
from chalicelib.records.needs import NEED
from chalicelib.records.registry import record_type
from chalicelib.records.spec import RecordType
from chalicelib.services.gate import Staged
from chalicelib.services.needs.reading import MARKS, PROFILE, Looked, Reading, Tools

FIRST_DAY = date(1900, 1, 1)


class NeedService:
    def __init__(self, tools: Tools) -> None:
        self._t = tools
        self._reading = Reading(tools)

    def listed(self, actor: Actor, patient_id: PersonId, language: str) -> dict[str, Any]:
        """What is due, what a mark silences, and what could not be judged, as far as the reader may list.

        A person who switched hints off is shown none, and nothing is opened; a doctor's list is not theirs to switch.
        """
        if self._off(actor, patient_id):
            self._t.gate.allowed(actor, Action.LIST, patient_id, NEED, _kinds())
            return {"hints": False, "version": 0, **hidden(self._reading.today(), language)}
        looked = self._looked(actor, patient_id)
        found = judged(looked.facts)
        due, marked = parted(found.needs, looked.marks, looked.facts.today)
        answer = shown(due, marked, found.unjudged, looked.facts.today, language, _sections)
        return {"hints": True, "version": looked.version, **answer}

    def mark(self, actor: Actor, patient_id: PersonId, form: Mapping[str, Any], version: int) -> dict[str, Any]:
        """Say of a need that is shown that it was done elsewhere, does not apply, or take that back (``mark`` None).

        ``form``: as ``handlers.models.needs:NeedMark``. ``version``: of the marks that were read. Raises NotFoundError
        for a need that is not shown, InvalidFieldsError, StaleVersionError, WrongStateError where hints are off.
        """
        if self._off(actor, patient_id):
            raise WrongStateError("hints are switched off", extra={"hints": False})
        staged = self._t.gate.admit_change(
            actor, Action.AMEND, patient_id, NEED, MARKS, version=version + 1, seals=MARKS
        ).saying(action="need:mark")
        looked = self._looked(actor, patient_id)
        if looked.version != version:
            raise StaleVersionError(extra={"version": looked.version})
        if form["need"] not in {need.id for need in judged(looked.facts).needs}:
            raise NotFoundError
        today = looked.facts.today
        mark = self._made(actor, form, today)
        marks = changed(looked.marks, form["need"], mark, today)
        sealed = self._t.vault.seal(staged.seal_with, version + 1, plaintext({"marks": [stored(one) for one in marks]}))
        row: Item = {"ver": version + 1, "sealed": sealed, "updated_at": stamp(self._t.clock())}
        self._kept(staged, patient_id, keys.need_marks(patient_id), row)
        return {"need": form["need"], "mark": mark.word.value if mark else None, "version": version + 1}

    def switch(self, actor: Actor, *, hints: bool) -> dict[str, Any]:
        """Whether who owns the card, and whoever represents them, is shown what is due. Repeating changes nothing."""
        patient_id = PersonId(actor.card_id)
        row = self._t.tables.get(keys.need_hints(patient_id))
        version = int(row["ver"]) if row is not None else 0
        staged = self._t.gate.admit_change(actor, Action.AMEND, patient_id, NEED, "hints", version=version + 1).saying(
            action="need:hints", details={"hints": "on" if hints else "off"}
        )
        content: Item = {"ver": version + 1, "off": not hints, "updated_at": stamp(self._t.clock())}
        self._kept(staged, patient_id, keys.need_hints(patient_id), content)
        return {"hints": hints}

    # --- pieces

    def _kept(self, staged: Staged, patient_id: PersonId, key: Key, row: Item) -> None:
        """The next version of a row, on top of the one before. Raises StaleVersionError."""
        put = Put(key, row, {"ver": row["ver"] - 1} if row["ver"] > 1 else Expect.ABSENT)
        try:
            self._t.gate.commit([staged], [put, self._t.patient_keys.alive(patient_id)])
        except ConflictError as error:
            if error.index == 0:
                raise StaleVersionError from None
            raise

    def _off(self, actor: Actor, patient_id: PersonId) -> bool:
        """A setting without content; nothing of it is told before the gate has said yes."""
        if actor.role not in OWNERS:
            return False
        row = self._t.tables.get(keys.need_hints(patient_id))
        return row is not None and bool(row["off"])

    def _looked(self, actor: Actor, patient_id: PersonId) -> Looked:
        permits = self._t.gate.admit_listed(actor, patient_id, NEED, _kinds(), PROFILE, MARKS)
        return self._reading.looked(patient_id, permits)

    def _made(self, actor: Actor, form: Mapping[str, Any], today: date) -> Mark | None:
        if form["mark"] is None:
            return None
        on = date.fromisoformat(form["on"]) if form.get("on") else today
        if not FIRST_DAY <= on <= today:
            raise InvalidFieldsError(fields=(FieldProblem("/on", "range", "a day from 1900 to today"),))
        at = stamp(self._t.clock())
        return Mark(form["need"], Word(form["mark"]), on, actor.role.value, actor.person_id, at)


def _kinds() -> list[RecordType]:
    """What is looked at, and for whom: partners and applications list such records by a consent, and are not shown what
    the rules make of them.
    """
    meant = frozenset(NEED.grants[Action.LIST])
    kinds = [record_type(name) for name in KINDS]
    return [replace(kind, grants={Action.LIST: meant & frozenset(kind.grants[Action.LIST])}) for kind in kinds]


def _sections(kinds: Iterable[str]) -> list[str]:
    return sorted({record_type(kind).section for kind in kinds})
