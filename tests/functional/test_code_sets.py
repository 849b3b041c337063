"""Suggestions, codes and checks of forms at the front door (REC-14)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from chalicelib.bootstrap import services
from chalicelib.services.code_sets import CodeSetService
from chalicelib.services.entry_checks import EntryCheckService
from chalicelib.storage.code_sets import NAMES, FileCodeSets
from tests.functional.front import Front, Person

pytestmark = [pytest.mark.xdist_group("functional-code_sets"), pytest.mark.requirement("REC-14")]

BASE = "/api/v1/code-sets"
DAY = "2026-02-01T10:00:00+03:00"
VISIT = {"occurred_at": DAY, "doctor_name": "Петров Пётр Петрович", "reason": "Осмотр"}


@pytest.fixture(scope="module", autouse=True)
def own_sets(front: Front) -> Iterator[None]:
    """Our own sets, whatever was built on this computer."""
    made, sets = services(), FileCodeSets(Path("nowhere"))
    before = made.code_sets, made.entry_checks
    made.code_sets, made.entry_checks = CodeSetService(sets), EntryCheckService(sets, made.tables, made.clock)
    yield
    made.code_sets, made.entry_checks = before


@pytest.fixture(scope="module")
def doctor(front: Front) -> Person:
    return front.staff("doctor")


@pytest.fixture(scope="module")
def patient(front: Front, doctor: Person) -> Person:
    made = front.patient()
    front.consent(made, doctor)
    return made


def test_the_list_says_where_each_set_is_from(front: Front, doctor: Person) -> None:
    reply = front.call("GET", BASE, token=doctor.token)
    assert [item["name"] for item in reply.body["items"]] == list(NAMES)
    assert all(item["source"] and item["licence"] and item["version"] for item in reply.body["items"])
    assert {item["name"]: item["complete"] for item in reply.body["items"]}["icd-10"] is False
    assert reply.headers["cache-control"] == "private, max-age=3600"


def test_suggestions_are_ranked_and_in_both_languages(front: Front, doctor: Person, patient: Person) -> None:
    for person in (doctor, patient):
        found = front.ok("GET", f"{BASE}/icd-10?q={quote('астма')}&limit=2", token=person.token)
        assert found["items"] == [
            {"code": "J45.0", "ru": "Астма с преобладанием аллергического компонента"}
            | {"en": "Predominantly allergic asthma", "active": True},
            {"code": "J45.9", "ru": "Астма неуточнённая", "en": "Asthma, unspecified", "active": True},
        ]
    assert front.call("GET", f"{BASE}/icd-10?q=J45").status == 401


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "?q"),
        ("?q=", "?q"),
        ("?q=%20", "?q"),
        ("?q=" + "a" * 101, "?q"),
        ("?q=a&limit=0", "?limit"),
        ("?x=1", "?x"),
    ],
    ids=["none", "empty", "blank", "long", "limit", "unknown"],
)
def test_bad_questions_name_the_parameter(query: str, field: str, front: Front, doctor: Person) -> None:
    reply = front.call("GET", f"{BASE}/icd-10{query}", token=doctor.token)
    assert reply.status == 422
    assert reply.body["fields"][0]["field"] == field


@pytest.mark.parametrize(
    ("code_set", "code", "said"),
    [
        ("icd-10", "A90", {"active": False, "until": "2020-10-07", "successor": ["A97"]}),
        ("units", "%", {"ru": "%", "active": True}),
        ("units", "mmol/L", {"ru": "ммоль/л", "quantity": ["substance concentration"]}),
        ("drugs", "ibuprofen", {"atc": ["M01AE01", "M02AA13"], "also": ["Нурофен"]}),
        ("vaccines", "bcg", {"diseases": ["tuberculosis"]}),
    ],
    ids=["ended", "percent", "slash", "drug", "vaccine"],
)
def test_one_code_in_use_or_not(code_set: str, code: str, said: dict, front: Front, doctor: Person) -> None:
    (found,) = front.ok("GET", f"{BASE}/{code_set}?code={quote(code, safe='')}", token=doctor.token)["items"]
    assert found["code"] == code
    assert said.items() <= found.items()
    if code not in {"%", "mmol/L"}:
        assert front.ok("GET", f"{BASE}/{code_set}/{code}", token=doctor.token) == found


@pytest.mark.parametrize("path", ["/no-set?q=a", "/no-set/a", "/icd-10/Q99.8", "/no-set?code=a"])
def test_what_does_not_exist_is_not_found(path: str, front: Front, doctor: Person) -> None:
    assert front.call("GET", BASE + path, token=doctor.token).status == 404


def test_a_form_is_checked_as_it_is_filled_in(front: Front, doctor: Person) -> None:
    def look(kind: str, body: dict) -> dict:
        return front.ok("POST", f"/api/v1/record-types/{kind}/checks", body, token=doctor.token)

    empty = look("examination-protocol", {})
    missing = {problem["field"] for problem in empty["problems"] if problem["code"] == "missing"}
    assert missing == {"/occurred_at", "/doctor_name", "/examination", "/conclusion", "/follow_up_plan"}
    half = look("visit", {**VISIT, "diagnoses": [{"code": "I1"}, {"code": "G01", "text": "Менингит"}]})
    assert {(p["field"], p["code"]) for p in half["problems"]} == {
        ("/diagnoses/0/code", "string-pattern-mismatch"),
        ("/diagnoses/0/text", "missing"),
    }
    whole = look("visit", {**VISIT, "diagnoses": [{"code": "I10", "text": "Ринит"}]})
    assert whole["storable"]
    assert whole["hints"][0]["suggestions"] == [
        {"code": "I10", "ru": "Эссенциальная (первичная) гипертензия", "en": "Essential (primary) hypertension"}
    ]
    assert front.call("POST", "/api/v1/record-types/none/checks", {}, token=doctor.token).status == 404
    assert front.call("POST", "/api/v1/record-types/visit/checks", [], token=doctor.token).status == 422


def test_what_is_refused_when_stored_names_the_field_and_neighbours(
    front: Front, doctor: Person, patient: Person
) -> None:
    path = f"/api/v1/patients/{patient.id}/visits"
    body = {**VISIT, "diagnoses": [{"code": "A91", "text": "Денге"}]}
    reply = front.call("POST", path, body, token=doctor.token, Idempotency_Key=front.key())
    assert reply.status == 422
    assert [(p["field"], p["code"]) for p in reply.body["fields"]] == [("/diagnoses/0/code", "code-inactive")]
    assert reply.body["near"] == {"/diagnoses/0/code": ["A97"]}
    link = {"related": [{"kind": "visit", "id": "01890000-0000-7000-8000-000000000000"}]}
    reply = front.call("POST", path, {**VISIT, **link}, token=doctor.token, Idempotency_Key=front.key())
    assert [(p["field"], p["code"]) for p in reply.body["fields"]] == [("/related/0/id", "not-on-card")]


def test_a_result_with_a_unit_of_something_else_is_refused(front: Front, doctor: Person, patient: Person) -> None:
    path = f"/api/v1/patients/{patient.id}/laboratory-results"
    body = {"occurred_at": DAY, "laboratory": "КДЛ", "category": "blood", "panel": "ОАК"}
    body["values"] = [{"name": "Гемоглобин", "value": "118", "unit": "mmol/L"}]  # type: ignore[assignment]
    reply = front.call("POST", path, body, token=doctor.token, Idempotency_Key=front.key())
    assert [(p["field"], p["code"]) for p in reply.body["fields"]] == [("/values/0/unit", "unit-not-allowed")]
    assert reply.body["near"] == {"/values/0/unit": ["g/L", "g/dL"]}
