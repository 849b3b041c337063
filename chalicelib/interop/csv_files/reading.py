"""Exports as CSV: bytes into deliveries, a line of answer for each row. Implements ``ports.readers.Reader``.

Reading never raises. A row that cannot be read is told and left out, the others are taken.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from chalicelib.domain.hl7 import (
    Acknowledgement,
    Answer,
    Code,
    Fault,
    Group,
    Heading,
    Identified,
    Person,
    Place,
    Reading,
    Report,
)
from chalicelib.domain.identifiers import normal_oms, normal_snils
from chalicelib.domain.moments import stamp
from chalicelib.errors import InvalidFieldsError
from chalicelib.interop.csv_files.cells import About, day
from chalicelib.interop.csv_files.tables import Layout, Wrong, edition, key_of, layout, resource_of

ROW = "ROW"
PART = 100
"""Rows that are one delivery: with them goes one original, one answer, and the header."""
ABOVE = 10
"""Lines that may stand above the header: a title, ``sep=;``."""
LONGEST_CELL = 100_000
SEPARATORS = ";,\t|"
KIND = "CSV^"
HEADER = "row;outcome;word;column;text;text_ru\r\n"
TAKEN, WAITS, REFUSED, LATER = "taken", "waits", "refused", "again"
_SEXES = {
    **dict.fromkeys(("м", "муж", "мужской", "m", "male"), "male"),
    **dict.fromkeys(("ж", "жен", "женский", "f", "female"), "female"),
}
EDITION = 1
"""Raise it when cells are read otherwise; tables say themselves that they are others."""
csv.field_size_limit(10_000_000)


@dataclass(frozen=True, slots=True)
class _File:
    """``head``: the lines down to the header's end, ``body``: the records after it, as text."""

    charset: str
    separator: str
    laid: Layout
    header: str
    records: tuple[str, ...]


class CsvFiles:
    @property
    def edition(self) -> str:
        return f"{EDITION}-{edition()}"

    def split(self, raw: bytes) -> list[bytes]:
        """Parts of whole rows, each with the header before it; what no table knows is one part."""
        found = _opened(raw)
        if found is None or len(found.records) <= PART:
            return [raw]
        charset = "utf-8" if found.charset.startswith("utf-16") else found.charset
        parts = [found.records[at : at + PART] for at in range(0, len(found.records), PART)]
        return [(found.header + "".join(part)).encode(charset, "replace") for part in parts]

    def is_batch(self, raw: bytes) -> bool:  # noqa: ARG002 - of the port
        """One answer for all parts, always: its rows are numbered through the file."""
        return True

    def read(self, raw: bytes, now: datetime, laboratory: str = "") -> Reading:
        """``laboratory``: the sender's name, for results that name none."""
        found = _opened(raw)
        if found is None:
            fault = Fault(Code.SEQUENCE, "no-table", Place(ROW), error=True)
            return Reading(Heading(sent_at=stamp(now), kind=KIND.rstrip("^")), (), (fault,))
        about = About(comma_is_decimal=found.separator != ",")
        groups, faults = list[Group](), list[Fault]()
        for number, record in enumerate(found.records, 1):
            cells = _cells(record, found.separator)
            try:
                groups.append(_group(found.laid, cells, about, number, laboratory))
            except Wrong as wrong:
                code = Code.REQUIRED if wrong.word in {"row-empty", "row-person"} else Code.DATA_TYPE
                faults.append(Fault(code, wrong.word, Place(ROW, number, wrong.place + 1)))
        heading = Heading(application=found.laid.table.name, sent_at=stamp(now), kind=KIND + found.laid.table.name)
        return Reading(heading, tuple(groups), tuple(faults), rows=len(found.records))

    def shown(self, raw: bytes, group: int) -> str:
        """The header and the one row that a person is to look at: others are not their business."""
        found = _opened(raw)
        reading = self.read(raw, datetime.now(UTC))
        if found is None or group >= len(reading.groups):
            return raw.decode("utf-8", "replace")
        place = reading.groups[group].place
        return found.header + found.records[(place.sequence if place else 1) - 1]

    def answered(self, said: Acknowledgement, now: datetime) -> str:  # noqa: ARG002 - of the port
        """A line for each row, without its number: ``batch`` numbers them through the file."""
        by_row = {fault.place.sequence: fault for fault in reversed(said.faults) if fault.place}
        if said.answer is not Answer.ACCEPTED:
            fault = next(iter(said.faults), None)
            outcome = LATER if fault and fault.word == LATER else REFUSED
            return "".join(_line(outcome, fault) for _ in range(max(said.rows, 1)))
        return "".join(_line(_outcome(by_row.get(row)), by_row.get(row)) for row in range(1, said.rows + 1))

    def batch(self, answers: Sequence[str], now: datetime) -> str:  # noqa: ARG002 - of the port
        """Rows are numbered as a spreadsheet shows them: the header is row 1."""
        lines = "".join(answers).splitlines()
        return "\ufeff" + HEADER + "".join(f"{row};{line}\r\n" for row, line in enumerate(lines, 2))


