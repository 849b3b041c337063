"""Resources that nobody sends in good faith: the validator ends soon, tells it, and never raises (PRT-6)."""

from __future__ import annotations

import json
from copy import deepcopy
from time import process_time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.domain.exact_json import exact
from chalicelib.interop.r4 import findings, narrative, plain, validator
from chalicelib.ports.resources import Problem
from tests.effort import tried
from tests.r4_examples import examples
from tests.r4_small import GOOD

pytestmark = pytest.mark.requirement("PRT-6")

PATIENT = GOOD["Patient"]
XHTML = '<div xmlns="http://www.w3.org/1999/xhtml">{}</div>'
SMALL = [one for one in examples() if len(one.text) < 8_000]
SECONDS = 2
"""Of CPU, for one resource: the machine of a test may be busy."""


def rules(resource: Any) -> list[tuple[str, str]]:
    return [(one.code, one.rule) for one in validator().problems(resource)]


def nested(levels: int) -> dict[str, Any]:
    inner: dict[str, Any] = {"url": "urn:x", "valueCode": "x"}
    for _ in range(levels):
        inner = {"url": "urn:x", "extension": [inner]}
    return {**PATIENT, "extension": [inner]}


def bundles(levels: int) -> dict[str, Any]:
    inner: dict[str, Any] = PATIENT
    for _ in range(levels):
        inner = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": inner}]}
    return inner


@pytest.mark.parametrize("make", [nested, bundles])
def test_depth_is_limited_over_resources_too(make: Any) -> None:
    assert rules(make(12)) == []
    assert rules(make(25)) == rules(make(900)) == [("too-costly", "limit")]


@pytest.mark.parametrize(
    "resource",
    [
        {**PATIENT, "name": [{"family": "x"}] * (plain.OF_ONE // 2)},
        {**PATIENT, **{f"k{number}": 1 for number in range(plain.OF_ONE + 1)}},
        {"resourceType": "Bundle", "type": "collection", "entry": [{"a": 1}] * (plain.OF_BUNDLE // 2)},
        {"resourceType": "Basic", "contained": [PATIENT] * (plain.CONTAINED + 1)},
    ],
    ids=["list", "names", "bundle", "contained"],
)
def test_the_number_of_values_is_limited(resource: dict[str, Any]) -> None:
    assert rules(resource) == [("too-costly", "limit")]


def test_a_bundle_is_limited_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": PATIENT}] * 40}
    assert rules(bundle) == []
    monkeypatch.setattr(plain, "VALUES", 100)
    assert rules(bundle) == [("too-costly", "limit")]


def test_long_texts_are_refused_and_long_data_is_not() -> None:
    long = "x" * (plain.LENGTH + 1)
    assert rules({**PATIENT, "name": [{"text": long}]}) == [("too-long", "")]
    binary = {"resourceType": "Binary", "contentType": "text/plain", "data": "eHl6" * (plain.LENGTH // 2)}
    assert rules(binary) == []
    assert rules({**binary, "data": "eHl6" * (plain.LENGTH * 3)}) == [("too-long", "")]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("language", "a " * 200_000),
        ("id", "a" * 500_000),
        ("implicitRules", "x" * 400_000 + " "),
        ("birthDate", "2026-01-01T10:00:00." + "0" * 500_000),
        ("managingOrganization", {"reference": "A/" * 200_000}),
        ("photo", [{"contentType": "a/b", "data": "eHl6 \n " * 60_000 + "!"}]),
    ],
)
def test_no_form_is_slow_to_refuse(field: str, value: Any, elapsed: Any) -> None:
    assert len(rules({**PATIENT, field: value})) == 1
    assert elapsed() < SECONDS


@pytest.fixture
def elapsed() -> Any:
    began = process_time()
    return lambda: process_time() - began


def test_at_most_so_many_problems_are_told() -> None:
    assert len(rules({**PATIENT, "contact": [{"gender": "x"}] * 60})) == findings.MOST


def test_rings_of_contained_resources_end() -> None:
    def ring(**fields: Any) -> dict[str, Any]:
        inside = [
            {"resourceType": "Basic", "id": str(n), "code": {"text": "x"}, "subject": {"reference": f"#{(n + 1) % 3}"}}
            for n in range(3)
        ]
        return {"resourceType": "Basic", "code": {"text": "x"}, "contained": inside, **fields}

    assert rules(ring(subject={"reference": "#1"})) == []
    assert rules(ring()) == [("invariant", "dom-3")] * 3


def test_a_contained_resource_may_name_the_one_around_it() -> None:
    inside = {"resourceType": "Provenance", "id": "p", "target": [{"reference": "#"}]}
    inside |= {"recorded": "2026-01-01T10:00:00Z", "agent": [{"who": {"display": "x"}}]}
    assert rules({**PATIENT, "contained": [inside]}) == []


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (10**30, "value"),
        (-(10**30), "value"),
        (10**400, "value"),
        (2**31, "value"),
        (float("inf"), "structure"),
        (float("nan"), "structure"),
    ],
    ids=str,
)
def test_numbers_that_are_too_large_are_refused(number: float, code: str) -> None:
    assert rules({**GOOD["Observation"], "valueInteger": number}) == [(code, "")]


@pytest.mark.parametrize(
    "inside",
    [
        {"resourceType": "\ud800"},
        {"resourceType": "Patient", "id": "\ud800"},
        {"resourceType": "Patient", "meta": {"x": exact("5.10"), "versionId": "\ud800"}},
        {"resourceType": "Patient", "\ud800": 1},
    ],
)
def test_whatever_is_inside_a_bundle_is_answered(inside: dict[str, Any]) -> None:
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": inside}]}
    problems = validator().problems(bundle)
    assert problems
    assert all(one.path.startswith("Bundle.entry[0].resource") for one in problems)


GOOD_NARRATIVES = [
    "x",
    "<p>Пациент: <b>Иванов</b><br/>А&amp;Б &lt;5</p>",
    '<table class="grid" border="1"><tbody><tr><td colspan="2" style="color: red">x</td></tr></tbody></table>',
    '<a href="https://x.test/" title="x">x</a> <a name="y">z</a> <a href="#y">y</a> <a href="Patient/1">w</a>',
    '<img src="#pic" alt="x"/>',
    '<img src="data:image/png;base64,AAAA" alt="x"/>',
    '<ul><li xml:lang="ru">x</li></ul>',
]
BAD_NARRATIVES = [
    "<script>alert(1)</script>",
    "<p onclick='x()'>x</p>",
    '<a href="javascript:x()">x</a>',
    '<a href=" java&#10;script:x()">x</a>',
    '<a href="JaVaScRiPt:x()">x</a>',
    '<a href="data:text/html,x">x</a>',
    '<img src="data:image/svg+xml,x" alt="x"/>',
    '<p style="background: url(https://x.test)">x</p>',
    '<p style="width: expression(x)">x</p>',
    "<p style=\"background: u\\72l('x')\">x</p>",
    "<iframe src='https://x.test'>x</iframe>",
    "<form><input/></form>",
    "<object/>",
    "<style>x</style>",
    "<p>x",
    "&nbsp;x",
    "<?php x ?>y",
    '<svg xmlns="http://www.w3.org/2000/svg">x</svg>',
    "<p>" * 300 + "x" + "</p>" * 300,
]


@pytest.mark.parametrize("inside", GOOD_NARRATIVES)
def test_narratives_of_text_are_good(inside: str) -> None:
    assert narrative.broken(XHTML.format(inside)) == ""


@pytest.mark.parametrize("inside", BAD_NARRATIVES)
def test_narratives_that_do_something_are_refused(inside: str) -> None:
    assert narrative.broken(XHTML.format(inside)) == "txt-1"


@pytest.mark.parametrize(
    "div",
    [
        "x",
        "<div>x</div>",
        '<p xmlns="http://www.w3.org/1999/xhtml">x</p>',
        '<!DOCTYPE d [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><div xmlns="http://www.w3.org/1999/xhtml">&b;</div>',
        '<!DOCTYPE d SYSTEM "file:///etc/passwd"><div xmlns="http://www.w3.org/1999/xhtml">x</div>',
        "\ud800",
    ],
)
def test_a_narrative_is_one_div_without_entities(div: str) -> None:
    assert narrative.broken(div) == "txt-1"


# --- whatever comes

values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["#", "#a", "2026-02-30", "Patient/1", "Patient", "urn:uuid:1", "final"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["resourceType", "id", "reference", "value", "code", "coding", "contained", "_given", "div"]
            )
            | st.text(max_size=4),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for name, one in inner for place in places(one, (*path, name)))]


