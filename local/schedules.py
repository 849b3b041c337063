"""EventBridge schedule expressions: ``rate(1 hour)`` and ``cron(0 3 ? * MON-FRI *)``, in UTC."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

_UNITS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]  # 1 is Sunday
_FIELDS = 6
_HORIZON = 366 * 5  # days to look ahead; 29 February is found within


class ScheduleError(ValueError):
    """The expression is not one that this system reads."""


@dataclass(frozen=True, slots=True)
class Rate:
    period: timedelta

    def after(self, moment: datetime) -> datetime:
        return moment + self.period


@dataclass(frozen=True, slots=True)
class Cron:
    """Sets of allowed values a field; ``weekdays`` as AWS counts them, 1 is Sunday."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    years: frozenset[int]

    def after(self, moment: datetime) -> datetime:
        """The first moment later than ``moment`` that fits. Raises ScheduleError when there is none in five years."""
        moment = moment.astimezone(UTC)
        for day in _days(moment.date()):
            if not self._fits(day):
                continue
            for hour in sorted(self.hours):
                for minute in sorted(self.minutes):
                    found = datetime.combine(day, time(hour, minute), UTC)
                    if found > moment:
                        return found
        raise ScheduleError("the schedule never fires")

    def _fits(self, day: date) -> bool:
        return (
            day.year in self.years
            and day.month in self.months
            and day.day in self.days
            and day.isoweekday() % 7 + 1 in self.weekdays
        )


Schedule = Rate | Cron


def parse(expression: str) -> Schedule:
    """Raises ScheduleError, also for ``L``, ``W`` and ``#``, which nothing here uses."""
    rate = re.fullmatch(r"rate\(([1-9]\d*) (minute|hour|day)s?\)", expression)
    if rate:
        return Rate(int(rate[1]) * _UNITS[rate[2]])
    cron = re.fullmatch(r"cron\((.+)\)", expression)
    parts = cron[1].split() if cron else []
    if len(parts) != _FIELDS:
        raise ScheduleError(f"not a schedule: {expression}")
    minute, hour, day, month, weekday, year = parts
    if (day == "?") == (weekday == "?"):
        raise ScheduleError(f"one of day and weekday must be ?: {expression}")
    return Cron(
        minutes=_field(minute, 0, 59),
        hours=_field(hour, 0, 23),
        days=_field(day, 1, 31),
        months=_field(month, 1, 12, _MONTHS),
        weekdays=_field(weekday, 1, 7, _DAYS),
        years=_field(year, 1970, 2199),
    )


def _days(first: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range(_HORIZON))


def _field(text: str, low: int, high: int, names: list[str] | None = None) -> frozenset[int]:
    found: set[int] = set()
    for part in text.upper().split(","):
        match = re.fullmatch(r"(\*|\?|[A-Z]{3}|\d+)(?:-([A-Z]{3}|\d+))?(?:/([1-9]\d*))?", part)
        if not match:
            raise ScheduleError(f"cannot read {part} in a schedule")
        first, last, step = match.groups()
        if first in "*?":
            start, end = low, high
        else:
            start = _number(first, low, names)
            end = _number(last, low, names) if last else (high if step else start)
        if not low <= start <= end <= high:
            raise ScheduleError(f"{part} is out of range in a schedule")
        found.update(range(start, end + 1, int(step or 1)))
    return frozenset(found)


def _number(text: str, low: int, names: list[str] | None) -> int:
    if text.isdecimal():
        return int(text)
    if names and text in names:
        return names.index(text) + low
    raise ScheduleError(f"cannot read {text} in a schedule")
