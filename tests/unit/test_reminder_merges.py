"""Reminders go with the card: after a merge to the one that goes on, after its undoing back (APT-3, SPC-5)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from chalicelib.domain.identity import PersonId, Role
from chalicelib.ports import keys
from chalicelib.ports.rows import representation
from chalicelib.ports.tables import Store
from chalicelib.records.medication import MEDICATION_STATEMENT
from chalicelib.services.reminders import Rings
from chalicelib.services.timers import TimerService
from tests.outside_fakes import FakeParking
from tests.reminder_world import statement
from tests.unit.merge_world import GOES, STAYS, Registry

pytestmark = pytest.mark.requirement("APT-3", "SPC-5")

RX = "prescription-expiry"


class Reminded(Registry):
    """On the card that goes something is taken, and a prescription is to end."""

    def __init__(self) -> None:
        super().__init__()
        rings = Rings(self.audit.new_id, self.clock)
        self.timers = TimerService(self.gate, self.tables, FakeParking(), lambda: rings.topics, self.clock, 1)
        made, _ = self.records.create(self.doctor, GOES, MEDICATION_STATEMENT, statement(), "statement-00000001")
        self.taken = str(made["id"])
        self.rx, _ = self.prescription(GOES)
        self.code = str(self.row(keys.record(GOES, "prescription", self.rx))["rx"])
        self.pump()
        self.timers.run()

    def planned(self, person: PersonId) -> set[str]:
        """Topics with a timer; a consent is nobody's concern here."""
        rows = self.tables.rows(Store.CARD)
        return {row["topic"] for key, row in rows.items() if key.pk == keys.patient(person) and "TIMER#" in key.sk}

    def told(self, person: PersonId, event: str) -> int:
        rows = self.tables.rows(Store.CARD).values()
        return sum(row["patient"] == person and row["react"] == [event] for row in rows if "EVENT#" in row["sk"])

    def rung(self, moment: datetime) -> None:
        self.clock.now = moment
        self.timers.run()

    def end_is_told(self, person: PersonId) -> datetime:
        return datetime.fromisoformat(self.row(keys.timer(person, RX, self.code))["due"])


@pytest.fixture
def world() -> Reminded:
    return Reminded()


def test_what_the_other_card_was_to_be_reminded_of_this_one_is(world: Reminded) -> None:
    assert {"intake", RX} <= world.planned(GOES)
    due = world.end_is_told(GOES)
    world.merged()
    world.pump()
    assert {"intake", RX} <= world.planned(STAYS)
    assert world.end_is_told(STAYS) == due
    world.rung(due + timedelta(minutes=1))
    assert (world.told(GOES, "prescription_expiring"), world.told(STAYS, "prescription_expiring")) == (0, 1)
    assert world.told(GOES, "intake_due") == 0
    assert RX not in world.planned(STAYS)


def test_an_end_that_was_told_of_before_the_merge_is_not_told_of_again(world: Reminded) -> None:
    world.rung(world.end_is_told(GOES))
    assert world.told(GOES, "prescription_expiring") == 1
    for actor in (world.desk, world.second, world.doctor):
        world.session(actor.person_id, actor.role, actor.member_id)
    world.session(STAYS, Role.PATIENT)
    world.merged()
    world.pump()
    assert RX not in world.planned(STAYS)


def test_an_undone_merge_gives_them_back(world: Reminded) -> None:
    due = world.end_is_told(GOES)
    merge = world.merged()
    world.pump()
    world.undo(merge)
    world.carry_on()
    world.pump()
    assert not {"intake", RX} & world.planned(STAYS)
    assert {"intake", RX} <= world.planned(GOES)
    world.rung(due)
    assert (world.told(GOES, "prescription_expiring"), world.told(STAYS, "prescription_expiring")) == (1, 0)


def test_timers_that_ended_while_the_card_was_closed_are_planned_anew(world: Reminded) -> None:
    merge = world.merged()
    world.pump()
    world.clock.advance(hours=8)  # an intake of the closed card came, and told nobody
    world.timers.run()
    assert "intake" not in world.planned(GOES)
    assert world.told(STAYS, "intake_due") == 1
    world.undo(merge)
    world.carry_on()
    world.pump()
    assert "intake" in world.planned(GOES)
    assert "intake" not in world.planned(STAYS)


def test_ends_that_came_near_while_the_card_was_closed_are_told_of_when_it_is_open_again(world: Reminded) -> None:
    until = world.clock() + timedelta(days=8)
    mothers = world.person(PersonId("mother"))
    world.tables.commit(representation(GOES, mothers, kind="parent", until=until, basis="case", now=world.clock()))
    merge = world.merged()
    world.rung(world.clock() + timedelta(days=2))
    assert "representation-age" not in world.planned(GOES)  # a week before, and nobody was told
    for actor in (world.desk, world.second, world.doctor):
        world.session(actor.person_id, actor.role, actor.member_id)
    world.undo(merge)
    world.carry_on()
    world.pump()
    assert "representation-age" in world.planned(GOES)
    assert "consent" not in world.planned(GOES)  # an undone merge ends them
    world.rung(until + timedelta(days=1))
    assert (world.told(GOES, "age_reached_own"), world.told(mothers, "age_reached")) == (1, 1)
