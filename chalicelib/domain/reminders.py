"""When people are reminded of what is due (APT-3): moments of the clock of their own zone, out of their quiet hours.

What would fall into quiet hours is moved, or not, by what it is about (``SHIFTS``). How long beforehand is our own
choice: no law says it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain.ages import DEFAULT_ZONE


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of the night in which nobody is disturbed: from ``start``, over midnight or not, until before ``end``."""

    start: time
    end: time

    def holds(self, at: time) -> bool:
        if self.start <= self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end

    def begun(self, moment: datetime, zone: str) -> datetime | None:
        """When the hours began in which a moment lies, in UTC; None for one of the day."""
        here = moment.astimezone(ZoneInfo(zone))
        if not self.holds(here.time()):
            return None
        day = here.date() - timedelta(days=self.start > self.end and here.time() < self.end)
        return datetime.combine(day, self.start, ZoneInfo(zone)).astimezone(UTC)

    def over(self, moment: datetime, zone: str) -> datetime | None:
        """When the hours end in which a moment lies, in UTC; None for one of the day.

        Where clocks go back over the end it is the first time that they show it, and while they show such an hour
        again, the second; where they go forward over it, the moment that the old time would have been.
        """
        here = moment.astimezone(ZoneInfo(zone))
        if not self.holds(here.time()):
            return None
        day = here.date() + timedelta(days=self.start > self.end and here.time() >= self.start)
        end = datetime.combine(day, self.end, ZoneInfo(zone))
        moments = (end.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
        return next((one for one in moments if one > moment), None)


QUIET = Quiet(time(22), time(8))
"""Without a wish of the person."""

EVENING = timedelta(hours=2)
"""How long before the quiet hours what is moved to the evening comes: at 20:00 of the usual ones."""

MORNING = time(10)
"""When a reminder comes that is about a day."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person said about when they are told. ``zone``: IANA."""

    zone: str = DEFAULT_ZONE
    quiet: Quiet = QUIET


USUAL = Wishes()


def wishes_of(profile: Mapping[str, Any] | None) -> Wishes:
    """Plain attributes of the profile row: ``zone``, and ``quiet`` with ``start`` and ``end`` as ``22:00``."""
    if profile is None:
        return USUAL
    quiet = profile.get("quiet")
    hours = Quiet(time.fromisoformat(quiet["start"]), time.fromisoformat(quiet["end"])) if quiet else QUIET
    return Wishes(str(profile.get("zone") or DEFAULT_ZONE), hours)


class Shift(StrEnum):
    """What becomes of a reminder that would come in quiet hours."""

    EARLIER = "earlier"
    LATER = "later"
    KEPT = "kept"


SHIFTS: Mapping[str, Shift] = {
    "visit": Shift.EARLIER,  # after the night it may be too late
    "visit-extra": Shift.LATER,
    "test": Shift.LATER,
    "intake": Shift.KEPT,  # the person chose the hour
    "vaccination": Shift.LATER,
    "consent": Shift.LATER,
    "representation": Shift.LATER,
    "representation-age": Shift.LATER,
    "prescription-expiry": Shift.LATER,
    "case-term": Shift.LATER,
}
"""Topics of timers. Names are stored: never rename, never reuse."""

VISIT_AHEAD = (timedelta(hours=24), timedelta(hours=2))
EXTRA_AHEAD = timedelta(hours=72)
"""When it is chosen who gets one more reminder of a visit (domain/no_show.py): there is time to move or cancel."""
EXTRA_LEAD = EXTRA_AHEAD + timedelta(hours=24)
"""Only of visits that were booked so long before: who booked yesterday remembers."""
EXTRA_LAST = timedelta(hours=48)
"""Nearer to the visit it does not come: the usual reminder is next."""
APART = timedelta(hours=3)
"""Two reminders of one visit are no closer: what was planned by other quiet hours is not told of twice."""
DAY_APART = timedelta(hours=12)
"""The same of reminders that are about days."""
LOOK_AGAIN = timedelta(days=90)
"""When a plan of vaccinations is looked at anew of which nothing lies ahead: what is overdue today has no day to come,
and a season that begins has. Shorter than the time between two seasons.
"""
TEST_DAYS = (-7, -1, 7)
"""From the planned day on: a week and a day before, and once when it is a week over."""
END_AHEAD: Mapping[str, tuple[timedelta, ...]] = {
    "consent": (timedelta(days=7), timedelta(days=1)),
    "representation": (timedelta(days=7), timedelta(0)),
    "representation-age": (timedelta(days=30), timedelta(days=7), timedelta(0)),
}


def moved(moment: datetime, topic: str, zone: str = DEFAULT_ZONE, quiet: Quiet = QUIET) -> datetime:
    """When a reminder of a topic comes that was to come at ``moment``, in UTC."""
    comes: datetime | None = None
    match SHIFTS[topic]:
        case Shift.EARLIER:
            night = quiet.begun(moment, zone)
            comes = night - EVENING if night else None
        case Shift.LATER:
            comes = quiet.over(moment, zone)
    return comes or moment.astimezone(UTC)


def visit_moments(start: datetime, now: datetime, zone: str = DEFAULT_ZONE, quiet: Quiet = QUIET) -> list[datetime]:
    """When to remind of a visit, soonest first, in UTC: a day and two hours before, in the evening where that is night.

    Only what lies ahead of ``now``: empty for a visit that is too near.
    """
    found = {moved(start - ahead, "visit", zone, quiet) for ahead in VISIT_AHEAD}
    return sorted(moment for moment in found if now < moment < start)


def extra_moment(start: datetime, now: datetime, zone: str = DEFAULT_ZONE) -> datetime | None:
    """When it is chosen whether one more reminder of a visit comes, in UTC; None for one that is too near for it."""
    return moved(start - EXTRA_AHEAD, "visit-extra", zone) if start - now >= EXTRA_LEAD else None


def morning(day: date, topic: str, wishes: Wishes = USUAL) -> datetime:
    """When a reminder comes that is about a day, in UTC."""
    return moved(datetime.combine(day, MORNING, ZoneInfo(wishes.zone)), topic, wishes.zone, wishes.quiet)


def study_moments(day: date, wishes: Wishes = USUAL) -> list[datetime]:
    """When to remind of a test that is planned for a day, in UTC."""
    return [morning(day + timedelta(days=days), "test", wishes) for days in TEST_DAYS if _in_calendar(day, days)]


def study_notice(day: date, today: date) -> str:
    """The notice of a test at a reminder on a day; "" where it came too late to say anything."""
    if today < day:
        return "test_soon"
    return "test_overdue" if (today - day).days >= TEST_DAYS[-1] else ""


def end_moments(end: datetime, topic: str, wishes: Wishes = USUAL) -> list[datetime]:
    """When to tell that something ends, in UTC."""
    return [moved(end - ahead, topic, wishes.zone, wishes.quiet) for ahead in END_AHEAD[topic]]


def next_of(moments: Iterable[datetime], now: datetime) -> datetime | None:
    """The soonest that lies ahead."""
    return min((moment for moment in moments if moment > now), default=None)


def _in_calendar(day: date, days: int) -> bool:
    return date.min.toordinal() + 1 < day.toordinal() + days < date.max.toordinal() - 1


def soonest(due: Sequence[date], today: date) -> date | None:
    """Of the days on which something becomes due, the one that comes next."""
    return min((day for day in due if day > today), default=None)
