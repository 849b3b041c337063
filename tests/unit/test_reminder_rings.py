"""What is told when reminders ring: once, in time, and only of what still stands (APT-3)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.access import Level
from chalicelib.domain.identity import PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.reminders import visit_moments
from chalicelib.ports import keys
from chalicelib.ports.reminder_rows import end_reminder
from chalicelib.ports.rows import representation
from chalicelib.ports.tables import Delete
from chalicelib.ports.timers import Timer, set_timer
from chalicelib.records.medication import MEDICATION_STATEMENT
from tests.reminder_world import ReminderWorld
from tests.world import ANNA, BORIS

pytestmark = pytest.mark.requirement("APT-3")

VISIT = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)  # 13:00 in Moscow


@pytest.fixture
def world() -> ReminderWorld:
    return ReminderWorld()


def events(told: list[tuple[str, str]], *names: str) -> list[tuple[str, str]]:
    return [(at[:16], event) for at, event in told if event in names]


# --- visits


def booked(world: ReminderWorld, start: datetime = VISIT, zone: str = "Europe/Moscow") -> None:
    appointment = world.appointed(start, zone)
    due = visit_moments(start, world.clock(), zone)[0]
    timer = Timer(PersonId(ANNA), "visit", appointment, due, {"start": stamp(start), "zone": zone})
    world.tables.commit(set_timer(timer, world.clock()))


def test_a_visit_is_told_of_twice(world: ReminderWorld) -> None:
    booked(world)
    told = world.until(VISIT + timedelta(days=1))
    assert events(told, "visit_soon") == [("2026-03-03T10:00", "visit_soon"), ("2026-03-04T08:00", "visit_soon")]
    assert world.timer("visit", "visit-1") is None


@pytest.mark.parametrize("change", [{"state": "cancelled"}, {"start": stamp(VISIT + timedelta(hours=1))}, None])
def test_one_that_was_cancelled_moved_or_is_gone_is_not(world: ReminderWorld, change: dict[str, Any] | None) -> None:
    booked(world)
    key = keys.appointment(ANNA, "visit-1")
    if change is None:
        world.tables.commit([Delete(key)])
    else:
        world.tables.tamper(key, **change)
    assert world.until(VISIT) == []


def test_a_trigger_that_was_dead_tells_what_is_still_ahead_and_once(world: ReminderWorld) -> None:
    booked(world)
    world.clock.now = VISIT - timedelta(hours=1)
    assert world.timers.run()["rung"] == 1
    assert world.timers.run()["rung"] == 0
    assert len(events(world.told(), "visit_soon")) == 1


def test_after_its_beginning_a_visit_is_not_reminded_of(world: ReminderWorld) -> None:
    booked(world)
    world.clock.now = VISIT
    world.timers.run()
    assert world.told() == []


def test_quiet_hours_that_were_changed_since_tell_nothing_twice(world: ReminderWorld) -> None:
    start = datetime(2026, 3, 4, 20, 0, tzinfo=UTC)  # 23:00: a day before is moved to 20:00
    booked(world, start)
    world.wish(quiet={"start": "09:00", "end": "09:00"})
    told = events(world.until(start), "visit_soon")
    assert told == [("2026-03-03T17:00", "visit_soon"), ("2026-03-04T18:00", "visit_soon")]


# --- tests


def test_a_study_is_told_of_thrice_at_ten(world: ReminderWorld) -> None:
    world.to_do("2026-03-12")
    told = world.until("2026-04-01T00:00:00+00:00", timedelta(hours=1))
    assert events(told, "test_soon", "test_overdue") == [
        ("2026-03-05T07:00", "test_soon"),
        ("2026-03-11T07:00", "test_soon"),
        ("2026-03-19T07:00", "test_overdue"),
    ]


def test_a_late_trigger_says_nothing_of_a_day_that_has_come(world: ReminderWorld) -> None:
    record = world.to_do("2026-03-12")
    world.timers.run()
    world.clock.now = datetime(2026, 3, 13, 9, 0, tzinfo=UTC)
    world.timers.run()
    assert events(world.told(), "test_soon", "test_overdue") == []
    assert world.due("test", record) == "2026-03-19T07:00:00.000Z"


def test_what_rings_in_quiet_hours_of_another_zone_waits_for_the_morning(world: ReminderWorld) -> None:
    world.to_do("2026-03-12")
    world.wish(zone="America/New_York")  # 10:00 in Moscow is 02:00 there
    told = events(world.until("2026-03-06T00:00:00+00:00"), "test_soon")
    assert told == [("2026-03-05T13:00", "test_soon")]


# --- intakes


def test_intakes_are_told_of_at_their_hours_until_the_last_day(world: ReminderWorld) -> None:
    record = world.takes(ended_on="2026-03-04")
    told = events(world.until("2026-03-10T00:00:00+00:00"), "intake_due")
    hours = ["02T17:00", "03T05:00", "03T17:00", "04T05:00", "04T17:00"]
    assert told == [(f"2026-03-{hour}", "intake_due") for hour in hours]
    assert world.timer("intake", record) is None


def test_the_clock_changes_and_the_hour_stays(world: ReminderWorld) -> None:
    world.wish(zone="Europe/Berlin")
    world.takes(times=["02:30"], started_on="2026-03-28", ended_on="2026-03-30")
    told = events(world.until("2026-04-02T00:00:00+00:00", timedelta(minutes=30)), "intake_due")
    assert [at for at, _ in told] == ["2026-03-28T01:30", "2026-03-29T01:30", "2026-03-30T00:30"]


def test_what_was_missed_is_not_told_of_together(world: ReminderWorld) -> None:
    record = world.takes()
    world.clock.advance(days=3)  # 5 March, 12:00 in Moscow: six intakes are past
    for _ in range(3):
        world.timers.run()
    assert events(world.told(), "intake_due") == []
    assert world.due("intake", record) == "2026-03-05T17:00:00.000Z"


def test_a_silenced_statement_tells_nothing_and_stays_planned(world: ReminderWorld) -> None:
    record = world.takes()
    world.reminders.mute(world.anna, record, muted=True)
    assert events(world.until("2026-03-03T12:00:00+00:00"), "intake_due") == []
    assert world.due("intake", record) == "2026-03-03T17:00:00.000Z"
    world.anna = world.session(ANNA, world.anna.role)
    world.reminders.mute(world.anna, record, muted=False)
    assert len(events(world.until("2026-03-03T18:00:00+00:00"), "intake_due")) == 1


def test_a_record_that_was_taken_back_tells_nothing(world: ReminderWorld) -> None:
    record = world.takes()
    world.tables.tamper(keys.record(ANNA, MEDICATION_STATEMENT.name, record), status={"state": "withdrawn"})
    assert events(world.until("2026-03-03T12:00:00+00:00"), "intake_due") == []
    assert world.timer("intake", record) is None


# --- vaccinations


@pytest.fixture
def vaccinated(world: ReminderWorld) -> ReminderWorld:
    """The first dose was given; the second follows at the age of six."""
    world.given("mmr", "2026-03-01")
    world.pump()
    return world


def rung(world: ReminderWorld) -> list[str]:
    """The trigger runs at the day of the next vaccination; what the child's cabinet says then."""
    world.leap(datetime.fromisoformat(world.due("vaccination", "plan")))
    world.timers.run()
    world.pump()
    return world.inbox(world.session(ANNA, world.anna.role))


