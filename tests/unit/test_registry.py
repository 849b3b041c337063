"""The registry keeps its promises: names, models, labels, templates."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import ValidationError

from chalicelib.domain.access import Action
from chalicelib.errors import NotFoundError
from chalicelib.handlers.bodies import model
from chalicelib.records.bodies.base import Body
from chalicelib.records.bodies.laboratory import LaboratoryResult
from chalicelib.records.bodies.observation import VitalSign
from chalicelib.records.bodies.words import Options, Said
from chalicelib.records.printing import printable, stored_model
from chalicelib.records.registry import RECORD_TYPES, record_type

ROOT = Path(__file__).parents[2] / "chalicelib"


@pytest.mark.parametrize("spec", RECORD_TYPES, ids=lambda spec: spec.name)
def test_an_entry_is_whole(spec) -> None:
    fields = stored_model(spec).model_fields
    assert spec.occurred in fields
    assert set(spec.summary) <= set(fields)
    assert set(spec.labels) == {"ru", "en"}
    assert ("issue_document" in spec.after_write) <= (spec.pdf_template is not None)
    assert spec.grants[Action.CREATE] <= spec.grants[Action.READ]
    assert set(spec.transitions) <= set(fields)
    for name, values in spec.evidence.items():
        for value, asked in values.items():
            assert value in spec.transitions[name]
            assert {name, asked.unless, "related"} <= set(fields)
            assert {record_type(kind).name for kind in asked.kinds} == asked.kinds


def parts(model: type[Body]) -> dict[str, type[Body]]:
    """A body's model and every model inside it, by name."""
    found: dict[str, type[Body]] = {}

    def walk(annotation: Any) -> None:
        if isinstance(annotation, type) and issubclass(annotation, Body) and annotation.__name__ not in found:
            found[annotation.__name__] = annotation
            for field in annotation.model_fields.values():
                walk(field.annotation)
        for part in get_args(annotation):
            walk(part)

    walk(model)
    return found


@pytest.mark.parametrize("spec", RECORD_TYPES, ids=lambda spec: spec.name)
def test_every_field_has_its_words_and_every_value_of_a_list_too(spec) -> None:
    for name, part in parts(stored_model(spec)).items():
        for field, info in part.model_fields.items():
            if name == "Link" or field == "upload_id":  # ids, for machines alone
                continue
            said = [m for m in info.metadata if isinstance(m, Said)]
            assert said, (name, field)
            assert said[0].ru != said[0].en or said[0].ru == "LOINC", (name, field)
            options = [m for m in info.metadata if isinstance(m, Options)]
            values = get_args(info.annotation) if get_origin(info.annotation) is Literal else ()
            if options and values:
                assert set(options[0].words) == set(values), (name, field)
            elif values:
                assert field in {"form", "unit"}, (name, field)  # written alike in every language


@pytest.mark.parametrize("spec", RECORD_TYPES, ids=lambda spec: spec.name)
def test_the_schema_serves_a_form_in_both_languages(spec) -> None:
    schema = model(spec.body).model_json_schema()
    for name, field in schema["properties"].items():
        assert field["x-title"]["en"] != field["x-title"]["ru"], name


def test_names_are_unique_and_unknown_ones_are_not_found() -> None:
    for attribute in ("name", "collection"):
        found = [getattr(spec, attribute) for spec in RECORD_TYPES]
        assert len(found) == len(set(found))
    with pytest.raises(NotFoundError):
        record_type("horoscope")


def test_nobody_asks_which_kind_it_is_outside_of_records() -> None:
    names = {spec.name for spec in RECORD_TYPES}
    for path in ROOT.rglob("*.py"):
        if path.is_relative_to(ROOT / "records"):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Compare):
                compared = [n.value for n in ast.walk(node) if isinstance(n, ast.Constant)]
                assert not names & {c for c in compared if isinstance(c, str)}, path


@pytest.mark.requirement("REC-3")
@pytest.mark.parametrize("missing", ["occurred_at", "doctor_name", "examination", "conclusion", "follow_up_plan"])
def test_a_protocol_without_a_mandatory_field_is_refused_by_name(missing: str) -> None:
    from tests.world import PROTOCOL

    body = {name: value for name, value in PROTOCOL.items() if name != missing}
    with pytest.raises(ValidationError) as refused:
        model("records.bodies.examination:ExaminationProtocol").model_validate(body)
    assert [e["loc"] for e in refused.value.errors()] == [(missing,)]


