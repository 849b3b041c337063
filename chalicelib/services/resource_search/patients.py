"""A Patient as its caller may read it: as the caller delivered it, else by the person's profile: all of it for
themselves, names, sex and birth date for others.

Implements ``ports.resources.Reader``: everything but a Patient is read by the service of resources.
"""

from __future__ import annotations

import json

from chalicelib.domain.access import Action
from chalicelib.domain.identity import OWNERS, Actor, PatientId
from chalicelib.domain.resource_ids import card_resource_id, patient_of
from chalicelib.errors import NotFoundError
from chalicelib.ports import Sealed, Vault, keys
from chalicelib.ports.going_on import followed
from chalicelib.ports.resources import Mapper, Opened, Reader, Resource
from chalicelib.ports.tables import Tables
from chalicelib.records.registry import RECORD_TYPES, record_type
from chalicelib.records.resource_search import RESOURCE_PATIENT
from chalicelib.services.gate import Gate

TOLD = ("last_name", "first_name", "middle_name", "birth_date", "sex")
"""Fields of a profile that others are told of than the person and who represents them whole."""
PROFILE = "profile"


class PatientReader:
    def __init__(
        self, gate: Gate, tables: Tables, vault: Vault, opened: Opened, reader: Reader, mapper: Mapper
    ) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._opened = opened
        self._reader = reader
        self._mapper = mapper

    def read(self, actor: Actor, resource_type: str, resource_id: str) -> Resource:
        if resource_type != "Patient":
            return self._reader.read(actor, resource_type, resource_id)
        patient_id = patient_of(resource_id)
        if patient_id is None:
            raise NotFoundError
        return followed(patient_id, lambda card: self._patient(actor, card))

    def _patient(self, actor: Actor, patient_id: PatientId) -> Resource:
        if actor.is_partner and (found := self._delivered(actor, patient_id)) is not None:
            return found
        permits = self._gate.admit_listed(actor, patient_id, RESOURCE_PATIENT, RECORD_TYPES, PROFILE)
        row = self._tables.get(keys.profile(patient_id))
        if row is None or "sealed" not in row:
            raise NotFoundError
        content = json.loads(self._vault.open(permits[PROFILE], Sealed.of(PROFILE, row)))
        if actor.role not in OWNERS or permits[PROFILE].summary_only:
            content = {name: content[name] for name in TOLD if name in content}
        found = self._mapper.patient(patient_id, content, int(row.get("ver", 1)))
        updated = str(row.get("updated_at") or row["created_at"])
        return {**found, "meta": {**found["meta"], "lastUpdated": updated}}

    def _delivered(self, actor: Actor, patient_id: PatientId) -> Resource | None:
        """As this very client delivered it; None where it did not."""
        place = self._tables.get(keys.delivered_patient(actor.person_id, patient_id))
        row = self._tables.get(keys.record(patient_id, place["kind"], place["record"])) if place else None
        if row is None or row.get("client") != actor.person_id:
            return None
        spec, said = record_type(row["kind"]), {"resource": "Patient"}
        permit = self._gate.admit(actor, Action.READ, patient_id, spec, row["id"], delivered=True, details=said)
        for one in self._opened.opened(actor, spec, permit, row):
            if one["resourceType"] == "Patient":
                return {**one, "id": card_resource_id(patient_id)}
        return None
