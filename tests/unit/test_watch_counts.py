"""Who is counted how (ID-11): roles have days of their own, and a new session does not begin a new count."""

from __future__ import annotations

import pytest

from chalicelib.domain import suspicion
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.suspicion import RULES
from chalicelib.ports import keys
from chalicelib.ports.tables import Put
from tests.unit.test_watch import World, blocked

pytestmark = pytest.mark.requirement("ID-11")


@pytest.fixture
def world() -> World:
    return World()


def staff(world: World, role: Role, session: str = "s") -> Actor:
    person, member = PersonId("worker"), "m"
    expires = int(world.clock().timestamp()) + 86_400
    row = {"state": "active", "role": role.value, "member": member, "expires": expires, "id": session, "person": person}
    held = {"state": "active", "role": role.value, "member": member}
    world.tables.commit([Put(keys.session(person, session), row), Put(keys.member(person, member), held, None)])
    return Actor(person, role, session, member, "clinic", "therapy")


def walked(world: World, actor: Actor, patients: int) -> bool:
    """Whether so many different patients in some minutes stop the session."""
    for n in range(patients):
        world.clock.advance(seconds=1)
        world.watch.seen(actor, f"patient-{n}")
    return blocked(world, actor)


@pytest.mark.parametrize(
    ("role", "limit"),
    [
        (Role.DOCTOR, 60),
        (Role.NURSE, 60),
        (Role.IDENTITY_OPERATOR, 60),
        (Role.ADMINISTRATOR, 60),
        (Role.REGISTRAR, 200),
    ],
)
def test_how_many_patients_an_hour_are_a_walk_is_a_matter_of_the_role(world: World, role: Role, limit: int) -> None:
    actor = staff(world, role)
    assert not walked(world, actor, limit)
    assert walked(world, actor, limit + 2 * RULES[suspicion.WALKING].every + 5)  # two of a number may share a mark


def test_an_officer_who_looks_into_a_walk_is_not_stopped_for_walking(world: World) -> None:
    assert not walked(world, staff(world, Role.SECURITY_OFFICER), 400)


def test_refusals_are_counted_over_all_sessions_of_a_person(world: World) -> None:
    """Below the session's limit in each: a new session, and ten minutes of patience, begin no new count."""
    sessions = [staff(world, Role.REGISTRAR, f"s{n}") for n in range(4)]
    for session in sessions[:3]:
        for _ in range(40):
            world.watch.denied(session, "visit-list", "not-found")
    assert not any(blocked(world, session) for session in sessions)
    world.watch.denied(sessions[3], "visit-list", "not-found")
    assert blocked(world, sessions[3])
    assert world.row(sessions[3])["blocked_by"] == "many-refusals-hour"
    world.clock.advance(hours=1)
    fresh = staff(world, Role.REGISTRAR, "s9")
    world.watch.denied(fresh, "visit-list", "not-found")
    assert not blocked(world, fresh)


def test_one_closed_card_is_one_refusal_for_the_person_too(world: World) -> None:
    for n in range(4):
        session = staff(world, Role.DOCTOR, f"s{n}")
        for _ in range(50):
            world.watch.denied(session, "visit-list", "consent-required", "patient-1")
        assert not blocked(world, session)


def test_reads_are_counted_over_all_sessions_of_a_person(world: World) -> None:
    rule, sessions = RULES[suspicion.FAST_READS_HOUR], [staff(world, Role.NURSE, f"s{n}") for n in range(2)]
    for _ in range(rule.limit // 250):
        world.clock.advance(minutes=1)
        for n in range(250):  # a session may make three hundred a minute
            world.watch.seen(sessions[n % 2])
    assert not any(blocked(world, session) for session in sessions)
    for _ in range(rule.every):
        world.watch.seen(sessions[1])
    assert world.row(sessions[1])["blocked_by"] == "fast-reads-hour"
