"""Gathering that is stopped, doubled or met by other work: nothing is lost or doubled, no illegal state is reached."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from chalicelib.domain.gathering import State
from chalicelib.errors import MedkartaError, OutcomeUnknownError, SourceUnavailableError, UnavailableError
from chalicelib.ports import keys
from chalicelib.ports.sources import Found
from chalicelib.ports.tables import Store, Update
from tests.effort import tried
from tests.gathering_world import CLINIC, LAB, GatheringWorld, allergy, other
from tests.world import ANNA

pytestmark = pytest.mark.requirement("ACT-3")

HELD = [allergy(1), other(2), allergy(3), allergy(1, 2), allergy(4, gone=True, kind="", body={}), allergy(1, 1)]
EXPECTED = {"AllergyIntolerance/1": "Вещество 1.2", "AllergyIntolerance/3": "Вещество 3.1"}
STOPS = {
    "crash before": (SystemExit, False),
    "crash after": (SystemExit, True),
    "store down": (UnavailableError, False),
    "done, reply lost": (OutcomeUnknownError, True),
}


def filled() -> GatheringWorld:
    world = GatheringWorld()
    world.clinic.held = list(HELD)
    world.opened()
    return world


def dying(world: GatheringWorld, number: int, error: type[BaseException], *, lost: bool) -> list[int]:
    """Die at commit ``number`` (from 1), before it happens or right after; the list counts commits."""
    done: list[int] = []

    def commit(writes: Any) -> None:
        done.append(len(writes))
        if len(done) != number:
            return type(world.tables).commit(world.tables, writes)
        if lost:
            type(world.tables).commit(world.tables, writes)
        raise error

    world.tables.commit = commit  # type: ignore[method-assign]
    return done


def commits() -> int:
    world = filled()
    done = dying(world, 0, SystemExit, lost=False)
    world.gathering.run()
    return len(done)


STEPS = commits()


def test_there_are_as_many_steps_as_are_tested() -> None:
    assert STEPS >= 12


@pytest.mark.parametrize("number", range(1, STEPS + 1))
@pytest.mark.parametrize(("error", "lost"), STOPS.values(), ids=STOPS)
def test_stopped_at_any_step_and_run_again_every_record_is_there_once(
    number: int, error: type[BaseException], *, lost: bool
) -> None:
    world = filled()
    dying(world, number, error, lost=lost)
    with suppress(SystemExit):
        world.gathering.run()
    del world.tables.commit  # type: ignore[method-assign]
    for _ in range(4):
        world.clock.advance(minutes=11)
        world.gathering.run()
    assert (world.state(CLINIC), world.state(LAB)) == ("done", "done")
    assert {name: substance for name, (_, substance) in world.substances().items()} == EXPECTED
    assert world.kept_whole() == {"Immunization/2": "no-rule"}
    counts = world.counts()
    assert (counts["added"], counts["unmapped"], counts["withdrawn"]) == (2, 1, 1)
    assert len(world.queued()) == 2


def test_two_workers_at_once_take_each_record_once() -> None:
    world = filled()
    second = world.new_gathering()
    fetch = world.clinic.fetch

    def meanwhile(*asked: Any) -> Any:
        world.clinic.fetch = fetch  # type: ignore[method-assign]
        batch = fetch(*asked)
        row = world.source()
        second.work({"patient": ANNA, "source": CLINIC, "due": row["due"], "sk": "other"}, set())
        return batch

    world.clinic.fetch = meanwhile  # type: ignore[method-assign]
    world.gathering.run()
    world.clock.advance(minutes=11)
    world.gathering.run()
    assert (world.state(), world.counts()["added"]) == ("done", 2)
    assert {name: substance for name, (_, substance) in world.substances().items()} == EXPECTED


class Gathering(RuleBasedStateMachine):
    """Any order of runs, failures, wishes of the person, states of the card, and versions at the source."""

    @initialize()
    def begin(self) -> None:
        self.world = GatheringWorld()
        self.world.clinic.page = 1
        self.anna = self.world.opened()
        self.truth: dict[str, Found] = {}
        self.seen: dict[str, int] = {}
        self.version = 0

    @rule(n=st.integers(1, 3), kind=st.sampled_from(["kept", "whole", "gone"]))
    def changes_at_the_source(self, n: int, kind: str) -> None:
        self.version += 1
        more: dict[str, Any] = {} if kind == "kept" else {"kind": "", "body": {}, "reason": "unit"}
        found = allergy(n, self.version, **more, gone=kind == "gone")
        self.truth[found.reference] = found
        self.world.clinic.held.append(found)

    @rule(data=st.data())
    def comes_in_another_order(self, data: st.DataObject) -> None:
        self.world.clinic.held = data.draw(st.permutations(self.world.clinic.held))

    @rule(minutes=st.sampled_from([0, 2, 15, 60 * 25]))
    def runs(self, minutes: int) -> None:
        self.world.clock.advance(minutes=minutes)
        self.world.gathering.run()

    @rule(number=st.integers(1, 6), lost=st.booleans())
    def runs_and_dies(self, number: int, *, lost: bool) -> None:
        dying(self.world, number, SystemExit, lost=lost)
        with suppress(SystemExit):
            self.world.gathering.run()
        del self.world.tables.commit  # type: ignore[method-assign]

    @rule()
    def source_fails(self) -> None:
        self.world.clinic.errors.append(SourceUnavailableError())

    @rule(paused=st.booleans())
    def is_switched(self, *, paused: bool) -> None:
        with suppress(MedkartaError):
            self.world.sources.switch(self.anna, CLINIC, paused=paused, language="ru")

    @rule()
    def is_refreshed(self) -> None:
        with suppress(MedkartaError):
            self.world.sources.refresh(self.anna, CLINIC, "ru")

    @rule(state=st.sampled_from(["active", "active", "suspended"]))
    def card_is(self, state: str) -> None:
        self.world.tables.commit([Update(keys.card(ANNA), {"state": state})])

    @invariant()
    def one_place_in_the_queue_and_no_version_goes_back(self) -> None:
        row = self.world.source()
        mine = [entry for entry in self.world.queued() if entry.startswith(CLINIC)]
        assert mine == ([f"{CLINIC} {row['due']}"] if row["due"] else [])
        assert (row["state"] == State.PAUSED) == (not row["due"])
        for key, origin in self.world.tables.rows(Store.CARD).items():
            if key.sk.startswith("ORIGIN#"):
                assert int(origin["number"]) >= self.seen.get(key.sk, 0)
                self.seen[key.sk] = int(origin["number"])

    def teardown(self) -> None:
        """In the end, when nothing fails any more, the card is what the source is."""
        if not hasattr(self, "world"):
            return
        self.card_is("active")
        self.world.clinic.errors.clear()
        self.is_switched(paused=False)
        for _ in range(6):
            self.world.clock.advance(days=9)
            self.world.gathering.run()
        assert self.world.state() == "done"
        newest = self.world.substances()
        for reference, found in self.truth.items():
            if found.kind:
                assert newest[reference][1] == found.body["substance"]
            elif not found.gone:
                assert self.world.kept_whole()[reference] == "unit"


TestGathering = Gathering.TestCase
TestGathering.settings = settings(max_examples=tried(20), stateful_step_count=15, deadline=None)
