"""Timers that follow from records: set, moved and dropped with every version, whatever happens on the way (APT-3)."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.access import CardState
from chalicelib.domain.identity import PersonId
from chalicelib.errors import ConflictError, MedkartaError, UnavailableError
from chalicelib.ports import keys
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Store, Update
from chalicelib.records.medication import MEDICATION_STATEMENT
from chalicelib.records.orders import LABORATORY_ORDER, PLANNED_STUDY
from tests.reminder_world import ReminderWorld, statement, study
from tests.world import ANNA

pytestmark = pytest.mark.requirement("APT-3")


@pytest.fixture
def world() -> ReminderWorld:
    return ReminderWorld()


def happens(world: ReminderWorld, event: str, **about: Any) -> None:
    world.tables.commit([happened(PersonId(ANNA), world.audit.new_id(), event, world.clock(), about)])
    world.pump()


def test_a_statement_has_a_timer_at_its_next_hour_and_nothing_of_the_drug_stands_in_it(world: ReminderWorld) -> None:
    record = world.takes(dose="1", unit="таблетка")
    assert world.due("intake", record) == "2026-03-02T17:00:00.000Z"
    row = world.timer("intake", record)
    assert row is not None
    assert set(row["about"]) == {"times", "every", "first", "last", "zone", "at"}
    assert "Метформин".encode() not in world.tables.raw_bytes()


@pytest.mark.parametrize(
    ("body", "due"),
    [
        (statement(times=["21:00"]), "2026-03-02T18:00:00.000Z"),
        (statement(ended_on="2026-03-01", status="completed"), ""),
        (statement(status="on-hold"), ""),
        ({**statement(), "intake": None}, ""),
        (statement(times=["08:00"], ended_on="2026-03-02"), ""),
    ],
)
def test_an_amendment_moves_or_drops_it(world: ReminderWorld, body: dict[str, Any], due: str) -> None:
    record = world.takes()
    world.amended(MEDICATION_STATEMENT, record, body)
    assert world.due("intake", record) == due


def test_an_amendment_of_something_else_loses_nothing_that_is_due(world: ReminderWorld) -> None:
    record = world.takes()
    world.clock.advance(hours=8, seconds=5)  # 20:00:05, and the trigger has not run yet
    world.amended(MEDICATION_STATEMENT, record, {**statement(), "note": "после еды"})
    assert world.due("intake", record) == "2026-03-02T17:00:00.000Z"
    world.timers.run()
    assert [event for _, event in world.told() if event == "intake_due"] == ["intake_due"]


@pytest.mark.parametrize(
    ("day", "due"),
    [
        ("2026-03-31", "2026-03-24T07:00:00.000Z"),
        ("2026-03-05", "2026-03-04T07:00:00.000Z"),
        ("2026-02-28", "2026-03-07T07:00:00.000Z"),
        ("2026-02-20", ""),
    ],
)
def test_a_planned_study_is_reminded_of_by_what_lies_ahead(world: ReminderWorld, day: str, due: str) -> None:
    assert world.due("test", world.to_do(day)) == due


def test_a_study_that_is_done_revoked_or_put_off_is_not_reminded_of_as_it_was(world: ReminderWorld) -> None:
    record = world.to_do("2026-03-31")
    world.amended(PLANNED_STUDY, record, study("2026-04-30"))
    assert world.due("test", record) == "2026-04-23T07:00:00.000Z"
    world.amended(PLANNED_STUDY, record, study("2026-04-30", "on-hold"), 2)
    assert world.timer("test", record) is None
    world.amended(PLANNED_STUDY, record, study("2026-04-30"), 3)
    assert world.due("test", record)
    world.amended(PLANNED_STUDY, record, study("2026-04-30", "revoked"), 4)
    assert world.timer("test", record) is None


def test_a_laboratory_order_without_a_day_has_no_timer(world: ReminderWorld) -> None:
    order = {**study("2026-03-31"), "panel": "ОАК"}
    del order["study"]
    assert world.due("test", world.written(LABORATORY_ORDER, order)) == "2026-03-24T07:00:00.000Z"
    assert not world.due("test", world.written(LABORATORY_ORDER, {**order, "planned_for": None, "panel": "ОАМ"}))


def test_an_older_version_that_is_planned_late_gives_way_to_the_newest(world: ReminderWorld) -> None:
    record = world.takes()
    row = dict(world.row(keys.record(ANNA, MEDICATION_STATEMENT.name, record)))
    world.records.amend(world.doctor, ANNA, MEDICATION_STATEMENT, record, statement(status="on-hold"), 1)
    world.tables.commit([Update(keys.timer(ANNA, "intake", record), {"about": {"zone": "UTC"}})])
    world.tables.before_next_commit(world.pump)
    with suppress(ConflictError):
        world.reactions.run("plan_reminder", {**row, "ver": 7})  # read before, stored after
    world.pump()
    assert world.timer("intake", record) is None


@pytest.mark.parametrize("fault", ["commit", "lost-reply", "vault", "audit", "tables"])
def test_killed_and_tried_again_it_is_planned_once(world: ReminderWorld, fault: str) -> None:
    record = str(world.records.create(world.doctor, ANNA, MEDICATION_STATEMENT, statement(), world.key())[0]["id"])
    row = world.row(keys.record(ANNA, MEDICATION_STATEMENT.name, record))
    if fault == "commit":
        world.tables.fail_next_commit()
    elif fault == "lost-reply":
        world.tables.lose_reply_next()
    else:
        getattr(world, fault).fail_next()
    with suppress(MedkartaError):
        world.reactions.run("plan_reminder", row)
    with suppress(UnavailableError):
        world.reactions.run("plan_reminder", row)
    assert world.reactions.run("plan_reminder", row) is False
    assert world.due("intake", record) == "2026-03-02T17:00:00.000Z"


def test_another_zone_moves_what_is_planned_and_opens_nothing(world: ReminderWorld) -> None:
    record, test = world.takes(), world.to_do("2026-03-31")
    world.wish(zone="Asia/Vladivostok", quiet={"start": "23:00", "end": "11:00"})
    opened = len(world.audit.events)
    happens(world, "zone_changed")
    assert world.due("intake", record) == "2026-03-02T10:00:00.000Z"
    assert world.due("test", test) == "2026-03-24T01:00:00.000Z"  # 11:00 there, when the quiet hours end
    assert len(world.audit.events) == opened
    before = world.timer("intake", record)
    happens(world, "zone_changed")
    assert world.timer("intake", record) == before


def test_what_was_told_by_the_old_clock_is_not_told_again_by_the_new_one(world: ReminderWorld) -> None:
    test = world.to_do("2026-03-31")
    assert [event for _, event in world.until("2026-03-24T08:00:00Z", timedelta(hours=1))][-1] == "test_soon"
    world.wish(zone="America/New_York")  # where it is not 10:00 yet
    happens(world, "zone_changed")
    assert world.due("test", test) == "2026-03-30T14:00:00.000Z"


def test_more_timers_than_one_reaction_takes_all_move(world: ReminderWorld) -> None:
    for n in range(35):
        world.records.create(world.doctor, ANNA, MEDICATION_STATEMENT, statement(times=[f"20:{n:02}"]), world.key())
    world.pump()
    world.wish(zone="Asia/Vladivostok")
    happens(world, "zone_changed")
    rows = [row for key, row in world.tables.rows(Store.CARD).items() if key.sk.startswith("TIMER#intake#")]
    assert len(rows) == 35
    assert {row["about"]["zone"] for row in rows} == {"Asia/Vladivostok"}


def test_a_card_that_is_opened_again_is_planned_whole(world: ReminderWorld) -> None:
    made = [world.takes(times=[f"20:{n:02}"]) for n in range(12)] + [world.to_do("2026-03-31")]
    timers = [key for key in world.tables.rows(Store.CARD) if key.sk.startswith("TIMER#")]
    for key in timers:
        world.tables._rows.pop(key)
    happens(world, "plan_card")
    assert all(world.due("intake", one) or world.due("test", one) for one in made)
    assert world.due("vaccination", "plan")


def test_a_record_that_its_source_took_back_or_that_went_is_not_planned(world: ReminderWorld) -> None:
    record = world.takes()
    key = keys.record(ANNA, MEDICATION_STATEMENT.name, record)
    world.tables.tamper(key, status={"state": "withdrawn"})
    happens(world, "replan_reminder", kind=MEDICATION_STATEMENT.name, record=record)
    assert world.timer("intake", record) is None
    happens(world, "replan_reminder", kind=MEDICATION_STATEMENT.name, record="0190-gone")


def test_a_vaccination_moves_the_next_day_and_an_exemption_too(world: ReminderWorld) -> None:
    happens(world, "plan_card")
    first = world.due("vaccination", "plan")
    world.given("mmr", "2026-03-01")
    world.pump()
    assert world.due("vaccination", "plan") >= first
    world.exempt("2026-03-01", None)
    world.pump()
    assert world.timer("vaccination", "plan") is None  # from everything, for good


def test_of_a_closed_card_nothing_is_planned(world: ReminderWorld) -> None:
    record = str(world.records.create(world.doctor, ANNA, PLANNED_STUDY, study("2026-03-31"), world.key())[0]["id"])
    world.tables.tamper(keys.card(ANNA), state=CardState.ERASED.value)
    world.pump()
    assert world.timer("test", record) is None