RESULT = {"occurred_at": "2026-03-01T08:00:00+03:00", "laboratory": "КДЛ", "category": "blood", "panel": "ОАК"}


@pytest.mark.requirement("REC-5")
def test_a_value_keeps_its_digits_and_is_read_against_its_range() -> None:
    values = [
        {"name": "Гемоглобин", "value": "118.0", "unit": "g/L", "low": "120", "high": "160"},
        {"name": "Лейкоциты", "value": 12.3, "unit": "10*9/L", "low": "4.0", "high": "9.0"},
        {"name": "СОЭ", "value": "5", "unit": "mm/h", "high": "15"},
        {"name": "Белок", "text": "не обнаружен"},
    ]
    made = LaboratoryResult.model_validate({**RESULT, "values": values}).model_dump(mode="json")["values"]
    assert made[0]["value"] == "118.0"
    assert [v["interpretation"] for v in made] == ["L", "H", "N", None]


@pytest.mark.parametrize(
    "value",
    [
        {"name": "x"},
        {"name": "x", "value": "1", "text": "1", "unit": "g"},
        {"name": "x", "value": "1"},
        {"name": "x", "value": "1", "unit": "g", "low": "3", "high": "2"},
        {"name": "x", "value": "NaN", "unit": "g"},
        {"name": "x", "value": "1e400", "unit": "g"},
        {"name": "x\u0000", "text": "1"},
        {"name": "x", "text": "1\u202e5"},
        {"name": "\u200b\u2060", "text": "1"},
        {"name": "x", "text": "1", "colour": "red"},
    ],
)
def test_values_that_are_none(value: dict) -> None:
    with pytest.raises(ValidationError):
        LaboratoryResult.model_validate({**RESULT, "values": [value]})


@pytest.mark.requirement("REC-10")
@pytest.mark.parametrize(
    ("sign", "right"),
    [
        ({"code": "blood-pressure", "systolic": "120", "diastolic": "80", "unit": "mm[Hg]"}, True),
        ({"code": "pulse", "value": "72", "unit": "/min"}, True),
        ({"code": "blood-pressure", "value": "120", "unit": "mm[Hg]"}, False),
        ({"code": "blood-pressure", "systolic": "80", "diastolic": "120", "unit": "mm[Hg]"}, False),
        ({"code": "temperature", "value": "366", "unit": "Cel"}, False),
        ({"code": "weight", "value": "70", "unit": "/min"}, False),
        ({"code": "pulse", "value": "72", "systolic": "1", "unit": "/min"}, False),
    ],
)
def test_vital_signs(sign: dict, right: bool) -> None:  # noqa: FBT001
    body = {"occurred_at": "2026-03-01T08:00:00+03:00", **sign}
    if right:
        assert VitalSign.model_validate(body)
    else:
        with pytest.raises(ValidationError):
            VitalSign.model_validate(body)


def test_printing_leaves_out_what_is_not_for_paper() -> None:
    body = {
        "occurred_at": "2026-03-01T08:00:00+03:00",
        "doctor_name": "Петров",
        "drugs": [{"inn": "Амоксициллин", "form": "таблетки", "strength": "500 мг", "dosage": "1", "packs": 2}],
        "related": [{"kind": "visit", "id": "x"}],
        "qr": "https://card.example/r/x#y",
        "diagnosis": None,
        "validity": "60d",
    }
    made = printable(
        record_type("prescription"),
        body,
        subject=[("Пациент", "Иванова")],
        organisation="П",
        record_id="r",
        version=1,
        issued_at="2026-03-01T08:00:00.000Z",
        signed_by="Петров Пётр",
        role="doctor",
        language="en",
    )
    rows = dict(made["sections"][0]["rows"])
    assert made["sections"][1]["text"] == "Амоксициллин, таблетки, 500 мг\nDosage: 1\nPacks: 2"
    assert rows["Validity"] == "60 days"
    assert list(rows) == ["Date and time", "Doctor", "Validity"]
    assert made["qr"]["text"] == body["qr"]
    assert made["signature"]["name"] == "Петров Пётр"
