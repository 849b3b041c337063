"""Numbers as they were written: 100 is from 99.5 to 100.5, 100.00 is from 99.995 (R4, search.html#number)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from chalicelib.domain.exact_json import Exact

ENDLESS = Decimal("Infinity")
LONGEST = 40
HIGHEST_POWER = 400


class Span(NamedTuple):
    """Both ends belong to it."""

    low: Decimal
    high: Decimal


def number_of(text: str) -> Decimal | None:
    """None for what is no number, or has more digits than any measurement."""
    try:
        found = Decimal(text) if len(text) <= LONGEST and not set(text) - set("+-.0123456789eE") else None
    except InvalidOperation:
        return None
    if found is None or not found.is_finite() or abs(found.adjusted()) > HIGHEST_POWER:
        return None
    return found


def half_step(number: Decimal) -> Decimal:
    """How far from it a number is still the same, by the digits it was written with; 1e2 is 95 to 105, as in R4."""
    exponent = int(number.as_tuple().exponent)
    return Decimal(5).scaleb(exponent - 1 if exponent <= 0 else exponent - 2)


def span_in(value: Any) -> Span | None:
    """Of an element: a number, a Quantity (with its comparator), a Range or a Money."""
    if isinstance(value, Mapping):
        if "low" in value or "high" in value:
            low, high = span_in(value.get("low")), span_in(value.get("high"))
            return Span(low.low if low else -ENDLESS, high.high if high else ENDLESS)
        found = span_in(value.get("value"))
        comparator = str(value.get("comparator", ""))
        if found is not None and comparator:
            return Span(-ENDLESS, found.high) if comparator.startswith("<") else Span(found.low, ENDLESS)
        return found
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    number = number_of(value.text if isinstance(value, Exact) and value.text else repr(value))
    return None if number is None else Span(number, number)


def compares(prefix: str, asked: Decimal, there: Span) -> bool:
    """``eq`` and ``ne`` by the digits of the question; the other prefixes take it as exact (R4, search.html#number)."""
    step = half_step(asked)
    within = asked - step <= there.low and (there.high < asked + step)
    match prefix:
        case "eq":
            return within
        case "ne":
            return not within
        case "gt":
            return there.high > asked
        case "lt":
            return there.low < asked
        case "ge":
            return there.high >= asked
        case "le":
            return there.low <= asked
        case "sa":
            return there.low > asked
        case "eb":
            return there.high < asked
        case _:
            tenth = abs(asked) / 10
            return there.low <= asked + tenth and asked - tenth <= there.high
