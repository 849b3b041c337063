"""``Patient/$summary``: what matters of a card as a document of the International Patient Summary (IPS 2.0).

Every section is read from what the caller may see, newest first; who may see none of a section gets it without content,
and with the reason that it is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from chalicelib.domain.identity import Actor, PatientId
from chalicelib.domain.resource_ids import card_resource_id
from chalicelib.domain.resource_search.asking import asked
from chalicelib.errors import NotFoundError
from chalicelib.ports.going_on import followed
from chalicelib.ports.resources import Resource
from chalicelib.records.resource_search import RESOURCE_SUMMARY
from chalicelib.services.resource_search.people import People
from chalicelib.services.resource_search.stream import newest_first
from chalicelib.services.resource_search.views import Tools, View, scoped, seen

MOST = 100
"""Of each type: a summary is one document, read by people."""
LOOKED = 2000
"""Rows that are looked at for one summary."""
TYPES = (
    "AllergyIntolerance",
    "Condition",
    "DeviceUseStatement",
    "DiagnosticReport",
    "Immunization",
    "MedicationRequest",
    "MedicationStatement",
    "Observation",
    "Procedure",
)
"""Of which the sections are made."""

Compose = Callable[[Resource, Sequence[Resource], datetime, str], Resource]
"""Patient, resources newest first, the moment, ``ru`` or ``en``: the document."""


class SummaryService:
    def __init__(self, tools: Tools, compose: Compose) -> None:
        self._t = tools
        self._compose = compose
        self._people = People(tools)

    def of(self, actor: Actor, patient_id: PatientId, language: str) -> Resource:
        """Raises what the gate raises."""
        return followed(patient_id, lambda card: self._of(actor, card, language))

    def named(self, actor: Actor, identifier: str, language: str) -> Resource:
        """By a number of the patient, ``system|value``. Raises NotFoundError for whom the caller cannot see."""
        clauses = asked("Patient", [("identifier", identifier)], self._t.base).clauses
        found = {self._people.meant(actor, value) for clause in clauses for value in clause.values}
        if len(found) != 1 or not (patient_id := found.pop()):
            raise NotFoundError
        return self.of(actor, patient_id, language)

    def _of(self, actor: Actor, patient_id: PatientId, language: str) -> Resource:
        types = [one for one in TYPES if scoped(actor, one, "r")]
        kinds = [kind for one in types for kind in self._t.mapper.kinds(one)]
        view = seen(self._t, actor, patient_id, RESOURCE_SUMMARY, kinds)
        patient = self._t.reader.read(actor, "Patient", card_resource_id(view.patient_id))
        return self._compose(patient, self._chosen(view, types), self._t.clock(), language)

    def _chosen(self, view: View, types: Sequence[str]) -> list[Resource]:
        found: dict[str, list[Resource]] = {one: [] for one in types}
        rows = newest_first(self._t.tables, view.patient_id, view.kinds)
        for _, row in zip(range(LOOKED), rows, strict=False):
            if not any(view.may_hold(row, one) and len(found[one]) < MOST for one in types):
                continue
            for one in view.resources(row):
                kept = found.get(str(one["resourceType"]))
                if kept is not None and len(kept) < MOST:
                    kept.append(one)
        return [one for kept in found.values() for one in kept]
