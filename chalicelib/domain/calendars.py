"""Calendar feeds (APT-2; RFC 5545), pure rules.

1. A feed is an address that a calendar program fetches, again and again, without signing in: whoever has the address
   has the feed. So it tells little: ``times`` alone, or ``places`` too (doctor, clinic, room) by a fresh second factor.
2. The address is told once; of its secret a hash is stored.
3. It ends with its owner's word, and with what it rests on: account, card, membership, representation.
4. A visit keeps its UID for ever; SEQUENCE is its version. A cancelled one is shown as such for a while, so that
   programs which only add and change take it out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from chalicelib.domain.identity import Role
from chalicelib.domain.texts import Said


class Detail(StrEnum):
    """How much a feed tells. Stored: never rename, never reuse."""

    TIMES = "times"
    PLACES = "places"


MOST_FEEDS = 5
MOST_SCHEDULES = 10
"""Of one feed of a member of staff."""
SHOWN_BACK = timedelta(days=30)
"""So long after its end a visit is in the feed, and so long after it was cancelled."""
STAFF_BACK, STAFF_AHEAD = timedelta(days=7), timedelta(days=35)
"""The stretch of a schedule that a feed of staff shows."""
LOOKED_BACK = timedelta(days=430)
"""Appointments that were made earlier than this are not looked at: nothing is booked so far ahead."""
MOST_EVENTS = 1000
NETWORKS_A_DAY = 8
"""Fetches leave one entry a day and network, and no more than so many a day (``entry_due``)."""
REFRESH = timedelta(hours=1)
STAFF = frozenset({Role.DOCTOR, Role.NURSE, Role.REGISTRAR})

NAME = Said("Записи на приём", "Appointments")
VISIT = Said("Приём", "Appointment")
SUFFIX = ".ics"
ADDRESS = re.compile(r"([A-Za-z0-9-]{1,64})\.([A-Za-z0-9_-]{1,64})(?:\.ics)?")
DOMAIN = "medkarta"


@dataclass(frozen=True, slots=True)
class Entry:
    """One visit in a feed. ``doctor``, ``place``: "" where the feed does not tell them."""

    id: str
    start: datetime
    end: datetime
    version: int
    changed_at: datetime
    cancelled: bool
    doctor: str = ""
    place: str = ""

    @property
    def uid(self) -> str:
        return f"{self.id}@{DOMAIN}"


def summary(entry: Entry, language: str) -> str:
    said = VISIT.to(language)
    return f"{said}: {entry.doctor}" if entry.doctor else said


def shown(entry: Entry, now: datetime) -> bool:
    """Whether a visit still belongs into a feed of its patient."""
    return now <= (entry.changed_at if entry.cancelled else entry.end) + SHOWN_BACK


def address_of(feed_id: str, secret: str) -> str:
    return f"{feed_id}.{secret}{SUFFIX}"


def parts_of(address: str) -> tuple[str, str]:
    """Id and secret; ("", "") for what is no address of a feed."""
    found = ADDRESS.fullmatch(address)
    return (found[1], found[2]) if found else ("", "")


def entry_due(day: str, network: str, row: Mapping[str, Any]) -> Sequence[str] | None:
    """Networks of which there is an entry today once this fetch has its own; None when it needs none.

    A program asks every hour: an entry each would bury what people did in the journal. A feed that is fetched from
    another network may be in other hands, so that is an entry again.
    """
    known = [str(one) for one in row["networks"]] if row.get("day") == day else []
    return None if network in known or len(known) >= NETWORKS_A_DAY else [*known, network]
