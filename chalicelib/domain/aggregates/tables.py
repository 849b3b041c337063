"""What is published of a period: a few tables, each once, and nothing else is answered.

Totals are sums of what is published in the same table, so they say nothing that its cells do not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.domain.aggregates.counting import apart, wholes
from chalicelib.domain.aggregates.suppression import Sum, shown

K = 10
Counts = Mapping[str, Mapping[str, int]]
"""By stratum and category."""

TABLES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "persons": ("any", ()),
    "activity": ("activity", ("activity",)),
    "organisation-activity": ("organisation", ("organisation", "activity")),
    "vaccinations": ("vaccine", ("vaccine",)),
    "diagnosis-chapters": ("chapter", ("chapter",)),
    "diagnosis-rubrics": ("rubric", ("rubric",)),
    "organisation-chapters": ("organisation-chapter", ("organisation", "chapter")),
    "organisation-persons": ("organisation-person", ("organisation",)),
    "organisation-vaccinations": ("organisation-vaccine", ("organisation", "vaccine")),
    "organisation-drugs": ("organisation-drug", ("organisation", "group")),
}
"""By name: which categories, and what their parts are called. Age band and sex come behind them."""
STRATUM = ("age", "sex")


def sums_of(categories: Iterable[str]) -> list[Sum]:
    """How categories that were counted hang together."""
    families: dict[tuple[str, str], list[str]] = defaultdict(list)
    for category in sorted(categories):
        for whole, family in wholes(category):
            families[whole, family].append(category)
    return [Sum(whole, tuple(parts), apart(family, whole)) for (whole, family), parts in sorted(families.items())]


def published_month(counts: Counts, k: int) -> dict[str, set[str]]:
    """By stratum, the categories whose counts are published."""
    return {stratum: shown(k, found, sums_of(found), {}) for stratum, found in counts.items()}


def published_year(counts: Counts, months: Mapping[str, tuple[Counts, Mapping[str, set[str]]]], k: int) -> Any:
    """The same of a year. ``months``: the counts of each that was published, and what was published of it."""
    return {stratum: published_in_year(stratum, found, months, k) for stratum, found in counts.items()}


def published_in_year(
    stratum: str, found: Mapping[str, int], months: Mapping[str, tuple[Counts, Mapping[str, set[str]]]], k: int
) -> set[str]:
    """The categories of one stratum."""
    board, sums, earlier = dict(found), sums_of(found), dict[str, bool]()
    parts: dict[str, list[str]] = defaultdict(list)
    for month, (counted, open_then) in months.items():
        of_month = counted.get(stratum, {})
        said = open_then.get(stratum, set())
        for category, count in of_month.items():
            name = f"{month}:{category}"
            board[name], earlier[name] = count, category in said
            parts[category].append(name)
        sums += [
            Sum(f"{month}:{one.whole}", tuple(f"{month}:{part}" for part in one.parts), one.apart)
            for one in sums_of(of_month)
        ]
    sums += [Sum(category, tuple(names)) for category, names in parts.items()]
    return {name for name in shown(k, board, sums, earlier) if name in found}


def cells(table: str, counts: Counts, open_now: Mapping[str, set[str]]) -> list[dict[str, Any]]:
    """The rows of a table, in a fixed order."""
    what, names = TABLES[table]
    rows = []
    for stratum, categories in open_now.items():
        age, sex = stratum.split(".")
        for category in categories:
            kind, *parts = category.split("/")
            if kind == what:
                rows.append(
                    dict(zip((*names, *STRATUM), (*parts, age, sex), strict=True))
                    | {"persons": counts[stratum][category]}
                )
    return sorted(rows, key=lambda row: [str(value) for value in row.values()])
