"""The trigger dies at any step of a ring: it is told once all the same, and what comes next is planned (APT-3)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest

from chalicelib.domain.identity import PersonId
from chalicelib.domain.moments import stamp
from chalicelib.ports import keys
from chalicelib.ports.reminder_rows import end_reminder
from chalicelib.ports.rows import representation
from chalicelib.ports.tables import Update
from chalicelib.ports.timers import Timer, set_timer
from tests.reminder_world import ReminderWorld
from tests.unit.test_timers import Dying
from tests.world import ANNA, BORIS

pytestmark = pytest.mark.requirement("APT-3")

OWNER = PersonId(ANNA)


class Mortal(ReminderWorld):
    def make_tables(self) -> Any:
        return Dying()

    def waits_for(self, topic: str) -> datetime:
        """The clock goes to the moment of the topic's only timer; the hours before are done."""
        rows = [row for key, row in self.tables.rows().items() if key.sk.startswith(f"{keys.TIMERS}{topic}#")]
        self.leap(datetime.fromisoformat(rows[0]["due"]))
        return self.clock.now


def visit(world: Mortal) -> None:
    start = world.clock() + timedelta(days=2, hours=3)
    about = {"start": stamp(start), "zone": "Europe/Moscow"}
    due = start - timedelta(hours=24)
    world.tables.commit(set_timer(Timer(OWNER, "visit", world.appointed(start), due, about), world.clock()))


def extra(world: Mortal) -> None:
    start, now = world.clock() + timedelta(days=9, hours=3), stamp(world.clock())
    visit_id, about = world.appointed(start), {"start": stamp(start), "zone": "Europe/Moscow"}
    world.tables.tamper(keys.appointment(ANNA, visit_id), created_at=now, by="patient", specialty="therapy")
    due = start - timedelta(hours=72)
    world.tables.commit(set_timer(Timer(OWNER, "visit-extra", visit_id, due, about), world.clock()))


def consent(world: Mortal) -> None:
    until = world.clock() + timedelta(days=20)
    world.tables.commit([Update(keys.consent(ANNA, "member-doctor"), {"valid_until": stamp(until)})])
    world.tables.commit(end_reminder(OWNER, "consent", "member-doctor", until, world.clock()))


def acting(world: Mortal) -> None:
    until, now = world.clock() + timedelta(days=20), world.clock()
    rows = representation(OWNER, PersonId(BORIS), kind="granted", until=until, basis="granted", now=now)
    world.tables.commit(rows)


TOPICS: dict[str, tuple[Callable[[Mortal], Any], str]] = {
    "visit": (visit, "visit_soon"),
    "visit-extra": (extra, "visit_ahead"),
    "test": (lambda world: world.to_do("2026-03-31"), "test_soon"),
    "intake": (lambda world: world.takes(), "intake_due"),
    "vaccination": (lambda world: world.given("mmr", "2026-03-01"), "plan_vaccinations"),
    "consent": (consent, "consent_expiring"),
    "representation": (acting, "representation_ends_own"),
}


ONCE = {"vaccination", "visit-extra"}
"""The next day of a vaccination the reaction plans; of a visit there is one more reminder, not two."""


def ready(topic: str) -> Mortal:
    world = Mortal()
    TOPICS[topic][0](world)
    world.pump()
    world.waits_for(topic)
    world.tables.steps, world.tables.calls = 0, []
    return world


@cache
def steps(topic: str) -> range:
    """Those between finding the timer and having told: the others are the trigger's own."""
    world = ready(topic)
    assert world.timers.run()["rung"] == 1
    first = world.tables.calls.index("get_many") + 1
    return range(first, world.tables.calls.index("commit", first) + 2)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("topic", sorted(TOPICS))
def test_told_once_wherever_it_died(topic: str, *, after: bool) -> None:
    _, event = TOPICS[topic]
    for step in steps(topic):
        world = ready(topic)
        world.tables.dies_at, world.tables.after = step, after
        with suppress(SystemExit):
            world.timers.run()
        world.tables.revive()
        for _ in range(2):
            world.timers.run()
        assert [told for _, told in world.told()].count(event) == 1, step
        planned = any(key.sk.startswith(f"{keys.TIMERS}{topic}#") for key in world.tables.rows())
        assert planned == (topic not in ONCE), step
