"""The pure parts of work without a connection, run by Node.js (UX-2)."""

from __future__ import annotations

import json
import subprocess
import uuid
from pathlib import Path
from typing import Any

import pytest

from local.npm import NODE

pytestmark = pytest.mark.requirement("UX-2")

RUNNER = Path(__file__).with_name("offline.mjs")
ONE, OTHER = "A" * 43, "B" * 42 + "A"


def ask(*questions: dict[str, Any]) -> list[Any]:
    lines = "".join(json.dumps(question) + "\n" for question in questions)
    done = subprocess.run([NODE, RUNNER], input=lines, capture_output=True, text=True, timeout=120, check=True)
    return [json.loads(line)["ok"] for line in done.stdout.splitlines()]


def test_ids_are_in_the_order_of_writing_also_within_a_moment_and_after_the_clock_was_set_back() -> None:
    moments = [1_800_000_000_000] * 5000 + [1_700_000_000_000, 1_800_000_000_001, 1_900_000_000_000]
    (ids,) = ask({"do": "ids", "moments": moments})
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)
    assert {(uuid.UUID(one).version, uuid.UUID(one).variant) for one in ids} == {(7, uuid.RFC_4122)}


@pytest.mark.parametrize(
    ("status", "code", "verdict"),
    [
        (200, "", "sent"),
        (201, "", "sent"),
        (204, "", "sent"),
        (0, "network", "later"),
        (401, "session-ended", "later"),
        (403, "step-up-required", "later"),
        (408, "", "later"),
        (429, "too-many-requests", "later"),
        (500, "", "later"),
        (503, "unavailable", "later"),
        (412, "stale-version", "conflict"),
        (409, "conflict", "conflict"),
        (409, "wrong-state", "rejected"),
        (403, "access-denied", "rejected"),
        (404, "not-found", "rejected"),
        (422, "invalid-fields", "rejected"),
        (428, "version-required", "rejected"),
    ],
)
def test_what_an_answer_means_for_a_draft(status: int, code: str, verdict: str) -> None:
    assert ask({"do": "verdict", "status": status, "code": code}) == [verdict]


def test_two_versions_are_compared_value_by_value_what_differs_first() -> None:
    mine = {"note": "мой", "values": [{"name": "Глюкоза", "value": "5"}], "same": "да", "gone": None}
    theirs = {"note": "их", "values": [{"name": "Глюкоза", "value": "6"}], "same": "да", "new": True}
    (lines,) = ask({"do": "lines", "mine": mine, "theirs": theirs})
    assert [(line["path"], line["mine"], line["theirs"]) for line in lines] == [
        ("note", "мой", "их"),
        ("values/0/value", "5", "6"),
        ("new", "", "true"),
        ("values/0/name", "Глюкоза", "Глюкоза"),
        ("same", "да", "да"),
    ]


def test_only_texts_are_corrected_and_the_rest_stays() -> None:
    body = {"note": "а", "count": 3, "values": [{"name": "x", "flag": True}]}
    texts, corrected = ask(
        {"do": "texts", "body": body}, {"do": "corrected", "body": body, "texts": {"note": "б", "values/0/name": "y"}}
    )
    assert texts == [["note", "а"], ["values/0/name", "x"]]
    assert corrected == {"note": "б", "count": 3, "values": [{"name": "y", "flag": True}]}


def test_a_path_is_told_in_the_readers_words() -> None:
    labels = {"values": {"ru": "Показатели", "en": "Values"}}
    asked = {"do": "words", "path": "values/0/name", "labels": labels}
    assert ask({**asked, "language": "ru"}, {**asked, "language": "en"}) == [
        "Показатели · 1 · Название",
        "Values · 1 · Name",
    ]


def test_what_is_sealed_opens_with_its_key_at_its_place_alone() -> None:
    base = {"do": "sealed", "secret": ONE, "place": "a", "value": {"x": "да"}}
    good, again, key, place = ask(
        {**base, "opener": ONE, "elsewhere": "a"},
        {**base, "opener": ONE, "elsewhere": "a"},
        {**base, "opener": OTHER, "elsewhere": "a"},
        {**base, "opener": ONE, "elsewhere": "b"},
    )
    assert good["found"] == {"x": "да"}
    assert good["iv"] != again["iv"]
    assert (key, place) == ("OperationError", "OperationError")


def test_a_passphrase_opens_however_its_letters_are_composed_and_no_other_does() -> None:
    composed, apart = "й тихий", "и\u0306 тихии\u0306"
    assert ask(
        {"do": "passphrases", "one": composed, "other": apart, "salt": ONE},
        {"do": "passphrases", "one": composed, "other": composed.upper(), "salt": ONE},
    ) == ["opens", "OperationError"]


def test_names_of_rows_say_nothing_and_do_not_run_into_each_other() -> None:
    first, again, shifted = ask(
        {"do": "opaque", "parts": ["ab", "c"]},
        {"do": "opaque", "parts": ["ab", "c"]},
        {"do": "opaque", "parts": ["a", "bc"]},
    )
    assert first == again != shifted
    assert len(first) == 22
