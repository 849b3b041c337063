"""Code sets for forms: which there are, suggestions, one code (REC-14). Nothing here is about a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chalicelib.domain.code_sets import CodeSet, Row
from chalicelib.errors import NotFoundError
from chalicelib.ports.code_sets import CodeSets


class CodeSetService:
    def __init__(self, sets: CodeSets) -> None:
        self._sets = sets

    def listed(self) -> list[dict[str, Any]]:
        """Every set: name, what it is called, version, source, licence, number of rows, whether it is complete."""
        return [described(name, self._sets(name)) for name in self._sets.names()]

    def suggested(self, name: str, query: str, limit: int) -> dict[str, Any]:
        """Rows in use that fit what was typed, best first. NotFoundError for a set that does not exist."""
        found = self._sets(name)
        return _answer(name, found, found.search(query, limit))

    def exactly(self, name: str, code: str) -> dict[str, Any]:
        """The row of a code of any characters, in use or not, as the only item; no item when there is none."""
        found = self._sets(name)
        row = found.row(code)
        return _answer(name, found, [row] if row else [])

    def read(self, name: str, code: str) -> dict[str, Any]:
        """One code, in use or not: old records show theirs. Raises NotFoundError."""
        row = self._sets(name).row(code)
        if row is None:
            raise NotFoundError
        return shown(row)


def _answer(name: str, code_set: CodeSet, rows: Sequence[Row]) -> dict[str, Any]:
    head = {"code_set": name, "version": code_set.head["version"], "complete": code_set.complete}
    return {**head, "items": [shown(row) for row in rows]}


def described(name: str, code_set: CodeSet) -> dict[str, Any]:
    head = code_set.head
    said = {"name": name, "ru": head["ru"], "en": head["en"], "version": head["version"], "source": head["source"]}
    return {**said, "licence": head["licence"], "rows": len(code_set), "complete": code_set.complete}


def shown(row: Row) -> dict[str, Any]:
    """``{"code", "ru", "en", "active"}``, and where there are: ``also``, ``until``, columns of the set as lists."""
    found: dict[str, Any] = {"code": row.code, "ru": row.ru, "en": row.en, "active": row.active}
    if row.also:
        found["also"] = list(row.also)
    if row.until:
        found["until"] = row.until
    return {**found, **{name: list(row.values(name)) for name in row.more}}
