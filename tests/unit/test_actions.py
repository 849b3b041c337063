"""Filters of the journal, and that everything that can be logged has words in both languages."""

from __future__ import annotations

import ast
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import app  # noqa: F401  # registers every route
from chalicelib.domain import actions
from chalicelib.domain.access import Action, ConsentState
from chalicelib.domain.identity import Role
from chalicelib.domain.journal import Wanted, gathered
from chalicelib.domain.moments import moment_of
from chalicelib.errors import leaves
from chalicelib.handlers.endpoints import ENDPOINTS
from chalicelib.records.registry import labels, record_type

CODE = Path(__file__).parents[2] / "chalicelib"


class Plain:
    def __init__(self, at: datetime, number: int, *, altered: bool = False) -> None:
        self.at, self.number, self.altered, self.body = at, number, altered, None


@given(
    sizes=st.lists(st.integers(0, 5), max_size=5),
    limit=st.integers(1, 6),
    most=st.integers(1, 9),
    since=st.none() | st.integers(0, 20),
)
def test_gathering_in_parts_gives_what_gathering_at_once_does(
    sizes: list[int], limit: int, most: int, since: int | None
) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    total = sum(sizes)
    entries = [Plain(start + timedelta(minutes=n), n) for n in range(total)][::-1]
    wanted = Wanted(since=start + timedelta(minutes=since) if since is not None else None)

    def pages(after: Any) -> Any:
        left = [e for e in entries if after is None or e.number < after["n"]]
        taken = [({"n": e.number} if e.number else None, e) for e in left]
        for size in sizes:
            yield taken[:size]
            taken = taken[size:]
        yield taken

    found: list[int] = []
    after: Any = None
    for _ in range(total + 1):
        part = gathered(pages(after), wanted, limit, most)
        assert len(part.entries) <= limit
        found += [e.number for e in part.entries]
        after = part.after
        if after is None:
            break
    assert found == [e.number for e in entries if since is None or e.number >= since]


def test_an_entry_without_a_readable_time_does_not_end_a_list() -> None:
    now, long_ago = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    entries = [Plain(now, 2), Plain(long_ago, 1, altered=True), Plain(now, 0), Plain(long_ago, 0), Plain(now, 0)]
    part = gathered([[(None, e) for e in entries]], Wanted(since=now), 9, 9)
    assert [e.number for e in part.entries] == [2, 0]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-02", datetime(2026, 3, 2, tzinfo=UTC)),
        ("2026-03-02T12:00:00+03:00", datetime(2026, 3, 2, 9, tzinfo=UTC)),
        ("2026-03-02T09:00:00Z", datetime(2026, 3, 2, 9, tzinfo=UTC)),
    ],
)
def test_moments(text: str, moment: datetime) -> None:
    assert moment_of(text) == moment


def test_a_day_ends_at_its_end() -> None:
    assert moment_of("2026-03-02", end=True).isoformat() == "2026-03-02T23:59:59.999999+00:00"
    assert moment_of("2026-03-02T09:00:00Z", end=True) == datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "x", "2026-03-02T09:00:00", "2026-13-01", "20260302xx", "0001-01-01T00:00:00+09:00"]
)
def test_what_is_no_moment(text: str) -> None:
    assert moment_of(text) is None


WORD = re.compile(r"[a-z]+(-[a-z]+)*:[a-z]+(-[a-z]+)*")


def logged_words() -> set[str]:
    """Every action that the code can log: literals, what the registry makes, states of consent, names of operations."""
    found = {entry.operation for entry in ENDPOINTS}
    for folder in ("services", "audit", "handlers"):
        for path in (CODE / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and WORD.fullmatch(node.value):
                    found.add(node.value)
    found |= {f"consent:{state.value}" for state in ConsentState} | {"card:completed", "card:rejected"}
    for kind in labels("ru"):
        found |= {f"{kind}:{action.value}" for action in Action if action in record_type(kind).grants}
    return found


@pytest.mark.requirement("AUD-3")
def test_every_action_that_can_be_logged_has_a_text() -> None:
    kinds = labels("ru")
    assert sorted(word for word in logged_words() if not actions.known(word, kinds)) == []


@pytest.mark.requirement("AUD-3")
def test_every_reason_that_the_gate_gives_has_a_text() -> None:
    source = (CODE / "domain" / "access.py").read_text("utf-8")
    given_reasons = set(re.findall(r'reason="([a-z-]+)"', source)) | {leaf.code for leaf in leaves()}
    for folder in ("services", "domain"):
        for path in (CODE / folder).rglob("*.py"):
            given_reasons |= set(re.findall(r'\breason="([a-z-]+)"', path.read_text("utf-8")))
    assert sorted(word for word in given_reasons if actions.why(word, "", "en") == word and " " not in word) == []


def test_words_are_in_both_languages_and_unknown_ones_show_as_they_are() -> None:
    for words in (actions.ACTIONS, actions.VERBS, actions.REASONS, actions.PURPOSES, actions.ROLES, actions.THINGS):
        for word, said in words.items():
            assert re.search("[а-яё]", said.ru), word
            assert re.search("[a-z]", said.en), word
    assert set(actions.ROLES) == {role.value for role in Role}
    assert actions.action_text("thing:unheard-of", {}, "ru") == "thing:unheard-of"
    assert actions.why("unheard-of", "", "ru") == "unheard-of"
    assert actions.why("", "", "ru") == ""
    assert actions.thing_text("unheard-of", {}, "en") == "unheard-of"
    assert actions.role_text("unheard-of", "en") == "unheard-of"
