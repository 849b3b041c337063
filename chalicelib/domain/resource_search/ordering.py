"""In which order a search answers (R4, search.html#sort): by several parameters, what lacks one after what has it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cmp_to_key
from typing import Any, NamedTuple

from chalicelib.domain.moments import stamp
from chalicelib.domain.resource_search import dates, numbers
from chalicelib.domain.resource_search.matching import address, codes, texts
from chalicelib.domain.resource_search.parameters import Kind, Parameter, found
from chalicelib.domain.resource_search.values import folded

_SHIFT = Decimal(10) ** 18
Place = list[str]
"""Texts in the order of what they stand for, "" for what is not there, the id last: where a resource stands."""


class Order(NamedTuple):
    parameter: Parameter
    down: bool


def place(resource: Mapping[str, Any], orders: Sequence[Order]) -> Place:
    return [*(_key(resource, order) for order in orders), str(resource.get("id", ""))]


def later(orders: Sequence[Order]) -> Callable[[Place, Place], int]:
    """Compares two places: below zero when the first comes first."""
    downs = [*(order.down for order in orders), False]

    def compare(one: Place, other: Place) -> int:
        for mine, theirs, down in zip(one, other, downs, strict=True):
            if mine != theirs:
                if not (mine and theirs):
                    return 1 if not mine else -1
                return (1 if mine > theirs else -1) * (-1 if down else 1)
        return 0

    return compare


def ordered(resources: Sequence[Mapping[str, Any]], orders: Sequence[Order]) -> list[Mapping[str, Any]]:
    by = cmp_to_key(later(orders))
    return sorted(resources, key=lambda one: by(place(one, orders)))


def _key(resource: Mapping[str, Any], order: Order) -> str:
    """By the lowest of several values upwards, by the highest downwards."""
    keys = [key for one in found(resource, order.parameter) if (key := _text(order.parameter.kind, one))]
    return (max if order.down else min)(keys, default="")


def _text(kind: Kind, value: Any) -> str:
    match kind:
        case Kind.DATE:
            interval = dates.interval_in(value)
            return stamp(interval.low) if interval else ""
        case Kind.QUANTITY | Kind.NUMBER:
            span = numbers.span_in(value)
            number = (span.low if span.low.is_finite() else span.high) if span else None
            return "" if number is None or abs(number) >= _SHIFT else f"{number + _SHIFT:040.12f}"
        case Kind.TOKEN:
            return next((code for _, code in codes(value)), "")
        case Kind.STRING:
            return folded(" ".join(texts(value)))
        case _:
            return address(value)
