"""Marks on the fields of a body that hold a code, and what is wrong with a value there (REC-14).

``Coded`` and ``Linked`` stand on the field itself, beside its words: whatever kind of record uses the field is checked.
``records/places.py`` finds the marked places of a body; the rules below look at one place each, with its neighbours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from chalicelib.domain.code_sets import CodeSet, Row, fold
from chalicelib.domain.ucum import is_unit

UNITS = "units"
ASTERISK = "*"
MOST_NEAR = 5
MOST_HELPED = 20

Sets = Callable[[str], CodeSet]
"""A code set by its name."""


@dataclass(frozen=True, slots=True)
class Coded:
    """A field whose value comes from a code set.

    ``by``: what of a row the value is: its ``code``, its ``name``, or a column of the set. Only a code is refused, and
    only when the set is complete; a name that is not listed is a hint. ``text``: the neighbour that says the same in
    words. ``rank``: the neighbour that says ``main`` of a main diagnosis. ``listed``, a set and a column: the row that
    a neighbour names in that set lists in that column what is allowed here.
    """

    code_set: str
    by: str = "code"
    text: str = ""
    rank: str = ""
    listed: tuple[str, str] | None = None

    def __get_pydantic_json_schema__(self, core: Any, handler: Any) -> dict[str, Any]:
        return {**handler(core), "x-code-set": self.code_set, "x-code-by": self.by}


@dataclass(frozen=True, slots=True)
class Linked:
    """The id of another record of the same card; the neighbour ``kind`` says of which kind."""

    kind: str = "kind"


@dataclass(frozen=True, slots=True)
class Place:
    """One marked field of one body: JSON pointer, mark, value, and the object that it stands in with its own marks."""

    pointer: str
    mark: Coded | Linked
    value: Any
    beside: Mapping[str, Any] = field(default_factory=dict)
    marks: Mapping[str, Coded] = field(default_factory=dict)

    @property
    def within(self) -> str:
        """Pointer of the list that the object of this field is an item of, or of the object: what belongs together."""
        around, _, last = self.pointer.rpartition("/")[0].rpartition("/")
        return around if last.isdecimal() else f"{around}/{last}"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong or worth a look: pointer, stable code, sentence without the value, and codes that may be meant.

    ``refused`` is false for a hint, which stops nothing.
    """

    field: str
    code: str
    message: str
    code_set: str = ""
    near: tuple[Row, ...] = ()
    refused: bool = True


def examine(places: Sequence[Place], sets: Sets, day: str, *, hints: bool = True) -> list[Finding]:
    """All findings of a body of that day (ISO date); without ``hints`` those alone that refuse it.

    Neighbours of a wrong value are looked for while findings are few: a body of 200 names that nobody knows is one
    that nobody helps with.
    """
    coded = [(p, p.mark) for p in places if isinstance(p.mark, Coded) and isinstance(p.value, str)]
    found: list[Finding] = []
    for place, mark in coded:
        for finding in _of(place, mark, sets, day):
            if finding.refused or hints:
                found.append(_with_near(finding, place, sets) if len(found) < MOST_HELPED else finding)
    return found + list(_asterisks(coded, sets))


def _with_near(finding: Finding, place: Place, sets: Sets) -> Finding:
    if finding.near or finding.field != place.pointer:
        return finding
    return replace(finding, near=tuple(sets(finding.code_set).near(place.value, MOST_NEAR)))


def _of(place: Place, mark: Coded, sets: Sets, day: str) -> Iterator[Finding]:
    known = sets(mark.code_set)
    rows = rows_of(mark, known, place.value)
    if mark.code_set == UNITS:
        yield from _unit(place, mark, known, sets)
    elif not rows:
        yield _not_there(place, mark, known)
    elif all(not row.used_on(day) for row in rows):
        yield _no_longer(place, mark, rows[0], known)
    elif mark.text and not _says(place.beside.get(mark.text), rows):
        pointer = f"{place.pointer.rpartition('/')[0]}/{mark.text}"
        message = f"the code of {mark.code_set} is called otherwise"
        yield Finding(pointer, "text-differs", message, mark.code_set, tuple(rows[:MOST_NEAR]), refused=False)


