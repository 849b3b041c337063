"""Tickets: written in one's own words, worked by officers, closed with an answer; no illegal state is reachable."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.tickets import NEXT, Kind, Outcome, State, Step, may_take
from chalicelib.errors import (
    AccessDeniedError,
    InvalidFieldsError,
    MedkartaError,
    NotFoundError,
    StaleVersionError,
    WrongStateError,
)
from chalicelib.ports import keys
from chalicelib.ports.tables import Put
from chalicelib.ports.ticket_rows import ticket
from chalicelib.services.reactions import ReactionService
from chalicelib.services.tickets import TicketService
from tests.effort import tried
from tests.world import ANNA, World

SYSTEM_OFFICER = Actor(PersonId("officer"), Role.SECURITY_OFFICER, "s", "m", "system")
OTHER = replace(SYSTEM_OFFICER, person_id=PersonId("other"))
CLINIC = replace(SYSTEM_OFFICER, person_id=PersonId("third"), organisation_id="clinic")
TEXT = "Кто-то вошёл под моим именем из Твери"


class TicketWorld(World):
    def __init__(self) -> None:
        super().__init__()
        self.tickets = TicketService(self.gate, self.tables, self.vault, self.keys, self.clock)
        self.reactions = ReactionService(self.reactions._t, {"tell_officers": self.tickets.tell_officers})
        self.anna = self.patient()
        self.id = str(self.tickets.write(self.anna, TEXT)["ticket_id"])

    def step(self, officer: Actor, version: int, step: Step, outcome: Outcome | None = None, words: str = "") -> Any:
        return self.tickets.step(officer, self.id, version, step, outcome, words)


@pytest.fixture
def world() -> TicketWorld:
    return TicketWorld()


@pytest.mark.requirement("ID-11")
def test_the_whole_story(world: TicketWorld) -> None:
    assert TEXT.encode() not in world.tables.raw_bytes()
    (line,) = world.tickets.listed(SYSTEM_OFFICER, "open", 10, None)[0]
    assert "text" not in line
    assert world.tickets.read(SYSTEM_OFFICER, world.id)["text"] == TEXT
    assert world.entries("ticket:read")[-1].subject == ANNA
    world.step(SYSTEM_OFFICER, 1, Step.TAKE)
    closed = world.step(SYSTEM_OFFICER, 2, Step.CLOSE, Outcome.CONFIRMED, "Сеанс завершён, смените пароль")
    assert closed["state"] == "closed"
    world.pump()
    assert world.inbox(world.anna) == ["ticket_closed", "ticket_opened"]
    (mine,) = world.tickets.mine(world.anna, 10, None)[0]
    assert (mine["text"], mine["answer"], mine["outcome"]) == (TEXT, "Сеанс завершён, смените пароль", "confirmed")
    assert world.tickets.listed(SYSTEM_OFFICER, "open", 10, None)[0] == []
    assert b"\xd0\xa1\xd0\xb5\xd0\xb0\xd0\xbd\xd1\x81 \xd0\xb7" not in world.tables.raw_bytes()


def test_who_may_not(world: TicketWorld) -> None:
    with pytest.raises(NotFoundError):
        world.tickets.read(CLINIC, world.id)
    with pytest.raises(AccessDeniedError):
        world.tickets.read(replace(SYSTEM_OFFICER, person_id=ANNA), world.id)
    with pytest.raises(NotFoundError):
        world.tickets.read(SYSTEM_OFFICER, "unknown")
    with pytest.raises(AccessDeniedError):
        world.tickets.read(world.staff(), world.id)
    assert world.tickets.listed(CLINIC, "", 10, None)[0] == []


def test_an_organisations_ticket_is_its_officers_and_the_systems(world: TicketWorld) -> None:
    world.tables.commit(ticket("t-1", Kind.WALKING, ANNA, world.clock(), organisation="clinic"))
    assert world.tickets.read(CLINIC, "t-1")["kind"] == "walking"
    assert [t["ticket_id"] for t in world.tickets.listed(CLINIC, "", 10, None)[0]] == ["t-1"]
    assert len(world.tickets.listed(SYSTEM_OFFICER, "", 10, None)[0]) == 2


def test_only_who_took_it_closes_it(world: TicketWorld) -> None:
    with pytest.raises(WrongStateError):
        world.step(SYSTEM_OFFICER, 1, Step.CLOSE, Outcome.ANSWERED)
    world.step(SYSTEM_OFFICER, 1, Step.TAKE)
    with pytest.raises(WrongStateError):
        world.step(OTHER, 2, Step.CLOSE, Outcome.ANSWERED)
    with pytest.raises(WrongStateError):
        world.step(SYSTEM_OFFICER, 2, Step.TAKE)
    with pytest.raises(InvalidFieldsError):
        world.step(SYSTEM_OFFICER, 2, Step.CLOSE)
    world.step(OTHER, 2, Step.TAKE)
    with pytest.raises(StaleVersionError):
        world.step(OTHER, 2, Step.CLOSE, Outcome.ANSWERED)
    world.step(OTHER, 3, Step.CLOSE, Outcome.ANSWERED)
    with pytest.raises(WrongStateError):
        world.step(OTHER, 4, Step.TAKE)


def test_two_officers_at_the_same_moment(world: TicketWorld) -> None:
    world.tables.before_next_commit(lambda: world.step(OTHER, 1, Step.TAKE))
    with pytest.raises(StaleVersionError):
        world.step(SYSTEM_OFFICER, 1, Step.TAKE)
    assert world.row(keys.ticket(world.id))["taken_by"] == OTHER.person_id


def test_the_officers_of_an_organisation_hear_of_its_tickets_and_the_systems_where_it_has_none(
    world: TicketWorld,
) -> None:
    def officer(name: str, organisation: str) -> Actor:
        found = world.staff(name, Role.SECURITY_OFFICER, organisation)
        row = {"person": found.person_id, "role": "security-officer", "state": "active", "member": found.member_id}
        world.tables.commit([Put(keys.staff(organisation, found.member_id), row)])
        return found

    system, clinic = officer("one", "system"), officer("two", "clinic")
    guessed = ticket("t-0", Kind.BRUTE_FORCE, ANNA, world.clock())  # anybody makes these by the hundred: nobody hears
    world.tables.commit(guessed)
    world.tables.commit(ticket("t-1", Kind.WALKING, ANNA, world.clock(), organisation="clinic"))
    world.tables.commit(ticket("t-2", Kind.WALKING, ANNA, world.clock(), organisation="elsewhere"))
    world.tables.commit(ticket("t-3", Kind.WALKING, clinic.person_id, world.clock(), organisation="clinic"))
    world.pump()
    world.pump()
    assert world.inbox(clinic) == ["ticket_waiting"]
    assert world.inbox(system) == ["ticket_waiting"] * 2  # the one in words of her own, and elsewhere's


class Machine(RuleBasedStateMachine):
    """Officers press every button in any order: only the steps of the table happen."""

    @initialize()
    def begin(self) -> None:
        self.world = TicketWorld()
        self.state, self.taken_by, self.version = State.OPEN, "", 1

    @rule(
        who=st.sampled_from([SYSTEM_OFFICER, OTHER, CLINIC]),
        step=st.sampled_from(list(Step)),
        behind=st.integers(0, 1),
        outcome=st.sampled_from([None, *Outcome]),
    )
    def press(self, who: Actor, step: Step, behind: int, outcome: Outcome | None) -> None:
        says_outcome = step is Step.TAKE or outcome is not None
        may = may_take(self.state, step, self.taken_by, who) and who is not CLINIC and not behind and says_outcome
        try:
            self.world.step(who, self.version - behind, step, outcome)
        except MedkartaError:
            assert not may
        else:
            assert may
            self.state, self.version = NEXT[self.state, step], self.version + 1
            self.taken_by = str(who.person_id)

    @invariant()
    def the_row_says_so(self) -> None:
        row = self.world.row(keys.ticket(self.world.id))
        assert (row["state"], int(row["ver"]), row["taken_by"]) == (self.state.value, self.version, self.taken_by)
        assert ("outcome" in row) == (self.state is State.CLOSED)


class TestMachine(Machine.TestCase):
    settings = settings(
        max_examples=tried(20), stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
    )
