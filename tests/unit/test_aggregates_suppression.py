"""Nothing that is published gives away a small count: held against oracles that try all that may lie behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.aggregates.counting import categories_of
from chalicelib.domain.aggregates.suppression import Sum, shown
from chalicelib.domain.aggregates.tables import TABLES, K, cells, published_month, published_year, sums_of
from tests.effort import tried

pytestmark = pytest.mark.requirement("PRT-8")

Numbers = dict[str, int]


def possible(k: int, counts: Numbers, sums: Sequence[Sum], open_now: set[str], *, disjoint: bool) -> Iterator[Numbers]:
    """Every world that agrees with what is published, for a reader who knows which of the hidden counts are small."""
    hidden = [name for name in counts if name not in open_now]
    most = max(counts.values(), default=0) + k
    ranges = [range(k) if counts[name] < k else range(most) for name in hidden]
    for values in product(*ranges):
        world = counts | dict(zip(hidden, values, strict=True))
        if all(_agrees(world, one, disjoint=disjoint) for one in sums):
            yield world


def _agrees(world: Numbers, one: Sum, *, disjoint: bool) -> bool:
    parts = [world[part] for part in one.parts]
    whole = world[one.whole]
    return whole == sum(parts) if disjoint else max(parts) <= whole <= sum(parts)


SMALL = 3
FAMILY = [Sum("w", ("a", "b", "c")), Sum("a", ("d", "e"))]


@pytest.mark.parametrize("disjoint", [True, False])
@given(parts=st.lists(st.integers(0, 5), min_size=4, max_size=4), overlap=st.integers(0, 3))
@settings(max_examples=tried(20), deadline=None)
def test_every_small_count_may_be_anything_small(*, disjoint: bool, parts: list[int], overlap: int) -> None:
    b, c, d, e = parts
    a = max(d + e - (0 if disjoint else overlap), d, e)
    whole = max(a + b + c - (0 if disjoint else overlap), a, b, c)
    counts = {name: count for name, count in zip("wabcde", (whole, a, b, c, d, e), strict=True) if count}
    sums = [Sum(one.whole, tuple(p for p in one.parts if p in counts)) for one in FAMILY if one.whole in counts]
    open_now = shown(SMALL, counts, FAMILY, {})
    assert all(counts[name] >= SMALL for name in open_now)
    seen: dict[str, set[int]] = {name: set() for name, count in counts.items() if count < SMALL}
    for world in possible(SMALL, counts, sums, open_now, disjoint=disjoint):
        for name, values in seen.items():
            values.add(world[name])
    assert all({0, SMALL - 1} <= values for values in seen.values()), (counts, open_now, seen)


# --- whole populations

CODES = ["I10", "I11.0", "J45.0"]
record = st.tuples(
    st.sampled_from(["visit", "chronic-condition"]),
    st.sampled_from(["clinic", "hospital", ""]),
    st.lists(st.sampled_from(CODES), min_size=1, max_size=1),
    st.integers(1, 3),
)
people = st.lists(
    st.tuples(st.sampled_from(["18-29.male", "60+.female"]), st.lists(record, min_size=1, max_size=1)),
    min_size=12,
    max_size=25,
)


def counted(
    population: list[tuple[str, list[tuple[str, str, list[str], int]]]], months: set[int]
) -> dict[str, Numbers]:
    found: dict[str, Numbers] = {}
    for stratum, records in population:
        mine: set[str] = set()
        for kind, organisation, codes, month in records:
            if month in months:
                body = {"diagnoses": [{"code": code} for code in codes], "vaccine": "mmr"}
                mine |= categories_of(kind, organisation, body)
        cell = found.setdefault(stratum, {})
        for category in mine:
            cell[category] = cell.get(category, 0) + 1
    return found


def solved(counts: Numbers, sums: Sequence[Sum], open_now: set[str], k: int) -> set[str]:
    """Small counts that follow from the sums alone, when nobody is counted twice: by elimination."""
    names = [name for name in counts if name not in open_now]
    rows = []
    for one in sums:
        row = [Fraction(0)] * (len(names) + 1)
        for name, sign in [(one.whole, 1), *((part, -1) for part in one.parts)]:
            if name in open_now:
                row[-1] -= sign * counts[name]
            else:
                row[names.index(name)] += sign
        rows.append(row)
    place = 0
    for column in range(len(names)):
        pivot = next((row for row in rows[place:] if row[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        pivot = [value / pivot[column] for value in pivot]
        rows = [
            [value - row[column] * by for value, by in zip(row, pivot, strict=True)] if row[column] else row
            for row in rows
        ]
        rows.insert(place, pivot)
        place += 1
    alone = [row for row in rows if sum(bool(value) for value in row[:-1]) == 1]
    found = {names[next(at for at, value in enumerate(row) if value)]: row[-1] for row in alone}
    return {name for name, value in found.items() if counts[name] < k and value == counts[name]}


@given(population=people)
@settings(max_examples=tried(25), deadline=None)
def test_months_and_their_year_together_give_away_nothing(population: object) -> None:
    k = 3
    months = {}
    for month in (1, 2, 3):
        counts = counted(population, {month})  # type: ignore[arg-type]
        months[f"2026-{month:02}"] = (counts, published_month(counts, k))
    year = counted(population, {1, 2, 3})  # type: ignore[arg-type]
    open_now = published_year(year, months, k)
    for stratum, counts in year.items():
        board, sums, seen = dict(counts), sums_of(counts), set(open_now[stratum])
        parts: dict[str, list[str]] = {}
        for name, (of_months, said) in months.items():
            of_month = of_months.get(stratum, {})
            board |= {f"{name}:{one}": count for one, count in of_month.items()}
            seen |= {f"{name}:{one}" for one in said.get(stratum, ())}
            sums += [Sum(f"{name}:{s.whole}", tuple(f"{name}:{p}" for p in s.parts)) for s in sums_of(of_month)]
            for one in of_month:
                parts.setdefault(one, []).append(f"{name}:{one}")
        sums += [Sum(one, tuple(names)) for one, names in parts.items()]
        assert all(board[name] >= k for name in seen)
        assert not solved(board, sums, seen, k), (board, seen)


def test_a_difference_between_two_tables_is_closed() -> None:
    """Of 30 with a disease of the heart 25 are in one clinic: the 5 of the other do not follow."""
    counts: Mapping[str, Numbers] = {
        "60+.male": {
            "any": 30,
            "activity/diagnosis": 30,
            "chapter/IX": 30,
            "organisation-chapter/a/IX": 25,
            "organisation-chapter/b/IX": 5,
        }
    }
    open_now = published_month(counts, K)["60+.male"]
    assert "chapter/IX" in open_now
    assert not {name for name in open_now if name.startswith("organisation-chapter/")}


def test_what_hides_nothing_is_published_whole() -> None:
    counts = {"60+.male": {"any": 40, "activity/visit": 40, "organisation/a/visit": 25, "organisation/b/visit": 15}}
    open_now = published_month(counts, K)
    assert open_now["60+.male"] == set(counts["60+.male"])
    assert cells("organisation-activity", counts, open_now) == [
        {"organisation": "a", "activity": "visit", "age": "60+", "sex": "male", "persons": 25},
        {"organisation": "b", "activity": "visit", "age": "60+", "sex": "male", "persons": 15},
    ]
    assert sum(len(cells(table, counts, open_now)) for table in TABLES) == len(counts["60+.male"])


def test_a_year_does_not_give_away_its_months() -> None:
    """Eleven months are published, one with 3 is not: the year, if nobody came twice, would say it."""
    months = {}
    for month in range(1, 13):
        counts = {"60+.male": {"any": 3 if month == 6 else 20}}
        months[f"2026-{month:02}"] = (counts, published_month(counts, K))
    assert published_year({"60+.male": {"any": 223}}, months, K)["60+.male"] == set()
