"""What is in a bulletin. Every number of it stands in a published table, so it says nothing that these do not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from chalicelib.domain.aggregates.counting import BANDS, CHAPTERS, DIAGNOSIS, RESULT, UNKNOWN, VACCINATION, VISIT

PERSONS, ACTIVITIES, DIAGNOSES, VACCINATIONS, DRUGS = "persons", "activities", "diagnoses", "vaccinations", "drugs"


@dataclass(frozen=True, slots=True)
class Source:
    """The published table that a part is taken from, and its column that says the category; "" for none."""

    table: str
    column: str


PARTS: Mapping[str, Source] = {
    PERSONS: Source("organisation-persons", ""),
    ACTIVITIES: Source("organisation-activity", "activity"),
    DIAGNOSES: Source("organisation-chapters", "chapter"),
    VACCINATIONS: Source("organisation-vaccinations", "vaccine"),
    DRUGS: Source("organisation-drugs", "group"),
}
AGES: Sequence[str] = (*(name for _, name in reversed(BANDS)), UNKNOWN)
SEXES: Sequence[str] = ("female", "male", UNKNOWN)

Cell = Mapping[str, Any]
"""``category``, ``age``, ``sex``, ``persons``; of vaccinations ``of`` and ``percent`` too."""


def taken(organisation: str, part: str, rows: Iterable[Mapping[str, Any]]) -> list[list[Any]]:
    """Rows of the published table that are the organisation's: category, age, sex and persons, in a fixed order."""
    column = PARTS[part].column
    mine = (row for row in rows if row["organisation"] == organisation)
    return sorted([row[column] if column else "", row["age"], row["sex"], int(row["persons"])] for row in mine)


def cells(parts: Mapping[str, Sequence[Sequence[Any]]], part: str) -> list[dict[str, Any]]:
    """Cells of one part. Vaccinated persons are compared with all persons of their age band and sex, where both are
    told: ``of``, and ``percent`` to a tenth.
    """
    found = [
        {"category": category, "age": age, "sex": sex, "persons": int(persons)}
        for category, age, sex, persons in parts.get(part, ())
    ]
    if part == VACCINATIONS:
        persons = {(age, sex): int(count) for _, age, sex, count in parts.get(PERSONS, ())}
        for cell in found:
            cell.update(_share(cell["persons"], persons.get((cell["age"], cell["sex"]))))
    return sorted(found, key=_place)


def _share(vaccinated: int, of: int | None) -> dict[str, Any]:
    if not of:
        return {"of": None, "percent": None}
    percent = (Decimal(100 * vaccinated) / of).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return {"of": of, "percent": str(percent)}


def _place(cell: Cell) -> tuple[int, str, int, int]:
    return (*_order(cell["category"]), AGES.index(cell["age"]), SEXES.index(cell["sex"]))


IN_ORDER = {
    name: number
    for number, name in enumerate((*(chapter for _, chapter in CHAPTERS), VISIT, DIAGNOSIS, RESULT, VACCINATION))
}


def _order(category: str) -> tuple[int, str]:
    """Chapters in the order of ICD-10, visits before what came of them, others by their code, what is unknown last."""
    last = len(IN_ORDER) + (category == UNKNOWN)
    return (IN_ORDER.get(category, last), category)


def is_empty(parts: Mapping[str, Sequence[Any]]) -> bool:
    """Whether nothing at all is told: nobody was counted, or all counts are hidden. Which of the two nothing says."""
    return not any(parts.values())
