"""Cases: filed, agreed to, looked at, decided; each step whole or not at all."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.domain.access import Permit
from chalicelib.domain.assurance import level_of
from chalicelib.domain.case_kinds import CASE_KINDS
from chalicelib.domain.case_kinds.identity_scan import IDENTITY_SCAN
from chalicelib.domain.cases import AT_WORK, FULFILMENT, NEXT, OPEN, REVIEWED, CaseState, Step, check_documents
from chalicelib.domain.identity import Role
from chalicelib.errors import (
    AccessDeniedError,
    AlreadyExistsError,
    AssuranceLevelError,
    AuditUnavailableError,
    ConflictError,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
    WrongStateError,
)
from chalicelib.ports import keys
from chalicelib.ports.rows import representation
from chalicelib.ports.tables import Update
from tests.cases_world import PAIR, CasesWorld, PairEffect
from tests.world import ANNA, BORIS

FORM = {"passport_series": "45 10", "passport_number": "123456"}
FORM_SAID = {"passport_series": "4510", "passport_number": "123456"}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> CasesWorld:
    monkeypatch.setitem(CASE_KINDS, PAIR.name, PAIR)  # type: ignore[arg-type]
    made = CasesWorld()
    made.person(ANNA, level=1, **FORM_SAID)
    made.anna = made.session(ANNA, Role.PATIENT)
    made.boris = made.patient(BORIS)
    return made


def filed(world: CasesWorld, key: str = "key", **documents: list[str]) -> str:
    named = documents or {"passport": [world.scan(ANNA)]}
    return str(world.cases.submit(world.anna, IDENTITY_SCAN, FORM, named, key)[0]["case_id"])


def together(world: CasesWorld, *parties: str, key: str = "pair") -> str:
    form = {"subject": "тайна", "parties": list(parties)}
    return str(world.cases.submit(world.anna, PAIR, form, {"paper": [world.scan(ANNA)]}, key)[0]["case_id"])


def decide(world: CasesWorld, case_id: str, decision: str = "approve", version: int = 0, **said: str) -> Any:
    version = version or world.version(ANNA, case_id)
    return world.cases.decide(world.registrar, ANNA, case_id, version, decision=decision, **said)


@pytest.mark.requirement("ID-7")
def test_a_scan_that_staff_accept_confirms_the_identity(world: CasesWorld) -> None:
    case_id = filed(world)
    assert world.lined_up(IDENTITY_SCAN) == [case_id]
    shown = world.cases.show(world.registrar, ANNA, case_id)
    assert shown["beside"]["profile"]["last_name"] == "Иванова"
    assert shown["beside"]["differs"] == []
    assert decide(world, case_id)["state"] == "approved"
    assert level_of(world.row(keys.profile(ANNA))) == 2
    assert world.lined_up(IDENTITY_SCAN) == []
    world.pump()
    assert world.inbox(world.anna) == ["identity_confirmed"]
    assert b"4510" not in world.tables.raw_bytes()


@pytest.mark.requirement("ID-7")
def test_a_passport_that_is_not_the_profile_s_confirms_nobody(world: CasesWorld) -> None:
    form = {**FORM, "passport_number": "123457"}
    made, _ = world.cases.submit(world.anna, IDENTITY_SCAN, form, {"passport": [world.scan(ANNA)]}, "key")
    assert world.cases.show(world.registrar, ANNA, made["case_id"])["beside"]["differs"] == ["passport_number"]
    with pytest.raises(WrongStateError):
        decide(world, made["case_id"])
    assert level_of(world.row(keys.profile(ANNA))) == 1
    assert decide(world, made["case_id"], "refuse")["state"] == "refused"


@pytest.mark.requirement("ID-7")
def test_a_refusal_says_why_to_the_person_alone(world: CasesWorld) -> None:
    case_id = filed(world)
    decide(world, case_id, "refuse", reason="unreadable", words="Снимок смазан")
    assert level_of(world.row(keys.profile(ANNA))) == 1
    shown = world.cases.show_own(world.anna, case_id)
    assert (shown["words"], shown["steps"][-1]["reason"], shown["open"]) == ("Снимок смазан", "unreadable", False)
    world.pump()
    assert world.inbox(world.anna) == ["identity_refused"]
    assert "смазан".encode() not in world.tables.raw_bytes()
    with pytest.raises(WrongStateError):  # staff look at what they review, and at no past case
        world.cases.show(world.registrar, ANNA, case_id)


def test_a_profile_that_changed_meanwhile_is_not_confirmed(world: CasesWorld) -> None:
    case_id = filed(world)
    sealed = world.vault.seal(
        Permit(ANNA, "profile", "profile", "test", writes=True), 2, json.dumps(FORM_SAID).encode()
    )
    world.tables.commit([Update(keys.profile(ANNA), {"sealed": sealed}, add={"ver": 1})])
    with pytest.raises(ConflictError):
        decide(world, case_id)
    assert world.state(ANNA, case_id) == "submitted"
    assert level_of(world.row(keys.profile(ANNA))) == 1


def test_more_is_asked_for_and_brought(world: CasesWorld) -> None:
    case_id = filed(world)
    decide(world, case_id, "ask-more", words="Нужен разворот с фотографией")
    assert world.lined_up(IDENTITY_SCAN) == []
    with pytest.raises(WrongStateError):
        decide(world, case_id)
    second = world.scan(ANNA)
    world.cases.supply(world.anna, case_id, {"passport": [second]})
    assert world.lined_up(IDENTITY_SCAN) == [case_id]
    shown = world.cases.show(world.registrar, ANNA, case_id)
    assert [d["upload_id"] for d in shown["documents"]["passport"]] == [second]
    assert decide(world, case_id)["state"] == "approved"


@pytest.mark.parametrize("state", ["waiting", "refused"])
def test_nothing_is_approved_while_a_document_is_not_clean(world: CasesWorld, state: str) -> None:
    upload = world.scan(ANNA, "waiting")
    case_id = filed(world, passport=[upload])
    world.tables.commit([Update(keys.upload(ANNA, upload), {"state": state})])
    with pytest.raises(WrongStateError):
        decide(world, case_id)
    with pytest.raises(NotFoundError):
        world.cases.document(world.registrar, ANNA, case_id, upload)
    assert decide(world, case_id, "refuse")["state"] == "refused"


def test_documents_are_the_persons_own(world: CasesWorld) -> None:
    for bad in (world.scan(BORIS), world.scan(ANNA, "refused"), "unheard-of"):
        with pytest.raises(InvalidFieldsError) as refused:
            filed(world, passport=[bad])
        assert [f.field for f in refused.value.fields] == ["/documents/passport/0"]


@pytest.mark.parametrize(
    ("documents", "field"),
    [
        ({}, "/documents/passport"),
        ({"passport": []}, "/documents/passport"),
        ({"passport": ["a", "b", "c"]}, "/documents/passport"),
        ({"passport": ["a", "a"]}, "/documents/passport"),
        ({"passport": ["a"], "selfie": ["a"]}, "/documents/selfie"),
        ({"passport": ["a"], "diploma": ["b"]}, "/documents/diploma"),
    ],
)
def test_each_slot_by_its_rule(documents: Any, field: str) -> None:
    with pytest.raises(InvalidFieldsError) as refused:
        check_documents(IDENTITY_SCAN.slots, documents)
    assert [f.field for f in refused.value.fields] == [field]


def test_staff_open_the_documents_of_the_case_under_review_and_no_others(world: CasesWorld) -> None:
    named, other = world.scan(ANNA, data=b"passport"), world.scan(ANNA)
    case_id = filed(world, passport=[named])
    assert world.cases.document(world.registrar, ANNA, case_id, named) == ("application/pdf", b"passport")
    assert world.entries("case:document")[-1].details == {"case": case_id}
    with pytest.raises(NotFoundError):
        world.cases.document(world.registrar, ANNA, case_id, other)
    decide(world, case_id)
    with pytest.raises(WrongStateError):
        world.cases.document(world.registrar, ANNA, case_id, named)


@pytest.mark.requirement("ACC-5")
def test_who_may_do_what(world: CasesWorld) -> None:
    case_id = filed(world)
    doctor = world.staff()
    for refused in (
        lambda: world.cases.show(doctor, ANNA, case_id),
        lambda: world.cases.waiting(doctor, IDENTITY_SCAN, 9, None),
        lambda: world.cases.decide(doctor, ANNA, case_id, 1, decision="approve"),
        lambda: world.cases.submit(doctor, IDENTITY_SCAN, FORM, {}, "k"),
    ):
        with pytest.raises(AccessDeniedError):
            refused()
    with pytest.raises(NotFoundError):
        world.cases.show_own(world.boris, case_id)
    with pytest.raises(NotFoundError):
        world.cases.withdraw(world.boris, case_id)
    assert world.state(ANNA, case_id) == "submitted"


def test_nobody_decides_a_case_of_their_own(world: CasesWorld) -> None:
    me = world.session(world.registrar.person_id, Role.PATIENT)
    upload = world.scan(me.person_id)
    case_id = world.cases.submit(me, IDENTITY_SCAN, FORM, {"passport": [upload]}, "k")[0]["case_id"]
    with pytest.raises(AccessDeniedError):
        world.cases.decide(world.registrar, me.person_id, case_id, 1, decision="approve")
    assert world.entries("case:decide")[-1].reason == "own-case"


@pytest.mark.requirement("ACC-8")
def test_nobody_decides_a_case_of_their_ward(world: CasesWorld) -> None:
    case_id = filed(world)
    mine = representation(ANNA, world.registrar.person_id, kind="parent", until=None, basis="b", now=world.clock())
    world.tables.commit(mine)
    for look in (lambda: world.cases.show(world.registrar, ANNA, case_id), lambda: decide(world, case_id)):
        with pytest.raises(AccessDeniedError):
            look()
    assert world.state(ANNA, case_id) == "submitted"


@pytest.mark.requirement("SPC-5")
@pytest.mark.parametrize("gone", [ANNA, BORIS])
def test_who_has_gone_into_another_card_is_given_nothing(world: CasesWorld, gone: str) -> None:
    case_id = together(world, BORIS)
    world.cases.answer(world.boris, ANNA, case_id, agree=True)
    world.tables.tamper(keys.profile(gone), state="merged", merged_into="clara")
    with pytest.raises(WrongStateError):
        decide(world, case_id)
    assert world.tables.get(PairEffect.done(case_id)) is None
    assert decide(world, case_id, "refuse")["state"] == "refused"


def test_the_level_that_a_kind_needs(world: CasesWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    strict = replace(IDENTITY_SCAN, level=2)
    with pytest.raises(AssuranceLevelError):
        world.cases.submit(world.anna, strict, FORM, {"passport": [world.scan(ANNA)]}, "k")
    assert world.cases.submit(world.boris, strict, FORM, {"passport": [world.scan(BORIS)]}, "k")[1] is False


def test_one_open_case_of_a_kind_and_repeats(world: CasesWorld) -> None:
    upload = world.scan(ANNA)
    case_id = filed(world, "one", passport=[upload])
    again = world.cases.submit(world.anna, IDENTITY_SCAN, FORM, {"passport": [upload]}, "one")
    assert (again[0]["case_id"], again[1]) == (case_id, True)
    with pytest.raises(AlreadyExistsError):
        filed(world, "two")
    world.cases.withdraw(world.anna, case_id)
    assert world.lined_up(IDENTITY_SCAN) == []
    other = filed(world, "three")
    assert {c["case_id"] for c in world.cases.mine(world.anna, 9, None)[0]} == {case_id, other}


def test_a_repeat_is_answered_also_when_the_effect_would_refuse_it_now(world: CasesWorld) -> None:
    upload = world.scan(ANNA, "waiting")
    case_id = filed(world, "one", passport=[upload])
    world.tables.commit([Update(keys.upload(ANNA, upload), {"state": "refused"})])
    assert filed(world, "one", passport=[upload]) == case_id
    with pytest.raises(InvalidFieldsError):
        filed(world, "two", passport=[upload])


def test_parties_agree_before_staff_see_it(world: CasesWorld) -> None:
    carl = world.patient("carl")
    case_id = together(world, BORIS, "carl")
    assert world.lined_up(PAIR) == []
    with pytest.raises(WrongStateError):
        world.cases.show(world.registrar, ANNA, case_id)
    (asked,) = world.cases.requests(world.boris, 9, None)[0]
    assert (asked["told"], asked["state"], asked["patient_id"]) == ({"asks": "to agree"}, "asked", ANNA)
    world.pump()
    assert world.inbox(world.boris) == ["case_agreement_asked"]
    assert world.cases.answer(world.boris, ANNA, case_id, agree=True)["state"] == "awaiting-parties"
    with pytest.raises(WrongStateError):
        world.cases.answer(world.boris, ANNA, case_id, agree=False)
    assert world.cases.answer(carl, ANNA, case_id, agree=True)["state"] == "submitted"
    assert world.lined_up(PAIR) == [case_id]
    assert decide(world, case_id)["state"] == "approved"
    world.pump()
    assert world.inbox(world.anna) == ["case_approved", "case_parties_agreed"]


def test_a_party_who_declines_ends_it(world: CasesWorld) -> None:
    carl = world.patient("carl")
    case_id = together(world, BORIS, "carl")
    assert world.cases.answer(world.boris, ANNA, case_id, agree=False)["state"] == "refused"
    with pytest.raises(WrongStateError):
        world.cases.answer(carl, ANNA, case_id, agree=True)
    assert world.cases.requests(carl, 9, None)[0][0]["state"] == "closed"
    assert world.tables.get(keys.open_case(ANNA, PAIR.name)) is None
    assert together(world, BORIS, key="again")


def test_who_is_no_party_does_not_learn_of_the_case(world: CasesWorld) -> None:
    carl = world.patient("carl")
    case_id = together(world, BORIS)
    for person, patient, case in ((carl, ANNA, case_id), (world.anna, ANNA, case_id), (carl, BORIS, "x")):
        with pytest.raises(NotFoundError):
            world.cases.answer(person, patient, case, agree=True)


def test_two_registrars_at_once_and_an_old_version(world: CasesWorld) -> None:
    case_id = filed(world)
    with pytest.raises(StaleVersionError):
        decide(world, case_id, version=7)
    other = world.staff("reg2", Role.REGISTRAR)

    def first() -> None:
        world.cases.decide(other, ANNA, case_id, 1, decision="refuse", reason="other")

    raced = {"done": False}
    commit = world.gate.commit

    def slow(*args: Any, **named: Any) -> Any:
        if not raced["done"]:
            raced["done"] = True
            first()
        return commit(*args, **named)

    world.gate.commit = slow  # type: ignore[method-assign]
    with pytest.raises(StaleVersionError):
        decide(world, case_id)
    assert world.state(ANNA, case_id) == "refused"
    assert level_of(world.row(keys.profile(ANNA))) == 1


def test_a_step_that_dies_leaves_nothing_half_done(world: CasesWorld) -> None:
    case_id = together(world, BORIS)
    before = world.tables.raw_bytes()
    world.audit.fail_next()
    with pytest.raises(AuditUnavailableError):
        world.cases.answer(world.boris, ANNA, case_id, agree=True)
    assert world.tables.raw_bytes() == before
    assert world.cases.answer(world.boris, ANNA, case_id, agree=True)["state"] == "submitted"


def test_the_table_of_steps_is_whole() -> None:
    assert {state for state, _ in NEXT} == REVIEWED
    assert {state for state, _ in FULFILMENT} == AT_WORK | {CaseState.SUBMITTED}
    assert all((state, Step.WITHDRAW) in NEXT for state in REVIEWED)
    final = {CaseState.APPROVED, CaseState.REFUSED, CaseState.WITHDRAWN, CaseState.RECEIVED}
    assert final == set(CaseState) - OPEN
    for kind in CASE_KINDS.values():
        assert kind.label.ru
        assert len({slot.name for slot in kind.slots}) == len(kind.slots)
