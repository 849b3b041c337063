"""A person's or a doctor's word about a need: done elsewhere on a day, or not applicable. It silences, and no record is
made of it; it holds until the next interval of its rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from chalicelib.domain.needs.facts import Need
from chalicelib.domain.needs.table import RULES
from chalicelib.domain.vaccination_calendar.dates import months_later

MOST = 300
"""Marks that are kept; the oldest go first."""
_RULES = {rule.id: rule for rule in RULES}


class Word(StrEnum):
    """Stored and public: never rename, never reuse."""

    ELSEWHERE = "done-elsewhere"
    NOT_APPLICABLE = "not-applicable"


@dataclass(frozen=True, slots=True)
class Mark:
    """``on``: the day on which it was done, or said not to apply. ``by``: the role of who said it, ``person``: their
    id. ``at``: stamp.
    """

    need: str
    word: Word
    on: date
    by: str
    person: str
    at: str

    @property
    def until(self) -> date | None:
        """The first day on which it does not hold any more; None: it holds for good."""
        rule = _RULES.get(self.need.partition(".")[0])
        if rule is None:
            return self.on
        return months_later(self.on, rule.silence) if rule.silence is not None else None

    def holds(self, today: date) -> bool:
        return self.on <= today and (self.until is None or today < self.until)


def mark_of(stored: Mapping[str, Any]) -> Mark:
    return Mark(
        need=stored["need"],
        word=Word(stored["word"]),
        on=date.fromisoformat(stored["on"]),
        by=stored["by"],
        person=stored["person"],
        at=stored["at"],
    )


def stored(mark: Mark) -> dict[str, Any]:
    return {
        "need": mark.need,
        "word": mark.word.value,
        "on": mark.on.isoformat(),
        "by": mark.by,
        "person": mark.person,
        "at": mark.at,
    }


def changed(marks: Iterable[Mark], need: str, mark: Mark | None, today: date) -> list[Mark]:
    """The marks with one in the place of that need's (None: without it); what does not hold any more is dropped."""
    kept = [one for one in marks if one.need != need and one.holds(today)]
    kept += [mark] if mark is not None else []
    return sorted(kept, key=lambda one: (one.at, one.need))[-MOST:]


def parted(needs: Sequence[Need], marks: Iterable[Mark], today: date) -> tuple[list[Need], list[tuple[Need, Mark]]]:
    """What is due, and what a mark silences with that mark."""
    holding = {one.need: one for one in marks if one.holds(today)}
    due = [need for need in needs if need.id not in holding]
    return due, [(need, holding[need.id]) for need in needs if need.id in holding]
