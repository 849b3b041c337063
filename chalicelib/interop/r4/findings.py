"""Problems that were found so far: each place and rule once, and no more than anybody reads."""

from __future__ import annotations

from chalicelib.ports.resources import Problem

MOST = 50


class Findings:
    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._places: set[tuple[str, str]] = set()
        self._said: set[str] = set()

    @property
    def full(self) -> bool:
        return len(self.problems) >= MOST

    def add(self, path: str, code: str, text: str, text_ru: str, rule: str = "") -> None:
        """What the schema says (no ``rule``) about a place of which something was said already adds nothing."""
        if self.full or (path, rule) in self._places or (not rule and path in self._said):
            return
        self._places.add((path, rule))
        self._said.add(path)
        self.problems.append(Problem(path, code, text, text_ru, rule))
