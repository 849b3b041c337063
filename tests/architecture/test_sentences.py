"""Every sentence about a field that the source or a model can say is said in Russian too."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from pydantic_core._pydantic_core import list_all_errors

import app  # noqa: F401 - registers every route
from chalicelib.domain.case_kinds import CASE_KINDS
from chalicelib.domain.profile_changes import FIELDS
from chalicelib.errors import FieldProblem, InvalidFieldsError
from chalicelib.errors.sentences import GENERAL, entries, russian
from chalicelib.handlers.endpoints import ENDPOINTS
from chalicelib.handlers.problems import problem
from chalicelib.records.registry import RECORD_TYPES
from chalicelib.records.shapes import model, validate
from tests.architecture.sentences import PAIRS, said

CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
PASSED_ON = PAIRS | frozenset({"records/shapes.py", "services/entry_checks.py", "services/vital_signs/devices.py"})
"""Files that pass on what another has said, beside what they say themselves."""

OF_NODES: Mapping[str, tuple[str, ...]] = {
    "model": ("model_type", "model_attributes_type"),
    "model-fields": ("missing", "extra_forbidden", "invalid_key", "model_type"),
    "dict": ("dict_type",),
    "list": ("list_type",),
    "str": ("string_type", "string_unicode"),
    "literal": ("literal_error",),
    "enum": ("enum",),
    "bool": ("bool_type", "bool_parsing"),
    "int": ("int_type", "int_parsing", "int_parsing_size", "int_from_float", "finite_number"),
    "decimal": ("decimal_type", "decimal_parsing", "finite_number"),
    "date": ("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"),
    "datetime": ("datetime_type", "datetime_parsing", "datetime_from_date_parsing", "datetime_object_invalid"),
    "definitions": ("recursion_loop",),
    "function-after": (),
    **dict.fromkeys(
        ("model-field", "default", "no-info", "with-info", "nullable", "any", "union", "computed-field"), ()
    ),
    **dict.fromkeys(("definition-ref", "function-wrap", "function-before", "function-plain", "constrained-str"), ()),
}
"""Types of error of a node of pydantic's core schema. ``value_error`` is what sentences.py reads from validators."""
OF_LIMITS: Mapping[tuple[str, str], tuple[str, ...]] = {
    **{(of, "min_length"): ("too_short",) for of in ("list", "dict")},
    **{(of, "max_length"): ("too_long",) for of in ("list", "dict")},
    ("str", "min_length"): ("string_too_short",),
    ("str", "max_length"): ("string_too_long",),
    ("str", "pattern"): ("string_pattern_mismatch",),
    ("datetime", "tz_constraint"): ("timezone_aware",),
    ("decimal", "max_digits"): ("decimal_max_digits", "decimal_whole_digits"),
    ("decimal", "decimal_places"): ("decimal_max_places",),
    **{(of, "ge"): ("greater_than_equal",) for of in ("int", "decimal", "date")},
    **{(of, "gt"): ("greater_than",) for of in ("int", "decimal", "date")},
    **{(of, "le"): ("less_than_equal",) for of in ("int", "decimal", "date")},
    **{(of, "lt"): ("less_than",) for of in ("int", "decimal", "date")},
}


PARTS: Mapping[str, tuple[str, ...]] = {
    "after {} comes {}": ("after 7 comes 7", "after 7 comes nothing"),
    "no longer a code of {}{}": ("no longer a code of 7", "no longer a code of 7; use 7"),
}
"""Sentences whose end is there only sometimes."""


def filled(english: str) -> tuple[str, ...]:
    return PARTS.get(english, (english.replace("{}", "7"),))


