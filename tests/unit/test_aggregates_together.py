"""All published sums solved together give away no small count (PRT-8, ANA-4): the attack of a linear program."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.aggregates.counting import categories_of
from chalicelib.domain.aggregates.suppression import Sum
from chalicelib.domain.aggregates.tables import K, published_month, published_year, sums_of
from tests.effort import tried
from tests.linear_bounds import Reader

pytestmark = pytest.mark.requirement("PRT-8", "ANA-4")

SMALL = 3
Numbers = dict[str, int]
record = st.one_of(
    st.tuples(
        st.sampled_from(["examination-protocol", "chronic-condition"]),
        st.sampled_from("ab"),
        st.sampled_from([("I10",), ("J45.0",), ("I11.0",), ("I10", "J45.0")]),
    ),
    st.tuples(st.just("vaccination"), st.sampled_from("ab"), st.sampled_from([("mmr",), ("bcg",)])),
    st.tuples(st.just("prescription"), st.sampled_from("ab"), st.sampled_from([("C09",), ("J01",), ("C09", "J01")])),
)
people = st.lists(st.lists(st.tuples(st.integers(1, 2), record), min_size=1, max_size=3), min_size=8, max_size=26)
few = st.lists(st.lists(st.tuples(st.integers(1, 2), record), min_size=1, max_size=2), min_size=6, max_size=10)


def counted(population: list[list[tuple[int, tuple[str, str, tuple[str, ...]]]]], months: set[int]) -> Numbers:
    found: Numbers = {}
    for records in population:
        mine: set[str] = set()
        for month, (kind, organisation, said) in records:
            body = {
                "diagnoses": [{"code": code} for code in said] if kind != "vaccination" else [],
                "vaccine": said[0],
                "drugs": [{"atc": code} for code in said],
            }
            mine |= categories_of(kind, organisation, body) if month in months else set()
        for category in mine:
            found[category] = found.get(category, 0) + 1
    return found


def opened(reader: Reader, k: int, among: Iterable[str] = ()) -> dict[str, object]:
    """Small counts of which more is known than that they are small."""
    small = among or [name for name in reader.hidden if reader.counts[name] < k]
    return {name: said for name in small if (said := reader.extremes(name)) != (0, k - 1)}


@given(population=people)
@settings(max_examples=tried(20), deadline=None)
def test_a_month_says_nothing_of_a_small_count(population: object) -> None:
    counts = counted(population, {1, 2})  # type: ignore[arg-type]
    shown = published_month({"s": counts}, SMALL)["s"]
    assert all(counts[name] >= SMALL for name in shown)
    assert opened(Reader(SMALL, counts, sums_of(counts), shown), SMALL) == {}


@given(population=few)
@settings(max_examples=tried(5), deadline=None)
def test_a_year_says_no_more_of_a_small_count_than_its_months(population: object) -> None:
    """Where the months' own tables and the knowledge of what is small narrow something, nothing can be mended."""
    months, board, seen, sums = {}, Numbers(), set[str](), list[Sum]()
    parts: dict[str, list[str]] = {}
    for month in (1, 2):
        counts = counted(population, {month})  # type: ignore[arg-type]
        said = published_month({"s": counts}, SMALL)
        months[f"2026-{month:02}"] = ({"s": counts}, said)
        names = {one: f"{month}:{one}" for one in counts}
        board |= {names[one]: count for one, count in counts.items()}
        seen |= {names[one] for one in said["s"]}
        sums += [Sum(names[s.whole], tuple(names[p] for p in s.parts), s.apart) for s in sums_of(counts)]
        for one, name in names.items():
            parts.setdefault(one, []).append(name)
    year = counted(population, {1, 2})  # type: ignore[arg-type]
    open_now: Mapping[str, set[str]] = published_year({"s": year}, months, SMALL)
    sums += [*sums_of(year), *(Sum(one, tuple(names)) for one, names in parts.items())]
    whole = board | year
    reader = Reader(SMALL, whole, sums, seen | open_now["s"])
    small = sorted(name for name in reader.hidden if whole[name] < SMALL)
    after = opened(reader, SMALL, small[:: len(small) // 6 + 1])
    if after:
        assert after.keys() == opened(Reader(SMALL, whole, sums, seen), SMALL, after).keys()


def test_rows_and_columns_together_are_seen() -> None:
    """Two clinics and three chapters: one sum after another says nothing of the 4, all of them together say it."""
    cells = {"a/IX": 4, "a/X": 40, "a/XI": 40, "b/X": 30, "b/XI": 25}
    counts = {f"organisation-chapter/{name}": count for name, count in cells.items()}
    counts |= {"chapter/IX": 4, "chapter/X": 70, "chapter/XI": 65, "activity/diagnosis": 139, "any": 139}
    counts |= {"organisation/a/diagnosis": 84, "organisation/b/diagnosis": 55}
    counts |= {"organisation-person/a": 84, "organisation-person/b": 55}
    known = {"organisation/a/diagnosis", "organisation/b/diagnosis", "chapter/X", "chapter/XI"}
    told = opened(Reader(K, counts, sums_of(counts), known), K)
    assert told["organisation-chapter/a/IX"] == (4, 4)
    shown = published_month({"s": counts}, K)["s"]
    assert opened(Reader(K, counts, sums_of(counts), shown), K) == {}


def test_chapters_of_a_clinic_do_not_add_up_to_its_diagnoses() -> None:
    """All but one are shown where only chapters and clinics are looked at: 30 less 25 is the 5."""
    of_chapters = {"a/IX": 25, "a/X": 5, "b/IX": 35, "b/X": 35}
    counts = {f"organisation-chapter/{name}": count for name, count in of_chapters.items()}
    counts |= {"chapter/IX": 60, "chapter/X": 40, "activity/diagnosis": 100, "any": 100}
    for name, count in {"a": 30, "b": 70}.items():
        counts |= {f"organisation/{name}/diagnosis": count, f"organisation-person/{name}": count}
    small = "organisation-chapter/a/X"
    known = counts.keys() - {small, "organisation-chapter/b/X"}
    assert Reader(K, counts, sums_of(counts), known).extremes(small) == (5, 5)
    shown = published_month({"s": counts}, K)["s"]
    assert Reader(K, counts, sums_of(counts), shown).extremes(small) == (0, K - 1)
    assert "organisation/a/diagnosis" in shown
