"""A made-up month of several clinics as counts: what is counted when their records are written, without the records.

Of each person a few records are made up and put through the rules of counting (domain/aggregates/counting.py). Codes
are those of made-up histories (local/population_data.py) and a few more; how often each occurs is invented. The same
seed makes the same month.
"""

from __future__ import annotations

import random  # noqa: TID251
from collections.abc import Iterator, Sequence
from typing import Any

from chalicelib.domain.aggregates.counting import categories_of, stratum_of
from local.population_data import CONDITIONS, DRUGS

Counts = dict[str, dict[str, int]]
YOUNGEST, OLDEST = 1930, 2024
MORE = ("J06.9", "J20.9", "K29.5", "M54.5", "H52.1", "L20.9", "N30.0", "S93.4", "F41.1", "G43.0", "I25.1", "Z00.0")
DIAGNOSES = tuple(code for _, code in CONDITIONS) + MORE
SHOTS = ("influenza", "td", "hepb", "mmr", "pcv")
SEEN, VACCINATED, TESTED = 0.8, 0.25, 0.35
"""Shares of persons with a visit, a vaccination and a result in the month."""


def month(seed: int, people: int, organisations: Sequence[str], year: int = 2026) -> Counts:
    """Counts of ``people`` persons, by stratum and category. Two thirds are patients of the first organisation."""
    rng = random.Random(seed)  # noqa: S311
    counts: Counts = {}
    for _ in range(people):
        born = f"{rng.randint(YOUNGEST, OLDEST)}-05-05"
        place = counts.setdefault(stratum_of(born, rng.choice(("female", "male")), year), {})
        home = organisations[0] if rng.random() < 2 / 3 else rng.choice(organisations)
        for category in {one for kind, body in _records(rng) for one in categories_of(kind, home, body)}:
            place[category] = place.get(category, 0) + 1
    return counts


def _records(rng: random.Random) -> Iterator[tuple[str, dict[str, Any]]]:
    """Kind and what is counted of the body."""
    if rng.random() < SEEN:
        codes = rng.choices(DIAGNOSES, [1 / (1 + n) for n in range(len(DIAGNOSES))], k=rng.choice((1, 1, 2)))
        yield "examination-protocol", {"diagnoses": [{"code": code} for code in codes]}
        for _, atc, _ in rng.sample(DRUGS, rng.choice((0, 1, 1, 2))):
            yield "prescription", {"drugs": [{"atc": atc}]}
    if rng.random() < TESTED:
        yield "laboratory-result", {}
    if rng.random() < VACCINATED:
        yield "vaccination", {"vaccine": rng.choices(SHOTS, (8, 3, 2, 1, 1))[0]}
