"""The sections in their order; each is measured, then told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Protocol, TypeVar

from bench.audit import added, checks, cost, counts, cpu, proofs, throughput
from bench.audit.log import stock
from bench.audit.sizes import Sizes
from bench.audit.stores import LATENCY
from bench.world import Card, World
from chalicelib.handlers.events import SWEEP_LONG

T = TypeVar("T")


class Timed(Protocol):
    """Does the work and says how long it took."""

    def __call__(self, name: str, work: Callable[[], T], /) -> T: ...


def in_memory(sizes: Sizes, timed: Timed, long: timedelta = SWEEP_LONG) -> Iterator[tuple[str, str]]:
    """Title and text of each section that needs no emulator."""
    waits = LATENCY if sizes.waiting else {}
    items = timed("audit: entries to measure with", lambda: stock(sizes.stock, sizes.people))
    points = timed("audit: CPU", lambda: cpu.sequencer(items, sizes.cpu))
    parts = timed("audit: its parts", lambda: (cpu.sequencer_parts(items, sizes.least), cpu.writer_parts(sizes.least)))
    yield "The audit log: CPU of an entry", cpu.report(points, *parts)
    waited = timed("audit: throughput", lambda: throughput.measure(items, sizes.waited, waits))
    yield "The audit log: entries per second", throughput.report(waited)
    found = timed("audit: proofs", lambda: proofs.measure(sizes.trees, sizes.proofs, sizes.least))
    yield "The audit log: proofs", proofs.report(found)
    counted = timed("audit: calls", lambda: counts.measure(items, sizes.counted))
    still = timed("audit: schedules", lambda: counts.idle(long))
    yield "The audit log: calls to AWS", counts.report(counted, still)
    batches = {size: each.batch for size, each in waited.items()}
    known = points[max(points)].known
    yield "The audit log: cost", cost.report(counted, cost.Measured(items[0], batches, known), still)
    checked = timed("audit: checks", lambda: checks.measure(items[: sizes.entries], sizes.chain))
    yield "The audit log: checking it", checks.report(checked)


def emulated(sizes: Sizes, timed: Timed, made: World, card: Card) -> Iterator[tuple[str, str]]:
    """On the emulator of AWS. ``card`` has a record that the doctor may read."""
    read = timed("audit: what it adds to a read", lambda: added.measure(made, card, sizes.rounds))
    boto3 = timed("audit: the sequencer with boto3", lambda: added.with_boto3(sizes.emulated))
    yield "The audit log: what it adds to a read", added.report(read, boto3)
