"""When a drug is taken: times of the clock where the person is, every so many days (APT-3, REC-7).

A time that a change of clocks leaves out (02:30 of a night in March) comes as much later as the clock went forward; one
that comes twice is the first of both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

TOO_LATE = timedelta(hours=2)
"""An intake that is so long ago is not reminded of any more: what was missed is not to be taken with the next."""
MARK_WITHIN = timedelta(days=7)
"""For so long what was taken, or not, may be marked."""
MARK_AHEAD = timedelta(hours=12)
"""So long before its time an intake may be marked: who goes to bed early takes it early."""
LAST_YEAR = 9000
"""Nothing is planned beyond it: the calendar of the machine ends with 9999."""


@dataclass(frozen=True, slots=True)
class Regimen:
    """``first``: the day from which every ``every`` days are counted. ``last``: the last day, None without an end."""

    times: tuple[time, ...]
    every: int
    first: date
    last: date | None
    zone: str

    def after(self, moment: datetime) -> datetime | None:
        """The first intake after a moment, in UTC; None when there is none any more."""
        zone = ZoneInfo(self.zone)
        day = self._fitting(moment.astimezone(zone).date() - timedelta(days=1))
        while self.times and day.year <= LAST_YEAR and (self.last is None or day <= self.last):
            found = sorted(datetime.combine(day, at, zone).astimezone(UTC) for at in self.times)
            ahead = [at for at in found if at > moment]
            if ahead:
                return ahead[0]
            day += timedelta(days=self.every)
        return None

    def _fitting(self, day: date) -> date:
        """The first day of the regimen that is not before ``day``."""
        gone = max(0, (day - self.first).days)
        return self.first + timedelta(days=-(-gone // self.every) * self.every)

    def plain(self) -> dict[str, Any]:
        """As it stands in a timer: hours and days, and nothing of what is taken."""
        return {
            "times": [f"{at:%H:%M}" for at in self.times],
            "every": self.every,
            "first": self.first.isoformat(),
            "last": self.last.isoformat() if self.last else "",
            "zone": self.zone,
        }


def regimen(about: Mapping[str, Any]) -> Regimen:
    """What ``plain`` made."""
    return Regimen(
        times=tuple(time.fromisoformat(at) for at in about["times"]),
        every=int(about["every"]),
        first=date.fromisoformat(about["first"]),
        last=date.fromisoformat(about["last"]) if about["last"] else None,
        zone=str(about["zone"]),
    )


def prescribed(body: Mapping[str, Any], zone: str) -> Regimen | None:
    """The regimen of a medication statement; None for one that is not taken now, or says no hour."""
    intake = body.get("intake") or {}
    times = sorted({time.fromisoformat(at) for at in intake.get("times", ())})
    if body.get("status", "active") != "active" or not times:
        return None
    ended = body.get("ended_on")
    return Regimen(
        times=tuple(times),
        every=int(intake.get("every_days", 1)),
        first=date.fromisoformat(body["started_on"]),
        last=date.fromisoformat(ended) if ended else None,
        zone=zone,
    )


def may_mark(when: datetime, now: datetime) -> bool:
    return now - MARK_WITHIN <= when <= now + MARK_AHEAD


def marked(marks: Sequence[Mapping[str, Any]], mark: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The marks of a day with one more, in the place of what was said of the same intake; by time."""
    of = ("medication_statement", "when")
    kept = [one for one in marks if any(one[name] != mark[name] for name in of)]
    return sorted([*kept, mark], key=lambda one: (one["when"], one["medication_statement"]))
