"""A card that is suspended, or goes into another one: nothing is handed out by it, and what is told says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.domain.access import CardState
from chalicelib.domain.prescriptions import State, standing
from chalicelib.errors import AccessDeniedError, CardStateError
from chalicelib.ports import keys
from tests.prescriptions import dispensed, issue, prescribing
from tests.vaccination_world import VaccinationWorld
from tests.world import ANNA, World


@pytest.fixture
def world() -> World:
    return prescribing()


@pytest.mark.requirement("RX-2")
@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("card", ["", *CardState])
def test_a_prescription_is_good_when_it_is_active_and_its_card_open(state: State, card: str) -> None:
    told = standing(state, card)
    assert told["valid"] is (state is State.ACTIVE and card == CardState.ACTIVE)
    assert ("reason" in told) is not told["valid"]
    if state is not State.ACTIVE:
        assert told["reason"] == state.value  # for good, whatever becomes of the card


@pytest.mark.requirement("RX-2", "RX-3")
@pytest.mark.parametrize("card", [CardState.SUSPENDED, CardState.MERGING])
def test_what_is_told_of_a_prescription_is_what_dispensing_answers(world: Any, card: CardState) -> None:
    _, qr = issue(world)
    asks: list[Callable[[], dict[str, Any]]] = [
        lambda: world.dispensing.verify(world.north, qr)[0],
        lambda: world.dispensing.status(world.north, qr),
    ]
    assert [ask()["valid"] for ask in asks] == [True, True]
    world.tables.tamper(keys.card(ANNA), state=card.value)
    for ask in asks:
        told = ask()
        assert (told["valid"], told["reason"], told["state"]) == (False, f"card-{card.value}", "active")
    with pytest.raises((CardStateError, AccessDeniedError)):
        dispensed(world, world.north, qr, 1, 1)
    world.tables.tamper(keys.card(ANNA), state=CardState.ACTIVE.value)
    assert [ask()["valid"] for ask in asks] == [True, True]
    assert dispensed(world, world.north, qr, 1, 1)


@pytest.mark.requirement("RX-4")
def test_a_doctor_revokes_on_a_suspended_card_and_not_while_it_is_carried(world: Any) -> None:
    record, qr = issue(world)
    world.tables.tamper(keys.card(ANNA), state=CardState.MERGING.value)
    with pytest.raises(CardStateError):
        world.prescriptions.revoke(world.doctor, ANNA, record["id"], "error", 1)
    world.tables.tamper(keys.card(ANNA), state=CardState.SUSPENDED.value)
    world.prescriptions.revoke(world.doctor, ANNA, record["id"], "error", 1)
    assert world.dispensing.status(world.north, qr)["reason"] == "revoked"


@pytest.mark.requirement("REC-6")
def test_a_holder_revokes_a_certificate_on_a_suspended_card_and_has_none_made() -> None:
    world = VaccinationWorld()
    world.given("hepb", "2025-01-31")
    made = world.certificate()
    world.tables.tamper(keys.card(ANNA), state=CardState.SUSPENDED.value)
    with pytest.raises(CardStateError):
        world.certificate()
    assert world.certificates.revoke(world.anna, ANNA, made["id"], 1)["status"]["state"] == "revoked"