def _outcome(fault: Fault | None) -> str:
    if fault is None:
        return TAKEN
    return REFUSED if fault.word.startswith("row-") else WAITS


def _line(outcome: str, fault: Fault | None) -> str:
    if fault is None:
        return f"{outcome};;;;\r\n"
    column = fault.place.field if fault.place and fault.place.field else ""
    russian, english = fault.texts
    return f"{outcome};{fault.word};{column};{english.replace(';', ',')};{russian.replace(';', ',')}\r\n"


# --- a file


def _opened(raw: bytes) -> _File | None:
    """None for what no table knows."""
    text, charset = _decoded(raw)
    records = list(_records(text))
    for at, header in enumerate(records[:ABOVE]):
        for separator in SEPARATORS:
            if separator in header and (laid := layout(_cells(header, separator))):
                rows = tuple(one for one in records[at + 1 :] if one.strip(separator + '" \r\n\t'))
                return _File(charset, separator, laid, header, rows)
    return None


def _decoded(raw: bytes) -> tuple[str, str]:
    if raw[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return raw.decode("utf-16", "replace"), "utf-16"
    try:
        return raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return raw.decode("cp1251", "replace"), "cp1251"


def _records(text: str) -> Iterator[str]:
    """Lines, joined where a quoted cell goes over several; each ends in a line end. An odd quote ends with its file."""
    held: list[str] = []
    quotes = 0
    for line in io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n")):
        held.append(line)
        quotes += line.count('"')
        if quotes % 2 == 0:
            yield _ended("".join(held))
            held, quotes = [], 0
    for line in held:
        yield _ended(line)


def _ended(record: str) -> str:
    return record if record.endswith("\n") else record + "\n"


def _cells(record: str, separator: str) -> list[str]:
    try:
        found = next(csv.reader([record], delimiter=separator, skipinitialspace=True), [])
    except csv.Error:
        found = record.rstrip("\n").split(separator)
    return [one.strip().strip("\ufeff")[:LONGEST_CELL] for one in found]


# --- a row


def _group(laid: Layout, cells: Sequence[str], about: About, number: int, sender: str) -> Group:
    """Raises Wrong."""
    person, said_of = _person(laid, cells, about)
    resource, said = resource_of(laid, cells, about)
    key = key_of(laid.table, said, said_of) or "row|" + hashlib.sha256("\x1f".join(cells).encode()).hexdigest()
    if sender and resource["resourceType"] == "Observation":
        resource.setdefault("performer", [{"display": sender}])
    return Group(person, (Report(resource, key),), place=Place(ROW, number))


def _person(laid: Layout, cells: Sequence[str], about: About) -> tuple[Person, str]:
    """Whose a row is, and the same as a part of a key. Raises Wrong, also for a number with a wrong check digit."""
    said: dict[str, str] = {}
    for word, at in laid.persons.items():
        said[word] = " ".join(cells[at].split())[:100] if at < len(cells) else ""
    numbers = list[Identified]()
    for scheme, rule in (("snils", normal_snils), ("oms", normal_oms)):
        if said.get(scheme):
            try:
                numbers.append(Identified(scheme, rule(said[scheme])))
            except InvalidFieldsError:
                raise Wrong("row-value", laid.persons[scheme]) from None
    if said.get("mrn"):
        numbers.append(Identified("mrn", said["mrn"]))
    names = said.get("name", "").split(" ", 2)
    last, first, middle = (*names, "", "")[:3]
    born = said.get("birth_date", "")
    birth_date = day(born, about) if born else ""
    if birth_date is None:
        raise Wrong("row-value", laid.persons["birth_date"])
    person = Person(
        identifiers=tuple(numbers),
        last_name=said.get("last_name") or last,
        first_name=said.get("first_name") or first,
        middle_name=said.get("middle_name") or middle,
        birth_date=birth_date,
        sex=_SEXES.get(said.get("sex", "").casefold().strip("."), ""),
    )
    if not numbers and not person.last_name:
        raise Wrong("row-person")
    first_number = next((f"{one.scheme} {one.value}" for one in numbers), "")
    return person, first_number or f"{person.last_name} {person.first_name} {person.middle_name} {birth_date}"
