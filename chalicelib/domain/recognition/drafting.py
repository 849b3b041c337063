"""From pages to a draft: what is found for a kind of record. Confidence is shown and decides nothing (pages.py)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.recognition import laboratory, protocol
from chalicelib.domain.recognition.found import Found, body_of
from chalicelib.domain.recognition.labels import Labels, labelled
from chalicelib.domain.recognition.lines import Line, lines_of
from chalicelib.domain.recognition.pages import Page

Finder = Callable[[Sequence[Line], laboratory.Units, str], list[Found]]
FINDERS: Mapping[str, tuple[Finder, Labels]] = {
    "laboratory-result": (laboratory.found_in, laboratory.LABELS),
    "examination-protocol": (lambda lines, _units, zone: protocol.found_in(lines, zone), protocol.LABELS),
}
KINDS = tuple(FINDERS)
"""Kinds of record that a scan is read into."""


@dataclass(frozen=True, slots=True)
class Drafted:
    body: dict[str, Any]
    fields: list[dict[str, Any]]
    patient: dict[str, Any] | None
    """Who the paper says it is about: to be compared with whose card this is."""


def drafted(kind: str, pages: Sequence[Page], units: laboratory.Units, zone: str) -> Drafted:
    lines = lines_of(pages)
    sizes = {page.number: (page.width, page.height) for page in pages}
    find, labels = FINDERS[kind]
    found = find(lines, units, zone)
    whose = labelled(lines, labels).get("patient")
    patient = Found("", whose.text, whose).shown(sizes) if whose is not None else None
    return Drafted(body_of(found), [one.shown(sizes) for one in found], patient)
