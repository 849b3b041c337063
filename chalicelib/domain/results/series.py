"""Points of one analyte in order, broken where what follows cannot be compared with what went before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from chalicelib.domain.results.points import QUANTITY, Point
from chalicelib.domain.results.units import converted

BREAKS = ("unit", "loinc", "method", "specimen", "comparator", "text", "quantity")
"""Why a part begins: the unit that is not converted, what was measured, how, in what, or what kind of value it is."""


@dataclass(frozen=True, slots=True)
class Part:
    """Comparable points, oldest first, in ``unit``. ``broken_by``: why it does not go on from the part before."""

    points: tuple[Point, ...]
    unit: str
    broken_by: str

    def scaled(self, value: Decimal | None, point: Point) -> Decimal | None:
        """A number of one of the points, in the unit of the part."""
        return None if value is None else converted(value, point.unit, self.unit)


def parts(points: Sequence[Point]) -> list[Part]:
    """Of points of one analyte, oldest first. A part is in the unit of its newest point."""
    found: list[list[Point]] = []
    reasons: list[str] = []
    for point in points:
        reason = _reason(found[-1], point) if found else ""
        if not found or reason:
            found.append([point])
            reasons.append(reason)
        else:
            found[-1].append(point)
    return [Part(tuple(some), some[-1].unit, reason) for some, reason in zip(found, reasons, strict=True)]


def _reason(before: Sequence[Point], point: Point) -> str:
    """Why ``point`` does not go on from the points before; "" when it does. What one side does not say differs from
    nothing.
    """
    last = before[-1]
    if point.kind != last.kind:
        return point.kind
    if point.kind == QUANTITY and converted(Decimal(1), point.unit, last.unit) is None:
        return "unit"
    ours = (point.named.loinc, point.method.casefold(), point.source.specimen.casefold())
    for name, place in (("loinc", 0), ("method", 1), ("specimen", 2)):
        theirs = _said(before, place)
        if ours[place] and theirs and ours[place] != theirs:
            return name
    return ""


def _said(points: Sequence[Point], place: int) -> str:
    """The newest word of a part about one of loinc, method and specimen."""
    for point in reversed(points):
        said = (point.named.loinc, point.method.casefold(), point.source.specimen.casefold())[place]
        if said:
            return said
    return ""
