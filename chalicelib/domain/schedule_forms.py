"""What a clinic may enter as a schedule, its rules and its exceptions (APT-1), pure rules.

1. The zone is that of a place, the specialty is on the list.
2. Hours end on the day they began, later than they began; a rule has room for one slot at least.
3. No two rules of a schedule hold at one time; no two exceptions share a day, no two hours of an exception a minute.
4. Days lie near enough to be meant: ``EARLIEST`` and ``LATEST`` from today.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from chalicelib.domain.schedules import (
    ONE_DAY,
    DayRule,
    Hours,
    Interval,
    Schedule,
    exception_of,
    minutes,
    overlapping,
    rule_of,
)
from chalicelib.domain.specialties import SPECIALTIES
from chalicelib.domain.zones import is_zone
from chalicelib.errors import FieldProblem, InvalidFieldsError

EARLIEST, LATEST = timedelta(days=3660), timedelta(days=3660)
MOST_RULES, MOST_EXCEPTIONS = 50, 200
LONGEST_STRETCH = 1100
"""Days of one exception: a leave to look after a child lasts three years (Labour Code, article 256)."""


MOMENT = timedelta(microseconds=1)
MOST_DAYS = 31
"""Days whose free slots one call asks for."""


@dataclass(frozen=True, slots=True)
class Change:
    """``version``: what the caller read; ``dry_run``: say what would be, and change nothing."""

    version: int
    dry_run: bool = False
    language: str = "ru"


@dataclass(frozen=True, slots=True)
class Days:
    """The time that is asked for: a date is a day in the zone of each schedule, and belongs to it; a moment is one, and
    as ``last`` does not. Without them: from today, ``MOST_DAYS`` of them.
    """

    first: date | datetime | None = None
    last: date | datetime | None = None

    def of(self, schedule: Schedule, now: datetime) -> tuple[date, date]:
        """The days on which the schedule may have a free slot; the last may lie before the first."""
        today = schedule.local_day(now)
        first = _day_in(schedule, self.first) or today
        furthest = first + (MOST_DAYS - 1) * ONE_DAY
        last = _day_in(schedule, self.last) or furthest
        return max(first, today), min(last, furthest, today + schedule.horizon_days * ONE_DAY)

    def have(self, slot: Interval) -> bool:
        """Whether a slot of these days lies between the moments too."""
        late = isinstance(self.first, datetime) and slot.start < self.first
        return not late and not (isinstance(self.last, datetime) and slot.start >= self.last)


def check_days(days: Days, today: date) -> None:
    """Raises InvalidFieldsError."""
    asked = (("?from", days.first), ("?to", days.last))
    problems = [_far(field) for field, day in asked if day is not None and abs(_date(day) - today) > LATEST]
    if not problems and days.first is not None and days.last is not None:
        last = _date(days.last - MOMENT if isinstance(days.last, datetime) else days.last)
        if last < _date(days.first):
            problems.append(FieldProblem("?to", "range", "the last day is before the first"))
        if (last - _date(days.first)).days >= MOST_DAYS:
            problems.append(FieldProblem("?to", "range", f"at most {MOST_DAYS} days"))
    if problems:
        raise InvalidFieldsError(fields=tuple(problems))


def check_day(day: date, today: date) -> None:
    """Raises InvalidFieldsError."""
    if abs(day - today) > LATEST:
        raise InvalidFieldsError(fields=(_far("?day"),))


def _far(field: str) -> FieldProblem:
    return FieldProblem(field, "range", "a day within ten years of today")


def _date(day: date | datetime) -> date:
    return day.date() if isinstance(day, datetime) else day


def _day_in(schedule: Schedule, day: date | datetime | None) -> date | None:
    return schedule.local_day(day) if isinstance(day, datetime) else day


def check_specialty(code: str) -> None:
    """Raises InvalidFieldsError."""
    if code not in SPECIALTIES:
        raise InvalidFieldsError(fields=(FieldProblem("/specialty", "unknown", "no such specialty is on the list"),))


def check_settings(form: Mapping[str, Any], today: date) -> None:
    """``form``: zone, slot_minutes and rules as rows. Raises InvalidFieldsError with every broken field named."""
    problems = [*_of_zone(form["zone"]), *_of_rules(form["rules"], form["slot_minutes"], today)]
    if problems:
        raise InvalidFieldsError(fields=tuple(problems))


def check_exception(form: Mapping[str, Any], others: Sequence[DayRule], today: date) -> None:
    """``form``: an exception as a row. Raises InvalidFieldsError."""
    problems = [
        *_of_days(form["first"], form["last"], "/last", today),
        *(problem for n, one in enumerate(form["hours"]) for problem in _of_hours(one, f"/hours/{n}")),
    ]
    if not problems:
        made = exception_of(form)
        if (made.last - made.first).days >= LONGEST_STRETCH:
            problems.append(FieldProblem("/last", "range", f"at most {LONGEST_STRETCH} days"))
        if overlapping(made.hours):
            problems.append(FieldProblem("/hours", "overlap", "hours of one day do not overlap"))
        if any(made.overlaps(other) for other in others):
            problems.append(FieldProblem("/last", "overlap", "another exception has one of these days"))
        if len(others) >= MOST_EXCEPTIONS:
            problems.append(FieldProblem("/first", "too-many", f"at most {MOST_EXCEPTIONS} exceptions in a schedule"))
    if problems:
        raise InvalidFieldsError(fields=tuple(problems))


def _of_zone(name: str) -> Iterator[FieldProblem]:
    if not is_zone(name):
        yield FieldProblem("/zone", "unknown", "no such time zone, for example Europe/Moscow")


def _of_rules(rules: Sequence[Mapping[str, Any]], slot_minutes: int, today: date) -> Iterator[FieldProblem]:
    broken = False
    for n, rule in enumerate(rules):
        problems = [
            *_of_hours(rule, f"/rules/{n}"),
            *_of_days(rule["valid_from"], rule.get("valid_until", ""), f"/rules/{n}/valid_until", today),
        ]
        if not problems and minutes(rule["end"]) - minutes(rule["start"]) < slot_minutes:
            problems.append(FieldProblem(f"/rules/{n}/end", "range", "not one slot has room in these hours"))
        broken = broken or bool(problems)
        yield from problems
    if broken:
        return
    made = [rule_of(rule) for rule in rules]
    for n, rule_made in enumerate(made):
        if any(rule_made.overlaps(earlier) for earlier in made[:n]):
            yield FieldProblem(f"/rules/{n}", "overlap", "another rule holds at the same time")


def _of_hours(row: Mapping[str, Any], field: str) -> Iterator[FieldProblem]:
    hours = Hours(minutes(row["start"]), minutes(row["end"]))
    if hours.end <= hours.start:
        yield FieldProblem(f"{field}/end", "range", "hours end on the day they began: make two of those over midnight")


def _of_days(first: str, last: str, field: str, today: date) -> Iterator[FieldProblem]:
    days = [date.fromisoformat(day) for day in (first, last) if day]
    if days[-1] < days[0]:
        yield FieldProblem(field, "range", "the last day is before the first")
    if not all(today - EARLIEST <= day <= today + LATEST for day in days):
        yield _far(field)