def season(world: ReminderWorld) -> str:
    return world.due("vaccination", "plan")[:16]


def test_a_vaccination_that_falls_due_is_told_of_once_and_the_next_is_planned(vaccinated: ReminderWorld) -> None:
    looked = 0
    while "vaccination_due" not in rung(vaccinated):
        looked += 1
        assert looked <= 3
    assert season(vaccinated) > stamp(vaccinated.clock())[:16]
    vaccinated.timers.run()
    vaccinated.pump()
    assert vaccinated.inbox(vaccinated.session(ANNA, vaccinated.anna.role)).count("vaccination_due") == 1


def test_one_that_is_not_due_when_its_day_comes_is_not_told_of(vaccinated: ReminderWorld) -> None:
    vaccinated.exempt("2026-03-01", None)  # and the reaction has not run when the timer rings
    assert "vaccination_due" not in rung(vaccinated)
    assert vaccinated.timer("vaccination", "plan") is None


# --- what ends


def test_a_consent_is_told_of_a_week_and_a_day_before_its_end(world: ReminderWorld) -> None:
    doctor = world.staff("second")
    world.consents.request(doctor, ANNA, level=Level.FULL, sections=(), purpose="treatment")
    end = (world.clock() + timedelta(days=20)).isoformat()
    world.consents.answer(world.anna, doctor.member_id, 1, {"state": "granted", "valid_until": end})
    until = world.row(keys.consent(ANNA, doctor.member_id))["valid_until"]
    told = events(
        world.until(datetime.fromisoformat(until) + timedelta(days=1), timedelta(hours=1)), "consent_expiring"
    )
    assert len(told) == 2
    assert told[0][0] < told[1][0] < until


