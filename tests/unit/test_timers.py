"""Timers: each rings once, whatever happens to the trigger (APT-3)."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.access import CardState
from chalicelib.domain.identity import PersonId
from chalicelib.errors import ErasedError, UnavailableError
from chalicelib.ports import keys
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Item, Key, Put, Store, Write
from chalicelib.ports.timers import MOST_WANTED, Found, Ring, Rung, Timer, Topic, drop_timer, set_timer
from chalicelib.services.gate import Gate
from chalicelib.services.timers import AT_ONCE, SETTLED, WAITS, TimerService
from tests.effort import tried
from tests.fakes import FakeAudit, FixedClock, MemoryTables
from tests.outside_fakes import FakeParking

pytestmark = pytest.mark.requirement("APT-3")

DAILY = timedelta(days=1)


class Dying(MemoryTables):
    """Dies at one call, before or after it was done; a dead process calls nothing more."""

    def __init__(self) -> None:
        super().__init__()
        self.steps = 0
        self.dies_at = 0
        self.after = False

    def revive(self) -> None:
        self.dies_at = 0

    def _called(self, operation: str) -> None:
        self.steps += 1
        if self.dies_at and self.steps >= self.dies_at + self.after:
            raise SystemExit
        super()._called(operation)


class Clockwork:
    """A trigger over tables that may die. Topic ``once`` tells; ``daily`` tells and rings again twice more."""

    def __init__(self, parallel: int = 1) -> None:
        self.clock = FixedClock()
        self.tables = Dying()
        self.audit = FakeAudit(self.tables, self.clock)
        self.parking = FakeParking()
        self.failing: Exception | None = None
        self.topics: dict[str, Ring] = {"once": self._tell, "daily": self._daily}
        self.gate = Gate(self.tables, self.audit, self.clock)
        self.timers = self.trigger(parallel)

    def trigger(self, parallel: int) -> TimerService:
        return TimerService(self.gate, self.tables, self.parking, lambda: self.topics, self.clock, parallel)

    def set(self, owner: str, topic: str = "once", due: timedelta = timedelta(), subject: str = "s") -> None:
        self.commit(set_timer(Timer(PersonId(owner), topic, subject, self.clock() + due, {"n": 1}), self.clock()))

    def commit(self, writes: Sequence[Write]) -> None:
        dies_at, self.tables.dies_at = self.tables.dies_at, 0
        self.tables.commit(writes)
        self.tables.dies_at = dies_at

    def run(self, **after: float) -> dict[str, int]:
        self.clock.advance(**after)
        return self.timers.run()

    def told(self) -> Counter[str]:
        rows = self.tables.rows(Store.CARD).values()
        return Counter(f"{row['patient']} {row['n']}" for row in rows if row["sk"].startswith("EVENT#"))

    def waiting(self) -> list[Item]:
        return [row for key, row in self.tables.rows(Store.CARD).items() if "TIMER#" in key.pk + key.sk]

    def _tell(self, timer: Timer) -> Rung:
        if self.failing:
            raise self.failing
        about = {"n": timer.about["n"], "due": timer.due.isoformat()}
        return Rung([happened(timer.owner, self.audit.new_id(), "visit_soon", self.clock(), about)])

    def _daily(self, timer: Timer) -> Rung:
        rung, n = self._tell(timer), int(timer.about["n"])
        return replace(rung, again=timer.due + DAILY, about={"n": n + 1}) if n < 3 else rung


@pytest.fixture
def clockwork() -> Clockwork:
    return Clockwork()


def filled() -> Clockwork:
    made = Clockwork()
    made.run()
    for n in range(3):
        made.set(f"once-{n}", due=timedelta(minutes=n))
    made.set("later", due=timedelta(minutes=40))
    made.set("daily", "daily")
    return made


def whole_run() -> int:
    made = filled()
    made.tables.steps = 0
    made.run(minutes=5)
    return made.tables.steps


STEPS = whole_run()
EXPECTED = Counter({**{f"once-{n} 1": 1 for n in range(3)}, "later 1": 1, **{f"daily {n}": 1 for n in (1, 2, 3)}})


def test_there_are_as_many_steps_as_are_tested() -> None:
    assert 3 * len(keys.TIMER_SHARDS) < STEPS


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", range(1, STEPS + 1))
def test_killed_at_any_step_nobody_is_told_twice_or_forgotten(step: int, *, after: bool) -> None:
    made = filled()
    made.tables.steps, made.tables.dies_at, made.tables.after = 0, step, after
    if step + after <= STEPS:
        with pytest.raises(SystemExit):
            made.run(minutes=5)
    made.tables.revive()
    for _ in range(3):
        made.run(hours=25)
    assert made.told() == EXPECTED
    assert made.waiting() == []


def test_rows_that_rings_want_come_with_their_timers_in_one_read(clockwork: Clockwork) -> None:
    tables, seen = clockwork.tables, dict[str, Any]()
    clockwork.run()

    def wants(owner: PersonId, subject: str) -> list[Key]:
        return [keys.appointment(owner, subject), keys.profile(owner), keys.muted(owner, subject)]

    def ring(timer: Timer, found: Found) -> Rung:
        seen[timer.owner] = [key in found for key in wants(timer.owner, timer.subject)]
        return Rung()

    clockwork.topics["once"] = Topic(ring, wants)
    people = [f"person-{n}" for n in range(3 * AT_ONCE)]
    for person in people:
        clockwork.set(person)
        clockwork.commit([Put(keys.profile(person), {"ver": 1})])
    before = Counter(tables.calls)
    assert clockwork.run(minutes=1)["rung"] == len(people)
    calls = Counter(tables.calls) - before
    assert seen == {person: [False, True, False] for person in people}
    assert calls["get"] == len(keys.TIMER_SHARDS)  # how far each shard is
    assert calls["get_many"] <= len(keys.TIMER_SHARDS)
    assert len(wants(PersonId("anna"), "s")) == MOST_WANTED


def test_a_reply_that_was_lost_is_no_second_ring(clockwork: Clockwork) -> None:
    clockwork.run()
    clockwork.set("anna")
    clockwork.tables.lose_reply_next()
    clockwork.run(minutes=1)
    clockwork.run(hours=5)
    assert clockwork.told() == {"anna 1": 1}


def test_several_triggers_at_once_tell_once() -> None:
    made = Clockwork(parallel=4)
    people = [f"person-{n}" for n in range(120)]
    for person in people:
        made.set(person)
    made.clock.advance(minutes=1)
    triggers = [threading.Thread(target=made.trigger(4).run) for _ in range(4)]
    for trigger in triggers:
        trigger.start()
    for trigger in triggers:
        trigger.join()
    made.run(hours=5)
    assert made.told() == dict.fromkeys([f"{person} 1" for person in people], 1)
    assert made.waiting() == []


def test_a_trigger_that_stood_still_for_a_month_brings_all(clockwork: Clockwork) -> None:
    clockwork.run()
    for day in range(30):
        clockwork.set(f"day-{day}", due=timedelta(days=day))
    assert clockwork.run(days=31)["rung"] == 30
    assert clockwork.run() == {"rung": 0, "put_off": 0, "parked": 0}


def test_nothing_rings_before_its_time(clockwork: Clockwork) -> None:
    clockwork.set("anna", due=timedelta(minutes=90))
    assert clockwork.run(minutes=89)["rung"] == 0
    assert clockwork.run(minutes=1)["rung"] == 1


def test_what_was_due_before_it_was_set_rings_with_the_next_run(clockwork: Clockwork) -> None:
    clockwork.run()
    clockwork.run(days=3)
    clockwork.set("anna", due=-timedelta(days=2))
    assert clockwork.run()["rung"] == 1


def test_moved_and_dropped(clockwork: Clockwork) -> None:
    clockwork.set("moved", due=timedelta(hours=1))
    clockwork.set("moved", due=timedelta(hours=5))
    clockwork.set("dropped", due=timedelta(hours=1))
    clockwork.commit([drop_timer(PersonId("dropped"), "once", "s")])
    clockwork.run(hours=2)
    assert clockwork.told() == {}
    clockwork.run(hours=3)
    assert clockwork.told() == {"moved 1": 1}
    assert clockwork.waiting() == []


def test_moved_away_and_back_at_the_last_moment_it_is_not_lost(clockwork: Clockwork) -> None:
    due = clockwork.clock() + timedelta(minutes=30)
    timer = Timer(PersonId("anna"), "once", "s", due, {"n": 1})
    clockwork.commit(set_timer(timer, clockwork.clock()))
    clockwork.set("anna", due=timedelta(hours=5))
    clockwork.run(minutes=29)  # no shard has anything else to write in the run that counts
    back = set_timer(timer, due - timedelta(seconds=1))  # by a clock that is slow
    clockwork.clock.now = due
    clockwork.tables.before_next_commit(lambda: clockwork.commit(back))
    clockwork.timers.run()
    clockwork.run(minutes=1)
    assert clockwork.told() == {"anna 1": 1}
    clockwork.run(hours=5)
    assert clockwork.told() == {"anna 1": 1}
    assert clockwork.waiting() == []


def test_one_that_wants_to_ring_again_at_once_does_so_with_the_next_run(clockwork: Clockwork) -> None:
    clockwork.topics["once"] = lambda _: Rung(again=clockwork.clock())
    clockwork.set("anna")
    assert clockwork.run() == {"rung": 1, "put_off": 0, "parked": 0}
    assert clockwork.run(seconds=1) == {"rung": 1, "put_off": 0, "parked": 0}


def test_moved_between_the_reading_and_the_ring(clockwork: Clockwork) -> None:
    clockwork.run()
    clockwork.set("anna")
    clockwork.tables.before_next_commit(lambda: clockwork.set("anna", due=timedelta(hours=5)))
    clockwork.run(minutes=1)
    assert clockwork.told() == {}
    clockwork.run(hours=6)
    assert clockwork.told() == {"anna 1": 1}


@pytest.mark.parametrize("state", [CardState.ERASED, CardState.MERGED])
def test_a_card_that_has_ended_is_told_nothing(clockwork: Clockwork, state: CardState) -> None:
    clockwork.set("anna", "daily")
    clockwork.commit([Put(keys.card("anna"), {"state": state.value, "ver": 1})])
    clockwork.run(minutes=1)
    assert clockwork.told() == {}
    assert clockwork.waiting() == []


def test_an_erased_person_is_no_failure(clockwork: Clockwork) -> None:
    clockwork.set("anna")
    clockwork.failing = ErasedError()
    clockwork.run(minutes=1)
    assert clockwork.waiting() == []
    assert clockwork.parking.parked == []


@pytest.mark.parametrize("error", [UnavailableError(), ValueError("a mistake of ours")], ids=["known", "unknown"])
def test_what_fails_is_put_off_then_parked_and_holds_up_nobody(clockwork: Clockwork, error: Exception) -> None:
    clockwork.topics["good"] = clockwork.topics["once"]
    clockwork.topics["once"] = lambda _: raising(error)
    clockwork.set("bad")
    clockwork.set("bad", "good")
    assert clockwork.run(minutes=1) == {"rung": 1, "put_off": 1, "parked": 0}
    for wait in WAITS[:-1]:
        clockwork.clock.advance(seconds=wait.total_seconds())
        assert clockwork.timers.run()["put_off"] == 1
    clockwork.clock.advance(seconds=WAITS[-1].total_seconds())
    assert clockwork.timers.run()["parked"] == 1
    assert clockwork.run(days=2) == {"rung": 0, "put_off": 0, "parked": 0}
    ((queue, parked),) = clockwork.parking.parked
    assert queue == "parked"
    assert parked["reaction"] == "ring_timer"
    assert "mistake" not in str(parked)


def test_what_was_parked_rings_when_a_person_has_it_rung_anew(clockwork: Clockwork) -> None:
    clockwork.failing = UnavailableError()
    clockwork.set("anna")
    for wait in (timedelta(minutes=1), *WAITS):
        clockwork.clock.advance(seconds=wait.total_seconds())
        clockwork.timers.run()
    clockwork.failing = None
    row = clockwork.tables.get(keys.timer("anna", "once", "s"))
    assert row is not None
    _, writes = clockwork.timers.rung_anew(row)
    clockwork.commit(writes)
    assert clockwork.run(minutes=1)["rung"] == 1
    assert clockwork.timers.rung_anew({**row, "parked": ""}) is not None
    assert clockwork.told() == {"anna 1": 1}


def test_the_conflict_of_what_it_writes_is_tried_again(clockwork: Clockwork) -> None:
    clockwork.set("anna")
    tell = clockwork.topics["once"]
    taken: Item = {"patient": "anna", "n": 0}
    clockwork.commit([Put(keys.event("anna", "taken"), taken)])
    ids = iter(["taken", "free"])

    def twice(timer: Timer) -> Rung:
        (event,) = tell(timer).writes
        return Rung([replace(event, key=keys.event("anna", next(ids)))])

    clockwork.topics["once"] = twice
    assert clockwork.run(minutes=1)["put_off"] == 1
    assert clockwork.run(minutes=2)["rung"] == 1


def test_an_hour_is_looked_at_until_slow_clocks_have_passed_it(clockwork: Clockwork) -> None:
    clockwork.run()
    ends = clockwork.clock().replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    late = ends + SETTLED - timedelta(minutes=1)
    clockwork.clock.advance(seconds=(late - clockwork.clock()).total_seconds())
    clockwork.timers.run()
    writer = Timer(PersonId("anna"), "once", "s", ends - timedelta(seconds=30), {"n": 1})
    clockwork.commit(set_timer(writer, ends - timedelta(seconds=30)))
    assert clockwork.timers.run()["rung"] == 1


def test_a_run_with_nothing_due_costs_the_same_whoever_waits(clockwork: Clockwork) -> None:
    def cost() -> int:
        clockwork.run(hours=3)
        before = len(clockwork.tables.calls)
        clockwork.run()
        return len(clockwork.tables.calls) - before

    alone = cost()
    for n in range(300):
        clockwork.set(f"person-{n}", due=timedelta(days=2 + n))
    assert cost() == alone
    assert alone <= 3 * len(keys.TIMER_SHARDS)


@settings(max_examples=tried(30), deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 6000), st.booleans()), max_size=12),
    st.lists(st.integers(1, 2000), min_size=1, max_size=6),
)
def test_what_was_set_last_counts(changes: list[tuple[str, int, bool]], pauses: list[int]) -> None:
    made = Clockwork()
    wanted: dict[str, datetime] = {}
    for owner, minutes, kept in changes:
        if kept:
            made.set(owner, due=timedelta(minutes=minutes))
            wanted[owner] = made.clock() + timedelta(minutes=minutes)
        else:
            made.commit([drop_timer(PersonId(owner), "once", "s")])
            wanted.pop(owner, None)
    for pause in pauses:
        made.run(minutes=pause)
        assert set(made.told()) == {f"{owner} 1" for owner, due in wanted.items() if due <= made.clock()}
    made.run(days=10)
    assert made.told() == {f"{owner} 1": 1 for owner in wanted}
    assert made.waiting() == []


def raising(error: Exception) -> Any:
    raise error
