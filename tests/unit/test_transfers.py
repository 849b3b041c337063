"""A card goes to another organisation under consent (PRT-7)."""

from __future__ import annotations

import json

import pytest

from chalicelib.domain import exact_json
from chalicelib.domain.access import ConsentState
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.resource_ids import card_resource_id, resource_id_of
from chalicelib.domain.transfers import State, digest_of, state_of
from chalicelib.errors import (
    ConsentRequiredError,
    InvalidFieldsError,
    NotFoundError,
    TransferUnreadableError,
    WrongStateError,
)
from chalicelib.ports import keys
from chalicelib.ports.tables import Put, Update
from tests.resource_world import VERA
from tests.transfer_world import FORM, Exchange

pytestmark = pytest.mark.requirement("PRT-7")


@pytest.mark.parametrize("kind", ["EC", "RSA"])
def test_the_receiver_opens_what_was_sealed_to_it_and_nobody_else_does(kind: str) -> None:
    world = Exchange(kind)
    world.protocol()
    transfer = world.granted()
    part = world.giving.part(world.receiver, transfer, 1, None)
    assert part["after"] is None
    assert "Бронхит" not in part["sealed"]
    content = world.opened_part(part)
    resources = [entry["resource"] for entry in content["bundle"]["entry"]]
    assert resources[0] == {"resourceType": "Patient", "id": card_resource_id(VERA)}
    assert "Бронхит 1" in json.dumps(content, ensure_ascii=False)
    (said, *_) = content["manifest"]
    shown = next(one for one in resources if f"{one['resourceType']}/{one['id']}" == said["id"])
    assert said["sha256"] == digest_of(exact_json.dumps(shown))
    assert (said["organisation"], said["role"]) == ("clinic", "doctor")
    assert resources[-1]["resourceType"] == "Provenance"
    with pytest.raises(TransferUnreadableError):
        world.box.open(part["sealed"])


def test_a_long_card_goes_in_parts_and_each_record_once() -> None:
    world = Exchange()
    for number in range(60):
        world.protocol(number)
    transfer, after, number = world.granted(), None, 1
    found: list[str] = []
    while True:
        part = world.giving.part(world.receiver, transfer, number, after)
        found += [one["id"] for one in world.opened_part(part)["manifest"]]
        after, number = part["after"], number + 1
        if after is None:
            break
    assert number == 3
    records = {str(named.record_id) for one in found if (named := resource_id_of(one.split("/")[1]))}
    assert len(records) == 60


def test_only_what_the_named_organisation_wrote() -> None:
    world = Exchange()
    world.protocol()
    world.tables.commit([Put(keys.organisation("nobody"), {"name": "Другая"}, None)])
    transfer = world.granted(from_organisation_id="nobody")
    assert world.opened_part(world.giving.part(world.receiver, transfer, 1, None))["manifest"] == []


def test_nothing_goes_before_the_patient_said_yes_nor_after_they_took_it_back() -> None:
    world = Exchange()
    world.protocol()
    transfer = world.asking.ask(world.receiver, FORM)["id"]
    with pytest.raises(WrongStateError):
        world.giving.part(world.receiver, transfer, 1, None)
    world.answer(ConsentState.GRANTED)
    world.giving.part(world.receiver, transfer, 1, None)
    world.answer(ConsentState.REVOKED)
    with pytest.raises(WrongStateError):
        world.giving.part(world.receiver, transfer, 1, None)
    assert world.asking.one(world.receiver, transfer)["state"] == "revoked"
    world.answer(ConsentState.GRANTED)
    world.clock.advance(days=31)
    with pytest.raises(WrongStateError):
        world.giving.part(world.receiver, transfer, 1, None)


def test_acceptance_is_told_once_and_has_a_receipt() -> None:
    world = Exchange()
    world.protocol()
    transfer = world.granted()
    with pytest.raises(WrongStateError):
        world.asking.accept(world.receiver, transfer, 1)
    world.giving.part(world.receiver, transfer, 1, None)
    first = world.asking.accept(world.receiver, transfer, 1)
    again = world.asking.accept(world.receiver, transfer, 1)
    assert first["state"] == again["state"] == "accepted"
    claims = world.exchange.signer.verify(first["receipt"], purpose="transfer")
    assert (claims["transfer"], claims["aud"], claims["parts"]) == (transfer, "hospital", 1)
    assert len(world.entries("transfer:accept")) == 1
    assert [one["state"] for one in world.asking.mine(world.vera)] == ["accepted"]
    world.pump()
    told = [row["event"] for row in world.tables.rows(keys.notice(VERA, "x").store).values() if "event" in row]
    assert {"transfer_given", "transfer_accepted"} <= set(told)


def test_who_may_ask_for_what() -> None:
    world = Exchange()
    world.tables.commit([Update(keys.client("mis"), {"id": "mis", "jwks": {"keys": [{"kty": "EC", "kid": "a"}]}})])
    with pytest.raises(InvalidFieldsError):  # no key to seal to
        world.asking.ask(Actor(PersonId("mis"), Role.CLINICAL_SYSTEM, organisation_id="org-mis"), FORM)
    with pytest.raises(InvalidFieldsError):  # another organisation's system
        world.asking.ask(world.doctor, {**FORM, "client_id": "receiver"})
    with pytest.raises(ConsentRequiredError):
        world.asking.ask(world.receiver, {**FORM, "patient_id": "nobody"})
    world.tables.commit([Put(keys.barred(VERA, "hospital"), {"id": "hospital"})])
    with pytest.raises(ConsentRequiredError):
        world.asking.ask(world.receiver, FORM)
    with pytest.raises(NotFoundError):
        world.asking.one(world.receiver, "none")


@pytest.mark.parametrize("state", list(ConsentState))
def test_states(state: ConsentState) -> None:
    world = Exchange()
    asked = world.asking.ask(world.receiver, FORM)
    world.answer(state)
    found = world.asking.one(world.receiver, asked["id"])["state"]
    assert found == {"requested": "requested", "granted": "granted"}.get(state.value, state.value)
    assert state_of(False, world.clock(), None, world.clock()) is State.LAPSED
