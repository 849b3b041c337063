"""Audit writing over a line that fails: whatever happens, no number twice, no gap, no false word.

The store here loses requests, loses replies, and delivers lost requests late, as a real network can.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.errors import AuditUnavailableError, ConflictError, OutcomeUnknownError, UnavailableError
from chalicelib.ports.tables import Expect, Item, Key, Put, Store, Update, Write
from tests.effort import tried
from tests.fakes import MemoryTables
from tests.unit.test_audit_log import RECORD, Desk, event

FAULTS = ["fine", "refused", "reply lost", "request late"]


class BadLine(MemoryTables):
    """``script`` says what becomes of each commit of audit entries and of each look whether it arrived."""

    def __init__(self) -> None:
        super().__init__()
        self.script: list[str] = []
        self.reads: list[bool] = []
        self.late: list[Sequence[Write]] = []

    def commit(self, writes: Sequence[Write]) -> None:
        entries = any(write.key.store is Store.AUDIT_OUTBOX for write in writes)
        fault = self.script.pop(0) if entries and self.script else "fine"
        if fault == "refused":
            raise UnavailableError
        if fault == "request late":
            self.late.append(list(writes))
            raise OutcomeUnknownError
        super().commit(writes)
        if fault == "reply lost":
            raise OutcomeUnknownError

    def get_many(self, keys: Sequence[Key]) -> dict[Key, Item]:
        if self.reads and not self.reads.pop(0):
            raise UnavailableError
        return super().get_many(keys)

    def deliver(self) -> None:
        """The late requests arrive now; the store judges them as any other."""
        for writes in self.late:
            try:
                super().commit(writes)
            except ConflictError:
                continue
        self.late = []


def bad_desk() -> tuple[Desk, BadLine]:
    line = BadLine()
    return Desk(line), line


def numbers(desk: Desk) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for row in desk.rows():
        found.setdefault(row["wid"], []).append(row["wn"])
    return found


STEP = st.tuples(
    st.sampled_from(["entry", "two entries", "change", "stale change"]),
    st.lists(st.sampled_from(FAULTS), max_size=4),
    st.lists(st.booleans(), max_size=4),
    st.booleans(),
)


@pytest.mark.requirement("AUD-1", "AUD-2")
@settings(max_examples=tried(150), deadline=None)
@given(st.lists(STEP, max_size=12))
def test_whatever_the_line_does_the_counters_stay_whole(steps: list[Any]) -> None:
    desk, line = bad_desk()
    line.commit([Put(RECORD, {"ver": 0})])
    changes = 0
    for what, faults, reads, deliver in steps:
        line.script, line.reads = list(faults), list(reads)
        entry_ids = [desk.log.new_id() for _ in range(2 if what == "two entries" else 1)]
        version = (line.get(RECORD) or {})["ver"]
        expect = {"ver": version if what == "change" else version + 7}
        writes = [Update(RECORD, set={"by": entry_ids[0]}, add={"ver": 1}, expect=expect)] if "change" in what else []
        try:
            desk.log.commit([event()] * len(entry_ids), writes, entry_ids)
        except OutcomeUnknownError:
            told = "unknown"
        except (AuditUnavailableError, ConflictError):
            told = "no"
        else:
            told = "yes"
        line.script, line.reads = [], []
        stored = {row["sk"] for row in desk.rows()} >= set(entry_ids)
        if told != "unknown":
            assert stored == (told == "yes")
        changed = (line.get(RECORD) or {})["ver"] - version
        assert changed == (1 if stored and writes else 0)  # both or neither, also when nobody was told
        changes += changed
        if deliver:
            line.deliver()
    line.deliver()
    for used in numbers(desk).values():
        assert used == list(range(len(used)))


def test_a_late_request_never_shares_its_number() -> None:
    """Lost twice, given up, and then it arrives after all: the next entry must not have taken its number."""
    desk, line = bad_desk()
    line.script = ["request late"] * 3
    with pytest.raises(AuditUnavailableError):
        desk.log.append(event())
    desk.log.append(event())
    line.deliver()
    assert sorted(map(len, numbers(desk).values())) == [1, 1]
    assert desk.kms.calls.count("sign") == 2


def test_a_conflict_after_a_lost_request_retires_the_writer() -> None:
    desk, line = bad_desk()
    line.commit([Put(RECORD, {"ver": 1})])
    line.script = ["request late"]
    line.reads = [True]
    with pytest.raises(ConflictError) as refused:
        desk.log.commit([event()], [Update(RECORD, {"x": 1}, expect={"ver": 2})])
    assert refused.value.index == 0
    desk.log.append(event())
    assert desk.kms.calls.count("sign") == 2


def test_a_lost_reply_is_found_out_without_a_second_sending() -> None:
    desk, line = bad_desk()
    line.script = ["reply lost"]
    entry_id = desk.log.append(event())
    assert [row["sk"] for row in desk.rows()] == [entry_id]
    desk.log.append(event())
    assert list(numbers(desk).values()) == [[0, 1]]


@pytest.mark.parametrize("after", ["refused", "fine"])
def test_when_nobody_can_look_the_outcome_is_called_unknown(after: str) -> None:
    desk, line = bad_desk()
    line.script, line.reads = ["reply lost", after, after], [False] * 3
    with pytest.raises(OutcomeUnknownError):
        desk.log.commit([event()], [Put(RECORD, {"ver": 1})])
    assert len(desk.rows()) == 1


def test_an_id_that_another_entry_has_is_no_success() -> None:
    desk, _ = bad_desk()
    entry_id = desk.log.append(event())
    with pytest.raises(AuditUnavailableError):
        desk.log.append(event("visit:other"), entry_id)
    assert desk.body(desk.rows()[0])["action"] == "visit:read"


def test_another_entry_of_the_same_id_is_not_taken_for_ones_own_after_a_lost_request() -> None:
    desk, line = bad_desk()
    entry_id = desk.log.append(event())
    line.script = ["request late"]
    with pytest.raises(AuditUnavailableError):
        desk.log.append(event("visit:other"), entry_id)
    line.deliver()
    assert [desk.body(row)["action"] for row in desk.rows()] == ["visit:read"]


@pytest.mark.requirement("AUD-1")
def test_the_store_of_entries_is_down_nothing_is_written() -> None:
    desk, line = bad_desk()
    line.script = ["refused"]
    with pytest.raises(AuditUnavailableError):
        desk.log.commit([event()], [Put(RECORD, {"ver": 1}, Expect.ABSENT)])
    assert line.get(RECORD) is None
    assert desk.rows() == []
