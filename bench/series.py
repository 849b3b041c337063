"""What it costs to read a series of vital signs, from a month of readings to a year of minutes.

Rows of days and months are sealed as reactions leave them (services/vital_signs/watch.py) and put into the table; to
write half a million readings through the API would be a benchmark of the API.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bench.calls import Seen
from bench.table import table
from bench.timing import cpu_of
from bench.world import World

if TYPE_CHECKING:
    from chalicelib.domain.vital_signs.rolls import Day, Month
    from chalicelib.ports.tables import Item, Key

POINTS = 300


@dataclass(frozen=True, slots=True)
class Case:
    """``days`` of a sign that is measured ``a_day`` times, and how many of them are asked for."""

    title: str
    days: int
    a_day: int
    asked: int


CASES = (
    Case("600 readings, all", 30, 20, 30),
    Case("20 000 readings, the newest month", 1000, 20, 30),
    Case("20 000 readings, all", 1000, 20, 1000),
    Case("a year of minutes, a day", 365, 1440, 1),
    Case("a year of minutes, a month", 365, 1440, 31),
    Case("a year of minutes, all", 365, 1440, 365),
)


@dataclass(frozen=True, slots=True)
class Point:
    case: Case
    seen: Seen
    opened: int
    points: int
    cpu: float


def measure(world: World, cases: Sequence[Case] = CASES) -> list[Point]:
    filled: dict[tuple[int, int], Any] = {}
    found = []
    for case in cases:
        if (case.days, case.a_day) not in filled:
            filled[case.days, case.a_day] = world.front.patient()
            _fill(filled[case.days, case.a_day].id, case)
        found.append(_point(world, filled[case.days, case.a_day], case))
    return found


def _point(world: World, patient: Any, case: Case) -> Point:
    since = (datetime.now(UTC) - timedelta(days=case.asked)).strftime("%Y-%m-%dT%H:%M:%SZ")
    path = f"/api/v1/patients/{patient.id}/vital-signs/series?code=pulse&points={POINTS}&from={since}"
    world.front.sign_in(patient)

    def read() -> Any:
        return world.front.ok("GET", path, token=patient.token)

    points = len(read()["points"])
    with world.recorder.recording() as seen:
        read()
    return Point(case, seen, _opened(case), points, cpu_of(read))


def _opened(case: Case) -> int:
    """Rows of the series that are opened: months of the range, and its days where they are read singly."""
    from chalicelib.services.vital_signs.reading import RAW_DAYS, range_of

    now = datetime.now(UTC)
    months = len(range_of("pulse", now - timedelta(days=case.asked), now, now).months())
    return months + (case.asked + 1 if case.asked <= RAW_DAYS else 0)


def _fill(patient_id: str, case: Case) -> None:
    from chalicelib.bootstrap import services

    rows = dict(_rows(patient_id, case))
    services().tables.put_many(rows)


def _rows(patient_id: str, case: Case) -> Iterator[tuple[Key, Item]]:
    from chalicelib.bootstrap import services
    from chalicelib.domain.identity import PersonId
    from chalicelib.domain.vital_signs import rolls
    from chalicelib.services.vital_signs.rows import KIND, TASK, place

    person_id = PersonId(patient_id)
    staged = services().gate.stage_private(TASK, person_id, KIND, "state", f"{KIND}:keep")

    def sealed(name: str, content: Day | Month) -> tuple[Key, Item]:
        # One permit for all rows: a thousand questions to the gate would be a benchmark of the gate.
        permit = replace(staged.seal_with, record_id=name)
        ciphertext = services().vault.seal(permit, 1, rolls.packed(content))
        return place(person_id, name), {"id": name, "ver": 1, "sealed": ciphertext}

    months: dict[str, Month] = {}
    today = datetime.now(UTC).date()
    for number in range(case.days):
        midnight = datetime.combine(today - timedelta(days=number), time(), UTC)
        name, day = rolls.day_of(midnight), _day(midnight, case.a_day)
        rolls.note(months.setdefault(name[:7], {}), name, day)
        yield sealed(name, day)
    for name, month in months.items():
        yield sealed(name, month)


def _day(midnight: datetime, a_day: int) -> Day:
    from chalicelib.domain.vital_signs import rolls
    from chalicelib.domain.vital_signs.bands import Level

    day: Day = {}
    for number in range(a_day):
        at = midnight + number * timedelta(days=1) / a_day
        level = Level.ATTENTION if number % 50 == 0 else Level.NORMAL
        values = {"value": Decimal(60 + (number * 7) % 40)}
        record = f"01890000-0000-7000-8000-{midnight:%Y%m%d}{number:04d}"
        rolls.put(day, "pulse", rolls.Point(record, 1, at, values, level, "device", "patient-reported"))
    return day


def report(points: Sequence[Point]) -> str:
    head = ("series", "DynamoDB calls", "KMS calls", "rows opened", "bytes received", "points", "own CPU, ms")
    rows = [
        (
            p.case.title,
            len(p.seen.of("dynamodb")),
            len(p.seen.of("kms")),
            p.opened,
            p.seen.received(),
            p.points,
            p.cpu,
        )
        for p in points
    ]
    return table(head, rows)
