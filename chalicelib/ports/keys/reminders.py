"""Keys of reminders: what a person said of them, and what was taken of what they reminded of."""

from __future__ import annotations

from chalicelib.ports.keys.cards import patient
from chalicelib.ports.tables import Key, Store

__all__ = ["INTAKES", "intakes", "muted"]

INTAKES = "INTAKES#"


def intakes(owner: str, day: str) -> Key:
    """What was marked as taken or skipped on a day (of the person's zone), sealed."""
    return Key(Store.CARD, patient(owner), f"{INTAKES}{day}")


def muted(owner: str, record_id: str) -> Key:
    """A medication statement of whose intakes the person wants no reminders."""
    return Key(Store.CARD, patient(owner), f"MUTED#{record_id}")
