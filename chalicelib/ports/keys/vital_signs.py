"""Keys of series of vital signs. No key tells which sign somebody measures (domain/vital_signs/rolls.py)."""

from __future__ import annotations

from chalicelib.ports.keys.cards import patient
from chalicelib.ports.tables import Key, Store

__all__ = ["SERIES", "series_day", "series_month", "series_state"]

SERIES = "SERIES#"


def series_day(patient_id: str, day: str) -> Key:
    """``day``: YYYY-MM-DD in UTC. Its readings, sealed."""
    return Key(Store.CARD, patient(patient_id), f"{SERIES}D#{day}")


def series_month(patient_id: str, month: str) -> Key:
    """``month``: YYYY-MM in UTC. What its days come to, sealed."""
    return Key(Store.CARD, patient(patient_id), f"{SERIES}M#{month}")


def series_state(patient_id: str) -> Key:
    """Alerts that can still be taken back, and the newest height, sealed."""
    return Key(Store.CARD, patient(patient_id), f"{SERIES}STATE")
