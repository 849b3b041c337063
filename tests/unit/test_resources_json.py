"""JSON with exact numbers, JSON Patch, and errors as OperationOutcome: the pure parts of the FHIR edge."""

from __future__ import annotations

import json
import math
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain import exact_json
from chalicelib.domain.capabilities import statement
from chalicelib.domain.json_patch import patched
from chalicelib.domain.resources import SERVED
from chalicelib.errors import (
    FieldProblem,
    FormatUnknownError,
    InvalidFieldsError,
    MalformedError,
    MedkartaError,
    NotFoundError,
    PatchFailedError,
    RangeError,
    ResourceInvalidError,
    leaves,
)
from chalicelib.handlers.endpoints import FHIR_JSON, JSON
from chalicelib.handlers.outcomes import outcome, outcome_body, place, wanted_format
from chalicelib.interop.r4 import validator
from tests.effort import tried

pytestmark = pytest.mark.requirement("PRT-6")

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


# --- JSON


@settings(max_examples=tried(80), deadline=None)
@given(VALUES)
def test_what_is_written_is_read_again(value: Any) -> None:
    assert exact_json.loads(exact_json.dumps(value)) == value == json.loads(exact_json.dumps(value))


@pytest.mark.parametrize("text", ["5.10", "1E5", "1.0e-3", "-0.00", "120", "1.23456789012345678901"])
def test_a_number_keeps_its_spelling(text: str) -> None:
    found = exact_json.loads(f'{{"value":{text}}}')
    assert exact_json.dumps(found) == f'{{"value":{text}}}'
    assert math.isclose(found["value"], float(text))


@pytest.mark.parametrize(
    "text",
    ["", "{", "NaN", "[Infinity]", "1e999", '{"a":1,"a":2}', '"\\ud800"', b"\xff", "[" * 41 + "]" * 41, "[" * 99_999],
)
def test_what_is_no_json_is_one_error_that_quotes_nothing(text: str | bytes) -> None:
    with pytest.raises(MalformedError):
        exact_json.loads(text)


# --- JSON Patch


@pytest.mark.parametrize(
    ("before", "step", "after"),
    [  # RFC 6902, appendix A
        ({"foo": "bar"}, {"op": "add", "path": "/baz", "value": "qux"}, {"foo": "bar", "baz": "qux"}),
        ({"foo": ["a", "c"]}, {"op": "add", "path": "/foo/1", "value": "b"}, {"foo": ["a", "b", "c"]}),
        ({"foo": ["a"]}, {"op": "add", "path": "/foo/-", "value": ["b"]}, {"foo": ["a", ["b"]]}),
        ({"baz": 1, "foo": 2}, {"op": "remove", "path": "/baz"}, {"foo": 2}),
        ({"foo": [1, 2, 3]}, {"op": "remove", "path": "/foo/1"}, {"foo": [1, 3]}),
        ({"baz": 1}, {"op": "replace", "path": "/baz", "value": 2}, {"baz": 2}),
        ({"a": {"b": 1}, "c": {}}, {"op": "move", "from": "/a/b", "path": "/c/d"}, {"a": {}, "c": {"d": 1}}),
        ({"f": [1, 2, 3]}, {"op": "move", "from": "/f/0", "path": "/f/2"}, {"f": [2, 3, 1]}),
        ({"a": [1]}, {"op": "copy", "from": "/a", "path": "/b"}, {"a": [1], "b": [1]}),
        ({"a/b": 1, "m~n": 2}, {"op": "test", "path": "/a~1b", "value": 1.0}, {"a/b": 1, "m~n": 2}),
        ({"a": 1}, {"op": "replace", "path": "", "value": {"b": 2}}, {"b": 2}),
    ],
)
def test_operations(before: Any, step: Any, after: Any) -> None:
    assert patched(before, [step]) == after


@pytest.mark.parametrize(
    "step",
    [
        {"op": "add", "path": "/x/y", "value": 1},
        {"op": "add", "path": "/list/9", "value": 1},
        {"op": "add", "path": "/list/01", "value": 1},
        {"op": "remove", "path": "/none"},
        {"op": "remove", "path": "/list/-"},
        {"op": "replace", "path": "/none", "value": 1},
        {"op": "move", "from": "/a", "path": "/a/b"},
        {"op": "test", "path": "/a", "value": {"b": True}},
        {"op": "remove", "path": ""},
    ],
)
def test_what_cannot_be_applied_leaves_all_as_it_was(step: Any) -> None:
    before = {"a": {"b": 1}, "list": [1], "text": "x"}
    with pytest.raises(PatchFailedError):
        patched(before, [{"op": "remove", "path": "/text"}, step])
    assert before == {"a": {"b": 1}, "list": [1], "text": "x"}


