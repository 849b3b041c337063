"""Results and lasting facts as other systems send them: taken in words where a number or a word of ours is too little.

What is not said is not guessed, and what does not fit is received whole (PRT-1, PRT-2).
"""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.exact_json import dumps, loads
from chalicelib.domain.resources import SERVED
from chalicelib.interop.mapping.narrative import division, plain, undivided
from chalicelib.interop.mapping.received import began
from chalicelib.interop.mapping.table_mapper import TableMapper
from chalicelib.records.places import model_of
from chalicelib.records.registry import record_type
from tests.effort import tried
from tests.r4_examples import example, examples

pytestmark = [pytest.mark.requirement("PRT-1"), pytest.mark.requirement("PRT-2")]

NOW = datetime(2027, 1, 10, 12, 0, tzinfo=UTC)
MAPPER = TableMapper(lambda: NOW)
UCUM = "http://unitsofmeasure.org"
LOINC = "http://loinc.org"


def quantity(value: Any, unit: str = "mmol/L", **more: Any) -> dict[str, Any]:
    return {"value": value, "unit": unit, "system": UCUM, "code": unit, **more}


def observation(**more: Any) -> dict[str, Any]:
    made = {
        "resourceType": "Observation",
        "status": "final",
        "category": [{"coding": [{"code": "laboratory"}]}],
        "code": {"coding": [{"system": LOINC, "code": "2093-3"}], "text": "Холестерин"},
        "effectiveDateTime": "2026-09-16T08:00:00+03:00",
    }
    return {name: value for name, value in {**made, **more}.items() if value is not None}


def report(*results: dict[str, Any], **more: Any) -> dict[str, Any]:
    inside = [{**one, "id": f"r{number}"} for number, one in enumerate(results)]
    made = observation(resourceType="DiagnosticReport", code={"text": "Липиды"}, performer=[{"display": "КДЛ"}])
    made |= {"category": [{"coding": [{"code": "LAB"}]}]}
    if inside:
        made |= {"contained": inside, "result": [{"reference": f"#{one['id']}"} for one in inside]}
    return {**made, **more}


def value(**more: Any) -> dict[str, Any]:
    """What one observation comes to, without what is not said."""
    placed = MAPPER.placed(loads(dumps(observation(**more))))
    assert placed.kind == "laboratory-result", placed
    [found] = placed.body["values"]
    return {name: one for name, one in found.items() if one is not None and name not in {"name", "loinc"}}


RANGE = {"low": quantity(3), "high": quantity(5.2)}


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"valueQuantity": quantity(4.7)}, {"value": "4.7", "unit": "mmol/L"}),
        ({"valueQuantity": quantity(0.1, comparator="<")}, {"text": "< 0.1", "unit": "mmol/L"}),
        ({"valueQuantity": {"value": 7.4}}, {"text": "7.4"}),
        ({"valueQuantity": {"value": 7, "unit": "балл"}}, {"value": "7", "unit": "балл"}),
        ({"valueQuantity": quantity(1e22)}, {"text": "1e+22", "unit": "mmol/L"}),
        ({"valueString": "не обнаружено"}, {"text": "не обнаружено"}),
        ({"valueCodeableConcept": {"coding": [{"code": "NEG", "display": "Negative"}]}}, {"text": "Negative"}),
        ({"valueInteger": 3}, {"text": "3"}),
        ({"valueBoolean": False}, {"text": "нет"}),
        ({"valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 128}}}, {"text": "1 : 128"}),
        ({"valueRange": {"low": quantity(1), "high": quantity(3)}}, {"text": "1 mmol/L – 3 mmol/L"}),
        ({"dataAbsentReason": {"coding": [{"code": "not-performed"}]}}, {"text": "не выполнялось"}),
        ({"dataAbsentReason": {"text": "Гемолиз"}}, {"text": "Гемолиз"}),
        ({"status": "preliminary"}, {"text": "результат ожидается"}),
        ({"status": "entered-in-error"}, {"text": "отозвано"}),
        (
            {"valueQuantity": quantity(6), "referenceRange": [RANGE]},
            {"value": "6", "unit": "mmol/L", "low": "3", "high": "5.2", "interpretation": "H"},
        ),
        (
            {"valueQuantity": quantity(6), "referenceRange": [{"high": quantity(200, "mg/dL")}]},
            {"value": "6", "unit": "mmol/L", "reference_text": "… – 200 mg/dL"},
        ),
        (
            {
                "valueQuantity": quantity(6),
                "referenceRange": [
                    {"high": quantity(5), "appliesTo": [{"text": "муж."}]},
                    {"high": quantity(4), "age": {"low": quantity(60, "a")}},
                ],
            },
            {"value": "6", "unit": "mmol/L", "reference_text": "муж.: … – 5 mmol/L; 60 a – …: … – 4 mmol/L"},
        ),
        (
            {"valueQuantity": quantity(6), "interpretation": [{"coding": [{"code": "HH"}]}]},
            {"value": "6", "unit": "mmol/L", "laboratory_flag": "HH", "interpretation": "HH"},
        ),
        (
            {"valueQuantity": quantity(0.5), "interpretation": [{"coding": [{"code": "R", "display": "Resistant"}]}]},
            {"text": "0.5 (Resistant)", "unit": "mmol/L"},
        ),
        ({"valueQuantity": quantity(6), "method": {"text": "ИФА"}}, {"value": "6", "unit": "mmol/L", "method": "ИФА"}),
    ],
)
def test_values_of_a_laboratory(said: dict[str, Any], found: dict[str, Any]) -> None:
    assert value(**said) == found


