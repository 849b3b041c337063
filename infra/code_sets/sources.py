"""Readers of sources. Each gives rows or, where lines cannot be read, what is wrong with them; never half of a source.

A name is taken as it stands but for its blanks: a source may have two where it means one.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

MOST_TOLD = 20
ICD = re.compile(r"^[A-Z][0-9]{2}(\.[0-9]{1,2})?$")
ICD_GROUP = re.compile(r"^(?:[IVX]+|[A-Z][0-9]{2}-[A-Z][0-9]{2})$")
ICD_HEADER = ["ID", "REC_CODE", "MKB_CODE", "MKB_NAME", "ID_PARENT", "ADDL_CODE", "ACTUAL", "DATE"]
ICD_MARKS = {"": "", "1": "†", "2": "*"}
ATC = re.compile(r"^[A-Z](?:[0-9]{2}(?:[A-Z](?:[A-Z](?:[0-9]{2})?)?)?)?$")

T = TypeVar("T")


class SourceError(Exception):
    """A source cannot be used; the text names its lines."""


@dataclass(frozen=True, slots=True)
class Icd:
    """A row of the ministry's directory. ``until``: see domain/code_set_files.py."""

    code: str
    name: str
    mark: str
    until: str


@dataclass(slots=True)
class Drug:
    """An international name with everything that the registry sells it as."""

    inn: str
    trade_names: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Analyte:
    name: str
    synonyms: tuple[str, ...]
    units: tuple[str, ...]
    group: str


def _collected(path: Path, lines: Iterable[tuple[int, T]], read: Callable[[T], Any]) -> list[Any]:
    """What ``read`` makes of each line; None is left out. Raises SourceError when any line is refused."""
    found, wrong = [], []
    for number, line in lines:
        try:
            made = read(line)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            wrong.append(f"line {number}: {error}")
        else:
            found += [made] if made is not None else []
    if wrong:
        more = [f"… and {len(wrong) - MOST_TOLD} more"] if len(wrong) > MOST_TOLD else []
        raise SourceError("\n".join([f"{path}: nothing was built", *wrong[:MOST_TOLD], *more]))
    if not found:
        raise SourceError(f"{path}: there are no rows")
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path}: {error}") from None


def _said(text: Any) -> str:
    """A name with single blanks. Raises ValueError for none, and for what a file of a code set cannot hold."""
    if not isinstance(text, str) or not (found := " ".join(text.split())):
        raise ValueError("a name is missing")
    if re.search(r"[\x00-\x1f\x7f]", found):
        raise ValueError("control characters")
    return found


# --- ICD-10


def icd_russian(path: Path) -> list[Icd]:
    """The directory 1.2.643.5.1.13.13.11.1005 as CSV with semicolons; chapters and blocks are left out."""
    reader = csv.reader(_text(path).splitlines(), delimiter=";", strict=True)
    if next(reader, None) != ICD_HEADER:
        raise SourceError(f"{path}: line 1: the columns are {';'.join(ICD_HEADER)}")
    seen: set[str] = set()

    def read(cells: list[str]) -> Icd | None:
        if len(cells) != len(ICD_HEADER):
            raise ValueError(f"{len(cells)} cells, not {len(ICD_HEADER)}")
        row = dict(zip(ICD_HEADER, (cell.strip() for cell in cells), strict=True))
        code, name = row["MKB_CODE"], _said(row["MKB_NAME"])
        if ICD_GROUP.match(code):
            return None
        if not ICD.match(code):
            raise ValueError("the code has not the form A00, A00.0 or A00.00")
        if code in seen:
            raise ValueError(f"the code {code} stands twice")
        seen.add(code)
        if row["ACTUAL"] not in {"0", "1"}:
            raise ValueError("ACTUAL is 0 or 1")
        if row["ADDL_CODE"] not in ICD_MARKS:
            raise ValueError("ADDL_CODE is empty, 1 (dagger) or 2 (asterisk)")
        return Icd(code, name, ICD_MARKS[row["ADDL_CODE"]], "" if row["ACTUAL"] == "1" else _day(row["DATE"]))

    return _collected(path, _csv_lines(path, reader), read)


def _csv_lines(path: Path, reader: Any) -> Iterator[tuple[int, list[str]]]:
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise SourceError(f"{path}: line {reader.line_num}: {error}") from None


def _day(text: str) -> str:
    """07.10.2020 as 2020-10-07; unknown is a dash."""
    return datetime.strptime(text, "%d.%m.%Y").date().isoformat() if text else "-"  # noqa: DTZ007 - a day


def icd_english(path: Path) -> dict[str, str]:
    """Lines of code, tab, name; codes that are chapters or blocks are left out."""

    def read(line: str) -> tuple[str, str] | None:
        code, tab, name = line.partition("\t")
        if not tab:
            raise ValueError("a tab between code and name is missing")
        if ICD_GROUP.match(code):
            return None
        if not ICD.match(code):
            raise ValueError("the code has not the form A00, A00.0 or A00.00")
        return code, _said(name)

    return dict(_collected(path, enumerate(_text(path).splitlines(), 1), read))


# --- JSON Lines: drugs and analytes


def _json_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Every line but the first, which says where the file is from, and empty ones."""
    for number, line in enumerate(_text(path).splitlines(), 1):
        if line.strip() and not (number == 1 and "_meta" in line):
            yield number, line


def drugs(path: Path) -> list[Drug]:
    """Lines ``{"name", "type": "mnn" | "trade" | "both", "mnn"}``: one drug for each international name.

    Trade names without an international one are left out: nothing can be checked against them.
    """
    found: dict[str, Drug] = {}

    def read(line: str) -> bool:
        row = json.loads(line)
        name, kind = _said(row["name"]), row["type"]
        if kind not in {"mnn", "trade", "both"}:
            raise ValueError("type is mnn, trade or both")
        inn = _said(row["mnn"]) if "mnn" in row else name if kind != "trade" else ""
        if inn:
            drug = found.setdefault(inn.casefold(), Drug(inn))
            drug.trade_names |= {name} if name.casefold() != inn.casefold() else set()
        return True

    _collected(path, _json_lines(path), read)
    return sorted(found.values(), key=lambda drug: drug.inn.casefold())


def analytes(path: Path) -> list[Analyte]:
    """Lines ``{"name", "synonyms", "units", "group"}``."""
    seen: set[str] = set()

    def read(line: str) -> Analyte | None:
        row = json.loads(line)
        name = _said(row["name"])
        if name.casefold() in seen:  # the same analyte in another group
            return None
        seen.add(name.casefold())
        synonyms = tuple(_said(text) for text in row.get("synonyms", []))
        return Analyte(name, synonyms, tuple(_said(unit) for unit in row.get("units", [])), _said(row["group"]))

    return _collected(path, _json_lines(path), read)


def atc_codes(path: Path) -> dict[str, tuple[str, ...]]:
    """Lines of international name (Russian), tab, ATC codes with semicolons between."""

    def read(line: str) -> tuple[str, tuple[str, ...]]:
        name, _, codes = line.partition("\t")
        found = tuple(code.strip() for code in codes.split(";") if code.strip())
        if not found or not all(ATC.match(code) for code in found):
            raise ValueError("one ATC code at least, as A00AA00")
        return _said(name).casefold(), found

    return dict(_collected(path, enumerate(_text(path).splitlines(), 1), read))
