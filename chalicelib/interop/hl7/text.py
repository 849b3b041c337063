"""Bytes of a message into text and segments, tolerant of what real senders do.

1. A byte order mark and the frame of MLLP go. MSH is read as latin-1 for MSH-18, then the whole is decoded: as it says;
   where it says nothing, UTF-8, else windows-1251 with a warning.
2. Line ends of every kind end a segment. A line that begins no segment is a line inside the last field of the one
   before it: senders do not escape them.
3. No unknown segment is an error (2.12.2 of the standard: ignore what is not expected).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.domain.hl7 import MOST_BYTES, MOST_FIELD, MOST_SEGMENTS, Code, Fault, Place

CHARSETS = {
    "": "",
    "ASCII": "",
    "UNICODE": "",
    "UNICODEUTF-8": "utf-8",
    "UNICODEUTF8": "utf-8",
    "UTF-8": "utf-8",
    "UTF8": "utf-8",
    "UNICODEUTF-16": "utf-16",
    "8859/1": "iso8859-1",
    "ISO8859-1": "iso8859-1",
    "ISO-8859-1": "iso8859-1",
    "8859/5": "iso8859-5",
    "ISO8859-5": "iso8859-5",
    "ISO-8859-5": "iso8859-5",
    "8859/15": "iso8859-15",
    "CP1251": "cp1251",
    "WIN1251": "cp1251",
    "WIN-1251": "cp1251",
    "WINDOWS-1251": "cp1251",
    "1251": "cp1251",
    "WINDOWS-1252": "cp1252",
    "CP866": "cp866",
    "IBM866": "cp866",
    "KOI8-R": "koi8-r",
    **{f"8859/{number}": f"iso8859-{number}" for number in (2, 3, 4, 6, 7, 8, 9)},
}
"""Table 0211 and what Russian senders write, without blanks; "" is to be found out."""

_BEGINS = re.compile(r"[A-Z][A-Z0-9]{2}(?=$|[^A-Za-z0-9\s])")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029]")
_ENCODING = 4
MOST_REPETITIONS = 500
"""A field of millions would be as many elements of a resource."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The separators of a message: MSH-1 and MSH-2."""

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    sub: str = "&"
    charset: str = "utf-8"


