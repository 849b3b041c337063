"""Calls to AWS and bytes kept for a batch, in the steady state of a log with three levels of tiles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bench.audit.log import BenchLog, Item, batches, changes
from bench.audit.sizes import WARM_UP, Repeats
from bench.audit.stores import CALLS, READ_UNITS, WRITE_UNITS, Meter
from bench.table import table
from chalicelib.handlers.events import SWEEP, SWEEP_LONG


@dataclass(frozen=True, slots=True)
class Counts:
    """Means: of calls and units for a batch, of bytes for an entry (``locked``, ``edge``, ``index``)."""

    size: int
    calls: Mapping[str, float]
    bytes: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Idle:
    """Calls of a log to which nothing happens."""

    minute: Counter[str]
    day: Counter[str]
    """Of the long sweep alone."""


def measure(items: Sequence[Item], repeats: Repeats) -> dict[int, Counts]:
    """By size of the batch. The first entries, which meet every writer, are not counted."""
    return {size: _counted(items[: WARM_UP + size * count], size) for size, count in repeats.items()}


def _counted(items: Sequence[Item], size: int) -> Counts:
    log = BenchLog(meter := Meter(weigh=True), witness=True)
    log.begin()
    intake = log.intake()
    intake.changes(changes(items[:WARM_UP]))
    meter.clear()
    counted = items[WARM_UP:]
    for batch in batches(counted, size):
        intake.changes(changes(batch))
    number = len(counted)
    calls = {kind: meter.counts[kind] * size / number for kind in (*CALLS, READ_UNITS, WRITE_UNITS)}
    return Counts(size, calls, {where: count / number for where, count in meter.bytes.items()})


def idle(long: timedelta = SWEEP_LONG) -> Idle:
    """What the schedules ask when there is nothing new: a minute's sweep and heartbeat, a day's long sweep."""
    log = BenchLog(meter := Meter(), witness=True)
    log.begin()
    intake = log.intake()
    intake.changes(changes([log.item()]))
    meter.clear()
    intake.sweep(SWEEP)
    intake.renew()
    minute = meter.counts.copy()
    meter.clear()
    intake.sweep(long)
    return Idle(minute, meter.counts.copy())


def report(found: Mapping[int, Counts], still: Idle) -> str:
    kinds = (*CALLS, READ_UNITS, WRITE_UNITS)
    head = ("for each batch", *(f"of {size}" for size in found), "a minute of nothing", "a day's long sweep")
    rows = [
        (kind, *(_short(c.calls[kind]) for c in found.values()), still.minute[kind], still.day[kind]) for kind in kinds
    ]
    each = [
        (f"{what} for each entry", *(_short(c.bytes.get(where, 0)) for c in found.values()), "–", "–")
        for what, where in (("bytes locked", "locked"), ("bytes at the edge", "edge"), ("bytes of index", "index"))
    ]
    calls = [
        (
            "calls for each entry",
            *(_short(sum(c.calls[kind] for kind in CALLS) / c.size) for c in found.values()),
            "–",
            "–",
        )
    ]
    return table(head, [*rows, *calls, *each])


def _short(value: float) -> str:
    return f"{value:,.2f}".replace(",", " ") if value < 100 else f"{value:,.0f}".replace(",", " ")  # noqa: PLR2004
