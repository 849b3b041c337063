"""From FHIR R4 to bodies of records: what fits is exact, what does not fit is named, nothing raises (ACT-3)."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.interop import fhir_source
from chalicelib.interop.mapping import Mapped, mapped
from chalicelib.interop.mapping.rules import every, moment
from local.fhir_resources import ICD10, LOINC, UCUM, records
from tests.effort import tried

pytestmark = pytest.mark.requirement("ACT-3")

ALLERGY, PRESSURE, WEIGHT, HAEMOGLOBIN, LIPIDS, ENCOUNTER, *_ = records("me")

# In the form of the official examples (hl7.org/fhir/R4, CC0): body weight in pounds, cashew nuts.
POUNDS = {
    "resourceType": "Observation",
    "id": "example",
    "status": "final",
    "category": [{"coding": [{"code": "vital-signs"}]}],
    "code": {"coding": [{"system": LOINC, "code": "29463-7", "display": "Body Weight"}]},
    "subject": {"reference": "Patient/me"},
    "effectiveDateTime": "2016-03-28",
    "valueQuantity": {"value": 185, "unit": "lbs", "system": UCUM, "code": "[lb_av]"},
}
CASHEW = {
    "resourceType": "AllergyIntolerance",
    "id": "example",
    "clinicalStatus": {"coding": [{"code": "active"}]},
    "verificationStatus": {"coding": [{"code": "confirmed"}]},
    "category": ["food"],
    "criticality": "high",
    "code": {"coding": [{"system": "http://snomed.info/sct", "code": "227493005", "display": "Cashew nuts"}]},
    "recordedDate": "2014-10-09T14:58:00+11:00",
    "reaction": [{"description": "Challenge Protocol. Severe reaction to subcutaneous cashew extract."}],
}


def changed(resource: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Without what is None."""
    return {name: value for name, value in {**deepcopy(resource), **changes}.items() if value is not None}


def test_the_official_shapes() -> None:
    body = mapped(CASHEW).body
    assert (body["substance"], body["category"], body["criticality"]) == ("Cashew nuts", "food", "high")
    assert body["occurred_at"] == "2014-10-09T14:58:00+11:00"
    assert mapped(POUNDS) == Mapped(reason="unit")


def test_an_allergy() -> None:
    assert mapped(ALLERGY) == Mapped(
        "allergy",
        {
            "occurred_at": "2024-03-05T00:00:00+03:00",
            "substance": "Амоксициллин",
            "atc": "J01CA04",
            "category": "drug",
            "criticality": "high",
            "reaction": "Крапивница",
            "clinical_status": "active",
        },
    )


def test_a_pressure_and_a_weight() -> None:
    body = mapped(PRESSURE).body
    assert (body["systolic"], body["diastolic"], body["unit"], body["value"]) == ("128", "82", "mm[Hg]", None)
    assert mapped(WEIGHT).body["value"] == "71.5"


def test_results() -> None:
    [value] = mapped(HAEMOGLOBIN).body["values"]
    assert value == {
        "name": "Гемоглобин",
        "loinc": "718-7",
        "value": "131",
        "text": None,
        "unit": "g/L",
        "low": "120",
        "high": "150",
        "reference_text": None,
        "interpretation": "N",
        "laboratory_flag": None,
        "applies_to": None,
        "method": None,
    }
    report = mapped(LIPIDS).body
    assert (report["panel"], report["conclusion"], report["values"][0]["high"]) == (
        "Липидный профиль",
        "Без отклонений",
        "5.2",
    )


def test_a_visit() -> None:
    body = mapped(ENCOUNTER).body
    assert body["doctor_name"] == "Орлова Ирина Павловна"
    assert mapped(changed(ENCOUNTER, participant=None)).body["doctor_name"] == "не указано"
    assert body["diagnoses"] == [{"code": "I10", "text": "Эссенциальная гипертензия", "role": "main", "chronic": False}]


def test_a_number_stays_as_it_was_written() -> None:
    text = json.dumps(WEIGHT).replace("71.5", "71.50")
    read = json.loads(text, parse_float=fhir_source._exact)
    assert mapped(read).body["value"] == "71.50"


QUANTITY = {"value": 71.5, "system": UCUM, "code": "kg"}


