"""Ages at which rights change, and the moment of a birthday where the person lives (ACC-8)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

CONSENT_AGE = 15
"""Medical consent becomes the patient's own: 323-FZ, article 20, part 2 (16 for drug addiction: article 20, part 2)."""

PASSPORT_AGE = 14
"""A citizen of the Russian Federation has a passport from this age on (Government Decree 2267 of 23.12.2023)."""

OWN_WORD = "own_word_from"
"""Attribute of a profile: from when on the person answers themselves; absent for who always did."""
BY_OWN_WORD = frozenset({"app-allow", "consent-answer", "consent-grant", "result-send", "share-create"})
"""Operations in which, until then, whoever represents the person speaks. Closing the card is open to a child, too."""

DEFAULT_ZONE = "Europe/Moscow"


def birthday(born: date, age: int, zone: str = DEFAULT_ZONE) -> datetime:
    """The moment, in UTC, at which a person becomes ``age``: local midnight. 29 February counts as 1 March."""
    year = born.year + age
    try:
        day = born.replace(year=year)
    except ValueError:
        day = date(year, 3, 1)
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def age_at(born: date, now: datetime, zone: str = DEFAULT_ZONE) -> int:
    """Whole years at a moment, where the person lives; 0 before the first birthday."""
    years = now.astimezone(ZoneInfo(zone)).year - born.year
    return max(0, years if birthday(born, years, zone) <= now else years - 1)


def speaks(profile: Mapping[str, Any], now: datetime) -> bool:
    """Whether the person of a profile row gives consent themselves."""
    return OWN_WORD not in profile or now >= datetime.fromisoformat(profile[OWN_WORD])
