"""Counters summed up: by day or month, by hour of the day, by doctor.

Slot use is said of doctors' days whose offer is known (services/load/offers.py): a visit of today or tomorrow is a
booking already, and its slots are counted when the day is over. Shares and means are whole numbers, rounded half up,
and None where there is nothing to divide by: an empty month has zeros and no mean.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from chalicelib.domain.load.counting import measured
from chalicelib.errors import FieldProblem, InvalidFieldsError

MOST_DAYS = 35
MOST_MONTHS = 24
USED = "used"

Sums = Counter[str]
"""By measure."""


@dataclass(frozen=True, slots=True)
class Filter:
    """An empty one lets everything pass. ``member``: a membership."""

    department: str = ""
    member: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of counters. ``period``: a day or a month."""

    period: str
    member: str
    hours: Mapping[int, Sums]


def row_of(row: Mapping[str, Any]) -> Row:
    hours: dict[int, Sums] = {}
    for name, by in row.items():
        known = measured(name)
        if known is not None and int(by):
            hours.setdefault(known[0], Counter())[known[1]] += int(by)
    if any(one["offered"] for one in hours.values()):
        for one in hours.values():
            one[USED] = one["bookings"] - one["cancelled"]
    return Row(str(row.get("day") or row["month"]), str(row["member"]), hours)


def by_month(rows: Iterable[Row]) -> list[Row]:
    """Rows of days as rows of months."""
    found: dict[tuple[str, str], dict[int, Sums]] = {}
    for row in rows:
        hours = found.setdefault((row.period[:7], row.member), {})
        for hour, sums in row.hours.items():
            hours.setdefault(hour, Counter()).update(sums)
    return [Row(month, member, hours) for (month, member), hours in found.items()]


# --- what is asked for


def days_between(first: date, last: date) -> list[str]:
    """Raises InvalidFieldsError."""
    _in_order(first, last)
    if (last - first).days >= MOST_DAYS:
        raise InvalidFieldsError(fields=(FieldProblem("?to", "range", f"at most {MOST_DAYS} days"),))
    return [date.fromordinal(n).isoformat() for n in range(first.toordinal(), last.toordinal() + 1)]


def months_between(first: date, last: date) -> list[str]:
    """The months in which the days from ``first`` to ``last`` lie. Raises InvalidFieldsError."""
    _in_order(first, last)
    begins, ends = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    if ends - begins >= MOST_MONTHS:
        raise InvalidFieldsError(fields=(FieldProblem("?to", "range", f"at most {MOST_MONTHS} months"),))
    return [f"{n // 12:04}-{n % 12 + 1:02}" for n in range(begins, ends + 1)]


def _in_order(first: date, last: date) -> None:
    if first > last:
        raise InvalidFieldsError(fields=(FieldProblem("?to", "order", "the last day comes before the first"),))


# --- what is shown


def panel(rows: Iterable[Row], periods: Iterable[str]) -> dict[str, Any]:
    """``periods``: all that are shown, in order; of those without a row the figures are zeros."""
    by_period: dict[str, Sums] = {period: Counter() for period in periods}
    by_hour: dict[int, Sums] = {}
    by_member: dict[str, Sums] = {}
    total: Sums = Counter()
    for row in rows:
        for hour, sums in row.hours.items():
            places = (by_hour.setdefault(hour, Counter()), by_member.setdefault(row.member, Counter()))
            for place in (by_period[row.period], *places, total):
                place.update(sums)
    return {
        "periods": [{"period": period, **figures(sums)} for period, sums in by_period.items()],
        "hours": [{"hour": hour, **figures(sums)} for hour, sums in sorted(by_hour.items())],
        "doctors": {member: figures(sums) for member, sums in by_member.items()},
        "total": figures(total),
    }


def figures(sums: Mapping[str, int]) -> dict[str, int | None]:
    """``*_percent``: of 100. ``wait_hours``, ``stay_minutes``, ``result_hours``: means."""
    kept = sums.get("visits", 0) + sums.get("noshows", 0)
    return {
        "bookings": sums.get("bookings", 0),
        "visits": sums.get("visits", 0),
        "no_shows": sums.get("noshows", 0),
        "cancellations": sums.get("cancelled", 0),
        "no_show_percent": share(100 * sums.get("noshows", 0), kept),
        "slots_offered": sums.get("offered", 0),
        "slots_used": sums.get(USED, 0),
        "slot_use_percent": share(100 * sums.get(USED, 0), sums.get("offered", 0)),
        "wait_hours": share(sums.get("wait_hours", 0), sums.get("waited", 0)),
        "stay_minutes": share(sums.get("stay_minutes", 0), sums.get("stayed", 0)),
        "results": sums.get("results", 0),
        "result_hours": share(sums.get("result_hours", 0), sums.get("results", 0)),
    }


def share(whole: int, parts: int) -> int | None:
    return (2 * whole + parts) // (2 * parts) if parts > 0 else None
