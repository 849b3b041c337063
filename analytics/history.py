"""Visits with what became of them: generated from a seed, or a deployer's own as CSV of the same columns.

What the generator assumes is our own choice and is in ``ASSUMED``. It was measured nowhere: figures of a model that is
fitted on this history say how well the model finds the assumptions again, and nothing about people.
"""

from __future__ import annotations

import csv
import hashlib
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random  # noqa: TID251 - made-up people from a seed

from chalicelib.domain.no_show import DENTAL, DIAGNOSTIC, EARLY, EVENING, MONDAY, SATURDAY, Visit, sigmoid, visit_of
from chalicelib.domain.reminders import EXTRA_AHEAD, EXTRA_LEAD

SPLIT = ("fit", "fit", "fit", "calibrate", "test")
"""Parts of equal size of the people, by a hash of the pseudonym: nobody's visits are on two sides."""
LEAST = 50
"""Missed and kept visits in each part, or there is nothing to fit."""
AGES = ("0-17", "18-29", "30-44", "45-59", "60-74", "75+")
SEXES = ("female", "male")
STATES = ("fulfilled", "noshow")
ZONE = "Europe/Moscow"
BEGINS = datetime(2023, 11, 1, tzinfo=UTC)
DAYS = 1095
MOST = 40
"""Visits of one person."""

ASSUMED: Mapping[str, float] = {
    "intercept": -2.65,
    "person": 0.9,  # standard deviation of what is a person's own
    "lead": 0.4,  # for each unit of log(1 + days)
    "early": 0.3,
    "evening": -0.15,
    "monday": 0.1,
    "weekend": 0.2,
    "by_clinic": 0.2,
    "dental": 0.25,
    "diagnostics": 0.1,
    "first": 0.2,
    "male": 0.1,
    "0-17": -0.1,
    "18-29": 0.45,
    "30-44": 0.2,
    "45-59": 0.0,
    "60-74": -0.3,
    "75+": -0.2,
}
"""What is added to the logit of a missed visit."""
SHARES = (0.17, 0.14, 0.25, 0.2, 0.17, 0.07)
"""Of the age bands among people."""
VISITS = (6, 4, 5, 7, 10, 12)
"""Visits in the whole time, on the average, by age band."""
PLACES: Mapping[str, tuple[float, float, float]] = {
    "therapy": (0.3, 3, 0.1),
    "paediatrics": (0.0, 3, 0.1),
    "dentistry": (0.15, 9, 0.1),
    "gynaecology": (0.08, 7, 0.1),
    "ophthalmology": (0.1, 12, 0.1),
    "cardiology": (0.1, 14, 0.35),
    "neurology": (0.09, 14, 0.35),
    "ultrasound": (0.1, 16, 0.5),
    "radiology": (0.08, 10, 0.5),
}
"""Specialty: its share of visits, the days from booking to visit on the average, the share that the clinic books. A
child's visits to ``therapy`` are to ``paediatrics``.
"""


@dataclass(frozen=True, slots=True)
class Past:
    """One visit. ``person``: a pseudonym. ``booked_at``, ``start``: ISO 8601 with an offset. ``by``: the role that
    booked, ``specialty``: a code of domain/specialties.py, as rows of appointments have them. Cancelled ones are none.
    """

    person: str
    age: str
    sex: str
    booked_at: str
    start: str
    zone: str
    by: str
    specialty: str
    state: str


COLUMNS = tuple(one.name for one in fields(Past))


@dataclass(frozen=True, slots=True)
class Case:
    """A visit as it was when an extra reminder would have been chosen, and whether it was missed then."""

    person: str
    age: str
    sex: str
    visit: Visit
    missed: bool


class BadHistoryError(ValueError):
    """A file that is no history; says the line and why."""


class TooLittleError(ValueError):
    """A history on which nothing can be fitted."""


# --- generated


def generated(people: int, seed: int, assumed: Mapping[str, float] = ASSUMED) -> list[Past]:
    """The same for the same seed."""
    rng = Random(seed)
    return [visit for number in range(people) for visit in _person(f"p{number:06}", assumed, rng)]


def _person(person: str, assumed: Mapping[str, float], rng: Random) -> Iterator[Past]:
    [age] = rng.choices(AGES, SHARES)
    sex, own = rng.choice(SEXES), rng.gauss(0, assumed["person"])
    own += assumed["intercept"] + assumed[age] + assumed["male"] * (sex == "male")
    number = min(MOST, int(rng.expovariate(1 / VISITS[AGES.index(age)])))
    starts = sorted(_start(rng) for _ in range(number))
    for order, start in enumerate(starts):
        yield _visit((person, age, sex), start, own + assumed["first"] * (order == 0), assumed, rng)


def _start(rng: Random) -> datetime:
    """On a working day at a working hour of Moscow, seldom on a Saturday; no Sunday."""
    while True:
        day = BEGINS + timedelta(days=rng.randrange(DAYS))
        if day.weekday() < SATURDAY or (day.weekday() == SATURDAY and rng.random() < 0.3):  # noqa: PLR2004 - a share
            return day + timedelta(hours=rng.randrange(5, 17), minutes=15 * rng.randrange(4))


