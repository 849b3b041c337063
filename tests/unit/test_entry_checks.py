"""What is entered: codes, units, words beside codes, links; refused when stored, told while one types."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.code_set_files import written
from chalicelib.domain.code_sets import CodeSet
from chalicelib.errors import InvalidFieldsError, NotFoundError, UnavailableError
from chalicelib.records.conditions import FAMILY_HISTORY
from chalicelib.records.examination import VISIT
from chalicelib.records.laboratory import LABORATORY_RESULT
from chalicelib.records.medication import MEDICATION_STATEMENT
from chalicelib.records.places import coded_fields, model_of, places
from chalicelib.records.registry import RECORD_TYPES
from chalicelib.services.entry_checks import MOST_LOOKED_AT, EntryCheckService
from chalicelib.storage.code_sets import NAMES, FileCodeSets
from tests.effort import tried
from tests.fakes import FixedClock, MemoryTables
from tests.world import ANNA, BORIS, PRESCRIPTION, World

OWN = FileCodeSets(Path("nowhere"))
DAY = "2026-02-01T10:00:00+03:00"
KEY = "0123456789abcdef"


class Whole:
    """Our own sets as if ICD-10 were complete."""

    def names(self) -> tuple[str, ...]:
        return NAMES

    def __call__(self, name: str) -> CodeSet:
        found = OWN(name)
        if name != "icd-10":
            return found
        columns = ("code", "ru", "en", "mark", "until", "successor")
        cells = [
            (r.code, r.ru, r.en, r.more.get("mark", ""), r.until, r.more.get("successor", "")) for r in found.rows()
        ]
        return CodeSet(written({**found.head, "complete": "yes"}, columns, cells))


def checks(sets: Any = OWN) -> EntryCheckService:
    return EntryCheckService(sets, MemoryTables(), FixedClock())


def visit(*diagnoses: dict[str, Any], at: str = DAY) -> dict[str, Any]:
    return {"occurred_at": at, "doctor_name": "Петров", "reason": "Осмотр", "diagnoses": list(diagnoses)}


def diagnosis(code: str, text: str = "Диагноз", role: str = "main") -> dict[str, Any]:
    return {"code": code, "text": text, "role": role}


def result(**value: Any) -> dict[str, Any]:
    return {"occurred_at": DAY, "values": [{"name": "Глюкоза", "value": "5", **value}]}


def refused(spec: Any, body: dict[str, Any], sets: Any = OWN) -> list[tuple[str, str]]:
    try:
        checks(sets).refuse(ANNA, spec, body)
    except InvalidFieldsError as error:
        return [(problem.field, problem.code) for problem in error.fields]
    return []


def hints(spec: Any, body: dict[str, Any], sets: Any = OWN) -> list[tuple[str, str]]:
    return [(found["field"], found["code"]) for found in checks(sets).look(spec, body, ())["hints"]]


# --- codes


@pytest.mark.requirement("REC-14")
def test_an_unknown_code_is_refused_where_the_set_is_complete_and_a_hint_where_it_is_not() -> None:
    body = visit(diagnosis("I10", "Гипертензия"), diagnosis("J45.7", "Астма", "secondary"))
    assert refused(VISIT, body, Whole()) == [("/diagnoses/1/code", "code-unknown")]
    assert refused(VISIT, body) == []
    assert hints(VISIT, body) == [("/diagnoses/1/code", "not-listed")]


@pytest.mark.requirement("REC-14")
def test_a_refusal_names_codes_that_may_be_meant_and_never_the_value() -> None:
    with pytest.raises(InvalidFieldsError) as raised:
        checks(Whole()).refuse(ANNA, VISIT, visit(diagnosis("J45.7")))
    assert raised.value.extra == {"near": {"/diagnoses/0/code": ["J45.0", "J45.1", "J45.8", "J45.9"]}}
    assert "J45" not in raised.value.fields[0].message


@pytest.mark.requirement("REC-14")
def test_a_code_that_ended_is_refused_with_its_successor_but_fits_a_record_of_its_time() -> None:
    with pytest.raises(InvalidFieldsError) as raised:
        checks().refuse(ANNA, VISIT, visit(diagnosis("A90", "Лихорадка денге")))
    assert raised.value.fields[0].code == "code-inactive"
    assert raised.value.fields[0].message.endswith("use A97")
    assert raised.value.extra == {"near": {"/diagnoses/0/code": ["A97"]}}
    assert refused(VISIT, visit(diagnosis("A90", "Лихорадка денге"), at="2019-07-01T10:00:00Z")) == []


@pytest.mark.requirement("REC-14")
@pytest.mark.parametrize(
    ("diagnoses", "wrong"),
    [
        ([diagnosis("G63.2")], ["/diagnoses/0/code"]),
        ([diagnosis("G63.2"), diagnosis("N08.3")], ["/diagnoses/0/code", "/diagnoses/1/code"]),
        ([diagnosis("G63.2"), diagnosis("E11.4")], []),
        ([diagnosis("E11.4"), diagnosis("G63.2", role="secondary")], []),
        ([diagnosis("G63.2", role="secondary")], []),
    ],
    ids=["alone", "two", "with-its-dagger", "secondary", "secondary-alone"],
)
def test_an_asterisk_code_is_no_main_diagnosis_alone(diagnoses: list, wrong: list) -> None:
    assert refused(VISIT, visit(*diagnoses)) == [(field, "asterisk-alone") for field in wrong]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Гипертоническая болезнь, эссенциальная", []),
        ("Первичная гипертензия", []),
        ("essential hypertension", []),
        ("АГ", []),  # an abbreviation says nothing that could be held against the code
        ("Острый бронхит", [("/diagnoses/0/text", "text-differs")]),
    ],
)
def test_words_that_contradict_their_code_are_a_hint(text: str, told: list) -> None:
    body = visit(diagnosis("I10", text))
    assert refused(VISIT, body, Whole()) == []
    assert hints(VISIT, body) == told


def test_a_drug_by_its_name_and_atc() -> None:
    drug = {"inn": "Амоксициллин", "atc": "N02BE01", "form": "таблетки", "strength": "500 мг"}
    body = {"occurred_at": DAY, "drug": drug}
    assert hints(MEDICATION_STATEMENT, body) == [("/drug/inn", "text-differs")]
    drug |= {"inn": "Амоксицилин", "atc": "J01CA04", "form": "таблетка"}
    found = checks().look(MEDICATION_STATEMENT, body, ())
    assert found["storable"]
    assert [(h["field"], h["code"], h["suggestions"][0]["code"]) for h in found["hints"]] == [
        ("/drug/inn", "not-listed", "amoxicillin"),
        ("/drug/form", "not-listed", "tablets"),
    ]


def test_a_field_of_its_own_may_name_other_words() -> None:
    body = {"occurred_at": DAY, "relation": "mother", "condition": "Инсульт", "code": "I10"}
    assert hints(FAMILY_HISTORY, body) == [("/condition", "text-differs")]


# --- units


@pytest.mark.requirement("REC-14")
@pytest.mark.parametrize(
    ("value", "problems", "hint"),
    [
        ({"unit": "mmol/L"}, [], []),
        ({"unit": "mg/dL"}, [], []),
        ({"unit": "kg"}, [("/values/0/unit", "unit-not-allowed")], []),
        ({"unit": "ммоль/л"}, [], [("/values/0/unit", "unit-unknown")]),
        ({"unit": "кг"}, [("/values/0/unit", "unit-not-allowed")], [("/values/0/unit", "unit-unknown")]),
        ({"unit": "попугаев"}, [], [("/values/0/unit", "unit-unknown")]),
        ({"name": "Кровь на что-то", "unit": "kg"}, [], [("/values/0/name", "not-listed")]),
        ({"name": "Сахар", "loinc": "2345-7", "unit": "U/L"}, [("/values/0/unit", "unit-not-allowed")], None),
        ({"name": "Эозинофилы", "unit": "%"}, [], []),
        ({"name": "Эозинофилы", "unit": "10*9/L"}, [], []),
    ],
    ids=["si", "other", "wrong", "spelt", "spelt-wrong", "no-unit", "unknown-name", "by-loinc", "share", "count"],
)
def test_units_of_an_analyte(value: dict[str, Any], problems: list, hint: list | None) -> None:
    body = result(**value)
    assert refused(LABORATORY_RESULT, body) == problems
    if hint is not None:
        assert hints(LABORATORY_RESULT, body) == hint


def test_a_unit_in_words_is_told_as_ucum() -> None:
    found = checks().look(LABORATORY_RESULT, result(unit="ммоль/л"), ())["hints"]
    assert found[0]["suggestions"][0] == {"code": "mmol/L", "ru": "ммоль/л", "en": "millimole per litre"}


# --- links


@pytest.fixture
def world() -> Any:
    made: Any = World()
    made.anna, made.boris = made.patient(), made.patient(BORIS)
    made.doctor = made.staff()
    made.consent(made.doctor)
    made.consent(made.doctor, BORIS)
    return made


def stored(world: Any, patient: str, key: str = KEY, **changes: Any) -> dict[str, Any]:
    body = {"occurred_at": "2026-03-01T10:00:00+03:00", "doctor_name": "Петров", "reason": "Осмотр", "diagnoses": []}
    return world.records.create(world.doctor, patient, VISIT, {**body, **changes}, key)[0]


@pytest.mark.requirement("REC-14", "SEC-2")
def test_a_link_leads_to_a_record_of_the_same_card(world: Any) -> None:
    first, other = stored(world, ANNA), stored(world, BORIS, "f" * 16)
    link = {"kind": "visit", "id": first["id"]}
    assert stored(world, ANNA, "1" * 16, related=[link])["body"]["related"] == [link]
    for wrong in ({**link, "id": other["id"]}, {**link, "kind": "allergy"}, {**link, "kind": "no-such-kind"}):
        with pytest.raises(InvalidFieldsError) as raised:
            stored(world, ANNA, "2" * 16, related=[link, wrong])
        assert [(problem.field, problem.code) for problem in raised.value.fields] == [("/related/1/id", "not-on-card")]


@pytest.mark.requirement("REC-14")
def test_what_is_refused_is_not_stored_and_an_amendment_is_checked_too(world: Any) -> None:
    made = stored(world, ANNA)
    body = {**made["body"], "diagnoses": [diagnosis("G01")]}
    with pytest.raises(InvalidFieldsError):
        world.records.amend(world.doctor, ANNA, VISIT, made["id"], body, 1)
    assert world.records.read(world.doctor, ANNA, VISIT, made["id"])["version"] == 1


@pytest.mark.requirement("REC-14", "REC-4")
@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"values": [{"name": "Глюкоза", "value": "7.1", "unit": "mmol/L"}]}, [("/values", "settled")]),
        ({"values": [{"name": "Глюкоза", "value": "7.1", "unit": "mmol/L"}], "status": "corrected"}, []),
        ({"status": "preliminary"}, [("/status", "transition")]),
        ({"laboratory": "КДЛ № 2"}, []),
    ],
    ids=["value", "value-corrected", "back", "elsewhere"],
)
def test_a_final_result_is_changed_by_a_correction_alone(world: Any, changes: dict, wrong: list) -> None:
    value = {"name": "Глюкоза", "value": "5.1", "unit": "mmol/L"}
    body = {"occurred_at": DAY, "laboratory": "КДЛ", "category": "blood", "panel": "Глюкоза", "status": "final"}
    body |= {"values": [value], "specimen": None, "conclusion": None, "related": []}
    made = world.records.create(world.doctor, ANNA, LABORATORY_RESULT, body, KEY)[0]
    found: list[tuple[str, str]] = []
    try:
        world.records.amend(world.doctor, ANNA, LABORATORY_RESULT, made["id"], {**body, **changes}, 1)
    except InvalidFieldsError as error:
        found = [(problem.field, problem.code) for problem in error.fields]
    assert found == wrong
    assert len(world.entries("laboratory-result:read")) == 1  # whether it fits is told by how the record stands


def test_of_a_body_of_junk_no_more_is_looked_at_than_a_whole_one_can_have(world: Any) -> None:
    junk = {"values": [{"name": f"Нечто {n}", "unit": "Cel"} for n in range(MOST_LOOKED_AT)]}
    found = world.entry_checks.look(LABORATORY_RESULT, junk, ())
    assert {hint["code"] for hint in found["hints"]} == {"not-listed"}
    assert len(found["hints"]) == MOST_LOOKED_AT / 2


@pytest.mark.requirement("REC-14", "RX-1")
def test_a_prescription_is_checked_too(world: Any) -> None:
    body = {**PRESCRIPTION, "diagnosis": diagnosis("A91", "Денге")}
    with pytest.raises(InvalidFieldsError) as raised:
        world.prescriptions.issue(world.doctor, ANNA, body, KEY)
    assert [problem.field for problem in raised.value.fields] == ["/diagnosis/code"]


class NoTables(MemoryTables):
    """A store that must not be asked."""

    def get_many(self, keys: Any) -> Any:
        raise UnavailableError


def test_an_entry_without_links_asks_no_store_and_one_with_links_once() -> None:
    asking = EntryCheckService(OWN, NoTables(), FixedClock())
    asking.refuse(ANNA, VISIT, visit(diagnosis("I10", "Гипертензия")))
    with pytest.raises(UnavailableError):
        asking.refuse(ANNA, VISIT, {**visit(), "related": [{"kind": "visit", "id": "x"}] * 3})


def test_a_body_that_nobody_knows_a_word_of_is_not_helped_with_every_word() -> None:
    body = {"occurred_at": DAY, "values": [{"name": f"Гемоглобан {number}", "text": "1"} for number in range(200)]}
    found = checks().look(LABORATORY_RESULT, body, ())["hints"]
    assert [hint["code"] for hint in found] == ["not-listed"] * 200
    assert [bool(hint.get("suggestions")) for hint in found] == [True] * 20 + [False] * 180


# --- while one types


def test_a_moment_that_cannot_be_is_told_and_refused() -> None:
    for at, code in (("2999-01-01T00:00:00Z", "future"), ("1899-12-31T00:00:00Z", "too-early")):
        found = checks().look(VISIT, visit(at=at), ())
        assert [problem["code"] for problem in found["problems"]] == [code]
        assert not found["storable"]


def test_places_have_pointers_and_wrong_shapes_are_passed_by() -> None:
    model = model_of(VISIT.body)
    body = {"diagnoses": [{"code": "I10"}, "no", {"code": 7}, None], "related": {"id": "x"}}
    assert [place.pointer for place in places(model, body)] == ["/diagnoses/0/code", "/diagnoses/2/code", "/related/id"]
    assert list(places(model, [body])) == []


@pytest.mark.parametrize("spec", [spec for spec in RECORD_TYPES if spec.body], ids=lambda spec: spec.name)
def test_every_coded_field_names_a_set_that_exists(spec: Any) -> None:
    for pointer, mark in coded_fields(model_of(spec.body)):
        assert mark.code_set in NAMES, pointer
        if mark.by not in {"code", "name"}:
            assert any(mark.by in row.more for row in OWN(mark.code_set).rows()), pointer
        if mark.listed:
            assert any(mark.listed[1] in row.more for row in OWN(mark.listed[0]).rows()), pointer


def test_a_set_that_does_not_exist_is_not_found() -> None:
    with pytest.raises(NotFoundError):
        OWN("icd-11")


FIELDS = st.sampled_from(
    [
        "diagnoses",
        "code",
        "text",
        "role",
        "related",
        "kind",
        "id",
        "values",
        "name",
        "unit",
        "loinc",
        "drug",
        "inn",
        "atc",
    ]
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=tried(200), deadline=None)
@given(
    st.sampled_from([VISIT, LABORATORY_RESULT, MEDICATION_STATEMENT]), st.dictionaries(FIELDS, json_values, max_size=5)
)
def test_no_half_filled_form_breaks_the_check(spec: Any, body: dict[str, Any]) -> None:
    found = checks().look(spec, body, ())
    assert found["storable"] == (not found["problems"])