def test_a_consent_that_was_revoked_or_given_anew_is_not(world: ReminderWorld) -> None:
    doctor = world.staff("second")
    world.consent(doctor)
    until = world.clock() + timedelta(days=20)
    world.tables.commit(end_reminder(PersonId(ANNA), "consent", doctor.member_id, until, world.clock()))
    assert events(world.until(until, timedelta(hours=6)), "consent_expiring") == []


def test_both_sides_hear_of_the_end_of_a_representation(world: ReminderWorld) -> None:
    until = world.clock() + timedelta(days=30)
    world.tables.commit(
        representation(PersonId(ANNA), PersonId(BORIS), kind="granted", until=until, basis="granted", now=world.clock())
    )
    world.until(until + timedelta(days=1), timedelta(hours=1))
    assert events(world.told(), "representation_ends_own", "representation_over_own") == [
        (stamp(until - timedelta(days=7))[:16], "representation_ends_own"),
        (stamp(until)[:16], "representation_over_own"),
    ]
    assert [event for _, event in world.told(BORIS)] == ["representation_ends", "representation_over"]


def test_one_that_ended_before_is_not_told_of(world: ReminderWorld) -> None:
    until = world.clock() + timedelta(days=30)
    writes = representation(
        PersonId(ANNA), PersonId(BORIS), kind="granted", until=until, basis="granted", now=world.clock()
    )
    world.tables.commit(writes)
    world.tables.tamper(keys.representation(ANNA, BORIS), state="ended")
    assert world.until(until + timedelta(days=1), timedelta(hours=6)) == []


def test_what_somebody_ends_before_its_end_is_not_listed_any_more(world: ReminderWorld) -> None:
    doctor = world.staff("second")
    world.consents.request(doctor, ANNA, level=Level.FULL, sections=(), purpose="treatment")
    end = (world.clock() + timedelta(days=20)).isoformat()
    world.consents.answer(world.anna, doctor.member_id, 1, {"state": "granted", "valid_until": end})
    assert world.timer("consent", doctor.member_id)
    world.consents.answer(world.anna, doctor.member_id, 2, {"state": "revoked"})
    assert world.timer("consent", doctor.member_id) is None


def test_an_end_that_is_too_near_has_no_timer(world: ReminderWorld) -> None:
    soon = world.clock() + timedelta(hours=20)
    world.tables.commit(end_reminder(PersonId(ANNA), "consent", "m", soon + timedelta(days=9), world.clock()))
    world.tables.commit(end_reminder(PersonId(ANNA), "consent", "m", soon, world.clock()))
    assert world.timer("consent", "m") is None