def nodes(schema: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(schema, dict):
        if isinstance(schema.get("type"), str):
            yield schema
        for name, below in schema.items():
            if name not in {"metadata", "serialization"}:
                yield from nodes(below)
    elif isinstance(schema, list | tuple):
        for below in schema:
            yield from nodes(below)


def possible() -> set[str]:
    """Types of pydantic's errors that a model of a route, a record or a case can give."""
    named = {entry.body for entry in ENDPOINTS} | {spec.body for spec in RECORD_TYPES}
    named |= {kind.form for kind in CASE_KINDS.values()}
    found: set[str] = set()
    for name in filter(None, named):
        for node in nodes(model(name).__pydantic_core_schema__):
            found.update(OF_NODES[node["type"]])
            for limit in node:
                found.update(OF_LIMITS.get((node["type"], limit), ()))
    return found


TEMPLATES = {str(error["type"]): str(error["message_template_python"]) for error in list_all_errors()}
SAID = [entry for entry in said() if entry[0] not in PASSED_ON or entry[1:] != ("{}", "{}")]


@pytest.mark.parametrize("kind", sorted(possible()))
def test_what_a_model_says(kind: str) -> None:
    for plural in ("", "s"):
        message = re.sub(r"\{(\w+)\}", "7", TEMPLATES[kind].replace("{expected_plural}", plural))
        told = russian(kind.replace("_", "-"), message)
        assert told != GENERAL, message
        assert CYRILLIC.search(told)


@pytest.mark.parametrize(("place", "code", "english"), SAID, ids=[f"{p}:{c}:{e[:30]}" for p, c, e in SAID])
def test_what_the_source_says(place: str, code: str, english: str) -> None:
    for known in FIELDS if code == "{}" and place == "services/profile_changes.py" else [code]:
        assert "{}" not in known, "a code is written down where it is said"
        for message in filled(english):
            told = russian(known, message)
            assert told != GENERAL, (place, known, english)
            assert CYRILLIC.search(told)


def test_what_is_read_from_the_source_is_all_of_it() -> None:
    codes = {code for _, code, _ in SAID}
    assert {"no-digit", "attached", "basis", "value-error", "code-inactive", "too-many", "der"} <= codes
    assert len(SAID) > 150


def test_each_sentence_once_and_with_the_same_places() -> None:
    seen = [(code, english) for code, english, _ in entries()]
    assert len(seen) == len(set(seen))
    for code, english, told in entries():
        places = set(re.findall(r"\{(\w+)\}", english)) - {"s"}
        assert set(re.findall(r"\{(\w+)\}", told)) <= places, (code, english)


def test_no_sentence_is_left_that_nobody_says() -> None:
    of_models = {kind.replace("_", "-") for kind in TEMPLATES}
    told = {
        russian(known, message)
        for _, code, english in SAID
        for known in (FIELDS if code == "{}" else [code])
        for message in filled(english)
    }
    left = {
        english
        for code, english, text in entries()
        if re.sub(r"\{\w+\}", "7", text) not in told and code not in of_models | {"vital-sign"}
    }
    assert left == set()


def test_numbers_and_lists_are_filled_in() -> None:
    assert russian("string-too-long", "String should have at most 200 characters") == "Символов: не больше 200"
    assert russian("string-too-short", "String should have at least 1 character") == "Символов: не меньше 1"
    assert russian("literal-error", "Input should be 'a', 'b' or 'c'") == "Возможные значения: 'a', 'b' или 'c'"
    assert russian("code-inactive", "no longer a code of icd-10; use A97").endswith("вместо него: A97")
    assert russian("code-inactive", "no longer a code of icd-10").endswith("больше не действует")


def test_what_nobody_translated_has_a_general_sentence() -> None:
    assert russian("brand-new", "something else") == GENERAL
    assert russian("missing", "something else") == GENERAL


def test_a_refusal_says_both_and_quotes_nothing() -> None:
    body = {"drugs": [{"inn": "secret\x00name"}], "secret": 1}
    with pytest.raises(InvalidFieldsError) as raised:
        validate("handlers.models.prescriptions:PrescribingCheck", body)
    answer = json.loads(problem(raised.value, "r").body)
    told = {field["field"]: (field["message"], field["message_ru"]) for field in answer["fields"]}
    assert told["/secret"] == ("Extra inputs are not permitted", "Такого поля здесь нет")
    assert told["/drugs/0/inn"] == ("control characters are not allowed", "Управляющие символы недопустимы")
    assert "name" not in json.dumps(answer["fields"])


def test_a_field_that_moves_into_a_form_keeps_both() -> None:
    assert FieldProblem("/x", "cursor", "start the list again").shown()["message_ru"] == "Начните список сначала"
