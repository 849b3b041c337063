"""Analytes over results as a matrix: bodies of laboratory results go in, series come out (REC-5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from chalicelib.domain.code_sets import CodeSet, fold
from chalicelib.domain.moments import stamp
from chalicelib.domain.results.analytes import Named, asked, keys_of, meant, named
from chalicelib.domain.results.points import WITHDRAWN, Patient, Point, Source, point
from chalicelib.domain.results.series import Part, parts
from chalicelib.domain.results.trends import trend


@dataclass(frozen=True, slots=True)
class Result:
    """A laboratory result as it stands. ``withdrawn``: by the source that it came from."""

    record: str
    version: int
    body: Mapping[str, Any]
    withdrawn: bool = False

    @property
    def stands(self) -> bool:
        return not self.withdrawn and self.body.get("status") != WITHDRAWN


@dataclass(frozen=True, slots=True)
class Line:
    """One analyte."""

    key: str
    names: tuple[Named, ...]
    parts: tuple[Part, ...]

    def title(self, language: str) -> str:
        """As the code set calls it; otherwise as the newest result does."""
        return self.names[-1].title(language)

    @property
    def points(self) -> list[Point]:
        return [point for part in self.parts for point in part.points]


@dataclass(frozen=True, slots=True)
class Comparison:
    """``results`` that have a value of what was asked for, oldest first; ``withdrawn``: how many were passed over."""

    lines: tuple[Line, ...]
    results: tuple[Source, ...]
    withdrawn: int


class Wish:
    """What is asked for: analytes by names, codes or LOINC (none: all), and words of the name of a panel."""

    def __init__(self, analytes: Sequence[str], panel: str, known: CodeSet) -> None:
        self._known = known
        self._codes, self._words = asked(analytes, known)
        self._all = not analytes
        self._panel = " ".join(fold(panel).split())
        self._named: dict[tuple[str, ...], Named] = {}

    def of(self, result: Result) -> list[tuple[Named, Mapping[str, Any]]]:
        """The values of a result that are meant."""
        body = result.body
        if self._panel not in " ".join(fold(str(body["panel"])).split()):
            return []
        found = [(self._name(value, str(body["category"])), value) for value in body["values"]]
        return [(one, value) for one, value in found if self._all or meant(one, self._codes, self._words)]

    def _name(self, value: Mapping[str, Any], category: str) -> Named:
        """Laboratories call an analyte the same in every result."""
        asks = (value["name"], value.get("loinc") or "", value.get("unit") or "", category)
        if asks not in self._named:
            self._named[asks] = named(value, category, self._known)
        return self._named[asks]


def compare(results: Iterable[Result], wish: Wish, patient: Patient) -> Comparison:
    """``results`` in any order. What was entered in error, or taken back by its source, is counted and left out."""
    withdrawn, sources = 0, []
    points: list[Point] = []
    for result in results:
        values = wish.of(result)
        if not values:
            continue
        if not result.stands:
            withdrawn += 1
            continue
        source = _source(result)
        sources.append(source)
        points += [point(value, source, one, patient) for one, value in values]
    return Comparison(_lines(points), tuple(sorted(sources, key=_when)), withdrawn)


def _lines(points: Sequence[Point]) -> tuple[Line, ...]:
    """In the order of the alphabet, which is the same on every page."""
    keys = keys_of(one.named for one in points)
    found: dict[str, list[Point]] = defaultdict(list)
    for one in sorted(points, key=lambda one: _when(one.source)):
        found[keys[one.named]].append(one)
    lines = [
        Line(key, tuple(dict.fromkeys(one.named for one in some)), tuple(parts(some))) for key, some in found.items()
    ]
    return tuple(sorted(lines, key=lambda line: (line.title("ru").casefold(), line.key)))


def _when(source: Source) -> tuple[datetime, str]:
    return source.at, source.record


def _source(result: Result) -> Source:
    body = result.body
    return Source(
        record=result.record,
        version=result.version,
        at=datetime.fromisoformat(body["occurred_at"]),
        laboratory=str(body["laboratory"]),
        panel=str(body["panel"]),
        status=str(body.get("status") or "final"),
        specimen=str(body.get("specimen") or ""),
    )


# --- as it is answered


def shown(found: Comparison) -> dict[str, Any]:
    """``results``: the columns; ``analytes``: the rows, each with ``parts`` for a chart and a ``trend``."""
    return {
        "results": [
            {
                "record": one.record,
                "version": one.version,
                "at": stamp(one.at),
                "laboratory": one.laboratory,
                "panel": one.panel,
                "status": one.status,
            }
            for one in found.results
        ],
        "withdrawn": found.withdrawn,
        "analytes": [_line(line) for line in found.lines],
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "analyte": next((one.code for one in line.names if one.code), None),
        "names": {language: line.title(language) for language in ("ru", "en")},
        "loinc": sorted({one.loinc for one in line.names if one.loinc}),
        "parts": [
            {
                "unit": part.unit,
                "kind": part.points[-1].kind,
                "broken_by": part.broken_by or None,
                "points": [_point(part, one) for one in part.points],
            }
            for part in line.parts
        ],
        "trend": trend(line.parts),
    }


def _point(part: Part, one: Point) -> dict[str, Any]:
    """``value`` and ``unit`` as they were given; ``number``, ``low`` and ``high`` in the unit of the part."""
    return {
        "record": one.source.record,
        "at": stamp(one.source.at),
        "laboratory": one.source.laboratory,
        "value": one.text,
        "unit": one.unit,
        "number": plain(part.scaled(one.value, one)),
        "low": plain(part.scaled(one.low, one)),
        "high": plain(part.scaled(one.high, one)),
        "reference": one.reference or None,
        "flag": one.flag,
        "range_fits": one.fits,
        "preliminary": not one.settled,
    }


def plain(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")
