"""The right to treatment is confirmed at wish and every month (ACT-4)."""

from __future__ import annotations

from contextlib import suppress

import pytest

from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.errors import AccessDeniedError, ConflictError, NotFoundError, RegistryUnavailableError, WrongStateError
from chalicelib.ports import keys
from chalicelib.ports.oms import PolicyStanding
from chalicelib.ports.tables import Put, Update
from tests.gathering_world import NEW_OMS, OMS, GatheringWorld
from tests.world import ANNA, BORIS

pytestmark = pytest.mark.requirement("ACT-4")


@pytest.fixture
def world() -> GatheringWorld:
    return GatheringWorld()


def test_a_person_asks_and_a_registrar_sees_it(world: GatheringWorld) -> None:
    anna = world.opened()
    said = world.policies.check(anna, ANNA)
    assert said == {
        "oms_policy": OMS,
        "policy_status": "active",
        "policy_checked_at": world.moment(),
        "policy_insurer": "СМО «Ромашка»",
        "policy_until": "",
    }
    assert world.oms.asked == [(OMS, "1985-01-01")]
    assert world.policies.show(world.staff("desk", Role.REGISTRAR), ANNA) == said
    assert world.policies.show(anna, ANNA) == said
    assert len(world.entries("policy:update")) == 1
    with pytest.raises(AccessDeniedError):
        world.policies.show(world.staff(), ANNA)
    with pytest.raises(NotFoundError):
        world.policies.show(anna, BORIS)
    assert "Ромашка".encode() not in world.tables.raw_bytes()


def test_it_is_checked_every_month_by_itself_and_a_change_is_told(world: GatheringWorld) -> None:
    world.opened()
    assert world.policies.run() == {"checked": 1, "failed": 0}
    assert world.policies.run() == {"checked": 0, "failed": 0}
    world.oms.says = PolicyStanding("closed", OMS, until="2026-03-31")
    anna = world.later(days=30)
    assert world.policies.run() == {"checked": 1, "failed": 0}
    world.pump()
    assert world.inbox(anna) == ["policy_closed"]
    assert world.policies.show(anna, ANNA)["policy_until"] == "2026-03-31"
    anna = world.later(days=31)
    world.policies.run()
    world.pump()
    assert world.inbox(anna) == ["policy_closed"]  # told once
    world.oms.says = PolicyStanding("active", OMS)
    anna = world.later(days=31)
    world.policies.run()
    world.pump()
    assert "policy_active" in world.inbox(anna)


def test_a_changed_number_moves_the_index_and_keeps_the_old_one(world: GatheringWorld) -> None:
    anna = world.opened()
    world.oms.says = PolicyStanding("active", NEW_OMS)
    assert world.policies.check(anna, ANNA)["oms_policy"] == NEW_OMS
    assert world.row(keys.blind_index("oms", world.index.tag("oms", NEW_OMS)))["person"] == ANNA
    assert world.tables.get(keys.blind_index("oms", world.index.tag("oms", OMS))) is None
    assert world.row(keys.policy(ANNA))["tag"] == world.index.tag("oms", NEW_OMS)
    world.pump()
    assert world.inbox(anna) == ["policy_number_changed"]
    world.policies.check(anna, ANNA)
    assert world.oms.asked[-1][0] == NEW_OMS


def test_a_number_of_another_card_changes_nothing(world: GatheringWorld) -> None:
    anna = world.opened()
    taken = keys.blind_index("oms", world.index.tag("oms", NEW_OMS))
    world.tables.commit([Put(taken, {"person": BORIS})])
    world.oms.says = PolicyStanding("active", NEW_OMS)
    said = world.policies.check(anna, ANNA)
    assert (said["oms_policy"], said["policy_status"]) == (OMS, "disputed")
    assert world.row(taken)["person"] == BORIS
    world.pump()
    assert world.inbox(anna) == ["policy_disputed"]


def test_a_registry_that_is_silent_is_asked_again_and_changes_nothing(world: GatheringWorld) -> None:
    anna = world.opened()
    world.oms.says = RegistryUnavailableError()
    with pytest.raises(RegistryUnavailableError):
        world.policies.check(anna, ANNA)
    assert world.policies.run() == {"checked": 0, "failed": 1}
    assert world.policies.run() == {"checked": 0, "failed": 0}
    assert int(world.row(keys.policy(ANNA))["ver"]) == 1
    world.oms.says = PolicyStanding("active", OMS)
    world.clock.advance(hours=6)
    assert world.policies.run() == {"checked": 1, "failed": 0}
    assert len(world.queued(keys.POLICY_CHECKS)) == 1


def test_who_has_no_policy_or_no_card_is_not_asked_about(world: GatheringWorld) -> None:
    anna = world.opened()
    with pytest.raises(NotFoundError):
        world.policies.check(anna, PersonId("nobody"))
    world.tables.commit([Update(keys.card(ANNA), {"state": "merged"})])
    world.policies.run()
    assert not world.oms.asked
    assert not world.queued(keys.POLICY_CHECKS)


def test_a_mother_asks_for_her_child_and_where_no_registry_is_connected_nobody_does(world: GatheringWorld) -> None:
    anna = world.opened()
    mother = Actor(BORIS, Role.REPRESENTATIVE, session_id="s", ward_id=ANNA)
    assert world.policies.check(mother, ANNA)["policy_status"] == "active"
    [asked, _] = world.entries("policy:check")
    assert (asked.actor.person_id, asked.on_behalf_of) == (BORIS, ANNA)
    world.policies._registry = None
    with pytest.raises(WrongStateError):
        world.policies.check(anna, ANNA)
    assert world.policies.run() == {"checked": 0, "failed": 0}
    assert len(world.queued(keys.POLICY_CHECKS)) == 1


def test_two_checks_at_once_store_one_version_after_the_other(world: GatheringWorld) -> None:
    anna = world.opened()
    world.oms.says = PolicyStanding("active", NEW_OMS)
    ask = world.oms.ask

    def meanwhile(*asked: str) -> PolicyStanding:
        world.oms.ask = ask  # type: ignore[method-assign]
        world.policies.check(anna, ANNA)
        return ask(*asked)

    world.oms.ask = meanwhile  # type: ignore[method-assign]
    with suppress(ConflictError):
        world.policies.check(anna, ANNA)
    assert world.policies.show(anna, ANNA)["policy_status"] == "active"
    assert len(world.queued(keys.POLICY_CHECKS)) == 1


@pytest.mark.parametrize("number", range(1, 5))
def test_stopped_at_any_write_the_next_run_checks_it(number: int) -> None:
    world = GatheringWorld()
    world.opened()
    world.oms.says = PolicyStanding("active", NEW_OMS)
    commit, done = world.tables.commit, []

    def dying(writes: object) -> None:
        done.append(writes)
        if len(done) == number:
            raise SystemExit
        commit(writes)  # type: ignore[arg-type]

    world.tables.commit = dying  # type: ignore[method-assign]
    with suppress(SystemExit):
        world.policies.run()
    del world.tables.commit  # type: ignore[method-assign]
    world.clock.advance(hours=7)
    world.policies.run()
    assert world.row(keys.policy(ANNA))["tag"] == world.index.tag("oms", NEW_OMS)
    assert len(world.queued(keys.POLICY_CHECKS)) == 1
