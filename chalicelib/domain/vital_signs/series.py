"""What a chart shows of a long series: few points, and none that matters is lost."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from chalicelib.domain.vital_signs.bands import OUT, Level
from chalicelib.domain.vital_signs.rolls import Point, extremes

FEWEST, USUAL, MOST = 20, 300, 1000
"""Points that may be asked for."""


def thinned(found: Sequence[Point], most: int) -> list[Point]:
    """At most ``most`` points (``FEWEST`` at least), in the order of time.

    Always kept: the first, the last, the lowest and the highest of each number. Then those out of their limits, the far
    ones first, spread over time where they are too many; the rest of the room is given to the shape of the line.
    """
    if len(found) <= most:
        return list(found)
    kept = {0, len(found) - 1, *_extremes(found)}
    for level in (Level.URGENT, Level.ATTENTION):
        kept |= _some(found, [n for n, point in enumerate(found) if point.level is level and n not in kept], most, kept)
    kept |= _some(found, [n for n in range(len(found)) if n not in kept], most, kept)
    return [found[n] for n in sorted(kept)]


def _extremes(found: Sequence[Point]) -> set[int]:
    there = {point.record for point in extremes(list(found))}
    return {number for number, point in enumerate(found) if point.record in there}


def _some(found: Sequence[Point], among: list[int], most: int, kept: set[int]) -> set[int]:
    room = most - len(kept)
    if len(among) <= room:
        return set(among)
    if room < 1:
        return set()
    line = [(found[n].at.timestamp(), float(next(iter(found[n].values.values())))) for n in among]
    return {among[n] for n in largest_triangles(line, room)}


def largest_triangles(line: Sequence[tuple[float, float]], most: int) -> list[int]:
    """Which points of a line to keep: largest triangle three buckets (S. Steinarsson, 2013).

    The first and the last are kept, and one of each of the equal stretches between: that which makes the largest
    triangle with the one kept before and the middle of the next stretch.
    """
    count = len(line)
    if most >= count:
        return list(range(count))
    if most < 3:  # noqa: PLR2004  # nothing between the first and the last
        return [0, count - 1][:most]
    edges = [1 + (count - 2) * step // (most - 2) for step in range(most - 1)]
    kept = [0]
    for step in range(most - 2):
        start, end = edges[step], edges[step + 1]
        after = line[end : edges[step + 2]] if step + 2 < len(edges) else line[count - 1 :]
        middle = (sum(x for x, _ in after) / len(after), sum(y for _, y in after) / len(after))
        before = line[kept[-1]]
        kept.append(max(range(start, end), key=lambda n: _area(before, line[n], middle)))
    return [*kept, count - 1]


def _area(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    return abs((a[0] - c[0]) * (b[1] - a[1]) - (a[0] - b[0]) * (c[1] - a[1]))


def statistics(
    count: int, sums: dict[str, Decimal], found: Sequence[Point], levels: dict[Level, int]
) -> dict[str, Any]:
    """Count, and of each number the least, the greatest and the mean; the share out of limits in percent.

    ``found`` holds the extreme points at least. The mean has one more digit than is measured.
    """
    if not count:
        return {"count": 0, "parts": {}, "levels": {}, "out_of_limits": "0"}
    parts = {
        name: {
            "min": format(min(point.values[name] for point in found), "f"),
            "max": format(max(point.values[name] for point in found), "f"),
            "mean": format((total / count).quantize(Decimal("0.01")), "f"),
        }
        for name, total in sums.items()
    }
    out = sum(levels.get(level, 0) for level in OUT)
    share = (Decimal(100 * out) / count).quantize(Decimal("0.1"))
    named = {level.value: levels[level] for level in OUT if levels.get(level)}
    return {"count": count, "parts": parts, "levels": named, "out_of_limits": format(share, "f")}
