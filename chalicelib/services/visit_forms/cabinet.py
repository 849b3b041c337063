"""The patient's form before a visit: looked at, kept as a draft, submitted once (APT-4)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from chalicelib.domain.access import Action, Permit
from chalicelib.domain.idempotency import once
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.links import LINKS, with_open_links
from chalicelib.domain.moments import stamp
from chalicelib.domain.visit_forms import Prefilled, State, last_form, prefilled, state_of
from chalicelib.errors import ConflictError, StaleVersionError, WrongStateError
from chalicelib.ports import Sealed, keys, plaintext
from chalicelib.ports.appointment_rows import changed
from chalicelib.ports.tables import Check, Expect, Expected, Item, Put, Write
from chalicelib.records.registry import record_type
from chalicelib.records.spec import RecordType
from chalicelib.records.visit_forms import VISIT_FORM
from chalicelib.services.drafts import put_new, written
from chalicelib.services.visit_forms.reading import Place, Reading, Tools, fits, shown_last

DRAFT = "visit-form-draft"
ANSWERS = "records.bodies.visit_forms:VisitFormAnswers"
MOST: Mapping[str, int] = {
    "visit-form": 10,
    "visit": 20,
    "examination-protocol": 20,
    "medication-statement": 40,
    "prescription": 20,
    "allergy": 40,
    "chronic-condition": 40,
    "vital-sign": 40,
}
"""Newest records of each kind that a form is made of."""
MOST_LINKS = 50
KEPT = timedelta(days=210)
"""For how long after the visit a draft is kept: it may be moved as far as a schedule is open, and a month is left."""

Read = Callable[[Actor, PersonId, RecordType, str], dict[str, Any]]
"""One record, for who may read it (services/records.py)."""


class FormService:
    def __init__(self, tools: Tools, read: Read) -> None:
        self._t = tools
        self._reading = Reading(tools)
        self._read = read

    def form(self, actor: Actor, appointment_id: str, language: str) -> dict[str, Any]:
        """The form of one appointment, filled in as far as the card knows. Raises NotFoundError.

        ``body``: what was submitted or kept, else what the card knows; ``prefilled``: what it knows now, with sources.
        """
        self._t.gate.unrestricted(actor, "visit-form-prefill")
        patient_id = PersonId(actor.card_id)
        kinds = [record_type(name) for name in MOST]
        permits = self._t.gate.admit_check(actor, patient_id, VISIT_FORM, kinds, "visit-form:prefill", [DRAFT])
        place = self._reading.place(patient_id, appointment_id)
        state = state_of(place.form, place.visit.state.value, place.visit.start, self._t.clock())
        still_open = state in {State.OPEN, State.DRAFT}
        made = self._prefilled(patient_id, permits, place, language) if still_open else Prefilled()
        return {
            "appointment": place.shown(),
            "state": state.value,
            "version": place.version,
            "record": place.record_id or None,
            "last_visit": shown_last(made.last),
            "body": self._body(patient_id, permits, place) or made.body,
            "prefilled": {"body": made.body, "sources": made.sources},
            "beside": made.beside,
        }

    def _body(self, patient_id: PersonId, permits: Mapping[str, Permit], place: Place) -> dict[str, Any]:
        """What the patient said: in the record of a submitted form, or in the draft."""
        if place.record_id:
            row, permit = self._reading.form(patient_id, place), permits[VISIT_FORM.name]
            return with_open_links(self._reading.body(permit, row), permit.linked) if row else {}
        if place.form is None:
            return {}
        sealed, permit = Sealed.of(place.visit.id, place.form), permits[DRAFT]
        answers: dict[str, Any] = json.loads(self._t.vault.open(permit, sealed))
        return with_open_links(answers, permit.linked)

    def _prefilled(self, patient_id: PersonId, permits: Mapping[str, Permit], place: Place, language: str) -> Prefilled:
        card, opened = self._reading.card(patient_id, place, permits, MOST), self._reading.opened
        found = {kind: opened(permits, kind, rows) for kind, rows in card.rows.items() if kind not in VISITS_OPENED}
        form, now = last_form(found, place.visit.specialty), self._t.clock()
        made = prefilled(found, form, card.last, now, language, fits(ANSWERS))
        links = [{"kind": source["kind"], "id": source["record"]} for source in made.sources]
        related = [dict(pair) for pair in dict.fromkeys(tuple(link.items()) for link in links)]
        return replace(made, body={**made.body, LINKS: related[:MOST_LINKS]}) if related else made

    def keep(self, actor: Actor, appointment_id: str, answers: Mapping[str, Any], version: int) -> dict[str, Any]:
        """Store a draft in the place of the one with ``version`` (0: there is none).

        Raises NotFoundError, StaleVersionError, WrongStateError.
        """
        patient_id, gate = PersonId(actor.card_id), self._t.gate
        gate.unrestricted(actor, "visit-form-draft")
        staged = gate.admit_change(
            actor, Action.CREATE, patient_id, VISIT_FORM, appointment_id, version=version + 1, seals=DRAFT
        ).saying(action="visit-form:draft")
        place = self._reading.place(patient_id, appointment_id)
        if (state := self._state(place)) is State.SUBMITTED:
            raise _closed(state)
        if place.version != version:
            raise StaleVersionError(extra={"version": place.version})
        row = self._row(place, State.DRAFT, version + 1)
        row["sealed"] = self._t.vault.seal(staged.seal_with, version + 1, plaintext(answers))
        row["expires"] = int((place.visit.start + KEPT).timestamp())
        as_it_was = Check(keys.appointment(patient_id, appointment_id), _as_read(place))
        writes: list[Write] = [_put(place, row), as_it_was, self._t.patient_keys.alive(patient_id)]
        try:
            gate.commit([staged], writes)
        except ConflictError as error:
            if error.index in {0, 1}:
                raise StaleVersionError from None
            raise
        return {"state": State.DRAFT.value, "version": version + 1, "body": dict(answers)}

    def submit(
        self, actor: Actor, appointment_id: str, answers: Mapping[str, Any], key: str
    ) -> tuple[dict[str, Any], bool]:
        """Make the record of it, once; the draft ends, and the appointment names the record.

        Returns the record, and whether it was there already by this key. Raises InvalidFieldsError, NotFoundError,
        WrongStateError.
        """
        patient_id, gate, record_id = PersonId(actor.card_id), self._t.gate, self._t.gate.new_id()
        gate.unrestricted(actor, "visit-form-create")
        staged = gate.admit_change(actor, Action.CREATE, patient_id, VISIT_FORM, record_id, version=1)
        place = self._reading.place(patient_id, appointment_id)
        state = self._state(place)  # one that was submitted may have been so by this very request
        body = {**answers, **self._said_by_us(patient_id, place, staged.seal_with)}
        draft = self._t.drafts.sealed(actor, VISIT_FORM, staged, body, 1)
        row = {**self._row(place, State.SUBMITTED, place.version + 1), "form": record_id}
        names_it = changed(place.visit, {"form": record_id, "updated_at": row["updated_at"]})
        writes = [_put(place, row), names_it, put_new(draft), *draft.beside, self._t.patient_keys.alive(patient_id)]
        asked = [patient_id, appointment_id, dict(answers)]
        request = once(actor.person_id, "visit-form:create", key, asked, {"id": record_id})
        try:
            stored = gate.commit([draft.staged], writes, request)
        except ConflictError as error:
            if state is State.SUBMITTED or error.index == 0:
                raise _closed(State.SUBMITTED) from None
            if error.index == 1:
                raise StaleVersionError from None
            raise
        if stored is not None:
            return self._read(actor, patient_id, VISIT_FORM, stored["id"]), True
        return written(draft, body), False

    # --- pieces

    def _state(self, place: Place) -> State:
        """Raises WrongStateError when the visit has begun, or does not take place."""
        state = state_of(place.form, place.visit.state.value, place.visit.start, self._t.clock())
        if state is State.CLOSED:
            raise _closed(state)
        return state

    def _said_by_us(self, patient_id: PersonId, place: Place, permit: Permit) -> dict[str, Any]:
        """When it was submitted, for which specialty, and what the patient was asked about as the last visit."""
        last = self._reading.last_day(patient_id, place, permit.linked)
        now = place.local(self._t.clock()).isoformat(timespec="seconds")
        return {"occurred_at": now, "specialty": place.visit.specialty, "last_visit_on": last}

    def _row(self, place: Place, state: State, version: int) -> Item:
        return {
            "id": place.visit.id,
            "patient": place.visit.patient,
            "state": state.value,
            "ver": version,
            "updated_at": stamp(self._t.clock()),
        }


VISITS_OPENED = frozenset({"visit", "examination-protocol"})
"""Of these the last visit alone is opened."""


def _put(place: Place, row: Item) -> Write:
    expect: Expected = {"ver": place.version, "state": State.DRAFT.value} if place.form else Expect.ABSENT
    return Put(keys.visit_form(place.visit.patient, place.visit.id), row, expect)


def _as_read(place: Place) -> dict[str, Any]:
    return {"state": place.visit.state.value, "start": stamp(place.visit.start)}


def _closed(state: State) -> WrongStateError:
    return WrongStateError(f"the form is {state.value}", extra={"state": state.value})
