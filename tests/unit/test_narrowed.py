"""What remains to somebody to whom a doctor closed sections of a ward's card (ACC-8): no way around it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.access import Action, Level
from chalicelib.domain.consents import sections_given
from chalicelib.domain.identity import Actor
from chalicelib.errors import AccessDeniedError, ConsentRequiredError, InvalidFieldsError
from chalicelib.ports import keys
from chalicelib.ports.tables import Update
from chalicelib.records.examination import VISIT
from chalicelib.records.observation import ALLERGY
from chalicelib.records.registry import SECTIONS
from tests.access_world import FIFTEEN, MOTHER, AccessWorld, sharing
from tests.world import ANNA

pytestmark = pytest.mark.requirement("ACC-8")


@pytest.fixture
def world() -> AccessWorld:
    made = AccessWorld()
    made.anna, made.doctor, made.mother = made.patient(), made.staff(), made.represent()
    made.tables.commit([Update(keys.representation(ANNA, MOTHER), {"hidden": ["visits"]}, {"ver": 1})])
    return made


def answer(world: AccessWorld, doctor: Actor, **said: Any) -> dict[str, Any]:
    given = {"state": "granted", "level": "full", "sections": None, "purpose": None, "valid_until": None, **said}
    return world.consents.answer(world.mother, doctor.member_id, 1, given)


def test_a_friend_is_shown_no_more_than_oneself(world: AccessWorld) -> None:
    made = world.sharing.grant(world.mother, sharing(), "ru")
    assert set(made["sections"]) == set(SECTIONS) - {"visits"}
    assert world.gate.admit(world.doctor, Action.LIST, ANNA, ALLERGY)
    with pytest.raises(ConsentRequiredError):
        world.gate.admit(world.doctor, Action.LIST, ANNA, VISIT)
    with pytest.raises(InvalidFieldsError):
        world.sharing.grant(world.mother, sharing(member_id=world.staff("other").member_id, sections=["visits"]), "ru")


@pytest.mark.requirement("ACC-1")
def test_nor_whoever_asks(world: AccessWorld) -> None:
    world.consents.request(world.doctor, ANNA, level=Level.FULL, sections=[], purpose="treatment")
    assert "visits" not in answer(world, world.doctor)["sections"]
    asks = world.staff("asks")
    world.consents.request(asks, ANNA, level=Level.FULL, sections=["visits"], purpose="treatment")
    with pytest.raises(InvalidFieldsError):
        answer(world, asks)
    assert answer(world, asks, sections=["results"])["sections"] == ["results"]


@pytest.mark.requirement("ACC-4")
@pytest.mark.parametrize("said", [{"state": "revoked"}, {"level": "limited"}, {"sections": ["results"]}])
def test_nobody_is_shut_out_by_whom_a_doctor_restricted(world: AccessWorld, said: dict[str, Any]) -> None:
    """It may be the doctor who closed the section: only the ward and whole representatives take a consent back."""
    world.consent(world.doctor)
    with pytest.raises(AccessDeniedError):
        answer(world, world.doctor, **said)
    for kind, who in (("member", world.doctor.member_id), ("organisation", "clinic")):
        with pytest.raises(AccessDeniedError):
            world.sharing.bar(world.mother, kind, who)
    assert {e.reason for e in world.audit.events if e.outcome == "denied"} == {"representation-scope"}
    assert world.gate.admit(world.doctor, Action.LIST, ANNA, VISIT)
    world.sharing.bar(world.anna, "organisation", "clinic")
    with pytest.raises(ConsentRequiredError):
        world.gate.admit(world.doctor, Action.LIST, ANNA, VISIT)


@pytest.mark.requirement("AUD-3")
def test_the_journal_tells_nothing_of_it_either(world: AccessWorld) -> None:
    world.gate.signed_in(world.mother, "consent-list", right="consent")
    with pytest.raises(AccessDeniedError):
        world.gate.signed_in(world.mother, "journal-read", right="journal")
    world.tables.commit([Update(keys.representation(ANNA, MOTHER), {"hidden": []}, {"ver": 1})])
    world.gate.signed_in(world.mother, "journal-read", right="journal")


@pytest.mark.requirement("SPC-2")
@pytest.mark.parametrize(("named", "left"), [([], ["visits"]), (["results"], ["visits"]), (["visits"], [])])
def test_the_ward_opens_what_a_doctor_closed_by_naming_it(
    world: AccessWorld, named: list[str], left: list[str]
) -> None:
    world.at(FIFTEEN)
    form = {"level": "full", "sections": named, "rights": ["records"], "valid_until": None}
    assert world.representatives.grant(world.anna, MOTHER, form)["hidden"] == left
    if left:
        with pytest.raises(AccessDeniedError):
            world.gate.admit(world.mother, Action.LIST, ANNA, VISIT)
    else:
        world.gate.admit(world.mother, Action.LIST, ANNA, VISIT)
    again = world.representatives.grant(world.anna, MOTHER, {**form, "sections": []})
    assert again["hidden"] == left  # a second grant of all opens nothing either


def test_the_patient_and_whole_representatives_open_what_they_like(world: AccessWorld) -> None:
    assert sections_given([], SECTIONS, world.clock()) == []
    father = world.represent(
        kind="court", until=world.clock() + timedelta(days=9), person_id=world.staff("f").person_id
    )
    assert world.sharing.grant(father, sharing(), "ru")["sections"] == []
