"""The waiting list (APT-2): who is offered a freed slot, in what order, for how long, and what becomes of the offer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.appointments import Why
from chalicelib.domain.identity import PersonId, Role
from chalicelib.domain.waiting_list import MOST_LAPSED, MOST_OPEN
from chalicelib.errors import (
    AccessDeniedError,
    AlreadyExistsError,
    CardStateError,
    InvalidFieldsError,
    NotFoundError,
    OutcomeUnknownError,
    SlotTakenError,
    WaitingListFullError,
)
from chalicelib.ports import keys
from chalicelib.ports.rows import representation
from tests.waiting_world import WaitingWorld, offered

pytestmark = pytest.mark.requirement("APT-2")


@pytest.fixture
def world() -> WaitingWorld:
    made = WaitingWorld()
    made.schedule()
    return made


# --- offering


def test_a_freed_slot_is_held_for_the_first_who_waits_and_told(world: WaitingWorld) -> None:
    (first, second), (one, two), start = offered(world, "vera", "gleb")
    assert (world.state(first, one), world.state(second, two)) == ("offered", "waiting")
    assert world.slot(start)["entry"] == one
    assert world.inbox(first).count("slot_offered") == 1
    with pytest.raises(SlotTakenError):
        world.book(second, start)
    world.whole()


def test_who_accepts_has_the_visit_and_leaves_the_list(world: WaitingWorld) -> None:
    (first,), (one,), start = offered(world, "vera")
    visit = world.accept(first, one)
    assert (visit["state"], visit["start"]) == ("booked", world.entry(first, one)["booked"]["start"])
    assert world.slot(start)["appointment"] == visit["id"]
    world.ring(hours=6)
    assert world.state(first, one) == "booked"
    world.whole()


@pytest.mark.parametrize("how", ["decline", "leave", "lapse"])
def test_then_it_goes_to_the_next_and_then_it_is_free(world: WaitingWorld, how: str) -> None:
    people, entries, start = offered(world, "vera", "gleb")
    for person, entry in zip(people, entries, strict=True):
        assert world.slot(start)["entry"] == entry
        if how == "decline":
            assert world.decline(person, entry)["state"] == "waiting"
        elif how == "leave":
            world.waiting.leave(person, entry)
        else:
            world.ring(hours=2)
        world.react()
        world.whole()
    assert world.slot(start) is None
    world.ring(hours=6)
    assert world.slot(start) is None  # and nobody is asked twice
    assert {world.state(*pair) for pair in zip(people, entries, strict=True)} == {
        "left" if how == "leave" else "waiting"
    }
    assert world.book(people[0], start)["state"] == "booked"


def test_who_let_offers_lapse_again_and_again_waits_no_more(world: WaitingWorld) -> None:
    (vera,) = world.people("vera")
    entry = world.wait(vera)
    for day in range(2, 2 + MOST_LAPSED):
        world.freed(world.at(day, "11:00"))
        world.react()
        assert world.state(vera, entry) == "offered"
        world.ring(hours=2)
    assert world.entry(vera, entry)["why"] == "lapsed"
    assert world.inbox(vera).count("offer_lapsed") == MOST_LAPSED - 1
    assert world.inbox(vera).count("waiting_ended") == 1
    world.whole()


def test_an_answer_between_starts_the_count_anew(world: WaitingWorld) -> None:
    (vera,) = world.people("vera")
    entry = world.wait(vera)
    for day in range(2, 3 + MOST_LAPSED):
        world.freed(world.at(day, "11:00"))
        world.react()
        if day == 3:
            world.decline(vera, entry)
        else:
            world.ring(hours=2)
    assert world.state(vera, entry) == "waiting"


WISHES = {
    "another day": {"first": "2026-03-06"},
    "another weekday": {"weekdays": [1, 2]},
    "another part of the day": {"parts": ["afternoon", "evening"]},
    "another schedule": {"schedule_id": "s2"},
}


@pytest.mark.parametrize("wish", WISHES.values(), ids=WISHES)
def test_only_what_somebody_waits_for_is_offered(world: WaitingWorld, wish: Any) -> None:
    world.schedule("s2", specialty="cardiology")
    vera, gleb = world.people("vera", "gleb")
    other = world.wait(vera, **wish)
    fits = world.wait(gleb, weekdays=[4], parts=["morning"])
    world.freed(world.at(3, "10:00"))  # a Thursday
    world.react()
    assert (world.state(vera, other), world.state(gleb, fits)) == ("waiting", "offered")
    world.whole()


def test_who_waits_for_the_specialty_stands_in_the_same_order(world: WaitingWorld) -> None:
    world.schedule("s2")
    vera, gleb = world.people("vera", "gleb")
    any_of_them = world.wait(vera, "", organisation_id="clinic", specialty="therapy")
    this_one = world.wait(gleb, "s2")
    world.freed(world.at(3, "10:00"), "s2")
    world.react()
    assert (world.state(vera, any_of_them), world.state(gleb, this_one)) == ("offered", "waiting")


def test_whom_a_registrar_put_first_comes_first(world: WaitingWorld) -> None:
    vera, gleb = world.people("vera", "gleb")
    one, two, desk = world.wait(vera), world.wait(gleb), world.desk()
    world.office.put_first(desk, "s1", two, first=True, reason="Решение комиссии")
    assert [world.entry(vera, one)["ahead"], world.entry(gleb, two)["ahead"]] == [1, 0]
    assert world.entry(gleb, two)["reason"] == "Решение комиссии"
    assert "Решение".encode() not in world.tables.raw_bytes()
    listed, _ = world.office.page(desk, "s1", "schedule", 10, None)
    assert [line["id"] for line in listed] == [two, one]
    assert not {"vera", "gleb"} & {value for line in listed for value in line.values() if isinstance(value, str)}
    world.freed(world.at(3, "10:00"))
    world.react()
    assert world.state(gleb, two) == "offered"
    world.whole()
    with pytest.raises(NotFoundError):
        world.office.put_first(desk, "s1", two, first=False, reason="Отмена решения")


def test_the_one_who_freed_a_slot_is_not_offered_it(world: WaitingWorld) -> None:
    vera, gleb = world.people("vera", "gleb")
    made = world.book(vera, world.at(3, "10:00"))
    world.react()
    entry, other = world.wait(vera), world.wait(gleb)
    world.appointments.cancel(vera, made["id"], made["version"])
    world.react()
    assert (world.state(vera, entry), world.state(gleb, other)) == ("waiting", "offered")


@pytest.mark.parametrize("state", ["suspended", "merging", "merged", "erased"])
def test_cards_that_cannot_book_are_passed_over(world: WaitingWorld, state: str) -> None:
    vera, gleb = world.people("vera", "gleb")
    world.wait(vera)
    other = world.wait(gleb)
    world.tables.tamper(keys.card("vera"), state=state, merged_into="gleb")
    world.freed(world.at(3, "10:00"))
    world.react()
    assert world.state(gleb, other) == "offered"


@pytest.mark.parametrize("state", ["merged", "erased"])
def test_an_offer_to_a_card_that_went_is_passed_on(world: WaitingWorld, state: str) -> None:
    (_, gleb), (_, two), start = offered(world, "vera", "gleb")
    world.tables.tamper(keys.card("vera"), state=state, merged_into="gleb")
    world.ring(hours=2)
    assert world.slot(start)["entry"] == two
    assert world.state(gleb, two) == "offered"


def test_who_booked_otherwise_leaves_the_lists_of_the_specialty(world: WaitingWorld) -> None:
    world.schedule("s2", specialty="cardiology")
    (vera,) = world.people("vera")
    one, two = world.wait(vera), world.wait(vera, "", organisation_id="clinic", specialty="therapy")
    heart = world.wait(vera, "s2")
    world.freed(world.at(3, "10:00"))
    world.react()
    assert world.state(vera, one) == "offered"
    world.book(vera, world.at(4, "10:00"))
    world.react()
    assert [world.state(vera, entry) for entry in (one, two, heart)] == ["ended", "ended", "waiting"]
    assert world.slot(world.at(3, "10:00")) is None
    assert world.inbox(vera).count("waiting_ended") == 2
    world.whole()


def test_nothing_is_offered_when_it_is_too_near(world: WaitingWorld) -> None:
    vera, boss = world.people("vera", "boss")
    entry = world.wait(vera)
    world.clock.advance(hours=18)  # 6 o'clock in Moscow: who is asleep could not answer before the notice
    made = world.book(boss, world.at(0, "09:00"))
    world.clinic.cancel(world.desk(), "s1", made["id"], 1, Why.OTHER)
    world.react()
    assert (world.state(vera, entry), world.slot(world.at(0, "09:00"))) == ("waiting", None)


def test_the_last_day_ends_an_entry(world: WaitingWorld) -> None:
    (vera,) = world.people("vera")
    entry = world.wait(vera, last="2026-03-04")
    world.ring(days=2)
    assert world.state(vera, entry) == "waiting"
    world.ring(days=1)
    assert world.entry(vera, entry)["why"] == "until"
    assert world.inbox(vera).count("waiting_ended") == 1
    world.whole()


@pytest.mark.requirement("ACC-8")
@pytest.mark.parametrize("restricted", [False, True])
def test_where_a_ward_will_be_is_not_for_a_representative_to_whom_a_doctor_closed_something(
    world: WaitingWorld, *, restricted: bool
) -> None:
    mother, _ = world.people("mother", "vera")
    vera, until = PersonId("vera"), world.clock() + timedelta(days=90)
    rows = representation(vera, mother.person_id, kind="parent", until=until, basis="case", now=world.clock())
    world.tables.commit(rows)
    acting = replace(mother, role=Role.REPRESENTATIVE, ward_id=vera)
    entry = world.wait(acting)
    if restricted:
        world.tables.tamper(keys.representation(vera, mother.person_id), hidden=["visits"])
    world.freed(world.at(3, "10:00"))
    world.react()
    if not restricted:
        assert world.inbox(mother) == ["slot_offered"]
        assert world.accept(acting, entry)["state"] == "booked"
        return
    assert world.inbox(mother) == []
    for act in (
        lambda: world.entry(acting, entry),
        lambda: world.waiting.listed(acting, 5, None),
        lambda: world.wait(acting, world.schedule("s2")),
        lambda: world.waiting.leave(acting, entry),
        lambda: world.waiting.decline(acting, entry, 2),
        lambda: world.accept(acting, entry, version=2),
        lambda: world.displaced.alternatives(acting, "visit"),
    ):
        with pytest.raises(AccessDeniedError):
            act()


# --- joining


def test_no_list_is_joined_twice_nor_too_many(world: WaitingWorld) -> None:
    (vera,) = world.people("vera")
    world.wait(vera)
    with pytest.raises(AlreadyExistsError):
        world.wait(vera)
    for n in range(2, MOST_OPEN + 1):
        world.wait(vera, world.schedule(f"s{n}"))
    with pytest.raises(WaitingListFullError):
        world.wait(vera, world.schedule("more"))


BAD = {
    "nobody there": {"schedule_id": "nobody"},
    "no such specialty": {"schedule_id": "", "organisation_id": "clinic", "specialty": "surgery"},
    "order": {"first": "2026-03-20", "last": "2026-03-10"},
    "past": {"last": "2026-03-01"},
    "too far": {"last": "2027-03-01"},
}


@pytest.mark.parametrize("form", BAD.values(), ids=BAD)
def test_what_cannot_be_waited_for_is_refused(world: WaitingWorld, form: Any) -> None:
    (vera,) = world.people("vera")
    with pytest.raises(InvalidFieldsError):
        world.wait(vera, **form)


def test_a_suspended_card_waits_for_nothing(world: WaitingWorld) -> None:
    (vera,) = world.people("vera")
    world.tables.tamper(keys.card("vera"), state="suspended")
    with pytest.raises(CardStateError):
        world.wait(vera)


def test_a_repeat_joins_once_and_a_lost_reply_too(world: WaitingWorld) -> None:
    (vera,) = world.people("vera")
    world.tables.lose_reply_next()
    with pytest.raises(OutcomeUnknownError):
        world.wait(vera, key="the-same-key-0000001")
    assert world.wait(vera, key="the-same-key-0000001") == world.wait(vera, key="the-same-key-0000001")
    assert len(world.waiting.listed(vera, 10, None)[0]) == 1
    world.whole()
