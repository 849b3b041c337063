"""A code set in memory: rows of a text file, found by code, by name and by the beginnings of words (REC-14).

Search scans the folded text. Why not an index: docs/adr/0010-code-sets-are-scanned.md.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from chalicelib.domain.code_set_files import NEEDED_COLUMNS, SEVERAL, split

MOST_WORDS = 8
FEWEST_LETTERS = 3
"""Of what is left of a wrong value when its neighbours are looked for."""

_SPLITTING = "()[]{}-–—«»\"'/,:;+"
_QUERY = str.maketrans(dict.fromkeys(_SPLITTING, " ") | {"ё": "е", "\t": " ", "\n": " "})
_BARE_ICD = re.compile(r"^([a-z][0-9]{2})([0-9]{1,2})$")
_LIKE_A_CODE = re.compile(r"^[а-я][0-9]")

_KEYS_EN = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_KEYS_RU = "йцукенгшщзхъфывапролджэячсмитьбюё"
_TO_RU = str.maketrans(_KEYS_EN, _KEYS_RU)
_TO_EN = str.maketrans(_KEYS_RU, _KEYS_EN)
_ALIKE = str.maketrans("авекмнорстух", "abekmhopctyx")
"""Cyrillic letters that look like Latin ones: how codes are typed without changing the layout."""


@dataclass(frozen=True, slots=True)
class Row:
    """One code. ``until``: the day (ISO) from which it is not to be used, ``"-"`` when unknown, empty while it is."""

    code: str
    ru: str
    en: str
    also: tuple[str, ...] = ()
    until: str = ""
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def active(self) -> bool:
        return not self.until

    def used_on(self, day: str) -> bool:
        """Whether it was in use on a day (ISO date): a record of an earlier year keeps the code of that year."""
        return self.active or (self.until != "-" and day < self.until)

    def name(self, language: str) -> str:
        first, second = (self.en, self.ru) if language == "en" else (self.ru, self.en)
        return first or second

    def values(self, column: str) -> tuple[str, ...]:
        """The values of a column of the set's own."""
        return tuple(value for value in self.more.get(column, "").split(SEVERAL) if value)

    @property
    def names(self) -> tuple[str, ...]:
        """What it is called, in either language and otherwise."""
        return tuple(name for name in (self.ru, self.en, *self.also) if name)


def fold(text: str) -> str:
    """As texts are compared: small letters, ё as е, what stands between words as blanks."""
    return text.lower().translate(_QUERY)


def _single(text: str) -> str:
    """Folded, with single blanks."""
    return " ".join(fold(text).split())


def readings(query: str) -> Iterator[str]:
    """A query as typed, and as it may have been meant: a code without its dot, look-alike letters, the other layout."""
    small = query.lower()
    yield fold(small)
    if _LIKE_A_CODE.match(small):
        small = small.translate(_ALIKE)
        yield fold(small)
    if bare := _BARE_ICD.match(small):
        yield f"{bare[1]}.{bare[2]}"
    for layout in (_TO_EN, _TO_RU):
        yield fold(query.lower().translate(layout))


