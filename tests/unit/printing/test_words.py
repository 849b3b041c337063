"""Words of printed documents: whole labels, moments in one zone that is said once, no code word as an id."""

from __future__ import annotations

from datetime import timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.moments import foreign, local, offset
from chalicelib.records.bodies.words import moment
from chalicelib.records.printing import stored_model
from chalicelib.records.registry import RECORD_TYPES
from tests.unit.printing.pages import content, flat, texts

BARE = {"С", "До", "От", "По", "From", "To", "Until", "Since", "Low", "High"}
"""A word that says nothing without another one beside it."""


@pytest.mark.requirement("DOC-1")
@pytest.mark.parametrize("kind", [spec.name for spec in RECORD_TYPES])
def test_no_field_is_called_by_a_bare_preposition(kind: str) -> None:
    spec = next(one for one in RECORD_TYPES if one.name == kind)
    waiting, seen = [stored_model(spec)], set()
    while waiting:
        model = waiting.pop()
        fields = model.printed()
        waiting += [field.nested for field in fields if field.nested and field.nested not in seen]
        seen |= {field.nested for field in fields if field.nested}
        assert not {field.title(language) for field in fields for language in ("ru", "en")} & BARE, model


@pytest.mark.requirement("DOC-1")
@pytest.mark.parametrize(
    ("text", "ru"),
    [
        ("2026-11-24T01:16:00+03:00", "24.11.2026 01:16"),
        ("2026-11-24T08:16:00+10:00", "24.11.2026 08:16 (UTC+10:00)"),
        ("2026-11-23T22:16:00Z", "23.11.2026 22:16 (UTC)"),
        ("2026-11-24", "24.11.2026"),
        ("0001-01-01T00:00:00+03:00", "01.01.0001 00:00"),
        ("—", "—"),
    ],
    ids=["zone-of-paper", "vladivostok", "utc", "a-day", "first-day", "nothing"],
)
def test_a_moment_of_a_record_stands_as_it_was_written(text: str, ru: str) -> None:
    assert moment(text, "ru") == ru


OFFSETS = st.integers(-14, 14).map(lambda hours: timezone(timedelta(hours=hours)))


@given(st.datetimes(timezones=OFFSETS))
def test_what_is_in_the_zone_of_the_paper_names_no_other(value: Any) -> None:
    assert local(value) == value
    assert foreign(local(value)) in {"", offset(value)}  # at the ends of the calendar a moment stays as it is


@pytest.mark.requirement("DOC-1")
@pytest.mark.parametrize(("language", "shown"), [("ru", "24.11.2026, 10:15"), ("en", "24 Nov 2026, 10:15")])
def test_the_moment_of_issue_is_in_the_zone_that_is_said_once(language: str, shown: str) -> None:
    signature = {"name": "Щербаков А. Д.", "position": "терапевт", "time": "2026-11-24T07:15:00.000Z"}
    (text,) = texts(content(language=language, issued_at="2026-11-24T07:15:30.250Z", signature=signature))
    assert flat(text).count(flat(shown)) == 2
    assert text.count("UTC+03:00") == 1


@pytest.mark.requirement("DOC-1")
def test_what_is_kept_nowhere_has_no_id_and_no_version() -> None:
    (text,) = texts(content(document_id=""))
    assert "Документ" not in text
    assert "версия" not in text
    assert "сформирован" in text
