"""What the browser's verifier says: every code in both languages, with the values that Python's sentences have."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.portal.node import ask
from verifier import texts

pytestmark = [pytest.mark.requirement("AUD-3", "UX-1"), pytest.mark.xdist_group("portal")]
OWN = {"policy-unusable", "crypto-missing"}


def said(questions: list[dict[str, Any]]) -> list[str]:
    return [answer["ok"] for answer in ask(questions)]


@pytest.fixture(scope="module")
def known() -> dict[str, Any]:
    [answer] = ask([{"do": "codes"}])
    found: dict[str, Any] = answer["ok"]
    return found


def test_every_code_that_can_be_given_has_its_sentence_and_no_other(known: dict[str, Any]) -> None:
    assert set(known["texts"]) == set(known["levels"])
    assert known["languages"] == list(texts.LANGUAGES)


def test_codes_and_levels_are_those_of_the_verifier(known: dict[str, Any]) -> None:
    shared = {code: level for code, level in known["levels"].items() if code not in OWN}
    assert shared == {code: texts.FINDINGS[code][0] for code in shared}
    assert len(shared) > 40


def test_sentences_say_the_same_values_in_both_languages(known: dict[str, Any]) -> None:
    names = sorted({name for _, *both in texts.FINDINGS.values() for name in re.findall("{([a-z]+)}", both[0])})
    values = {name: f"<{name}>" for name in names}
    for code in known["texts"]:
        russian, english = said(
            [{"do": "sentence", "code": code, "language": x, "values": values} for x in ("ru", "en")]
        )
        expected = set(re.findall("{([a-z]+)}", texts.FINDINGS[code][1])) if code in texts.FINDINGS else None
        assert set(re.findall("<([a-z]+)>", russian)) == set(re.findall("<([a-z]+)>", english))
        assert expected in (None, set(re.findall("<([a-z]+)>", english))), code
        assert re.search("[а-я]", russian)
        assert not re.search("[а-яА-Я]", english)
        assert "undefined" not in russian + english


def test_a_reason_is_a_sentence_inside_a_sentence() -> None:
    values = {"why": "field-wrong", "field": "w"}
    shown = said([{"do": "sentence", "code": "entry-malformed", "language": "en", "values": values}])
    assert shown == ["The entry is malformed: field w is missing or of a wrong kind."]


def test_foreign_text_cannot_hide_or_turn_the_line() -> None:
    values = {"name": "\u202eabc\n\u200b" + "x" * 1000}
    [shown] = said([{"do": "sentence", "code": "note-signature", "language": "en", "values": values}])
    assert texts.safe(shown) == shown or len(shown) > texts.MOST_SHOWN
    assert "\\x202eabc\\x0a\\x200b" in shown
    assert len(shown) < 260


@pytest.mark.parametrize(
    ("place", "russian", "english"),
    [
        ("2026/entry/3", "2026 год, запись 4", "2026, entry 4"),
        ("2026/checkpoint", "2026 год, контрольная точка", "2026, checkpoint"),
        ("2026", "2026 год", "2026"),
        ("chains/1", "один из годов выписки", "one of the copy's years"),
        ("bundle", "выписка", "the copy"),
        ("odd\n", "odd\\x0a", "odd\\x0a"),
    ],
)
def test_places_are_named_for_people(place: str, russian: str, english: str) -> None:
    assert said([{"do": "place", "place": place, "language": x} for x in ("ru", "en")]) == [russian, english]
