"""Keys: the load of a clinic."""

from __future__ import annotations

from zlib import crc32

from chalicelib.ports.keys.schedules import schedule_rows
from chalicelib.ports.tables import Key, Store

__all__ = [
    "LOAD_DAYS",
    "LOAD_DECISIONS",
    "LOAD_MONTHS",
    "LOAD_SHARDS",
    "OFFERED",
    "load",
    "load_counted",
    "load_counted_of",
    "load_day",
    "load_decision",
    "load_month",
    "offered",
    "offered_until",
]

LOAD_SHARDS = tuple("0123456789abcdef")
LOAD_DAYS = "D#"
LOAD_MONTHS = "M#"
LOAD_DECISIONS = "P#"
OFFERED = "OFFERED#"


def load(organisation_id: str) -> str:
    return f"LOAD#{organisation_id}"


def load_day(organisation_id: str, day: str, member_id: str) -> Key:
    """Counters of a doctor's day, an attribute for each hour and measure. ``day``: 2026-11-30."""
    return Key(Store.CARD, load(organisation_id), f"{LOAD_DAYS}{day}#{member_id}")


def load_month(organisation_id: str, month: str, member_id: str) -> Key:
    """The same of a month: 2026-11."""
    return Key(Store.CARD, load(organisation_id), f"{LOAD_MONTHS}{month}#{member_id}")


def load_decision(organisation_id: str, proposal_id: str) -> Key:
    """What a person said to a proposal."""
    return Key(Store.CARD, load(organisation_id), f"{LOAD_DECISIONS}{proposal_id}")


def load_counted_of(organisation_id: str, shard: str) -> str:
    return f"LOADED#{organisation_id}#{shard}"


def load_counted(organisation_id: str, source_id: str) -> Key:
    """What one appointment, order or day of a schedule has added to the counters; it names no patient."""
    shard = LOAD_SHARDS[crc32(source_id.encode()) % len(LOAD_SHARDS)]
    return Key(Store.CARD, load_counted_of(organisation_id, shard), source_id)


def offered(schedule_id: str, day: str) -> Key:
    """Which slots a schedule offered on a day that is over: written once."""
    return Key(Store.CARD, schedule_rows(schedule_id), f"{OFFERED}{day}")


def offered_until(schedule_id: str) -> Key:
    """Up to which day they are written."""
    return Key(Store.CARD, schedule_rows(schedule_id), "OFFERED")