def test_components_notes_and_long_texts() -> None:
    parts = [
        {"code": {"text": "Чувствительность"}, "valueString": "S"},
        {"code": {"text": "Микроскопия"}, "valueString": "длинный текст " * 40},
    ]
    body = MAPPER.placed(observation(component=parts, note=[{"text": "Повторить."}])).body
    assert [(one["name"], one["text"]) for one in body["values"]] == [
        ("Чувствительность", "S"),
        ("Микроскопия", "см. заключение"),
    ]
    assert body["conclusion"].startswith("Микроскопия: длинный текст")
    assert body["conclusion"].endswith("Холестерин: Повторить.")
    assert body["laboratory"] == "не указано"


@pytest.mark.parametrize(
    ("whole", "part", "status"),
    [
        ("final", "final", "final"),
        ("amended", "corrected", "corrected"),
        ("appended", "final", "corrected"),
        ("partial", "final", "preliminary"),
        ("final", "preliminary", "preliminary"),
        ("entered-in-error", "final", "entered-in-error"),
        ("final", "cancelled", "final"),
    ],
)
def test_a_result_is_as_certain_as_its_least_certain_part(whole: str, part: str, status: str) -> None:
    assert MAPPER.placed(report(observation(status=part, valueInteger=1), status=whole)).body["status"] == status


def test_reports() -> None:
    pdf = {"contentType": "application/pdf", "title": "Бланк"}
    body = MAPPER.placed(report(observation(valueInteger=1), conclusion="Норма.", presentedForm=[pdf])).body
    assert body["conclusion"] == "Норма.\nК результату приложен файл, он хранится в полученном сообщении: Бланк"
    blood = [{"coding": [{"code": "LAB"}]}, {"coding": [{"code": "HM"}]}]
    assert MAPPER.placed(report(observation(valueInteger=1), category=blood)).body["category"] == "blood"
    waiting = MAPPER.placed(report(status="registered"))
    assert [one["text"] for one in waiting.body["values"]] == ["результат ожидается"]
    assert (waiting.kind, waiting.body["status"]) == ("laboratory-result", "preliminary")
    for kept in (
        report(),
        report(observation(valueInteger=1), result=[{"reference": "Observation/elsewhere"}]),
        report(observation(valueInteger=1, hasMember=[{"reference": "#r0"}])),
        report(observation(valueInteger=1), category=[{"coding": [{"code": "RAD"}]}]),
        report(observation(valueInteger=1), status="cancelled"),
        report(observation(valueInteger=1, status="unknown")),
    ):
        assert MAPPER.placed(kept).kind == "received-results"


