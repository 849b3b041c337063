"""Marks in the text of a template: ``[[what is to be written here]]`` is a gap, ``{{age}}`` a placeholder.

1. A gap is closed and holds no bracket. What was typed ahead of it and behind it does not matter.
2. A text is gone through once. What the card says is put in as it is and is never read as a mark: brackets that would
   make one are set apart by a space.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

GAP = re.compile(r"\[\[([^\[\]]*)\]\]")
PLACEHOLDER = re.compile(r"\{\{([a-z-]{1,40})(?::([^\[\]{}\n]{1,80}))?\}\}")
MARK = re.compile(rf"{GAP.pattern}|{PLACEHOLDER.pattern}")
_BRACKETS = re.compile(r"([\[\]])(?=\1)")


@dataclass(frozen=True, slots=True)
class Use:
    """A placeholder as it stands in a text; ``parameter`` is "" where it has none."""

    name: str
    parameter: str = ""

    @property
    def text(self) -> str:
        return f"{{{{{self.name}{':' if self.parameter else ''}{self.parameter}}}}}"


@dataclass(frozen=True, slots=True)
class Gap:
    """``field``: JSON pointer of the text that it stands in; for a name of a part, of that part."""

    field: str
    name: str


def texts(body: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a body with its JSON pointer (RFC 6901); names of parts that a person wrote count as text."""
    if isinstance(body, str):
        yield pointer, body
    elif isinstance(body, Mapping):
        for name, value in body.items():
            place = pointer + "/" + str(name).replace("~", "~0").replace("/", "~1")
            yield place, str(name)
            yield from texts(value, place)
    elif isinstance(body, list | tuple):
        for number, value in enumerate(body):
            yield from texts(value, f"{pointer}/{number}")


def gaps(body: Any) -> list[Gap]:
    """All gaps that are left in a body, in its order."""
    return [Gap(field, found[1].strip()) for field, text in texts(body) for found in GAP.finditer(text)]


def uses(body: Any) -> list[Use]:
    """The placeholders of a body, each once, in its order. One inside a gap is a part of the gap's name."""
    found = (mark for _, text in texts(body) for mark in MARK.finditer(text))
    return list(dict.fromkeys(_use(mark) for mark in found if mark[2]))


def put_in(text: str, answers: Mapping[Use, str]) -> str:
    """The text with each placeholder replaced, in one pass; one without an answer stays as it is."""
    made, place = "", 0
    for mark in MARK.finditer(text):
        made, place = made + text[place : mark.start()], mark.end()
        answer = answers.get(_use(mark)) if mark[2] else None
        made = _joined(made, mark[0] if answer is None else answer)
    return _joined(made, text[place:])


def quoted(text: str) -> str:
    """What the card says, so that it holds no mark of a gap."""
    return _BRACKETS.sub(r"\1 ", text)


def _joined(one: str, other: str) -> str:
    """No bracket at the end of one makes a mark with that at the beginning of the other."""
    meets = one[-1:] == other[:1] and one[-1:] in {"[", "]"}
    return f"{one} {other}" if meets else one + other


def _use(mark: re.Match[str]) -> Use:
    return Use(mark[2], (mark[3] or "").strip())
