"""A card is suspended, and open again; who acted for a ward acts no more: visits and waiting (SPC-7, ACC-8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.identity import PersonId, Role
from chalicelib.errors import AccessDeniedError, CardStateError
from chalicelib.ports import keys
from chalicelib.ports.rows import representation
from chalicelib.services.reminders import Rings
from chalicelib.services.timers import TimerService
from tests.waiting_world import WaitingWorld, offered

pytestmark = pytest.mark.requirement("SPC-7", "APT-2")


@pytest.fixture
def world() -> WaitingWorld:
    world = WaitingWorld()
    world.schedule()
    return world


def suspended(world: WaitingWorld, person: str, *, now: bool = True) -> None:
    world.tables.tamper(keys.card(person), state="suspended" if now else "active")


def test_an_offer_is_not_accepted_and_the_place_in_the_line_is_kept(world: WaitingWorld) -> None:
    (vera, gleb), (one, two), start = offered(world, "vera", "gleb")
    suspended(world, "vera")
    with pytest.raises(CardStateError):
        world.accept(vera, one)
    world.ring(hours=2, minutes=1)
    assert (world.state(vera, one), world.state(gleb, two)) == ("waiting", "offered")
    world.whole()
    suspended(world, "vera", now=False)
    world.freed(world.at(5, "10:00"))
    world.react()
    assert world.state(vera, one) == "offered"
    assert world.accept(vera, one)["state"] == "booked"
    assert world.slot(start)["patient"] == "gleb"
    world.whole()


@pytest.mark.requirement("APT-3")
def test_a_visit_that_was_booked_is_reminded_of_and_can_be_cancelled(world: WaitingWorld) -> None:
    (vera,) = world.people("vera")
    made = world.book(vera, world.at(2, "10:00"))
    world.react()
    suspended(world, "vera")
    rings = Rings(world.audit.new_id, world.clock)
    TimerService(world.gate, world.tables, world.parking, lambda: rings.topics, world.clock, 1).run()
    world.clock.advance(days=1, hours=12)
    TimerService(world.gate, world.tables, world.parking, lambda: rings.topics, world.clock, 1).run()
    world.react()
    assert world.inbox(vera).count("visit_soon") == 1
    shown = world.appointments.one(vera, made["id"])
    assert world.appointments.cancel(vera, made["id"], shown["version"])["state"] == "cancelled"


@pytest.mark.requirement("ACC-8")
@pytest.mark.parametrize("ends", [{"state": "revoked"}, {"hidden": ["visits"]}])
def test_what_a_representative_began_for_a_ward_is_the_wards(world: WaitingWorld, ends: dict[str, object]) -> None:
    mother, vera = world.people("mother", "vera")
    until = world.clock() + timedelta(days=90)
    rows = representation(PersonId("vera"), mother.person_id, kind="parent", until=until, basis="1", now=world.clock())
    world.tables.commit(rows)
    acting = replace(mother, role=Role.REPRESENTATIVE, ward_id=PersonId("vera"))
    entry = world.wait(acting)
    world.tables.tamper(keys.representation("vera", mother.person_id), **ends)
    world.freed(world.at(3, "10:00"))
    world.react()
    assert (world.inbox(mother), world.inbox(vera)) == ([], ["slot_offered"])
    if "hidden" in ends:
        with pytest.raises(AccessDeniedError):
            world.entry(acting, entry)
    assert world.accept(vera, entry)["state"] == "booked"
    world.whole()
