"""Notices about a ward, and of the end by age: to whom, when, and once (ACC-8, MSG-2)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.domain.access import Action
from chalicelib.domain.emergency import Reason
from chalicelib.domain.identity import Role
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
        world.at(FIFTEEN - timedelta(days=8) + timedelta(days=days))
        counts.append(world.ages.run()["told"])
        world.ages.run()
        world.pump()
    assert sum(counts) == 2  # a week before, and on the day; thirty days before was past when it began
    assert counts[1] == 1
    assert world.inbox(world.anna).count("age_soon_own") == 1
    assert world.inbox(world.anna).count("age_reached_own") == 1
    assert world.inbox(world.session(MOTHER, Role.PATIENT)).count("age_soon") == 1
    assert world.inbox(world.session(MOTHER, Role.PATIENT)).count("age_reached") == 1


def test_a_watcher_that_stood_still_or_died_catches_up_once(world: AccessWorld) -> None:
    world.represent()
    world.at(FIFTEEN - timedelta(days=20))
    world.ages.run()
    world.at(FIFTEEN + timedelta(days=2))
    world.tables.fail_next_commit()
    with pytest.raises(UnavailableError):  # it dies at the first store
        world.ages.run()
    assert world.ages.run()["told"] + world.ages.run()["told"] == 2


def test_nobody_hears_of_the_end_of_what_was_ended_before(world: AccessWorld) -> None:
    world.represent()
    world.tables.commit([Update(keys.representation(ANNA, MOTHER), {"state": "ended"})])
    world.at(FIFTEEN - timedelta(days=7))
    assert world.ages.run()["told"] == 0
