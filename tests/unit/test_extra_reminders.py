"""One more reminder of a visit: for whom the score says so, once, explained, never for who said no (ANA-3)."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.identity import PersonId, Role
from chalicelib.domain.moments import stamp
from chalicelib.domain.no_show import BadModelError, read_model, shipped
from chalicelib.domain.reminders import extra_moment
from chalicelib.errors import AccessDeniedError, NotFoundError
from chalicelib.ports import keys
from chalicelib.ports.appointment_rows import EXTRA, Standing, standing_of
from chalicelib.ports.rows import representation
from chalicelib.ports.tables import Delete, Item, Key, Write
from chalicelib.ports.timers import Timer, set_timer
from chalicelib.services.reminders import Choosing, Rings
from tests.appointment_world import AppointmentWorld
from tests.memory_tables import MemoryTables
from tests.reminder_world import ReminderWorld
from tests.world import ANNA, BORIS

pytestmark = pytest.mark.requirement("ANA-3")

OWNER = PersonId(ANNA)
ZONE = "Europe/Moscow"
VISIT = datetime(2026, 3, 14, 10, 0, tzinfo=UTC)  # 13:00 in Moscow, twelve days ahead


class Never(Choosing):
    def reasons(self, row: Item, standing: Standing) -> Any:
        pytest.fail("a visit was scored")


class Counting(MemoryTables):
    def __init__(self) -> None:
        super().__init__()
        self.called: Counter[str] = Counter()

    def get_many(self, keys: Sequence[Key]) -> dict[Key, Item]:
        self.called["get_many"] += 1
        return super().get_many(keys)

    def commit(self, writes: Sequence[Write]) -> None:
        self.called.update({"commit": 1, "rows": len(writes)})
        super().commit(writes)


class Clinic(ReminderWorld):
    def make_tables(self) -> Any:
        return Counting()

    def called(self) -> Counter[str]:
        """Since the last time."""
        found, self.tables.called = self.tables.called, Counter()
        return found

    def booked(self, start: datetime = VISIT, missed: int = 2, **changes: Any) -> None:
        visit = self.appointed(start)
        now = stamp(self.clock())
        more = {"created_at": now, "updated_at": now, "by": "registrar", "specialty": "dentistry", **changes}
        self.tables.tamper(keys.appointment(ANNA, visit), **more)
        one = {"start": stamp(start), "until": stamp(start), "schedule": "s1", "specialty": "dentistry"}
        row = {"ver": 1, "open": {visit: one}, "missed": missed, "kept": 1}
        self.tables.put_many({keys.bookings(ANNA): row})
        due = extra_moment(start, self.clock(), ZONE)
        assert due is not None
        timer = Timer(OWNER, EXTRA, visit, due, {"start": stamp(start), "zone": ZONE})
        self.tables.commit(set_timer(timer, self.clock()))

    def chosen_by(self, choosing: Choosing) -> None:
        self.choosing = self.extra._choosing = choosing
        self.rings = Rings(self.audit.new_id, self.clock, choosing)

    def ahead(self, until: datetime = VISIT) -> list[str]:
        """When the one more reminder was told."""
        return [at[:16] for at, event in self.until(until, timedelta(hours=1)) if event == "visit_ahead"]


@pytest.fixture
def world() -> Clinic:
    return Clinic()


def test_it_comes_three_days_before_and_once(world: Clinic) -> None:
    world.booked()
    assert world.ahead() == ["2026-03-11T10:00"]
    assert world.timer(EXTRA, "visit-1") is None


@pytest.mark.parametrize(("wish", "comes"), [({}, "08:00"), ({"quiet": {"start": "21:00", "end": "11:00"}}, "11:00")])
def test_not_in_quiet_hours(world: Clinic, wish: dict[str, Any], comes: str) -> None:
    world.booked(VISIT.replace(hour=4, minute=0))  # 7:00 in Moscow
    world.wish(language="ru", **wish)
    [told] = world.ahead()
    assert told == f"2026-03-11T{int(comes[:2]) - 3:02}:00"


def test_who_is_not_likely_to_forget_gets_none_and_it_costs_one_transaction(world: Clinic) -> None:
    world.booked()
    world.chosen_by(Choosing("0.99", shipped))
    assert world.ahead() == []
    assert world.timer(EXTRA, "visit-1") is None


@pytest.mark.parametrize(("threshold", "rows"), [("0.000001", 3), ("0.99", 2)], ids=["chosen", "not"])
def test_a_ring_reads_once_and_writes_once(world: Clinic, threshold: str, rows: int) -> None:
    """The shards are looked at as without it. ``rows``: the timer in its two places, and the event."""
    world.chosen_by(Choosing(threshold, shipped))
    start = VISIT + timedelta(minutes=30)
    world.booked(start)
    world.leap(start - timedelta(hours=72, minutes=1))
    world.called()
    world.timers.run()  # what a run asks for by itself
    idle = world.called()
    world.clock.advance(minutes=1)
    assert world.timers.run()["rung"] == 1
    assert world.called() - idle == {"get_many": 1, "commit": 1, "rows": rows}


def test_who_switched_it_off_is_not_scored(world: Clinic) -> None:
    world.booked()
    world.chosen_by(Never("0.5", shipped))
    world.extra.switch(world.anna, on=False)
    assert world.ahead() == []
    shown = world.extra.shown(world.session(ANNA, Role.PATIENT))
    assert (shown["on"], shown["visits"]) == (False, [])


def test_it_is_switched_on_again(world: Clinic) -> None:
    world.booked()
    for on in (False, False, True, True):
        assert world.extra.switch(world.anna, on=on)["on"] is on
    assert len(world.ahead()) == 1
    actions = [entry.action for entry in world.audit.events if entry.action.startswith("reminder:extra")]
    assert actions == ["reminder:extra-off", "reminder:extra-off", "reminder:extra-on", "reminder:extra-on"]


@pytest.mark.parametrize("change", [{"state": "cancelled"}, {"start": stamp(VISIT + timedelta(hours=1))}, None])
def test_none_of_a_visit_that_is_not_as_it_was(world: Clinic, change: dict[str, Any] | None) -> None:
    world.booked()
    key = keys.appointment(ANNA, "visit-1")
    if change is None:
        world.tables.commit([Delete(key)])
    else:
        world.tables.tamper(key, **change)
    assert world.ahead() == []


def test_a_trigger_that_was_dead_leaves_it_to_the_usual_reminder(world: Clinic) -> None:
    world.booked()
    world.clock.now = VISIT - timedelta(hours=47)
    assert world.ahead() == []
    assert world.timer(EXTRA, "visit-1") is None


def test_a_visit_that_is_near_is_not_asked_of() -> None:
    assert extra_moment(VISIT, VISIT - timedelta(hours=96)) == VISIT - timedelta(hours=72)
    assert extra_moment(VISIT, VISIT - timedelta(hours=95)) is None


# --- what is wrong with a model or a setting stops nothing


@pytest.mark.parametrize(
    ("threshold", "text"),
    [("", None), ("0.2", "{}"), ("0.2", '{"schema": 2}'), ("nan", None), ("two", None), ("1.5", None)],
)
def test_without_a_model_all_other_reminders_come(
    world: Clinic, threshold: str, text: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    world.booked()
    about = {"start": stamp(VISIT), "zone": ZONE}
    world.tables.commit(set_timer(Timer(OWNER, "visit", "visit-1", VISIT - timedelta(hours=24), about), world.clock()))
    world.chosen_by(Choosing(threshold, shipped if text is None else lambda: read_model(text)))
    with caplog.at_level(logging.ERROR, "medkarta.reminders"):
        told = [event for _, event in world.until(VISIT, timedelta(hours=1))]
    assert told == ["visit_soon", "visit_soon"]
    assert len(caplog.records) == bool(threshold)
    assert world.extra.shown(world.anna)["available"] is False
    assert world.parking.parked == []


# --- why


def test_the_person_sees_why_in_the_list_and_beside_the_switch(world: Clinic) -> None:
    world.booked()
    [line] = [one for one in world.reminders.coming(world.anna, 50, None)[0] if one["topic"] == EXTRA]
    assert (line["when"], line["about"]) == ("2026-03-11T10:00:00.000Z", {"kind": "appointment", "id": "visit-1"})
    assert line["because"][0] == {
        "term": "missed_share",
        "ru": "есть пропущенные приёмы (2)",
        "en": "visits that were marked as missed (2)",
    }
    shown = world.extra.shown(world.session(ANNA, Role.PATIENT))
    assert shown["visits"] == [{"appointment": "visit-1", "start": stamp(VISIT), "because": line["because"]}]
    world.ahead(VISIT - timedelta(hours=48))
    after = world.extra.shown(world.session(ANNA, Role.PATIENT))
    assert [visit["appointment"] for visit in after["visits"]] == ["visit-1"]  # why it came, when it has come


def test_of_a_visit_that_was_moved_near_nothing_is_explained(world: Clinic) -> None:
    world.booked(updated_at=stamp(VISIT - timedelta(hours=95)))
    assert world.extra.shown(world.anna)["visits"] == []


def test_one_that_is_not_to_come_is_not_in_the_list(world: Clinic) -> None:
    world.booked()
    world.chosen_by(Choosing("0.99", shipped))
    assert [one for one in world.reminders.coming(world.anna, 50, None)[0] if one["topic"] == EXTRA] == []


def test_no_score_and_no_term_is_stored(world: Clinic) -> None:
    world.booked()
    world.ahead()
    world.pump()
    rows = [str(row) for row in world.tables.rows().values()]
    assert not any(word in row for row in rows for word in ("missed_share", "probability", "score"))
    assert "visit_ahead" in world.inbox(world.session(ANNA, Role.PATIENT))


def test_a_representative_to_whom_a_doctor_closed_something_learns_nothing_of_it(world: Clinic) -> None:
    world.booked()
    until = world.clock() + timedelta(days=90)
    world.tables.commit(
        representation(OWNER, PersonId(BORIS), kind="parent", until=until, basis="case", now=world.clock())
    )
    boris = replace(world.session(BORIS, Role.PATIENT), role=Role.REPRESENTATIVE, ward_id=ANNA)
    assert len(world.extra.shown(boris)["visits"]) == 1
    world.tables.tamper(keys.representation(ANNA, BORIS), hidden=["psychiatry"])
    with pytest.raises(AccessDeniedError):
        world.extra.shown(boris)
    with pytest.raises(AccessDeniedError):
        world.extra.switch(boris, on=False)


def test_a_card_without_its_person_has_no_switch(world: Clinic) -> None:
    world.tables.commit([Delete(keys.profile(ANNA))])
    with pytest.raises(NotFoundError):
        world.extra.switch(world.anna, on=False)


def test_visits_that_took_place_are_counted_from_now_on() -> None:
    assert standing_of({"ver": 3, "open": {}, "missed": 2}).kept == 0
    assert standing_of({"ver": 3, "open": {}, "missed": 2, "kept": 5}).kept == 5


def test_a_refused_model_says_why() -> None:
    with pytest.raises(BadModelError, match="schema 2 instead of 1"):
        read_model('{"schema": 2}')


# --- set with the booking


def test_a_booking_sets_it_a_move_moves_or_drops_it_and_a_cancellation_drops_it() -> None:
    world = AppointmentWorld()
    world.schedule()
    anna = world.patient()
    made = world.book(anna, world.at(9))
    timer = keys.timer(ANNA, EXTRA, made["id"])

    def due() -> str:
        return (world.tables.get(timer) or {"due": ""})["due"]

    assert due() == stamp(world.at(6))
    world.appointments.move(anna, made["id"], 1, "", world.at(8))
    assert due() == stamp(world.at(5))
    world.appointments.move(anna, made["id"], 2, "", world.at(3))
    assert due() == ""
    world.appointments.move(anna, made["id"], 3, "", world.at(10))
    assert due() == stamp(world.at(7))
    world.appointments.cancel(anna, made["id"], 4)
    assert due() == ""
