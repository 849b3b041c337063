"""Times that an outside scheduling system has taken, or given back (PRT-5), pure rules.

1. A time is known by the UID that the outside system gave it; a change of it by its version: SEQUENCE, then the moment
   of the change (RFC 5546, 2.1.4 and 2.1.5). The newest version counts, in whatever order changes come.
2. Older is ``stale``; the same again is ``unchanged``; the same version with other content is a ``conflict``: what
   stands stays, and a person decides, once (``settled``).
3. A cancelled time is remembered like any other, or an older message would bring it back.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain.identifiers import problem
from chalicelib.domain.moments import moment_of, stamp
from chalicelib.domain.schedules import Interval


class Status(StrEnum):
    """Stored: never rename, never reuse."""

    BUSY = "busy"
    CANCELLED = "cancelled"


class Outcome(StrEnum):
    """What became of one change. Public: never rename, never reuse."""

    APPLIED = "applied"
    UNCHANGED = "unchanged"
    STALE = "stale"
    CONFLICT = "conflict"
    REFUSED = "refused"


LONGEST = timedelta(hours=25)
"""A day on which the clock goes back has so many hours."""
BACK, AHEAD = timedelta(days=31), timedelta(days=400)
"""How far from now a time may lie."""
CLOCK = timedelta(days=1)
"""How far ahead of ours the clock of an outside system may be."""
HIGHEST = 2**31 - 1
KEPT = timedelta(days=400)
"""How long after its end the version of a time is remembered."""


@dataclass(frozen=True, slots=True)
class Change:
    """One version of one time. ``start`` and ``end``: aware moments, or dates for whole days in the schedule's zone;
    None of a cancelled one, whose times do not matter. ``schedule``: our id, or ``outside_id``: the outside system's.
    """

    uid: str
    sequence: int
    at: datetime
    status: Status
    start: date | None = None
    end: date | None = None
    schedule: str = ""
    outside_id: str = ""

    @property
    def version(self) -> tuple[int, str]:
        return self.sequence, stamp(self.at)


def change_of(said: Mapping[str, Any]) -> Change:
    """A change as JSON says it, its moments with an offset. Raises InvalidFieldsError."""
    status = Status(said["status"])
    at = _moment("/stamp", said["stamp"])
    times: tuple[datetime | None, datetime | None] = (None, None)
    if status is Status.BUSY:
        times = (_moment("/start", said["start"] or ""), _moment("/end", said["end"] or ""))
    if bool(said["schedule"]) == bool(said["outside_id"]) and status is Status.BUSY:
        raise problem("/schedule", "required", "name the schedule, by our id or by your own")
    return Change(said["uid"], said["sequence"], at, status, *times, said["schedule"] or "", said["outside_id"] or "")


def _moment(field: str, text: str) -> datetime:
    found = moment_of(text) if len(text) > len("2026-01-01") else None
    if found is None:
        raise problem(field, "format", "a moment with its offset, like 2026-03-02T09:00:00+03:00")
    return found


def checked(change: Change, now: datetime) -> Change:
    """What needs no schedule to be wrong. Raises InvalidFieldsError."""
    if not 0 <= change.sequence <= HIGHEST:
        raise problem("/sequence", "range", f"a number from 0 to {HIGHEST}")
    if change.at > now + CLOCK:
        raise problem("/stamp", "range", "the change was made in the future")
    return change


def interval_of(change: Change, zone: str, now: datetime) -> Interval:
    """When a busy time is, in UTC. Raises InvalidFieldsError."""
    if change.start is None or change.end is None:
        raise problem("/start", "required", "a busy time has a start and an end")
    start, end = _in_utc(change.start, zone), _in_utc(change.end, zone)
    if end <= start:
        raise problem("/end", "range", "the end comes after the start")
    if end - start > LONGEST:
        raise problem("/end", "range", "at most one day; send longer times day by day")
    if not now - BACK <= start <= now + AHEAD:
        raise problem("/start", "range", f"at most {BACK.days} days back and {AHEAD.days} days ahead")
    return Interval(start, end)


def _in_utc(moment: date, zone: str) -> datetime:
    if isinstance(moment, datetime):
        return moment.astimezone(UTC)
    try:
        return datetime.combine(moment, time.min, ZoneInfo(zone)).astimezone(UTC)
    except OverflowError:  # at the ends of the calendar
        raise problem("/start", "range", f"at most {BACK.days} days back and {AHEAD.days} days ahead") from None


# --- versions


def uid_hash(uid: str) -> str:
    """What a UID is called in keys: some systems put names and telephones into theirs."""
    return hashlib.sha256(b"medkarta/outside-uid/v1\n" + uid.encode()).hexdigest()[:40]


def content_of(schedule_id: str, interval: Interval | None) -> dict[str, str]:
    """What two changes of one version must have in common. ``interval``: None of a cancelled one."""
    if interval is None:
        return {"status": Status.CANCELLED.value}
    times = {"start": stamp(interval.start), "until": stamp(interval.end)}
    return {"status": Status.BUSY.value, "schedule": schedule_id, **times}


def digest_of(content: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]


def judged(standing: Mapping[str, Any] | None, change: Change, digest: str) -> Outcome:
    """What is to become of a change, by the row of its UID."""
    if standing is None:
        return Outcome.APPLIED
    stands = int(standing["sequence"]), str(standing["stamp"])
    if change.version != stands:
        return Outcome.APPLIED if change.version > stands else Outcome.STALE
    if digest == standing["digest"] or digest in standing["settled"]:
        return Outcome.UNCHANGED
    return Outcome.CONFLICT


def forgotten_at(content: Mapping[str, str], at: str, now: datetime) -> int:
    """Epoch second from which a version need not be remembered. ``at``: its stamp."""
    last = max(datetime.fromisoformat(content.get("until", at)), datetime.fromisoformat(at), now)
    return int((last + KEPT).timestamp())
