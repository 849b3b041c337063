"""A time that is asked for is ``from`` and ``to`` everywhere, each a date or a moment."""

from __future__ import annotations

import pytest

import app  # noqa: F401 - registers every route
from chalicelib.errors import InvalidFieldsError
from chalicelib.handlers.endpoints import ENDPOINTS, Endpoint
from chalicelib.handlers.periods import PERIOD_QUERY, moment, period
from chalicelib.records.registry import RECORD_TYPES
from chalicelib.records.shapes import model

RECORDS = {spec.body for spec in RECORD_TYPES}
STORED = RECORDS | {"records.bodies.series:SeriesOrder", "records.bodies.visit_forms:VisitFormAnswers"}
"""Bodies of records keep the names that are stored."""
DURATIONS = {"Absence", "MinorPermission"}
"""How long a paper is good, or somebody is away: no time that is asked for."""
ASKING = [entry for entry in ENDPOINTS if "from" in entry.query or "to" in entry.query]


@pytest.mark.parametrize("entry", ASKING, ids=[entry.operation for entry in ASKING])
def test_parameters_are_the_same(entry: Endpoint) -> None:
    assert {name: entry.query[name] for name in PERIOD_QUERY} == PERIOD_QUERY
    assert not {"since", "until"} & set(entry.query)


def test_bodies_name_a_time_as_parameters_do() -> None:
    assert len(ASKING) >= 4
    asked = {entry.body for entry in ENDPOINTS if entry.body} - STORED
    names = {
        (name, fields[one].alias)
        for name in asked
        if (fields := getattr(model(name), "model_fields", {})) and name.rpartition(":")[2] not in DURATIONS
        for one in ("since", "until")
        if one in fields
    }
    assert {alias for _, alias in names} == {"from", "to"}
    assert all((name, other) in names for name, _ in names for other in ("from", "to"))


@pytest.mark.parametrize(
    ("query", "since", "until"),
    [
        ({}, None, None),
        ({"from": "2026-03-02", "to": "2026-03-02"}, "2026-03-02T00:00:00+00:00", "2026-03-02T23:59:59.999999+00:00"),
        ({"from": "2026-03-02T03:00:00+03:00"}, "2026-03-02T00:00:00+00:00", None),
        ({"to": "2026-03-02T03:00:00Z"}, None, "2026-03-02T03:00:00+00:00"),
    ],
    ids=["neither", "a day", "from a moment", "to a moment"],
)
def test_a_date_or_a_moment(query: dict[str, str], since: str | None, until: str | None) -> None:
    assert tuple(one and one.isoformat() for one in period(query)) == (since, until)


@pytest.mark.parametrize("text", ["yesterday", "2026-03-02T00:00:00", "2026-02-30", "0001-01-01T00:00:00+03:00"])
def test_anything_else_is_named(text: str) -> None:
    with pytest.raises(InvalidFieldsError) as raised:
        moment(text, "/from")
    assert [field.shown() for field in raised.value.fields] == [
        {
            "field": "/from",
            "code": "format",
            "message": "ISO 8601 with an offset, or a date",
            "message_ru": "Момент по ISO 8601 со смещением от UTC или дата",
        }
    ]
