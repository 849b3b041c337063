"""Public holidays on which nobody works unless their schedule says so (APT-1).

Source: Labour Code of the Russian Federation (197-ФЗ of 30.12.2001), article 112, part 1. Days off that the Government
moves from year to year (parts 2 and 5) are not here: a clinic enters them as exceptions of its schedules.
"""

from __future__ import annotations

from datetime import date

SOURCE = "197-ФЗ, article 112, part 1"

HOLIDAYS = frozenset(
    {
        *((1, day) for day in range(1, 9)),  # New Year (1-6, 8) and Christmas (7)
        (2, 23),
        (3, 8),
        (5, 1),
        (5, 9),
        (6, 12),
        (11, 4),
    }
)
"""Month and day, of every year."""


def is_holiday(day: date) -> bool:
    return (day.month, day.day) in HOLIDAYS
