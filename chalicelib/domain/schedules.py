"""A doctor's schedule in one organisation and the slots that follow from it (APT-1), pure rules.

1. A schedule speaks in the wall clock of its own zone; a slot is an interval of UTC, ``slot_minutes`` of real time.
2. Of a day: an exception that covers it says its hours (none: closed); a public holiday has none unless the doctor
   works on holidays; otherwise the rules that hold on it do. What is between two rules is the break.
3. Slots begin at the start of the hours and follow each other by the wall clock. One whose start the clock skips is
   not there; of a start that comes twice the first one counts; one that would run into the slot before it or past the
   end of the hours is not there either.
4. Slots are computed and never stored; the rows of a schedule say which are taken (ports/schedule_rows.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain.moments import local_day
from chalicelib.domain.public_holidays import is_holiday

ONE_DAY = timedelta(days=1)
PERIOD = 14
"""Days after which every rule repeats itself: rules hold every week or every second one."""


class State(StrEnum):
    """Stored: never rename, never reuse."""

    ACTIVE = "active"
    CLOSED = "closed"


class Reason(StrEnum):
    """Why a day is not as the rules say. Stored: never rename, never reuse."""

    LEAVE = "leave"
    SICKNESS = "sickness"
    HOLIDAY = "holiday"
    TRAINING = "training"
    OTHER = "other"


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """``start`` belongs to it, ``end`` does not; both aware, in UTC."""

    start: datetime
    end: datetime

    def meets(self, other: Interval) -> bool:
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True, order=True)
class Hours:
    """Minutes from midnight by the wall clock: ``0 <= start < end <= 1440``."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Rule:
    """``weekdays``: 1 (Monday) to 7. ``start``, ``end``: as in ``Hours``. ``every_weeks``: 1, or 2 for each second week
    counted from the week of ``valid_from``. ``valid_until`` is the last day, None for no end.
    """

    weekdays: frozenset[int]
    start: int
    end: int
    valid_from: date
    valid_until: date | None = None
    every_weeks: int = 1

    def holds_on(self, day: date) -> bool:
        within = self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)
        return (
            within
            and day.isoweekday() in self.weekdays
            and (_week(day) - _week(self.valid_from)) % self.every_weeks == 0
        )

    def overlaps(self, other: Rule) -> bool:
        """Whether on some day both hold at one time."""
        if self.start >= other.end or other.start >= self.end:
            return False
        first = max(self.valid_from, other.valid_from).toordinal()
        days = [date.fromordinal(first + n) for n in range(PERIOD) if first + n <= date.max.toordinal()]
        return any(self.holds_on(day) and other.holds_on(day) for day in days)


@dataclass(frozen=True, slots=True)
class DayRule:
    """An exception: from ``first`` to ``last`` day these hours hold and no others; without hours it is closed. No two
    of one schedule share a day, so ``first`` names it.
    """

    first: date
    last: date
    reason: Reason
    hours: tuple[Hours, ...] = ()

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last

    def overlaps(self, other: DayRule) -> bool:
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True, slots=True)
class Schedule:
    """``notice_minutes``: how late can be booked; ``horizon_days``: how far ahead; ``cancel_hours``: until how long
    before the start a patient cancels without the clinic. ``person_id``: the doctor, never shown. ``doctor``,
    ``position``: as the clinic publishes them (323-ФЗ, article 79).
    """

    id: str
    organisation_id: str
    member_id: str
    person_id: str
    doctor: str
    position: str
    specialty: str
    room: str
    zone: str
    slot_minutes: int
    rules: tuple[Rule, ...]
    exceptions: tuple[DayRule, ...]
    horizon_days: int
    notice_minutes: int
    cancel_hours: int
    referral: bool
    works_on_holidays: bool
    state: State
    version: int

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Schedule:
        return cls(
            id=row["id"],
            organisation_id=row["organisation"],
            member_id=row["member"],
            person_id=row["person"],
            rules=tuple(rule_of(rule) for rule in row["rules"]),
            exceptions=tuple(exception_of(one) for one in row["exceptions"]),
            state=State(row["state"]),
            version=int(row["ver"]),
            doctor=row["doctor"],
            position=row["position"],
            specialty=row["specialty"],
            room=row["room"],
            zone=row["zone"],
            slot_minutes=int(row["slot_minutes"]),
            horizon_days=int(row["horizon_days"]),
            notice_minutes=int(row["notice_minutes"]),
            cancel_hours=int(row["cancel_hours"]),
            referral=bool(row["referral"]),
            works_on_holidays=bool(row["works_on_holidays"]),
        )

    def hours_on(self, day: date) -> list[Hours]:
        """When the doctor works on a day, in order."""
        for exception in self.exceptions:
            if exception.covers(day):
                return sorted(exception.hours)
        if is_holiday(day) and not self.works_on_holidays:
            return []
        return sorted(Hours(rule.start, rule.end) for rule in self.rules if rule.holds_on(day))

    def local_day(self, moment: datetime) -> date:
        return local_day(moment, self.zone)