class CodeSet:
    """Rows of one file; immutable, so threads may share it."""

    def __init__(self, text: str) -> None:
        """Raises ValueError for a head that is not whole; rows are taken as they are (``problems`` looks at them)."""
        self.head, self._columns, self._lines = split(text)
        self._columns_made: dict[str, dict[str, list[int]]] = {}

    @property
    def complete(self) -> bool:
        """Whether a code that is not here does not exist."""
        return self.head["complete"] == "yes"

    def __len__(self) -> int:
        return len(self._lines)

    def rows(self) -> Iterator[Row]:
        return (self._row(number) for number in range(len(self._lines)))

    # --- exact

    def row(self, code: str) -> Row | None:
        """By its own code; letters count (UCUM: ``m`` and ``M`` differ)."""
        number = self._by_code.get(code)
        return None if number is None else self._row(number)

    def named(self, name: str) -> list[Row]:
        """Every row that is called so, in either language or by another name."""
        return [self._row(number) for number in self._names.get(_single(name), ())]

    def having(self, column: str, value: str) -> list[Row]:
        """Every row whose column holds the value: the drugs of an ATC code."""
        return [self._row(number) for number in self._column(column).get(value, ())]

    # --- by words

    def search(self, query: str, limit: int) -> list[Row]:
        """Rows in use with every word's beginning, best first: the code, codes that begin so, names, words.

        Where nothing is found, other readings of what was typed are tried. Equal ones keep the order of the file.
        """
        for reading in readings(query):
            if found := self._found(reading.split()[:MOST_WORDS], limit):
                return found
        return []

    def near(self, value: str, limit: int) -> list[Row]:
        """What a wrong value may have been meant to be: rows that begin as it does, some letters less, half, three."""
        whole = value.strip()
        letters = len(whole)
        for kept in dict.fromkeys((letters, letters - 1, letters - 2, letters * 3 // 4, letters // 2, FEWEST_LETTERS)):
            words = fold(whole[:kept].rstrip(" .")).split()[:MOST_WORDS]
            if kept >= FEWEST_LETTERS and (found := self._found(words, limit)):
                return found
        return []

    def _found(self, words: list[str], limit: int) -> list[Row]:
        """Each class of matches in the order of the file, the best class first, until there are enough."""
        found: dict[int, Row] = {}
        for numbers in self._classes(words):
            for number in numbers:
                if number not in found and (row := self._row(number)).active:
                    found[number] = row
                if len(found) == limit:
                    return list(found.values())
        return list(found.values())

    def _classes(self, words: list[str]) -> Iterator[Iterable[int]]:
        """The code and its beginnings; a name and its beginnings; names that begin with the first word; any word."""
        longest = f" {max(words, key=len, default='')}"
        if not words or longest not in self._folded:
            return
        query = " ".join(words)
        yield self._beginning(query)
        yield self._whole_first(f"\t {query}", words)
        if len(words) > 1:
            yield self._matching(f"\t {words[0]}", words)
        yield self._matching(longest, words)

    def _beginning(self, query: str) -> Iterator[int]:
        """Codes that begin so; the code itself is the first of them."""
        codes = self._codes
        for at in range(bisect_left(codes, (query, -1)), len(codes)):
            if not codes[at][0].startswith(query):
                return
            yield codes[at][1]

    def _whole_first(self, text: str, words: list[str]) -> list[int]:
        """Lines where a cell begins with ``text``, those first where it is the whole cell."""
        numbers = list(self._matching(text, words))
        return sorted(numbers, key=lambda number: f"{text}\t" not in "\n" + self._line(number))

    def _matching(self, text: str, words: list[str]) -> Iterator[int]:
        """Numbers of lines that have ``text``, and every word's beginning.

        A text that ends in a tab would be slow: the search in a string goes by the last character.
        """
        folded, starts, at = self._folded, self._starts, self._folded.find(text)
        while at >= 0:
            number = bisect_right(starts, at + 1) - 1
            if len(words) == 1 or all(f" {word}" in self._line(number) for word in words):
                yield number
            at = folded.find(text, starts[number + 1] - 1)

    # --- the folded text

    @cached_property
    def _folded(self) -> str:
        """A line a row, a tab after each cell, a blank before each word: a word's beginning is a substring."""
        text = "\n".join(self._lines).lower().replace("ё", "е").replace(SEVERAL, "\t")
        for character in _SPLITTING:
            text = text.replace(character, " ")
        return "\n " + text.replace("\t", "\t ").replace("\n", "\t\n ") + "\t\n"

    @cached_property
    def _starts(self) -> list[int]:
        """Where each line begins, and where the text ends."""
        return [found.end() for found in re.finditer("\n", self._folded)]

    @cached_property
    def _names(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for number, row in enumerate(self.rows()):
            for name in dict.fromkeys(map(_single, row.names)):
                found.setdefault(name, []).append(number)
        return found

    def _column(self, column: str) -> dict[str, list[int]]:
        """Value to lines, made when a column is first asked for."""
        if column not in self._columns_made:
            found: dict[str, list[int]] = {}
            for number, row in enumerate(self.rows()):
                for value in row.values(column):
                    found.setdefault(value, []).append(number)
            self._columns_made[column] = found
        return self._columns_made[column]

    @cached_property
    def _codes(self) -> list[tuple[str, int]]:
        """Folded codes in their own order, each with its line."""
        ends = (self._folded.index("\t", start) for start in self._starts[:-1])
        codes = (self._folded[start:end].strip() for start, end in zip(self._starts, ends, strict=False))
        return sorted(zip(codes, range(len(self._lines)), strict=True))

    @cached_property
    def _by_code(self) -> dict[str, int]:
        return {line[: line.index("\t")]: number for number, line in enumerate(self._lines)}

    def _line(self, number: int) -> str:
        return self._folded[self._starts[number] : self._starts[number + 1]]

    def _row(self, number: int) -> Row:
        cells = dict(zip(self._columns, self._lines[number].split("\t"), strict=False))
        also = tuple(name for name in cells.pop("also", "").split(SEVERAL) if name)
        code, ru, en, until = (cells.pop(name, "") for name in (*NEEDED_COLUMNS, "until"))
        return Row(code, ru, en, also, until, {name: value for name, value in cells.items() if value})
