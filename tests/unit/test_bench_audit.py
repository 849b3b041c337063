"""The benchmarks of the audit log run, on sizes too small to mean anything, and count what is there to be counted."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bench.audit import counts, proofs, sections
from bench.audit.log import GROWN, BenchLog, batches, changes, stock
from bench.audit.sizes import FULL, QUICK, TINY, WARM_UP
from bench.audit.stores import GET, LIST, PUT, READ, SIGN, WITNESS, WRITE, Meter

pytestmark = pytest.mark.requirement("AUD-2")


def at_once(_name: str, work: Callable[[], Any]) -> Any:
    return work()


def test_every_section_that_needs_no_emulator_runs() -> None:
    found = dict(sections.in_memory(TINY, at_once, timedelta(minutes=5)))
    assert list(found) == [
        f"The audit log: {what}"
        for what in ("CPU of an entry", "entries per second", "proofs", "calls to AWS", "cost", "checking it")
    ]
    for text in found.values():
        assert "| ---" in text
        assert "| nan |" not in text
    for system in ("Tessera", "TesseraCT", "Trillian", "Sunlight", "immudb", "Rekor"):
        assert system in found["The audit log: entries per second"]


def test_a_log_that_seems_grown_is_appended_to_as_any_other() -> None:
    log = BenchLog(witness=True, people=3)
    log.begin()
    assert log.intake().changes(changes(stock(7, people=3))) == 7
    assert log.sizes()[2026] == GROWN + 7


def test_a_batch_costs_the_calls_that_its_steps_make() -> None:
    (found,) = counts.measure(stock(106, people=3), {1: 6}).values()
    calls = {kind: found.calls[kind] for kind in (PUT, GET, LIST, READ, WRITE, SIGN, WITNESS)}
    # Put: segment, three partial tiles, bundle, locked checkpoint, pointer. Read: head, entry, hint, link, writer.
    # Written: head, index in two halves, applied.
    assert calls == {PUT: 7, GET: 1, LIST: 1, READ: 6, WRITE: 4, SIGN: 1, WITNESS: 1}


def test_proofs_are_as_long_as_the_tree_is_high() -> None:
    included, consistent = proofs.measure((10, 256, 300), 20, 0.001)
    for found in (*included, *consistent):
        assert found.longest <= math.ceil(math.log2(found.size)) + 1
    assert [found.longest for found in included] == [4, 8, 9]


def test_the_sizes_have_entries_enough() -> None:
    for sizes in (FULL, QUICK, TINY):
        for repeats in (sizes.cpu, sizes.waited, sizes.counted):
            assert all(size * count < sizes.stock for size, count in repeats.items())
        assert all(WARM_UP + size * count <= sizes.stock for size, count in sizes.counted.items())
        assert set(sizes.counted) <= set(sizes.waited), "the cost needs the time of its batches"
        assert sizes.entries <= sizes.stock


def test_batches_are_whole_but_for_the_last() -> None:
    assert [len(batch) for batch in batches([{"n": n} for n in range(7)], 3)] == [3, 3, 1]


def test_waiting_beside_each_other_is_as_long_as_the_longest_lane() -> None:
    meter = Meter(waits={PUT: 10})
    meter.call(PUT)
    assert meter.abreast(2)(lambda number: meter.call(PUT) or number, [1, 2, 3, 4, 5]) == [1, 2, 3, 4, 5]
    assert meter.waited == 10 + 30
    assert meter.counts[PUT] == 6