@pytest.mark.parametrize(
    "operations",
    [
        {},
        [],
        [1],
        [{"op": []}],
        [{"op": "x", "path": ""}],
        [{"op": "add", "path": "/a"}],
        [{"op": "copy", "path": "/a"}],
    ],
)
def test_what_is_no_patch(operations: Any) -> None:
    with pytest.raises(InvalidFieldsError):
        patched({}, operations)


@settings(max_examples=tried(80), deadline=None)
@given(VALUES, st.lists(st.dictionaries(st.sampled_from(["op", "path", "from", "value"]), VALUES), max_size=3))
def test_nothing_else_is_raised(document: Any, operations: Any) -> None:
    with suppress(InvalidFieldsError, PatchFailedError):
        patched(document, operations)


# --- outcomes

ISSUE_TYPES = {
    *("invalid", "structure", "required", "value", "invariant", "security", "login", "unknown", "expired", "forbidden"),
    *("suppressed", "processing", "not-supported", "duplicate", "multiple-matches", "not-found", "deleted", "too-long"),
    *("code-invalid", "extension", "too-costly", "business-rule", "conflict", "transient", "lock-error", "no-store"),
    *("exception", "timeout", "incomplete", "throttled", "informational"),
}
"""The value set of R4."""


@pytest.mark.parametrize("error", leaves(), ids=lambda error: error.code)
def test_every_error_is_a_valid_outcome_in_both_languages(error: type[MedkartaError]) -> None:
    assert error.fhir_issue in ISSUE_TYPES
    for said_in, title in (("ru", error.title_ru), ("en", error.title)):
        body = outcome_body(RangeError(0) if error is RangeError else error(), said_in)
        assert validator().problems(body) == []
        assert body["issue"][0]["details"] == {
            "coding": [{"system": "urn:medkarta:error", "code": error.code}],
            "text": title,
        }


def test_every_broken_rule_is_an_issue_with_its_place() -> None:
    wrong = ResourceInvalidError(
        extra={"issues": [{"path": "Observation.status", "code": "required", "text": "a", "text_ru": "б", "rule": "x"}]}
    )
    (said,) = outcome_body(wrong, "ru")["issue"]
    assert (said["code"], said["expression"], said["details"]["text"]) == ("required", ["Observation.status"], "б")
    fields = (FieldProblem("/id", "resource-id", "the id that the address names"),)
    (said,) = outcome_body(InvalidFieldsError(fields=fields), "ru")["issue"]
    assert said["details"]["text"] == "Должен совпадать с указанным в адресе"


@pytest.mark.parametrize(
    ("field", "path"),
    [("/name/0/given/1", "name[0].given[1]"), ("/id", "id"), ("?_count", "http._count"), ("If-Match", "http.If-Match")],
)
def test_places(field: str, path: str) -> None:
    assert place(field) == path


def test_the_headers_are_those_of_any_error() -> None:
    told = outcome(NotFoundError(), "r1", {"accept-language": "en"})
    assert (told.status_code, told.headers["X-Request-ID"], told.headers["Content-Type"]) == (404, "r1", FHIR_JSON)
    assert told.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("accept", "query", "answered"),
    [
        ("", {}, FHIR_JSON),
        ("*/*", {}, FHIR_JSON),
        ("application/json", {}, JSON),
        ("application/fhir+xml, application/fhir+json;q=0.9", {}, FHIR_JSON),
        ("application/fhir+xml", {"_format": "json"}, FHIR_JSON),
        ("", {"_format": "application/fhir json"}, FHIR_JSON),
        ("application/fhir+xml", {}, ""),
        ("", {"_format": "xml"}, ""),
        ("text/html", {}, ""),
    ],
)
def test_forms(accept: str, query: dict[str, str], answered: str) -> None:
    if answered:
        assert wanted_format({"accept": accept}, query, FHIR_JSON) == answered
        return
    with pytest.raises(FormatUnknownError):
        wanted_format({"accept": accept}, query, FHIR_JSON)


def test_what_is_promised_is_served() -> None:
    assert set(SERVED) <= set(validator().types())
    bare = statement("https://card.example", {("GET", "/fhir/metadata")})
    whole = statement(
        "https://card.example",
        {
            ("POST", "/fhir"),
            ("GET", "/fhir/{resource_type}"),
            ("GET", "/fhir/Patient/{resource_id}/$everything"),
        },
    )
    assert "interaction" not in bare["rest"][0]
    assert {one["type"] for one in whole["rest"][0]["resource"]} == set(SERVED)
    patient = next(one for one in whole["rest"][0]["resource"] if one["type"] == "Patient")
    assert [one["name"] for one in patient["operation"]] == ["everything"]
    assert "search-type" in [one["code"] for one in patient["interaction"]]
