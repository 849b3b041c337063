"""A family in memory: parents with confirmed identities and open cards, a registrar, a registry of migration cards."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from chalicelib.domain.case_kinds import case_kind
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.errors import RegistryUnavailableError
from chalicelib.ports import keys
from chalicelib.ports.migration import Stay
from chalicelib.ports.tables import Put
from chalicelib.services.cases import CaseService
from chalicelib.services.families import FamilyService
from chalicelib.services.foreigners import ForeignerEffect
from chalicelib.services.limits import LimitService
from chalicelib.services.minor_permissions import Guardians, MinorPermissionEffect
from chalicelib.services.newborns import NewbornEffect, Nursery
from chalicelib.services.profile_changes import ProfileChangeEffect
from chalicelib.services.profiles import ProfileService
from chalicelib.services.residence import ResidenceService
from chalicelib.services.suspensions import SuspensionService
from chalicelib.services.vaccinations.history import Histories
from chalicelib.services.vaccinations.plan import VaccinationPlans
from tests.cases_world import CasesWorld
from tests.world import ANNA, BORIS

CLARA = PersonId("clara")
SNILS = {ANNA: "11223344595", BORIS: "08765430300", CLARA: "12345678964"}
BORN = {ANNA: "1990-05-01", BORIS: "1988-06-02", CLARA: "1991-07-03"}
PAPERS = {
    "newborn": "birth-certificate",
    "minor-permission": "decision",
    "profile-change": "passport",
    "foreign-citizen": "passport",
}


class FakeRegistry:
    def __init__(self) -> None:
        self.stay: Stay | None = Stay(date(2027, 1, 1), "work")
        self.away = False
        self.asked = 0

    def check(self, number: str) -> Stay | None:
        self.asked += 1
        if self.away:
            raise RegistryUnavailableError
        return self.stay


class SpecialWorld(CasesWorld):
    def __init__(self) -> None:
        super().__init__()
        self.profiles = ProfileService(self.gate, self.tables, self.vault, self.index, self.clock)
        self.plans = VaccinationPlans(Histories(self.gate, self.tables, self.vault), self.clock)
        self.families = FamilyService(self.gate, self.tables, self.vault, self.clock)
        self.residence = ResidenceService(self.gate, self.tables, self.clock)
        self.suspensions = SuspensionService(self.gate, self.tables, self.vault, self.keys, self.clock)
        self.registry = FakeRegistry()
        shared: dict[str, Any] = {
            "gate": self.gate,
            "tables": self.tables,
            "vault": self.vault,
            "patient_keys": self.keys,
            "index": self.index,
            "profiles": self.profiles,
            "limits": LimitService(self.tables, self.clock),
            "clock": self.clock,
        }
        effects = {
            "newborn": NewbornEffect(Nursery(**shared)),
            "minor-permission": MinorPermissionEffect(Guardians(**shared)),
            "profile-change": ProfileChangeEffect(self.profiles, self.clock),
            "foreign-citizen": ForeignerEffect(
                self.gate, self.tables, self.keys, self.profiles, self.registry, self.clock
            ),
        }
        self.cases = CaseService(self.gate, self.tables, self.vault, self.files, self.clock, effects)
        self.anna, self.boris, self.clara = (self.parent(p) for p in (ANNA, BORIS, CLARA))

    # --- people

    def person(self, person_id: PersonId, *, level: int = 2, **profile: str) -> PersonId:
        """As the account is made: with tags and index rows."""
        if person_id in SNILS:
            female = person_id != BORIS
            profile = {
                "last_name": "Журавлёва" if female else "Журавлёв",
                "birth_date": BORN[person_id],
                "sex": "female" if female else "male",
                "snils": SNILS[person_id],
                "passport_series": "4510",
                "passport_number": "000001",
                **profile,
            }
        super().person(person_id, level=level, **{"birth_date": "1990-01-01", **profile})
        if person_id in SNILS:
            tag = self.index.tag("snils", SNILS[person_id])
            row = {**self.row(keys.profile(person_id)), "tags": {"snils": tag}}
            self.tables.commit(
                [Put(keys.profile(person_id), row, None), Put(keys.blind_index("snils", tag), {"person": person_id})]
            )
        return person_id

    def parent(self, person_id: PersonId) -> Actor:
        return self.patient(person_id)

    # --- cases

    def newborn(self, **changes: Any) -> dict[str, Any]:
        return {
            "last_name": "Журавлёв",
            "first_name": "Лев",
            "middle_name": "Борисович",
            "birth_date": "2026-02-20",
            "sex": "male",
            "birth_certificate": "II-АБ № 123456",
            "other_parent": {"snils": SNILS[BORIS], "birth_date": BORN[BORIS]},
            **changes,
        }

    def file(self, actor: Actor, kind: str, form: dict[str, Any], **more: list[str]) -> str:
        """File a case with one clean scan in each slot that needs one; its id."""
        named = {s.name: [self.scan(actor.person_id)] for s in case_kind(kind).slots if s.least} | more
        self._count += 1
        return str(self.cases.submit(actor, case_kind(kind), form, named, f"key-{self._count}")[0]["case_id"])

    def agree(self, actor: Actor, case_id: str, *, by: PersonId = ANNA, agree: bool = True) -> str:
        return str(self.cases.answer(actor, by, case_id, agree=agree)["state"])

    def decide(self, case_id: str, decision: str = "approve", *, of: PersonId = ANNA, **said: Any) -> Any:
        version = said.pop("version", 0) or self.version(of, case_id)
        registrar = said.pop("registrar", self.registrar)
        return self.cases.decide(registrar, of, case_id, version, decision=decision, **said)

    def registered(self, **changes: Any) -> PersonId:
        """A child of Anna and Boris, from the form to the decision; its id."""
        case_id = self.file(self.anna, "newborn", self.newborn(**changes))
        self.agree(self.boris, case_id)
        self.decide(case_id)
        return PersonId(self.family(self.anna)[-1]["patient_id"])

    def family(self, actor: Actor) -> list[dict[str, Any]]:
        return self.families.mine(actor, 50, None)[0]

    def content(self, person_id: PersonId) -> dict[str, str]:
        """What a profile says now."""
        from chalicelib.domain.access import Permit
        from chalicelib.ports import Sealed

        row = self.row(keys.profile(person_id))
        permit = Permit(person_id, "profile", "profile", "test")
        found: dict[str, str] = json.loads(
            self.vault.open(permit, Sealed("profile", int(row["ver"]), bytes(row["sealed"])))
        )
        return found

    def second_registrar(self) -> Actor:
        return self.staff("reg-2", Role.REGISTRAR)
