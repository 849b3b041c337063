"""Strict and canonical JSON. Fault 21."""

from __future__ import annotations

import json
import sys

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from verifier import canonical
from verifier.report import Flaw

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


CORNERS: list[tuple[bytes, str]] = [
    (b'{"a":9007199254740992}', "json-number"),
    (b'{"a":-9007199254740992}', "json-number"),
    (b'{"a":' + b"9" * 100_000 + b"}", "json-number"),
    (b'{"a":1.0}', "json-number"),
    (b'{"a":1e2}', "json-number"),
    (b'{"a":NaN}', "json-number"),
    (b'{"a":-Infinity}', "json-number"),
    (b'{"a":"\\ud800"}', "json-malformed"),
    (b'{"a":"\xed\xa0\x80"}', "json-malformed"),
    (b"\xff", "json-malformed"),
    (b"\xef\xbb\xbf{}", "json-malformed"),
    (b"", "json-malformed"),
    (b"{1:2}", "json-malformed"),
    (b"{} {}", "json-malformed"),
    (b'{"a":1,"a":1}', "json-twice"),
    (b'{"a":1,"\\u0061":2}', "json-twice"),
    (b"[" * 100_000, "json-deep"),
    (b"[" * 100_000 + b"]" * 100_000, "json-deep"),
    (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, "json-deep"),
    (b'{"b":1,"a":2}', "json-not-canonical"),
    (b'{"a": 1}', "json-not-canonical"),
    (b"[" * 101 + b"]" * 101, "json-deep"),
    (b'{"a":"\\u0041"}', "json-not-canonical"),
    (b'{"a":-0}', "json-not-canonical"),
    (b'{"a":1}\n', "json-not-canonical"),
]


@pytest.mark.requirement("AUD-2")
@pytest.mark.parametrize(("raw", "code"), CORNERS)
def test_corner_cases_are_refused(raw: bytes, code: str) -> None:
    with pytest.raises(Flaw) as raised:
        canonical.parse_canonical(raw)
    assert raised.value.code == code


@pytest.mark.requirement("AUD-2")
def test_keys_are_in_the_order_of_utf_16_units() -> None:
    """RFC 8785, 3.2.3: a key beyond the basic plane comes before U+FB33, against the order of code points."""
    right = '{"\U0001f600":1,"\ufb33":2}'.encode()
    assert canonical.parse_canonical(right) == {"\U0001f600": 1, "\ufb33": 2}
    with pytest.raises(Flaw):
        canonical.parse_canonical('{"\ufb33":2,"\U0001f600":1}'.encode())


def test_a_hundred_levels_are_not_too_deep() -> None:
    assert canonical.parse_canonical(b"[" * 100 + b"]" * 100)


@given(VALUES)
def test_what_is_canonical_is_read_back(value: object) -> None:
    assert canonical.parse_canonical(rfc8785.dumps(value)) == value  # type: ignore[arg-type]


@given(st.binary(max_size=200) | VALUES.map(lambda value: json.dumps(value, indent=1).encode()))
def test_what_is_read_is_read_as_json_does(raw: bytes) -> None:
    try:
        found = canonical.parse(raw)
    except Flaw:
        return
    assert found == json.loads(raw)


def test_a_value_that_no_json_has_is_refused_too() -> None:
    deep: list[object] = []
    for _ in range(sys.getrecursionlimit() + 10):
        deep = [deep]
    for value in (b"bytes", {1: 2}, {"a"}, 2**53, float("nan"), "\ud800", deep):
        with pytest.raises(Flaw):
            canonical.canonical(value)


@pytest.mark.parametrize(
    "value",
    [None, [], {"a": 1}, {"a": "x", "b": True}, {"a": "x", "b": 1, "c": 1}, {"b": 1}, {"a": "x", "b": -1}, {"a": "x"}],
)
def test_fields_are_exactly_those_and_of_their_kind(value: object) -> None:
    with pytest.raises(Flaw):
        canonical.fields(value, {"a": canonical.is_text, "b": canonical.whole()})
    assert canonical.fields({"a": ""}, {"a": canonical.is_text, "b": canonical.whole()}, optional=("b",)) == {"a": ""}
