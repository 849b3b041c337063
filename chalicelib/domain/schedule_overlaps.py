"""Two active schedules of one person never hold at one time (APT-1), pure rules.

1. Hours are compared as moments, so clinics of different zones compare rightly.
2. Judged is what a change adds to the hours there were: a leave, or another room, is never refused for hours that
   met before.
3. The days are those from today to the longer of two horizons, four weeks at least: what lies later is judged by the
   next change that is entered.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.domain.schedules import ONE_DAY, Interval, Schedule, State, joined

LEAST = timedelta(days=28)


def clash(new: Schedule, old: Schedule | None, others: Iterable[Schedule], now: datetime) -> Schedule | None:
    """The first of ``others`` that holds at a time at which ``new`` does and ``old``, whose place it takes, did not.

    Closed ones, and ``new`` itself, hold at no time. The work grows with the hours of each, not with their product.
    """
    for other in others:
        if other.id == new.id or State.CLOSED in {new.state, other.state}:
            continue
        first = new.local_day(now)
        last = first + max(LEAST, max(new.horizon_days, other.horizon_days) * ONE_DAY)
        around = (first - ONE_DAY, last + ONE_DAY)
        added = without(worked(new, first, last), [] if old is None else worked(old, *around))
        if without(added, worked(other, *around)) != added:
            return other
    return None


def worked(schedule: Schedule, first: date, last: date) -> list[Interval]:
    """Hours of the days from ``first`` to ``last`` of its zone, in order. Where the clock skips or repeats a time, all
    that it can mean belongs to them.
    """
    zone, found = ZoneInfo(schedule.zone), []
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        midnight = datetime.combine(day, datetime.min.time())
        for hours in schedule.hours_on(day):
            begins = _readings(midnight + timedelta(minutes=hours.start), zone)
            found.append(Interval(min(begins), max(_readings(midnight + timedelta(minutes=hours.end), zone))))
    return joined(found)


def without(whole: Sequence[Interval], gone: Sequence[Interval]) -> list[Interval]:
    """What is left of ``whole``; both in order, none of one touching another of it."""
    left: list[Interval] = []
    at = 0
    for one in whole:
        start = one.start
        while at < len(gone) and gone[at].start < one.end:
            if start < gone[at].start:
                left.append(Interval(start, gone[at].start))
            start = max(start, gone[at].end)
            if gone[at].end > one.end:
                break  # it reaches into the next one
            at += 1
        if start < one.end:
            left.append(Interval(start, one.end))
    return left


def _readings(wall: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return first, second
