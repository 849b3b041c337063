"""A hospital in memory with two sources that can be told what they hold, and a registry of policies."""

from __future__ import annotations

import json
from typing import Any

from chalicelib.domain.access import Permit
from chalicelib.domain.gathering import COUNTS
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.sources import Connection
from chalicelib.errors import MedkartaError
from chalicelib.ports import Sealed, keys
from chalicelib.ports.oms import PolicyStanding
from chalicelib.ports.rows import happened
from chalicelib.ports.sources import Batch, Found, Query
from chalicelib.ports.tables import Put, Store
from chalicelib.services.gathering import GatheringService, Tools
from chalicelib.services.policies import PolicyService
from chalicelib.services.reactions import ReactionService
from chalicelib.services.sources import SourceService
from tests.world import ANNA, World

CLINIC, LAB = "clinic-7", "lab-1"
OMS = "7800080000000116"
NEW_OMS = "7800080000000124"
PAGE = 2


def allergy(n: int, version: int = 1, substance: str = "", **changes: Any) -> Found:
    """A version of an allergy as an adapter brings it."""
    body = {
        "occurred_at": f"2025-01-0{1 + n % 9}T10:00:00+03:00",
        "substance": substance or f"Вещество {n}.{version}",
        "category": "drug",
        "criticality": "high",
        "reaction": None,
        "atc": None,
        "clinical_status": "active",
    }
    said = {
        "reference": f"AllergyIntolerance/{n}",
        "version": str(version),
        "updated": f"2025-02-01T10:00:{version:02d}Z",
        "content": {"resourceType": "AllergyIntolerance", "id": str(n)},
        "kind": "allergy",
        "body": body,
    }
    return Found(**{**said, **changes})


def other(n: int, version: int = 1, **changes: Any) -> Found:
    """What the card has no kind for."""
    return allergy(n, version, reference=f"Immunization/{n}", kind="", body={}, reason="no-rule", **changes)


class FakeSource:
    """A Source that serves ``held`` in pages; ``errors`` come first, one a call."""

    def __init__(self, page: int = PAGE) -> None:
        self.held: list[Found] = []
        self.page = page
        self.errors: list[Exception] = []
        self.asked: list[tuple[Query, str]] = []
        self.refused = 0

    def fetch(self, query: Query, cursor: str) -> Batch:
        self.asked.append((query, cursor))
        if self.errors:
            raise self.errors.pop(0)
        at = int(cursor or 0)
        rest = at + self.page
        more = str(rest) if rest < len(self.held) else ""
        return Batch(tuple(self.held[at:rest]), more, 0 if more else self.refused)


class FakeOms:
    """An OmsRegistry that says what it is told to."""

    def __init__(self) -> None:
        self.says: PolicyStanding | MedkartaError = PolicyStanding("active", OMS, "СМО «Ромашка»")
        self.asked: list[tuple[str, str]] = []

    def ask(self, number: str, birth_date: str) -> PolicyStanding:
        self.asked.append((number, birth_date))
        if isinstance(self.says, MedkartaError):
            raise self.says
        return self.says


class GatheringWorld(World):
    def __init__(self) -> None:
        super().__init__()
        self.clinic, self.lab = FakeSource(), FakeSource()
        title = {"ru": "Поликлиника № 7", "en": "Clinic 7"}
        self.connections = {
            name: Connection(name, "fhir-r4", "https://source.example", title, {"snils": "urn:snils"})
            for name in (CLINIC, LAB)
        }
        self.sources = SourceService(self.gate, self.tables, self.vault, self.connections, self.clock)
        self.gathering = self.new_gathering()
        self.oms = FakeOms()
        self.policies = PolicyService(self.gate, self.tables, self.vault, self.keys, self.index, self.oms, self.clock)
        self.others["start_gathering"] = self.sources.start
        self.reactions = ReactionService(self.reactions._t, self.others)

    def new_gathering(self, edition: int = 1) -> GatheringService:
        tools = Tools(self.gate, self.tables, self.vault, self.keys, self.drafts, self.clock)
        return GatheringService(tools, {CLINIC: self.clinic, LAB: self.lab}, {CLINIC: 7, LAB: 7}, edition)

    # --- people

    def opened(self, person_id: PersonId = ANNA) -> Actor:
        """A patient whose card has just been opened, with everything that waits for that started."""
        actor = self.patient(person_id)
        sealed = self.vault.seal(
            Permit(person_id, "policy", "policy", "test", writes=True), 1, json.dumps({"oms_policy": OMS}).encode()
        )
        tag = self.index.tag("oms", OMS)
        self.tables.commit(
            [
                Put(keys.policy(person_id), {"sealed": sealed, "ver": 1, "tag": tag}, None),
                Put(keys.blind_index("oms", tag), {"person": person_id}, None),
                happened(person_id, self.gate.new_id(), "start_gathering", self.clock()),
            ]
        )
        self.pump()
        return actor

    def person(self, person_id: PersonId, *, level: int = 2, **profile: str) -> PersonId:
        more = {"birth_date": "1985-01-01", "snils": "11223300159"}
        return super().person(person_id, level=level, **{**more, **profile})

    def later(self, **how_much: float) -> Actor:
        """Time passes, and Anna signs in again."""
        self.clock.advance(**how_much)
        return self.session(ANNA, Role.PATIENT)

    # --- what is there

    def source(self, name: str = CLINIC, person_id: PersonId = ANNA) -> dict[str, Any]:
        return self.row(keys.source(person_id, name))

    def counts(self, name: str = CLINIC) -> dict[str, int]:
        row = self.source(name)
        return {count: int(row[count]) for count in COUNTS if int(row[count])}

    def state(self, name: str = CLINIC) -> str:
        return str(self.source(name)["state"])

    def queued(self, queue: str = keys.GATHERING) -> list[str]:
        found = self.tables.query(Store.CARD, f"QUEUE#{queue}").items
        return [f"{row.get('source', 'policy')} {row['due']}" for row in found]

    def substances(self, person_id: PersonId = ANNA) -> dict[str, tuple[int, str]]:
        """Version and substance of every allergy, by the source's own name of it."""
        found = {}
        for key, row in self.tables.rows(Store.CARD).items():
            if key.pk == keys.patient(person_id) and key.sk.startswith("R#allergy#"):
                permit = Permit(person_id, "allergy", row["id"], "test")
                body = json.loads(self.vault.open(permit, Sealed(row["id"], int(row["ver"]), bytes(row["sealed"]))))
                found[body["provenance"]["record"]] = (int(row["ver"]), body["substance"])
        return found

    def kept_whole(self, person_id: PersonId = ANNA) -> dict[str, str]:
        """Reason of everything that is kept whole, by the source's own name of it."""
        found = {}
        for key, row in self.tables.rows(Store.CARD).items():
            if key.pk == keys.patient(person_id) and key.sk.startswith(keys.UNMAPPED):
                permit = Permit(person_id, "unmapped", row["id"], "test")
                said = json.loads(self.vault.open(permit, Sealed(row["id"], int(row["ver"]), bytes(row["sealed"]))))
                found[said["reference"]] = row["reason"]
        return found
