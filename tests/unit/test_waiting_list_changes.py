"""A schedule that changes under those who wait and those who have a visit, in any order of events (APT-2)."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from chalicelib.domain.appointments import Why
from chalicelib.domain.identity import Actor
from chalicelib.domain.moments import stamp
from chalicelib.domain.schedules import Schedule
from chalicelib.errors import MedkartaError
from chalicelib.ports import keys, schedule_rows
from chalicelib.ports.appointment_rows import appointment_of
from chalicelib.ports.tables import Delete, Put, Store
from tests.effort import tried
from tests.waiting_world import WaitingWorld

pytestmark = pytest.mark.requirement("APT-2")

PEOPLE = ("vera", "gleb", "dina")
DAYS = (6, 7)
TIMES = ("10:00", "10:30")
RULE = {"start": "10:00", "end": "11:00", "every_weeks": 1, "valid_from": "2026-01-01"}
who, day, time = st.sampled_from(range(len(PEOPLE))), st.sampled_from(DAYS), st.sampled_from(TIMES)


class Changing(RuleBasedStateMachine):
    """Three people, a schedule of two slots a day; the doctor is away and back, an outside system takes time."""

    @initialize()
    def begin(self) -> None:
        self.world = WaitingWorld()
        self.world.schedule(rules=[{**RULE, "weekdays": [1, 2, 3, 4, 5, 6, 7]}])
        self.people: list[Actor] = self.world.people(*PEOPLE)
        self.desk = self.world.desk()
        self.days = {n: self.world.at(n).date() for n in DAYS}

    def start(self, number: int, clock: str) -> datetime:
        return datetime.fromisoformat(f"{self.days[number]}T{clock}:00+03:00")

    def act(self, act: Any, fault: str) -> None:
        if fault == "failed":
            self.world.tables.fail_next_commit()
        elif fault == "lost":
            self.world.tables.lose_reply_next()
        elif fault == "rung":
            self.world.tables.before_next_commit(self.world.timers.run)
        with suppress(MedkartaError):
            act()
        self.world.tables._commit_faults.clear()
        self.world.tables._lost_replies = 0
        self.world.tables._interludes.clear()

    faults = st.sampled_from(["", "", "failed", "lost", "rung"])

    @rule(person=who, fault=faults)
    def wait(self, person: int, fault: str) -> None:
        self.act(lambda: self.world.wait(self.people[person]), fault)

    @rule(person=who, number=day, clock=time, fault=faults)
    def book(self, person: int, number: int, clock: str, fault: str) -> None:
        self.act(lambda: self.world.book(self.people[person], self.start(number, clock)), fault)

    @rule(person=who, number=day, clock=time, fault=faults)
    def move(self, person: int, number: int, clock: str, fault: str) -> None:
        actor = self.people[person]
        for visit in self.world.appointments.upcoming(actor):
            to = self.start(number, clock)
            self.act(lambda: self.world.appointments.move(actor, visit["id"], visit["version"], "", to), fault)  # noqa: B023

    @rule(person=who, fault=faults, clinic=st.booleans())
    def cancel(self, person: int, fault: str, *, clinic: bool) -> None:
        actor, desk = self.people[person], self.desk
        for visit in self.world.appointments.upcoming(actor):
            known = visit["id"], visit["version"]
            if clinic:
                self.act(lambda: self.world.clinic.cancel(desk, "s1", *known, Why.OTHER), fault)  # noqa: B023
            else:
                self.act(lambda: self.world.appointments.cancel(actor, *known), fault)  # noqa: B023

    @rule(person=who, fault=faults, yes=st.booleans())
    def answer(self, person: int, fault: str, *, yes: bool) -> None:
        actor = self.people[person]
        answer = self.world.accept if yes else self.world.decline
        for entry in self.world.waiting.listed(actor, 5, None)[0]:
            self.act(lambda: answer(actor, entry["id"]), fault)  # noqa: B023

    @rule(number=day, back=st.booleans())
    def away(self, number: int, *, back: bool) -> None:
        day = self.days[number].isoformat()
        away = {"id": "e1", "first": day, "last": day, "reason": "sickness", "hours": []}
        self.world.change_schedule("s1", exceptions=[] if back else [away])
        self.world.tables.commit(schedule_rows.to_tell("s1", self.world.clock()))

    @rule(number=day, clock=time, takes=st.booleans())
    def outside(self, number: int, clock: str, *, takes: bool) -> None:
        start = self.start(number, clock)
        key = keys.busy("s1", stamp(start), "uid")
        busy = Put(key, {"until": stamp(start + timedelta(minutes=30))}, None) if takes else Delete(key)
        self.world.tables.commit([busy, *schedule_rows.to_tell("s1", self.world.clock())])

    @rule(minutes=st.sampled_from([1, 120, 24 * 60]))
    def time_goes_by(self, minutes: int) -> None:
        self.world.clock.advance(minutes=minutes)

    @rule(fault=faults)
    def trigger(self, fault: str) -> None:
        self.act(self.world.timers.run, fault if fault != "rung" else "")

    @rule()
    def stream(self) -> None:
        self.world.react()

    @invariant()
    def whole(self) -> None:
        self.world.whole()

    def teardown(self) -> None:
        """At rest the marks are true, whoever waits for an answer is asked, and nobody is stuck."""
        if not hasattr(self, "world"):
            return
        for _ in range(4):
            self.world.ring(minutes=1)
        self.marked()
        for _ in range(24):
            self.world.ring(days=1)
        self.world.whole()
        rows = self.world.tables.rows(Store.CARD)
        assert not [row for row in rows.values() if row.get("state") in {"offered", "held"}]
        assert not [key for key in rows if key.pk.startswith("DISPLACED#")]
        assert not self.world.parking.parked

    def marked(self) -> None:
        rows, now = self.world.tables.rows(Store.CARD), self.world.clock()
        schedule = Schedule.from_row(rows[keys.schedule("s1")])
        places = schedule_rows.places(self.world.tables, schedule, now)
        visits = [appointment_of(r) for k, r in rows.items() if k.sk.startswith("APPT#") and k.pk.startswith("P#")]
        ahead = [one for one in visits if one.state.value == "booked" and one.start > now]
        lost = {one.id for one in ahead if not places.have(one.interval)}
        assert {one.id for one in ahead if one.displaced} == lost
        listed = {key.sk for key in rows if key.pk.startswith("DISPLACED#")}
        assert lost <= listed
        timers = {key.sk for key in rows if key.sk.startswith("TIMER#displaced-unanswered#")}
        assert {f"TIMER#displaced-unanswered#{one}" for one in lost} <= timers


Changing.TestCase.settings = settings(max_examples=tried(15), stateful_step_count=20, deadline=None, database=None)
TestChanging = Changing.TestCase
