"""Doors of a person whose erasure has begun: closed from the next request on, and no entry in their name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.domain.access import Action
from chalicelib.domain.identifiers import normal_snils
from chalicelib.domain.identity import Actor, PersonId, Role, system_actor
from chalicelib.errors import AccessDeniedError, ConsentRequiredError, CredentialsError, ErasedError, NotFoundError
from chalicelib.ports import Event, keys
from chalicelib.ports.tables import Put, Store, Update
from chalicelib.records.examination import EXAMINATION_PROTOCOL as KIND
from chalicelib.records.medication import PRESCRIPTION as MEDICATION
from tests.accounts import CALLER, Accounts
from tests.world import ANNA, PRESCRIPTION, World

pytestmark = pytest.mark.requirement("SPC-8")
SNILS = "112-233-445 95"
KEY = "0123456789abcdef"


@pytest.fixture
def world() -> World:
    """Begun, and the keys still there."""
    made = World()
    made.anna, made.doctor = made.patient(), made.staff()
    made.consent(made.doctor)
    issued, _ = made.prescriptions.issue(made.doctor, ANNA, {**PRESCRIPTION}, KEY)
    made.qr = made.records.read(made.anna, ANNA, MEDICATION, issued["id"])["body"]["qr"]
    made.tables.commit([Update(keys.card(ANNA), {"state": "erased"})])
    return made


def test_a_refusal_stands_in_the_chain_of_who_asked(world: World) -> None:
    boris = world.patient(PersonId("boris"))
    asked: list[tuple[Actor, type[Exception], str]] = [
        (world.doctor, ConsentRequiredError, world.doctor.person_id),
        (world.anna, ErasedError, "sys"),
        (boris, NotFoundError, "boris"),
        (world.pharmacy(), AccessDeniedError, "sys"),
        (system_actor("issue_document"), ErasedError, "sys"),
    ]
    for actor, error, chain in asked:
        with pytest.raises(error):
            world.gate.admit(actor, Action.READ, ANNA, KIND, "r")
        assert (world.audit.events[-1].subject, world.audit.events[-1].outcome) == (chain, "denied")
    assert not [key for key in world.tables.rows(Store.CARD) if key.sk.startswith("REFUSAL#")]


def test_an_entry_about_who_was_erased_goes_to_who_acted(world: World) -> None:
    world.keys.destroy(ANNA, "entry")
    for actor, chain in ((world.doctor, world.doctor.person_id), (world.anna, "sys"), (world.pharmacy(), "sys")):
        world.gate.record(Event(actor, "prescription:status", ANNA))
        assert world.audit.events[-1].subject == chain
        world.gate.failed(actor, "visit-read", "erased")
        assert world.audit.events[-1].subject == chain
    with pytest.raises(AccessDeniedError):
        world.gate.permit_private(world.doctor, ANNA, "notice", None, "notice:list")
    assert world.audit.events[-1].subject == world.doctor.person_id
    with pytest.raises(ErasedError):
        world.gate.permit_private(world.anna, ANNA, "notice", None, "notice:list")


def test_the_snils_is_as_if_unknown(world: World) -> None:
    tag = world.index.tag("snils", normal_snils(SNILS))
    world.tables.commit([Put(keys.blind_index("snils", tag), {"person": ANNA})])
    with pytest.raises(NotFoundError):
        world.cards.look_up(world.doctor, SNILS)
    assert world.audit.events[-1].subject == "sys"


def test_a_prescription_is_as_if_unknown_to_everybody(world: World) -> None:
    caller = Actor(PersonId("anonymous"), Role.ANONYMOUS)
    with pytest.raises(NotFoundError):
        world.dispensing.status(caller, world.qr)
    assert (world.audit.events[-1].subject, world.audit.events[-1].outcome) == ("sys", "error")
    with pytest.raises(AccessDeniedError):
        world.dispensing.verify(world.pharmacy(), world.qr)


def closed(world: Accounts, person: str) -> Callable[[], Any]:
    return lambda: world.tables.commit([Update(keys.profile(person), {"state": "erased"})])


@pytest.mark.requirement("SPC-8", "ID-9")
@pytest.mark.parametrize("moment", ["before the answer", "at the same moment"])
def test_a_sign_in_that_was_under_way_opens_no_session(moment: str) -> None:
    world = Accounts()
    person = world.register(1)
    challenge = world.begin(1)
    world.sign_in.send_code(CALLER, challenge)
    if moment == "before the answer":
        closed(world, person)()
    else:
        world.tables.before_next_commit(closed(world, person))
    with pytest.raises(CredentialsError):
        world.sign_in.finish(CALLER, challenge, "sms", world.sms_code())
    assert world.tables.query(Store.IDENTITY, keys.person(person), "SESSION#").items == []


@pytest.mark.requirement("SPC-8", "ID-12")
def test_a_role_and_an_erasure_at_once_have_one_winner() -> None:
    world = Accounts()
    root = world.administrator()
    clinic = world.staff.create_organisation(root, "Поликлиника № 1", "1.2.643.1")["organisation_id"]
    person = world.register(1)
    form = {"snils": world.form(1)["snils"], "role": "nurse", "department": "therapy"}
    world.tables.before_next_commit(closed(world, person))
    with pytest.raises(NotFoundError):
        world.staff.add(root, clinic, form)
    assert world.tables.query(Store.IDENTITY, keys.person(person), "MEMBER#").items == []