@pytest.mark.parametrize(
    ("resource", "reason"),
    [
        (changed(ALLERGY, code={}), "substance"),
        (changed(ALLERGY, recordedDate="2024", meta=None), "occurred_at"),
        (changed(ALLERGY, clinicalStatus=None), "clinical_status"),
        (changed(ALLERGY, verificationStatus={"coding": [{"code": "refuted"}]}), "no-rule"),
        (changed(ALLERGY, verificationStatus=None), "no-rule"),
        (changed(ALLERGY, modifierExtension=[{"url": "x"}]), "modifierExtension"),
        (changed(WEIGHT, status="preliminary"), "no-rule"),
        (changed(WEIGHT, status="cancelled"), "no-rule"),
        (changed(WEIGHT, dataAbsentReason={"text": "x"}, valueQuantity=None), "dataAbsentReason"),
        (changed(WEIGHT, valueQuantity={**QUANTITY, "comparator": "<"}), "value"),
        (changed(WEIGHT, valueQuantity={**QUANTITY, "value": "71.5"}), "value"),
        (changed(WEIGHT, valueQuantity={**QUANTITY, "value": True}), "value"),
        (changed(WEIGHT, valueQuantity={**QUANTITY, "value": 1e30}), "value"),
        (changed(WEIGHT, valueQuantity={**QUANTITY, "value": 7150}), "value"),
        (changed(WEIGHT, valueQuantity={**QUANTITY, "code": "g"}), "unit"),
        (changed(WEIGHT, valueQuantity={**QUANTITY, "system": "http://other"}), "unit"),
        (changed(WEIGHT, valueQuantity=None), "value"),
        (changed(WEIGHT, effectiveDateTime="2026-09-15T09:35:00"), "occurred_at"),
        (changed(PRESSURE, component=PRESSURE["component"][:1]), "diastolic"),
        (changed(HAEMOGLOBIN, valueQuantity=None), "values/value"),
        (changed(HAEMOGLOBIN, status="cancelled"), "no-rule"),
        (changed(LIPIDS, contained=None), "values"),
        (changed(LIPIDS, result=None), "values"),
        (changed(ENCOUNTER, status="planned"), "no-rule"),
        (changed(ENCOUNTER, hospitalization={"dischargeDisposition": {"text": "x"}}), "hospitalization"),
        (changed(ENCOUNTER, **{"class": {"code": "IMP"}}), "class"),
        (changed(ENCOUNTER, reasonCode=[{"coding": [{"system": ICD10, "code": "?"}]}]), "reason"),
        ({"resourceType": "Procedure"}, "no-rule"),
        ({"resourceType": 5}, "no-rule"),
        ({}, "no-rule"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_kept_with_its_reason(resource: dict[str, Any], reason: str) -> None:
    assert mapped(resource) == Mapped(reason=reason)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026-09-15", "2026-09-15T00:00:00+03:00"),
        ("2026-09-15T09:35:00Z", "2026-09-15T09:35:00+00:00"),
        ("2026-09", None),
        ("2026-02-30", None),
        ("2026-09-15T09:35", None),
        (5, None),
        (None, None),
    ],
)
def test_moments(text: Any, found: str | None) -> None:
    assert moment(text) == found


def test_paths() -> None:
    tree = {"a": [{"b": [{"s": "x", "c": 1}, {"s": "y", "c": 2}]}, {"b": {"s": "x", "c": 3}}, 5, None]}
    assert every(tree, "a.b.c") == [1, 2, 3]
    assert every(tree, "a.b[s=x].c") == [1, 3]
    assert every(tree, "a.c.b") == every(5, "a") == every(tree, "z") == []


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(data=st.data())
@settings(max_examples=tried(150), deadline=None)
def test_whatever_a_resource_holds_nothing_raises(data: st.DataObject) -> None:
    resource = deepcopy(data.draw(st.sampled_from(records("me"))))
    for _ in range(data.draw(st.integers(1, 2))):
        place: Any = resource
        while isinstance(place, dict | list) and place:
            key = data.draw(st.sampled_from(list(place) if isinstance(place, dict) else range(len(place))))
            if not isinstance(place[key], dict | list) or data.draw(st.booleans()):
                place[key] = data.draw(ANYTHING)
                break
            place = place[key]
    found = mapped(resource)
    assert bool(found.kind) != bool(found.reason)
