"""Moments as text."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from chalicelib.domain.ages import DEFAULT_ZONE


def stamp(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds: text order is time order, of any year (``%Y`` leaves zeros out)."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def local(moment: datetime) -> datetime:
    """In the zone that people are told moments in. At the ends of the calendar, where there is none, as it is."""
    try:
        return moment.astimezone(ZoneInfo(DEFAULT_ZONE))
    except OverflowError:
        return moment


def local_day(moment: datetime, zone: str = DEFAULT_ZONE) -> date:
    """The day on which a moment falls where people live by that zone (IANA)."""
    return moment.astimezone(ZoneInfo(zone)).date()


def offset(moment: datetime) -> str:
    """``UTC+03:00``, ``UTC`` alone without one."""
    found = f"{moment:%z}"
    return f"UTC{found[:3]}:{found[3:5]}" if moment.utcoffset() else "UTC"


def foreign(moment: datetime) -> str:
    """The offset that a moment was written with, "" where a paper that says its zone once has said it."""
    return "" if moment.utcoffset() == local(moment).utcoffset() else offset(moment)


def moment_of(text: str, *, end: bool = False) -> datetime | None:
    """An ISO 8601 moment with an offset, or a date in UTC (``end``: the end of that day); None for anything else."""
    try:
        if len(text) == len("2026-01-01"):
            day = datetime.fromisoformat(text).replace(tzinfo=UTC)
            return day.replace(hour=23, minute=59, second=59, microsecond=999_999) if end else day
        moment = datetime.fromisoformat(text)
        return None if moment.tzinfo is None else moment.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
