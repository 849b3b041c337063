"""A hospital in memory with sharing, emergency access and representatives; a child, and her mother."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from chalicelib.domain.access import Level
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.representation import ends_by_age
from chalicelib.ports import keys
from chalicelib.ports.rows import representation
from chalicelib.ports.tables import Put
from chalicelib.services.emergencies import EmergencyService
from chalicelib.services.findings import FindingService
from chalicelib.services.reminders import Rings
from chalicelib.services.representatives import RepresentativeService
from chalicelib.services.sharing import SharingService
from chalicelib.services.timers import TimerService
from tests.outside_fakes import FakeParking
from tests.world import ANNA, World

MOTHER = PersonId("mother")
BORN = datetime(2011, 3, 12, tzinfo=UTC).date()
"""Anna's birthday in most of these tests: she is 15 in ten days, at midnight in Moscow."""
FIFTEEN = ends_by_age(BORN)


class AccessWorld(World):
    def __init__(self) -> None:
        super().__init__()
        self.findings = FindingService(self.gate, self.tables, self.clock)
        self.sharing = SharingService(self.gate, self.tables, self.clock)
        self.emergencies = EmergencyService(self.gate, self.tables, self.vault, self.keys, self.findings, self.clock)
        self.representatives = RepresentativeService(self.gate, self.tables, self.vault, self.keys, self.clock)
        rings = Rings(self.gate.new_id, self.clock)
        self.timers = TimerService(self.gate, self.tables, FakeParking(), lambda: rings.topics, self.clock, 1)

    def patient(self, person_id: PersonId = ANNA, *, level: int = 2, card: bool = True) -> Actor:
        return super().patient(person_id, level=level, card=card)

    def person(self, person_id: PersonId, *, level: int = 2, **profile: str) -> PersonId:
        more = {"birth_date": BORN.isoformat()} if person_id == ANNA else {"birth_date": "1985-01-01"}
        return super().person(person_id, level=level, **{**more, **profile})

    def staff(self, name: str = "doctor", role: Role = Role.DOCTOR, organisation: str = "clinic") -> Actor:
        actor = super().staff(name, role, organisation)
        row = self.row(keys.member(actor.person_id, actor.member_id))
        more = {"person": actor.person_id, "staff_number": f"№ {name}", "position": ""}
        listed = {**{k: v for k, v in row.items() if k not in {"pk", "sk"}}, **more}
        self.tables.commit([Put(keys.staff(organisation, actor.member_id), listed, None)])
        self.tables.commit(
            [Put(keys.organisation(organisation), {"id": organisation, "name": f"Клиника {organisation}"}, None)]
        )
        return actor

    def represent(
        self, person_id: PersonId = MOTHER, *, kind: str = "parent", until: datetime | None = FIFTEEN, **more: Any
    ) -> Actor:
        """Somebody acts for Anna, in a session of that role."""
        if self.tables.get(keys.profile(person_id)) is None:
            self.person(person_id, last_name="Иванова", first_name="Ольга")
        self.tables.commit(
            representation(ANNA, person_id, kind=kind, until=until, basis="case", now=self.clock(), **more)
        )
        return self.acting(person_id)

    def acting(self, person_id: PersonId = MOTHER, ward: PersonId = ANNA) -> Actor:
        actor = self.session(person_id, Role.REPRESENTATIVE)
        key = keys.session(person_id, actor.session_id)
        row = self.row(key)
        self.tables.commit([Put(key, {**row, "ward": ward}, None)])
        return Actor(
            person_id,
            Role.REPRESENTATIVE,
            session_id=actor.session_id,
            confirmed_at=self.clock(),
            ward_id=ward,
        )

    def at(self, moment: datetime) -> None:
        """The clock goes to a moment, and every session is taken along."""
        self.clock.now = moment
        expires = int(moment.timestamp()) + 86_400
        for key in list(self.tables.rows()):
            if key.sk.startswith("SESSION#"):
                self.tables.tamper(key, expires=expires)

    def officer(self, organisation: str = "clinic", name: str = "officer") -> Actor:
        return self.staff(name, Role.SECURITY_OFFICER, organisation)


def sharing(**changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "organisation_id": "clinic",
        "member_id": "member-doctor",
        "staff_number": None,
        "client_id": None,
        "level": Level.FULL.value,
        "sections": [],
        "purpose": "consultation",
        "valid_until": None,
    }
    return {**made, **changes}
