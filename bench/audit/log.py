"""A whole log in memory to measure: sequencer, intake, witness and verifier are the real ones."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Any

from bench.audit.stores import CountedKey, CountedObjects, CountedTables, CountedWitness, Meter
from chalicelib.audit import notes
from chalicelib.audit.envelopes import signature_holds
from chalicelib.audit.intake import Change
from chalicelib.audit.logstore import Head, LogStore
from chalicelib.audit.merkle import Edge, tile_path
from chalicelib.audit.notes import Checkpoint
from chalicelib.audit.subjects import Subjects
from chalicelib.audit.writer import Writer
from chalicelib.domain.identity import PersonId
from chalicelib.ports import keys
from chalicelib.ports.tables import Put
from tests.log.world import NAME, SOFT_KEYS, YEAR, LogWorld
from tests.unit.test_audit_log import tags_of

PEOPLE, WRITERS = 2_000, 20
GROWN = 391 * 256
"""Leaves of a log that is no beginner's: three levels of tiles, as any has above 65 536."""

Item = dict[str, Any]


class BenchLog(LogWorld):
    """``threads``: calls to the stores at the same time, 0 for one after another."""

    # The fakes of the tests stand for the real ones by what they do, not by their type.
    ca: Any
    log_key: Any
    locked: Any
    edge: Any

    def __init__(
        self, meter: Meter | None = None, *, witness: bool = False, threads: int = 0, people: int = PEOPLE
    ) -> None:
        super().__init__(witness=witness)
        signature_holds.cache_clear()  # as in a new environment
        self.meter = meter = meter or Meter()
        self.tables = CountedTables(meter)
        self.locked, self.edge = CountedObjects(meter, "locked"), CountedObjects(meter, "edge")
        self.log_key = CountedKey(SOFT_KEYS[0], meter)
        self.subjects = Subjects(self.tables, lambda: self.kms, self.ca, tags_of(self.kms), "arn:key", "demo")
        self.store = LogStore(self.tables, self.locked, self.edge, self._together(threads))
        if self.witness:
            self.witness = CountedWitness(self.witness, self.witness_key, meter)
        self.people = [PersonId(f"person{number}") for number in range(people)]
        self.writers = [Writer(self.ca) for _ in range(WRITERS)]

    def _together(self, threads: int) -> Callable[[Callable[[Any], Any], Sequence[Any]], list[Any]]:
        if not (threads and self.meter.sleeps):
            return self.meter.abreast(threads or 1)
        pool = ThreadPoolExecutor(threads)
        return lambda work, things: list(pool.map(work, things))

    def exported(self) -> dict[str, bytes]:
        return {**self.locked.kept, **self.edge.kept}

    def begin(self, size: int = GROWN) -> None:
        """As if ``size`` leaves (whole bundles) were there already: enough of it to append to, not to be checked."""
        edge = Edge()
        for number in range(size):
            edge.append(sha256(number.to_bytes(8, "big")).digest(), self._put_tile)
        for level, number, width, tile in edge.partial_tiles():
            self.store.put_edge(YEAR, tile_path(level, number, width), tile)
        head = Head(2, 2, size, edge.root(), int(self.clock().timestamp() * 1000), "segment/none", "00")
        self.tables.commit([Put(keys.log_head(YEAR), head.item())])
        note = notes.signed(Checkpoint(f"{NAME}/{YEAR}", size, edge.root()), self.log_key)
        self.store.first(YEAR, f"checkpoints/{size:020d}", note.encode())
        self.store.point(YEAR, note, "")

    def _put_tile(self, level: int, number: int, tile: bytes) -> None:
        self.store.put_locked(YEAR, tile_path(level, number), tile)


def stock(count: int, people: int = PEOPLE) -> list[Item]:
    """Genuine rows of the outbox, to be fed to any number of logs."""
    log = BenchLog(people=people)
    return [log.item() for _ in range(count)]


def changes(items: Sequence[Item]) -> list[Change]:
    """As the stream brings them."""
    return [Change("INSERT", item) for item in items]


def batches(items: Sequence[Item], size: int) -> Iterator[list[Item]]:
    source = iter(items)
    while batch := list(itertools.islice(source, size)):
        yield batch
