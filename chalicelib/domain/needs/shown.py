"""The answer to a reader, in one language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from chalicelib.domain.needs.facts import Need, Unjudged
from chalicelib.domain.needs.marks import Mark
from chalicelib.domain.needs.sources import Source
from chalicelib.domain.needs.table import EDITION
from chalicelib.domain.needs.words import MEANING

Sections = Callable[[Iterable[str]], list[str]]
"""Sections of consents that kinds of record are in."""


def shown(
    due: Sequence[Need],
    marked: Sequence[tuple[Need, Mark]],
    unjudged: Sequence[Unjudged],
    today: date,
    language: str,
    sections: Sections,
) -> dict[str, Any]:
    """``items``: what is due; ``marked``: what a mark silences; ``not_judged``: what nothing is said of, and why."""
    return {
        "as_of": today.isoformat(),
        "edition": EDITION,
        "meaning": MEANING.to(language),
        "items": [_need(one, language) for one in due],
        "marked": [{**_need(one, language), "mark": _mark(mark)} for one, mark in marked],
        "not_judged": [
            {
                "rule": one.rule.id,
                "what": one.rule.what.to(language),
                "why": one.why.value,
                "sections": sections(one.kinds),
            }
            for one in unjudged
        ],
    }


def hidden(today: date, language: str) -> dict[str, Any]:
    """The answer where the person switched hints off: nothing was judged."""
    return shown((), (), (), today, language, lambda _: [])


def _need(one: Need, language: str) -> dict[str, Any]:
    return {
        "id": one.id,
        "rule": one.rule.id,
        "family": one.rule.family.value,
        "what": (one.what or one.rule.what).to(language),
        "since": one.since.isoformat(),
        "by": one.by.isoformat() if one.by else None,
        "reason": one.reason.to(language),
        "records": [{"kind": record.kind, "record": record.id, "on": record.on.isoformat()} for record in one.records],
        "source": source(one.rule.source, language),
    }


def source(one: Source, language: str) -> dict[str, str]:
    return {"name": one.name.to(language), "says": one.says.to(language), "own": one.own.to(language)}


def _mark(mark: Mark) -> dict[str, Any]:
    until = mark.until
    return {
        "mark": mark.word.value,
        "on": mark.on.isoformat(),
        "by": mark.by,
        "until": until.isoformat() if until else None,
    }
