"""A clinical system that hands over bundles, in memory; imports show at one moment as in the real stores."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.resource_ids import patient_of
from chalicelib.services.bundles import (
    Batches,
    Doubts,
    Imports,
    Outcome,
    PartnerPatients,
    PatientDoor,
    ReaderOfAll,
    Tools,
    Transactions,
    WriterOfAll,
)
from chalicelib.services.drafts import Drafts
from chalicelib.services.gate import Gate
from chalicelib.services.profiles import ProfileService
from chalicelib.services.resource_search import PatientReader
from chalicelib.services.resources import IntakeService
from chalicelib.storage.settled import SettledTables
from tests.fakes import MemoryTables
from tests.resource_world import ResourceWorld, checked

HERE = "https://card.example/fhir/"


class SettledMemory(SettledTables):
    """The store of the tests behind the rule about imports."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.beneath, name)


class BundleWorld(ResourceWorld):
    def __init__(self) -> None:
        super().__init__()
        profiles = ProfileService(self.gate, self.tables, self.vault, self.index, self.clock)
        self.patients = PartnerPatients(self.gate, self.tables, self.vault, self.keys, self.index, profiles, self.clock)
        self.imports = Imports(self.gate, self.tables.beneath, self.keys, self.clock)
        people = PatientReader(self.gate, self.tables, self.vault, self.opened, self.reader, self.tools.mapper())
        door = PatientDoor(self.gate, self.tables, self.opened, self.patients, lambda: people)
        self.reader_of_all = ReaderOfAll(self.reader, door)
        self.bundle_tools = Tools(
            gate=self.gate,
            tables=self.tables,
            patient_keys=self.keys,
            patients=self.patients,
            imports=self.imports,
            intake_over=self.intake_over,
            subjects=self.subjects,
            directory=self.directory,
            conditions=self.conditions,
            reader=self.reader_of_all,
            mapper=self.tools.mapper,
            validator=checked,
            clock=self.clock,
            here=HERE,
        )
        self.transactions = Transactions(self.bundle_tools)
        self.batches = Batches(self.bundle_tools, self.transactions)
        self.doubts = Doubts(self.gate, self.tables, self.clock)
        self.writer_of_all = WriterOfAll(self.writer, door, self.transactions)
        self.reactions._reactions = {
            **self.reactions._reactions,
            "finish_import": self.reactions._of_another(self.imports.finish),
        }
        self.count = 0

    def make_tables(self) -> Any:
        return SettledMemory(MemoryTables())

    def intake_over(self, tables: Any) -> IntakeService:
        gate = Gate(tables, self.audit, self.clock)
        drafts = Drafts(gate, self.vault, self.clock, lambda: self.entry_checks)
        return IntakeService(replace(self.tools, gate=gate, tables=tables, drafts=drafts))

    def send(self, *entries: dict[str, Any], actor: Actor | None = None, key: str = "", **more: Any) -> Outcome:
        self.count += 1
        return self.transactions.run(
            actor or self.system, transaction(*entries), key or f"key-{self.count:016d}", **more
        )

    def read(self, place: str, actor: Actor | None = None) -> dict[str, Any]:
        kind, _, resource_id = place.partition("/")
        return self.reader_of_all.read(actor or self.system, kind, resource_id)


def transaction(*entries: dict[str, Any], kind: str = "transaction") -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


def post(resource: dict[str, Any], name: str = "", **request: str) -> dict[str, Any]:
    named = {"fullUrl": name} if name else {}
    return {**named, "resource": resource, "request": {"method": "POST", "url": resource["resourceType"], **request}}


def places(outcome: Outcome) -> list[str]:
    """``Type/id`` of each entry."""
    found = [entry.get("fullUrl", "") for entry in outcome.body["entry"]]
    return [url.removeprefix(HERE) for url in found]


def card_of(place: str) -> PersonId:
    found = patient_of(place.removeprefix("Patient/"))
    assert found is not None
    return found


def person(**changes: Any) -> dict[str, Any]:
    """A Patient without any number that somebody knows."""
    return {
        "resourceType": "Patient",
        "identifier": [{"system": "urn:mis:mrn", "value": "1"}],
        "name": [{"use": "official", "family": "Зорина", "given": ["Алла", "Львовна"]}],
        "gender": "female",
        "birthDate": "1980-02-03",
        **changes,
    }


def observation(patient: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "Самочувствие"},
        "subject": {"reference": patient},
        "effectiveDateTime": "2026-02-01T10:00:00+03:00",
        "valueString": "хорошее",
        **more,
    }
