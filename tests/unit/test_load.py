"""Counters of a clinic's load: once, in whatever order events come, and the same when counted anew (ANA-2)."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.appointments import Appointment, State, Step
from chalicelib.domain.identity import Role
from chalicelib.domain.load.counting import measured
from chalicelib.domain.load.panels import Filter
from chalicelib.domain.moments import stamp
from chalicelib.errors import AccessDeniedError, InvalidFieldsError, UnavailableError
from chalicelib.ports import appointment_rows, keys
from chalicelib.ports.tables import Delete, Put, Store, Update
from chalicelib.records.registry import record_type
from chalicelib.services.load import LoadCounting, LoadOffers, LoadPanels, LoadRebuilding
from tests.appointment_world import AppointmentWorld
from tests.result_world import ResultWorld, value
from tests.unit.merge_world import STAYS
from tests.unit.test_clearing import Leaving
from tests.unit.test_merge_visits import Clinic as Merging
from tests.world import ANNA, World

pytestmark = pytest.mark.requirement("ANA-2")

DAY = datetime(2026, 3, 2, tzinfo=UTC)
DOCTORS = ("m1", "m2")
NONE = Filter()


class Clinic:
    """Two doctors with schedules, and whatever became of some appointments."""

    def __init__(self, world: World | None = None) -> None:
        self.world = world or World()
        self.tables = self.world.tables
        for member in DOCTORS:
            row = {"id": f"s-{member}", "member": member, "doctor": f"Доктор {member}", "position": "врач"}
            row |= {"specialty": "therapy", "state": "active"}
            self.tables.commit([Put(keys.schedule_in_organisation("clinic", row["id"]), row)])
            staff = {"member": member, "department": f"dep-{member}", "state": "active"}
            self.tables.commit([Put(keys.staff("clinic", member), staff)])
        self.rebuilding = LoadRebuilding(self.tables, LoadCounting(self.tables))
        self.panels = LoadPanels(self.world.gate, self.tables, self.world.clock)

    def deliver(self, row: dict[str, Any]) -> None:
        self.world.reactions.run("count_appointment", row)

    def stored(self, row: dict[str, Any]) -> None:
        """As it stands at the end."""
        self.tables.put_many(
            {
                keys.appointment(row["patient"], row["id"]): row,
                keys.appointment_place(row["schedule"], row["id"]): {"patient": row["patient"]},
            }
        )

    def counters(self) -> tuple[Counter[Any], Counter[Any]]:
        """Of days and of months: by period, member, hour and measure; zeros left out."""
        found: dict[str, Counter[Any]] = {"D#": Counter(), "M#": Counter()}
        for key, row in self.tables.rows(Store.CARD).items():
            if key.pk == keys.load("clinic"):
                period = row.get("day") or row["month"]
                for name, by in row.items():
                    if (known := measured(name)) and by:
                        found[key.sk[:2]][period, row["member"], *known] = by
        return found["D#"], found["M#"]


# --- events of any appointments

STEPS = st.sampled_from(["move", "arrive", "fulfil", "miss", "cancel", "correct"])
LIVES = st.tuples(st.integers(0, 40), st.sampled_from(DOCTORS), st.integers(0, 23), st.lists(STEPS, max_size=5))
AFTER = {
    "move": {State.BOOKED: State.BOOKED},
    "arrive": {State.BOOKED: State.ARRIVED},
    "fulfil": {State.ARRIVED: State.FULFILLED},
    "miss": {State.BOOKED: State.NOSHOW},
    "cancel": {State.BOOKED: State.CANCELLED},
    "correct": {State.NOSHOW: State.FULFILLED},
}


def versions(number: int, life: tuple[int, str, int, list[str]]) -> list[dict[str, Any]]:
    """Rows of one appointment, as its stream would show them."""
    days, member, hour, steps = life
    start, state = DAY + timedelta(days=days, hours=hour), State.BOOKED
    more: dict[str, Any] = {"created_at": stamp(start - timedelta(days=days + 1))}
    found = [row(number, member, start, state, 1, more)]
    for step in steps:
        if state not in AFTER[step]:
            continue
        state = AFTER[step][state]
        if step == "move":
            member, start = DOCTORS[member == "m1"], start + timedelta(days=9)
        more |= {"arrived_at": stamp(start)} if step == "arrive" else {}
        more |= {"ended_at": stamp(start + timedelta(minutes=25))} if state is State.FULFILLED else {}
        found.append(row(number, member, start, state, len(found) + 1, more))
    return found


def row(number: int, member: str, start: datetime, state: State, version: int, more: dict[str, Any]) -> dict[str, Any]:
    made = Appointment(
        f"a{number}", f"p{number}", f"s-{member}", "clinic", member, "therapy",
        start, start + timedelta(minutes=30), "Asia/Yekaterinburg", state, version, "patient", 3,
    )  # fmt: skip
    return appointment_rows.row_of(made, start) | more


def model(rows: list[dict[str, Any]]) -> tuple[Counter[Any], Counter[Any]]:
    """The same counted plainly, of the last rows alone."""
    days: Counter[Any] = Counter()
    for one in rows:
        there = datetime.fromisoformat(one["start"]) + timedelta(hours=5)  # by the clock of Yekaterinburg
        at = (there.date().isoformat(), one["member"], there.hour)
        days[*at, "bookings"] += 1
        if one["state"] == "noshow":
            days[*at, "noshows"] += 1
        if one["state"] == "cancelled":
            days[*at, "cancelled"] += 1
        if one["state"] == "fulfilled":
            days[*at, "visits"] += 1
            days[*at, "waited"] += 1
            waited = datetime.fromisoformat(one["start"]) - datetime.fromisoformat(one["created_at"])
            days[*at, "wait_hours"] += waited.days * 24 + waited.seconds // 3600
            if "arrived_at" in one:
                days[*at, "stayed"] += 1
                days[*at, "stay_minutes"] += 25
    months: Counter[Any] = Counter()
    for (day, *rest), by in days.items():
        months[day[:7], *rest] += by
    return days, months


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_order_and_repeats_count_as_a_plain_model_and_as_a_rebuild(data: st.DataObject) -> None:
    lives = [versions(n, life) for n, life in enumerate(data.draw(st.lists(LIVES, max_size=6)))]
    clinic, events = Clinic(), [one for life in lives for one in life]
    for event in data.draw(
        st.permutations(events + data.draw(st.lists(st.sampled_from(events or [None]), max_size=4)))
    ):
        if event is not None:
            clinic.deliver(event)
    last = [life[-1] for life in lives]
    assert clinic.counters() == model(last)
    for one in last:
        clinic.stored(one)
    done = clinic.rebuilding.run("clinic")
    assert done == {"seen": len(last), "counted": 0, "corrected": 0, "left": 0}
    gone = data.draw(st.lists(st.sampled_from(last), unique_by=lambda one: one["id"])) if last else []
    for one in gone:  # cards were erased: nothing says any more that these were
        at = keys.appointment(one["patient"], one["id"])
        clinic.tables.commit([Delete(at), Delete(keys.appointment_place(one["schedule"], one["id"]))])
    assert clinic.rebuilding.run("clinic")["corrected"] == 0
    assert clinic.counters() == model(last)


@settings(max_examples=25, deadline=None)
@given(st.lists(LIVES, min_size=1, max_size=5), st.integers(0, 2**16))
def test_a_rebuild_mends_lost_events_and_spoilt_counters(lives: list[Any], lost: int) -> None:
    clinic = Clinic()
    rows = [versions(n, life) for n, life in enumerate(lives)]
    for n, one in enumerate(event for life in rows for event in life):
        if not lost >> n & 1:
            clinic.deliver(one)
    for key in [key for key in clinic.tables.rows(Store.CARD) if key.pk == keys.load("clinic")][::2]:
        clinic.tables.commit([Update(key, add={"h09_bookings": 7})])
    last = [life[-1] for life in rows]
    for one in last:
        clinic.stored(one)
    clinic.rebuilding.run("clinic")
    assert clinic.counters() == model(last)
    assert clinic.rebuilding.run("clinic")["corrected"] == 0


def test_a_trigger_that_dies_counts_once_and_a_rebuild_leaves_what_moves_meanwhile() -> None:
    clinic = Clinic()
    booked, arrived, done = versions(1, (1, "m1", 4, ["arrive", "fulfil"]))
    clinic.tables.fail_next_commit()
    with pytest.raises(UnavailableError):
        clinic.deliver(booked)
    assert clinic.counters() == (Counter(), Counter())
    clinic.deliver(booked)
    clinic.deliver(booked)
    clinic.stored(booked)
    (key,) = [key for key in clinic.tables.rows(Store.CARD) if key.sk.startswith("D#")]
    clinic.tables.commit([Update(key, add={"h09_visits": 5})])  # spoilt
    clinic.tables.before_next_commit(lambda: clinic.deliver(done))
    assert clinic.rebuilding.run("clinic")["left"] == 1
    clinic.deliver(arrived)  # late
    clinic.stored(done)
    assert clinic.rebuilding.run("clinic")["left"] == 0
    assert clinic.counters() == model([done])


def test_the_services_of_appointments_say_what_is_counted() -> None:
    """Booked, arrived, fulfilled; missed and put right: by the processes themselves, and no patient is in the rows."""
    world = AppointmentWorld()
    clinic, doctor, anna = Clinic(world), world.staff(), world.patient()
    world.schedule("s1", doctor=doctor)
    world.registered()
    visit = world.book(anna, world.at(1, "09:00"))
    world.clock.now = world.at(1, "09:00")
    visit = world.clinic.step(doctor, "s1", visit["id"], 1, Step.ARRIVE)
    world.clock.advance(minutes=20)
    world.clinic.step(doctor, "s1", visit["id"], visit["version"], Step.FULFIL)
    second = world.book(anna, world.at(0, "10:30"))
    world.clock.now = world.at(0, "10:40")
    missed = world.clinic.step(doctor, "s1", second["id"], 1, Step.MISS)
    world.pump()
    day = world.at(0).date()
    shown = clinic.panels.days(world.staff("boss", Role.ADMINISTRATOR), day, day, NONE)
    assert (shown["total"]["no_shows"], shown["total"]["no_show_percent"]) == (1, 50)
    world.clinic.step(doctor, "s1", missed["id"], missed["version"], Step.FULFIL)
    world.pump()
    shown = clinic.panels.days(doctor, day, day, NONE)
    total = shown["total"]
    assert (total["bookings"], total["visits"], total["no_shows"], total["stay_minutes"]) == (2, 2, 0, 20)
    assert [one["hour"] for one in shown["hours"]] == [9, 10]
    rows = [row for key, row in world.tables.rows(Store.CARD).items() if key.pk.startswith("LOAD")]
    assert rows
    assert ANNA not in str(rows)


def test_how_long_a_result_took_is_counted_without_opening_the_order() -> None:
    world = ResultWorld()
    order = record_type("laboratory-order")
    body = {"occurred_at": "2026-03-01T10:00:00+03:00", "doctor_name": "Петров", "status": "active", "panel": "Кровь"}
    made = world.records.create(world.doctor, ANNA, order, {**body, "related": []}, world.key())[0]
    world.clock.advance(hours=20)
    link = [{"kind": "laboratory-result", "id": world.result(value("Калий", "4.2", "mmol/L"))}]
    world.records.amend(world.doctor, ANNA, order, made["id"], {**body, "status": "completed", "related": link}, 1)
    stored = world.row(keys.record(ANNA, order.name, made["id"]))
    assert set(stored["order"]) == {"organisation", "member"}
    opened = len(world.audit.events)
    for _ in range(2):
        world.reactions.run("count_order", stored)
    assert len(world.audit.events) == opened
    panels = LoadPanels(world.gate, world.tables, world.clock)
    shown = panels.months(world.staff("boss", Role.ADMINISTRATOR, "clinic"), None, None, NONE)
    assert (shown["total"]["results"], shown["total"]["result_hours"]) == (1, 20)


def counted(world: Any) -> dict[str, int]:
    """All counters of days, by measure."""
    found: Counter[str] = Counter()
    for key, row in world.tables.rows(Store.CARD).items():
        if key.sk.startswith("D#"):
            found.update({known[1]: by for name, by in row.items() if (known := measured(name)) and by})
    return dict(found)


def test_an_erased_card_leaves_its_counts_and_a_rebuild_keeps_them() -> None:
    world = Leaving()
    world.pump()
    assert counted(world) == {"bookings": 3, "cancelled": 1}
    world.erased()
    world.pump()
    assert counted(world) == {"bookings": 3, "cancelled": 2}  # the coming one is cancelled; the one that was stays
    rows = world.tables.rows(Store.CARD).items()
    assert not [row for key, row in rows if key.pk.startswith("LOAD") and ANNA in str(row)]
    done = LoadRebuilding(world.tables, LoadCounting(world.tables)).run("clinic")
    assert (done["counted"], done["corrected"], done["left"]) == (0, 0, 0)


def test_a_merged_card_brings_nothing_new_there_or_back() -> None:
    world = Merging()
    world.pump()
    before = counted(world)
    merge = world.merged()
    world.pump()
    assert counted(world) == before == {"bookings": 1}
    (carried,) = [
        row for key, row in world.tables.rows().items() if key.pk == f"P#{STAYS}" and key.sk.startswith("APPT")
    ]
    assert "count_appointment" in carried["react"]  # what becomes of it later is counted too
    world.undone(merge)
    world.pump()
    assert counted(world) == before


# --- slots


def test_days_that_are_over_are_written_down_once_as_the_rules_said_then() -> None:
    world = AppointmentWorld()
    clinic, offers = Clinic(world), LoadOffers(world.tables, world.clock)
    schedule = world.schedule("s1", created_at=world.moment())
    row = world.row(keys.schedule(schedule))
    world.tables.commit([Put(keys.specialty_in_use("therapy"), {"schedules": 1})])
    listed = keys.schedule_in_specialty("therapy", "clinic", "s1")
    world.tables.commit([Put(listed, row)])
    assert offers.run() == {"offered_days": 0}  # today is not over
    taken = {"until": stamp(world.at(1, "10:00")), "ver": 1}
    world.tables.commit([Put(keys.busy("s1", stamp(world.at(1, "09:00")), "u"), taken)])
    first = world.at(0).date()
    world.clock.advance(days=3)
    assert [offers.run()["offered_days"] for _ in range(2)] == [3, 0]
    world.tables.commit([Put(listed, {**row, "slot_minutes": 60}, None)])
    world.clock.advance(days=1)
    assert offers.run() == {"offered_days": 1}
    world.pump()
    shown = clinic.panels.days(world.staff("boss", Role.ADMINISTRATOR), first, first + timedelta(days=4), NONE)
    assert [one["slots_offered"] for one in shown["periods"]] == [8, 6, 8, 4, 0]
    assert shown["total"]["slot_use_percent"] == 0
    world.tables.commit([Put(keys.schedule_in_organisation("clinic", "s1"), row)])
    assert clinic.rebuilding.run("clinic") == {"seen": 4, "counted": 0, "corrected": 0, "left": 0}


# --- panels


def test_empty_months_are_zeros_and_bad_ranges_are_named() -> None:
    clinic = Clinic()
    boss = clinic.world.staff("boss", Role.ADMINISTRATOR)
    shown = clinic.panels.months(boss, date(2025, 11, 30), date(2026, 2, 1), NONE)
    assert [one["period"] for one in shown["periods"]] == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert all((one["bookings"], one["wait_hours"]) == (0, None) for one in shown["periods"])
    assert shown["departments"] == ["dep-m1", "dep-m2"]
    for read, first, last, code in (
        (clinic.panels.days, date(2026, 3, 2), date(2026, 3, 1), "order"),
        (clinic.panels.days, date(2026, 1, 1), date(2026, 3, 1), "range"),
        (clinic.panels.months, date(1, 1, 1), date(9999, 12, 31), "range"),
        (clinic.panels.days, date(1, 1, 1), date(9999, 12, 31), "range"),
    ):
        with pytest.raises(InvalidFieldsError) as refused:
            read(boss, first, last, NONE)
        assert [(one.field, one.code) for one in refused.value.fields] == [("?to", code)]
    assert len(clinic.panels.days(boss, None, date(9999, 12, 31), NONE)["periods"]) == 31
    assert clinic.panels.days(boss, date(2999, 1, 1), None, NONE)["total"]["bookings"] == 0


def test_who_sees_what() -> None:
    clinic = Clinic()
    for number, member in enumerate(("m1", "m2", "m2")):
        clinic.deliver(versions(number, (0, member, 9, []))[0])
    boss, doctor = clinic.world.staff("boss", Role.ADMINISTRATOR), clinic.world.staff("m2")
    doctor = type(doctor)(doctor.person_id, Role.DOCTOR, member_id="m2", organisation_id="clinic")
    other = clinic.world.staff("other", Role.ADMINISTRATOR, "elsewhere")
    day = DAY.date()

    def bookings(actor: Any, **wanted: str) -> int:
        return clinic.panels.days(actor, day, day, Filter(**wanted))["total"]["bookings"]

    assert [bookings(boss), bookings(doctor), bookings(other)] == [3, 2, 0]
    assert [bookings(boss, department="dep-m1"), bookings(boss, member="m2"), bookings(boss, member="x")] == [1, 2, 0]
    with pytest.raises(AccessDeniedError):
        bookings(doctor, member="m1")
    shown = clinic.panels.days(boss, day, day, NONE)
    assert [(one["doctor"], one["department"], one["bookings"]) for one in shown["doctors"]] == [
        ("Доктор m1", "dep-m1", 1),
        ("Доктор m2", "dep-m2", 2),
    ]
    assert shown["total"]["slot_use_percent"] is None  # today is not over: what was offered is not known yet
