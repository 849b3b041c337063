"""Keys: counts for analytics and epidemiology, small ones suppressed."""

from __future__ import annotations

from chalicelib.ports.keys.cards import patient
from chalicelib.ports.tables import Key, Store

__all__ = [
    "AGGREGATES",
    "AGGREGATE_PERIODS",
    "AGGREGATE_SHARDS",
    "aggregate_change",
    "aggregate_changes",
    "aggregate_decision",
    "aggregate_decisions",
    "aggregate_period",
    "aggregate_settings",
    "aggregate_sum",
    "aggregate_sums",
    "aggregate_table",
    "aggregate_tables",
    "bulletin",
    "bulletins",
    "bulletins_made",
    "counted",
]

AGGREGATES = "AGGREGATES"
AGGREGATE_PERIODS = "PERIOD#"
AGGREGATE_SHARDS = tuple("0123456789abcdef")


def counted(patient_id: str, year: int) -> Key:
    """Sealed: where the person of this card has been counted in a year, so that they are counted once."""
    return Key(Store.CARD, patient(patient_id), f"COUNTED#{year}")


def aggregate_settings() -> Key:
    """Whether anything is counted, since when, and from which number of persons on it is published."""
    return Key(Store.CARD, AGGREGATES, "SETTINGS")


def aggregate_period(period: str) -> Key:
    """That a period was closed, and what was published of it: written once."""
    return Key(Store.CARD, AGGREGATES, f"{AGGREGATE_PERIODS}{period}")


def aggregate_changes(shard: str) -> str:
    """Partition of changes of counts that are not added up yet, in the order of time."""
    return f"AGGREGATE#CHANGES#{shard}"


def aggregate_change(shard: str, change_id: str) -> Key:
    """Sealed: by how much which counts change; it names no person."""
    return Key(Store.CARD, aggregate_changes(shard), change_id)


def aggregate_sums(period: str) -> str:
    return f"AGGREGATE#SUMS#{period}"


def aggregate_sum(period: str, part: str) -> Key:
    """Sealed: counts of a period so far; deleted when nothing can be published from them any more."""
    return Key(Store.CARD, aggregate_sums(period), part)


def aggregate_tables(period: str) -> str:
    return f"AGGREGATE#TABLES#{period}"


def aggregate_table(period: str, table: str, part: int) -> Key:
    """Rows of a published table."""
    return Key(Store.CARD, aggregate_tables(period), f"{table}#{part:03}")


def aggregate_decisions(period: str) -> str:
    return f"AGGREGATE#DECIDED#{period}"


def aggregate_decision(period: str, stratum: str) -> Key:
    """Which categories of a year are about to be published of a stratum."""
    return Key(Store.CARD, aggregate_decisions(period), stratum)


def bulletins(organisation_id: str) -> str:
    return f"BULLETINS#{organisation_id}"


def bulletin(organisation_id: str, period: str) -> Key:
    """What was published of a period of what one organisation wrote: written once."""
    return Key(Store.CARD, bulletins(organisation_id), f"{AGGREGATE_PERIODS}{period}")


def bulletins_made(period: str) -> Key:
    """That every organisation has its bulletin of a period."""
    return Key(Store.CARD, AGGREGATES, f"BULLETINS#{period}")
