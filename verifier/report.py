"""What a check found: every finding has a code (texts.py), a place, and values for its sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from verifier import texts
from verifier.notes import NoteError

FINE, ALARM, BROKEN, USAGE = range(4)  # exit codes
MOST = 200  # findings of one code that are kept; the rest is counted, so that no flood hides the others


class Flaw(Exception):
    """Something is wrong with an input. Whoever knows the place makes a finding of it."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code, values)
        self.code, self.values = code, values


@dataclass(frozen=True, slots=True)
class Finding:
    """``place`` is an object's name, ``<year>/leaf/<index>``, or a part of a bundle."""

    code: str
    place: str
    values: Mapping[str, object]

    @property
    def level(self) -> str:
        return texts.FINDINGS[self.code][0]

    def sentence(self, language: str) -> str:
        return texts.sentence(self.code, language, self.values)


@dataclass(slots=True)
class Report:
    """All findings of one check, and facts for its summary."""

    findings: list[Finding] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, code: str, place: str, /, **values: object) -> None:
        self.counts[code] += 1
        if self.counts[code] <= MOST:
            self.findings.append(Finding(code, place, values))

    def flaw(self, flaw: Flaw | NoteError, place: str) -> None:
        self.add(flaw.code, place, **flaw.values)

    def left_off(self) -> dict[str, int]:
        """How many findings of a code were counted only."""
        return {code: count - MOST for code, count in self.counts.items() if count > MOST}

    @property
    def exit_code(self) -> int:
        levels = {finding.level for finding in self.findings}
        return BROKEN if texts.BROKEN in levels else ALARM if texts.ALARM in levels else FINE