def changed(resource: dict[str, Any], path: tuple[Any, ...], value: Any, how: str) -> Any:
    """``how``: the value is put there, put beside it, or the place is taken away."""
    made = deepcopy(resource)
    if not path:
        return value
    holder: Any = made
    for name in path[:-1]:
        holder = holder[name]
    if how == "away":
        del holder[path[-1]]
    elif how == "beside" and isinstance(holder, list):
        holder.insert(path[-1], value)
    elif how == "beside":
        holder[f"_{path[-1]}"] = value
    else:
        holder[path[-1]] = value
    return made


@settings(max_examples=tried(150), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_whatever_is_changed_is_answered(data: st.DataObject) -> None:
    resource = data.draw(st.sampled_from(SMALL)).resource
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(places(resource)))
        resource = changed(resource, path, data.draw(values), data.draw(st.sampled_from(["there", "beside", "away"])))
        if not isinstance(resource, dict):
            break
    began = process_time()
    problems = validator().problems(resource)
    assert process_time() - began < SECONDS
    assert len(problems) <= findings.MOST
    assert all(isinstance(one, Problem) and one.path and one.text and one.text_ru for one in problems)
    json.dumps([one.path for one in problems]).encode()


@settings(max_examples=tried(80), deadline=None)
@given(st.sampled_from(validator().types()), st.dictionaries(st.text(max_size=6), values, max_size=5))
def test_whatever_is_sent_is_answered(kind: str, fields: dict[str, Any]) -> None:
    assert isinstance(validator().problems({**fields, "resourceType": kind}), list)


@settings(max_examples=tried(80))
@given(st.text(max_size=40) | st.text("<>/adivp =\"'&;x", max_size=60))
def test_whatever_a_narrative_says_is_answered(inside: str) -> None:
    assert narrative.broken(XHTML.format(inside)) in {"", "txt-1", "txt-2"}
