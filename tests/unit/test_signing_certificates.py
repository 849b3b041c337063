"""Certificates of organisations and doctors: asked for, put in use, replaced, withdrawn (DOC-3, RX-6)."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.errors import AccessDeniedError, ConflictError, InvalidFieldsError, NotFoundError, SigningRequestError
from chalicelib.ports import keys
from chalicelib.ports.tables import Put, Store
from chalicelib.services.signing_certificates import Owner, SigningCertificateService
from tests.world import World

pytestmark = pytest.mark.requirement("DOC-3")


class Office(World):
    def __init__(self) -> None:
        super().__init__()
        self.service = SigningCertificateService(
            self.gate, self.tables, self.vault, self.keys, self.document_signer, self.trust_store, self.clock
        )
        self.doctor = self.staff()
        self.administrator = replace(self.staff("admin", Role.ADMINISTRATOR), organisation_id="clinic")

    def owner(self, of: str) -> tuple[Actor, Owner]:
        if of == "doctor":
            return self.doctor, self.service.own(self.doctor)
        return self.administrator, self.service.owner(self.administrator, "clinic", "put")

    def certify(self, of: str) -> dict[str, Any]:
        actor, owner = self.owner(of)
        asked = self.service.request(actor, owner, "ecdsa-p256")
        return self.service.put(actor, owner, form(asked["key_id"]))

    def wrapped(self, owner: str) -> list[str]:
        """Ids of the keys that can still sign."""
        rows = self.tables.rows(Store.KEYS).items()
        return [k.sk.removeprefix("key#") for k, row in rows if k.pk == f"signer#{owner}" and "wrapped" in row]


def form(kid: str) -> dict[str, Any]:
    return {"certificate": b64encode(kid.encode()).decode(), "chain": [], "ocsp": []}


@pytest.fixture
def world() -> Office:
    return Office()


@pytest.mark.parametrize("of", ["doctor", "clinic"])
def test_the_whole_life_of_a_certificate(world: Office, of: str) -> None:
    actor, owner = world.owner(of)
    kind = owner.kind
    assert world.service.shown(actor, owner) == {"state": "none"}
    asked = world.service.request(actor, owner, "rsa-2048")
    assert asked["key_id"].encode() in b64decode(asked["request"])
    assert world.service.shown(actor, owner)["requested"]["algorithm"] == "rsa-2048"
    put = world.service.put(actor, owner, form(asked["key_id"]))
    assert (put["state"], put["serial"], put["name"]) == ("active", "A1B2", f"Holder {owner.id}")
    assert world.service.shown(actor, owner) == put
    world.service.withdraw(actor, owner)
    world.service.withdraw(actor, owner)
    assert world.service.shown(actor, owner)["state"] == "withdrawn"
    assert world.wrapped(owner.id) == []
    done = [f"{kind}:{verb}" for verb in ("request", "put", "withdraw")]
    assert [e.action for e in world.audit.events if e.action in done] == done
    assert {e.subject for e in world.audit.events if e.action in done} == {owner.id}


@pytest.mark.requirement("SEC-2")
def test_whom_a_certificate_names_is_sealed(world: Office) -> None:
    world.certify("doctor")
    stored = repr(list(world.tables.rows(Store.IDENTITY).items()))
    assert "Holder" not in stored


def test_a_request_names_the_owner(world: Office) -> None:
    asked = world.service.request(*world.owner("doctor"), "ecdsa-p256")
    text = b64decode(asked["request"]).decode()
    assert "'surname': 'Петров'" in text
    assert "'given_name': 'Пётр Петрович'" in text
    assert "snils" not in text  # the certificate goes out with every document


def test_a_new_certificate_destroys_the_key_of_the_old_one(world: Office) -> None:
    first, second = world.certify("clinic"), world.certify("clinic")
    assert first["key_id"] != second["key_id"]
    assert world.wrapped("clinic") == [second["key_id"]]
    assert world.service.shown(*world.owner("clinic"))["key_id"] == second["key_id"]


def test_a_second_request_replaces_the_first_and_the_certificate_goes_on(world: Office) -> None:
    used = world.certify("clinic")["key_id"]
    actor, owner = world.owner("clinic")
    first = world.service.request(actor, owner, "ecdsa-p256")["key_id"]
    second = world.service.request(actor, owner, "ecdsa-p256")["key_id"]
    assert set(world.wrapped("clinic")) == {used, second}
    with pytest.raises(SigningRequestError):
        world.service.put(actor, owner, form(first))
    assert world.service.shown(actor, owner)["key_id"] == used


def test_a_certificate_that_nobody_asked_for_is_not_taken(world: Office) -> None:
    actor, owner = world.owner("clinic")
    with pytest.raises(SigningRequestError):
        world.service.put(actor, owner, form("kid-1"))
    world.certify("clinic")
    with pytest.raises(SigningRequestError):  # its request is used up
        world.service.put(actor, owner, form("kid-1"))


def test_what_is_no_base64_is_named_where_it_stands(world: Office) -> None:
    actor, owner = world.owner("doctor")
    good = form(world.service.request(actor, owner, "ecdsa-p256")["key_id"])
    for change, field in (({"certificate": "!"}, "/certificate"), ({"chain": [good["certificate"], "!"]}, "/chain/1")):
        with pytest.raises(InvalidFieldsError) as refused:
            world.service.put(actor, owner, good | change)
        assert [problem.field for problem in refused.value.fields] == [field]


def test_of_two_changes_at_once_one_holds(world: Office) -> None:
    world.certify("clinic")
    actor, owner = world.owner("clinic")
    asked = world.service.request(actor, owner, "ecdsa-p256")["key_id"]
    world.tables.before_next_commit(lambda: world.service.withdraw(actor, owner))
    with pytest.raises(ConflictError):
        world.service.put(actor, owner, form(asked))
    assert world.wrapped("clinic") == [asked]


@pytest.mark.requirement("ID-12")
def test_an_administrator_acts_for_the_own_organisation(world: Office) -> None:
    world.tables.commit([Put(keys.organisation("other"), {"name": "Другая"})])
    with pytest.raises(AccessDeniedError):
        world.service.owner(world.administrator, "other", "put")
    system = replace(world.administrator, organisation_id="system")
    assert world.service.owner(system, "other", "put").id == PersonId("other")
    with pytest.raises(NotFoundError):
        world.service.owner(system, "nowhere", "put")
    with pytest.raises(AccessDeniedError):
        world.service.owner(world.doctor, "clinic", "put")


def test_nobody_opens_a_doctors_certificate_for_them(world: Office) -> None:
    world.certify("doctor")
    with pytest.raises(AccessDeniedError):
        world.service.shown(world.administrator, world.service.own(world.doctor))
