"""A newborn from the parent's cabinet to the family profile; a child without one parent's consent (SPC-1, SPC-2)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from chalicelib.domain.ages import birthday
from chalicelib.domain.case_kinds.special import NEWBORN
from chalicelib.domain.identity import PersonId, Role
from chalicelib.domain.moments import stamp
from chalicelib.errors import (
    AccessDeniedError,
    AlreadyExistsError,
    AuditUnavailableError,
    CardStateError,
    InvalidFieldsError,
    MedkartaError,
    OutcomeUnknownError,
    StaleVersionError,
    TooManyRequestsError,
    WrongStateError,
)
from chalicelib.ports import keys
from chalicelib.ports.tables import Delete, Store, Update
from tests.special_world import BORN, CLARA, SNILS, SpecialWorld
from tests.world import ANNA, BORIS


@pytest.fixture
def world() -> SpecialWorld:
    return SpecialWorld()


def problems(error: pytest.ExceptionInfo[InvalidFieldsError]) -> list[tuple[str, str]]:
    return [(p.field, p.code) for p in error.value.fields]


def children(world: SpecialWorld) -> list[str]:
    rows = world.tables.rows(Store.IDENTITY)
    return [str(key.pk) for key, row in rows.items() if key.sk == "PROFILE" and row.get("state") == "ward"]


# --- SPC-1


@pytest.mark.requirement("SPC-1", "ACC-8")
def test_a_newborn_of_two_parents(world: SpecialWorld) -> None:
    case_id = world.file(world.anna, "newborn", world.newborn(oms_policy="7800080000123454"))
    assert world.lined_up(NEWBORN) == []  # staff see it when the other parent has agreed
    (asked,) = world.cases.requests(world.boris, 10, None)[0]
    assert asked["told"]["first_name"] == "Лев"
    assert world.agree(world.boris, case_id) == "submitted"
    beside = world.cases.show(world.registrar, ANNA, case_id)["beside"]
    assert [p["birth_date"] for p in beside["parents"]] == [BORN[ANNA], BORN[BORIS]]
    assert beside["findings"] == []
    world.decide(case_id)
    for parent in (world.anna, world.boris):
        (child,) = world.family(parent)
        assert (child["person"]["first_name"], child["card"], child["acting"]) == ("Лев", "active", True)
    child_id = child["patient_id"]
    right = world.row(keys.representation(child_id, BORIS))
    until = birthday(date(2026, 2, 20), 15)
    assert (right["kind"], right["until"], right["basis"]) == ("parent", stamp(until), case_id)
    assert world.row(keys.ward(ANNA, child_id))
    assert world.row(keys.policy(child_id))
    profile = world.row(keys.profile(child_id))
    assert (profile["state"], sorted(profile["tags"])) == ("ward", ["birth-certificate"])
    world.pump()
    assert "newborn_registered" in world.inbox(world.anna)
    assert "newborn_registered" in world.inbox(world.boris)
    for secret in ("Лев", "123456", "Борисович"):
        assert secret.encode() not in world.tables.raw_bytes()


@pytest.mark.requirement("SPC-1")
def test_the_plan_of_vaccinations_is_read_through_the_gate(world: SpecialWorld) -> None:
    child_id = world.registered()
    doctor = world.staff()
    with pytest.raises(AccessDeniedError):
        world.plans.plan(doctor, child_id, "ru")
    world.consent(doctor, child_id)
    plan = world.plans.plan(doctor, child_id, "ru")
    assert plan["factors"]["history"] == "complete"  # a child whose card is as old as itself
    assert (plan["doses"][0]["id"], plan["doses"][0]["overdue"]) == ("hepatitis-b-v1", True)
    assert "unknown" not in {course["status"] for course in plan["courses"]}
    for stranger in (world.clara, world.anna):  # a parent reads it as a representative (ACC-8), not as themselves
        with pytest.raises(MedkartaError):
            world.plans.plan(stranger, child_id, "ru")


@pytest.mark.requirement("SPC-1")
@pytest.mark.parametrize(
    ("other", "field", "code"),
    [
        ({"snils": SNILS[BORIS], "birth_date": "1988-06-03"}, "/form/other_parent", "unknown"),
        ({"snils": "00696682600", "birth_date": BORN[BORIS]}, "/form/other_parent/snils", "check-digits"),
        ({"snils": "00699668200", "birth_date": BORN[BORIS]}, "/form/other_parent", "unknown"),
        ({"snils": SNILS[ANNA], "birth_date": BORN[ANNA]}, "/form/other_parent", "same"),
        (None, "/form/other_parent", "choice"),
    ],
)
def test_who_cannot_be_the_other_parent(world: SpecialWorld, other: Any, field: str, code: str) -> None:
    with pytest.raises(InvalidFieldsError) as error:
        world.file(world.anna, "newborn", world.newborn(other_parent=other))
    assert problems(error) == [(field, code)]


@pytest.mark.requirement("SPC-1", "SEC-3")
def test_the_other_parent_cannot_be_guessed(world: SpecialWorld) -> None:
    calls = []
    for snils in ("00699668200", SNILS[BORIS]):  # an unknown one and a known one cost the same
        before = len(world.tables.calls)
        guess = {"snils": snils, "birth_date": "1990-01-01"}
        with pytest.raises(InvalidFieldsError):
            world.file(world.anna, "newborn", world.newborn(other_parent=guess))
        calls.append(world.tables.calls[before:])
    assert calls[0] == calls[1]
    for day in range(1, 9):
        guess = {"snils": SNILS[BORIS], "birth_date": f"1988-05-{day:02d}"}
        with pytest.raises(InvalidFieldsError):
            world.file(world.anna, "newborn", world.newborn(other_parent=guess))
    with pytest.raises(TooManyRequestsError):
        world.file(world.anna, "newborn", world.newborn())
    assert len([e for e in world.entries("newborn:find-parent") if e.subject == BORIS]) == 9  # Boris can see them


@pytest.mark.requirement("SPC-1")
def test_an_unconfirmed_person_can_be_named_by_nobody(world: SpecialWorld) -> None:
    world.tables.commit([Update(keys.profile(BORIS), {"level": 1})])
    with pytest.raises(InvalidFieldsError) as error:
        world.file(world.anna, "newborn", world.newborn())
    assert problems(error) == [("/form/other_parent", "unknown")]


@pytest.mark.requirement("SPC-1")
def test_the_parent_s_own_card_is_open(world: SpecialWorld) -> None:
    world.suspensions.suspend(world.anna, "")
    with pytest.raises(CardStateError):
        world.file(world.anna, "newborn", world.newborn())


@pytest.mark.requirement("SPC-1")
def test_one_child_a_certificate(world: SpecialWorld) -> None:
    first = world.file(world.anna, "newborn", world.newborn())
    second = world.file(world.anna, "newborn", world.newborn(birth_certificate="ii-аб 123456"))
    for case_id in (first, second):
        world.agree(world.boris, case_id)
    world.decide(first)
    assert world.cases.show(world.registrar, ANNA, second)["beside"]["findings"] == ["birth-certificate-taken"]
    with pytest.raises(AlreadyExistsError):
        world.decide(second)
    assert len(children(world)) == 1
    world.decide(second, "refuse")
    twin = world.registered(first_name="Глеб", birth_certificate="II-АБ 123457")
    assert len(world.family(world.boris)) == 2
    assert world.row(keys.card(twin))["state"] == "active"


@pytest.mark.requirement("SPC-1")
def test_a_certificate_taken_at_the_same_moment(world: SpecialWorld) -> None:
    first, second = (world.file(world.anna, "newborn", world.newborn()) for _ in range(2))
    for case_id in (first, second):
        world.agree(world.boris, case_id)
    original, done = world.keys.enrol, []

    def enrol(person_id: PersonId) -> None:
        original(person_id)
        if not done:
            done.append(1)
            world.decide(first, registrar=world.second_registrar())

    world.keys.enrol = enrol
    with pytest.raises(MedkartaError):
        world.decide(second)
    assert len(children(world)) == 1
    assert world.state(ANNA, second) == "submitted"


@pytest.mark.requirement("SPC-1")
def test_two_registrars_decide_at_the_same_moment(world: SpecialWorld) -> None:
    case_id = world.file(world.anna, "newborn", world.newborn())
    world.agree(world.boris, case_id)
    version = world.version(ANNA, case_id)
    other = world.second_registrar()
    original, done = world.keys.enrol, []

    def enrol(person_id: PersonId) -> None:
        original(person_id)
        if not done:
            done.append(1)
            world.decide(case_id, "refuse", registrar=other, version=version)

    world.keys.enrol = enrol
    with pytest.raises(StaleVersionError):
        world.decide(case_id, version=version)
    assert children(world) == []
    assert world.state(ANNA, case_id) == "refused"
    assert world.family(world.anna) == []


@pytest.mark.requirement("SPC-1")
@pytest.mark.parametrize("fault", ["audit", "reply"])
def test_a_decision_that_dies_half_way_is_repeated(world: SpecialWorld, fault: str) -> None:
    case_id = world.file(world.anna, "newborn", world.newborn())
    world.agree(world.boris, case_id)
    if fault == "audit":
        world.tables.fail_next_commit(error=AuditUnavailableError())
        with pytest.raises(MedkartaError):
            world.decide(case_id)
        world.decide(case_id)
    else:
        original = world.audit.commit

        def lost(events: Any, writes: Any, ids: Any = ()) -> Any:
            made = original(events, writes, ids)
            if len(writes) > 10:
                raise OutcomeUnknownError
            return made

        world.audit.commit = lost
        with pytest.raises(OutcomeUnknownError):
            world.decide(case_id)
        world.audit.commit = original
        with pytest.raises(MedkartaError):
            world.decide(case_id)
    assert len(children(world)) == 1
    assert world.state(ANNA, case_id) == "approved"


@pytest.mark.requirement("SPC-1")
def test_the_age_counts_on_the_day_of_filing(world: SpecialWorld) -> None:
    case_id = world.file(world.anna, "newborn", world.newborn(birth_date="2025-03-05"))
    world.clock.advance(days=40)
    world.anna, world.boris = world.session(ANNA, Role.PATIENT), world.session(BORIS, Role.PATIENT)
    with pytest.raises(InvalidFieldsError) as error:
        world.file(world.anna, "newborn", world.newborn(birth_date="2025-03-05"))
    assert problems(error) == [("/form/birth_date", "too-old")]
    world.agree(world.boris, case_id)
    world.decide(case_id)
    assert len(children(world)) == 1


@pytest.mark.requirement("SPC-1")
def test_a_withdrawn_and_a_declined_case_make_nothing(world: SpecialWorld) -> None:
    withdrawn, declined = (world.file(world.anna, "newborn", world.newborn()) for _ in range(2))
    world.cases.withdraw(world.anna, withdrawn)
    with pytest.raises(WrongStateError):
        world.agree(world.boris, withdrawn)
    assert world.agree(world.boris, declined, agree=False) == "refused"
    for case_id in (withdrawn, declined):
        with pytest.raises(WrongStateError):
            world.decide(case_id)
    assert children(world) == []


@pytest.mark.requirement("SPC-1")
def test_one_parent_alone_needs_the_document(world: SpecialWorld) -> None:
    form = world.newborn(other_parent=None, single_parent_basis="court-decision")
    bare = world.file(world.anna, "newborn", form)
    assert world.cases.show(world.registrar, ANNA, bare)["beside"]["findings"] == ["basis-document-missing"]
    with pytest.raises(WrongStateError):
        world.decide(bare)
    case_id = world.file(world.anna, "newborn", form, **{"single-parent-basis": [world.scan(ANNA)]})
    world.decide(case_id)
    (child,) = world.family(world.anna)
    assert world.family(world.boris) == []
    assert world.tables.get(keys.representation(child["patient_id"], BORIS)) is None


@pytest.mark.requirement("SPC-1", "ACC-8")
def test_from_the_fifteenth_birthday_the_family_profile_tells_no_more_of_the_card(world: SpecialWorld) -> None:
    child_id = world.registered()
    until = world.row(keys.representation(child_id, ANNA))["until"]
    world.clock.now = datetime.fromisoformat(until)
    world.clock.advance(seconds=-1)
    assert world.family(world.session(ANNA, Role.PATIENT))[0]["card"] == "active"
    world.clock.advance(seconds=1)
    (child,) = world.family(world.session(ANNA, Role.PATIENT))
    assert not child["acting"]
    assert "card" not in child


# --- SPC-2

PERMISSION = {
    "basis": "court-decision",
    "kind": "parent",
    "number": "2-17/2026",
    "authority": "Тверской районный суд",
    "issued_on": "2026-01-10",
}
CHILD = {"birth_certificate": "II-АБ 123456", "birth_date": "2026-02-20"}


@pytest.mark.requirement("SPC-2")
def test_a_permission_stands_in_for_the_parent_who_does_not_answer(world: SpecialWorld) -> None:
    waiting = world.file(world.anna, "newborn", world.newborn())
    permission = world.file(world.anna, "minor-permission", {**PERMISSION, "for_case": waiting})
    beside = world.cases.show(world.registrar, ANNA, permission)["beside"]
    assert (beside["document_counts"], beside["case"]["state"]) == (True, "awaiting-parties")
    assert beside["case"]["child"]["first_name"] == "Лев"
    world.decide(permission)
    assert world.lined_up(NEWBORN) == [waiting]
    with pytest.raises(WrongStateError):  # too late to agree, or to decline
        world.agree(world.boris, waiting, agree=False)
    world.decide(waiting)
    (child,) = world.family(world.anna)
    assert world.family(world.boris) == []
    assert world.tables.get(keys.representation(child["patient_id"], BORIS)) is None
    world.pump()
    assert "minor_permission_accepted" in world.inbox(world.anna)


@pytest.mark.requirement("SPC-2")
def test_a_permission_comes_too_late_for_a_case_that_goes_on_without_it(world: SpecialWorld) -> None:
    waiting = world.file(world.anna, "newborn", world.newborn())
    permission = world.file(world.anna, "minor-permission", {**PERMISSION, "for_case": waiting})
    world.cases.withdraw(world.anna, waiting)
    with pytest.raises(WrongStateError):
        world.decide(permission)
    for case_id in (waiting, permission, "nothing"):
        with pytest.raises(InvalidFieldsError) as error:
            world.file(world.anna, "minor-permission", {**PERMISSION, "for_case": case_id})
        assert problems(error) == [("/form/for_case", "unknown")]


@pytest.mark.requirement("SPC-2", "ACC-8")
def test_a_guardian_acts_alone_until_the_document_ends(world: SpecialWorld) -> None:
    child_id = world.registered()
    form = {**PERMISSION, "basis": "guardianship-order", "kind": "guardian", "until": "2030-05-01", "child": CHILD}
    case_id = world.file(world.clara, "minor-permission", form)
    beside = world.cases.show(world.registrar, CLARA, case_id)["beside"]
    assert (beside["child"]["first_name"], len(beside["representations"])) == ("Лев", 2)
    world.decide(case_id, of=CLARA)
    right = world.row(keys.representation(child_id, CLARA))
    assert (right["kind"], right["until"]) == ("guardian", "2030-05-01T21:00:00.000Z")
    (ward,) = world.family(world.clara)
    assert ward["relation"] == "ward"
    world.pump()
    for parent in (world.anna, world.boris):
        assert "representation_registered" in world.inbox(parent)
    again = world.file(world.clara, "minor-permission", form)
    with pytest.raises(AlreadyExistsError):
        world.decide(again, of=CLARA)
    world.tables.commit([Update(keys.representation(child_id, CLARA), {"state": "ended"}, {"ver": 1})])
    world.decide(again, of=CLARA)
    assert len(world.family(world.clara)) == 1


@pytest.mark.requirement("SPC-2", "ACC-8")
def test_the_birthday_or_the_document_s_end_may_pass_before_staff_decide(world: SpecialWorld) -> None:
    world.registered()
    short = world.file(world.clara, "minor-permission", {**PERMISSION, "until": "2026-03-10", "child": CHILD})
    grown = world.file(world.clara, "minor-permission", {**PERMISSION, "child": CHILD})
    world.clock.advance(days=30)
    registrar = world.second_registrar()
    with pytest.raises(WrongStateError):
        world.decide(short, of=CLARA, registrar=registrar)
    world.clock.advance(days=366 * 15)
    world.tables.commit([Delete(keys.session(registrar.person_id, registrar.session_id))])
    late = world.session(registrar.person_id, Role.REGISTRAR, registrar.member_id)
    with pytest.raises(WrongStateError):
        world.decide(grown, of=CLARA, registrar=late)


@pytest.mark.requirement("ACC-8")
def test_a_parent_of_a_child_that_a_clinic_registered(world: SpecialWorld) -> None:
    """Found by SNILS; the birth certificate shows the right, and the other parent keeps theirs."""
    child_id = world.registered(snils="006-996-682 00")
    child = {"snils": "00699668200", "birth_date": "2026-02-20"}
    form = {**PERMISSION, "basis": "birth-certificate", "child": child}
    world.decide(world.file(world.clara, "minor-permission", form), of=CLARA)
    assert world.row(keys.representation(child_id, CLARA))["kind"] == "parent"
    assert world.row(keys.representation(child_id, BORIS))["state"] == "active"
    assert world.family(world.clara)[0]["relation"] == "child"


@pytest.mark.requirement("SPC-2")
def test_a_child_is_found_by_certificate_and_birth_date_together(world: SpecialWorld) -> None:
    world.registered()
    for child in ({**CHILD, "birth_date": "2026-02-21"}, {**CHILD, "birth_certificate": "II-АБ 123459"}):
        with pytest.raises(InvalidFieldsError) as error:
            world.file(world.clara, "minor-permission", {**PERMISSION, "child": child})
        assert problems(error) == [("/form/child", "unknown")]
