"""Entries per second with latencies of AWS that are assumed, beside what others publish of theirs."""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.audit.log import BenchLog, Item, batches, changes
from bench.audit.sizes import Repeats
from bench.audit.stores import LATENCY, Meter
from bench.table import table
from chalicelib.bootstrap.log import LOG_THREADS

PHASES = {
    "head, guard, dedupe, chains, leaves": ("head read", "built"),
    "segment": ("staged",),
    "head moved: committed": ("committed",),
    "tiles": ("locked tiles", "tiles"),
    "index": ("some index", "index"),
    "signature": ("signed",),
    "witness, locked checkpoint": ("locked checkpoint",),
    "pointer, applied": ("published", "applied"),
}
"""Phases of a batch by the steps that end them (``Sequencer``)."""

PUBLISHED = (
    (
        "Tessera on AWS (alpha)",
        "1 500",
        "1 KB entries, S3, Aurora MySQL db.r5.large",
        "tessera: storage/aws/README.md",
    ),
    (
        "TesseraCT on AWS",
        "about 450",
        "t3a.small, Aurora db.r5.large; integrated after 5.0 / 6.8 / 10.5 s (least, mean, most)",
        "tesseract: docs/performance.md",
    ),
    ("TesseraCT, S3 and MySQL", "500", "MinIO, MariaDB; degrades at 600", "the same"),
    (
        "Tessera on GCP",
        "above 3 000 (above 800 with dedup)",
        "Spanner, 100 processing units",
        "tessera: docs/performance.md",
    ),
    ("Tessera, POSIX", "10 000; 2 900 / 1 600", "NVMe with dedup; SAS", "the same"),
    ("Trillian, MySQL", "400-500", "maintenance mode", "trillian: docs/Feature_Implementation_Matrix.md"),
    ("Trillian, Cloud Spanner", "above 1 000", "the same", "the same"),
    ("Sunlight", "3 750", "the cap of its example: 750 in 200 ms; no measurement", "sunlight: README.md"),
    (
        "immudb, embedded store",
        "1 200 000-1 800 000",
        "batches of 1 000, Xeon E3-1275 v6, SSD; no network, no proof for each entry",
        "immudb: README.md",
    ),
    ("Rekor v2", "none published", "load test passes with 95 % below 10 s", "rekor-tiles: tests/loadtest/README.md"),
)
"""System, entries per second, conditions, where it is written. Read there; none of it was run here."""


@dataclass(frozen=True, slots=True)
class Waited:
    """Medians over batches, in milliseconds; CPU is this process's, the witness's included."""

    slept: float
    """With calls that really sleep, by as many threads: what other work on this computer takes is in it."""
    waiting: float
    """Counted: as long as the longest of those that wait beside each other."""
    cpu: float
    phases: Mapping[str, float]
    """Waiting and CPU."""

    @property
    def batch(self) -> float:
        """As if nothing were computed while something is waited for."""
        return self.waiting + self.cpu


def measure(items: Sequence[Item], repeats: Repeats, waits: Mapping[str, float] = LATENCY) -> dict[int, Waited]:
    """By size of the batch. Rows come as from the stream; the witness is asked each time."""
    found = {}
    for size, count in repeats.items():
        used = items[: size * (count + 1)]
        found[size] = _counted(used, size, waits, _slept(used, size, waits))
    return found


def _slept(items: Sequence[Item], size: int, waits: Mapping[str, float]) -> float:
    log = BenchLog(meter := Meter(sleeps=True), witness=True, threads=LOG_THREADS)
    log.begin()
    meter.waits = waits
    intake, taken = log.intake(), []
    for batch in batches(items, size):
        began = time.perf_counter()
        intake.changes(changes(batch))
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken[1:])  # the first one loads the edge of the tree


def _counted(items: Sequence[Item], size: int, waits: Mapping[str, float], slept: float) -> Waited:
    log = BenchLog(meter := Meter(), witness=True, threads=LOG_THREADS)
    log.begin()
    meter.waits = waits
    marks: dict[str, float] = {}

    def now() -> float:
        return meter.waited + time.process_time() * 1000

    intake = log.intake(log.sequencer(lambda step: marks.update({step: now()})))
    waiting, cpu, phases = [], [], []
    for batch in batches(items, size):
        waited, began = meter.waited, now()
        intake.changes(changes(batch))
        waiting.append(meter.waited - waited)
        cpu.append(now() - began - waiting[-1])
        phases.append(_phases(began, marks))
    median = {name: statistics.median(each[name] for each in phases[1:]) for name in PHASES}
    return Waited(slept, statistics.median(waiting[1:]), statistics.median(cpu[1:]), median)


def _phases(began: float, marks: Mapping[str, float]) -> dict[str, float]:
    taken = {}
    for name, steps in PHASES.items():
        taken[name] = marks[steps[-1]] - began
        began = marks[steps[-1]]
    return taken


def report(found: Mapping[int, Waited]) -> str:
    head = (
        "entries a batch",
        "waiting, counted, ms",
        "CPU, ms",
        "together, ms",
        "entries/s",
        "really slept here, ms",
        "entries/s of that",
    )
    rows = [
        (size, w.waiting, w.cpu, w.batch, round(size * 1000 / w.batch), w.slept, round(size * 1000 / w.slept))
        for size, w in found.items()
    ]
    some = [size for size in (10, 100, 1000) if size in found]
    phases = [(name, *(found[size].phases[name] for size in some)) for name in PHASES]
    waits = ", ".join(f"{name} {wait:g}" for name, wait in LATENCY.items())
    return "\n\n".join(
        [
            f"Assumed milliseconds a call: {waits}; at most {LOG_THREADS} calls at the same time.",
            table(head, rows),
            "Where the milliseconds of a batch go:",
            table(("phase", *(f"batch of {size}" for size in some)), phases),
            "What others publish, on other machines, with other durability and other promises:",
            table(("system", "entries/s", "conditions", "source"), PUBLISHED),
        ]
    )
