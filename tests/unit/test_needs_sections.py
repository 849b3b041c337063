"""Closed sections take no part in what is due, whoever looks and whatever is closed; marks and hints (ANA-3, ACC-3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.access import Action, Level
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.needs.table import KINDS, PERIODIC
from chalicelib.errors import AccessDeniedError, ConsentRequiredError, NotFoundError, StaleVersionError
from chalicelib.ports import keys
from chalicelib.ports.rows import representation
from chalicelib.ports.tables import Put, Update
from chalicelib.records.registry import record_type
from chalicelib.services.needs.cabinet import NeedService
from chalicelib.services.needs.reading import Tools
from chalicelib.services.sharing import SharingService
from chalicelib.services.vaccinations.history import Histories
from tests.effort import tried
from tests.world import ANNA, CODE_SETS, World

pytestmark = [pytest.mark.requirement("ANA-3", "ACC-3")]

MOTHER = PersonId("mother")
SECTIONS = sorted({record_type(kind).section for kind in KINDS})
DIABETES = {"code": "E11.9", "text": "Диабет", "role": "main", "chronic": True}
HIGH = {"name": "Гликированный гемоглобин", "value": "8.4", "unit": "%", "high": "6.0"}
BODIES: dict[str, dict[str, Any]] = {
    "chronic-condition": {"diagnosis": DIABETES, "next_review": "2025-06-01"},
    "laboratory-result": {"laboratory": "Л", "category": "biochemistry", "panel": "Биохимия", "values": [HIGH]},
    "vital-sign": {"code": "pulse", "value": "70", "unit": "/min"},
    "vaccination": {
        "vaccine": "td",
        "targets": [{"disease": name, "stage": "R"} for name in ("diphtheria", "tetanus")],
        "lot": "1",
        "organisation": "П",
    },
}
OLD = {"vaccination": "2012-02-01", "chronic-condition": "2020-02-01"}


class NeedWorld(World):
    """Anna was born in 1980 and has a record of some kinds; the clock stands at 2 March 2026."""

    def __init__(self) -> None:
        super().__init__()
        self.anna, self.doctor, writer = self.patient(), self.staff(), self.staff("writer")
        self.consent(writer)
        tools = Tools(
            gate=self.gate,
            tables=self.tables,
            vault=self.vault,
            patient_keys=self.keys,
            sets=CODE_SETS,
            histories=Histories(self.gate, self.tables, self.vault),
            clock=self.clock,
        )
        self.needs = NeedService(tools)
        self.made = {
            kind: self.records.create(
                writer,
                ANNA,
                record_type(kind),
                {"occurred_at": f"{OLD.get(kind, '2025-03-01')}T10:00:00+03:00", **body},
                f"key-{kind:016}",
            )[0]["id"]
            for kind, body in BODIES.items()
        }

    def person(self, person_id: PersonId, *, level: int = 2, **profile: str) -> PersonId:
        return super().person(person_id, level=level, **{"birth_date": "1980-05-05", "sex": "female", **profile})

    def rules(self, actor: Actor, part: str = "items") -> dict[str, Any]:
        return {one["rule"]: one for one in self.needs.listed(actor, ANNA, "ru")[part]}

    def mother(self, opened: set[str]) -> Actor:
        """She acts for Anna, who is an adult in the care of a court; what is not ``opened`` a doctor has closed."""
        self.person(MOTHER)
        until = self.clock() + timedelta(days=100)
        self.tables.commit(representation(ANNA, MOTHER, kind="court", until=until, basis="case", now=self.clock()))
        self.tables.commit([Update(keys.representation(ANNA, MOTHER), {"hidden": sorted(set(SECTIONS) - opened)})])
        actor = self.session(MOTHER, Role.REPRESENTATIVE)
        self.tables.commit([Update(keys.session(MOTHER, actor.session_id), {"ward": ANNA})])
        return replace(actor, ward_id=ANNA)


def held(world: NeedWorld, answer: dict[str, Any], opened: set[str]) -> None:
    """Nothing of a closed section is told, and what needs one is not judged."""
    closed = {kind for kind in KINDS if record_type(kind).section not in opened}
    told = str(answer)
    assert not [kind for kind, record in world.made.items() if kind in closed and record in told]
    assert "E11" not in told or "conditions" in opened
    unjudged = {one["rule"]: one["sections"] for one in answer["not_judged"]}
    for rule in PERIODIC:
        if rule.kinds & closed and not rule.sex and not rule.ages:
            assert set(unjudged[rule.id]) == {record_type(kind).section for kind in rule.kinds & closed}
    (entry,) = world.entries("need:list")
    assert {record_type(kind).section for kind in entry.details["kinds"].split() if kind in KINDS} == opened


@settings(max_examples=tried(30), deadline=None)
@given(st.sets(st.sampled_from(SECTIONS), min_size=1))
def test_a_doctor_gets_what_the_consent_names(opened: set[str]) -> None:
    world = NeedWorld()
    world.consent(world.doctor, sections=tuple(sorted(opened)))
    held(world, world.needs.listed(world.doctor, ANNA, "ru"), opened)


@settings(max_examples=tried(30), deadline=None)
@given(st.sets(st.sampled_from(SECTIONS), min_size=1))
def test_who_acts_for_the_patient_gets_what_is_open_to_them(opened: set[str]) -> None:
    world = NeedWorld()
    held(world, world.needs.listed(world.mother(opened), ANNA, "ru"), opened)


def test_without_consent_or_with_summaries_alone() -> None:
    world = NeedWorld()
    with pytest.raises(ConsentRequiredError):
        world.needs.listed(world.doctor, ANNA, "ru")
    world.consent(world.doctor, level=Level.LIMITED)
    brief = world.needs.listed(world.doctor, ANNA, "ru")
    assert brief["items"] == []
    assert {"vaccination", "result-unrepeated", "diabetes-hba1c"} <= {one["rule"] for one in brief["not_judged"]}
    with pytest.raises(ConsentRequiredError):
        world.needs.mark(world.doctor, ANNA, {"need": "diabetes-hba1c", "mark": "not-applicable"}, 0)


def test_what_the_whole_card_shows() -> None:
    world = NeedWorld()
    due = world.rules(world.anna)
    assert {"vaccination", "diabetes-hba1c", "result-unrepeated", "condition-review"} <= due.keys()
    items = world.needs.listed(world.anna, ANNA, "ru")["items"]
    (late,) = (one for one in items if one["what"] == "Дифтерия, коклюш, столбняк")
    assert (late["since"], late["records"][0]["record"]) == ("2022-02-01", world.made["vaccination"])
    assert due["diabetes-hba1c"]["since"] == "2025-09-01"
    assert world.needs.listed(world.anna, ANNA, "ru")["not_judged"] == []


def test_a_mark_is_kept_sealed_once_a_version_and_is_not_seen_where_its_rule_is_closed() -> None:
    world = NeedWorld()
    form = {"need": "diabetes-hba1c", "mark": "done-elsewhere", "on": "2026-02-01"}
    world.needs.mark(world.anna, ANNA, form, 0)
    assert "diabetes" not in str({n: v for n, v in world.row(keys.need_marks(ANNA)).items() if n != "sealed"})
    assert "diabetes-hba1c" not in world.rules(world.anna)
    mark = world.rules(world.anna, "marked")["diabetes-hba1c"]["mark"]
    assert mark == {"mark": "done-elsewhere", "on": "2026-02-01", "by": "patient", "until": "2026-08-01"}
    with pytest.raises(StaleVersionError):
        world.needs.mark(world.anna, ANNA, {"need": "condition-review", "mark": "not-applicable"}, 0)
    with pytest.raises(NotFoundError):
        world.needs.mark(world.anna, ANNA, {"need": "screening-psa", "mark": "not-applicable"}, 1)
    mother = world.mother({"results", "vaccinations"})
    assert world.rules(mother, "marked") == {}
    with pytest.raises(NotFoundError):  # not judged for her, so nothing that she could mark
        world.needs.mark(mother, ANNA, form, 1)


@pytest.mark.requirement("ANA-3", "PRT-1")
@pytest.mark.parametrize("role", [Role.CLINICAL_SYSTEM, Role.LABORATORY, Role.INSURER])
def test_a_partners_system_is_not_shown_what_rules_make_of_what_it_may_list(role: Role) -> None:
    world = NeedWorld()
    row = {"id": "client", "state": "active", "role": role.value, "organisation": "clinic", "name": "client"}
    world.tables.commit([Put(keys.client("client"), row)])
    client = Actor(PersonId("client"), role, organisation_id="clinic", scopes=frozenset({"system/*.cruds"}))
    form = {"organisation_id": "clinic", "client_id": "client", "level": "full", "sections": ["results"]}
    form |= {"purpose": "treatment", "valid_until": None}
    SharingService(world.gate, world.tables, world.clock).grant(world.anna, form, "ru")
    assert world.gate.admit(client, Action.LIST, ANNA, record_type("laboratory-result"))
    with pytest.raises(AccessDeniedError):
        world.needs.listed(client, ANNA, "ru")


def test_hints_that_are_off_are_read_by_nobody_but_doctors() -> None:
    world = NeedWorld()
    world.consent(world.doctor)
    world.needs.switch(world.anna, hints=False)
    world.needs.switch(world.anna, hints=False)
    before = len(world.entries("need:list"))
    assert world.needs.listed(world.anna, ANNA, "ru")["items"] == []
    assert world.needs.listed(world.mother({"results"}), ANNA, "ru")["hints"] is False
    assert len(world.entries("need:list")) == before  # nothing was opened
    assert world.rules(world.doctor)
    stranger = world.patient(PersonId("stranger"))
    with pytest.raises((AccessDeniedError, NotFoundError)):
        world.needs.listed(stranger, ANNA, "ru")
