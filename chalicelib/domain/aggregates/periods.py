"""Months and years as periods (PRT-8). A period is counted until some days after its end, closed once, and stays so.

Between the last moment at which something may be counted and the closing lies a day, so that what is on its way at that
moment has arrived. What is entered or corrected later changes nothing that was published.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.domain.ages import DEFAULT_ZONE

GRACE = timedelta(days=10)
SETTLES = timedelta(days=1)
ZONE = ZoneInfo(DEFAULT_ZONE)
MONTHS = 12


def month_of(moment: datetime) -> str:
    """``2026-11``, where most of our patients live."""
    return moment.astimezone(ZONE).strftime("%Y-%m")


def end_of(period: str) -> datetime:
    """The first moment after a month (``2026-11``) or a year (``2026``), UTC."""
    year, month = int(period[:4]), int(period[5:]) if len(period) > len("2026") else MONTHS
    first = date(year + month // MONTHS, month % MONTHS + 1, 1)
    return datetime(first.year, first.month, first.day, tzinfo=ZONE).astimezone(UTC)


def start_of(period: str) -> datetime:
    """The first moment of a month or a year, UTC."""
    first = date(int(period[:4]), 1 if is_year(period) else int(period[5:]), 1)
    return datetime(first.year, first.month, first.day, tzinfo=ZONE).astimezone(UTC)


def counting(period: str, now: datetime) -> bool:
    """Whether something still may be added to a period."""
    return now < end_of(period) + GRACE


def closing(period: str, now: datetime) -> bool:
    """Whether a period may be closed and published."""
    return now >= end_of(period) + GRACE + SETTLES


def open_years(now: datetime) -> list[int]:
    year = now.astimezone(ZONE).year
    return [one for one in (year - 1, year) if counting(str(one), now)]


def months_of(year: str) -> list[str]:
    return [f"{year}-{month:02}" for month in range(1, MONTHS + 1)]


def is_year(period: str) -> bool:
    return len(period) == len("2026")
