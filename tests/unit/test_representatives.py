"""Acting for a child or a ward: rights by kind, the birthday, the re-grant, early ends (ACC-8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.domain.access import Action, Level
from chalicelib.domain.identity import PersonId, Role
from chalicelib.domain.representation import (
    KINDS,
    LATER_CONSENT,
    Kind,
    Representation,
    Right,
    ends_by_age,
    later_ends,
)
from chalicelib.errors import (
    AccessDeniedError,
    AssuranceLevelError,
    ConsentRequiredError,
    NotFoundError,
    SessionEndedError,
    StaleVersionError,
    WrongStateError,
)
from chalicelib.ports import keys
from chalicelib.ports.rows import representation
from chalicelib.records.examination import EXAMINATION_PROTOCOL, VISIT
from chalicelib.records.observation import ALLERGY, VITAL_SIGN
from tests.access_world import BORN, FIFTEEN, MOTHER, AccessWorld
from tests.world import ANNA, BORIS

WORDS = "По словам пациентки, отец ограничивает её лечение"
GRANT = {"level": "full", "sections": ["visits"], "rights": ["records"], "valid_until": None}
SECOND = timedelta(seconds=1)


@pytest.fixture
def world() -> AccessWorld:
    made = AccessWorld()
    made.anna = made.patient()
    return made


def visits(world: AccessWorld, actor) -> None:
    world.gate.admit(actor, Action.LIST, ANNA, VISIT)


def pulse(world: AccessWorld) -> dict:
    return {"occurred_at": world.moment(), "code": "pulse", "value": "80", "unit": "/min"}


# --- what may be done, and in whose name


@pytest.mark.requirement("ACC-8", "AUD-1")
def test_a_mother_reads_reports_and_answers_and_every_entry_says_for_whom(world: AccessWorld) -> None:
    mother, doctor = world.represent(), world.staff()
    for action in (Action.READ, Action.LIST, Action.HISTORY, Action.DOWNLOAD):
        assert not world.gate.admit(mother, action, ANNA, EXAMINATION_PROTOCOL, "r").summary_only
    record, _ = world.records.create(mother, ANNA, VITAL_SIGN, pulse(world), "k" * 16)
    assert (record["source"], record["author"]["role"]) == ("patient-reported", "representative")
    asked = world.consents.request(doctor, ANNA, level=Level.FULL, sections=(), purpose="treatment")
    world.gate.signed_in(mother, "consent-answer", right=Right.CONSENT)
    world.consents.answer(mother, doctor.member_id, asked["version"], {"state": "granted"})
    visits(world, doctor)
    own = [e for e in world.audit.events if e.actor.person_id == MOTHER]
    assert {e.on_behalf_of for e in own} == {ANNA}
    assert {e.subject for e in own} == {ANNA}  # the patient sees all of it
    line = world.consents.journal(world.anna, 1, None)[0][0]
    assert (line["by"], line["by_role"]) == (MOTHER, "representative")


@pytest.mark.requirement("ACC-8", "ACC-5")
def test_a_representative_does_what_the_patient_may_and_no_more(world: AccessWorld) -> None:
    mother = world.represent()
    for action, kind in ((Action.CREATE, VISIT), (Action.AMEND, EXAMINATION_PROTOCOL)):
        with pytest.raises(AccessDeniedError):
            world.gate.admit_change(mother, action, ANNA, kind, "r", version=1)
    for kind in ("totp", "profile", "notice", "registration", "restriction"):
        with pytest.raises(AccessDeniedError):
            world.gate.permit_private(mother, ANNA, kind, None, "test:open")


@pytest.mark.requirement("ACC-8", "ACC-6")
def test_one_session_one_ward(world: AccessWorld) -> None:
    mother = world.represent()
    world.patient(BORIS)
    with pytest.raises(NotFoundError):
        world.gate.admit(mother, Action.LIST, BORIS, VISIT)
    with pytest.raises(NotFoundError):  # nor her own card, in this role
        world.gate.admit(mother, Action.LIST, MOTHER, VISIT)
    with pytest.raises(SessionEndedError):  # a token that names another ward than the session
        world.gate.signed_in(replace(mother, ward_id=BORIS))
    with pytest.raises(SessionEndedError):
        world.gate.signed_in(replace(mother, ward_id=PersonId("")))
    world.pump()
    assert "access_refused" in world.inbox(world.session(BORIS, Role.PATIENT))


@pytest.mark.requirement("ID-7")
def test_who_represents_is_known_themselves(world: AccessWorld) -> None:
    world.person(PersonId("granny"), level=1)
    granny = world.represent(PersonId("granny"), kind="guardian")
    with pytest.raises(AssuranceLevelError):
        visits(world, granny)
    with pytest.raises(AssuranceLevelError):
        world.gate.signed_in(granny, "consent-answer", right=Right.CONSENT, level=2)


@pytest.mark.requirement("ACC-8")
def test_no_session_without_a_representation(world: AccessWorld) -> None:
    world.person(MOTHER)
    mother = world.acting(MOTHER)
    with pytest.raises(SessionEndedError):
        world.gate.signed_in(mother)
    with pytest.raises(SessionEndedError):
        visits(world, mother)


# --- the birthday


@pytest.mark.requirement("ACC-8")
def test_one_second_before_and_at_the_birthday_in_the_patients_zone(world: AccessWorld) -> None:
    mother = world.represent()
    assert FIFTEEN.isoformat() == "2026-03-11T21:00:00+00:00"  # midnight of the twelfth in Moscow
    world.at(FIFTEEN - SECOND)
    visits(world, mother)
    world.gate.signed_in(mother, "journal-read", right=Right.JOURNAL)
    assert [w["patient_id"] for w in world.representatives.wards(mother)] == [ANNA]
    world.at(FIFTEEN)
    for reach in (
        lambda: visits(world, mother),
        lambda: world.gate.admit(mother, Action.DOWNLOAD, ANNA, EXAMINATION_PROTOCOL, "r"),
        lambda: world.gate.admit_change(mother, Action.CREATE, ANNA, ALLERGY, "r", version=1),
        lambda: world.gate.signed_in(mother),
    ):
        with pytest.raises(SessionEndedError):
            reach()
    assert world.representatives.wards(mother) == []
    assert world.entries("visit:list")[-1].reason == "representation-ended"
    visits(world, world.anna)


@pytest.mark.requirement("ACC-8", "ACC-4")
def test_nobody_gives_consent_for_longer_than_they_may_act(world: AccessWorld) -> None:
    mother, doctor = world.represent(), world.staff()
    asked = world.consents.request(doctor, ANNA, level=Level.FULL, sections=(), purpose="treatment")
    said = {"state": "granted", "valid_until": (FIFTEEN + timedelta(days=60)).isoformat()}
    world.consents.answer(mother, doctor.member_id, asked["version"], said)
    world.at(FIFTEEN - SECOND)
    visits(world, doctor)
    world.at(FIFTEEN)
    with pytest.raises(ConsentRequiredError):
        visits(world, doctor)


def test_ages_and_zones() -> None:
    assert ends_by_age(date(2011, 3, 12), "Asia/Vladivostok").isoformat() == "2026-03-11T14:00:00+00:00"
    assert ends_by_age(date(2012, 2, 29)).date() == date(2027, 2, 28)  # the first of March in Moscow
    assert later_ends(BORN, {"visits"}) == {}
    assert later_ends(BORN, {"narcology"})["narcology"] == ends_by_age(BORN).replace(year=2027)
    assert set(LATER_CONSENT.values()) == {16}


def test_a_section_with_an_age_of_its_own_ends_later() -> None:
    later = {"narcology": FIFTEEN + timedelta(days=365)}
    made = Representation(
        "m",
        Kind.PARENT,
        active=True,
        full=True,
        sections=frozenset(),
        rights=frozenset(Right),
        until=FIFTEEN,
        later=later,
    )
    after = FIFTEEN + timedelta(days=1)
    assert made.live(after)
    assert made.opens("narcology", after)
    assert not made.opens("visits", after)
    assert not made.has(Right.CONSENT, after)
    assert not made.live(FIFTEEN + timedelta(days=365))


@pytest.mark.requirement("ACC-8", "SPC-2")
def test_a_court_appointed_guardian_of_an_adult_stays(world: AccessWorld) -> None:
    guardian = world.represent(PersonId("guardian"), kind="court", until=None)
    world.at(FIFTEEN + timedelta(days=3650))
    visits(world, guardian)


# --- the young person's own word


@pytest.mark.requirement("ACC-8")
def test_a_young_person_gives_it_again_within_a_scope_and_takes_it_back(world: AccessWorld) -> None:
    mother = world.represent()
    with pytest.raises(WrongStateError):  # under fifteen a parent acts by law
        world.representatives.grant(world.anna, MOTHER, GRANT)
    world.at(FIFTEEN)
    made = world.representatives.grant(world.anna, MOTHER, GRANT)
    assert (made["kind"], made["rights"], made["sections"]) == ("granted", ["records"], ["visits"])
    visits(world, mother)
    with pytest.raises(AccessDeniedError):
        world.gate.admit(mother, Action.LIST, ANNA, EXAMINATION_PROTOCOL)
    with pytest.raises(AccessDeniedError):
        world.gate.admit_change(mother, Action.CREATE, ANNA, VITAL_SIGN, "r", version=1)
    for right in (Right.CONSENT, Right.JOURNAL):
        with pytest.raises(AccessDeniedError):
            world.gate.signed_in(mother, "consent-answer", right=right)
    with pytest.raises(StaleVersionError):
        world.representatives.end(world.anna, MOTHER, 1)
    timer = keys.timer(ANNA, "representation", MOTHER)
    assert world.tables.get(timer)
    ended = world.representatives.end(world.anna, MOTHER, made["version"])
    assert not ended["live"]
    assert world.tables.get(timer) is None
    with pytest.raises(SessionEndedError):
        visits(world, mother)
    world.pump()
    told = world.inbox(world.session(MOTHER, Role.PATIENT))
    assert {"representation_granted", "representation_ended"} <= set(told)


@pytest.mark.requirement("ACC-8")
def test_who_never_represented_cannot_be_named(world: AccessWorld) -> None:
    world.at(FIFTEEN)
    world.person(PersonId("stranger"))
    with pytest.raises(NotFoundError):
        world.representatives.grant(world.anna, PersonId("stranger"), GRANT)
    with pytest.raises(NotFoundError):
        world.representatives.end(world.anna, PersonId("stranger"), 1)


@pytest.mark.requirement("ACC-8")
def test_what_the_law_gives_the_ward_does_not_take(world: AccessWorld) -> None:
    world.represent()
    world.represent(PersonId("guardian"), kind="court", until=None)
    with pytest.raises(WrongStateError):
        world.representatives.end(world.anna, PersonId("guardian"), 1)
    world.at(FIFTEEN)
    with pytest.raises(WrongStateError):  # nor gives anything beside it
        world.representatives.grant(world.anna, MOTHER, GRANT)


# --- a doctor's word


@pytest.mark.requirement("ACC-8")
def test_a_doctor_narrows_and_ends_for_the_patients_safety(world: AccessWorld) -> None:
    father, doctor = world.represent(PersonId("father")), world.staff()
    form = {"reason": "safeguarding", "words": WORDS, "hidden": ["visits"]}
    with pytest.raises(AccessDeniedError):
        world.representatives.restrict(doctor, ANNA, PersonId("father"), 1, form)
    world.consent(doctor)
    narrowed = world.representatives.restrict(doctor, ANNA, PersonId("father"), 1, form)
    assert narrowed["hidden"] == ["visits"]
    with pytest.raises(AccessDeniedError):
        visits(world, father)
    world.gate.admit(father, Action.LIST, ANNA, EXAMINATION_PROTOCOL)
    world.representatives.restrict(doctor, ANNA, PersonId("father"), 2, {**form, "hidden": []})
    with pytest.raises(SessionEndedError):
        world.gate.admit(father, Action.LIST, ANNA, EXAMINATION_PROTOCOL)
    with pytest.raises(WrongStateError):
        world.representatives.restrict(doctor, ANNA, PersonId("father"), 3, {**form, "hidden": []})
    world.pump()
    assert "representation_ended" in world.inbox(world.session(PersonId("father"), Role.PATIENT))
    assert "representation_ended" in world.inbox(world.anna)
    assert WORDS.encode() not in world.tables.raw_bytes()
    assert world.entries("restriction:create")[-2].details["why"] == "safeguarding"


@pytest.mark.requirement("ACC-7", "ACC-8")
def test_safety_does_not_wait_for_the_consent_of_the_one_it_is_about(world: AccessWorld) -> None:
    from chalicelib.domain.emergency import Reason

    father, doctor = world.represent(PersonId("father")), world.staff()
    world.emergencies.open(doctor, ANNA, Reason.CANNOT_CONSENT, WORDS)
    form = {"reason": "safeguarding", "words": WORDS, "hidden": []}
    assert world.representatives.of_patient(doctor, ANNA)[0]["person_id"] == "father"
    world.representatives.restrict(doctor, ANNA, PersonId("father"), 1, form)
    with pytest.raises(SessionEndedError):
        world.gate.signed_in(father)


@pytest.mark.requirement("ACC-8")
def test_a_parent_who_is_a_doctor_does_not_shut_out_the_other(world: AccessWorld) -> None:
    from chalicelib.domain.emergency import Reason

    mother = world.staff()
    world.represent(PersonId("father"))
    world.tables.commit(
        representation(ANNA, mother.person_id, kind="parent", until=None, basis="case", now=world.clock())
    )
    world.emergencies.open(mother, ANNA, Reason.CANNOT_CONSENT, WORDS)
    form = {"reason": "safeguarding", "words": WORDS, "hidden": []}
    with pytest.raises(AccessDeniedError):
        world.representatives.restrict(mother, ANNA, PersonId("father"), 1, form)
    assert world.row(keys.representation(ANNA, PersonId("father")))["state"] == "active"
    assert world.entries("restriction:create")[-1].reason == "self"


def test_lists_have_names(world: AccessWorld) -> None:
    mother = world.represent()
    assert world.representatives.wards(mother)[0]["name"].startswith("Иванова")
    (shown,) = world.representatives.mine(world.anna)
    assert (shown["name"], shown["live"], shown["kind"]) == ("Иванова Ольга", True, "parent")
    assert {e.subject for e in world.entries("representation:name")} == {ANNA, MOTHER}


def test_every_kind_has_its_rule() -> None:
    assert set(KINDS) == set(Kind)
    assert {kind for kind, rule in KINDS.items() if rule.by_age} == {Kind.PARENT, Kind.GUARDIAN}
    assert Right.CONSENT not in KINDS[Kind.GRANTED].rights


@pytest.mark.requirement("ACC-8", "ACC-5")
def test_a_route_is_open_to_representatives_for_a_right_or_for_the_session_itself() -> None:
    import app  # noqa: F401 - registers every route
    from chalicelib.handlers.endpoints import ENDPOINTS, Door

    routes = [e for e in ENDPOINTS if e.door is Door.SIGNED_IN]
    bare = {e.operation for e in routes if Role.REPRESENTATIVE in e.roles and not e.right}
    sessions = {"session-sign-out", "session-list", "session-role"}
    device = {"vault-key-give"}  # what this device keeps sealed
    codes = {"code-set-list", "code-set-suggest", "code-set-read", "entry-check"}  # of nobody's card
    schedules = {"schedule-list", "schedule-read", "schedule-slots", "free-slot-list", "specialty-list"}  # likewise
    fhir = {e.operation for e in routes if e.fhir and Role.REPRESENTATIVE in e.roles and not e.right}  # the gate's
    step_up = {"step-up", "step-up-send-code", "step-up-ask-passkey"}
    assert bare == {*sessions, *device, *codes, *schedules, *fhir, *step_up}
    named = [e for e in routes if e.right]
    assert all(e.right in set(Right) and Role.REPRESENTATIVE in e.roles for e in named)
    answers = [e for e in routes if e.operation in {"consent-answer", "consent-grant", "representation-grant"}]
    assert {(e.level, e.step_up) for e in answers} == {(2, True)}