def slots(schedule: Schedule, first: date, last: date) -> Iterator[Interval]:
    """All slots that begin on the days from ``first`` to ``last`` of the schedule's zone, in order, free or not.

    Days are those of the rules alone: whether the schedule is active, and how far ahead it is open, ``free`` looks at.
    """
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        yield from _of_day(schedule, date.fromordinal(ordinal))


def free(
    offered: Iterable[Interval], taken: Sequence[Interval], now: datetime, schedule: Schedule
) -> Iterator[Interval]:
    """Those of ``offered`` (in order) that can be booked now: none of a closed schedule, none in what is ``taken``."""
    if schedule.state is not State.ACTIVE:
        return
    blocks, at = joined(taken), 0
    for slot in offered:
        while at < len(blocks) and blocks[at].end <= slot.start:
            at += 1
        if bookable(schedule, slot, now) and not (at < len(blocks) and blocks[at].meets(slot)):
            yield slot


def bookable(schedule: Schedule, slot: Interval, now: datetime) -> bool:
    """Whether a slot lies neither too near nor too far ahead."""
    latest = schedule.local_day(now) + schedule.horizon_days * ONE_DAY
    return slot.start >= now + timedelta(minutes=schedule.notice_minutes) and (schedule.local_day(slot.start) <= latest)


def slot_at(schedule: Schedule, start: datetime) -> Interval | None:
    """The slot that begins at this moment, taken or not; None where the schedule has none."""
    found = _of_day(schedule, schedule.local_day(start))
    return next((slot for slot in found if slot.start == start), None)


def _of_day(schedule: Schedule, day: date) -> Iterator[Interval]:
    zone, length = ZoneInfo(schedule.zone), timedelta(minutes=schedule.slot_minutes)
    midnight, before = datetime.combine(day, datetime.min.time()), datetime.min.replace(tzinfo=UTC)
    begun, over = (each.replace(tzinfo=zone).utcoffset() for each in (midnight, midnight + ONE_DAY))
    steady = (midnight.replace(tzinfo=UTC) - begun) if begun is not None and begun == over else None
    for hours in schedule.hours_on(day):
        for minute in range(hours.start, hours.end - schedule.slot_minutes + 1, schedule.slot_minutes):
            if steady is not None:  # nearly every day: the clock is the same from midnight to midnight
                start = steady + timedelta(minutes=minute)
                yield Interval(start, start + length)
                continue
            wall = midnight + timedelta(minutes=minute)
            start = wall.replace(tzinfo=zone).astimezone(UTC)
            if start.astimezone(zone).replace(tzinfo=None) != wall or start < before:
                continue  # the clock skips this start, or the slot before it lasts till later
            slot = Interval(start, start + length)
            last_moment = (slot.end - timedelta(microseconds=1)).astimezone(zone).replace(tzinfo=None)
            if last_moment < midnight + timedelta(minutes=hours.end):
                before = slot.end
                yield slot


def joined(busy: Sequence[Interval]) -> list[Interval]:
    """The same time in intervals that do not touch each other, in order."""
    whole: list[Interval] = []
    for one in sorted(busy):
        if whole and one.start <= whole[-1].end:
            whole[-1] = Interval(whole[-1].start, max(whole[-1].end, one.end))
        else:
            whole.append(one)
    return whole


def overlapping(hours: Sequence[Hours]) -> bool:
    return any(later.start < earlier.end for earlier, later in pairwise(sorted(hours)))


# --- as rows


def rule_of(row: Mapping[str, Any]) -> Rule:
    until = row.get("valid_until")
    return Rule(
        weekdays=frozenset(int(day) for day in row["weekdays"]),
        start=minutes(row["start"]),
        end=minutes(row["end"]),
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_until=date.fromisoformat(until) if until else None,
        every_weeks=int(row["every_weeks"]),
    )


def exception_of(row: Mapping[str, Any]) -> DayRule:
    return DayRule(
        first=date.fromisoformat(row["first"]),
        last=date.fromisoformat(row["last"]),
        reason=Reason(row["reason"]),
        hours=tuple(Hours(minutes(one["start"]), minutes(one["end"])) for one in row["hours"]),
    )


def minutes(clock: str) -> int:
    """``HH:MM`` as minutes from midnight; ``24:00`` is the end of the day."""
    hours, rest = clock.split(":")
    return int(hours) * 60 + int(rest)


def _week(day: date) -> int:
    """Number of its week, Monday to Sunday."""
    return (day.toordinal() - 1) // 7
