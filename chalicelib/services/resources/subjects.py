"""Whose a delivered resource is. Whether somebody exists, nobody learns here who does not know it already.

by an id of ours      ``Patient/<id>``
by an identifier      ``Patient?identifier=<system>|<value>``, ``subject.identifier``, or a contained Patient with its
                      identifiers; where a birth date is given, the person found must have it
Known systems are SNILS and the policy (docs/fhir-validation.md); any other is the client's own number of a patient that
it has delivered before. Of the first a stranger may know the number, so who is found by one has an entry in their log
before the caller learns anything: also where the delivery fails, on purpose or not.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl

from chalicelib.domain.fhir_identifiers import KINDS
from chalicelib.domain.identifiers import normal_oms, normal_snils
from chalicelib.domain.identity import Actor, PatientId, PersonId, system_actor
from chalicelib.domain.resource_ids import patient_of, resource_id_of
from chalicelib.domain.resources import SERVED, named_subjects
from chalicelib.errors import ErasedError, FieldProblem, InvalidFieldsError, SubjectUnknownError
from chalicelib.ports import Event, Sealed, keys
from chalicelib.services.resources.tools import Tools

TASK = system_actor("match-delivery")
SNILS = frozenset(system for system, kind in KINDS.items() if kind == "snils")
POLICY = frozenset(system for system, kind in KINDS.items() if kind == "oms")
LONGEST = 500
MRN = "mrn"


class SubjectService:
    """Implements ``ports.resources.Subjects``."""

    def __init__(self, tools: Tools) -> None:
        self._t = tools

    def patient_of(self, actor: Actor, resource: Mapping[str, Any]) -> PatientId:
        named = list(named_subjects(resource))
        served = SERVED[resource["resourceType"]]
        path = (served.whose or ("target",))[0].replace(".", "/")
        if not named:
            raise InvalidFieldsError(fields=(FieldProblem(f"/{path}", "subject", "say whose it is"),))
        found = {self._one(actor, resource, reference) for reference in named}
        if served.by_target and len(found) > 1:
            found.discard(None)  # entries of the directory are among what a Provenance of a whole bundle is about
        if len(found) > 1:
            raise InvalidFieldsError(fields=(FieldProblem(f"/{path}", "subject", "one patient, and no more"),))
        (one,) = found
        if one is None:
            raise SubjectUnknownError
        return one

    def named(self, actor: Actor, system: str, value: str, birth_date: str = "") -> PatientId | None:
        found = self.by_identifier(actor, system, value, birth_date)
        if found is not None and system in SNILS | POLICY and not self._knows(actor, found):
            with suppress(ErasedError):
                self._t.gate.record(Event(actor, "delivery:search", found, resource_type="profile"))
        return found

    def known(self, actor: Actor, system: str, value: str, birth_date: str = "") -> PatientId | None:
        found = self.by_identifier(actor, system, value, birth_date)
        return found if found and (system not in SNILS | POLICY or self._knows(actor, found)) else None

    def _knows(self, actor: Actor, patient_id: PatientId) -> bool:
        wanted = [keys.delivered_to(actor.person_id, patient_id), keys.delivered_patient(actor.person_id, patient_id)]
        return bool(self._t.tables.get_many(wanted))

    def by_identifier(self, actor: Actor, system: str, value: str, birth_date: str = "") -> PatientId | None:
        found = self._owner(actor, system, value)
        if found is not None and birth_date and not self._born(actor, found, birth_date):
            return None
        return found

    def _one(self, actor: Actor, resource: Mapping[str, Any], reference: Mapping[str, Any]) -> PatientId | None:
        said = reference.get("reference", "")
        if said.startswith("#"):
            return self._contained(actor, resource, said[1:])
        if "?" in said:
            pairs = parse_qsl(said.partition("?")[2])
            named = [value for name, value in pairs if name == "identifier"]
            if len(pairs) != 1 or not named:
                problem = FieldProblem("/subject/reference", "subject", "by one identifier: system|value")
                raise InvalidFieldsError(fields=(problem,))
            system, _, value = named[0].rpartition("|")
            return self.named(actor, system, value)
        if said:
            bare = said.split("/_history/")[0].rpartition("/")[2]
            lies = resource_id_of(bare)
            return lies.patient_id if lies and SERVED[resource["resourceType"]].by_target else patient_of(bare)
        identifier = reference.get("identifier", {})
        return self.named(actor, identifier.get("system", ""), identifier.get("value", ""))

    def _contained(self, actor: Actor, resource: Mapping[str, Any], name: str) -> PatientId | None:
        for patient in resource.get("contained", ()):
            if patient.get("id") != name or patient.get("resourceType") != "Patient":
                continue
            found = set(_known(self, actor, patient))
            return found.pop() if len(found) == 1 else None
        return None

    def _owner(self, actor: Actor, system: str, value: str) -> PatientId | None:
        if not value or len(system) + len(value) > LONGEST:
            return None
        try:
            if system in SNILS:
                key = keys.blind_index("snils", self._t.index.tag("snils", normal_snils(value)))
            elif system in POLICY:
                key = keys.blind_index("oms", self._t.index.tag("oms", normal_oms(value)))
            else:
                tag = self._t.index.tag(MRN, f"{system}|{value}")
                row = self._t.tables.get(keys.own_number(actor.person_id, tag))
                return PersonId(row["patient"]) if row else None
        except InvalidFieldsError:
            return None
        row = self._t.tables.get(key)
        return PersonId(row["person"]) if row else None

    def _born(self, actor: Actor, patient_id: PatientId, birth_date: str) -> bool:
        row = self._t.tables.get(keys.profile(patient_id))
        if row is None or "sealed" not in row:
            return False
        try:
            details = {"client": actor.person_id}
            permit = self._t.gate.permit_private(
                TASK, patient_id, "profile", "profile", "delivery:match", details=details
            )
            profile = json.loads(self._t.vault.open(permit, Sealed.of("profile", row)))
        except ErasedError:
            return False
        return bool(profile.get("birth_date") == birth_date)


def _known(subjects: SubjectService, actor: Actor, patient: Mapping[str, Any]) -> Iterator[PatientId]:
    for identifier in patient.get("identifier", ()):
        system, value = identifier.get("system", ""), identifier.get("value", "")
        found = subjects.named(actor, system, value, patient.get("birthDate", ""))
        if found is not None:
            yield found
