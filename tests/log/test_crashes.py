"""Killed at every step, twice, asleep and awake again, in any order: one tree, every entry once (faults 1 to 5)."""

from __future__ import annotations

import contextlib
import random
import threading
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.audit.alarms import LostRaceError
from tests.log.world import STEPS, YEAR, Crash, LogWorld, crash_at

pytestmark = pytest.mark.requirement("AUD-2")


@pytest.mark.parametrize("size", [0, 250, 700])
@pytest.mark.parametrize("step", STEPS)
def test_killed_at_a_step_and_the_trigger_comes_again(step: str, size: int, record_property: Any) -> None:
    world = LogWorld()
    before = world.rows(size)
    if before:
        world.sequencer().run(YEAR, before)
    batch = world.rows(40)
    with pytest.raises(Crash):
        world.sequencer(crash_at(step)).run(YEAR, batch)
    again = batch + world.rows(7)
    random.Random(size).shuffle(again)
    world.sequencer().run(YEAR, again)  # another environment, and the batch is composed otherwise
    assert world.sequencer().run(YEAR, again) == 0
    world.check()
    record_property("faults", 1)


@pytest.mark.parametrize("first", STEPS[3:])
def test_killed_again_while_recovering(first: str, record_property: Any) -> None:
    for second in STEPS[4:]:
        world = LogWorld()
        world.sequencer().run(YEAR, world.rows(300))
        batch = world.rows(30)
        for step in (first, second):
            with contextlib.suppress(Crash):
                world.sequencer(crash_at(step)).run(YEAR, batch)
        world.sequencer().run(YEAR, batch)
        world.check()
    record_property("faults", 2 * len(STEPS[4:]))


@pytest.mark.parametrize("step", STEPS)
def test_a_sleeper_wakes_up_after_others_have_gone_on(step: str, record_property: Any) -> None:
    world = LogWorld(witness=True)
    world.sequencer().run(YEAR, world.rows(260))
    go, asleep = threading.Event(), threading.Event()

    def sleep(name: str) -> None:
        if name == step and not asleep.is_set():
            asleep.set()
            assert go.wait(20)

    batch, errors = world.rows(20), []

    def sleeper() -> None:
        try:
            world.sequencer(sleep).run(YEAR, batch)
        except BaseException as error:  # noqa: BLE001 - whatever it is, the test must see it
            errors.append(error)

    thread = threading.Thread(target=sleeper)
    thread.start()
    assert asleep.wait(20)
    other = world.sequencer()
    other.run(YEAR, batch)
    for _ in range(3):
        other.run(YEAR, world.rows(15))
    go.set()
    thread.join()
    assert errors == []
    world.sequencer().run(YEAR, world.rows(5))
    world.check()
    record_property("faults", 1)


def test_eight_at_once_with_overlapping_batches(record_property: Any) -> None:
    world = LogWorld(latency=0.0005)
    rows = world.rows(400)
    gave_up = [0]

    def work(seed: int) -> None:
        own, sequencer = random.Random(seed), world.sequencer()
        for _ in range(30):
            try:
                sequencer.run(YEAR, own.sample(rows, 40))
            except LostRaceError:
                gave_up[0] += 1

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    world.sequencer().run(YEAR, rows)
    world.check()
    record_property("faults", gave_up[0])


class Scheduler:
    """Lets three sequencers go on one step at a time, in an order of its own, and kills some of them."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.turn: tuple[int, bool] | None = None
        self.state = dict.fromkeys(range(3), "run")
        self.changed = threading.Condition()
        self.kills = 0

    def step_of(self, who: int) -> Callable[[str], None]:
        def step(_name: str) -> None:
            with self.changed:
                self.state[who] = "wait"
                self.changed.notify_all()
                self.changed.wait_for(lambda: self.turn is not None and self.turn[0] == who, 30)
                assert self.turn is not None
                dies = self.turn[1]
                self.turn, self.state[who] = None, "run"
            if dies:
                raise Crash

        return step

    def ended(self, who: int) -> None:
        with self.changed:
            self.state[who] = "end"
            self.changed.notify_all()

    def run(self) -> None:
        while True:
            with self.changed:
                quiet = self.changed.wait_for(
                    lambda: self.turn is None and "run" not in self.state.values(), timeout=30
                )
                assert quiet, self.state
                waiting = [who for who, state in self.state.items() if state == "wait"]
                if not waiting:
                    return
                dies = self.random.random() < 0.15
                self.kills += dies
                who = self.random.choice(waiting)
                self.turn, self.state[who] = (who, dies), "run"
                self.changed.notify_all()


@pytest.mark.parametrize("seeds", [range(n, n + 15) for n in range(0, 60, 15)], ids=lambda seeds: f"from {seeds[0]}")
def test_any_interleaving_with_kills(seeds: range, record_property: Any) -> None:
    kills = 0
    for seed in seeds:
        world = LogWorld(seed=seed)
        rows, scheduler = world.rows(60), Scheduler(seed)

        def work(who: int, world: LogWorld = world, rows: Any = rows, scheduler: Scheduler = scheduler) -> None:
            own = random.Random(scheduler.random.random() + who)
            try:
                for _ in range(5):
                    try:
                        world.sequencer(scheduler.step_of(who)).run(YEAR, own.sample(rows, 25))
                    except (Crash, LostRaceError):
                        continue
            finally:
                scheduler.ended(who)

        threads = [threading.Thread(target=work, args=(who,), daemon=True) for who in range(3)]
        for thread in threads:
            thread.start()
        scheduler.run()
        for thread in threads:
            thread.join()
        world.sequencer().run(YEAR, rows)
        world.check()
        kills += scheduler.kills
    record_property("faults", kills)
