"""Exact conversion between units of UCUM: powers of ten and nothing else.

What depends on the substance (mmol/L and mg/dL of glucose) or on a ratio that is no power of ten (hours and minutes)
is not converted: such values stand in different series. Annotations count: ``mL/min/{1.73_m2}`` is not ``mL/min``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from decimal import Context, Decimal
from typing import NamedTuple

from chalicelib.domain.ucum import METRIC, PLAIN, PREFIXES

POWERS: Mapping[str, int] = {
    "da": 1,
    "h": 2,
    "k": 3,
    "M": 6,
    "G": 9,
    "T": 12,
    "P": 15,
    "E": 18,
    "Z": 21,
    "Y": 24,
    "d": -1,
    "c": -2,
    "m": -3,
    "u": -6,
    "n": -9,
    "p": -12,
    "f": -15,
    "a": -18,
    "z": -21,
    "y": -24,
}
"""UCUM 2.1, section 27: prefixes."""
SAME: Mapping[str, tuple[Mapping[str, int], int]] = {
    "L": ({"m": 3}, -3),
    "l": ({"m": 3}, -3),
    "[IU]": ({"[iU]": 1}, 0),
    "%": ({}, -2),
    "[ppth]": ({}, -3),
    "[ppm]": ({}, -6),
    "[ppb]": ({}, -9),
    "[pptr]": ({}, -12),
    "1": ({}, 0),
}
"""Atoms that are others times a power of ten: UCUM 2.1, tables 5, 6 and 23."""
SPECIAL = frozenset({"Cel", "[degF]", "[pH]", "B", "Np"})
"""Units whose zero is elsewhere, or which are logarithms: never scaled."""

_PART = re.compile(r"([./]?)(\{[^}]*\}|10[*^]|[1-9][0-9]*(?![*^])|(?:[A-Za-z%'_]|\[[A-Za-z0-9_'/]+\])+)([+-]?[0-9]+)?")
_EXACT = Context(prec=60)


class Reading(NamedTuple):
    """A unit as base atoms with exponents, times a power of ten."""

    base: frozenset[tuple[str, int]]
    power: int


def read(unit: str) -> Reading | None:
    """None for what is not made of known atoms, powers of ten and annotations alone."""
    base: Counter[str] = Counter()
    power, at = 0, 0
    while at < len(unit):
        found = _PART.match(unit, at)
        if found is None or not _joined(found, first=at == 0):
            return None
        part = _part(found[2], int(found[3] or 1))
        if part is None:
            return None
        sign = -1 if found[1] == "/" else 1
        for atom, exponent in part[0].items():
            base[atom] += sign * exponent
        power += sign * part[1]
        at = found.end()
    return Reading(frozenset((atom, n) for atom, n in base.items() if n), power) if unit else None


def _joined(found: re.Match[str], *, first: bool) -> bool:
    """A term may begin with a stroke; between its parts stands a sign, but for an annotation behind a unit."""
    return found[1] != "." if first else bool(found[1]) or found[2].startswith("{")


def _part(atom: str, exponent: int) -> tuple[Mapping[str, int], int] | None:
    """One atom with its exponent; a number other than 1 and 10 is no power of ten that is written here."""
    if atom.startswith("10"):
        return ({}, exponent) if atom[2:] in {"*", "^"} else None
    if atom.isdecimal():
        return ({}, 0) if atom == "1" else None
    if atom in SPECIAL:
        return {atom: exponent}, 0
    prefix, bare = _split(atom)
    if bare in SPECIAL:
        return None
    base, power = SAME.get(bare, ({bare: 1}, 0))
    scaled = POWERS[prefix] if prefix else 0
    return {name: n * exponent for name, n in base.items()}, (power + scaled) * exponent


def _split(atom: str) -> tuple[str, str]:
    """Prefix and what it stands before; an atom that is one by itself has none."""
    if atom in PLAIN or atom in METRIC or atom.startswith("{"):
        return "", atom
    for prefix in PREFIXES:
        if atom.startswith(prefix) and atom[len(prefix) :] in METRIC:
            return prefix, atom[len(prefix) :]
    return "", atom


def converted(value: Decimal, unit: str, to: str) -> Decimal | None:
    """The value in another unit with the digits it was measured with, or None where that is not exact.

    >>> converted(Decimal("118.0"), "g/L", "g/dL")
    Decimal('11.80')
    """
    if unit == to:
        return value
    first, second = read(unit), read(to)
    if first is None or second is None or first.base != second.base:
        return None
    return value.scaleb(first.power - second.power, _EXACT)
