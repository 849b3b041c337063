"""Notices about a ward, and of the end by age: to whom, when, and once (ACC-8, MSG-2)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.domain.access import Action
from chalicelib.domain.emergency import Reason
from chalicelib.domain.identity import Role
from chalicelib.domain.moments import stamp
from chalicelib.errors import ConsentRequiredError, UnavailableError
from chalicelib.ports import keys
from chalicelib.ports.tables import Update
from chalicelib.records.examination import VISIT
from tests.access_world import FIFTEEN, MOTHER, AccessWorld
from tests.world import ANNA


@pytest.fixture
def world() -> AccessWorld:
    made = AccessWorld()
    made.anna = made.patient()
    return made


def visits(world: AccessWorld, actor) -> None:
    world.gate.admit(actor, Action.LIST, ANNA, VISIT)


def rings(world: AccessWorld, days: int = 20) -> int:
    """The trigger runs; how many timers rang. ``days``: how long ago it ran before."""
    hour = stamp((world.clock() - timedelta(days=days)).replace(minute=0, second=0, microsecond=0))
    for shard in keys.TIMER_SHARDS:
        if world.tables.get(keys.timers_done(shard)) is None:
            world.tables.put_many({keys.timers_done(shard): {"hour": hour}})
    return world.timers.run()["rung"]


@pytest.mark.requirement("ACC-8", "MSG-2")
def test_notices_about_a_ward_reach_live_representatives_and_stop(world: AccessWorld) -> None:
    mother, doctor = world.represent(), world.staff()
    inbox = world.session(MOTHER, Role.PATIENT)
    with pytest.raises(ConsentRequiredError):
        visits(world, doctor)
    world.pump()
    assert world.inbox(inbox) == ["consent_requested"]
    assert world.inbox(world.anna) == ["consent_requested"]
    assert ("mother", "consent_requested") in {(p, e) for p, e, _ in world.notifier.published}
    world.at(FIFTEEN)
    assert world.inbox(inbox) == []  # what was told before is not shown any more either
    other = world.staff("other")
    with pytest.raises(ConsentRequiredError):
        visits(world, other)
    world.pump()
    assert world.inbox(inbox) == []
    assert len(world.inbox(world.anna)) == 2
    assert mother.ward_id == ANNA


@pytest.mark.requirement("ACC-8")
def test_what_is_about_the_account_is_told_to_nobody_else(world: AccessWorld) -> None:
    from chalicelib.ports.rows import happened

    world.represent()
    for n, event in enumerate(("factor_added", "session_revoked", "finding_new_network", "erasure_proposed")):
        world.tables.commit([happened(ANNA, f"e{n}", event, world.clock())])
    world.pump()
    assert len(world.inbox(world.anna)) == 4
    assert world.inbox(world.session(MOTHER, Role.PATIENT)) == []


@pytest.mark.requirement("ACC-8", "SPC-8")
def test_a_patient_is_told_though_a_representative_was_erased(world: AccessWorld) -> None:
    world.represent()
    world.keys.destroy(MOTHER, "entry")
    with pytest.raises(ConsentRequiredError):
        visits(world, world.staff())
    world.pump()
    assert world.inbox(world.anna) == ["consent_requested"]


@pytest.mark.requirement("ACC-8", "ACC-6")
def test_no_notice_tells_what_its_reader_has_no_right_to(world: AccessWorld) -> None:
    """A grant is for records: not for who asks for consent, or who broke the glass."""
    world.represent(kind="granted", until=world.clock() + timedelta(days=9), sections=("results",))
    with pytest.raises(ConsentRequiredError):
        visits(world, world.staff("asks"))
    world.emergencies.open(world.staff("breaks"), ANNA, Reason.UNCONSCIOUS, "Без сознания, документов нет")
    world.pump()
    assert {"consent_requested", "emergency_opened"} <= set(world.inbox(world.anna))
    assert world.inbox(world.session(MOTHER, Role.PATIENT)) == []


@pytest.mark.requirement("ACC-8")
def test_a_hidden_section_is_not_told_of(world: AccessWorld) -> None:
    world.represent(sections=("results",))
    doctor = world.staff()
    world.consent(doctor)
    visit = {"occurred_at": world.moment(), "doctor_name": "Петров Пётр Петрович", "reason": "Осмотр"}
    world.records.create(doctor, ANNA, VISIT, visit, "k" * 16)
    world.pump()
    assert "new_record" in world.inbox(world.anna)
    assert world.inbox(world.session(MOTHER, Role.PATIENT)) == []


@pytest.mark.requirement("ACC-8")
def test_both_sides_hear_of_the_end_in_time_and_once(world: AccessWorld) -> None:
    world.represent()
    counts = []
    for days in range(12):
        world.at(FIFTEEN + timedelta(days=days - 8, hours=12))
        counts.append(rings(world, days=1))
        rings(world, days=1)
        world.pump()
    assert sum(counts) == 2  # a week before, and on the day; thirty days before was past when it began
    assert (counts[1], counts[8]) == (1, 1)
    assert world.inbox(world.anna).count("age_soon_own") == 1
    assert world.inbox(world.anna).count("age_reached_own") == 1
    assert world.inbox(world.session(MOTHER, Role.PATIENT)).count("age_soon") == 1
    assert world.inbox(world.session(MOTHER, Role.PATIENT)).count("age_reached") == 1


def test_a_trigger_that_stood_still_or_died_catches_up_once(world: AccessWorld) -> None:
    world.represent()
    rings(world)
    world.at(FIFTEEN + timedelta(days=2, hours=12))
    world.tables.fail_next_commit()
    with pytest.raises(UnavailableError):  # it dies at the first store
        rings(world)
    rings(world)
    rings(world)
    world.pump()
    assert world.inbox(world.anna) == ["age_reached_own"]  # that it is near is of no use any more
    assert world.inbox(world.session(MOTHER, Role.PATIENT)) == ["age_reached"]


@pytest.mark.parametrize("days", [30, 7, 0])
def test_the_end_is_told_of_out_of_the_night_and_by_the_clock_of_whom_it_is_about(
    world: AccessWorld, days: int
) -> None:
    world.tables.commit([Update(keys.profile(ANNA), {"zone": "Europe/Kaliningrad"})])
    eight = FIFTEEN - timedelta(days=8) + timedelta(hours=8)  # in two days
    world.represent(until=FIFTEEN + timedelta(days=days - 8))
    world.at(eight - timedelta(minutes=1))
    assert rings(world) == 0
    world.at(eight)  # in Moscow; there it is seven
    assert rings(world) == 1
    world.pump()
    assert world.inbox(world.anna) == []
    world.at(eight + timedelta(hours=1))
    rings(world)
    world.pump()
    assert world.inbox(world.anna) == ["age_soon_own" if days else "age_reached_own"]


def test_nobody_hears_of_the_end_of_what_was_ended_before(world: AccessWorld) -> None:
    world.represent()
    world.tables.commit([Update(keys.representation(ANNA, MOTHER), {"state": "ended"})])
    for moment in (FIFTEEN - timedelta(days=6.5), FIFTEEN + timedelta(days=0.5)):
        world.at(moment)
        rings(world)
        world.pump()
    assert world.inbox(world.anna) == []
