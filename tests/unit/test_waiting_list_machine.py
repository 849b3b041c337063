"""The waiting list in any order of events: one holder a slot, both sides of an offer agree, nobody is lost (APT-2)."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from chalicelib.domain.identity import Actor
from chalicelib.errors import MedkartaError
from chalicelib.ports import keys
from chalicelib.ports.tables import Store
from tests.effort import tried
from tests.waiting_world import WaitingWorld

pytestmark = pytest.mark.requirement("APT-2")

PEOPLE = ("vera", "gleb", "dina")
TIMES = ("10:00", "10:30")
who = st.sampled_from(range(len(PEOPLE)))
clock = st.sampled_from(TIMES)


class Waiting(RuleBasedStateMachine):
    """Three people, two slots of one day. Each act may fail before, or after it was stored; the trigger runs twice."""

    @initialize()
    def begin(self) -> None:
        self.world = WaitingWorld()
        self.world.schedule()
        self.people: list[Actor] = self.world.people(*PEOPLE)
        self.entries = {n: self.world.wait(one) for n, one in enumerate(self.people)}
        self.stranger = self.world.people("stranger")[0]
        self.starts: dict[str, datetime] = {time: self.world.at(9, time) for time in TIMES}

    def act(self, act: Any, fault: str) -> None:
        """Refusals are answers; what they leave, the invariants look at."""
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
        def joined() -> None:
            self.world.wait(self.people[person])

        self.act(joined, fault)
        mine = self.world.waiting.listed(self.people[person], 1, None)[0]
        if mine:
            self.entries[person] = str(mine[0]["id"])

    @rule(time=clock, fault=faults)
    def free(self, time: str, fault: str) -> None:
        """Somebody else books a slot, where it is free, and cancels; its reaction runs, or is late."""

        def both() -> None:
            made = self.world.book(self.stranger, self.starts[time])
            self.world.appointments.cancel(self.stranger, made["id"], made["version"])

        self.act(both, fault)
        if not fault:
            self.world.react()

    @rule(time=clock, fault=faults)
    def book(self, time: str, fault: str) -> None:
        self.act(lambda: self.world.book(self.people[-1], self.starts[time]), fault)

    @rule(person=st.integers(0, len(PEOPLE)), fault=faults)
    def cancel(self, person: int, fault: str) -> None:
        actor = [*self.people, self.stranger][person]
        for visit in self.world.appointments.upcoming(actor):
            self.act(lambda: self.world.appointments.cancel(actor, visit["id"], visit["version"]), fault)  # noqa: B023

    @rule(person=who, fault=faults)
    def accept(self, person: int, fault: str) -> None:
        self.act(lambda: self.world.accept(self.people[person], self.entries[person]), fault)

    @rule(person=who, fault=faults)
    def decline(self, person: int, fault: str) -> None:
        self.act(lambda: self.world.decline(self.people[person], self.entries[person]), fault)

    @rule(person=who, fault=faults)
    def leave(self, person: int, fault: str) -> None:
        self.act(lambda: self.world.waiting.leave(self.people[person], self.entries[person]), fault)

    @rule(minutes=st.sampled_from([1, 59, 119, 120, 600]))
    def time_goes_by(self, minutes: int) -> None:
        self.world.clock.advance(minutes=minutes)

    @rule(fault=faults)
    def trigger(self, fault: str) -> None:
        self.act(self.world.timers.run, fault if fault != "rung" else "")
        self.world.timers.run()

    @rule()
    def stream(self) -> None:
        self.world.react()

    @rule()
    def stream_again(self) -> None:
        """What was delivered comes once more."""
        for row in self.world.tables.rows(Store.CARD).values():
            if row.get("react") in (["slot_freed"], ["booked_otherwise"]):
                with suppress(MedkartaError):
                    self.world.reactions.run(row["react"][0], row)

    @rule(person=who, state=st.sampled_from(["active", "suspended"]))
    def suspend(self, person: int, state: str) -> None:
        self.world.tables.tamper(keys.card(PEOPLE[person]), state=state)

    @invariant()
    def whole(self) -> None:
        self.world.whole()

    def teardown(self) -> None:
        """When everything has come to rest, nobody is stuck with an offer."""
        if hasattr(self, "world"):
            for _ in range(8):
                self.world.ring(days=1)
            self.world.whole()
            assert not [row for row in self.world.tables.rows(Store.CARD).values() if row.get("state") == "offered"]
            assert not self.world.parking.parked


Waiting.TestCase.settings = settings(max_examples=tried(40), stateful_step_count=25, deadline=None, database=None)
TestWaiting = Waiting.TestCase
