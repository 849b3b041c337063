"""CPU of an entry: in its writer, and in the sequencer when nothing has to be waited for."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.audit.log import BenchLog, Item, batches, changes
from bench.audit.sizes import Repeats
from bench.table import table
from bench.timing import Work, cpu_of
from chalicelib.audit import envelopes
from chalicelib.audit.entry import body_of, canonical, seal, uuid7
from chalicelib.audit.envelopes import Row, Segment, Writers
from chalicelib.audit.indexing import index_rows
from chalicelib.audit.tip import Tip
from chalicelib.audit.writer import Writer
from tests.log.world import YEAR

SAMPLE = 200
PLACE = {"n": 41, "prev": "A" * 44, "pi": 123_456, "t": 1_780_000_000_000}


@dataclass(frozen=True, slots=True)
class Point:
    """Microseconds of an entry: rows that are trusted, rows of the stream, rows that are in the log already."""

    trusted: float
    checked: float
    known: float


def sequencer(items: Sequence[Item], repeats: Repeats) -> dict[int, Point]:
    """By size of the batch: the medians over batches. Two logs take the same rows in turn."""
    return {size: _point(items[: size * count], size) for size, count in repeats.items()}


def _point(items: Sequence[Item], size: int) -> Point:
    trusting, checking = BenchLog(), BenchLog()
    for log in (trusting, checking):
        log.begin()
    run, intake = trusting.sequencer().run, checking.intake()
    taken: dict[str, list[float]] = {"trusted": [], "checked": [], "known": []}
    for batch in batches(items, size):
        rows, stream = [_row(item) for item in batch], changes(batch)
        taken["trusted"].append(_cpu(lambda rows=rows: run(YEAR, rows)))  # type: ignore[misc]
        taken["checked"].append(_cpu(lambda stream=stream: intake.changes(stream)))  # type: ignore[misc]
        taken["known"].append(_cpu(lambda stream=stream: intake.changes(stream)))  # type: ignore[misc]
    # The first batch loads the edge of the tree and meets every writer.
    return Point(**{name: statistics.median(each[1:] or each) / size for name, each in taken.items()})


def _cpu(work: Callable[[], object]) -> float:
    """Microseconds."""
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1e6


def _row(item: Item) -> Row:
    row = Row.read(item)
    if row is None:
        raise RuntimeError("no row of the outbox")
    return row


def sequencer_parts(items: Sequence[Item], least: float = 0.05) -> dict[str, float]:
    """Microseconds of an entry by what is done with it, each by itself."""
    log, items = BenchLog(), items[:SAMPLE]
    rows, writers = [_row(item) for item in items], Writers(log.ca)
    made = [row.envelope(PLACE, certified=False) for row in rows]
    segment = Segment({"start": 0}, [(envelope, row.sealed) for envelope, row in zip(made, rows, strict=True)])

    def check() -> None:
        envelopes.signature_holds.cache_clear()
        for item in items:
            writers.judge(item)

    works: Mapping[str, Work] = {
        "read the row, check certificate and signature, see that it fits": check,
        "envelope": lambda: [row.envelope(PLACE, certified=False) for row in rows],
        "leaf hash, tree, tiles, bundle": lambda: Tip().grown(made),
        "segment, compressed": segment.packed,
        "rows of the index": lambda: index_rows(YEAR, segment),
    }
    return {name: cpu_of(work, least) * 1000 / len(items) for name, work in works.items()}


def writer_parts(least: float = 0.05) -> dict[str, float]:
    """Microseconds of one row of the outbox; the first part is the whole."""
    log = BenchLog(people=1)
    event, moment, writer = log.event(log.people[0]), log.clock(), Writer(log.ca)
    subject = log.subjects.of(log.people[0], YEAR)
    entry_id = uuid7(int(moment.timestamp() * 1000))
    body = canonical(body_of(event, entry_id, moment))
    key = Ed25519PrivateKey.generate()
    works: Mapping[str, Work] = {
        "the whole row": lambda: writer.row(event, subject, entry_id, moment, 0),
        "body in canonical JSON": lambda: canonical(body_of(event, entry_id, moment)),
        "sealing it (HPKE)": lambda: seal(body, subject, entry_id),
        "signing it (Ed25519)": lambda: key.sign(sha256(body).digest() * 10),
    }
    return {name: cpu_of(work, least) * 1000 for name, work in works.items()}


def report(points: Mapping[int, Point], parts: Mapping[str, float], writer: Mapping[str, float]) -> str:
    head = (
        "entries a batch",
        "rows trusted, µs",
        "signatures checked, µs",
        "entries/s a core",
        "in the log already, µs",
    )
    rows = [(size, p.trusted, p.checked, round(1e6 / p.checked), p.known) for size, p in points.items()]
    return "\n\n".join(
        [
            "The sequencer, for each entry, without I/O:",
            table(head, rows),
            "Where it goes, each by itself:",
            table(("sequencer", "µs"), parts.items()),
            "The writer, for each entry, beside the read or the change that it is about:",
            table(("writer", "µs"), writer.items()),
        ]
    )
