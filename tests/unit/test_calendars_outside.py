"""Times of outside scheduling systems (PRT-5): the newest version stands, in whatever order and how often it comes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.moments import stamp
from chalicelib.domain.outside_times import change_of
from chalicelib.errors import (
    InvalidFieldsError,
    NotFoundError,
    OutcomeUnknownError,
    OutsideIdTakenError,
    SlotTakenError,
    StaleVersionError,
    UnavailableError,
)
from chalicelib.ports import keys, schedule_rows
from chalicelib.ports.calendars import Received
from chalicelib.ports.tables import Store
from tests.calendar_world import CalendarWorld
from tests.effort import tried
from tests.world import ANNA, BORIS

pytestmark = pytest.mark.requirement("PRT-5")


@pytest.fixture
def world() -> CalendarWorld:
    world = CalendarWorld()
    world.schedule()
    world.schedule("s2")
    return world


# --- versions


def test_a_time_is_taken_moved_and_given_back(world: CalendarWorld) -> None:
    first, second = world.busy(world.at(2, "09:10")), world.busy(world.at(3, "10:00"), sequence=1, schedule="s2")
    assert world.send(first) == ["applied"]
    assert [*world.taken().values()] == [tuple(stamp(moment) for moment in (first.start, first.end))]
    assert world.send(second, first) == ["applied", "stale"]
    assert [key.partition("/")[0] for key in world.taken()] == ["SCHEDULE#s2"]
    assert world.send(world.cancelled(sequence=2), second) == ["applied", "stale"]
    assert world.taken() == {}


def test_the_later_of_two_with_one_sequence_counts(world: CalendarWorld) -> None:
    early = world.busy(world.at(2))
    late = world.busy(world.at(2, "11:00"), at=early.at + timedelta(seconds=1))
    assert world.send(late, early, late) == ["applied", "stale", "unchanged"]


def test_what_was_cancelled_before_it_was_known_does_not_come_back(world: CalendarWorld) -> None:
    assert world.send(world.cancelled(sequence=3), world.busy(world.at(2))) == ["applied", "stale"]
    assert world.taken() == {}


CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["u1", "u2", "u3"]),
        st.integers(0, 3),
        st.sampled_from(["s1", "s2", "cancelled"]),
        st.integers(0, 7),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda one: one[:2],  # one content a version
)


@settings(max_examples=tried(60), deadline=None)
@given(CHANGES, st.data())
def test_any_order_and_any_repetition_end_in_the_same_rows(said: list[Any], data: st.DataObject) -> None:
    worlds = [CalendarWorld(), CalendarWorld()]
    orders = [said, data.draw(st.permutations(said + data.draw(st.lists(st.sampled_from(said), max_size=6))))]
    for world, order in zip(worlds, orders, strict=True):
        world.schedule()
        world.schedule("s2")
        for uid, sequence, where, slot in order:
            start = world.at(2) + timedelta(minutes=25 * slot)
            if where == "cancelled":
                change = world.cancelled(uid=uid, sequence=sequence)
            else:
                change = world.busy(start, uid=uid, sequence=sequence, schedule=where)
            assert world.send(change)[0] in {"applied", "stale", "unchanged"}
    assert worlds[0].taken() == worlds[1].taken()
    assert worlds[0].versions() == worlds[1].versions()
    newest = {uid: max(one for one in said if one[0] == uid) for uid, *_ in said}
    assert len(worlds[0].taken()) == sum(one[2] != "cancelled" for one in newest.values())


# --- one version, two contents


def test_another_content_of_the_same_version_waits_for_a_person(world: CalendarWorld) -> None:
    stands, other = world.busy(world.at(2)), world.busy(world.at(2, "11:00"))
    assert world.send(stands, other, other) == ["applied", "conflict", "conflict"]
    desk = world.desk()
    (parked,), _ = world.office.conflicts(desk, 20, None)
    assert (parked["standing"]["start"], parked["sent"]["start"]) == (stamp(stands.start), stamp(other.start))
    assert len(world.taken()) == 1
    world.office.decide(desk, parked["id"], "sent")
    assert [start for start, _ in world.taken().values()] == [parked["sent"]["start"]]
    assert world.office.conflicts(desk, 20, None) == ([], None)
    assert world.send(stands, other) == ["unchanged", "unchanged"], "it was decided, once"


def test_what_stands_may_stay(world: CalendarWorld) -> None:
    stands, other = world.busy(world.at(2)), world.cancelled(sequence=0)
    assert world.send(stands, other) == ["applied", "conflict"]
    (parked,), _ = world.office.conflicts(world.desk(), 20, None)
    world.office.decide(world.desk(), parked["id"], "standing")
    assert len(world.taken()) == 1
    assert world.send(other) == ["unchanged"]


def test_a_newer_version_settles_a_conflict(world: CalendarWorld) -> None:
    world.send(world.busy(world.at(2)), world.busy(world.at(3)))
    (parked,), _ = world.office.conflicts(world.desk(), 20, None)
    world.send(world.busy(world.at(4), sequence=5))
    assert world.office.conflicts(world.desk(), 20, None) == ([], None)
    with pytest.raises(NotFoundError):
        world.office.decide(world.desk(), parked["id"], "sent")


def test_two_decide_at_once_and_one_is_too_late(world: CalendarWorld) -> None:
    world.send(world.busy(world.at(2)), world.busy(world.at(3)))
    (parked,), _ = world.office.conflicts(world.desk(), 20, None)
    world.tables.before_next_commit(lambda: world.send(world.busy(world.at(4), sequence=1)))
    with pytest.raises(StaleVersionError):
        world.office.decide(world.desk(), parked["id"], "sent")


# --- whose


def test_a_schedule_of_another_organisation_is_not_there(world: CalendarWorld) -> None:
    (answer,) = world.answers(world.busy(world.at(2)), actor=world.system("elsewhere"))
    assert (answer["outcome"], answer["code"]) == ("refused", "not-found")
    assert world.taken() == {}


def test_the_outside_system_calls_a_schedule_as_the_registrar_said(world: CalendarWorld) -> None:
    desk, change = world.desk(), world.busy(world.at(2), schedule="", outside_id="R-17")
    assert world.send(change) == ["refused"]
    assert world.office.name(desk, "s1", "R-17")["outside_id"] == "R-17"
    assert world.send(change) == ["applied"]
    with pytest.raises(OutsideIdTakenError):
        world.office.name(desk, "s2", "R-17")
    world.office.name(desk, "s1", "R-18")
    assert world.office.name(desk, "s2", "R-17")["outside_id"] == "R-17", "a name that is free again"
    assert world.office.name(desk, "s2", None)["outside_id"] is None
    assert world.office.outside_id(desk, "s1")["outside_id"] == "R-18"
    with pytest.raises(NotFoundError):
        world.office.outside_id(world.staff("other", desk.role, "elsewhere"), "s1")


# --- beside a booking


def test_nobody_books_what_was_taken_a_moment_before(world: CalendarWorld) -> None:
    anna = world.patient()
    world.send(world.busy(world.at(2, "09:10"), 10))
    with pytest.raises(SlotTakenError):
        world.book(anna, world.at(2))
    world.tables.before_next_commit(lambda: world.send(world.busy(world.at(2, "10:00"), uid="u2")))
    with pytest.raises(SlotTakenError):
        world.book(anna, world.at(2, "10:30"))
    world.book(anna, world.at(2, "11:00"))


def test_a_booked_visit_is_displaced_and_not_removed(world: CalendarWorld) -> None:
    visit = world.book(world.patient(), world.at(2))
    change = world.busy(world.at(2))
    assert [one.get("displaced") for one in world.answers(change, change)] == [[visit["id"]]] * 2
    world.timers.run()
    assert "appointment_displaced" in world.told()
    assert world.row(keys.appointment("anna", visit["id"]))["state"] == "booked"
    world.send(world.cancelled())
    world.clock.advance(seconds=90)
    world.timers.run()
    assert "appointment_restored" in world.told()


def test_a_visit_that_was_booked_at_this_moment_is_found(world: CalendarWorld) -> None:
    anna, system = world.patient(), world.system()
    world.at_commit(2, lambda: world.book(anna, world.at(2)))
    (answer,) = world.answers(world.busy(world.at(2)), actor=system)
    assert len(answer["displaced"]) == 1
    world.timers.run()
    assert "appointment_displaced" in world.told()


def test_a_schedule_that_changes_at_this_moment_is_read_anew(world: CalendarWorld) -> None:
    anna, system = world.patient(BORIS), world.system()
    rule = {"start": "18:00", "end": "20:00", "every_weeks": 1, "valid_from": "2026-01-01", "weekdays": [*range(1, 8)]}
    world.at_commit(2, lambda: world.change_schedule("s1", rules=[rule]))
    assert world.send(world.busy(world.at(2, "18:00")), actor=system) == ["applied"]
    fence = world.row(schedule_rows.fence_key("s1", world.at(2, "18:30")))
    assert (fence["ver"], fence["busy"]) == (2, 1), "a booking that read the new schedule before is done anew"
    with pytest.raises(SlotTakenError):
        world.book(anna, world.at(2, "18:30"))


# --- faults


FAULTS: dict[str, Callable[[CalendarWorld], None]] = {
    "fails": lambda world: world.tables.fail_next_commit(),
    "reply lost": lambda world: world.tables.lose_reply_next(),
}


@pytest.mark.parametrize("commit", [1, 2, 3, 4])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_batch_that_died_half_way_is_sent_again(world: CalendarWorld, fault: str, commit: int) -> None:
    batch = [world.busy(world.at(2 + n), uid=f"u{n}") for n in range(3)]
    system = world.system()
    world.at_commit(commit, lambda: FAULTS[fault](world))
    with pytest.raises((UnavailableError, OutcomeUnknownError)):
        world.send(*batch, actor=system)
    died_at = commit - 2 + (fault == "reply lost")
    assert len(world.taken()) == max(0, died_at)
    again = world.send(*batch, actor=system)
    assert again == ["unchanged"] * max(0, died_at) + ["applied"] * (3 - max(0, died_at))
    assert len(world.taken()) == 3
    entries = [row for row in world.tables.rows(Store.AUDIT_OUTBOX).values() if "outside-time:apply" in str(row)]
    assert len(entries) == 3


def test_no_log_no_change(world: CalendarWorld) -> None:
    system = world.system()
    world.audit.fail_next()
    with pytest.raises(UnavailableError):
        world.send(world.busy(world.at(2)), actor=system)
    assert world.taken() == {}


def test_no_uid_of_theirs_is_stored(world: CalendarWorld) -> None:
    world.send(world.busy(world.at(2), uid="Иванова +79161234567"))
    assert "Иванова" not in str(world.tables.rows(Store.CARD))
    assert "Иванова" not in str(world.audit.events)


# --- what is refused


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "end before start": ({"minutes": -30}, "range"),
    "no length": ({"minutes": 0}, "range"),
    "longer than a day": ({"minutes": 26 * 60}, "range"),
    "long ago": ({"start": datetime(2025, 12, 1, tzinfo=UTC)}, "range"),
    "far ahead": ({"start": datetime(2028, 2, 29, 9, tzinfo=UTC)}, "range"),
    "stamp in the future": ({"at": datetime(2030, 1, 1, tzinfo=UTC)}, "range"),
    "negative sequence": ({"sequence": -1}, "range"),
    "sequence that no integer holds": ({"sequence": 2**31}, "range"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_is_refused_alone(world: CalendarWorld, case: str) -> None:
    changed, code = REFUSED[case]
    said = dict(changed)
    bad = world.busy(said.pop("start", world.at(2)), said.pop("minutes", 60), **said)
    first, second = world.answers(bad, world.busy(world.at(3), uid="u2"))
    assert (first["outcome"], first["fields"][0]["code"]) == ("refused", code)
    assert first["fields"][0]["message_ru"] != "Поле заполнено неверно"
    assert second["outcome"] == "applied"


def test_29_february_is_a_day_like_any_other(world: CalendarWorld) -> None:
    world.clock.now = datetime(2028, 2, 1, 9, tzinfo=UTC)
    assert world.send(world.busy(datetime(2028, 2, 29, 9, tzinfo=UTC))) == ["applied"]


JSON = {"uid": "u", "sequence": 1, "stamp": "2026-03-01T09:00:00Z", "status": "busy", "schedule": "s1"}
JSON |= {"outside_id": None, "start": "2026-03-04T10:00:00+03:00", "end": "2026-03-04T11:00:00+03:00"}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"start": "2026-03-04T10:00:00"}, "/start"),
        ({"start": "2026-03-04"}, "/start"),
        ({"start": None}, "/start"),
        ({"end": "tomorrow"}, "/end"),
        ({"start": "2026-02-29T10:00:00Z"}, "/start"),
        ({"stamp": "0000-00-00T00:00:00Z"}, "/stamp"),
        ({"start": "0001-01-01T00:00:00+14:00"}, "/start"),
        ({"schedule": None}, "/schedule"),
        ({"outside_id": "R-1"}, "/schedule"),
    ],
)
def test_json_that_says_no_time(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidFieldsError) as refused:
        change_of({**JSON, **changed})
    assert refused.value.fields[0].field == field


def test_json_that_does(world: CalendarWorld) -> None:
    change = change_of(JSON)
    batch = [Received("u", change), Received("v", InvalidFieldsError(fields=()))]
    assert [one["outcome"] for one in world.outside_times.receive(world.system(), batch)] == ["applied", "refused"]
    assert world.send(replace(change, start=change.start, sequence=2)) == ["applied"]


# --- the way back


def test_what_became_of_appointments_in_order(world: CalendarWorld) -> None:
    anna, system = world.patient(), world.system()
    world.office.name(world.desk(), "s1", "R-17")
    visit = world.book(anna, world.at(2))
    world.pump()
    assert world.log.since(system, "", 20)["items"] == [], "what is not settled is not told"
    world.appointments.cancel(anna, visit["id"], visit["version"])
    world.pump()
    world.clock.advance(minutes=3)
    first = world.log.since(system, "", 1)
    assert [(one["state"], one["version"], one["outside_id"]) for one in first["items"]] == [("booked", 1, "R-17")]
    assert first["more"]
    rest = world.log.since(system, first["next"], 20)
    assert [(one["state"], one["appointment_id"]) for one in rest["items"]] == [("cancelled", visit["id"])]
    again = world.log.since(system, rest["next"], 20)
    assert (again["items"], again["more"]) == ([], False)
    assert world.log.since(world.system("elsewhere"), "", 20)["items"] == []
    assert "anna" not in str(first) + str(rest), "ids and moments alone"


def test_a_quiet_organisation_keeps_its_place(world: CalendarWorld) -> None:
    system, place = world.system(), ""
    booked, seen = [], []
    for day in range(40):
        if day in {0, 35}:
            booked.append(world.book(world.patient(BORIS if day else ANNA), world.at(5))["id"])
            world.pump()
        for _ in range(3):
            answer = world.log.since(system, place, 20)
            place = answer["next"]
            seen += [one["appointment_id"] for one in answer["items"]]
            world.clock.advance(minutes=1)
        world.clock.advance(days=1)
    assert seen == booked


@pytest.mark.parametrize("place", ["x", "2026-03-01", "2026-13-01T00:00:00.000Z#a#1", "2020-01-01T00:00:00.000Z#a#1"])
def test_a_place_that_is_none(world: CalendarWorld, place: str) -> None:
    with pytest.raises(InvalidFieldsError):
        world.log.since(world.system(), place, 20)
