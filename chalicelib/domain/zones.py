"""Zones in which clinics work: those of the regions of Russia by name, any other by its IANA name (APT-1).

Source: 107-ФЗ of 03.06.2011, article 5 (eleven zones, MSK-1 to MSK+9); names: IANA time zone database.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

SOURCE = "107-ФЗ, article 5; IANA time zone database"

MOSCOW = 3
"""Hours from UTC."""

RUSSIA: Mapping[str, int] = {
    "Europe/Kaliningrad": -1,
    "Europe/Moscow": 0,
    "Europe/Kirov": 0,
    "Europe/Volgograd": 0,
    "Europe/Astrakhan": 1,
    "Europe/Samara": 1,
    "Europe/Saratov": 1,
    "Europe/Ulyanovsk": 1,
    "Asia/Yekaterinburg": 2,
    "Asia/Omsk": 3,
    "Asia/Barnaul": 4,
    "Asia/Krasnoyarsk": 4,
    "Asia/Novokuznetsk": 4,
    "Asia/Novosibirsk": 4,
    "Asia/Tomsk": 4,
    "Asia/Irkutsk": 5,
    "Asia/Chita": 6,
    "Asia/Khandyga": 6,
    "Asia/Yakutsk": 6,
    "Asia/Ust-Nera": 7,
    "Asia/Vladivostok": 7,
    "Asia/Magadan": 8,
    "Asia/Sakhalin": 8,
    "Asia/Srednekolymsk": 8,
    "Asia/Anadyr": 9,
    "Asia/Kamchatka": 9,
}
"""IANA name and hours from Moscow."""


@lru_cache(1024)  # people send what they like
def is_zone(name: str) -> bool:
    """Whether it is a zone of a place: ``Area/City``; names like ``UTC`` or ``EST`` say of no place what time it is."""
    if "/" not in name or name.startswith(("Etc/", "posix/", "right/")):
        return False
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
