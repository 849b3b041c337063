"""A card to which partners deliver resources, in memory; the real validator and tables of mapping."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any
from uuid import UUID

from chalicelib.domain.identity import Actor, PatientId, PersonId, Role
from chalicelib.domain.resource_ids import card_resource_id
from chalicelib.interop.mapping import mapper
from chalicelib.interop.r4 import validator
from chalicelib.ports import keys
from chalicelib.ports.resources import Found
from chalicelib.ports.tables import Put
from chalicelib.services.resources import (
    Conditions,
    DirectoryService,
    IntakeService,
    OpenedService,
    ResourceReader,
    ResourceWriter,
    SubjectService,
    Tools,
)
from tests.world import World

VERA = PersonId(UUID(int=77).hex)
GLEB = PersonId(UUID(int=78).hex)
EVERYTHING = frozenset({"system/*.cruds"})
checked = cache(validator)


class ResourceWorld(World):
    def __init__(self) -> None:
        super().__init__()
        mapping = mapper(self.clock)
        self.tools = Tools(
            gate=self.gate,
            tables=self.tables,
            vault=self.vault,
            patient_keys=self.keys,
            drafts=self.drafts,
            index=self.index,
            mapper=lambda: mapping,
            validator=checked,
            clock=self.clock,
        )
        self.intake = IntakeService(self.tools)
        self.subjects = SubjectService(self.tools)
        self.directory = DirectoryService(self.tools)
        self.opened = OpenedService(self.tools)
        self.reader = ResourceReader(self.tools, self.opened, self.directory)
        self.conditions = Conditions(self.tools, self.directory)
        self.writer = ResourceWriter(
            self.tools, self.intake, self.subjects, self.directory, self.reader, self.conditions
        )
        self.vera = self.patient(VERA)
        self.system = self.partner("mis")

    def partner(
        self, name: str, role: Role = Role.CLINICAL_SYSTEM, organisation: str = "", scopes: frozenset[str] = EVERYTHING
    ) -> Actor:
        """A partner's system with a token."""
        organisation = organisation or f"org-{name}"
        row = {"state": "active", "role": role.value, "organisation": organisation}
        self.tables.commit([Put(keys.client(name), row)])
        return Actor(PersonId(name), role, organisation_id=organisation, scopes=scopes)

    def weaker(self, scope: str, actor: Actor | None = None) -> Actor:
        """The same system with a token for less."""
        return replace(actor or self.system, scopes=frozenset({scope}))

    def deliver(self, resource: dict[str, Any], actor: Actor | None = None, **more: Any) -> Found:
        return self.writer.create(actor or self.system, resource["resourceType"], resource, **more)


def weight(value: Any = 71.5, patient_id: PatientId = VERA, **more: Any) -> dict[str, Any]:
    """An observation that fits no kind of the card by its code."""
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "3141-9"}], "text": "Вес, со слов"},
        "subject": {"reference": f"Patient/{card_resource_id(patient_id)}"},
        "effectiveDateTime": "2026-03-01T10:00:00+03:00",
        "valueQuantity": {"value": value, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"},
        **more,
    }


def practitioner(value: str = "11", family: str = "Орлова") -> dict[str, Any]:
    return {
        "resourceType": "Practitioner",
        "identifier": [{"system": "urn:mis:staff", "value": value}],
        "name": [{"family": family, "given": ["Инна"]}],
    }
