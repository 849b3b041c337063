"""What the newest points of a series do: in numbers, without a word about health.

A change is that from the point before; the slope is of least squares through the last points. What is preliminary
takes no part. Where there is nothing to compare, the reason is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any

from chalicelib.domain.results.points import QUANTITY
from chalicelib.domain.results.series import Part

LAST = 5
"""Points that a slope is drawn through."""
_SECONDS = Decimal(86_400)
_EXACT = Context(prec=40)
_SHOWN = Context(prec=4, rounding=ROUND_HALF_EVEN)


def trend(parts: Sequence[Part]) -> dict[str, Any]:
    """``{"comparable": true, "direction", "change", "relative_percent", "slope_per_day", "unit", "points"}``.

    Numbers are text. Otherwise ``{"comparable": false, "reason"}``: ``no-values``, ``preliminary``, ``first``, or a
    word of BREAKS.
    """
    if not parts:
        return _not("no-values")
    part = parts[-1]
    if part.points[-1].kind != QUANTITY:
        return _not(part.points[-1].kind)
    settled = [(p.source.at, _number(part, n)) for n, p in enumerate(part.points) if p.settled]
    if len(settled) < 2:  # noqa: PLR2004
        waiting = len(part.points) > len(settled)
        return _not("preliminary" if waiting else part.broken_by or "first")
    (_, before), (_, now) = settled[-2:]
    change = now - before
    some = settled[-LAST:]
    first = some[0][0]
    days = [Decimal(str((at - first).total_seconds())) / _SECONDS for at, _ in some]
    slope = _slope(days, [value for _, value in some])
    return {
        "comparable": True,
        "direction": "rising" if change > 0 else "falling" if change < 0 else "steady",
        "change": format(change, "f"),
        "relative_percent": _plain(100 * change / abs(before)) if before else None,
        "slope_per_day": None if slope is None else _plain(slope),
        "unit": part.unit,
        "points": len(some),
    }


def _number(part: Part, place: int) -> Decimal:
    value = part.scaled(part.points[place].value, part.points[place])
    if value is None:
        raise ValueError("a part holds quantities of one dimension")
    return value


def _slope(xs: Sequence[Decimal], ys: Sequence[Decimal]) -> Decimal | None:
    """Least squares; None when all points are of one moment."""
    count = Decimal(len(xs))
    mean_x, mean_y = sum(xs, Decimal()) / count, sum(ys, Decimal()) / count
    below = sum(((x - mean_x) ** 2 for x in xs), Decimal())
    if not below:
        return None
    return _EXACT.divide(sum(((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)), Decimal()), below)


def _plain(value: Decimal) -> str:
    """Four digits that count, without an exponent."""
    return format(_SHOWN.plus(value), "f")


def _not(reason: str) -> dict[str, Any]:
    return {"comparable": False, "reason": reason}
