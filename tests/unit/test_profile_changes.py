"""A new name or passport, a foreign citizen's stay, and suspension of a card (SPC-4, SPC-6, SPC-7)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from chalicelib.domain.access import Action
from chalicelib.domain.assurance import level_of
from chalicelib.domain.identity import PersonId, Role
from chalicelib.errors import (
    AlreadyExistsError,
    CardStateError,
    ConflictError,
    InvalidFieldsError,
    LimitedAccountError,
    MedkartaError,
    NotFoundError,
    RegistryUnavailableError,
    StayUnconfirmedError,
    WrongStateError,
)
from chalicelib.ports import keys
from chalicelib.ports.migration import Stay
from chalicelib.ports.tables import Delete, Put, Update
from chalicelib.records.examination import VISIT
from chalicelib.records.observation import VITAL_SIGN
from tests.special_world import CLARA, SpecialWorld
from tests.world import ANNA, BORIS

MARRIAGE = {
    "reason": "marriage",
    "last_name": "Синицына",
    "passport_series": "45 26",
    "passport_number": "654321",
    "passport_issued_on": "2026-02-20",
    "birth_date": "1990-05-01",
}


@pytest.fixture
def world() -> SpecialWorld:
    return SpecialWorld()


# --- SPC-4


@pytest.mark.requirement("SPC-4")
def test_a_new_name_with_its_history(world: SpecialWorld) -> None:
    case_id = world.file(world.anna, "profile-change", MARRIAGE)
    beside = world.cases.show(world.registrar, ANNA, case_id)["beside"]
    assert {row["field"] for row in beside["fields"] if row["differs"]} == {
        "last_name",
        "passport_series",
        "passport_number",
        "passport_issued_on",
    }
    assert beside["findings"] == []
    world.decide(case_id)
    assert world.content(ANNA)["last_name"] == "Синицына"
    assert world.content(ANNA)["snils"] == "11223344595"
    row = world.row(keys.profile(ANNA))
    assert int(row["ver"]) == 2
    assert world.row(keys.blind_index("passport", row["tags"]["passport"]))["person"] == ANNA
    (earlier,) = world.profiles.history(world.anna, 10, None)[0]
    assert (earlier["version"], earlier["profile"]["last_name"]) == (1, "Журавлёва")
    world.pump()
    assert "profile_changed" in world.inbox(world.anna)
    assert world.entries("profile-change:apply")[-1].details["fields"].split()[0] == "last_name"
    for secret in ("Синицына", "654321"):
        assert secret.encode() not in world.tables.raw_bytes()


@pytest.mark.requirement("SPC-4")
def test_the_next_passport_frees_the_one_before(world: SpecialWorld) -> None:
    world.decide(world.file(world.anna, "profile-change", MARRIAGE))
    first = world.row(keys.profile(ANNA))["tags"]["passport"]
    lost = {**MARRIAGE, "reason": "passport-lost", "last_name": None, "passport_number": "654322"}
    world.decide(world.file(world.anna, "profile-change", lost))
    second = world.row(keys.profile(ANNA))["tags"]["passport"]
    assert world.tables.get(keys.blind_index("passport", first)) is None
    assert world.row(keys.blind_index("passport", second))["person"] == ANNA
    assert [v["version"] for v in world.profiles.history(world.anna, 10, None)[0]] == [2, 1]


@pytest.mark.requirement("SPC-4")
def test_a_passport_is_one_person_s(world: SpecialWorld) -> None:
    world.decide(world.file(world.anna, "profile-change", MARRIAGE))
    case_id = world.file(world.clara, "profile-change", {**MARRIAGE, "birth_date": "1991-07-03"})
    with pytest.raises(ConflictError):
        world.decide(case_id, of=CLARA)
    assert world.content(CLARA)["last_name"] == "Журавлёва"


@pytest.mark.requirement("SPC-4", "SPC-5")
def test_a_passport_of_a_card_that_went_into_this_one_is_one_s_own(world: SpecialWorld) -> None:
    tag = world.index.tag("passport", "4526654321")
    world.tables.commit([Put(keys.blind_index("passport", tag), {"person": ANNA})])  # as a merge leaves it
    world.decide(world.file(world.anna, "profile-change", MARRIAGE))
    assert world.row(keys.profile(ANNA))["tags"]["passport"] == tag
    assert world.row(keys.blind_index("passport", tag))["person"] == ANNA
    world.tables.tamper(keys.blind_index("passport", tag), person=CLARA)  # the merge was undone
    next_one = {**MARRIAGE, "reason": "passport-lost", "last_name": None, "passport_number": "654329"}
    world.decide(world.file(world.anna, "profile-change", next_one))
    assert world.row(keys.blind_index("passport", tag))["person"] == CLARA


@pytest.mark.requirement("SPC-4")
def test_another_person_s_document_is_refused_when_filed(world: SpecialWorld) -> None:
    for changes, field in (
        ({"birth_date": "1990-05-02"}, "/form/birth_date"),
        ({"snils": "123-456-789 64"}, "/form/snils"),
    ):
        with pytest.raises(InvalidFieldsError) as error:
            world.file(world.anna, "profile-change", {**MARRIAGE, **changes})
        assert [p.field for p in error.value.fields] == [field]


@pytest.mark.requirement("SPC-4")
def test_an_application_that_the_profile_has_overtaken(world: SpecialWorld) -> None:
    case_id = world.file(world.anna, "profile-change", MARRIAGE)
    profile = world.profiles.open(world.registrar, ANNA, "profile-change:compare")
    staged, writes = world.profiles.next_version(
        world.registrar, profile, {**profile.content, "birth_date": "1990-05-02"}, "profile-change:apply", {}
    )
    world.gate.commit(staged, writes)
    beside = world.cases.show(world.registrar, ANNA, case_id)["beside"]
    assert beside["profile_changed_since"]
    assert [f["code"] for f in beside["findings"] if f["blocking"]] == ["birth-date-differs"]
    with pytest.raises(WrongStateError):
        world.decide(case_id)


@pytest.mark.requirement("SPC-4")
def test_two_changes_at_the_same_moment_do_not_lose_one(world: SpecialWorld) -> None:
    one, other = (world.profiles.open(world.registrar, ANNA, "profile-change:compare") for _ in range(2))
    for profile, name in ((one, "Синицына"), (other, "Чижова")):
        staged, writes = world.profiles.next_version(
            world.registrar, profile, {**profile.content, "last_name": name}, "profile-change:apply", {}
        )
        if name == "Синицына":
            world.gate.commit(staged, writes)
        else:
            with pytest.raises(ConflictError):
                world.gate.commit(staged, writes)
    assert world.content(ANNA)["last_name"] == "Синицына"


# --- SPC-6

STAY = {
    "citizenship": "UZ",
    "foreign_passport": "FA1234567",
    "migration_card": "46121234567",
    "stay_from": "2026-02-01",
    "stay_until": "2026-08-01",
}


def foreigner(world: SpecialWorld) -> Any:
    return world.patient(PersonId("umid"), level=1, card=False)


def filed(world: SpecialWorld, actor: Any) -> str:
    return world.file(actor, "foreign-citizen", STAY)


@pytest.mark.requirement("SPC-6", "ID-7")
def test_a_confirmed_stay_opens_a_limited_account(world: SpecialWorld) -> None:
    umid = foreigner(world)
    case_id = filed(world, umid)
    beside = world.cases.show(world.registrar, umid.person_id, case_id)["beside"]
    assert beside == {"registry": "confirmed", "valid_until": "2027-01-01", "purpose": "work", "findings": []}
    world.decide(case_id, of=umid.person_id)
    row = world.row(keys.profile(umid.person_id))
    assert (level_of(row), row["residence"]) == (2, "temporary")
    assert world.row(keys.card(umid.person_id))["state"] == "active"
    assert world.content(umid.person_id)["citizenship"] == "UZ"
    assert world.gate.admit(umid, Action.LIST, umid.person_id, VISIT)
    world.residence.check(umid, "consent-answer")
    world.residence.check(umid, "allergy-create")
    world.residence.check(umid, "case-file", "foreign-citizen")
    with pytest.raises(LimitedAccountError):
        world.residence.check(umid, "case-file", "newborn")
    with pytest.raises(LimitedAccountError):
        world.residence.check(umid, "card-apply")
    assert world.audit.events[-1].reason == "limited-account"
    world.pump()
    assert "residence_set" in world.inbox(umid)


@pytest.mark.requirement("SPC-6", "SPC-8")
def test_one_migration_card_is_one_person_until_that_one_is_erased(world: SpecialWorld) -> None:
    umid, timur = foreigner(world), world.patient(PersonId("timur"), level=1, card=False)
    other = {**STAY, "foreign_passport": "FA7777777"}
    first, second = filed(world, umid), world.file(timur, "foreign-citizen", other)
    world.decide(first, of=umid.person_id)
    with pytest.raises(AlreadyExistsError) as caught:
        world.decide(second, of=timur.person_id)
    assert caught.value.extra == {"numbers": "migration-card"}
    assert world.state(timur.person_id, second) == "submitted"
    tag = world.row(keys.profile(umid.person_id))["tags"]["migration-card"]  # by this the eraser finds the index row
    assert world.row(keys.blind_index("migration-card", tag))["person"] == umid.person_id
    world.tables.commit([Delete(keys.blind_index("migration-card", tag))])
    world.decide(second, of=timur.person_id)
    assert world.row(keys.blind_index("migration-card", tag))["person"] == timur.person_id


@pytest.mark.requirement("SPC-6")
def test_nobody_limits_a_citizen_by_mistake(world: SpecialWorld) -> None:
    with pytest.raises(InvalidFieldsError) as error:
        filed(world, world.anna)
    assert [p.code for p in error.value.fields] == ["citizen"]


@pytest.mark.requirement("SPC-6")
def test_functions_lapse_when_the_stay_ends(world: SpecialWorld) -> None:
    umid = foreigner(world)
    world.registry.stay = Stay(date(2026, 6, 1), "study")
    case_id = filed(world, umid)
    assert world.cases.show(world.registrar, umid.person_id, case_id)["beside"]["findings"] == ["stay-shorter"]
    world.decide(case_id, of=umid.person_id)
    assert world.row(keys.profile(umid.person_id))["residence_until"] == "2026-06-01T21:00:00.000Z"
    world.clock.advance(days=120)
    world.residence.check(umid, "consent-answer")
    world.residence.check(umid, "case-file")
    with pytest.raises(LimitedAccountError):
        world.residence.check(umid, "allergy-create")


@pytest.mark.requirement("SPC-6")
def test_a_stay_is_prolonged_by_another_application(world: SpecialWorld) -> None:
    umid = foreigner(world)
    world.decide(filed(world, umid), of=umid.person_id)
    world.clock.advance(days=160)
    umid = world.session(umid.person_id, Role.PATIENT)
    registrar = world.second_registrar()
    with pytest.raises(LimitedAccountError):
        world.residence.check(umid, "allergy-create")
    more = {**STAY, "foreign_passport": "FA7654321", "stay_until": "2026-12-01"}
    case_id = world.file(umid, "foreign-citizen", more)
    before = world.row(keys.profile(umid.person_id))["tags"]["foreign-passport"]
    world.decide(case_id, of=umid.person_id, registrar=registrar)
    world.residence.check(umid, "allergy-create")
    assert world.tables.get(keys.blind_index("foreign-passport", before)) is None
    assert world.row(keys.card(umid.person_id))["state"] == "active"
    assert len(world.profiles.history(umid, 10, None)[0]) == 2


@pytest.mark.requirement("SPC-6")
def test_nothing_is_decided_without_the_registry(world: SpecialWorld) -> None:
    umid = foreigner(world)
    case_id = filed(world, umid)
    world.registry.away = True
    assert world.cases.show(world.registrar, umid.person_id, case_id)["beside"] == {"registry": "unavailable"}
    with pytest.raises(RegistryUnavailableError):
        world.decide(case_id, of=umid.person_id)
    world.registry.away = False
    for stay in (None, Stay(date(2026, 1, 1), "work")):
        world.registry.stay = stay
        with pytest.raises(StayUnconfirmedError):
            world.decide(case_id, of=umid.person_id)
    assert world.state(umid.person_id, case_id) == "submitted"
    assert "residence" not in world.row(keys.profile(umid.person_id))
    assert len(world.entries("residence:check")) == 4


@pytest.mark.requirement("SPC-6")
def test_limits_cost_nothing_where_every_account_may(world: SpecialWorld) -> None:
    before = len(world.tables.calls)
    world.residence.check(world.anna, "consent-answer")
    world.residence.check(world.registrar, "card-apply")
    assert len(world.tables.calls) == before
    world.residence.check(world.anna, "card-apply")
    assert len(world.tables.calls) == before + 1


# --- SPC-7


@pytest.mark.requirement("SPC-7")
def test_a_suspended_card_is_read_and_not_changed(world: SpecialWorld) -> None:
    doctor = world.staff()
    world.consent(doctor)
    assert world.suspensions.suspend(world.anna, "Уезжаю на год")["card"] == "suspended"
    assert world.gate.admit(doctor, Action.LIST, ANNA, VISIT)
    assert world.gate.admit(world.anna, Action.LIST, ANNA, VISIT)
    for actor in (doctor, world.anna):
        with pytest.raises(CardStateError):
            world.gate.admit_change(actor, Action.CREATE, ANNA, VITAL_SIGN, "r", version=1)
    assert world.suspensions.lift(world.anna, "")["card"] == "active"
    assert world.gate.admit_change(doctor, Action.CREATE, ANNA, VITAL_SIGN, "r", version=1)
    lines = world.suspensions.history(world.anna, 10, None)[0]
    assert [(line["step"], line["reason"]) for line in lines] == [("lift", ""), ("suspend", "Уезжаю на год")]
    world.pump()
    assert {"card_resumed", "card_suspended"} <= set(world.inbox(world.anna))
    assert "Уезжаю".encode() not in world.tables.raw_bytes()


@pytest.mark.requirement("SPC-7")
def test_the_registry_lifts_on_an_application(world: SpecialWorld) -> None:
    world.suspensions.suspend(world.anna, "")
    world.suspensions.lift_for(world.registrar, ANNA, "заявление № 7")
    assert world.row(keys.card(ANNA))["state"] == "active"
    assert world.suspensions.history(world.anna, 10, None)[0][0]["role"] == "registrar"
    assert world.entries("card:lift")[-1].subject == ANNA
    with pytest.raises(NotFoundError):
        world.suspensions.lift_for(world.registrar, PersonId("nobody"), "заявление № 7")


@pytest.mark.requirement("SPC-7")
def test_steps_that_cannot_be(world: SpecialWorld) -> None:
    with pytest.raises(WrongStateError):
        world.suspensions.lift(world.anna, "")
    world.suspensions.suspend(world.anna, "")
    with pytest.raises(WrongStateError):
        world.suspensions.suspend(world.anna, "")
    with pytest.raises(CardStateError):
        world.suspensions.suspend(foreigner(world), "")
    world.tables.commit([Update(keys.card(BORIS), {"state": "erased"})])
    for step in (world.suspensions.suspend, world.suspensions.lift):
        with pytest.raises(WrongStateError):
            step(world.boris, "")


@pytest.mark.requirement("SPC-7")
def test_a_card_that_changes_at_the_same_moment_keeps_its_state(world: SpecialWorld) -> None:
    erased = Update(keys.card(ANNA), {"state": "erased"}, {"ver": 1})
    world.tables.before_next_commit(lambda: world.tables.commit([erased]))
    with pytest.raises(MedkartaError):
        world.suspensions.suspend(world.session(ANNA, Role.PATIENT), "")
    assert world.row(keys.card(ANNA))["state"] == "erased"
    assert world.suspensions.history(world.anna, 10, None)[0] == []
