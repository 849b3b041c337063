"""Long series: what a chart may not lose, and days and months that come to the same in any order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.vital_signs import rolls
from chalicelib.domain.vital_signs.bands import OUT, Level
from chalicelib.domain.vital_signs.rolls import Point
from chalicelib.domain.vital_signs.series import FEWEST, largest_triangles, statistics, thinned

START = datetime(2026, 3, 1, tzinfo=UTC)
ROOM = 6
"""Points that are kept whatever their level: first, last, the extremes of a number, the worst."""


def point(number: int, value: str, level: Level = Level.NORMAL, version: int = 1) -> Point:
    return Point(
        f"r{number}", version, START + timedelta(minutes=number), {"value": Decimal(value)}, level, "home", "staff"
    )


LEVELS = st.sampled_from([Level.NORMAL] * 6 + [Level.ATTENTION, Level.URGENT])
SERIES = st.lists(st.tuples(st.integers(30, 250), LEVELS), min_size=1, max_size=400).map(
    lambda rows: [point(n, str(value), level) for n, (value, level) in enumerate(rows)]
)


@pytest.mark.requirement("REC-10")
@given(found=SERIES, most=st.integers(FEWEST, 60))
def test_thinning_keeps_what_matters(found: list[Point], most: int) -> None:
    kept = thinned(found, most)
    assert len(kept) <= most
    assert kept == sorted(kept, key=lambda p: p.at)
    assert {p.record for p in kept} <= {p.record for p in found}
    if len(found) <= most:
        assert kept == found
    values, all_values = ([p.values["value"] for p in of] for of in (kept, found))
    assert (min(values), max(values)) == (min(all_values), max(all_values))
    assert (kept[0], kept[-1]) == (found[0], found[-1])
    out = [p for p in found if p.level in OUT]
    if len(out) <= most - ROOM:
        assert [p for p in kept if p.level in OUT] == out
    urgent = [p for p in found if p.level is Level.URGENT]
    if len(urgent) <= most - ROOM:
        assert [p for p in kept if p.level is Level.URGENT] == urgent
    if len(found) >= most:
        assert len(kept) >= most - ROOM  # the room is used


@given(st.lists(st.integers(-100, 100), min_size=1, max_size=200), st.integers(1, 50))
def test_largest_triangles_are_places_of_the_line(values: list[int], most: int) -> None:
    kept = largest_triangles([(float(x), float(y)) for x, y in enumerate(values)], most)
    assert kept == sorted(set(kept))
    assert len(kept) == min(most, len(values))


def test_a_peak_in_a_flat_line_is_kept() -> None:
    flat = [(float(x), 5.0 if x != 137 else 9.0) for x in range(1000)]
    assert 137 in largest_triangles(flat, 20)


CHANGES = st.lists(st.tuples(st.integers(0, 5), st.integers(1, 4), st.integers(40, 200)), min_size=1, max_size=20)


@pytest.mark.requirement("REC-10")
@given(changes=CHANGES, data=st.data())
def test_a_day_is_the_same_in_any_order_and_however_often(
    changes: list[tuple[int, int, int]], data: st.DataObject
) -> None:
    """A version of a record has one value: that of its newest version is what the day holds."""
    versions = {(record, version): value for record, version, value in changes}
    points = [point(record, str(value), version=version) for (record, version), value in versions.items()]

    def day(order: list[Point]) -> rolls.Day:
        made: rolls.Day = {}
        for one in order:
            rolls.put(made, "pulse", one)
        return made

    usual = day(points)
    assert day(data.draw(st.permutations(points + points[:3]))) == usual
    month: rolls.Month = {}
    rolls.note(month, "2026-03-01", usual)
    rolls.note(month, "2026-03-01", usual)
    newest = rolls.points(usual, "pulse")
    of_day = month["pulse"]["01"]
    assert of_day["count"] == len(newest)
    assert Decimal(of_day["sums"]["value"]) == sum(p.values["value"] for p in newest)
    kept = [p.values["value"] for p in rolls.kept_points(of_day)]
    assert (min(kept), max(kept)) == (min(p.values["value"] for p in newest), max(p.values["value"] for p in newest))


def test_a_reading_that_leaves_its_day_leaves_the_month() -> None:
    day: rolls.Day = {}
    month: rolls.Month = {}
    rolls.put(day, "pulse", point(1, "70"))
    rolls.note(month, "2026-03-01", day)
    assert rolls.drop(day, "r1")
    assert not rolls.drop(day, "r1")
    rolls.note(month, "2026-03-01", day)
    assert month["pulse"] == {}
    assert rolls.size(day) == 0


def test_what_is_sealed_comes_back_and_is_small() -> None:
    day: rolls.Day = {}
    for number in range(1440):
        rolls.put(day, "pulse", point(number, str(60 + number % 17)))
    packed = rolls.packed(day)
    assert rolls.unpacked(packed) == day
    assert len(packed) < 60_000


def test_statistics() -> None:
    points = [point(1, "60"), point(2, "70", Level.ATTENTION), point(3, "95", Level.URGENT)]
    said = statistics(3, {"value": Decimal(225)}, points, {Level.ATTENTION: 1, Level.URGENT: 1})
    assert said["parts"]["value"] == {"min": "60", "max": "95", "mean": "75.00"}
    assert (said["levels"], said["out_of_limits"]) == ({"attention": 1, "urgent": 1}, "66.7")
    assert statistics(0, {}, [], {})["count"] == 0
