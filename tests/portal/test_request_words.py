"""Words of the forms of requests: every field and option that the API names by a code has them in both languages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.case_kinds import CASE_KINDS
from chalicelib.handlers.bodies import model

pytestmark = pytest.mark.requirement("UX-1", "DOC-5", "SPC-1", "SPC-2", "SPC-4", "SPC-5", "SPC-6")
FILE = Path(__file__).parents[2] / "portal/src/pages/patient/requests/fieldWords.json"
WORDS: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
NEVER_ASKED = {("transfer", "member_id")}
"""A patient knows the staff number."""


def fields(schema: dict[str, Any], known: dict[str, Any], above: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Names as the pages have them, "child.snils", with the property."""
    for name, given in schema["properties"].items():
        options = [one for one in given.get("anyOf", [given]) if one.get("type") != "null"]
        found = options[0]
        if "$ref" in found:
            yield from fields(known[found["$ref"].rpartition("/")[2]], known, f"{above}{name}.")
        else:
            yield above + name, found


def asked() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for kind in CASE_KINDS.values():
        schema = model(kind.form).model_json_schema()
        for name, found in fields(schema, schema.get("$defs", {})):
            if (kind.name, name) not in NEVER_ASKED:
                yield kind.name, name, found


def both(words: dict[str, str]) -> bool:
    return bool(CYRILLIC.search(words["ru"])) and bool(words["en"]) and words["ru"] != words["en"]


def test_every_kind_and_every_field_has_words() -> None:
    assert set(WORDS) == set(CASE_KINDS)
    wanted = {kind: set[str]() for kind in WORDS}
    for kind, name, _ in asked():
        wanted[kind].add(name)
    for kind, words in WORDS.items():
        own = {name for name in words["fields"] if name.startswith("@")}
        assert set(words["fields"]) - own == wanted[kind], kind
        assert set(words["options"]) <= set(words["fields"]), kind
        assert own <= set(words["options"]), kind


def test_every_option_has_words() -> None:
    for kind, name, found in asked():
        if "enum" in found:
            assert set(WORDS[kind]["options"][name]) == set(found["enum"]), (kind, name)


def test_words_are_in_both_languages() -> None:
    for kind, words in WORDS.items():
        said = [words["title"], words["lead"], *words["fields"].values()]
        said += [one["hint"] for one in words["fields"].values() if "hint" in one]
        said += [option for options in words["options"].values() for option in options.values()]
        for one in said:
            assert both(one), (kind, one)
            assert not CYRILLIC.search(one["en"].replace("II-АБ", "")), (kind, one)
