"""The waiting list as a process (APT-2), pure rules.

    waiting ──offer──▶ offered ──accept──▶ booked
       ▲                  │
       └── decline, lapse ┘          waiting, offered ──▶ left (the person), ended (``End`` says why)

A slot is offered to one person at a time, in the order of arrival; a registrar may put somebody first, with a reason.
An offer stands for two hours of the day: nobody loses it while asleep. How long is our own choice: no law says it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from chalicelib.domain.moments import local_day
from chalicelib.domain.reminders import QUIET, Quiet
from chalicelib.errors import FieldProblem, InvalidFieldsError, WrongStateError


class State(StrEnum):
    """Stored: never rename, never reuse."""

    WAITING = "waiting"
    OFFERED = "offered"
    BOOKED = "booked"
    LEFT = "left"
    ENDED = "ended"


class End(StrEnum):
    """Why an entry ended. Stored: never rename, never reuse."""

    UNTIL = "until"
    LAPSED = "lapsed"
    BOOKED_OTHERWISE = "booked-otherwise"


class Part(StrEnum):
    """Parts of the day by the clock of the schedule. Stored: never rename, never reuse."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


AFTERNOON, EVENING = time(12), time(17)
"""When they begin."""

OPEN = frozenset({State.WAITING, State.OFFERED})
MOST_OPEN = 5
"""Open entries of one person."""
LONGEST_WAIT = timedelta(days=180)
OFFER = timedelta(hours=2)
"""How long an offer stands, in hours out of the night."""
LEAST = timedelta(minutes=15)
"""A slot that could be offered for less is free for all at once."""
MOST_LAPSED = 3
"""Offers one after another that somebody may leave without an answer; then they are taken to wait no longer."""
REMEMBERED = 20
"""So many slots that somebody declined are remembered; they are not offered them again."""


@dataclass(frozen=True, slots=True)
class Wish:
    """When a person could come. ``weekdays``: 1 is Monday; empty: any day. ``parts`` empty: any part of the day."""

    first: date
    last: date
    weekdays: frozenset[int] = frozenset()
    parts: frozenset[Part] = frozenset()

    def fits(self, start: datetime, zone: str) -> bool:
        """Whether a slot that begins at ``start`` is one that they wait for, by the clock of its schedule."""
        here = start.astimezone(ZoneInfo(zone))
        if not self.first <= here.date() <= self.last:
            return False
        if self.weekdays and here.isoweekday() not in self.weekdays:
            return False
        return not self.parts or part_of(here.time()) in self.parts


def part_of(at: time) -> Part:
    if at < AFTERNOON:
        return Part.MORNING
    return Part.AFTERNOON if at < EVENING else Part.EVENING


def checked(wish: Wish, today: date) -> None:
    """Raises InvalidFieldsError for days that lie behind, end before they begin, or are too many."""
    problems = []
    if wish.last < wish.first:
        problems.append(FieldProblem("/last", "order", "the last day comes before the first"))
    elif wish.last < today:
        problems.append(FieldProblem("/last", "past", "the last day lies behind"))
    if wish.last > today + LONGEST_WAIT:
        problems.append(FieldProblem("/last", "range", f"at most {LONGEST_WAIT.days} days ahead"))
    if problems:
        raise InvalidFieldsError(fields=tuple(problems))


def ends_at(wish: Wish, zone: str) -> datetime:
    """The end of the last day, in UTC."""
    return datetime.combine(wish.last + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC)


def held_until(now: datetime, latest: datetime, zone: str, quiet: Quiet = QUIET) -> datetime | None:
    """Until when an offer made at ``now`` stands, in UTC; None: there is no time to offer it.

    ``latest``: the last moment at which the slot may be booked. ``zone``, ``quiet``: of the person. It never ends in
    the night: it goes on until the hours of the day are two, and ends in the evening where the slot cannot wait.
    """
    begins = quiet.over(now, zone) or now
    ends = begins + OFFER
    evening, morning = quiet.begun(ends, zone), quiet.over(ends, zone)
    if evening is not None and morning is not None:
        ends = morning + (ends - evening)
    ends = min(ends, latest)
    ends = quiet.begun(ends, zone) or ends
    return ends.astimezone(UTC) if ends - begins >= LEAST else None


def stands_until(now: datetime, latest: datetime, zones: Collection[str], quiet: Quiet = QUIET) -> datetime | None:
    """As ``held_until`` for somebody who may live by any of these clocks: they get the longest; None where by one of
    them there is no time.
    """
    found = [held_until(now, latest, zone, quiet) for zone in zones]
    return max((one for one in found if one is not None), default=None) if None not in found else None


def place(entry_id: str, *, first: bool) -> str:
    """Where an entry stands in its list: whom a registrar put first before all others, then by arrival (UUIDv7)."""
    return f"{0 if first else 1}#{entry_id}"


def still_open(state: State) -> None:
    """Raises WrongStateError for an entry that has ended."""
    if state not in OPEN:
        raise WrongStateError(f"the entry is {state.value}", extra={"state": state.value})


# --- changes by the clinic

ANSWERED_BY = time(18)
"""What a clinic displaced is answered by this hour of the day before, by the clock of the schedule."""
SHORT_NOTICE = timedelta(hours=2)
"""At least so long there is to answer, unless the visit begins sooner."""


def answer_by(start: datetime, now: datetime, zone: str) -> datetime:
    """Until when somebody may answer whose visit was displaced, in UTC; then the clinic cancels it."""
    before = local_day(start, zone) - timedelta(days=1)
    evening = datetime.combine(before, ANSWERED_BY, ZoneInfo(zone)).astimezone(UTC)
    return max(evening, min(now + SHORT_NOTICE, start)).astimezone(UTC)
