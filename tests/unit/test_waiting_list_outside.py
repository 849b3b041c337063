"""Time that an outside system gives back is offered to who waits, after visits that it had displaced (APT-2, PRT-5)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.outside_times import Change, Status
from chalicelib.ports import keys
from chalicelib.ports.calendars import Received
from chalicelib.ports.tables import Store
from chalicelib.services.calendars import OutsideTimes
from tests.waiting_world import WaitingWorld

pytestmark = pytest.mark.requirement("APT-2", "PRT-5")

SYSTEM = Actor(
    PersonId("system-clinic"),
    Role.CLINICAL_SYSTEM,
    organisation_id="clinic",
    scopes=frozenset({"scheduling.read", "scheduling.write"}),
)


class Outside(WaitingWorld):
    """A clinic with an outside system, and a schedule of one slot a day, that somebody waits for."""

    def __init__(self) -> None:
        super().__init__()
        self.times = OutsideTimes(self.gate, self.tables, self.clock)
        self.start = self.at(3, "10:00")
        hours = {"start": "10:00", "end": "10:30", "weekdays": [1, 2, 3, 4, 5]}
        self.schedule(rules=[{**hours, "every_weeks": 1, "valid_from": "2026-01-01"}])

    def send(self, sequence: int, start: datetime | None, minutes: int = 30) -> None:
        """The one time of the outside system; None: given back."""
        said: dict[str, Any] = {"uid": "u1", "sequence": sequence, "at": self.clock(), "status": Status.CANCELLED}
        if start is not None:
            said |= {"status": Status.BUSY, "schedule": "s1", "start": start, "end": start + timedelta(minutes=minutes)}
        (answer,) = self.times.receive(SYSTEM, [Received("u1", Change(**said))])
        assert answer["outcome"] == "applied"

    def looks(self) -> int:
        """How often slots that opened were looked at from the beginning."""
        rows = self.tables.rows(Store.CARD).values()
        return sum(row.get("react") == ["slots_opened"] and "after" not in row for row in rows)

    def waits(self, who: Actor) -> str:
        day = self.start.date().isoformat()
        return self.wait(who, first=day, last=day)


@pytest.fixture
def world() -> Outside:
    return Outside()


@pytest.mark.parametrize("moved", [True, False])
def test_what_is_given_back_or_moved_away_is_offered(world: Outside, *, moved: bool) -> None:
    (vera,) = world.people("vera")
    world.send(0, world.start)
    world.ring()
    entry = world.waits(vera)
    before = world.looks()
    world.send(1, world.start + timedelta(days=1) if moved else None)
    world.ring(minutes=2)
    assert world.state(vera, entry) == "offered"
    slot = world.slot(world.start)
    assert slot is not None
    assert slot["entry"] == entry
    assert world.looks() == before + 1
    world.ring(minutes=5)
    assert world.looks() == before + 1, "once"
    world.whole()


def test_a_displaced_visit_has_its_place_back_first(world: Outside) -> None:
    vera, gleb = world.people("vera", "gleb")
    visit = world.book(vera, world.start)
    world.react()
    world.send(0, world.start)
    world.ring()
    assert world.inbox(vera).count("visit_displaced") == 1
    entry = world.waits(gleb)
    world.send(1, world.at(4, "10:00"))
    world.ring(minutes=2)
    assert world.inbox(vera).count("visit_restored") == 1
    slot = world.slot(world.start)
    assert slot is not None
    assert slot["appointment"] == visit["id"]
    assert world.state(gleb, entry) == "waiting"
    world.whole()


@pytest.mark.parametrize("last", ["appointment_restored", "slots_opened"])
def test_what_was_given_back_beside_a_displaced_visit_is_offered_in_any_order_of_events(
    world: Outside, last: str
) -> None:
    """The visit and the schedule lie in different partitions, so the stream may deliver either first."""
    vera, gleb = world.people("vera", "gleb")
    rules = [{**world.row(keys.schedule("s1"))["rules"][0], "end": "11:00"}]
    world.change_schedule("s1", rules=rules)
    world.book(vera, world.start)
    world.react()
    world.send(0, world.start, minutes=60)
    world.ring()
    entry = world.waits(gleb)
    world.send(1, None)
    world.clock.advance(minutes=2)
    world.timers.run()
    for _ in range(3):
        for row in [*world.tables.rows(Store.CARD).values()]:
            for name in set(row.get("react", [])) - {last}:
                world.reactions.run(name, row)
    assert world.state(gleb, entry) == "waiting"
    world.react()
    assert world.inbox(vera).count("visit_restored") == 1
    assert world.state(gleb, entry) == "offered"
    world.whole()