def test_what_lasts_is_taken_only_if_it_says_so() -> None:
    condition: dict[str, Any] = {
        "resourceType": "Condition",
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "verificationStatus": {"coding": [{"code": "confirmed"}]},
        "category": [{"coding": [{"code": "problem-list-item"}]}],
        "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "E11.9", "display": "СД 2 типа"}]},
        "recordedDate": "2020-02-03",
    }
    assert MAPPER.placed(condition).kind == "received-conditions"
    course = {"coding": [{"system": "http://snomed.info/sct", "code": "90734009"}]}
    lasting = {**condition, "category": [*condition["category"], course]}
    placed = MAPPER.placed(lasting)
    assert (placed.kind, placed.body["diagnosis"]["code"]) == ("chronic-condition", "E11.9")
    assert MAPPER.placed({**lasting, "clinicalStatus": {"coding": [{"code": "inactive"}]}}).reason == "clinical_status"
    assert MAPPER.placed({**lasting, "verificationStatus": {"coding": [{"code": "provisional"}]}}).reason == "no-rule"
    assert MAPPER.placed({**lasting, "code": {"text": "Диабет"}}).reason == "diagnosis"


def test_a_relative() -> None:
    placed = MAPPER.placed(example("FamilyMemberHistory-father"))
    assert placed.kind == "family-history"
    assert placed.body["relation"] == "father"
    assert (placed.body["onset_age"], placed.body["deceased"]) == (74, True)


def test_a_vaccination_in_the_words_of_the_calendar() -> None:
    dose: dict[str, Any] = {
        "resourceType": "Immunization",
        "status": "completed",
        "vaccineCode": {"coding": [{"system": "http://hl7.org/fhir/sid/cvx", "code": "05"}], "text": "ЖКВ"},
        "occurrenceDateTime": "2026-05-06",
        "lotNumber": "17",
        "location": {"display": "Поликлиника"},
        "protocolApplied": [{"doseNumberString": "V1"}],
    }
    body = MAPPER.placed(dose).body
    assert (body["vaccine"], body["targets"]) == ("measles", [{"disease": "measles", "stage": "V1"}])
    assert (body["consent"], body["trade_name"]) == ("not-known", "ЖКВ")
    assert MAPPER.placed({**dose, "protocolApplied": [{"doseNumberPositiveInt": 1}]}).reason == "targets"
    assert MAPPER.placed({**dose, "lotNumber": None}).reason == "lot"
    bcg = {"coding": [{"system": "http://hl7.org/fhir/sid/cvx", "code": "19"}]}  # two of our vaccines have this code
    assert MAPPER.placed({**dose, "vaccineCode": bcg}).reason == "vaccine"


def test_a_medicine_that_is_named_whole() -> None:
    drug = {
        "resourceType": "Medication",
        "id": "m",
        "code": {"coding": [{"system": "http://www.whocc.no/atc", "code": "C09AA03", "display": "Лизиноприл"}]},
        "form": {"text": "таблетки"},
        "ingredient": [{"strength": {"numerator": quantity(10, "mg"), "denominator": {"value": 1}}}],
    }
    taken: dict[str, Any] = {
        "resourceType": "MedicationStatement",
        "status": "active",
        "contained": [drug],
        "medicationReference": {"reference": "#m"},
        "effectivePeriod": {"start": "2026-05-06"},
        "dosage": [{"text": "Утром"}],
    }
    drug_body = MAPPER.placed(taken).body["drug"]
    assert (drug_body["inn"], drug_body["strength"], drug_body["form"]) == ("Лизиноприл", "10 mg", "таблетки")
    assert MAPPER.placed({**taken, "contained": [{**drug, "form": None}]}).reason == "drug"
    asked = {**taken, "resourceType": "MedicationRequest", "intent": "order", "authoredOn": "2026-05-06"}
    assert MAPPER.placed(asked).kind == "received-medication"


# --- what fits nothing


def test_what_is_received_has_a_name_a_day_and_its_own_words() -> None:
    goal = {
        "resourceType": "Goal",
        "lifecycleStatus": "active",
        "description": {"text": "x"},
        "category": [{"text": "Снизить \u202eвес"}],
        "startDate": "2026-03",
        "text": {
            "div": "<div><script>x</script><table><tr><td>A</td><td>1 &lt; 2</td></tr></table><p>b<br/>c</p></div>"
        },
    }
    placed = MAPPER.placed(goal)
    assert placed.kind == "received-conditions"
    assert placed.body == {
        "occurred_at": "2026-03-01T00:00:00+03:00",
        "resource_type": "Goal",
        "title": "Снизить вес",
        "state": "active",
        "narrative": "A 1 < 2\nb\nc",
    }
    undated = MAPPER.placed({"resourceType": "Claim", "created": "3000-01-01"})
    assert undated.body["occurred_at"] == NOW.isoformat()
    assert (
        MAPPER.placed({"resourceType": "Claim", "meta": {"lastUpdated": "2026-01-02T03:04:05Z"}})
        .body["occurred_at"]
        .startswith("2026-01-02")
    )


