"""Emergency access: for an hour, told at once, reviewed by an officer (ACC-7)."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from chalicelib.domain.access import Action
from chalicelib.domain.acts import EMERGENCY
from chalicelib.domain.emergency import PER_DOCTOR, PURPOSE, Reason, State
from chalicelib.domain.identity import PersonId, Role
from chalicelib.errors import (
    AccessDeniedError,
    AuditUnavailableError,
    CardMergedError,
    ConflictError,
    ConsentRequiredError,
    NotFoundError,
    StaleVersionError,
    TooManyRequestsError,
    WrongStateError,
)
from chalicelib.ports import keys
from chalicelib.ports.rows import representation
from chalicelib.ports.tables import Put, Store, Update
from chalicelib.records.examination import EXAMINATION_PROTOCOL, VISIT
from tests.access_world import MOTHER, AccessWorld
from tests.world import ANNA, BORIS, PROTOCOL

WORDS = "Без сознания, доставлен бригадой скорой помощи"


@pytest.fixture
def world() -> AccessWorld:
    made = AccessWorld()
    made.anna, made.doctor, made.guard = made.patient(), made.staff(), made.officer()
    return made


def broken(world: AccessWorld, doctor=None, patient: PersonId = ANNA) -> str:
    return world.emergencies.open(doctor or world.doctor, patient, Reason.UNCONSCIOUS, WORDS)["emergency_id"]


@pytest.mark.requirement("ACC-7")
def test_for_an_hour_everything_is_read_and_nothing_leaves(world: AccessWorld) -> None:
    with pytest.raises(ConsentRequiredError):
        world.gate.admit(world.doctor, Action.READ, ANNA, VISIT, "r")
    broken(world)
    for action in (Action.READ, Action.LIST, Action.HISTORY):
        permit = world.gate.admit(world.doctor, action, ANNA, VISIT, "r")
        assert not permit.summary_only
        assert (world.audit.events[-1].purpose, world.audit.events[-1].reason) == (PURPOSE, "emergency")
    record, _ = world.records.create(world.doctor, ANNA, EXAMINATION_PROTOCOL, PROTOCOL, "k" * 16)
    assert world.entries("examination-protocol:create")[-1].purpose == EMERGENCY
    with pytest.raises(ConsentRequiredError):
        world.gate.admit(world.doctor, Action.DOWNLOAD, ANNA, EXAMINATION_PROTOCOL, record["id"])
    with pytest.raises(ConsentRequiredError):
        world.records.amend(world.doctor, ANNA, EXAMINATION_PROTOCOL, record["id"], PROTOCOL, 1)
    world.clock.advance(minutes=59, seconds=59)
    world.gate.admit(world.doctor, Action.READ, ANNA, VISIT, "r")
    world.clock.advance(seconds=1)
    with pytest.raises(ConsentRequiredError):
        world.gate.admit(world.doctor, Action.READ, ANNA, VISIT, "r")


@pytest.mark.requirement("ACC-7")
def test_one_doctor_one_card(world: AccessWorld) -> None:
    world.patient(BORIS)
    other = world.staff("other")
    broken(world)
    for actor, patient in ((other, ANNA), (world.doctor, BORIS)):
        with pytest.raises(ConsentRequiredError):
            world.gate.admit(actor, Action.READ, patient, VISIT, "r")


@pytest.mark.requirement("ACC-7")
def test_patient_and_parents_are_told_at_once_on_every_channel(world: AccessWorld) -> None:
    mother = world.represent()
    broken(world)
    world.pump()
    assert "emergency_opened" in world.inbox(world.anna)
    (notice,) = [n for n in world.tables.rows(Store.CARD).values() if n.get("event") == "emergency_opened"][:1]
    world.tables.tamper(keys.profile(ANNA), channels=[])
    world.outside.tell(ANNA, "emergency_opened", notice["id"])
    assert len(world.messenger.texts) == 1
    assert "экстренн" not in str(world.messenger.texts)
    world.tables.commit([Update(keys.session(MOTHER, mother.session_id), {"role": "patient", "ward": ""})])
    assert "emergency_opened" in world.inbox(world.session(MOTHER, Role.PATIENT))
    assert "emergency_to_review" in world.inbox(world.guard)


@pytest.mark.requirement("ACC-7")
def test_the_patient_sees_who_and_why(world: AccessWorld) -> None:
    broken(world)
    (shown,) = world.emergencies.mine(world.anna)
    assert (shown["words"], shown["reason"], shown["state"]) == (WORDS, "unconscious", "open")
    assert shown["name"] == "Петров Пётр Петрович"
    assert WORDS.encode() not in world.tables.raw_bytes()
    assert {e.action for e in world.audit.events} >= {"card:break-glass", "emergency:describe"}


@pytest.mark.requirement("ACC-7", "ACC-8")
def test_who_acts_for_some_sections_reads_no_words_about_the_others(world: AccessWorld) -> None:
    mother = world.represent(kind="guardian")
    broken(world)
    assert world.emergencies.mine(mother)[0]["words"] == WORDS
    world.tables.commit([Update(keys.representation(ANNA, MOTHER), {"sections": ["visits"]}, {"ver": 1})])
    (shown,) = world.emergencies.mine(mother)
    assert "words" not in shown
    assert shown["reason"] == Reason.UNCONSCIOUS.value


@pytest.mark.requirement("ACC-7")
def test_a_repeat_within_the_hour_is_the_same_access(world: AccessWorld) -> None:
    first = broken(world)
    assert broken(world) == first
    assert len(world.entries("card:break-glass")) == 1
    world.clock.advance(minutes=61)
    assert broken(world) != first
    assert len(world.emergencies.mine(world.anna)) == 2


@pytest.mark.requirement("ACC-7")
def test_two_clicks_at_one_moment_are_one_access(world: AccessWorld) -> None:
    world.tables.before_next_commit(lambda: broken(world))
    broken(world)
    assert len(world.emergencies.mine(world.anna)) == 1
    assert len(world.entries("card:break-glass")) == 1


@pytest.mark.requirement("ACC-7", "AUD-4")
def test_a_doctor_has_few_a_day_and_repetition_is_told(world: AccessWorld) -> None:
    for n in range(PER_DOCTOR.limit):
        person = PersonId(f"p{n}")
        world.patient(person)
        broken(world, patient=person)
    with pytest.raises(TooManyRequestsError):
        broken(world)
    assert world.audit.events[-1].reason == "too-many"
    world.pump()
    assert "emergency_repeated" in world.inbox(world.guard)
    world.at(world.clock() + timedelta(days=1))
    broken(world)


@pytest.mark.requirement("ACC-7")
def test_unknown_and_erased_look_like_a_patient_who_has_not_answered(world: AccessWorld) -> None:
    with pytest.raises(ConsentRequiredError):
        broken(world, patient=PersonId("nobody"))
    world.tables.commit([Update(keys.card(ANNA), {"state": "erased"})])
    with pytest.raises(ConsentRequiredError):
        broken(world)


@pytest.mark.requirement("ACC-7")
def test_a_suspended_card_is_read_in_an_emergency(world: AccessWorld) -> None:
    world.tables.commit([Update(keys.card(ANNA), {"state": "suspended"})])
    broken(world)
    assert world.gate.admit(world.doctor, Action.READ, ANNA, VISIT, "r")


@pytest.mark.requirement("ACC-7", "SPC-5")
def test_a_merged_card_leads_to_the_one_that_goes_on(world: AccessWorld) -> None:
    world.tables.commit([Update(keys.card(ANNA), {"state": "merged", "merged_into": "boris"})])
    with pytest.raises(CardMergedError) as led:
        broken(world)
    assert led.value.patient_id == "boris"
    world.tables.commit([Update(keys.card(ANNA), {"state": "merging"})])
    broken(world)
    assert world.gate.admit(world.doctor, Action.READ, ANNA, VISIT, "r")


@pytest.mark.requirement("ACC-7")
def test_glass_of_a_nurse_opens_nothing(world: AccessWorld) -> None:
    nurse = world.staff("nurse", Role.NURSE)
    row = {"id": "e", "patient": ANNA, "member": nurse.member_id, "until": "2027-01-01T00:00:00.000Z"}
    world.tables.commit([Put(keys.glass(ANNA, nurse.member_id), row)])
    with pytest.raises(ConsentRequiredError):
        world.gate.admit(nurse, Action.READ, ANNA, VISIT, "r")


@pytest.mark.requirement("ACC-7")
def test_an_officer_decides_once_and_an_unjustified_one_is_told(world: AccessWorld) -> None:
    emergency = broken(world)
    world.pump()
    (waiting,), _ = world.emergencies.queue(world.guard, 10, None)
    assert (waiting["id"], waiting["overdue"]) == (emergency, False)
    assert world.emergencies.read(world.guard, ANNA, emergency)["words"] == WORDS
    with pytest.raises(StaleVersionError):
        world.emergencies.decide(world.guard, ANNA, emergency, 9, State.UNJUSTIFIED, "Пациент был в сознании")
    said = world.emergencies.decide(world.guard, ANNA, emergency, 1, State.UNJUSTIFIED, "Пациент был в сознании")
    assert said["state"] == "unjustified"
    with pytest.raises(WrongStateError):
        world.emergencies.decide(world.guard, ANNA, emergency, 2, State.JUSTIFIED, "Передумали о случае")
    assert world.emergencies.queue(world.guard, 10, None)[0] == []
    world.pump()
    assert world.inbox(world.anna).count("emergency_unjustified") == 1
    assert world.inbox(world.anna).count("emergency_opened") == 1
    assert "emergency_judged" in world.inbox(world.session(world.doctor.person_id, Role.PATIENT))
    assert world.emergencies.mine(world.anna)[0]["decision"] == "Пациент был в сознании"


@pytest.mark.requirement("ACC-7")
def test_what_was_found_unjustified_within_its_hour_is_over(world: AccessWorld) -> None:
    emergency = broken(world)
    assert world.gate.admit(world.doctor, Action.READ, ANNA, VISIT, "r")
    world.emergencies.decide(world.guard, ANNA, emergency, 1, State.UNJUSTIFIED, "Пациент был в сознании")
    with pytest.raises(ConsentRequiredError):
        world.gate.admit(world.doctor, Action.READ, ANNA, VISIT, "r")
    again = broken(world)  # another emergency is another one, and counted
    assert again != emergency
    world.emergencies.decide(world.guard, ANNA, again, 1, State.JUSTIFIED, "Проверено по журналу")
    assert world.gate.admit(world.doctor, Action.READ, ANNA, VISIT, "r")


@pytest.mark.requirement("ACC-7", "ACC-8")
def test_who_acts_for_the_patient_does_not_decide(world: AccessWorld) -> None:
    emergency, guard = broken(world), world.guard
    world.tables.commit(
        representation(ANNA, guard.person_id, kind="parent", until=None, basis="case", now=world.clock())
    )
    with pytest.raises(AccessDeniedError):
        world.emergencies.decide(guard, ANNA, emergency, 1, State.JUSTIFIED, "Всё было хорошо")


@pytest.mark.requirement("ACC-7", "ID-12")
def test_who_may_decide(world: AccessWorld) -> None:
    emergency = broken(world)
    stranger, system = world.officer("elsewhere", "guard2"), world.officer("system", "guard3")
    with pytest.raises(NotFoundError):
        world.emergencies.read(stranger, ANNA, emergency)
    assert world.emergencies.queue(stranger, 10, None)[0] == []
    assert world.emergencies.queue(system, 10, None)[0]
    assert world.emergencies.read(system, ANNA, emergency)["id"] == emergency
    own = world.session(world.doctor.person_id, Role.SECURITY_OFFICER)
    with pytest.raises(AccessDeniedError):
        world.emergencies.decide(own, ANNA, emergency, 1, State.JUSTIFIED, "Всё было хорошо")


def test_what_nobody_decides_on_in_time_is_overdue(world: AccessWorld) -> None:
    broken(world)
    world.clock.advance(days=3)
    assert world.emergencies.queue(world.guard, 10, None)[0][0]["overdue"]


def test_at_one_moment_one_decision_holds(world: AccessWorld) -> None:
    emergency = broken(world)

    def faster() -> None:
        world.emergencies.decide(world.guard, ANNA, emergency, 1, State.JUSTIFIED, "Проверено по журналу")

    world.tables.before_next_commit(faster)
    with pytest.raises(StaleVersionError):
        world.emergencies.decide(world.guard, ANNA, emergency, 1, State.UNJUSTIFIED, "Пациент был в сознании")
    assert world.emergencies.mine(world.anna)[0]["state"] == "justified"


def test_no_glass_without_its_entry(world: AccessWorld) -> None:
    world.audit.fail_next(9)
    with pytest.raises(AuditUnavailableError):
        broken(world)
    assert world.tables.get(keys.glass(ANNA, world.doctor.member_id)) is None


def test_many_cards_at_one_moment_are_all_counted(world: AccessWorld) -> None:
    people = [PersonId(f"p{n}") for n in range(4)]
    for person in people:
        world.patient(person)
    failed: list[Exception] = []

    def one(person: PersonId) -> None:
        try:
            broken(world, patient=person)
        except ConflictError as error:
            failed.append(error)

    threads = [threading.Thread(target=one, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(world.entries("card:break-glass")) == len(people) - len(failed)
    (count,) = [r["count"] for k, r in world.tables.rows(Store.IDENTITY).items() if k.pk.startswith("LIMIT#emergency#")]
    assert count == len(people) - len(failed)
