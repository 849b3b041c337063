"""What a template's texts may not hold, and what a finished record may not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.domain.entry_templates.marks import GAP, MARK, gaps, texts, uses
from chalicelib.domain.entry_templates.personal import looks_personal
from chalicelib.domain.entry_templates.placeholders import known
from chalicelib.errors import FieldProblem

MOST_USES = 40
"""Different placeholders of one template."""
LONGEST_NAME = 120
"""Characters of a gap's name."""
LEFT_OVER = ("[[", "]]", "{{", "}}")


def text_problems(name: str, body: Mapping[str, Any]) -> list[FieldProblem]:
    """Of a template's name and body, by JSON pointer in the request."""
    found = [problem for pointer, text in texts(body, "/body") for problem in _of_text(pointer, text)]
    if looks_personal(name):
        found.append(FieldProblem("/name", "personal-data", "a template holds no data of a person"))
    if len(uses(body)) > MOST_USES:
        found.append(FieldProblem("/body", "too-many", f"at most {MOST_USES} placeholders in a template"))
    return found


def _of_text(pointer: str, text: str) -> Iterator[FieldProblem]:
    names = [mark[1] for mark in GAP.finditer(text)]
    rest = MARK.sub("", text)
    if looks_personal(text):
        yield FieldProblem(pointer, "personal-data", "a template holds no data of a person")
    if any(not name.strip() for name in names):
        yield FieldProblem(pointer, "gap", "a gap says what is to be written in it")
    if any(len(name) > LONGEST_NAME for name in names):
        yield FieldProblem(pointer, "gap", f"the name of a gap has at most {LONGEST_NAME} characters")
    if any(mark in rest for mark in LEFT_OVER) or any(mark in name for name in names for mark in "{}"):
        yield FieldProblem(pointer, "mark", "double brackets or braces are not closed, or hold no name")
    if not all(known(use) for use in uses(text)):
        yield FieldProblem(pointer, "placeholder", "there is no such placeholder")


def gap_problems(body: Mapping[str, Any]) -> list[FieldProblem]:
    """Of a record that is about to be stored: each field with a gap, once."""
    fields = dict.fromkeys(gap.field for gap in gaps(body))
    return [FieldProblem(field, "gap", "a gap of a template is left here; fill it in or delete it") for field in fields]
