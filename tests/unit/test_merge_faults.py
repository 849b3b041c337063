"""A merge that is stopped, doubled or met by other work: no record is lost, none is doubled, in no order of events."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chalicelib.domain.erasures import Basis
from chalicelib.domain.identity import Role
from chalicelib.domain.merges import MergeState
from chalicelib.errors import CardMergedError, MedkartaError, OutcomeUnknownError, UnavailableError, WrongStateError
from chalicelib.ports import keys
from chalicelib.ports.tables import Store
from chalicelib.records.examination import EXAMINATION_PROTOCOL
from tests.effort import tried
from tests.unit.merge_world import GOES, STAYS, Registry

pytestmark = pytest.mark.requirement("SPC-5")


def dying(registry: Registry, number: int, error: type[BaseException], *, lost: bool) -> list[int]:
    """Die at commit ``number`` (from 1), before it happens or right after; the list counts commits."""
    done: list[int] = []

    def commit(writes: Any) -> None:
        done.append(len(writes))
        if len(done) != number:
            return type(registry.tables).commit(registry.tables, writes)
        if lost:
            type(registry.tables).commit(registry.tables, writes)
        raise error

    registry.tables.commit = commit  # type: ignore[method-assign]
    return done


def alive(registry: Registry) -> None:
    del registry.tables.commit  # type: ignore[method-assign]


def filled(*, undone: bool) -> tuple[Registry, str, dict[str, Any], dict[str, Any]]:
    """Up to where the background work begins, and what must be on both cards when it has ended."""
    registry = Registry()
    registry.fill()
    stays, goes = registry.contents(STAYS), registry.contents(GOES)
    merge_id = registry.merged() if undone else registry.approved()
    if undone:
        registry.undo(merge_id)
        return registry, merge_id, stays, goes
    twin = f"R#{EXAMINATION_PROTOCOL.name}#{registry.twin[1]}"
    return registry, merge_id, {**stays, **goes, twin: (goes[twin][0], "duplicate")}, goes


def commits(*, undone: bool) -> int:
    registry, *_ = filled(undone=undone)
    registry.clock.advance(minutes=3)
    done = dying(registry, 0, SystemExit, lost=False)
    registry.carrying.run()
    return len(done)


STEPS = {"forth": commits(undone=False), "back": commits(undone=True)}
STOPS = {
    "crash before": (SystemExit, False),
    "crash after": (SystemExit, True),
    "store down": (UnavailableError, False),
    "done, reply lost": (OutcomeUnknownError, True),
}


def test_there_are_as_many_steps_as_are_tested() -> None:
    assert STEPS["forth"] >= 9
    assert STEPS["back"] >= 9


@pytest.mark.parametrize(
    ("way", "number"), [(way, number) for way, steps in STEPS.items() for number in range(1, steps + 1)]
)
@pytest.mark.parametrize(("error", "lost"), STOPS.values(), ids=STOPS)
def test_stopped_at_any_step_and_run_again_every_record_is_there_once(
    way: str, number: int, error: type[BaseException], *, lost: bool
) -> None:
    registry, merge_id, stays, goes = filled(undone=way == "back")
    registry.clock.advance(minutes=3)
    dying(registry, number, error, lost=lost)
    with suppress(SystemExit, MedkartaError):
        registry.new_carrying().run()
    alive(registry)
    registry.carry_on()
    assert registry.state(merge_id) == ("undone" if way == "back" else "merged")
    assert registry.contents(STAYS) == stays
    assert registry.contents(GOES) == goes
    counts = registry.merges.mine(registry.anna)[0]["counts"]
    assert counts == {"carried": 3, "duplicates": 1, "returned": 4 if way == "back" else 0, "kept": 0}
    code = registry.tables.rows(Store.CARD)
    (leads,) = {row["patient"] for key, row in code.items() if key.sk == "RX"}
    assert leads == (GOES if way == "back" else STAYS)


@pytest.mark.parametrize("number", range(1, STEPS["forth"] + 1))
def test_two_workers_at_once_do_it_once(number: int) -> None:
    registry, merge_id, stays, goes = filled(undone=False)
    registry.clock.advance(minutes=3)
    plain, count = type(registry.tables).commit, [0]

    def commit(writes: Any) -> None:
        count[0] += 1
        if count[0] == number:
            registry.new_carrying().run()
        plain(registry.tables, writes)

    registry.tables.commit = commit  # type: ignore[method-assign]
    registry.carrying.run()
    alive(registry)
    registry.carry_on()
    assert registry.state(merge_id) == "merged"
    assert (registry.contents(STAYS), registry.contents(GOES)) == (stays, goes)


@pytest.mark.parametrize("what", ["audit", "vault", "files"])
def test_what_fails_outside_the_tables_is_tried_again(what: str) -> None:
    registry, merge_id, stays, _ = filled(undone=False)
    getattr(registry, what).fail_next(2)
    registry.carry_on()
    assert registry.state(merge_id) == "merged"
    assert registry.contents(STAYS) == stays


def test_an_erased_person_is_carried_nowhere() -> None:
    registry, merge_id, _, goes = filled(undone=False)
    registry.keys.destroy(STAYS, "entry")
    registry.carry_on()
    assert registry.state(merge_id) == "running"
    assert registry.contents(GOES) == goes
    assert registry.tables.get(keys.queue(keys.CARRYING, merge_id)) is None


@pytest.mark.requirement("SPC-8")
@pytest.mark.parametrize("finished", [True, False])
def test_who_is_erased_is_erased_on_both_cards(*, finished: bool) -> None:
    registry, _, _, _ = filled(undone=False)
    if finished:
        registry.carry_on()
    admin, officer = registry.staff("admin", Role.ADMINISTRATOR, "system"), registry.staff("o", Role.SECURITY_OFFICER)
    with pytest.raises(WrongStateError):
        registry.erasures.propose(admin, GOES, Basis.COURT_ORDER, "1")
    made = registry.erasures.propose(admin, STAYS, Basis.COURT_ORDER, "1")["erasure_id"]
    registry.erasures.decide(officer, made, 1, approve=True)
    assert registry.eraser.execute(made) == "executed"
    for person in (STAYS, GOES):
        assert registry.keys.state(person) == "destroyed"
        assert registry.row(keys.card(person))["state"] == "erased"
        assert registry.tables.get(keys.profile(person)) is None
        assert registry.tables.get(keys.blind_index("snils", f"snils-{person}")) is None
    registry.carry_on()
    assert registry.eraser.execute(made) == "executed"


class Merging(RuleBasedStateMachine):
    """Work on two cards while they are merged and unmerged: every record is on the card that a model says."""

    @initialize()
    def begin(self) -> None:
        self.registry = Registry()
        self.count = 0
        self.merge = ""
        self.mine: dict[str, set[str]] = {STAYS: set(), GOES: set()}
        self.carried: set[str] = set()
        self.amended: set[str] = set()
        for person in (GOES, GOES, STAYS):
            self.write(person)
        self.propose()

    @property
    def state(self) -> str:
        return self.registry.state(self.merge) if self.merge else ""

    def card(self, person: str) -> str:
        return str(self.registry.row(keys.card(person))["state"])

    @rule(person=st.sampled_from([STAYS, GOES]))
    def write(self, person: str) -> None:
        self.count += 1
        try:
            made = self.registry.protocol(person, self.count)
        except CardMergedError as merged:
            made = self.registry.protocol(merged.patient_id, self.count)
            person = merged.patient_id
        except MedkartaError:
            assert self.card(person) == "merging"
            return
        self.mine[person].add(made)

    @precondition(lambda self: self.state in {"", "refused", "undone"})
    @rule()
    def propose(self) -> None:
        self.merge = self.registry.proposed()
        self.carried, self.amended = set(), set()

    @precondition(lambda self: self.state == "proposed")
    @rule(approve=st.sampled_from([True, True, True, False]), again=st.booleans())
    def decide(self, *, approve: bool, again: bool) -> None:
        if again:
            with suppress(MedkartaError):
                self.registry.decide(self.merge, by=self.registry.desk)
        if self.state == "proposed":
            self.registry.decide(self.merge, approve=approve)

    @precondition(lambda self: self.state in {"running", "undoing"})
    @rule(fails=st.sampled_from([0, 0, 0, 1, 3]))
    def work(self, fails: int) -> None:
        before = self.state
        self.registry.clock.advance(minutes=1)
        self.registry.tables.fail_next_commit(fails)
        self.registry.carrying.run()
        self.registry.tables._commit_faults.clear()
        if before == "running" and self.state == "merged":
            self.carried = set(self.mine[GOES])

    @precondition(lambda self: self.state == "merged")
    @rule()
    def undo(self) -> None:
        self.registry.undo(self.merge)

    @precondition(lambda self: self.state in {"running", "undoing"})
    @rule()
    def work_to_the_end(self) -> None:
        for _ in range(3):
            self.work(0)

    @precondition(lambda self: self.state == "merged" and self.carried)
    @rule()
    def amend(self) -> None:
        one = min(self.carried)
        version = int(self.registry.row(keys.record(STAYS, EXAMINATION_PROTOCOL.name, one))["ver"])
        self.registry.amend(STAYS, one, version, f"Позже {self.count}")
        self.amended.add(one)

    @invariant()
    def every_record_is_where_it_belongs(self) -> None:
        if not hasattr(self, "registry"):
            return
        state = self.state
        assert not state or state in set(MergeState)
        stays, goes = self.stored(STAYS), self.stored(GOES)
        assert goes >= self.mine[GOES]  # nothing is ever taken from the card that went
        assert stays >= self.mine[STAYS]
        if state == "merged":
            assert stays == self.mine[STAYS] | self.carried
            assert self.card(GOES) == "merged"
        if state in {"undone", "undoing"}:
            assert self.card(GOES) == "active"
        if state == "undone":
            assert stays == self.mine[STAYS] | self.amended
            self.mine[STAYS] = stays
        if state in {"", "proposed", "refused"}:
            assert stays == self.mine[STAYS]

    def stored(self, person: str) -> set[str]:
        return {sk.rsplit("#", 1)[1] for sk in self.registry.contents(person) if sk.startswith("R#")}


Merging.TestCase.settings = settings(max_examples=tried(20), stateful_step_count=18, deadline=None)
TestMerging = Merging.TestCase