def test_a_mapped_resource_of_the_future_is_received() -> None:
    late = observation(valueInteger=1, effectiveDateTime="2027-02-01", issued="2026-12-01T00:00:00Z")
    placed = MAPPER.placed(late)
    assert (placed.kind, placed.reason) == ("received-results", "occurred_at")
    assert placed.body["occurred_at"].startswith("2026-12-01")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026", "2026-01-01T00:00:00+03:00"),
        ("2026-07", "2026-07-01T00:00:00+03:00"),
        ("2026-07-04", "2026-07-04T00:00:00+03:00"),
        ("2026-07-04T01:02:03Z", "2026-07-04T01:02:03+00:00"),
        ("0001-01-01", None),
        ("9999-12-31T23:59:59-12:00", None),
        ("26", None),
        ("2026-13", None),
        ("2026-07-04T01:02", None),
        (7, None),
    ],
)
def test_beginnings(text: Any, day: str | None) -> None:
    found = began(text)
    assert (found.isoformat() if found else None) == day


@given(text=st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n"), max_size=60))
@settings(max_examples=tried(100), deadline=None)
def test_a_text_is_the_same_as_a_narrative(text: str) -> None:
    assert undivided(division(text)) == text
    assert undivided(division(text).replace("</div>", "<p>more</p></div>")) is None


@given(html=st.text(max_size=80), longest=st.integers(1, 40))
@settings(max_examples=tried(100), deadline=None)
def test_any_narrative_is_text_for_a_reader(html: str, longest: int) -> None:
    found = plain(html, longest)
    assert len(found) <= longest
    assert found == "" or any(one.isprintable() and not one.isspace() for one in found)


# --- all official examples, and whatever else


def of_a_card(resource_type: str) -> bool:
    return SERVED[resource_type].of_a_card if resource_type in SERVED else False


def test_official_examples_are_placed_the_same_each_time_in_kinds_of_their_type() -> None:
    kinds = set()
    for number, one in enumerate(examples()):
        resource = one.resource
        placed = MAPPER.placed(resource)
        assert placed.kind in MAPPER.kinds(one.type) or not of_a_card(one.type), one.name
        assert bool(placed.reason) == placed.kind.startswith("received-"), one.name
        if placed.kind.startswith("received-"):
            model_of(record_type(placed.kind).body).model_validate(placed.body)
        if number % 5 == 0:
            assert placed == MAPPER.placed(resource), one.name
            assert resource == one.resource, "it was changed"
        kinds.add(placed.kind)
    assert {"allergy", "family-history", "laboratory-result", "lifestyle", "vital-sign"} <= kinds


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
WHOLE = [
    report(observation(valueQuantity=quantity(4.7), referenceRange=[RANGE], interpretation=[{"text": "H"}])),
    observation(component=[{"code": {"text": "x"}, "valueRatio": {"numerator": quantity(1)}}]),
    *(one.resource for one in examples("FamilyMemberHistory", "Immunization", "MedicationStatement", "Condition")),
]


@given(data=st.data())
@settings(max_examples=tried(80), deadline=None)
def test_whatever_a_resource_holds_it_is_placed(data: st.DataObject) -> None:
    resource = deepcopy(data.draw(st.sampled_from(WHOLE)))
    for _ in range(data.draw(st.integers(1, 3))):
        place: Any = resource
        while isinstance(place, dict | list) and place:
            key = data.draw(st.sampled_from(list(place) if isinstance(place, dict) else range(len(place))))
            if not isinstance(place[key], dict | list) or data.draw(st.booleans()):
                place[key] = data.draw(ANYTHING)
                break
            place = place[key]
    placed = MAPPER.placed(resource)
    if placed.kind.startswith("received-"):
        model_of(record_type(placed.kind).body).model_validate(placed.body)