def _visit(who: tuple[str, str, str], start: datetime, own: float, assumed: Mapping[str, float], rng: Random) -> Past:
    person, age, sex = who
    [specialty] = rng.choices(list(PLACES), [share for share, _, _ in PLACES.values()])
    _, days, clinic = PLACES[specialty]
    if age == AGES[0] and specialty == "therapy":
        specialty = "paediatrics"
    lead = rng.expovariate(1 / days)
    by = "registrar" if rng.random() < clinic else "representative" if age == AGES[0] else "patient"
    hour = (start.hour + 3) % 24
    logit = own + assumed["lead"] * math.log1p(lead)
    so = {
        "early": hour < EARLY,
        "evening": hour >= EVENING,
        "monday": start.weekday() == MONDAY,
        "weekend": start.weekday() >= SATURDAY,
        "by_clinic": by == "registrar",
        "dental": specialty in DENTAL,
        "diagnostics": specialty in DIAGNOSTIC,
    }
    logit += sum(assumed[name] for name, here in so.items() if here)
    state = "noshow" if rng.random() < sigmoid(logit) else "fulfilled"
    booked = (start - timedelta(days=lead)).replace(microsecond=0)
    return Past(person, age, sex, booked.isoformat(), start.isoformat(), ZONE, by, specialty, state)


# --- a file


def read(path: Path) -> list[Past]:
    """CSV in UTF-8 with the columns of ``Past``. Raises BadHistoryError."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        if set(rows.fieldnames or ()) != set(COLUMNS):
            raise BadHistoryError(f"the columns are {', '.join(COLUMNS)}")
        return [_checked(number, row) for number, row in enumerate(rows, 2)]


def write(path: Path, visits: Iterable[Past]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(COLUMNS)
        out.writerows([getattr(visit, name) for name in COLUMNS] for visit in visits)


def _checked(number: int, row: Mapping[str, str]) -> Past:
    try:
        visit = Past(**{name: (row[name] or "").strip() for name in COLUMNS})
        wrong = _wrong(visit)
    except (KeyError, TypeError, ValueError) as error:
        raise BadHistoryError(f"line {number}: {error}") from None
    if wrong:
        raise BadHistoryError(f"line {number}: {wrong}")
    return visit


def _wrong(visit: Past) -> str:
    """What is wrong with a line; "" for nothing. Raises ValueError for times and zones that are none."""
    booked, start = datetime.fromisoformat(visit.booked_at), datetime.fromisoformat(visit.start)
    if booked.tzinfo is None or start.tzinfo is None:
        return "booked_at and start have offsets"
    if booked > start:
        return "it was booked after its start"
    for name, words in (("age", AGES), ("sex", SEXES), ("state", STATES)):
        if getattr(visit, name) not in words:
            return f"{name} is one of {', '.join(words)}"
    visit_of(_row(visit), 0, 0)
    return "" if visit.person else "a visit has a person"


def digest(visits: Sequence[Past]) -> str:
    """SHA-256 over the rows in their order."""
    found = hashlib.sha256()
    for visit in visits:
        found.update("\x1f".join(getattr(visit, name) for name in COLUMNS).encode() + b"\n")
    return found.hexdigest()


# --- as the trigger would have seen them


def cases(visits: Iterable[Past]) -> list[Case]:
    """Only of visits that get an extra reminder at all: booked long enough before. What was earlier is what was over
    when the reminder would have been chosen, so nothing of a later day is known.
    """
    by_person: dict[str, list[Past]] = {}
    for visit in visits:
        by_person.setdefault(visit.person, []).append(visit)
    return [case for person in sorted(by_person) for case in _cases_of(by_person[person])]


def _cases_of(visits: Sequence[Past]) -> Iterator[Case]:
    ordered = sorted(((datetime.fromisoformat(one.start), one) for one in visits), key=lambda pair: pair[0])
    for start, one in ordered:
        if start - datetime.fromisoformat(one.booked_at) < EXTRA_LEAD:
            continue
        before = [earlier.state for then, earlier in ordered if then < start - EXTRA_AHEAD]
        visit = visit_of(_row(one), before.count("fulfilled"), before.count("noshow"))
        if visit is not None:
            yield Case(one.person, one.age, one.sex, visit, one.state == "noshow")


def _row(visit: Past) -> dict[str, str]:
    return {
        "start": visit.start,
        "zone": visit.zone,
        "created_at": visit.booked_at,
        "by": visit.by,
        "specialty": visit.specialty,
    }


def parts(some: Sequence[Case]) -> dict[str, list[Case]]:
    """Raises TooLittleError."""
    found = {name: [case for case in some if part_of(case.person) == name] for name in dict.fromkeys(SPLIT)}
    for name, here in found.items():
        missed = sum(case.missed for case in here)
        if min(missed, len(here) - missed) < LEAST:
            raise TooLittleError(f"{name}: {missed} missed of {len(here)} visits; {LEAST} of each are the least")
    return found


def part_of(person: str) -> str:
    return SPLIT[hashlib.sha256(f"no-show/{person}".encode()).digest()[0] % len(SPLIT)]
