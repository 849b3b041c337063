"""Changes by the clinic (APT-2): a displaced visit stays its patient's until it is answered, moved, or cancelled."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.identity import SYS
from chalicelib.domain.moments import stamp
from chalicelib.errors import NotFoundError, SlotNotThereError
from chalicelib.ports import keys, schedule_rows
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Put, Store
from tests.waiting_world import WaitingWorld

pytestmark = pytest.mark.requirement("APT-2")


@pytest.fixture
def world() -> WaitingWorld:
    made = WaitingWorld()
    made.schedule()
    return made


def ill(world: WaitingWorld, days: int = 3, clock: str = "10:00") -> tuple[Any, Any]:
    """A patient with a visit, whose doctor falls ill for that day."""
    (vera,) = world.people("vera")
    visit = world.book(vera, world.at(days, clock))
    world.react()
    world.ill(world.at(days).date())
    return vera, world.appointments.one(vera, visit["id"])


def unanswered(world: WaitingWorld) -> list[str]:
    return [key.sk for key in world.tables.rows(Store.CARD) if key.pk.startswith("DISPLACED#")]


def test_the_patient_is_told_and_the_visit_is_theirs_until_they_answer(world: WaitingWorld) -> None:
    vera, visit = ill(world)
    assert (visit["state"], visit["displaced"]) == ("booked", True)
    assert world.inbox(vera).count("visit_displaced") == 1
    assert unanswered(world) == [visit["id"]]
    shown = world.displaced.alternatives(vera, visit["id"])
    assert shown["displaced"]
    assert shown["answer_by"] == "2026-03-04T15:00:00.000Z"  # the day before, 18 o'clock in Moscow
    starts = [one["start"] for one in shown["items"]]
    assert len(starts) == 10
    day_before, day_after = "2026-03-04T", "2026-03-06T"
    assert all(start.startswith((day_before, day_after)) for start in starts)


def test_other_times_are_of_other_doctors_of_the_specialty_too(world: WaitingWorld) -> None:
    world.schedule("s2")
    world.schedule("heart", specialty="cardiology")
    world.schedule("elsewhere", organisation="other")
    vera, visit = ill(world)
    items = world.displaced.alternatives(vera, visit["id"])["items"]
    assert items[0]["schedule_id"] == "s2"
    assert items[0]["start"] == visit["start"]
    assert {one["schedule_id"] for one in items[:8]} == {"s2"}  # that day's, nearer than any other day's
    assert {one["schedule_id"] for one in items} == {"s1", "s2"}
    moved = world.appointments.move(vera, visit["id"], visit["version"], "s2", world.at(3, "10:00"))
    assert (moved["displaced"], unanswered(world)) == (False, [])


def test_a_displaced_visit_moves_though_it_is_late_and_is_answered(world: WaitingWorld) -> None:
    vera, visit = ill(world, days=1, clock="09:30")
    world.clock.advance(hours=20)  # within the hours before the start in which only the clinic changes a visit
    moved = world.appointments.move(vera, visit["id"], visit["version"], "", world.at(2, "11:00"))
    assert not moved["displaced"]
    world.ring(days=2)
    assert world.appointments.one(vera, visit["id"])["state"] == "booked"
    assert world.inbox(vera).count("visit_unanswered") == 0
    world.whole()


def test_what_nobody_answers_is_cancelled_the_evening_before(world: WaitingWorld) -> None:
    vera, visit = ill(world)
    world.ring(days=2, hours=5)
    assert world.appointments.one(vera, visit["id"])["state"] == "booked"
    world.ring(hours=1)
    after = world.appointments.one(vera, visit["id"])
    assert (after["state"], after["why"]) == ("cancelled", "unanswered")
    assert world.inbox(vera).count("visit_unanswered") == 1
    assert unanswered(world) == []
    assert [event.actor.session_id for event in world.entries("appointment:cancel")] == ["displaced"]
    world.whole()


def test_on_the_same_day_there_are_two_hours_to_answer(world: WaitingWorld) -> None:
    (vera,) = world.people("vera")
    visit = world.book(vera, world.at(1, "12:30"))
    world.react()
    world.clock.advance(hours=21)  # 9 o'clock of that day
    world.ill(world.at(0).date())
    assert world.displaced.alternatives(vera, visit["id"])["answer_by"] == "2026-03-03T08:00:00.000Z"
    world.ring(hours=2)
    assert world.appointments.one(vera, visit["id"])["state"] == "cancelled"


def test_when_the_doctor_is_back_nothing_has_to_be_answered(world: WaitingWorld) -> None:
    vera, visit = ill(world)
    world.ill(world.at(3).date(), back=True)
    after = world.appointments.one(vera, visit["id"])
    assert (after["state"], after["displaced"], unanswered(world)) == ("booked", False, [])
    assert world.inbox(vera).count("visit_restored") == 1
    world.ring(days=3)
    assert world.appointments.one(vera, visit["id"])["state"] == "booked"
    world.whole()


def test_who_was_displaced_comes_before_the_waiting_list(world: WaitingWorld) -> None:
    vera, visit = ill(world)
    (gleb,) = world.people("gleb")
    entry = world.wait(gleb, last="2026-03-06", first="2026-03-06")
    freed = world.at(4, "10:00")
    world.freed(freed)
    world.react()
    assert (world.state(gleb, entry), world.slot(freed)) == ("waiting", None)
    world.appointments.move(vera, visit["id"], visit["version"], "", freed)
    world.react()
    assert world.slot(freed)["appointment"] == visit["id"]
    assert (
        world.entry(gleb, entry)["offer"]["start"] != visit["start"]
    )  # another time of that day, when all is answered


def test_with_the_last_answer_what_had_to_wait_is_offered(world: WaitingWorld) -> None:
    vera, visit = ill(world)
    (gleb,) = world.people("gleb")
    entry = world.wait(gleb, last="2026-03-06", first="2026-03-06")
    world.freed(world.at(4, "10:00"))
    world.react()
    world.appointments.cancel(vera, visit["id"], visit["version"])
    world.react()
    assert world.state(gleb, entry) == "offered"
    world.whole()


def test_so_it_is_where_an_outside_system_has_taken_the_time(world: WaitingWorld) -> None:
    (vera, gleb) = world.people("vera", "gleb")
    visit, start = world.book(vera, world.at(3, "10:00")), world.at(3, "10:00")
    world.react()
    busy = Put(keys.busy("s1", stamp(start), "uid"), {"until": stamp(start + timedelta(minutes=30))})
    world.tables.commit([busy, *schedule_rows.to_tell("s1", world.clock())])
    world.ring()
    entry = world.wait(gleb, first="2026-03-06")
    world.freed(world.at(4, "10:00"))
    world.react()
    assert world.state(gleb, entry) == "waiting"
    visit = world.appointments.one(vera, visit["id"])
    world.appointments.cancel(vera, visit["id"], visit["version"])
    world.react()
    assert world.state(gleb, entry) == "offered"
    world.whole()


def test_a_trigger_that_comes_days_late_ends_it_too(world: WaitingWorld) -> None:
    (vera,) = world.people("vera")
    visit, start = world.book(vera, world.at(3, "10:00")), world.at(3, "10:00")
    world.react()
    busy = Put(keys.busy("s1", stamp(start), "uid"), {"until": stamp(start + timedelta(minutes=30))})
    world.tables.commit([busy, *schedule_rows.to_tell("s1", world.clock())])
    world.ring()
    world.ring(days=5)
    assert world.appointments.one(vera, visit["id"])["state"] == "cancelled"
    assert unanswered(world) == []


def test_an_offer_of_a_time_that_is_gone_is_withdrawn(world: WaitingWorld) -> None:
    (vera,) = world.people("vera")
    entry = world.wait(vera)
    start = world.at(3, "10:00")
    world.freed(start)
    world.react()
    assert world.state(vera, entry) == "offered"
    world.ill(start.date())
    assert world.slot(start) is None
    assert world.inbox(vera).count("offer_withdrawn") == 1
    assert world.state(vera, entry) in {"waiting", "offered"}
    world.whole()


def test_times_that_a_changed_schedule_opens_are_offered(world: WaitingWorld) -> None:
    world.ill(world.at(3).date())
    people = world.people(*(f"p{n}" for n in range(12)))
    entries = [world.wait(one, first="2026-03-05", last="2026-03-05") for one in people]
    world.ill(world.at(3).date(), back=True)
    states = [world.state(*pair) for pair in zip(people, entries, strict=True)]
    assert states == ["offered"] * 8 + ["waiting"] * 4  # as many slots as the day has
    world.whole()


def test_slots_of_one_fence_are_offered_in_one_go(world: WaitingWorld) -> None:
    (vera, gleb) = world.people("vera", "gleb")
    starts = [world.at(2), world.at(3)]
    assert len({schedule_rows.fence_key("s1", start) for start in starts}) == 1
    days = [start.date().isoformat() for start in starts]
    entries = [world.wait(who, first=day, last=day) for who, day in zip((vera, gleb), days, strict=True)]
    world.tables.commit([happened(SYS, "opened", "slots_opened", world.clock(), {"schedule": "s1"})])
    world.react()
    assert [world.slot(start)["entry"] for start in starts] == entries
    world.whole()


def test_what_a_change_opens_waits_until_the_displaced_are_told(world: WaitingWorld) -> None:
    (vera, gleb) = world.people("vera", "gleb")
    world.book(vera, world.at(3, "10:00"))
    world.react()
    entry = world.wait(gleb)
    change = happened(SYS, "change", "schedule_changed", world.clock(), {"schedule": "s1"})
    away = {"id": "e1", "first": "2026-03-05", "last": "2026-03-05", "reason": "sickness", "hours": []}
    world.change_schedule("s1", exceptions=[away])
    world.tables.commit([change, *schedule_rows.to_tell("s1", world.clock())])
    world.react()
    assert world.state(gleb, entry) == "waiting"
    world.ring()
    assert unanswered(world)
    assert world.state(gleb, entry) == "waiting"


def test_alternatives_are_of_ones_own_open_visits(world: WaitingWorld) -> None:
    vera, visit = ill(world)
    (gleb,) = world.people("gleb")
    with pytest.raises(NotFoundError):
        world.displaced.alternatives(gleb, visit["id"])
    world.appointments.cancel(vera, visit["id"], visit["version"])
    with pytest.raises(NotFoundError):
        world.displaced.alternatives(vera, visit["id"])
    assert unanswered(world) == []


def test_a_closed_schedule_offers_nothing_else(world: WaitingWorld) -> None:
    (vera,) = world.people("vera")
    visit = world.book(vera, world.at(3, "10:00"))
    world.change_schedule("s1", state="closed")
    assert world.displaced.alternatives(vera, visit["id"]) == {"displaced": False, "items": []}
    with pytest.raises(SlotNotThereError):
        world.appointments.move(vera, visit["id"], visit["version"], "", world.at(4, "10:00"))


@pytest.mark.parametrize("when", ["ring", "reaction"])
@pytest.mark.parametrize("fault", ["failed", "lost", "answered"])
def test_the_end_comes_once_whatever_happens(world: WaitingWorld, fault: str, when: str) -> None:
    vera, visit = ill(world)
    world.ring(days=2, hours=5, minutes=50)
    world.clock.advance(minutes=10)
    if when == "reaction":
        world.timers.run()
        assert world.entries("appointment:cancel") == []  # who rings may write none
    if fault == "failed":
        world.tables.fail_next_commit()
    elif fault == "lost":
        world.tables.lose_reply_next()
    else:
        world.tables.before_next_commit(lambda: world.appointments.cancel(vera, visit["id"], visit["version"]))
    if when == "reaction":
        world.react()
    world.timers.run()
    world.ring(minutes=5)
    after = world.appointments.one(vera, visit["id"])
    assert (after["state"], after["why"]) == ("cancelled", "patient" if fault == "answered" else "unanswered")
    assert world.inbox(vera).count("visit_unanswered") == (fault != "answered")
    assert unanswered(world) == []
    world.whole()


def test_a_doctor_who_is_back_at_the_last_moment_sees_the_patient(world: WaitingWorld) -> None:
    vera, visit = ill(world)
    world.clock.advance(days=2, hours=6)
    world.timers.run()
    world.change_schedule("s1", exceptions=[])
    world.tables.commit(schedule_rows.to_tell("s1", world.clock()))
    world.react()
    assert world.appointments.one(vera, visit["id"])["state"] == "booked"
    world.ring(minutes=1)
    assert not world.appointments.one(vera, visit["id"])["displaced"]
    world.whole()
