"""Opening a card: applied for, reviewed, completed once."""

from __future__ import annotations

import pytest

from chalicelib.domain.access import Action
from chalicelib.domain.identity import Role
from chalicelib.errors import (
    AccessDeniedError,
    AlreadyExistsError,
    CardStateError,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
    WrongStateError,
)
from chalicelib.ports import keys
from chalicelib.ports.tables import Put
from chalicelib.records.examination import VISIT
from tests.world import ANNA, BORIS, World

FORM = {"oms_policy": "7800 0800 0012 3454", "consent_text_version": "2026-11"}


@pytest.fixture
def world() -> World:
    made = World()
    made.anna = made.patient(level=1, card=False)
    made.registrar = made.staff("reg", Role.REGISTRAR)
    return made


def decide(world: World, person, application: str, version: int = 1, *, approve: bool = True):
    return world.cards.decide(world.registrar, person, application, version, approve=approve, reason="")


@pytest.mark.requirement("ACT-1", "ACT-2", "ID-7")
def test_applied_reviewed_completed(world: World) -> None:
    with pytest.raises(CardStateError):
        world.gate.admit(world.anna, Action.LIST, ANNA, VISIT)
    made = world.cards.apply(world.anna, FORM)
    (task,) = world.cards.waiting(world.registrar, 10, None)[0]
    shown = world.cards.show(world.registrar, ANNA, task["application_id"])
    assert (shown["oms_policy"], shown["person"]["last_name"]) == ("7800080000123454", "Иванова")
    assert "phone" not in shown["person"]
    decide(world, ANNA, made["application_id"])
    assert world.gate.admit(world.anna, Action.LIST, ANNA, VISIT)
    assert world.cards.mine(world.anna)["card"] == "active"
    assert world.cards.waiting(world.registrar, 10, None)[0] == []
    world.pump()
    assert world.inbox(world.anna) == ["card_opened"]
    assert b"7800080000123454" not in world.tables.raw_bytes()


def test_one_open_application_and_one_decision(world: World) -> None:
    made = world.cards.apply(world.anna, FORM)
    with pytest.raises(AlreadyExistsError):
        world.cards.apply(world.anna, FORM)
    with pytest.raises(StaleVersionError):
        decide(world, ANNA, made["application_id"], 2)
    decide(world, ANNA, made["application_id"])
    with pytest.raises(WrongStateError):
        decide(world, ANNA, made["application_id"], 2)
    with pytest.raises(AlreadyExistsError):
        world.cards.apply(world.anna, FORM)


def test_refused_and_applied_again(world: World) -> None:
    made = world.cards.apply(world.anna, FORM)
    decide(world, ANNA, made["application_id"], approve=False)
    assert world.cards.mine(world.anna) == {"patient_id": ANNA, "card": "none", "application": None}
    assert world.cards.apply(world.anna, FORM)["state"] == "submitted"
    world.pump()
    assert world.inbox(world.anna) == ["card_refused"]


@pytest.mark.requirement("ACT-5")
def test_a_policy_belongs_to_one_card(world: World) -> None:
    decide(world, ANNA, world.cards.apply(world.anna, FORM)["application_id"])
    boris = world.patient(BORIS, level=1, card=False)
    made = world.cards.apply(boris, FORM)
    with pytest.raises(AlreadyExistsError):
        decide(world, BORIS, made["application_id"])
    assert world.cards.mine(boris)["card"] == "none"


def test_a_bad_policy_is_named(world: World) -> None:
    with pytest.raises(InvalidFieldsError):
        world.cards.apply(world.anna, {**FORM, "oms_policy": "7800080000123455"})


@pytest.mark.requirement("ACC-5")
def test_a_doctor_does_not_read_applications(world: World) -> None:
    made = world.cards.apply(world.anna, FORM)
    with pytest.raises(AccessDeniedError):
        world.cards.show(world.staff(), ANNA, made["application_id"])


def test_looking_up_by_snils_gives_an_id_and_leaves_an_entry(world: World) -> None:
    tag = world.index.tag("snils", "11223344595")
    world.tables.commit([Put(keys.blind_index("snils", tag), {"person": ANNA})])
    with pytest.raises(NotFoundError):  # registered, but without a card
        world.cards.look_up(world.registrar, "112-233-445 95")
    decide(world, ANNA, world.cards.apply(world.anna, FORM)["application_id"])
    assert world.cards.look_up(world.registrar, "112-233-445 95") == {"patient_id": ANNA}
    assert world.entries("patient:look-up")[-1].subject == ANNA
    with pytest.raises(NotFoundError):
        world.cards.look_up(world.registrar, "087-654-303 00")
