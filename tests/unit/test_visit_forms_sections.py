"""Closed sections stay closed, whoever looks and whatever is closed (APT-4, ACC-3, ACC-8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.errors import AccessDeniedError, ConsentRequiredError, SessionEndedError
from chalicelib.ports import keys
from chalicelib.ports.rows import representation
from chalicelib.ports.tables import Update
from chalicelib.records.registry import record_type
from chalicelib.services.visit_forms import cabinet, drafting
from tests.effort import tried
from tests.visit_form_world import DIAGNOSIS, DRUG, KEY, NEXT, FormWorld
from tests.world import ANNA

pytestmark = [pytest.mark.requirement("APT-4", "ACC-3")]

MOTHER = PersonId("mother")
READ = {*cabinet.MOST, *drafting.MOST}
SECTIONS = sorted({record_type(kind).section for kind in READ})
OWN = record_type("visit-form").section
PULSE = {"code": "pulse", "value": "70", "unit": "/min", "place": "home"}
VISIT = {"doctor_name": "Петров П. П.", "reason": "Осмотр", "diagnoses": [DIAGNOSIS], "recommendations": "Покой"}
PROTOCOL = {"doctor_name": "Петров П. П.", "conclusion": "Вывод", "follow_up_plan": "План", "diagnoses": [DIAGNOSIS]}
BODIES: dict[str, dict[str, Any]] = {
    "visit": VISIT,
    "examination-protocol": PROTOCOL,
    "medication-statement": {"drug": DRUG, "dosage": "1 раз", "started_on": "2025-01-01"},
    "allergy": {"substance": "Пенициллин", "category": "drug"},
    "chronic-condition": {"diagnosis": DIAGNOSIS},
    "vital-sign": PULSE,
    "laboratory-order": {"panel": "ОАК", "status": "active"},
    "laboratory-result": {"panel": "ОАК"},
    "imaging-study": {"region": "Печень"},
}


def full() -> tuple[FormWorld, dict[str, str]]:
    """A card with a record of each kind since the last visit; their ids by kind."""
    world = FormWorld()
    days = {"visit": -30, "examination-protocol": -29}
    made = {kind: world.write(kind, body, days=days.get(kind, -2), by=world.doctor) for kind, body in BODIES.items()}
    return world, made


def hidden(made: dict[str, str], opened: set[str]) -> list[str]:
    return [record for kind, record in made.items() if record_type(kind).section not in opened]


def mother(world: FormWorld, *, shut: set[str], **more: Any) -> Actor:
    """Somebody who acts for the patient; a doctor has closed the sections ``shut`` to them."""
    world.person(MOTHER)
    until = world.clock() + timedelta(days=100)
    rows = representation(ANNA, MOTHER, kind="parent", until=until, basis="case", now=world.clock(), **more)
    world.tables.commit(rows)
    world.tables.commit([Update(keys.representation(ANNA, MOTHER), {"hidden": sorted(shut)})])
    actor = world.session(MOTHER, Role.REPRESENTATIVE)
    world.tables.commit([Update(keys.session(MOTHER, actor.session_id), {"ward": ANNA})])
    return replace(actor, ward_id=ANNA)


@settings(max_examples=tried(30), deadline=None)
@given(st.sets(st.sampled_from(SECTIONS)))
def test_a_doctor_gets_what_the_consent_names(named: set[str]) -> None:
    (world, made), opened = full(), named | {OWN}
    world.consent(world.doctor, sections=tuple(sorted(opened)))
    told = str(world.draft())
    assert not [record for record in hidden(made, opened) if record in told]
    (entry,) = world.entries("visit-draft:prepare")
    assert {record_type(kind).section for kind in entry.details["kinds"].split()} <= opened


@settings(max_examples=tried(30), deadline=None)
@given(st.sets(st.sampled_from([section for section in SECTIONS if section != OWN])))
def test_who_acts_for_the_patient_gets_what_is_open_to_them(shut: set[str]) -> None:
    world, made = full()
    opened = set(SECTIONS) - shut
    actor = mother(world, shut=set(), sections=tuple(sorted(opened)))
    form = world.forms.form(actor, NEXT, "ru")
    assert not [record for record in hidden(made, opened) if record in str(form)]
    (entry,) = world.entries("visit-form:prefill")
    assert entry.on_behalf_of == ANNA
    last = "examination-protocol" if record_type("examination-protocol").section in opened else "visit"
    assert form["last_visit"]["kind"] == last
    record, _ = world.forms.submit(actor, NEXT, {"complaints": "Кашель"}, KEY)
    assert record["body"]["last_visit_on"] == form["last_visit"]["date"][:10]


@pytest.mark.parametrize("submitted", [False, True])
def test_links_of_what_the_patient_said_lead_nowhere_that_is_closed(submitted: bool) -> None:  # noqa: FBT001
    world, made = full()
    said = world.form()["body"]
    assert {"kind": "allergy", "id": made["allergy"]} in said["related"]
    if submitted:
        world.forms.submit(world.anna, NEXT, said, KEY)
    else:
        world.forms.keep(world.anna, NEXT, said, 0)
    actor = mother(world, shut=set(), sections=(OWN, record_type("vital-sign").section))
    shown = world.forms.form(actor, NEXT, "ru")["body"]
    assert shown["allergies"] == said["allergies"]  # the patient's own word to a doctor
    assert {link["kind"] for link in shown["related"]} == {"vital-sign"}


@pytest.mark.parametrize("shut", [OWN, "results"])
def test_without_the_section_of_visits_there_is_neither_form_nor_draft(shut: str) -> None:
    """Nor is there a form for a representative to whom a doctor closed anything: it says when the ward is where."""
    world, _ = full()
    world.consent(world.doctor, sections=("results",))
    with pytest.raises(ConsentRequiredError):
        world.draft()
    actor = mother(world, shut={shut})
    for asked_for in (
        lambda: world.forms.form(actor, NEXT, "ru"),
        lambda: world.forms.keep(actor, NEXT, {}, 0),
        lambda: world.forms.submit(actor, NEXT, {}, KEY),
    ):
        with pytest.raises(AccessDeniedError):
            asked_for()


def test_a_representation_that_has_ended_opens_no_form() -> None:
    world, _ = full()
    actor = mother(world, shut=set())
    world.tables.commit([Update(keys.representation(ANNA, MOTHER), {"state": "ended"})])
    with pytest.raises(SessionEndedError):
        world.forms.form(actor, NEXT, "ru")
