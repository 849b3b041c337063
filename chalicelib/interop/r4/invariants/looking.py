"""Looking into JSON of any form, and rules over it. What has the wrong form counts as not there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

Element = Mapping[str, Any]
UCUM = "http://unitsofmeasure.org"


class Rule(NamedTuple):
    """``broken``: places under the element where it is broken, "" for the element itself."""

    name: str
    broken: Callable[[Element], Iterable[str]]
    text: str
    text_ru: str
    code: str = "invariant"


def words(said: str) -> frozenset[str]:
    return frozenset(said.split())


def rule(name: str, holds: Callable[[Element], bool], text: str, text_ru: str) -> Rule:
    return Rule(name, lambda element: () if holds(element) else ("",), text, text_ru)


def has(element: Element, *names: str) -> bool:
    """Whether any of the elements is there, of simple types with a value or without. ``value[x]``: in any type."""
    return any(_has(element, name) for name in names)


def _has(element: Element, name: str) -> bool:
    if not name.endswith("[x]"):
        return name in element or f"_{name}" in element
    stem = name[:-3]
    return any(key[len(stem) + (key[0] == "_") :][:1].isupper() for key in _named(element, stem))


def _named(element: Element, stem: str) -> Iterator[str]:
    return (key for key in element if key.startswith((stem, f"_{stem}")))


def text(element: Element, name: str) -> str:
    said = element.get(name)
    return said if isinstance(said, str) else ""


def number(element: Any, name: str) -> float | None:
    said = element.get(name) if isinstance(element, Mapping) else None
    return said if isinstance(said, int | float) and not isinstance(said, bool) else None


def one(element: Element, name: str) -> Element:
    said = element.get(name)
    return said if isinstance(said, Mapping) else {}


def each(element: Element, name: str) -> Iterator[tuple[int, Element]]:
    said = element.get(name)
    for place, inner in enumerate(said if isinstance(said, list) else ()):
        if isinstance(inner, Mapping):
            yield place, inner


def many(element: Element, name: str) -> list[Any]:
    said = element.get(name)
    return said if isinstance(said, list) else []


def codings(concept: Any) -> set[tuple[str, str]]:
    """System and code of each coding of a CodeableConcept."""
    if not isinstance(concept, Mapping):
        return set()
    return {(text(coding, "system"), text(coding, "code")) for _place, coding in each(concept, "coding")}


def coded(element: Element, name: str, system: str, *codes: str) -> bool:
    return any((system, code) in codings(element.get(name)) for code in codes)


_PARTS = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")


def after(start: str, end: str) -> bool:
    """Whether ``start`` is surely later than ``end``: what is less exact is later only by what it says."""
    if "T" in start and "T" in end:
        try:
            return datetime.fromisoformat(start) > datetime.fromisoformat(end)
        except (ValueError, TypeError):  # TypeError: one has no zone
            return False
    first, second = _PARTS.match(start), _PARTS.match(end)
    if first is None or second is None:
        return False
    pairs = zip(first.groups(), second.groups(), strict=True)
    known = [(mine, theirs) for mine, theirs in pairs if mine is not None and theirs is not None]
    return [mine for mine, _ in known] > [theirs for _, theirs in known]
