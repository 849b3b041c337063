"""Ages and dates of the calendar. A convention, the order fixes none.

The day of birth is day 1; months are calendar months, clipped to the end of the month; a half month is 15 days. An age
lasts until the next one: "6 years" ends on the seventh birthday.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple


class Span(NamedTuple):
    """A time since a day: calendar months, and then days."""

    months: int = 0
    days: int = 0

    def after(self, day: date) -> date:
        return months_later(day, self.months) + timedelta(days=self.days)


def years(number: int) -> Span:
    return Span(12 * number)


def months_later(day: date, months: int) -> date:
    """The same day ``months`` calendar months on, or the last day of that month."""
    more, month = divmod(day.month - 1 + months, 12)
    year = day.year + more
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
