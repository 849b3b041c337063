"""Offers at the same moment as something else (APT-2): repeats, lost replies, the lapse, a reaction that dies."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.identity import SYS
from chalicelib.errors import (
    ConflictError,
    OfferOverError,
    OutcomeUnknownError,
    SlotTakenError,
    StaleVersionError,
    UnavailableError,
)
from chalicelib.ports import keys
from chalicelib.ports.tables import Put, Store, Update
from tests.appointment_world import EVERY_DAY, RULE
from tests.waiting_world import WaitingWorld, offered

pytestmark = pytest.mark.requirement("APT-2")


@pytest.fixture
def world() -> WaitingWorld:
    made = WaitingWorld()
    made.schedule()
    return made


def test_a_repeat_of_an_acceptance_books_once(world: WaitingWorld) -> None:
    (first,), (one,), _ = offered(world, "vera")
    version = world.entry(first, one)["version"]
    world.tables.lose_reply_next()
    with pytest.raises(OutcomeUnknownError):
        world.accept(first, one, "the-same-key-0000002", version)
    visit = world.accept(first, one, "the-same-key-0000002", version)
    assert visit["state"] == "booked"
    with pytest.raises(StaleVersionError):
        world.accept(first, one, version=version)
    world.whole()


@pytest.mark.parametrize(
    ("clinic", "said", "until"),
    [
        ("Europe/Moscow", {}, "2026-03-02T11:00:00.000Z"),  # at noon, two hours
        (
            "Europe/Moscow",
            {"zone": "Asia/Kamchatka"},
            "2026-03-02T21:00:00.000Z",
        ),  # 21 hours there
        ("Europe/Moscow", {"quiet": {"start": "10:00", "end": "15:00"}}, "2026-03-02T14:00:00.000Z"),
        ("Asia/Kamchatka", {"zone": "Europe/Moscow"}, "2026-03-02T11:00:00.000Z"),
        ("Asia/Kamchatka", {}, "2026-03-02T21:00:00.000Z"),  # who has said nothing may be there
    ],
)
def test_an_offer_stands_while_its_person_is_awake(
    world: WaitingWorld, clinic: str, said: dict[str, object], until: str
) -> None:
    world.change_schedule("s1", zone=clinic)
    (vera,) = world.people("vera")
    entry = world.wait(vera)
    world.tables.commit([Update(keys.profile("vera"), {"language": "ru"} | said, expect=None)])
    start = datetime(2026, 3, 5, 9, tzinfo=ZoneInfo(clinic))
    world.freed(start)
    world.react()
    assert world.entry(vera, entry)["offer"]["held_until"] == until


def test_an_offer_that_was_accepted_books_nothing_anew(world: WaitingWorld) -> None:
    (first,), (one,), start = offered(world, "vera")
    visit = world.accept(first, one)
    world.appointments.cancel(first, visit["id"], visit["version"])
    for version, error in ((2, StaleVersionError), (3, OfferOverError)):
        with pytest.raises(error):
            world.accept(first, one, version=version)
    world.react()
    assert world.slot(start) is None
    world.whole()


def test_who_accepts_at_the_moment_of_the_lapse_has_it_or_not(world: WaitingWorld) -> None:
    (first, _), (one, two), start = offered(world, "vera", "gleb")
    version = world.entry(first, one)["version"]
    world.clock.advance(hours=2)
    with pytest.raises(OfferOverError):
        world.accept(first, one, version=version)
    world.clock.advance(seconds=-1)

    def lapse() -> None:
        world.clock.advance(seconds=1)
        world.timers.run()

    world.tables.before_next_commit(lapse)
    with pytest.raises((OfferOverError, StaleVersionError, SlotTakenError, ConflictError)):
        world.accept(first, one, version=version)
    assert world.slot(start)["entry"] == two
    world.whole()


def test_the_lapse_comes_second_where_somebody_accepts_at_its_moment(world: WaitingWorld) -> None:
    (first, second), (one, two), start = offered(world, "vera", "gleb")
    world.clock.advance(hours=2, seconds=-1)

    def accept() -> None:
        world.clock.advance(seconds=-1)
        world.accept(first, one)
        world.clock.advance(seconds=1)

    world.clock.advance(seconds=1)
    world.tables.before_next_commit(accept)
    world.timers.run()
    world.ring(minutes=2)
    assert world.slot(start)["state"] == "booked"
    assert (world.state(first, one), world.state(second, two)) == ("booked", "waiting")
    world.whole()


def test_a_hold_that_is_over_and_was_booked_gives_the_entry_back(world: WaitingWorld) -> None:
    (first,), (one,), start = offered(world, "vera")
    (gleb,) = world.people("gleb")
    world.clock.advance(hours=2)
    world.book(gleb, start)
    world.ring()
    assert (world.state(first, one), world.slot(start)["state"]) == ("waiting", "booked")
    world.whole()


@pytest.mark.parametrize("fault", ["failed", "lost", "audit"])
def test_a_reaction_that_dies_or_is_replayed_offers_once(world: WaitingWorld, fault: str) -> None:
    vera, gleb = world.people("vera", "gleb")
    world.wait(vera)
    world.wait(gleb)
    world.freed(world.at(3, "10:00"))
    if fault == "failed":
        world.tables.fail_next_commit()
    elif fault == "lost":
        world.tables.lose_reply_next()
    else:
        world.audit.fail_next()
    world.react()
    freed = [row for row in world.tables.rows(Store.CARD).values() if row.get("react") == ["slot_freed"]]
    assert not any(world.reactions.run("slot_freed", row) for row in freed)
    assert world.inbox(vera) + world.inbox(gleb) == ["slot_offered"]
    world.whole()


def test_what_fails_keeps_the_offer(world: WaitingWorld) -> None:
    (first,), (one,), start = offered(world, "vera")
    world.tables.fail_next_commit()
    with pytest.raises(UnavailableError):
        world.decline(first, one)
    assert (world.state(first, one), world.slot(start)["entry"]) == ("offered", one)
    world.whole()


def test_two_offers_of_one_person_that_are_over_do_not_hide_one_another(world: WaitingWorld) -> None:
    world.change_schedule("s1", rules=[{**RULE, "start": "10:00", "end": "11:00", "weekdays": EVERY_DAY}])
    (vera, boris, gleb) = world.people("vera", "boris", "gleb")
    entries = [world.wait(vera), world.wait(vera, "", organisation_id="clinic", specialty="therapy")]
    starts = [world.at(3, "10:00"), world.at(3, "10:30")]
    for start in starts:
        world.freed(start)
    world.react()
    assert [world.state(vera, one) for one in entries] == ["offered", "offered"]
    for one in entries:
        world.tables.tamper(keys.waiting_entry("vera", one), lapses=2)
    world.clock.advance(hours=2)
    for who, start in zip((boris, gleb), starts, strict=True):  # before the timers ring
        made = world.book(who, start)
        world.tables.tamper(keys.card(who.card_id), state="suspended")
        world.appointments.cancel(who, made["id"], made["version"])
    (dina, yana) = world.people("dina", "yana")
    later = [world.wait(one, first="2026-03-05", last="2026-03-05") for one in (dina, yana)]
    _, writes = world.offers.opened({"patient": SYS, "schedule": "s1"})
    world.tables.commit(writes)
    assert [write.item["react"] for write in writes if isinstance(write, Put) and "react" in write.item] == [
        ["slot_offered"],
        ["waiting_ended"],
        ["slots_opened"],
    ]
    world.react()
    assert [world.state(one, entry) for one, entry in zip((dina, yana), later, strict=True)] == ["offered", "offered"]
    world.ring(hours=2)
    assert [world.state(vera, one) for one in entries] == ["ended", "ended"]
    world.whole()


def test_a_look_at_many_slots_reads_each_who_waits_once(world: WaitingWorld) -> None:
    """They wait for something earlier than what they have: nobody of them is offered anything."""
    people = world.people(*(f"p{n}" for n in range(9)))
    for number, one in enumerate(people):
        world.wait(one)
        world.schedule(f"other-{number}", organisation="hospital")
        world.book(one, world.at(4, "10:00"), f"other-{number}")
    world.tables.calls.clear()
    _, writes = world.offers.opened({"patient": SYS, "schedule": "s1"})
    assert [write.item["react"] for write in writes if isinstance(write, Put)] == [["slots_opened"]]
    assert world.tables.calls.count("get_many") == len(people)
    assert len(world.tables.calls) < len(people) + 12