def rows_of(mark: Coded, known: CodeSet, value: str) -> list[Row]:
    """The rows that a value means."""
    if mark.by == "code":
        row = known.row(value)
        return [row] if row else []
    return known.named(value) if mark.by == "name" else known.having(mark.by, value)


def _not_there(place: Place, mark: Coded, known: CodeSet) -> Finding:
    if mark.by == "code" and known.complete:
        return Finding(place.pointer, "code-unknown", f"not a code of {mark.code_set}", mark.code_set)
    message = f"not listed in {mark.code_set}, which does not list everything"
    return Finding(place.pointer, "not-listed", message, mark.code_set, refused=False)


def _no_longer(place: Place, mark: Coded, row: Row, known: CodeSet) -> Finding:
    successors = tuple(found for code in row.values("successor") if (found := known.row(code)))
    named = "; use " + ", ".join(row.values("successor")) if row.values("successor") else ""
    message = f"no longer a code of {mark.code_set}{named}"
    return Finding(place.pointer, "code-inactive", message, mark.code_set, successors)


def _says(text: Any, rows: Sequence[Row]) -> bool:
    """Whether words and code may be about the same thing: a word's beginning in common. No words contradict nothing."""
    if not isinstance(text, str):
        return True
    said = _stems(text)
    return not said or any(said & _stems(" ".join((row.ru, row.en, *row.also))) for row in rows)


def _stems(text: str) -> set[str]:
    return {word[:5] for word in fold(text).split() if len(word) > 3}  # noqa: PLR2004


def _unit(place: Place, mark: Coded, known: CodeSet, sets: Sets) -> Iterator[Finding]:
    unit = place.value
    if not is_unit(unit):
        spelt = known.named(unit)
        text = "not a unit of UCUM; it is kept as text"
        yield Finding(place.pointer, "unit-unknown", text, UNITS, tuple(spelt[:MOST_NEAR]), refused=False)
        if not spelt:
            return
        unit = spelt[0].code
    if mark.listed is None:
        return
    about, column = mark.listed
    allowed = _allowed(place, about, column, sets)
    if allowed and unit not in allowed:
        near = tuple(row for code in allowed if (row := known.row(code)))
        message = f"not a unit in which {about} of this name are measured; use " + ", ".join(allowed)
        yield Finding(place.pointer, "unit-not-allowed", message, UNITS, near)


def _allowed(place: Place, about: str, column: str, sets: Sets) -> list[str]:
    """What the rows that the neighbours name list, in the order of the rows; empty when none is known."""
    found: dict[str, None] = {}
    for name, mark in place.marks.items():
        value = place.beside.get(name)
        if mark.code_set == about and isinstance(value, str):
            for row in rows_of(mark, sets(about), value):
                found |= dict.fromkeys(row.values(column))
    return list(found)


def _asterisks(places: Sequence[tuple[Place, Coded]], sets: Sets) -> Iterator[Finding]:
    """ICD-10, volume 2, 3.1.3: an asterisk code is never used alone, and never as the main condition."""
    mains: dict[str, list[tuple[Place, str, bool]]] = {}
    for place, mark in places:
        if mark.rank and place.beside.get(mark.rank, "main") == "main":
            row = sets(mark.code_set).row(place.value)
            asterisk = row is not None and row.more.get("mark") == ASTERISK
            mains.setdefault(place.within, []).append((place, mark.code_set, asterisk))
    for together in mains.values():
        if all(asterisk for _, _, asterisk in together):
            message = "an asterisk code is no main diagnosis alone: give the underlying disease (dagger) with it"
            yield from (Finding(place.pointer, "asterisk-alone", message, name) for place, name, _ in together)
