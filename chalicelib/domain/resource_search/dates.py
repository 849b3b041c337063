"""Moments and dates as the intervals that they are: 2026-03 is all of March (R4, search.html#date).

A date, or a moment without an offset, is meant as the clock on the wall says: in the zone that people are told moments
in (domain/moments.py), on both sides of the comparison.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from chalicelib.domain.ages import DEFAULT_ZONE

FIRST = datetime.min.replace(tzinfo=UTC)
LAST = datetime.max.replace(tzinfo=UTC)
_FORM = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)?)?)?)?")
ROUGHLY = 10
"""``ap``: a tenth of the time between then and now."""


class Interval(NamedTuple):
    """From ``low`` until before ``high``."""

    low: datetime
    high: datetime


def interval_of(text: str) -> Interval | None:
    """A date or moment of any precision; None for what is none, or is not in the calendar."""
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    try:
        if hour is None:
            return _days(int(year), int(month or 0), int(day or 0))
        low = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0), tzinfo=_zone(offset))
        if fraction:
            low += timedelta(microseconds=int(fraction[:6].ljust(6, "0")))
        return Interval(low.astimezone(UTC), low.astimezone(UTC) + _precision(second, fraction))
    except (OverflowError, ValueError):
        return None


def _precision(second: str | None, fraction: str | None) -> timedelta:
    if second is None:
        return timedelta(minutes=1)
    return timedelta(microseconds=10 ** (6 - min(len(fraction), 6))) if fraction else timedelta(seconds=1)


def _zone(offset: str | None) -> Any:
    if offset is None:
        return ZoneInfo(DEFAULT_ZONE)
    return datetime.strptime(offset, "%z").tzinfo


def _days(year: int, month: int, day: int) -> Interval:
    first = date(year, month or 1, day or 1)
    if day:
        after = first + timedelta(days=1)
    elif month:
        after = date(year + month // 12, month % 12 + 1, 1)
    else:
        after = date(year + 1, 1, 1)
    return Interval(_midnight(first), _midnight(after))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(DEFAULT_ZONE)).astimezone(UTC)


def interval_in(value: Any) -> Interval | None:
    """Of an element: a date, a moment, a Period (open ends are for ever) or the outer limits of a Timing."""
    if isinstance(value, str):
        return interval_of(value)
    if not isinstance(value, Mapping):
        return None
    if "event" in value or "repeat" in value:
        return _timing(value)
    start, end = interval_of(str(value.get("start", ""))), interval_of(str(value.get("end", "")))
    if start is None and end is None:
        return None
    return Interval(start.low if start else FIRST, end.high if end else LAST)


def _timing(value: Mapping[str, Any]) -> Interval | None:
    events = [one for one in map(interval_in, value.get("event") or ()) if one is not None]
    if events:
        return Interval(min(one.low for one in events), max(one.high for one in events))
    repeat = value.get("repeat")
    return interval_in(repeat.get("boundsPeriod")) if isinstance(repeat, Mapping) else None


def compares(prefix: str, asked: Interval, there: Interval, now: datetime) -> bool:
    """Whether an element is as it was asked for (R4, search.html#prefix)."""
    within = asked.low <= there.low and there.high <= asked.high
    match prefix:
        case "eq":
            return within
        case "ne":
            return not within
        case "gt":
            return there.high > asked.high
        case "lt":
            return there.low < asked.low
        case "ge":
            return within or there.high > asked.high
        case "le":
            return within or there.low < asked.low
        case "sa":
            return there.low >= asked.high
        case "eb":
            return there.high <= asked.low
        case _:
            return _roughly(asked, there, now)


def _roughly(asked: Interval, there: Interval, now: datetime) -> bool:
    gap = abs(now - asked.low) / ROUGHLY
    low = asked.low - gap if asked.low - FIRST > gap else FIRST
    high = asked.high + gap if LAST - asked.high > gap else LAST
    return there.low < high and low < there.high
