"""Tables of exports, ``tables/*.json``: which columns a file has, and what of a resource each of them is."""

from __future__ import annotations

import copy
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from chalicelib.interop.csv_files.cells import CONVERSIONS, About, line
from chalicelib.interop.mapping.rules import every

TABLES = Path(__file__).with_name("tables")
PERSON: Mapping[str, Sequence[str]] = {
    "snils": ("снилс", "snils", "снилс пациента"),
    "oms": ("енп", "полис омс", "полис", "номер полиса", "№ полиса", "enp"),
    "mrn": (
        "№ карты",
        "номер карты",
        "номер медкарты",
        "№ медкарты",
        "амбулаторная карта",
        "№ амбулаторной карты",
        "номер медицинской карты",
        "id пациента",
        "ид пациента",
        "код пациента",
        "patient id",
    ),
    "name": ("фио", "пациент", "фио пациента", "ф и о", "фамилия имя отчество"),
    "last_name": ("фамилия", "фамилия пациента", "last name"),
    "first_name": ("имя", "имя пациента", "first name"),
    "middle_name": ("отчество", "отчество пациента", "middle name"),
    "birth_date": ("дата рождения", "дата рождения пациента", "д р", "др", "birth date"),
    "sex": ("пол", "пол пациента", "sex"),
}
"""Names of the columns that say whose a row is, the same in every table."""
PERSONAL = "person"
"""In a key: whatever the row says of the person."""


@dataclass(frozen=True, slots=True)
class Column:
    """``to``: where in the resource; empty for one that is only a part of keys. ``words``: theirs to ours; ``other``:
    how any other word is converted, else it is refused. ``beside``: what stands beside the value; ``also``: what is
    said elsewhere with it, unless that is said; ``only``: where this is there.
    """

    id: str
    names: frozenset[str]
    to: str
    convert: str = "line"
    words: Mapping[str, Any] = field(default_factory=dict)
    beside: Mapping[str, Any] = field(default_factory=dict)
    also: Mapping[str, Any] = field(default_factory=dict)
    only: str = ""
    other: str = ""
    needed: bool = False

    def value(self, said: str, about: About) -> Any:
        """None for what it cannot say."""
        if self.words:
            found = self.words.get(normal(said))
            return CONVERSIONS[self.other](said, about) if found is None and self.other else found
        return CONVERSIONS[self.convert](said, about)


@dataclass(frozen=True, slots=True)
class Table:
    """``keys``: sets of columns; the first of which a row has every one names the row for good."""

    name: str
    resource: Mapping[str, Any]
    columns: tuple[Column, ...]
    keys: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """A table, and where its columns are in a file."""

    table: Table
    places: Mapping[str, int]
    persons: Mapping[str, int]


@cache
def tables() -> tuple[Table, ...]:
    return tuple(_table(path.stem, json.loads(path.read_text("utf-8"))) for path in sorted(TABLES.glob("*.json")))


@cache
def edition() -> str:
    """Of all tables together."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(TABLES.glob("*.json")))).hexdigest()[:12]


def _table(name: str, said: Mapping[str, Any]) -> Table:
    columns = tuple(
        Column(
            id=str(one["id"]),
            names=frozenset(map(normal, one["names"])),
            to=str(one.get("to", "")),
            convert=str(one.get("as", "line")),
            words={normal(word): value for word, value in one.get("words", {}).items()},
            beside=one.get("beside", {}),
            also=one.get("also", {}),
            only=str(one.get("only", "")),
            other=str(one.get("other", "")),
            needed=bool(one.get("needed", False)),
        )
        for one in said["columns"]
    )
    return Table(name, said["resource"], columns, tuple(tuple(key) for key in said["keys"]))


def normal(said: str) -> str:
    """A name as it is compared: without case, accents of ё, points and double spaces."""
    return " ".join(re.sub(r"[^\w№%]+", " ", said.casefold().replace("ё", "е")).replace("_", " ").split())


def layout(header: Sequence[str]) -> Layout | None:
    """The table whose needed columns are all there; of several the one that knows most of the columns."""
    named = [normal(one) for one in header]
    persons = _places(named, {word: frozenset(map(normal, names)) for word, names in PERSON.items()})
    found: list[Layout] = []
    for table in tables():
        places = _places(named, {column.id: column.names for column in table.columns})
        if persons and all(column.id in places for column in table.columns if column.needed):
            found.append(Layout(table, places, persons))
    return max(found, key=lambda one: len(one.places), default=None)


def _places(named: Sequence[str], wanted: Mapping[str, frozenset[str]]) -> dict[str, int]:
    return {
        word: next(at for at, name in enumerate(named) if name in names)
        for word, names in wanted.items()
        if names & set(named)
    }


class Wrong(Exception):
    """A row that is not taken. ``place``: index of the column, or -1."""

    def __init__(self, word: str, place: int = -1) -> None:
        super().__init__(word)
        self.word, self.place = word, place


def resource_of(laid: Layout, cells: Sequence[str], about: About) -> tuple[dict[str, Any], dict[str, str]]:
    """The resource of a row, without its patient, and what its keys are made of. Raises Wrong."""
    found: dict[str, Any] = copy.deepcopy(dict(laid.table.resource))
    said: dict[str, str] = {}
    for column in laid.table.columns:
        at = laid.places.get(column.id, -1)
        cell = cells[at].strip() if 0 <= at < len(cells) else ""
        if not cell:
            if column.needed:
                raise Wrong("row-empty", at)
            continue
        value = column.value(cell, about)
        if value is None:
            raise Wrong("row-value", at)
        said[column.id] = line(cell, about) or ""
        if column.to and (not column.only or column.only in found):
            put(found, column.to, value, column.beside)
            for path, constant in column.also.items():
                if not every(found, path.replace(".0", "")):
                    put(found, path, constant, {})
    return found, said


def put(found: dict[str, Any], path: str, value: Any, beside: Mapping[str, Any]) -> None:
    """Set ``a.b``, ``a.0.b`` or ``a.+.b`` (one more of a list); ``.`` joins an object to the resource itself."""
    if path == ".":
        found |= value
        return
    steps = path.split(".")
    last = steps[-1]
    here: Any = found
    for step, after in pairwise(steps):
        empty: Any = [] if after == "+" or after.isdecimal() else {}
        if isinstance(here, list):
            if step == "+" or int(step) >= len(here):
                here.append(empty)
            here = here[-1 if step == "+" else min(int(step), len(here) - 1)]
        else:
            here = here.setdefault(step, empty)
    if isinstance(here, list):
        here.append(value)
        return
    here |= {**beside, last: {**here[last], **value} if isinstance(here.get(last), dict) else value}


def key_of(table: Table, said: Mapping[str, str], person: str) -> str:
    """What names a row for good: a later row with the same key is a correction of it. "" when it has none."""
    known = {**said, PERSONAL: person}
    for names in table.keys:
        if all(known.get(name) for name in names):
            return "|".join([",".join(names), *(normal(known[name]) for name in names)])
    return ""
