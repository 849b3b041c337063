"""Cells of an export into values of FHIR. What cannot be said for certain is refused (None) or stays text; no unit is
converted and no date is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain.ages import DEFAULT_ZONE
from chalicelib.interop.hl7 import values

LONGEST = 4000
_DAY = re.compile(r"(?:(\d{4})-(\d{2})-(\d{2})|(\d{1,2})\.(\d{1,2})\.(\d{4}))")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?")
_THOUSANDS = re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d{3}(?!\d))")
_DECIMAL_COMMA = re.compile(r"([<>=≤≥\s]*[+-]?\d{1,15}),(\d{1,9})")
_ICD = re.compile(r"[A-Z]\d{2}(?:\.\d{1,2})?")
_ALIKE = str.maketrans("АВСЕНКМОРТУХ", "ABCEHKMOPTYX")
"""Cyrillic letters that are typed where a code has the Latin ones."""


@dataclass(frozen=True, slots=True)
class About:
    """Of the file: in one whose separator is the comma, ``1,234`` may be a thousand and more."""

    comma_is_decimal: bool = True


Convert = Callable[[str, About], Any]


def text(said: str, _about: About) -> str | None:
    return said[:LONGEST] or None


def line(said: str, _about: About) -> str | None:
    return " ".join(said.split())[:300] or None


def code(said: str, _about: About) -> str | None:
    """Of FHIR's type code: no spaces but single ones."""
    return line(said, _about)


def day(said: str, about: About) -> str | None:
    found = moment(said, about)
    return found[:10] if found else None


def moment(said: str, _about: About) -> str | None:
    """A day, or a moment with its offset: Moscow's where none is written. ``11/26/2026`` and two digits of a year are
    refused, for they may mean another day.
    """
    said = " ".join(said.split()).replace("T", " ")
    when = _DAY.match(said)
    if not when:
        return None
    year, month, date = map(int, when.group(1, 2, 3) if when[1] else when.group(6, 5, 4))
    rest = said[when.end() :].strip()
    try:
        if not rest:
            return datetime(year, month, date, tzinfo=ZoneInfo(DEFAULT_ZONE)).date().isoformat()
        clock = _TIME.fullmatch(rest)
        if not clock:
            return None
        hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
        found = datetime(year, month, date, hour, minute, second, tzinfo=ZoneInfo(DEFAULT_ZONE))
        if clock[4]:
            found = datetime.fromisoformat(found.replace(tzinfo=None).isoformat() + clock[4])
        found.astimezone(ZoneInfo("UTC"))
        return found.isoformat()
    except (ValueError, OverflowError):
        return None


def instant(said: str, about: About) -> str | None:
    """A day alone begins at midnight."""
    found = moment(said, about)
    if found is None or "T" in found:
        return found
    return datetime.fromisoformat(found).replace(tzinfo=ZoneInfo(DEFAULT_ZONE)).isoformat()


def number(said: str, about: About) -> Any:
    return values.number(plain(said, about))


def result(said: str, about: About) -> dict[str, Any] | None:
    """``value…`` of an Observation: a number, perhaps with a comparator, or its words."""
    if not said:
        return None
    amount = values.quantity(plain(said, about), {})
    return {"valueQuantity": amount} if amount else {"valueString": said[:LONGEST]}


def bounds(said: str, about: About) -> dict[str, Any] | None:
    """A reference range: its text, and its bounds where they are certain."""
    found = values.range_of(said, {})
    if found and about.comma_is_decimal:
        parts = [plain(one, about) for one in re.split(r"\s*(?:-|–|—|\.\.)\s*", said.strip())]
        both = [one for part in parts if (one := values.number(part)) is not None]
        if len(parts) == len(both) == 2 and both[0] <= both[1]:  # noqa: PLR2004
            found |= {"low": {"value": both[0]}, "high": {"value": both[1]}}
    return found


def concepts(said: str, about: About) -> list[dict[str, Any]] | None:
    """In their words, where ours do not say it."""
    found = line(said, about)
    return [{"text": found}] if found else None


def icd10(said: str, _about: About) -> str | None:
    """A code of ICD-10, with Cyrillic letters undone; with a dagger, an asterisk or words beside it it is none."""
    found = said.strip().upper().translate(_ALIKE)
    return found if _ICD.fullmatch(found) else None


def loinc(said: str, _about: About) -> str | None:
    return said if re.fullmatch(r"\d{1,7}-\d", said) else None


def plain(said: str, about: About) -> str:
    """A number as Russian exports write it, with a point: ``1 234,5``."""
    said = _THOUSANDS.sub("", said.strip())
    found = _DECIMAL_COMMA.fullmatch(said) if about.comma_is_decimal else None
    return f"{found[1]}.{found[2]}" if found else said


CONVERSIONS: Mapping[str, Convert] = {
    "text": text,
    "line": line,
    "code": code,
    "day": day,
    "moment": moment,
    "instant": instant,
    "number": number,
    "result": result,
    "range": bounds,
    "concepts": concepts,
    "icd-10": icd10,
    "loinc": loinc,
}
"""What ``as`` of a column may say, beside a table of words."""
