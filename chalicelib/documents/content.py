"""What a document says, checked and cleaned before anything is drawn.

Text comes from people and partner systems. It is made drawable here: characters that could hide or turn around what
is printed go, and what the font cannot draw is shown as a replacement mark instead of vanishing from a medical paper.
"""

from __future__ import annotations

import unicodedata
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chalicelib.domain.moments import local
from chalicelib.errors import FieldProblem, InvalidFieldsError

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
LANGUAGES = ("ru", "en")
MAX_LINES = 4000
"""Ends of lines in one document, about 75 pages. After that they are shown as a sign and the text runs on: a text of
nothing but short lines would make a document that is too long to be printed at all."""
LINE_END = " \N{PILCROW SIGN} "

# Controls, format characters (bidirectional overrides, zero-width ones), surrogates, private use, unassigned.
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_LINE_ENDS = str.maketrans({"\v": "\n", "\f": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n", "\t": " "})

Pair = tuple[str, str]
Cleaner = Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Table:
    """``rows`` are as wide as ``columns``: short ones were filled with empty cells, and headings with empty ones."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """``points``: moment, value, and whether it is out of its limits; oldest first."""

    title: str
    points: tuple[tuple[datetime, float, bool], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    since: datetime
    until: datetime
    unit: str
    limits: tuple[float, ...]
    lines: tuple[Line, ...]

    @property
    def empty(self) -> bool:
        return not any(line.points for line in self.lines)


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    rows: tuple[Pair, ...] = ()
    table: Table | None = None
    text: str = ""
    chart: Chart | None = None

    @property
    def empty(self) -> bool:
        drawn = self.chart is not None and not self.chart.empty
        return not (self.rows or self.text or (self.table and self.table.rows) or drawn)


@dataclass(frozen=True, slots=True)
class Qr:
    text: str
    caption: str
    level: str = "M"


@dataclass(frozen=True, slots=True)
class Signature:
    name: str
    position: str
    time: str


@dataclass(frozen=True, slots=True)
class Mark:
    """What is printed of one electronic signature, or of there being none."""

    title: str
    rows: tuple[Pair, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """One document; every text is clean. ``issued_at`` is aware."""

    title: str
    language: str
    organisation: str
    form: str
    subject: tuple[Pair, ...]
    sections: tuple[Section, ...]
    footer: str
    issued_at: datetime
    document_id: str
    version: int
    qr: Qr | None
    signature: Signature | None
    verification: Qr | None = None
    marks: tuple[Mark, ...] = ()
    stamp: bytes = field(default=b"", repr=False)
    """A PNG; empty for none."""


def clean(value: Any, drawable: Callable[[int], bool]) -> str:
    """``value`` as text in NFC, line ends as line feeds, without invisible characters; None is an empty text.

    Characters for which ``drawable`` (asked with a code point) is false become U+FFFD, one each.
    """
    text = "" if value is None else str(value)
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_LINE_ENDS)
    # Composed last: dropping a character can bring a letter and its accent together.
    text = unicodedata.normalize("NFC", "".join(c for c in text if c == "\n" or _visible(c)))
    return "".join(c if c == "\n" or drawable(ord(c)) else REPLACEMENT for c in text).strip("\n")


def _visible(character: str) -> bool:
    return unicodedata.category(character) not in _DROPPED


def parse(content: Mapping[str, Any], cleaner: Cleaner) -> Content:
    """The mapping described at ``documents/pdf.py`` as a ``Content``; InvalidFieldsError names what is wrong."""
    cleaner = _of_few_lines(cleaner)
    title = cleaner(content.get("title")).replace("\n", " ").strip()
    if not title:
        raise _invalid("/title", "required", "A document needs a title")
    language = content.get("language", "ru")
    if language not in LANGUAGES:
        raise _invalid("/language", "unknown-language", "The language is ru or en")
    try:
        return Content(
            title=title,
            language=language,
            organisation=cleaner(content.get("organisation")),
            form=cleaner(content.get("form")),
            subject=_pairs(content.get("subject"), cleaner),
            sections=tuple(_section(section, cleaner) for section in content.get("sections") or ()),
            footer=cleaner(content.get("footer")),
            issued_at=_moment(content.get("issued_at")),
            document_id=cleaner(content.get("document_id")),
            version=int(content.get("version", 1)),
            qr=_qr(content.get("qr"), cleaner),
            signature=_signature(content.get("signature"), cleaner),
            verification=_qr(content.get("verification"), cleaner),
            marks=tuple(_mark(mark, cleaner) for mark in content.get("marks") or ()),
            stamp=b64decode(content.get("stamp") or "", validate=True),
        )
    except (TypeError, ValueError, KeyError, AttributeError):
        # The cause may quote the content, so it is not chained.
        raise InvalidFieldsError("The document's content has a wrong shape") from None


def _of_few_lines(cleaner: Cleaner) -> Cleaner:
    left = MAX_LINES

    def cleaned(value: Any) -> str:
        nonlocal left
        text = cleaner(value)
        left -= text.count("\n")
        return text if left >= 0 else text.replace("\n", LINE_END)

    return cleaned


def _section(section: Mapping[str, Any], cleaner: Cleaner) -> Section:
    table = section.get("table")
    return Section(
        title=cleaner(section.get("title")),
        rows=_pairs(section.get("rows"), cleaner),
        table=_table(table, cleaner) if table else None,
        text=cleaner(section.get("text")),
        chart=_chart(section["chart"], cleaner) if section.get("chart") else None,
    )


def _chart(chart: Mapping[str, Any], cleaner: Cleaner) -> Chart:
    lines = [
        Line(
            cleaner(line["title"]),
            tuple((local(datetime.fromisoformat(at)), float(value), bool(out)) for at, value, out in line["points"]),
        )
        for line in chart["lines"]
    ]
    since, until = (local(datetime.fromisoformat(chart[name])) for name in ("since", "until"))
    limits = tuple(float(limit) for limit in chart["limits"])
    return Chart(since, until, cleaner(chart["unit"]), limits, tuple(lines))


def _pairs(rows: Sequence[Any] | None, cleaner: Cleaner) -> tuple[Pair, ...]:
    return tuple((cleaner(label), cleaner(value)) for label, value in rows or ())


def _table(table: Mapping[str, Any], cleaner: Cleaner) -> Table:
    columns = [cleaner(column) for column in table["columns"]]
    rows = [[cleaner(cell) for cell in row] for row in table["rows"]]
    width = max(map(len, (columns, *rows)))
    return Table(_filled(columns, width), tuple(_filled(row, width) for row in rows))


def _filled(cells: list[str], width: int) -> tuple[str, ...]:
    return (*cells, *[""] * (width - len(cells)))


def _qr(qr: Mapping[str, Any] | None, cleaner: Cleaner) -> Qr | None:
    return Qr(str(qr["text"]), cleaner(qr.get("caption")), str(qr.get("level", "M"))) if qr else None


def _signature(signature: Mapping[str, Any] | None, cleaner: Cleaner) -> Signature | None:
    if not signature:
        return None
    return Signature(*(cleaner(signature.get(name)) for name in ("name", "position", "time")))


def _mark(mark: Mapping[str, Any], cleaner: Cleaner) -> Mark:
    return Mark(cleaner(mark["title"]), _pairs(mark.get("rows"), cleaner))


def moment(text: str) -> datetime | None:
    """An aware ISO 8601 moment, or None: a moment without its offset would depend on the machine that prints it."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _moment(text: Any) -> datetime:
    found = moment(text) if isinstance(text, str) else None
    if found is None:
        raise _invalid("/issued_at", "date-time", "An ISO 8601 moment with its offset is needed")
    return found.replace(microsecond=0)


def _invalid(field: str, code: str, message: str) -> InvalidFieldsError:
    return InvalidFieldsError("The document's content is not valid", fields=(FieldProblem(field, code, message),))
