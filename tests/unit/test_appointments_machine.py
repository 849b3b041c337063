"""Booking in any order of events, with replies that are lost and people who are faster; many at once on few slots."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chalicelib.domain.appointments import Step, Why
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.errors import MedkartaError, OutcomeUnknownError, SlotTakenError
from chalicelib.ports import keys
from chalicelib.ports.tables import Delete, Store, Update
from tests.appointment_world import EVERY_DAY, RULE, AppointmentWorld
from tests.effort import tried

pytestmark = pytest.mark.requirement("APT-1")

PEOPLE = ("anna", "boris", "vera")
SCHEDULES = {"s1": "therapy", "s2": "surgery", "heart": "cardiology"}
CLOCKS = ("09:00", "09:20", "09:30", "10:00")
"""Of both grids that a schedule may have, so that slots overlap."""

SLOT = st.tuples(st.sampled_from(sorted(SCHEDULES)), st.integers(1, 3), st.sampled_from(CLOCKS))
PERSON = st.sampled_from(PEOPLE)
FATE = st.sampled_from(["well", "well", "lost", "other", "myself", "changed"])
"""What becomes of the commit: its reply is lost; right before it somebody books the slot, or the same person books at
another doctor, or the schedule is changed and somebody books on it.
"""


class Bookings(RuleBasedStateMachine):
    """Three patients, three schedules, three days; what must hold is looked at after every step (``checked``)."""

    @initialize()
    def begin(self) -> None:
        self.world = AppointmentWorld()
        self.people: dict[str, Actor] = {name: self.world.patient(PersonId(name)) for name in PEOPLE}
        self.doctor, self.registrar = self.world.staff(), self.world.desk()
        for name, specialty in SCHEDULES.items():
            self.world.schedule(name, specialty=specialty, referral=name == "heart")
        self.referrals = {}
        for name in PEOPLE:
            self.world.consent(self.doctor, PersonId(name))
            self.world.registered(PersonId(name))
            self.referrals[name] = self.world.referral(self.doctor, PersonId(name))
        self.begun = self.world.clock()
        self.held: dict[str, tuple[str, datetime]] = {}

    # --- what they do

    @rule(name=PERSON, slot=SLOT, fate=FATE, clinic=st.booleans())
    def book(self, name: str, slot: tuple[str, int, str], fate: str, *, clinic: bool) -> None:
        schedule, start = slot[0], self.moment(slot)
        referral = self.referrals[name] if schedule == "heart" else ""
        key = self.world.key()
        if clinic:
            form: dict[str, Any] = {"patient_id": name, "start": start, "referral_id": referral}
            self.done(lambda: self.world.clinic.book(self.registrar, schedule, form, key), fate, slot)
        else:
            form = self.world.form(start, schedule, referral_id=referral)
            self.done(lambda: self.world.appointments.book(self.people[name], form, key), fate, slot)

    @rule(which=st.integers(0, 9), slot=SLOT, fate=FATE, clinic=st.booleans())
    def move(self, which: int, slot: tuple[str, int, str], fate: str, *, clinic: bool) -> None:
        row, start = self.visit(which), self.moment(slot)
        if row is None:
            return
        version, own = int(row["ver"]), self.people[row["patient"]]
        if clinic:
            act = self.world.clinic.move
            self.done(
                lambda: act(self.registrar, row["schedule"], row["id"], version, slot[0], start),
                fate,
                slot,
                again=False,
            )
        else:
            self.done(
                lambda: self.world.appointments.move(own, row["id"], version, slot[0], start), fate, slot, again=False
            )

    @rule(which=st.integers(0, 9), fate=FATE, clinic=st.booleans())
    def cancel(self, which: int, fate: str, *, clinic: bool) -> None:
        row = self.visit(which)
        if row is None:
            return
        version, own, slot = int(row["ver"]), self.people[row["patient"]], ("s1", 1, "09:00")
        if clinic:
            act, why = self.world.clinic.cancel, Why.EQUIPMENT
            self.done(lambda: act(self.registrar, row["schedule"], row["id"], version, why), fate, slot, again=False)
        else:
            self.done(lambda: self.world.appointments.cancel(own, row["id"], version), fate, slot, again=False)

    @rule(which=st.integers(0, 9), step=st.sampled_from([Step.ARRIVE, Step.FULFIL, Step.MISS]), fate=FATE)
    def step(self, which: int, step: Step, fate: str) -> None:
        row = self.visit(which)
        if row is not None:
            act, version = self.world.clinic.step, int(row["ver"])
            self.done(
                lambda: act(self.registrar, row["schedule"], row["id"], version, step),
                fate,
                ("s1", 1, "09:30"),
                again=False,
            )

    @rule(slot=SLOT, minutes=st.sampled_from([20, 30]))
    def hold(self, slot: tuple[str, int, str], minutes: int) -> None:
        """As the waiting list does it: on a free slot alone."""
        schedule, start = slot[0], self.moment(slot)
        if start <= self.world.clock() or self.taken(schedule, start, minutes):
            return
        entry = self.world.key()
        until = self.world.clock() + timedelta(hours=2)
        self.world.hold(schedule, start, entry, until, minutes)
        self.held[entry] = (schedule, start)

    @precondition(lambda self: self.held)
    @rule(name=PERSON, fate=FATE)
    def accept(self, name: str, fate: str) -> None:
        entry, (schedule, start) = self.held.popitem()
        referral = self.referrals[name] if schedule == "heart" else ""
        form, key = self.world.form(start, schedule, referral_id=referral), self.world.key()
        act = self.world.appointments.book
        self.done(lambda: act(self.people[name], form, key, hold=entry), fate, (schedule, 1, "09:00"))

    @precondition(lambda self: self.held)
    @rule()
    def decline(self) -> None:
        entry, (schedule, start) = self.held.popitem()
        with suppress(MedkartaError):
            self.world.tables.commit([Delete(keys.slot(schedule, stamp(start)), {"entry": entry})])

    @rule(schedule=st.sampled_from(sorted(SCHEDULES)))
    def change_the_grid(self, schedule: str) -> None:
        self.change(schedule)

    @rule(name=PERSON)
    def suspend(self, name: str) -> None:
        state = self.world.row(keys.card(name))["state"]
        other = "suspended" if state == "active" else "active"
        self.world.tables.commit([Update(keys.card(name), {"state": other})])

    @rule(hours=st.sampled_from([1, 3, 20, 24]))
    def wait(self, hours: int) -> None:
        self.world.clock.advance(hours=hours)

    # --- what holds

    @invariant()
    def everything_agrees(self) -> None:
        if hasattr(self, "world"):
            self.world.checked()

    # --- pieces

    def change(self, schedule: str) -> None:
        """From half hours to twenty minutes and back."""
        old = int(self.world.row(keys.schedule(schedule))["slot_minutes"])
        self.world.change_schedule(schedule, slot_minutes=50 - old)

    def moment(self, slot: tuple[str, int, str]) -> datetime:
        day = (self.begun + timedelta(days=slot[1])).date()
        return datetime.fromisoformat(f"{day}T{slot[2]}:00+03:00")

    def visit(self, which: int) -> dict[str, Any] | None:
        rows = self.world.tables.rows(Store.CARD)
        found = [row for key, row in rows.items() if key.sk.startswith("APPT#") and key.pk.startswith("P#")]
        return found[which % len(found)] if found else None

    def taken(self, schedule: str, start: datetime, minutes: int) -> bool:
        ends = stamp(start + timedelta(minutes=minutes))
        rows = self.world.tables.rows(Store.CARD)
        mine = [(key, row) for key, row in rows.items() if key.pk == keys.schedule_rows(schedule)]
        slots = [(key.sk.split("#")[1], row["until"]) for key, row in mine if key.sk.startswith("SLOT#")]
        return any(begins < ends and stamp(start) < until for begins, until in slots)

    def done(self, act: Callable[[], Any], fate: str, slot: tuple[str, int, str], *, again: bool = True) -> None:
        """``again``: the client repeats it with the same key when the reply was lost, and learns what came of it."""
        before = self.visits()
        if fate == "lost":
            self.world.tables.lose_reply_next()
        if fate == "other":
            form = self.world.form(self.moment(slot), slot[0], referral_id=self.referrals["vera"])
            form["referral_id"] = form["referral_id"] if slot[0] == "heart" else ""
            self.world.tables.before_next_commit(lambda: self.quietly(form))
        if fate == "myself":
            self.world.tables.before_next_commit(lambda: self.beside(slot))
        if fate == "changed":
            self.world.tables.before_next_commit(lambda: self.changed(slot))
        try:
            act()
        except OutcomeUnknownError:
            if again:
                self.repeated(act, before)
        except MedkartaError:
            pass
        self.world.tables._lost_replies = 0
        self.world.tables._interludes.clear()

    def repeated(self, act: Callable[[], Any], before: int) -> None:
        """The client sends the same request once more: it took effect once, or is refused and never did."""
        try:
            act()
        except MedkartaError:
            assert self.visits() == before
        else:
            assert self.visits() == before + 1

    def beside(self, slot: tuple[str, int, str]) -> None:
        """Everybody is somewhere else at that time: whoever it is about too."""
        other = "s2" if slot[0] == "s1" else "s1"
        for name, clock in zip(PEOPLE, ("09:00", "09:30", "10:00"), strict=True):
            self.quietly(self.world.form(self.moment((other, slot[1], clock)), other), name)

    def changed(self, slot: tuple[str, int, str]) -> None:
        """Another grid, and on it somebody's slot that overlaps the one that is wanted of the old one."""
        self.change(slot[0])
        for clock in ("09:20", "09:40"):
            referral = self.referrals["vera"] if slot[0] == "heart" else ""
            self.quietly(self.world.form(self.moment((slot[0], slot[1], clock)), slot[0], referral_id=referral))

    def visits(self) -> int:
        rows = self.world.tables.rows(Store.CARD)
        return sum(key.sk.startswith("APPT#") and key.pk.startswith("P#") for key in rows)

    def quietly(self, form: dict[str, Any], name: str = "vera") -> None:
        with suppress(MedkartaError):
            self.world.appointments.book(self.people[name], form, self.world.key())


