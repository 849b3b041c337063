"""Cost of entries of the log in list prices (``bench/prices.py``: to be checked before anybody relies on them)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from bench.audit.counts import Counts, Idle
from bench.audit.log import Item
from bench.audit.stores import GET, LIST, PUT, READ, READ_UNITS, SIGN, WITNESS, WRITE_UNITS
from bench.calls import READ_UNIT, WRITE_UNIT, item_size
from bench.prices import DYNAMODB_TRIP, LOG_PRICES, PRICES, memory_gb
from bench.table import table
from chalicelib.audit.entry import OUTBOX_LIFETIME
from chalicelib.handlers.events import SWEEP
from chalicelib.storage.values import encode

MILLION = 1_000_000
YEARS = 5
MONTH_DAYS = 30
SWEEPS = int(SWEEP.total_seconds() // 60) + 1
"""So many of the sweeps, one a minute, find a row in the minutes that they look at."""


@dataclass(frozen=True, slots=True)
class Measured:
    """From the other sections: milliseconds of a batch by its size, CPU microseconds of an entry that is known."""

    row: Item
    batches: Mapping[int, float]
    known: float


def million(counts: Counts, measured: Measured) -> dict[str, float]:
    """Dollars of a million entries that come in batches of this size."""
    calls, each = counts.calls, MILLION / counts.size
    size = item_size(encode(measured.row))
    seconds = measured.batches[counts.size] / 1000
    return {
        "outbox: PutItem beside the read": PRICES["write"].of(MILLION * math.ceil(size / WRITE_UNIT)),
        "sequencer: DynamoDB": PRICES["read"].of(each * calls[READ_UNITS])
        + PRICES["write"].of(each * calls[WRITE_UNITS]),
        "sequencer: S3": LOG_PRICES["put"].of(each * (calls[PUT] + calls[LIST]))
        + LOG_PRICES["get"].of(each * calls[GET]),
        "sequencer: KMS": PRICES["kms-ecc"].of(each * calls[SIGN]),
        "sequencer: Lambda": PRICES["request"].of(each)
        + PRICES["duration"].of(each * seconds * memory_gb("on_audit_entry")),
        f"offered again by {SWEEPS} sweeps": SWEEPS * _offered(size, measured.known),
    }


def _offered(size: int, known: float) -> float:
    """A million rows found in the outbox and looked up in the index, and nothing more."""
    reading = PRICES["read"].of(MILLION * (size / READ_UNIT + 1))
    return reading + PRICES["duration"].of(MILLION * known / 1e6 * memory_gb("sweep_audit"))


def kept(counts: Counts, measured: Measured) -> dict[str, float]:
    """Dollars of keeping a million entries until they may be forgotten."""
    months = 12 * YEARS
    outbox_months = OUTBOX_LIFETIME.days / MONTH_DAYS
    row = LOG_PRICES["rows"].of(MILLION) + LOG_PRICES["recovery"].of(MILLION)
    return {
        f"locked objects, {YEARS} years": months * LOG_PRICES["objects"].of(MILLION * counts.bytes["locked"]),
        f"edge objects, {YEARS} years": months * LOG_PRICES["objects"].of(MILLION * counts.bytes["edge"]),
        f"index, {YEARS} years": months * row * counts.bytes["index"],
        f"outbox, {OUTBOX_LIFETIME.days} days": outbox_months * row * item_size(encode(measured.row)),
    }


def month_of_nothing(idle: Idle) -> dict[str, float]:
    """Dollars of a month in which nobody does anything: heartbeats and sweeps."""
    minutes = MONTH_DAYS * 24 * 60
    calls: Counter[str] = Counter({kind: minutes * number for kind, number in idle.minute.items()})
    calls.update({kind: MONTH_DAYS * number for kind, number in idle.day.items()})
    minute, day = (DYNAMODB_TRIP * each[READ] / 1000 for each in (idle.minute, idle.day))
    seconds = minutes * minute * memory_gb("sweep_audit") + MONTH_DAYS * day * memory_gb("sweep_audit_long")
    return {
        "DynamoDB": PRICES["read"].of(calls[READ_UNITS]),
        "S3": LOG_PRICES["put"].of(calls[PUT] + calls[LIST]) + LOG_PRICES["get"].of(calls[GET]),
        "KMS": PRICES["kms-ecc"].of(calls[SIGN]),
        "Lambda, waiting for DynamoDB": PRICES["duration"].of(seconds),
        f"calls of the witness: {calls[WITNESS]:,}".replace(",", " "): 0.0,
    }


def report(counted: Mapping[int, Counts], measured: Measured, idle: Idle) -> str:
    sizes = [size for size in counted if size in measured.batches]
    made = {size: million(counted[size], measured) for size in sizes}
    stored = {size: kept(counted[size], measured) for size in sizes}
    head = ("US dollars", *(f"batches of {size}" for size in sizes))
    rows = [*_rows(made), _sum("**into the log**", made), *_rows(stored), _sum("**kept**", stored)]
    still = month_of_nothing(idle)
    said = ", ".join(f"{name} {dollars:.2f}" if dollars else name for name, dollars in still.items())
    listed = [
        (p.what, f"{p.dollars:g} / {p.quantity:,} {p.unit}".replace(",", " "), p.source)
        for p in (PRICES["read"], PRICES["write"], PRICES["duration"], PRICES["kms-ecc"], *LOG_PRICES.values())
    ]
    return "\n\n".join(
        [
            "A million entries, by the batches that they come in:",
            table(head, rows),
            f"A month in which nothing happens: {sum(still.values()):.2f} US dollars ({said}).",
            "List prices, from knowledge and to be checked:",
            table(("what", "US dollars", "where it says so"), listed),
        ]
    )


def _rows(found: Mapping[int, Mapping[str, float]]) -> list[tuple[object, ...]]:
    names = next(iter(found.values()))
    return [(name, *(f"{each[name]:.2f}" for each in found.values())) for name in names]


def _sum(name: str, found: Mapping[int, Mapping[str, float]]) -> tuple[object, ...]:
    return (name, *(f"**{sum(each.values()):.2f}**" for each in found.values()))
