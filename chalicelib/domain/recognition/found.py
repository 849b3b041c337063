"""What rules find on pages: values of fields of a record, each with the place that it was read from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from chalicelib.domain.recognition.alike import DIGITS
from chalicelib.domain.recognition.pages import Box


class Source(Protocol):
    @property
    def text(self) -> str: ...
    @property
    def page(self) -> int: ...
    @property
    def box(self) -> Box: ...
    @property
    def confidence(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Found:
    """``field``: JSON pointer into the body. ``guessed``: the value is not what stands there, but what may be meant."""

    field: str
    value: Any
    source: Source
    guessed: bool = False

    def shown(self, sizes: Mapping[int, tuple[int, int]]) -> dict[str, Any]:
        """With the region as shares of its page; ``sizes``: width and height of each page."""
        page = self.source.page
        return {
            "field": self.field,
            "value": self.value,
            "text": self.source.text,
            "confidence": self.source.confidence,
            "guessed": self.guessed,
            "page": page,
            "box": self.source.box.shares(*sizes[page]),
        }


def body_of(found: Iterable[Found]) -> dict[str, Any]:
    """The body that the pointers make; a list grows in the order of its numbers."""
    body: dict[str, Any] = {}
    for one in found:
        head, *rest = one.field[1:].split("/")
        if not rest:
            body[head] = one.value
            continue
        items = body.setdefault(head, [])
        while len(items) <= int(rest[0]):
            items.append({})
        items[int(rest[0])][rest[1]] = one.value
    return body


_DAY = re.compile(r"(?<!\d)(\d{1,2})\s?[./]\s?(\d{1,2})\s?[./]\s?(\d{4})(?!\d)")
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_WORDS = re.compile(r"(?<!\d)(\d{1,2})\s+([а-яё]{3,8})\s+(\d{4})(?!\d)")
_TIME = re.compile(r"(?<![\d.])([01]?\d|2[0-3])[:.]([0-5]\d)(?![\d.])")
MONTHS = ("янв", "фев", "мар", "апр", "мая", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")


def moment(text: str, zone: str) -> str | None:
    """The first day of a text with the time behind it (else 0:00), RFC 3339; None: there is no day."""
    for pattern, order in ((_DAY, (2, 1, 0)), (_ISO, (0, 1, 2)), (_WORDS, (2, 1, 0))):
        match = pattern.search(text.lower())
        if match is None:
            continue
        said = match.groups()
        year, month, day = (said[place] for place in order)
        number = int(month) if month.isdigit() else _month(month)
        try:
            when = date(int(year), number, int(day))
        except ValueError:
            continue
        clock = _TIME.search(text[match.end() :])
        at = time(int(clock[1]), int(clock[2])) if clock else time()
        return datetime.combine(when, at, ZoneInfo(zone)).isoformat(timespec="seconds")
    return None


def _month(word: str) -> int:
    return next((number for number, name in enumerate(MONTHS, start=1) if word.startswith(name)), 0)


_NUMBER = re.compile(r"[+-]?\d{1,9}(?:[.,]\d{1,6})?")


def number(text: str) -> tuple[str, bool] | None:
    """A decimal with a point, and whether letters had to be taken for digits; None: this is no number."""
    plain = text.strip("*↑↓ ").replace(" ", "")
    if _NUMBER.fullmatch(plain):
        return plain.replace(",", ".").lstrip("+"), False
    mended = plain.translate(DIGITS)
    if any(char.isdigit() for char in plain) and _NUMBER.fullmatch(mended):
        return mended.replace(",", ".").lstrip("+"), True
    return None
