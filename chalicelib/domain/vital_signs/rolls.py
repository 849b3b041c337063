"""Days and months of readings of a card, as they are sealed: a long series is read from these and not record by record.

A day holds every reading of every sign; a month holds, of each day and sign, the count, the sums, how many were out of
their limits and the extreme readings. Both are of all signs, so that no key tells what somebody measures (SEC-2). Days
are of UTC. A day is whatever its readings are: put in twice, or in another order, it is the same.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from chalicelib.domain.moments import stamp
from chalicelib.domain.vital_signs.bands import OUT, Level
from chalicelib.domain.vital_signs.signs import NUMBERS

MOST_A_DAY = 5000
"""Readings of a card in a day: a device that measures three signs every minute; a row of the store has room for twice
as many."""

Day = dict[str, dict[str, list[Any]]]
"""Sign, record id, and the point as ``Point.stored``."""
Month = dict[str, dict[str, dict[str, Any]]]
"""Sign, day of the month, and what ``summary`` says of it."""


@dataclass(frozen=True, slots=True)
class Point:
    """One judged reading. ``version``: of its record."""

    record: str
    version: int
    at: datetime
    values: Mapping[str, Decimal]
    level: Level
    place: str
    source: str

    def stored(self) -> list[Any]:
        numbers = {name: format(value, "f") for name, value in self.values.items()}
        return [self.version, stamp(self.at), numbers, self.level.value, self.place, self.source]

    @classmethod
    def of(cls, record: str, row: list[Any]) -> Point:
        version, at, numbers, level, place, source = row
        values = {name: Decimal(numbers[name]) for name in NUMBERS if name in numbers}
        return cls(record, int(version), datetime.fromisoformat(at), values, Level(level), place, source)


def day_of(at: datetime) -> str:
    return stamp(at)[:10]


def put(day: Day, sign: str, point: Point) -> bool:
    """Put a point into its day; false when the day has it as new as that already."""
    there = day.setdefault(sign, {})
    known = there.get(point.record)
    if known is not None and int(known[0]) >= point.version:
        return False
    there[point.record] = point.stored()
    return True


def drop(day: Day, record: str) -> bool:
    """Take a record out of a day, under whatever sign; false when it was not there."""
    found = [sign for sign, there in day.items() if there.pop(record, None) is not None]
    return bool(found)


def size(day: Day) -> int:
    return sum(map(len, day.values()))


def points(day: Day, sign: str) -> list[Point]:
    """Oldest first; two of one moment in the order of their ids."""
    found = [Point.of(record, row) for record, row in day.get(sign, {}).items()]
    return sorted(found, key=lambda point: (point.at, point.record))


def summary(found: list[Point]) -> dict[str, Any]:
    """What a month keeps of one day of one sign; ``found`` is not empty."""
    names = list(found[0].values)
    return {
        "count": len(found),
        "sums": {name: format(sum((p.values[name] for p in found), Decimal()), "f") for name in names},
        "levels": {level.value: n for level in OUT if (n := sum(p.level is level for p in found))},
        "points": [[p.record, *p.stored()] for p in extremes(found)],
    }


def extremes(found: list[Point]) -> list[Point]:
    """First of the lowest and of the highest of each number, and the first of the worst level; in the order of time."""
    kept = {max(found, key=lambda p: p.level.rank).record}
    for name in found[0].values:
        kept.add(min(found, key=lambda p: p.values[name]).record)
        kept.add(max(found, key=lambda p: p.values[name]).record)
    return [point for point in found if point.record in kept]


def note(month: Month, date: str, day: Day) -> None:
    """Bring a month in step with one of its days."""
    number = date[8:]
    for sign in {*month, *day}:
        found = points(day, sign)
        if found:
            month.setdefault(sign, {})[number] = summary(found)
        else:
            month.get(sign, {}).pop(number, None)


def kept_points(of_day: Mapping[str, Any]) -> Iterable[Point]:
    """The extreme points that a summary holds."""
    return (Point.of(record, row) for record, *row in of_day["points"])


def packed(content: Mapping[str, Any]) -> bytes:
    """As it is sealed: a day of minutes shrinks to a sixth."""
    return zlib.compress(json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode(), 6)


def unpacked(text: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(zlib.decompress(text))
    return found