class Unreadable(Exception):
    """What no message can be read from."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.word)
        self.fault = fault


def decoded(raw: bytes) -> tuple[str, str, list[Fault]]:
    """Text with CR between lines, the character set it was in, and what is to be said about it. Raises Unreadable."""
    if len(raw) > MOST_BYTES:
        raise Unreadable(Fault(Code.INTERNAL, "too-large", None, error=True))
    raw = raw.strip(b"\x0b\x1c \t\r\n\x00") if raw[:2] not in {b"\xff\xfe", b"\xfe\xff"} else raw
    if raw[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        text, charset = raw.decode("utf-16", "replace"), "utf-16"
        faults: list[Fault] = []
    else:
        raw = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\x0b \t\r\n")
        text, charset, faults = _by_heading(raw)
    text = _CONTROLS.sub("", text.replace("\r\n", "\r").replace("\n", "\r"))
    return text, charset, faults


def _by_heading(raw: bytes) -> tuple[str, str, list[Fault]]:
    at = max(raw.find(b"MSH"), 0)
    line = re.split(rb"[\r\n]", raw[at:], maxsplit=1)[0].decode("latin-1")
    fields = line.split(line[3]) if len(line) > _ENCODING else []
    said = re.split(r"[~\\]", fields[17])[0] if len(fields) > 17 else ""  # noqa: PLR2004 - MSH-18
    place = Place("MSH", 1, 18)
    named = CHARSETS.get(re.sub(r"[\s_]", "", said).upper())
    faults = [Fault(Code.NOT_FOUND, "charset-unknown", place)] if named is None else []
    if named:
        try:
            return raw.decode(named), named, faults
        except UnicodeDecodeError:
            faults.append(Fault(Code.DATA_TYPE, "charset-wrong", place))
    try:
        return raw.decode("utf-8"), "utf-8", faults
    except UnicodeDecodeError:
        if not faults:
            faults.append(Fault(Code.NOT_FOUND, "charset-guessed", place))
        return raw.decode("cp1251", "replace"), "cp1251", faults


def lines_of(text: str) -> Iterator[str]:
    """Segments as text; lines that begin none are joined to the one before with a line end. Raises Unreadable."""
    kept: list[str] = []
    count = 0
    for line in text.split("\r"):
        if not line.strip():
            continue
        if _BEGINS.match(line):
            if kept:
                yield "\n".join(kept)
            count += 1
            if count > MOST_SEGMENTS:
                raise Unreadable(Fault(Code.INTERNAL, "too-many-segments", None, error=True))
            kept = [line]
        elif kept:
            kept.append(line)
    if kept:
        yield "\n".join(kept)


def marks_of(line: str, charset: str) -> Marks:
    """The separators that a heading (MSH, BHS, FHS) names. Raises Unreadable."""
    field = line[3:4]
    said = line[4:].split(field, maxsplit=1)[0] if field else ""
    encoding = re.sub(r"(.)\1", r"\1", said)[:_ENCODING]  # out of a program's text the escape comes twice
    known = [*encoding, *"^~\\&"[len(encoding) :]]
    several = len({field, *known}) == _ENCODING + 1
    usable = several and not any(one.isalnum() or one.isspace() for one in (field, *known))
    if not field or not encoding or not usable:
        raise Unreadable(Fault(Code.DATA_TYPE, "separators", Place("MSH", 1, 2), error=True))
    return Marks(field, known[0], known[1], known[2], known[3], charset)


class Segment:
    """One line. Numbers are those of the standard: fields, repetitions and components count from 1."""

    __slots__ = ("fields", "marks", "name", "sequence")

    def __init__(self, line: str, marks: Marks, sequence: int = 1) -> None:
        self.marks = marks
        self.name = line[:3]
        self.sequence = sequence
        self.fields = line[4:].split(marks.field)
        if self.name in {"MSH", "BHS", "FHS"}:
            self.fields.insert(0, marks.field)
            if len(self.fields) > 3 and self.fields[2] == self.fields[1]:  # noqa: PLR2004 - some repeat MSH-2
                del self.fields[2]
        if any(len(one) > MOST_FIELD for one in self.fields):
            raise Unreadable(Fault(Code.DATA_TYPE, "too-long", self.place(), error=True))

    def place(self, field: int = 0, repetition: int = 0, component: int = 0) -> Place:
        return Place(self.name, self.sequence, field, repetition, component)

    def raw(self, field: int) -> str:
        return self.fields[field - 1] if 0 < field <= len(self.fields) else ""

    def repetitions(self, field: int) -> list[str]:
        """What is not empty; of more than ``MOST_REPETITIONS`` the last holds the rest."""
        text = self.raw(field)
        return [one for one in text.split(self.marks.repetition, MOST_REPETITIONS) if one] if text else []

    def components(self, text: str) -> list[str]:
        """Of one repetition, escapes undone; ``""`` (delete what you have) is nothing."""
        return ["" if one == '""' else unescaped(one, self.marks) for one in text.split(self.marks.component)]

    def get(self, field: int, component: int = 1, sub: int = 1) -> str:
        """Of the first repetition, stripped; "" where there is none."""
        text = self.raw(field).split(self.marks.repetition)[0]
        parts = text.split(self.marks.component)
        if component > len(parts):
            return ""
        subs = parts[component - 1].split(self.marks.sub)
        found = subs[sub - 1].strip() if sub <= len(subs) else ""
        return "" if found == '""' else unescaped(found, self.marks).strip()


_BREAKS = {".br", ".sp", ".ce", "E.br"}


def unescaped(text: str, marks: Marks) -> str:
    """Escapes undone (2.7): separators, line breaks, ``X`` bytes in the message's own character set; what only says how
    a text looks (``H``, ``N``, ``.in`` …) goes; what is no escape stays as it is.
    """
    if marks.escape not in text:
        return text
    mark = re.escape(marks.escape)
    return re.sub(f"{mark}([^{mark}\n]{{0,400}}?){mark}", lambda found: _meant(found[1], found[0], marks), text)


def _meant(code: str, whole: str, marks: Marks) -> str:
    if not code:
        return whole
    single = {"F": marks.field, "S": marks.component, "T": marks.sub, "R": marks.repetition, "E": marks.escape}
    if code in single:
        return single[code]
    if code[:3] in _BREAKS:
        return "\n"
    if code[:1] == "X" and re.fullmatch(r"([0-9A-Fa-f]{2})+", code[1:]):
        return _CONTROLS.sub("", bytes.fromhex(code[1:]).decode(marks.charset, "replace").replace("\r", "\n"))
    if code in {"H", "N"} or re.fullmatch(r"\.(in|ti|sk|fi|nf)[+-]?\d*|[CM][0-9A-Fa-f]+|Z.*", code):
        return " " * int(code[3:] or 1) if re.fullmatch(r"\.sk\d{0,2}", code) else ""
    return whole
