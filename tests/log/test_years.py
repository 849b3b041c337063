"""A new year: another log that holds the last checkpoint of the old one; killed at every step of it (fault 33)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.audit.alarms import ForkError
from chalicelib.audit.entry import b64
from chalicelib.audit.intake import Change
from chalicelib.ports import keys
from tests.log.world import STEPS, TALLY, YEAR, Crash, LogWorld, crash_at, row

pytestmark = pytest.mark.requirement("AUD-2", "AUD-3")

NEXT = YEAR + 1


def at_new_year() -> LogWorld:
    world = LogWorld(witness=True)
    world.clock.now = datetime(YEAR, 12, 31, 23, 59, tzinfo=UTC)
    world.sequencer().run(YEAR, world.rows(300))
    world.clock.now = datetime(NEXT, 1, 1, 0, 1, tzinfo=UTC)
    return world


def both(world: LogWorld) -> None:
    """Both logs are whole, and nothing of the two years is lost or doubled."""
    assert world.fsck(1).exit_code == 0, [(f.code, f.place) for f in world.fsck(1).findings]
    ids = world.ids(YEAR) + world.ids(NEXT)
    TALLY["entries"] += len(world.written)
    TALLY["lost"] += len(set(world.written) - set(ids))
    assert len(ids) == len(set(ids)) == len(world.written) + 2
    assert set(world.written) <= set(ids)
    world._check_signatures(YEAR)
    world._check_signatures(NEXT)


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_a_step_of_the_first_batch_of_the_year(step: str, record_property: Any) -> None:
    world = at_new_year()
    batch = world.rows(20)
    with pytest.raises(Crash):
        world.sequencer(crash_at(step)).run(NEXT, batch)
    world.sequencer().run(NEXT, [*batch, *world.rows(5)])
    both(world)
    record_property("faults", 1)


def test_the_first_leaf_names_what_the_year_before_had_come_to(record_property: Any) -> None:
    world = at_new_year()
    head = world.store.head(YEAR)
    assert head is not None
    world.sequencer().run(NEXT, world.rows(1))
    first = json.loads(world.envelopes(NEXT)[0])
    assert first["log"] == {"origin": f"audit.test.example/{YEAR}", "size": head.size, "root": b64(head.root)}
    assert "log" not in json.loads(world.envelopes(NEXT)[1])
    both(world)
    record_property("faults", 0)


def test_entries_of_the_old_year_come_late_and_find_their_log(record_property: Any) -> None:
    """Both sides of midnight in one batch, writers that live on, and later a request that closes the old chain."""
    world = at_new_year()
    late = [world.item(year=YEAR) for _ in range(5)]
    new = [world.item() for _ in range(5)]
    world.intake().changes([Change("INSERT", new=item) for item in [*new, *late]])
    both(world)
    assert set(world.ids(YEAR)) >= {item["sk"] for item in late}
    world.sequencer().run(YEAR, [row(world.item(year=YEAR))])
    both(world)
    record_property("faults", 5)


def test_the_log_of_the_old_year_can_be_neither_dropped_nor_cut(record_property: Any) -> None:
    world = at_new_year()
    world.sequencer().run(NEXT, world.rows(5))
    objects = world.exported()
    this_year = {name: data for name, data in objects.items() if name.startswith(str(NEXT))}
    whole = world.fsck(1, this_year)
    assert {f.code for f in whole.findings} & {"year-before-absent", "year-before-missing"}
    old = at_new_year()  # the same people and another log: not the one that the first leaf names
    other = {name: data for name, data in old.exported().items() if name.startswith(str(YEAR))}
    report = world.fsck(1, {**this_year, **other})
    assert report.exit_code == 2
    record_property("faults", 2)


@pytest.mark.parametrize("gone", ["head", "objects and head"])
def test_a_year_whose_head_is_gone_stops_the_next(gone: str, record_property: Any) -> None:
    world = at_new_year()
    del world.tables._rows[keys.log_head(YEAR)]
    if gone == "head":
        with pytest.raises(ForkError, match="head is gone"):
            world.sequencer().run(NEXT, world.rows(1))
    else:
        for name in list(world.locked.kept):
            world.locked.mark_deleted(name)
        with pytest.raises(ForkError, match="head is gone"):
            world.sequencer().run(NEXT, world.rows(1))
    record_property("faults", 1)


def test_no_first_leaf_without_a_settled_year_before(record_property: Any) -> None:
    """The old log was committed and not published when the new one begins: it is finished first."""
    world = at_new_year()
    with pytest.raises(Crash):
        world.sequencer(crash_at("committed")).run(YEAR, [row(world.item(year=YEAR)) for _ in range(3)])
    world.sequencer().run(NEXT, world.rows(2))
    both(world)
    record_property("faults", 1)


def test_a_fork_of_the_year_before_is_an_alarm_and_no_lost_race(record_property: Any) -> None:
    world = at_new_year()
    world.tables.tamper(keys.log_head(YEAR), size=7)
    with pytest.raises(ForkError):
        world.sequencer().run(NEXT, world.rows(2))
    record_property("faults", 1)
