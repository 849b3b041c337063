"""A card in memory that is searched as resources of FHIR."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.domain.access import Level
from chalicelib.domain.identity import Actor, PatientId
from chalicelib.domain.resource_search.asking import asked
from chalicelib.ports import keys
from chalicelib.ports.tables import Put
from chalicelib.services.resource_search import (
    EverythingService,
    Found,
    PatientReader,
    ResourceSearchService,
    Tools,
)
from tests.resource_world import VERA, ResourceWorld, weight

BASE = "https://card.example/fhir"


class SearchWorld(ResourceWorld):
    def __init__(self) -> None:
        super().__init__()
        people = PatientReader(self.gate, self.tables, self.vault, self.opened, self.reader, self.tools.mapper())
        self.search_tools = Tools(
            gate=self.gate,
            tables=self.tables,
            mapper=self.tools.mapper(),
            opened=self.opened,
            reader=people,
            subjects=self.subjects,
            directory=self.directory,
            clock=self.clock,
            base=BASE,
        )
        self.searching = ResourceSearchService(self.search_tools)
        self.everything = EverythingService(self.search_tools)

    def find(self, kind: str, *texts: str, actor: Actor | None = None, after: Any = None) -> Found:
        pairs = [tuple(text.split("=", 1)) for text in texts]
        return self.searching.search(actor or self.system, asked(kind, pairs, BASE), after)

    def weights(self, number: int, actor: Actor | None = None, patient_id: PatientId = VERA) -> list[str]:
        """Ids of observations, a day apart, oldest first."""
        first = datetime(2025, 1, 1, 9, tzinfo=UTC)
        made = []
        for day in range(number):
            at = (first + timedelta(days=day)).isoformat()
            made.append(self.deliver(weight(60 + day, patient_id, effectiveDateTime=at), actor).resource["id"])
        return made


def consent(
    world: SearchWorld,
    partner: Actor,
    sections: Sequence[str] = (),
    level: Level = Level.FULL,
    patient_id: PatientId = VERA,
    state: str = "granted",
) -> None:
    now = world.clock()
    row: dict[str, Any] = {
        "member": partner.person_id,
        "state": state,
        "level": level.value,
        "sections": list(sections),
        "valid_from": now.isoformat(),
        "valid_until": (now + timedelta(days=30)).isoformat(),
    }
    world.tables.commit([Put(keys.consent(patient_id, partner.person_id), row, None)])
    world.tables.commit([Put(keys.grantee(partner.person_id, patient_id), {"patient": patient_id}, None)])
