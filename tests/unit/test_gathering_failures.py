"""Sources that fail, and cards that are not open: gathering waits, goes on, or leaves (ACT-3)."""

from __future__ import annotations

import pytest

from chalicelib.domain import gathering
from chalicelib.errors import ConflictError, SourceAnswerError, SourcePersonError, SourceUnavailableError
from chalicelib.ports import keys
from chalicelib.ports.gathering_rows import new_source
from chalicelib.ports.tables import Put, Update
from tests.gathering_world import CLINIC, LAB, GatheringWorld, allergy
from tests.world import ANNA, BORIS

pytestmark = pytest.mark.requirement("ACT-3")


@pytest.fixture
def world() -> GatheringWorld:
    return GatheringWorld()


# --- failures


def test_people_of_a_source_that_is_down_are_put_aside(world: GatheringWorld) -> None:
    world.clinic.errors = [SourceUnavailableError()]
    world.opened()
    world.person(BORIS, last_name="Борисов")
    world.tables.commit([Put(keys.card(BORIS), {"state": "active", "ver": 1})])
    world.tables.commit(new_source(BORIS, CLINIC, world.clock()))
    assert world.gathering.run() == {"worked": 3, "failed": 0}
    assert len(world.clinic.asked) == 1
    assert sorted(int(world.source(CLINIC, person)["attempts"]) for person in (ANNA, BORIS)) == [0, 1]
    world.clock.advance(minutes=6)
    world.gathering.run()
    assert {world.source(CLINIC, person)["state"] for person in (ANNA, BORIS)} == {"done"}


def test_failures_wait_longer_each_time_and_the_rest_goes_on(world: GatheringWorld) -> None:
    world.clinic.errors = [SourceUnavailableError() for _ in range(3)]
    world.clinic.held, world.lab.held = [allergy(1)], [allergy(2)]
    anna = world.opened()
    world.gathering.run()
    assert (world.state(CLINIC), world.state(LAB)) == ("running", "done")
    waits = []
    for _ in range(3):
        row = world.source(CLINIC)
        waits.append(row["due"])
        [shown] = [one for one in world.sources.mine(anna, "ru") if one["name"] == CLINIC]
        assert shown["last_error"]["code"] == "source-unavailable"
        assert "Источник" in shown["last_error"]["text"]
        world.clock.advance(hours=1)
        world.gathering.run()
    assert waits == sorted(set(waits))
    assert world.state(CLINIC) == "done"
    assert "last_error" not in world.sources.mine(anna, "en")[0]


def test_a_source_is_not_asked_sooner_than_it_wants(world: GatheringWorld) -> None:
    world.clinic.errors = [SourceUnavailableError(retry_after=7200)]
    world.opened()
    world.gathering.run()
    world.clock.advance(seconds=7100)
    world.gathering.run()
    assert len(world.clinic.asked) == 1
    world.clock.advance(seconds=200)
    world.gathering.run()
    assert len(world.clinic.asked) == 2


def test_a_run_is_given_up_and_begins_anew_the_next_day(world: GatheringWorld) -> None:
    world.clinic.errors = [SourceAnswerError() for _ in range(len(gathering.BACKOFF) + 1)]
    world.clinic.held = [allergy(1)]
    anna = world.opened()
    for _ in range(len(gathering.BACKOFF) + 1):
        world.gathering.run()
        world.clock.advance(hours=13)
    assert world.state() == "failed"
    world.pump()
    assert "source_failed" in world.inbox(anna)
    world.clock.advance(days=1)
    world.gathering.run()
    assert (world.state(), world.counts()) == ("done", {"added": 1})


def test_a_source_that_cannot_tell_the_person_is_given_up_at_once(world: GatheringWorld) -> None:
    world.clinic.errors = [SourcePersonError()]
    world.opened()
    world.gathering.run()
    assert (world.state(), world.source()["last_error"]) == ("failed", "source-person")


def test_a_failure_of_many_days_is_told_once(world: GatheringWorld) -> None:
    world.clinic.errors = [SourcePersonError() for _ in range(3)]
    world.opened()
    for _ in range(3):
        world.gathering.run()
        anna = world.later(days=2)
    world.pump()
    assert world.inbox(anna).count("source_failed") == 1
    world.gathering.run()
    assert (world.state(), world.source().get("told")) == ("done", None)


def test_a_source_that_never_ends_or_stands_still_is_broken(
    world: GatheringWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.services.gathering.work.MOST_PAGES", 2)
    world.clinic.page = 1
    world.clinic.held = [allergy(n) for n in range(9)]
    world.opened()
    world.gathering.run()
    assert world.source()["last_error"] == "source-answer"


def test_what_nobody_foresaw_waits_its_turn_like_any_failure(world: GatheringWorld) -> None:
    world.clinic.errors = [ZeroDivisionError()]
    world.clinic.held, world.lab.held = [allergy(1)], [allergy(2)]
    world.opened()
    assert world.gathering.run() == {"worked": 1, "failed": 1}
    assert (world.source()["last_error"], world.state(LAB)) == ("internal", "done")
    assert world.source()["due"] > world.moment()
    world.clock.advance(minutes=2)
    world.gathering.run()
    assert world.state() == "done"


def test_a_long_source_lets_others_work(world: GatheringWorld) -> None:
    world.clinic.page = 1
    world.clinic.held = [allergy(n) for n in range(12)]
    world.opened()
    world.gathering.run()
    assert world.state() == "running"
    assert world.source()["due"] == world.moment()
    world.gathering.run()
    assert (world.state(), world.counts()) == ("done", {"added": 12})
    assert [cursor for _, cursor in world.clinic.asked] == ["", *(str(n) for n in range(1, 12))]


# --- the state of the card


def test_nothing_comes_into_a_card_that_is_not_open(world: GatheringWorld) -> None:
    world.clinic.held = [allergy(1)]
    world.opened()
    world.tables.commit([Update(keys.card(ANNA), {"state": "suspended"})])
    world.gathering.run()
    assert not world.substances()
    assert world.state() == "waiting"
    world.tables.commit([Update(keys.card(ANNA), {"state": "active"})])
    world.clock.advance(days=1)
    world.gathering.run()
    assert len(world.substances()) == 1
    world.clock.advance(days=8)
    world.tables.commit([Update(keys.card(ANNA), {"state": "merged", "merged_into": "x"})])
    world.gathering.run()
    assert (world.state(), world.source()["last_error"]) == ("paused", "card-state")
    assert not world.queued()


def test_a_card_that_is_suspended_during_a_page_gets_no_further_record(world: GatheringWorld) -> None:
    world.clinic.held = [allergy(1), allergy(2)]
    world.opened()
    close = lambda: world.tables.commit([Update(keys.card(ANNA), {"state": "suspended"})])  # noqa: E731
    original = world.clinic.fetch
    world.clinic.fetch = lambda *asked: (close(), original(*asked))[1]  # type: ignore[method-assign]
    world.gathering.run()
    assert not world.substances()


def test_an_erased_person_is_left_alone(world: GatheringWorld) -> None:
    world.clinic.held = [allergy(1)]
    world.opened()
    world.keys.destroy(ANNA, "entry")
    world.gathering.run()
    assert not world.queued()
    assert not world.entries("allergy:create")


def test_another_conflict_than_an_expected_one_is_told(world: GatheringWorld) -> None:
    world.clinic.held = [allergy(1)]
    world.opened()
    world.audit.fail_next(1, ConflictError(index=7))
    world.gathering.run()
    assert world.state() in {"waiting", "running"}
