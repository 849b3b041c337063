"""Keys of timers: what is to happen for a person at a moment."""

from __future__ import annotations

from zlib import crc32

from chalicelib.ports.keys.cards import patient
from chalicelib.ports.tables import Key, Store

__all__ = ["TIMERS", "TIMER_SHARDS", "timer", "timer_due", "timers_at", "timers_done"]

TIMERS = "TIMER#"
TIMER_SHARDS = tuple("0123456789abcdef")


def timers_at(hour: str, shard: str) -> str:
    """Partition of what is due in an hour (``2026-11-26T17``, UTC), in the order of moments."""
    return f"{TIMERS}{hour}#{shard}"


def timer(owner: str, topic: str, subject: str) -> Key:
    """What is wanted, and for when: the row that decides."""
    return Key(Store.CARD, patient(owner), f"{TIMERS}{topic}#{subject}")


def timer_due(due: str, owner: str, topic: str, subject: str) -> Key:
    """Where the trigger finds it. ``due``: a stamp; rows of moments that were changed since are thrown away then."""
    shard = TIMER_SHARDS[crc32(owner.encode()) % len(TIMER_SHARDS)]
    return Key(Store.CARD, timers_at(due[: len("2026-11-26T17")], shard), f"{due}#{owner}#{topic}#{subject}")


def timers_done(shard: str) -> Key:
    """Up to which hour a shard is done."""
    return Key(Store.CARD, "TIMERS", shard)
