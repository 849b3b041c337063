"""A made-up month of several clinics as counts: what is counted when their records are written, without the records.

Of each person a few records are made up and put through the rules of counting (domain/aggregates/counting.py). Codes
are those of made-up histories (local/population_data.py) and a few more; how often each occurs is invented. The same
seed makes the same month.
"""

from __future__ import annotations

import random  # noqa: TID251
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chalicelib.domain.aggregates.counting import categories_of, stratum_of
from chalicelib.domain.aggregates.periods import GRACE, SETTLES, month_of, start_of
from chalicelib.domain.aggregates.tables import K
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.moments import stamp
from chalicelib.domain.staff import SYSTEM
from chalicelib.ports import keys
from chalicelib.ports.tables import Update
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


def of_the_running_system(event: Mapping[str, Any]) -> dict[str, Any]:
    """``POST /_local/counted-month``: the last month that may be closed, counted for an organisation and two others.

    ``organisation_id``; ``people``: 4000. Counting is switched on where it is off. Counts come in as changes, as those
    of records do; then the hourly work is done. Answers the month, how many periods were closed, and of how many there
    are reports now.
    """
    from chalicelib.bootstrap import services
    from chalicelib.services.aggregates.counting import OWNER

    made, tables, now = services(), services().tables, services().clock()
    if tables.get(keys.aggregate_settings()) is None:
        root = Actor(PersonId("made-up"), Role.ADMINISTRATOR, organisation_id=SYSTEM)
        made.aggregates.switch(root, counting=True, k=K)
    period = month_of(start_of(month_of(now - GRACE - SETTLES)) - SETTLES)
    if tables.get(keys.aggregate_period(period)) is None:
        tables.commit([Update(keys.aggregate_settings(), {"since": stamp(start_of(period) + SETTLES)})])
        own = str(event["organisation_id"])
        counts = month(7, int(event.get("people", 4000)), (own, "made-up-2", "made-up-3"), int(period[:4]))
        for stratum, found in counts.items():
            cells = {f"{stratum}|{category}": count for category, count in found.items()}
            staged, put = made.aggregate_counting.change({period: cells})
            made.gate.commit([staged], [put, made.patient_keys.alive(OWNER)])
    return {"period": period, **made.aggregate_closing.run(), **made.bulletin_publishing.run()}
