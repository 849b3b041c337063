"""Stores that fail, lose replies, lose objects; keys and witnesses that are away (faults 6, 7, 17, 32, 34, 35, 39)."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.audit.alarms import ForkError, LostRaceError
from chalicelib.audit.indexing import Rebuilder
from chalicelib.audit.merkle import Edge, tile_path
from chalicelib.audit.publishing import witnessed_at
from chalicelib.audit.tidying import edge_of
from chalicelib.errors import MedkartaError, OutcomeUnknownError, UnavailableError
from chalicelib.ports.tables import Store
from tests.log.world import NAME, YEAR, LogWorld
from tests.memory_tables import MemoryTables

pytestmark = pytest.mark.requirement("AUD-2")


OFTEN = 0.04
"""Of all calls, before and after each."""


class FlakyTables(MemoryTables):
    """Each call fails before it does anything, or after it did it: the reply is lost."""

    def __init__(self, seed: int, often: float) -> None:
        super().__init__()
        self.random, self.often, self.faults = random.Random(seed), often, 0
        self.on = False

    def _called(self, operation: str) -> None:
        super()._called(operation)
        if self.on and self.random.random() < self.often:
            self.faults += 1
            raise UnavailableError

    def commit(self, writes: Any) -> None:
        super().commit(writes)
        if self.on and self.random.random() < self.often:
            self.faults += 1
            raise OutcomeUnknownError


def test_calls_fail_or_lose_their_replies(record_property: Any) -> None:
    world = LogWorld()
    flaky = FlakyTables(7, OFTEN)
    world.tables = flaky
    world.subjects._tables = flaky
    world.store = type(world.store)(flaky, world.locked, world.edge)
    faults = [0]

    def fault(_what: str) -> None:
        if flaky.on and flaky.random.random() < OFTEN:
            faults[0] += 1
            raise UnavailableError

    world.locked.fault = world.edge.fault = fault
    for _ in range(80):
        batch = world.rows(flaky.random.randint(1, 30))
        flaky.on = True
        for _ in range(200):
            try:
                world.sequencer().run(YEAR, batch)
            except (MedkartaError, LostRaceError):
                continue
            break
        else:
            raise AssertionError("it never succeeded")
        flaky.on = False
    world.check()
    assert faults[0] + flaky.faults > 100
    record_property("faults", faults[0] + flaky.faults)


def test_kms_is_down_after_the_commit(record_property: Any) -> None:
    world = LogWorld()
    rows = world.rows(10)
    world.log_key.down = True
    with pytest.raises(UnavailableError):
        world.sequencer().run(YEAR, rows)
    head = world.store.head(YEAR)
    assert head is not None
    assert (head.size, head.applied < head.ver) == (11, True)
    world.log_key.down = False
    assert world.sequencer().run(YEAR, rows) == 0  # committed by then: published late, by the repetition
    world.check()
    record_property("faults", 1)


def test_the_edge_is_wiped_or_altered_and_made_anew(record_property: Any) -> None:
    world = LogWorld()
    for _ in range(20):
        world.sequencer().run(YEAR, world.rows(35))
    for wiped in (True, False):
        for name in [name for name in world.edge.kept if ".p/" in name]:
            data = world.edge.kept.pop(name)[-1] or b""
            if not wiped:
                world.edge.overwrite(name, data[:-1] + bytes([data[-1] ^ 1]))
        world.sequencer().run(YEAR, world.rows(3))
        world.sequencer().run(YEAR, world.rows(300))
    current = [name for name in world.exported() if ".p/" in name]
    report = world.fsck()
    spoiled = {f.place for f in report.findings if f.level == "broken"}
    assert spoiled <= set(current)  # what is left of the old, altered right edge; never the tree of now
    for name in spoiled:
        del world.edge.kept[name]
    world.check()
    record_property("faults", 2)


def test_the_pointer_is_lost(record_property: Any) -> None:
    world = LogWorld(witness=True)
    world.sequencer().run(YEAR, world.rows(30))
    del world.edge.kept[f"{YEAR}/checkpoint"]
    world.sequencer().run(YEAR, world.rows(3))
    world.check()
    record_property("faults", 1)


def test_locked_objects_that_are_altered_stop_the_sequencer(record_property: Any) -> None:
    world = LogWorld()
    world.sequencer().run(YEAR, world.rows(100))
    for name in [name for name in world.edge.kept if ".p/" in name]:
        world.edge.kept[name] = [None]
    [segment] = [name for name in world.locked.kept if "/segment/" in name]
    good = world.locked.kept[segment][0]
    assert good is not None
    world.locked.overwrite(segment, good[:-9] + bytes(9))
    with pytest.raises(ForkError):
        world.sequencer().run(YEAR, world.rows(1))
    record_property("faults", 1)


def test_a_witness_that_is_away_holds_up_nothing_and_catches_up(record_property: Any) -> None:
    world = LogWorld(witness=True)
    assert world.witness is not None
    sequencer = world.sequencer()
    sequencer.run(YEAR, world.rows(20))
    world.witness.away = True
    for _ in range(4):
        world.clock.advance(minutes=15)
        sequencer.run(YEAR, world.rows(20))
    assert witnessed_at(world.store.pointer(YEAR)[0]) == 0
    assert "quorum-missed" in {f.code for f in world.fsck(1).findings} or world.fsck(1).exit_code
    world.witness.away = False
    sequencer.run(YEAR, world.rows(20))
    world.check()
    record_property("faults", 4)


def test_the_heartbeat_brings_a_fresh_cosignature_without_new_entries(record_property: Any) -> None:
    world = LogWorld(witness=True)
    assert world.witness is not None
    intake = world.intake()
    assert intake.renew() == 0  # nothing to cosign yet
    world.sequencer().run(YEAR, world.rows(20))
    first = witnessed_at(world.store.pointer(YEAR)[0])
    world.clock.advance(minutes=1)
    assert intake.renew() == 0
    assert witnessed_at(world.store.pointer(YEAR)[0]) == first + 60
    assert world.sizes() == {YEAR: 21}
    world.witness.away = True
    world.clock.advance(minutes=6)
    assert intake.renew() == 360  # seconds: above five minutes the alarm goes off
    world.witness.away = False
    assert intake.renew() == 0
    world.check()
    record_property("faults", 1)


def test_a_log_without_a_witness_says_so() -> None:
    world = LogWorld()
    world.sequencer().run(YEAR, world.rows(2))
    assert world.intake().renew() is None


def test_a_witness_that_is_ahead_is_an_alarm(record_property: Any) -> None:
    """Head, index and bucket are put back to an earlier state as a whole: only the witness remembers."""
    world = LogWorld(witness=True)
    world.sequencer().run(YEAR, world.rows(30))
    tables = {key: dict(row) for key, row in world.tables._rows.items()}
    locked = {name: list(versions) for name, versions in world.locked.kept.items()}
    edge = {name: list(versions) for name, versions in world.edge.kept.items()}
    world.sequencer().run(YEAR, world.rows(30))
    world.tables._rows, world.locked.kept, world.edge.kept = tables, locked, edge
    with pytest.raises(ForkError, match="witness"):
        world.sequencer().run(YEAR, world.rows(5))
    record_property("faults", 1)


def test_a_lost_index_is_made_again_the_same(record_property: Any) -> None:
    world = LogWorld()
    for _ in range(4):
        world.sequencer().run(YEAR, world.rows(200))
    before = world.tables.rows(Store.AUDIT_INDEX)
    for key in before:
        del world.tables._rows[key]
    assert Rebuilder(world.store, NAME, world.log_key).rebuild(YEAR) == 801
    after = world.tables.rows(Store.AUDIT_INDEX)
    assert {key: row for key, row in after.items() if key.pk != "HEAD"} == {
        key: row for key, row in before.items() if key.pk != "HEAD"
    }
    world.sequencer().run(YEAR, world.rows(10))
    world.check()
    record_property("faults", len(before))


def test_a_database_restored_from_a_backup_follows_what_was_published(record_property: Any) -> None:
    """The sequencer takes the old head for an attack; the operator, who knows of the restore, has it made again."""
    world = LogWorld(witness=True)
    world.sequencer().run(YEAR, world.rows(50))
    backup = dict(world.tables._rows)
    for _ in range(3):
        world.sequencer().run(YEAR, world.rows(50))
    world.tables._rows = backup
    waiting = world.rows(1)
    with pytest.raises(ForkError):
        world.sequencer().run(YEAR, waiting)
    assert Rebuilder(world.store, NAME, world.log_key).rebuild(YEAR) == 201
    world.sequencer().run(YEAR, [*waiting, *world.rows(10)])
    world.check()
    record_property("faults", 1)


def test_an_index_is_not_made_from_another_segment(record_property: Any) -> None:
    world = LogWorld()
    for _ in range(3):
        world.sequencer().run(YEAR, world.rows(20))
    names = sorted(name for name in world.locked.kept if "/segment/" in name)
    world.locked.overwrite(names[1], world.locked.kept[names[0]][0] or b"")
    with pytest.raises(ForkError):
        Rebuilder(world.store, NAME, world.log_key).rebuild(YEAR)
    record_property("faults", 1)


def test_the_log_time_never_falls(record_property: Any) -> None:
    world = LogWorld()
    for hours in (0, -2, 2, -1, 3):
        world.clock.advance(hours=hours)
        world.sequencer().run(YEAR, world.rows(5))
    world.clock.now -= timedelta(days=2)
    world.sequencer().run(YEAR, world.rows(5))
    world.check()
    record_property("faults", 4)


def test_what_the_edge_has_outgrown_is_removed_and_nothing_else(record_property: Any) -> None:
    world = LogWorld(witness=True)
    for _ in range(40):
        world.sequencer().run(YEAR, world.rows(8))
    partial = sum(".p/" in name for name in world.exported())
    assert world.intake().tidy() == 0  # a reader may still go by a checkpoint of today
    world.clock.advance(hours=25)
    assert world.intake().tidy() == partial - 3  # level 0, level 1, bundle
    assert world.intake().tidy() == 0
    world.check()
    world.sequencer().run(YEAR, world.rows(8))
    world.check()
    record_property("faults", 0)


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 65_536, 65_537, 70_000])
def test_the_edge_is_what_a_tip_puts_there(size: int) -> None:
    edge = Edge()
    for number in range(size):
        edge.append(number.to_bytes(32))
    tiles = {tile_path(level, number, width) for level, number, width, _ in edge.partial_tiles()}
    assert {name for name in edge_of(size) if "entries" not in name} == tiles
    assert sum("entries" in name for name in edge_of(size)) == bool(size % 256)
