"""The doctor's draft of a visit's record: made of the last visit, the patient's form, what came since (APT-4).

Nothing is stored by looking but the one entry, which names the kinds. What the doctor makes of it comes as any record
does, with ``related`` to the form, and the fulfilment of the appointment names it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.access import Permit
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.links import LINKS, with_open_links
from chalicelib.domain.visit_drafts import asked_anew, drafted, kind_of, new_results, orders_with_results, vital_signs
from chalicelib.domain.visit_forms import VISITS, Prefilled
from chalicelib.errors import NotFoundError
from chalicelib.records.examination import VISIT
from chalicelib.records.registry import record_type
from chalicelib.records.shapes import model
from chalicelib.services.visit_forms.reading import Card, Place, Reading, Tools, fits, missing, shown_last

FORM = "visit-form"
MOST: Mapping[str, int] = {
    "visit": 20,
    "examination-protocol": 20,
    "vital-sign": 40,
    "laboratory-order": 15,
    "planned-study": 15,
    "referral": 15,
    "laboratory-result": 20,
    "imaging-study": 15,
}
"""Newest records of each kind that a draft is made of."""
BESIDE = frozenset(MOST) - frozenset(VISITS)
"""Opened whole; of visits the last one alone."""


class VisitDrafts:
    def __init__(self, tools: Tools) -> None:
        self._t = tools
        self._reading = Reading(tools)

    def draft(
        self, actor: Actor, patient_id: PersonId, appointment_id: str, asked: str, language: str
    ) -> dict[str, Any]:
        """For the doctor of the appointment, who may write a visit. ``asked``: the kind of record, "" for the usual.

        Raises NotFoundError for an appointment with somebody else too.
        """
        kinds = [record_type(name) for name in (*MOST, FORM)]
        permits = self._t.gate.admit_check(actor, patient_id, VISIT, kinds, "visit-draft:prepare")
        place = self._reading.place(patient_id, appointment_id)
        if place.visit.member != actor.member_id:
            raise NotFoundError
        card = self._reading.card(patient_id, place, permits, MOST)
        kind = kind_of(asked, card.last)
        made = self._made(kind, card, language)
        form = self._form(permits, card)
        body = {**made.body, **self._given(place, card, kind)}
        if form is not None:
            body[LINKS] = [{"kind": FORM, "id": form["id"]}]
        return {
            "appointment": {**place.shown(), "patient": patient_id},
            "kind": kind,
            "last_visit": shown_last(card.last),
            "body": body,
            "missing": missing(kind, body),
            "sources": made.sources,
            "beside": made.beside,
            "asked_anew": asked_anew(kind, language),
            "form": form,
            **self._since(permits, card, language),
        }

    def _made(self, kind: str, card: Card, language: str) -> Prefilled:
        """What goes over from the last visit, without what the kind does not take any more."""
        spec = record_type(kind)
        made = drafted(frozenset(model(spec.body).model_fields), card.last, language)
        takes = fits(spec.body)
        kept = {name: value for name, value in made.body.items() if takes(name, value)}
        sources = [source for source in made.sources if source["field"][1:] in kept]
        return Prefilled(kept, sources, made.beside, made.last)

    def _given(self, place: Place, card: Card, kind: str) -> dict[str, Any]:
        """What appointment and schedule say. A visit that is prepared ahead has not happened later than now."""
        takes, at = fits(record_type(kind).body), min(place.visit.start, self._t.clock())
        given = {"occurred_at": place.local(at).isoformat(timespec="seconds")}
        if card.schedule is not None:
            said = {"doctor_name": card.schedule.doctor, "place": card.schedule.room}
            given |= {name: value for name, value in said.items() if value and takes(name, value)}
        return given

    def _form(self, permits: Mapping[str, Permit], card: Card) -> dict[str, Any] | None:
        """The form that the patient submitted for this appointment."""
        permit = permits.get(FORM)
        if permit is None or card.form is None:
            return None
        body = with_open_links(self._reading.body(permit, card.form), permit.linked)
        return {"id": card.form["id"], "date": card.form["created_at"], "body": body}

    def _since(self, permits: Mapping[str, Permit], card: Card, language: str) -> dict[str, Any]:
        """What was measured and what came since the last visit."""
        rows = {kind: found for kind, found in card.rows.items() if kind in BESIDE}
        found = {kind: self._reading.opened(permits, kind, some) for kind, some in rows.items()}
        orders = orders_with_results(found, card.last)
        return {
            "vital_signs": vital_signs(found, card.last, self._t.clock(), language),
            "orders": orders,
            "new_results": new_results(found, card.last, orders),
        }
