"""The doctor's draft of a visit's record (APT-4): what goes over, what lies beside, what is never copied."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.appointments import State
from chalicelib.domain.identity import Role
from chalicelib.domain.visit_rules import OF_FORMS, OF_VISITS, How, Part
from chalicelib.errors import AccessDeniedError, ConsentRequiredError, NotFoundError
from chalicelib.ports import keys
from chalicelib.ports.tables import Store
from chalicelib.records.registry import record_type
from chalicelib.records.shapes import model
from chalicelib.services.visit_forms.drafting import FORM, MOST
from tests.visit_form_world import COLD, DIAGNOSIS, KEY, NEXT, PAST, FormWorld
from tests.world import ANNA

pytestmark = pytest.mark.requirement("APT-4")

PULSE = {"code": "pulse", "value": "70", "unit": "/min"}
PRESSURE = {"code": "blood-pressure", "systolic": "150", "diastolic": "95", "unit": "mm[Hg]"}
PROTOCOL = {
    "doctor_name": "Сидоров С. С.",
    "examination": "Осмотр кардиолога",
    "specialty": "cardiology",
    "complaints": "Одышка при ходьбе",
    "findings": "Тоны сердца приглушены",
    "sections": {"heart": "Ритм правильный"},
    "conclusion": "Гипертензия, контроль достигнут",
    "follow_up_plan": "Через три месяца",
    "diagnoses": [DIAGNOSIS, COLD],
}


@pytest.fixture
def world() -> FormWorld:
    world = FormWorld()
    world.consent(world.doctor)
    return world


def fields(found: list[dict[str, Any]]) -> set[str]:
    return {one["field"] for one in found}


# --- the table of rules


@pytest.mark.parametrize("kind", ["visit", "examination-protocol"])
def test_what_becomes_of_every_field_is_decided(kind: str) -> None:
    decided = {rule.field for rule in OF_VISITS if rule.kind == kind}
    assert decided == set(model(record_type(kind).body).model_fields)


def test_what_becomes_of_every_field_of_a_form_is_decided() -> None:
    decided = {rule.field for rule in OF_FORMS if rule.kind == "visit-form"}
    assert decided == set(model("records.bodies.visit_forms:VisitFormAnswers").model_fields)


def test_every_rule_says_why_in_both_languages_and_by_whose_word() -> None:
    for rule in (*OF_VISITS, *OF_FORMS):
        assert rule.source
        assert rule.reason.ru
        assert rule.reason.en
        assert rule.part is Part.WHOLE or rule.field == "diagnoses"


@pytest.mark.parametrize(
    ("kind", "field", "how"),
    [
        ("visit", "reason", How.NEVER),
        ("visit", "recommendations", How.BESIDE),
        ("examination-protocol", "complaints", How.NEVER),
        ("examination-protocol", "findings", How.NEVER),
        ("examination-protocol", "sections", How.NEVER),
        ("examination-protocol", "conclusion", How.BESIDE),
        ("examination-protocol", "follow_up_plan", How.BESIDE),
        ("examination-protocol", "specialty", How.COPY),
    ],
)
def test_the_rules_that_matter_are_written_out_by_hand(kind: str, field: str, how: How) -> None:
    assert [rule.how for rule in OF_VISITS if (rule.kind, rule.field) == (kind, field)] == [how]


# --- a draft


def test_a_first_visit_begins_with_what_the_schedule_knows(world: FormWorld) -> None:
    draft, now = world.draft(), world.clock().astimezone(ZoneInfo("Europe/Moscow"))
    assert draft["kind"] == "visit"
    assert draft["body"] == {
        "occurred_at": now.isoformat(timespec="seconds"),  # the visit lies ahead
        "doctor_name": "Петров Пётр Петрович",
        "place": "204",
    }
    assert draft["missing"] == ["/reason"]
    assert (draft["last_visit"], draft["form"], draft["sources"], draft["beside"]) == (None, None, [], [])


def test_of_the_last_visit_what_is_chronic_is_copied_and_the_rest_lies_beside(world: FormWorld) -> None:
    visit = world.visited()
    draft = world.draft()
    assert draft["body"]["diagnoses"] == [DIAGNOSIS]
    (source,) = draft["sources"]
    assert (source["field"], source["record"], source["date"]) == ("/diagnoses", visit, draft["last_visit"]["date"])
    assert {one["field"]: one["value"] for one in draft["beside"]} == {
        "/diagnoses": [COLD],
        "/recommendations": "Контроль давления",
    }
    assert all(one["date"] and one["reason"] for one in draft["beside"])
    assert {"reason", "recommendations"}.isdisjoint(draft["body"])
    assert "Жалобы на давление" not in str(draft)  # asked anew: not even shown
    assert fields(draft["asked_anew"]) == {"/reason"}


def test_a_protocol_is_followed_by_a_protocol_whose_findings_are_empty(world: FormWorld) -> None:
    protocol = world.write("examination-protocol", PROTOCOL, days=-30)
    world.appointment(PAST, days=-30, state=State.FULFILLED, visit=protocol)
    draft = world.draft()
    assert draft["kind"] == "examination-protocol"
    assert {"examination", "specialty", "diagnoses"} <= set(draft["body"])
    assert {"complaints", "findings", "sections", "conclusion", "follow_up_plan"}.isdisjoint(draft["body"])
    assert fields(draft["beside"]) == {"/conclusion", "/follow_up_plan", "/diagnoses"}
    for never in ("Одышка при ходьбе", "Тоны сердца", "Ритм правильный"):
        assert never not in str(draft)
    assert fields(draft["asked_anew"]) == {"/complaints", "/findings", "/sections"}
    as_visit = world.draft("visit")
    assert set(as_visit["body"]) == {"occurred_at", "doctor_name", "place", "diagnoses"}
    assert "/examination" in fields(as_visit["beside"])  # a visit has no place for it


def test_the_form_lies_before_the_doctor_and_the_record_leads_to_it(world: FormWorld) -> None:
    answers = {"complaints": "Головная боль", "questions": "Можно ли в баню?"}
    record, _ = world.forms.submit(world.anna, NEXT, answers, KEY)
    draft = world.draft()
    assert draft["form"]["id"] == record["id"]
    assert draft["form"]["body"]["complaints"] == "Головная боль"
    assert draft["body"]["related"] == [{"kind": FORM, "id": record["id"]}]
    assert "reason" not in draft["body"]  # the doctor asks, and says it in their own words


def test_a_form_that_was_not_submitted_is_the_patients_own(world: FormWorld) -> None:
    world.forms.keep(world.anna, NEXT, {"complaints": "Головная боль"}, 0)
    draft = world.draft()
    assert draft["form"] is None
    assert "Головная боль" not in str(draft)


def test_what_was_measured_since_is_shown_and_measured_again_after_a_day(world: FormWorld) -> None:
    world.visited()
    world.write("vital-sign", PULSE, days=-31)
    world.write("vital-sign", PRESSURE | {"systolic": "170"}, days=-9)
    old = world.write("vital-sign", PRESSURE, days=-2)
    fresh = world.write("vital-sign", PULSE, days=-0.1)
    signs = {one["record"]: one for one in world.draft()["vital_signs"]}
    assert {name: one["again"] for name, one in signs.items()} == {old: True, fresh: False}
    assert "reason" in signs[old]


def test_orders_whose_results_came_and_results_nobody_ordered_here(world: FormWorld) -> None:
    world.visited()
    order = world.write("laboratory-order", {"panel": "Липиды", "status": "active"}, days=-29)
    world.write("laboratory-order", {"panel": "ОАК", "status": "active"}, days=-29)
    link = {"kind": "laboratory-order", "id": order}
    came = world.write("laboratory-result", {"panel": "Липиды", "related": [link]}, days=-7)
    done = world.write("laboratory-result", {"panel": "Глюкоза"}, days=-40, updated_at="2020-01-01T00:00:00.000Z")
    tie = {"kind": "laboratory-result", "id": done}
    completed = world.write("planned-study", {"study": "Глюкоза", "status": "completed", "related": [tie]}, days=-5)
    loose = world.write("imaging-study", {"region": "Печень"}, days=-3)
    world.write("laboratory-result", {"panel": "Отозван"}, days=-3, status={"state": "withdrawn"})
    draft = world.draft()
    assert {one["record"]: [result["record"] for result in one["results"]] for one in draft["orders"]} == {
        order: [came],
        completed: [done],
    }
    assert [one["record"] for one in draft["new_results"]] == [loose]


def test_looking_stores_nothing_but_one_entry_that_names_the_kinds(world: FormWorld) -> None:
    world.visited()
    before, calls = dict(world.tables.rows(Store.CARD)), len(world.tables.calls)
    world.draft()
    assert dict(world.tables.rows(Store.CARD)) == before
    made = world.tables.calls[calls:]
    assert (made.count("query"), made.count("get_many")) == (len(MOST) + 1, 3)
    (entry,) = world.entries("visit-draft:prepare")
    assert set(entry.details["kinds"].split()) == {*MOST, FORM}


# --- who may


def test_it_is_for_the_doctor_of_the_appointment_with_consent(world: FormWorld) -> None:
    other, nurse, stranger = world.staff("other"), world.staff("nurse", Role.NURSE), world.staff("stranger")
    for actor in (other, nurse):
        world.consent(actor)
    with pytest.raises(NotFoundError):
        world.draft(actor=other)
    with pytest.raises(ConsentRequiredError):
        world.draft(actor=stranger)
    for actor in (nurse, world.anna):
        with pytest.raises(AccessDeniedError):
            world.draft(actor=actor)
    with pytest.raises(NotFoundError):
        world.visit_drafts.draft(world.doctor, ANNA, "nothing", "", "ru")


def test_what_the_doctor_may_not_list_is_not_in_the_draft() -> None:
    world = FormWorld()
    world.consent(world.doctor, sections=("visits",))
    world.visited()
    protocol = world.write("examination-protocol", PROTOCOL, days=-3, by=world.doctor)
    world.write("vital-sign", PULSE, days=-0.1)
    allergy = world.write("allergy", {"substance": "Пенициллин", "category": "drug"})
    order = world.write("laboratory-order", {"panel": "Липиды", "status": "active"}, days=-29)
    world.write("laboratory-result", {"panel": "Л", "related": [{"kind": "laboratory-order", "id": order}]}, days=-7)
    related = [{"kind": "allergy", "id": allergy}]
    world.forms.submit(world.anna, NEXT, {"complaints": "Боль", "related": related}, KEY)
    draft = world.draft()
    assert draft["last_visit"]["kind"] == "visit"
    assert (draft["vital_signs"], draft["orders"], draft["new_results"]) == ([], [], [])
    assert draft["form"]["body"]["related"] == []
    for hidden in (protocol, allergy, order):
        assert hidden not in str(draft)
    assert set(world.entries("visit-draft:prepare")[0].details["kinds"].split()) == {"visit", FORM}


def test_what_a_record_of_long_ago_has_and_the_kind_does_not_take_is_left_out(world: FormWorld) -> None:
    world.visited(diagnoses=[{"code": "long ago", "text": "Гипертензия", "chronic": True}])
    draft = world.draft()
    assert "diagnoses" not in draft["body"]
    assert draft["sources"] == []
    assert world.row(keys.appointment(ANNA, NEXT))["ver"] == 1