Bookings.TestCase.settings = settings(max_examples=tried(20), stateful_step_count=25, deadline=None, database=None)
TestBookings = Bookings.TestCase


def test_two_hundred_clients_on_twenty_slots_make_twenty_winners() -> None:
    world = AppointmentWorld()
    day = world.at(2).date().isoformat()
    world.schedule(rules=[{**RULE, "weekdays": EVERY_DAY, "end": "19:00", "valid_from": day, "valid_until": day}])
    people = [world.patient(PersonId(f"p{number}")) for number in range(200)]
    starts = [world.at(2) + timedelta(minutes=30 * number) for number in range(20)]
    won: list[int] = []
    ready = threading.Barrier(20)

    def clients(part: int) -> None:
        ready.wait()
        for number in range(part, 200, 20):
            wanted: datetime | None = starts[number % 7]
            while wanted is not None:  # who is too late takes the nearest that they are told, until nothing is left
                try:
                    world.book(people[number], wanted)
                    won.append(number)
                    wanted = None
                except SlotTakenError as error:
                    near = error.extra["nearest"]
                    wanted = datetime.fromisoformat(near[0]) if near else None

    threads = [threading.Thread(target=clients, args=(part,)) for part in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    world.checked()
    assert len(won) == len(set(won)) == 20
    assert {key.sk for key in world.tables.rows(Store.CARD) if key.sk.startswith("SLOT#")} == {
        f"SLOT#{stamp(start)}" for start in starts
    }
    assert len(world.entries("appointment:book")) == 20


def test_one_person_at_two_doctors_at_one_time_gets_one() -> None:
    world = AppointmentWorld()
    anna = world.patient()
    names = [world.schedule(f"d{number}", specialty=f"specialty-{number}") for number in range(12)]
    outcomes: list[str] = []

    def book(name: str) -> None:
        try:
            world.book(anna, world.at(2), name)
            outcomes.append("booked")
        except MedkartaError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=book, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    world.checked()
    assert outcomes.count("booked") == 1
    assert set(outcomes) <= {"booked", "own-overlap", "conflict"}
