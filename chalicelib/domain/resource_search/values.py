"""Values of a search as they were written, taken apart by the kind of their parameter (R4, search.html#ptypes)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import NamedTuple

from chalicelib.domain.resource_search.dates import Interval, interval_of
from chalicelib.domain.resource_search.numbers import number_of
from chalicelib.domain.resource_search.parameters import Kind

PREFIXES = frozenset({"eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"})
_PREFIX = re.compile(r"([a-z]{2})(.+)", re.DOTALL)
_ESCAPED = re.compile(r"\\([,$|\\])")
_LOCAL = re.compile(r"(?:([A-Z][A-Za-z]{1,40})/)?([A-Za-z0-9.\-]{1,64})(?:/_history/[A-Za-z0-9.\-]{1,64})?")
_BREVE = "\u0306"
"""й is a letter of its own, not an и with a mark."""


class Token(NamedTuple):
    """``system`` None: whatever system; "" none at all. ``code`` "": any of the system. ``value``: of ``:of-type``."""

    system: str | None
    code: str
    value: str = ""


class When(NamedTuple):
    prefix: str
    interval: Interval


class Amount(NamedTuple):
    """``system`` and ``code`` of the unit; "" where nothing was said."""

    prefix: str
    number: Decimal
    system: str = ""
    code: str = ""


class Pointer(NamedTuple):
    """``type`` "" where the id alone was said; ``url``: an address of another server, whole."""

    type: str
    id: str
    url: str = ""


Value = Token | When | Amount | Pointer | str


def apart(text: str, separator: str) -> list[str]:
    """Parts of a value, still escaped: a separator behind a backslash does not part it."""
    parts, start, place = [], 0, 0
    while place < len(text):
        if text[place] == "\\":
            place += 2
            continue
        if text[place] == separator:
            parts.append(text[start:place])
            start = place + 1
        place += 1
    return [*parts, text[start:]]


def unescaped(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)


def folded(text: str) -> str:
    """Without case and marks: ё is е, é is e (R4, search.html#string)."""
    bare = (one for one in unicodedata.normalize("NFKD", text.casefold()) if one == _BREVE or not _mark(one))
    return unicodedata.normalize("NFC", "".join(bare))


def _mark(letter: str) -> bool:
    return unicodedata.category(letter) == "Mn"


def value_of(kind: Kind, modifier: str, text: str, base: str) -> Value | None:
    """One value of a search; None for what cannot be one. ``base``: address of this server."""
    if kind is Kind.REFERENCE and modifier != "identifier":
        return _pointer(unescaped(text), modifier, base)
    if modifier in {"text", "exact", "contains"}:
        return unescaped(text)
    return _READ[kind](modifier, text)


def _token(modifier: str, text: str) -> Token | None:
    parts = [unescaped(part) for part in apart(text, "|")]
    if modifier == "of-type":
        return Token(parts[0], parts[1], parts[2]) if len(parts) == 3 and all(parts) else None  # noqa: PLR2004
    if len(parts) == 1:
        return Token(None, parts[0])
    return Token(parts[0], parts[1]) if len(parts) == 2 and any(parts) else None  # noqa: PLR2004


def _split_prefix(text: str) -> tuple[str, str]:
    found = _PREFIX.fullmatch(text)
    return (found[1], found[2]) if found and found[1] in PREFIXES else ("eq", text)


def _when(_modifier: str, text: str) -> When | None:
    prefix, said = _split_prefix(text.strip())
    interval = interval_of(said.replace(" ", "+"))
    """A plus sign that was not encoded has come as a space."""
    return None if interval is None else When(prefix, interval)


def _amount(_modifier: str, text: str) -> Amount | None:
    parts = [unescaped(part) for part in apart(text, "|")]
    prefix, said = _split_prefix(parts[0])
    number = number_of(said)
    if number is None or len(parts) not in {1, 3}:
        return None
    return Amount(prefix, number, *parts[1:])


def _number(modifier: str, text: str) -> Amount | None:
    found = _amount(modifier, text)
    return found if found is not None and "|" not in text else None


def _pointer(text: str, modifier: str, base: str) -> Pointer | None:
    found = _LOCAL.fullmatch(text.removeprefix(base + "/") if base else text)
    if found is None:
        return Pointer("", "", text) if re.match(r"(https?|urn):", text) and not modifier else None
    if modifier and found[1] and found[1] != modifier:
        return None
    return Pointer(found[1] or modifier, found[2])


_READ: Mapping[Kind, Callable[[str, str], Value | None]] = {
    Kind.TOKEN: _token,
    Kind.REFERENCE: _token,  # ``:identifier``
    Kind.DATE: _when,
    Kind.STRING: lambda _, text: unescaped(text),
    Kind.QUANTITY: _amount,
    Kind.NUMBER: _number,
    Kind.URI: lambda _, text: unescaped(text),
}
