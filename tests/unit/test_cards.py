"""Opening a card: applied for with scans and consent, reviewed, completed once."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain import activation
from chalicelib.domain.access import Action
from chalicelib.domain.consent_texts import CARD_CONSENT, TEXTS, current
from chalicelib.domain.identity import PersonId, Role
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
from chalicelib.ports.rows import representation
from chalicelib.ports.tables import Put, Update
from chalicelib.records.examination import VISIT
from tests.cases_world import CasesWorld
from tests.world import ANNA, BORIS

TEXT = current(CARD_CONSENT)
PAPERS = {"passport_series": "4510", "passport_number": "123456"}


@pytest.fixture
def world() -> CasesWorld:
    made = CasesWorld()
    made.person(ANNA, level=1, **PAPERS)
    made.anna = made.session(ANNA, Role.PATIENT)
    return made


def form(world: CasesWorld, person: PersonId = ANNA, **changes: Any) -> dict[str, Any]:
    return {
        "last_name": "Иванова",
        "first_name": "Анна",
        "oms_policy": "7800 0800 0012 3454",
        "passport_series": "45 10",
        "passport_number": "123456",
        "phone": "8 916 123-45-67",
        "documents": {"policy": [world.scan(person)], "identity": [world.scan(person, data=b"passport")]},
        "consent_text_version": TEXT.version,
        "consent_text_sha256": TEXT.hashes["ru"],
        **changes,
    }


def applied(world: CasesWorld, **changes: Any) -> str:
    return str(world.cards.apply(world.anna, form(world, **changes))["application_id"])


def decide(world: CasesWorld, person: PersonId, application: str, version: int = 1, *, approve: bool = True) -> Any:
    reason = "" if approve else "unreadable"
    return world.cards.decide(world.registrar, person, application, version, approve=approve, reason=reason)


@pytest.mark.requirement("ACT-1", "ACT-2", "ID-7")
def test_applied_reviewed_completed(world: CasesWorld) -> None:
    with pytest.raises(CardStateError):
        world.gate.admit(world.anna, Action.LIST, ANNA, VISIT)
    application = applied(world)
    (task,) = world.cards.waiting(world.registrar, 10, None)[0]
    assert task["application_id"] == application
    shown = world.cards.show(world.registrar, ANNA, application)
    assert (shown["oms_policy"], shown["person"]["last_name"]) == ("7800080000123454", "Иванова")
    assert shown["differs"] == []
    assert "phone" not in shown
    assert "phone" not in shown["person"]
    (identity,) = shown["documents"]["identity"]
    seen = world.cards.document(world.registrar, ANNA, application, identity["upload_id"])
    assert seen == ("application/pdf", b"passport")
    decide(world, ANNA, application)
    assert world.gate.admit(world.anna, Action.LIST, ANNA, VISIT)
    assert world.cards.mine(world.anna)["card"] == "active"
    assert world.cards.waiting(world.registrar, 10, None)[0] == []
    world.pump()
    assert world.inbox(world.anna) == ["card_opened"]
    assert b"7800080000123454" not in world.tables.raw_bytes()
    with pytest.raises(WrongStateError):
        world.cards.document(world.registrar, ANNA, application, identity["upload_id"])
    with pytest.raises(WrongStateError):  # staff look at what they review, and at nothing past
        world.cards.show(world.registrar, ANNA, application)


@pytest.mark.requirement("ACT-1", "ID-7", "SPC-6")
def test_other_papers_than_the_profile_s_open_nothing(world: CasesWorld) -> None:
    """Nor does a citizen's form for who has registered with a foreign passport: they apply by the migration card."""
    for n, changes in enumerate(({"passport_number": "123457"}, {"last_name": "Петрова"})):
        application = applied(world, **changes)
        with pytest.raises(WrongStateError):
            decide(world, ANNA, application)
        assert world.tables.get(keys.card(ANNA)) is None, n
        decide(world, ANNA, application, approve=False)
    decide(world, ANNA, applied(world, phone="8 916 123-45-68"))


@pytest.mark.requirement("ACT-1", "ACC-2")
def test_which_text_was_agreed_to_is_kept_with_the_application_and_in_the_journal_of_consent(
    world: CasesWorld,
) -> None:
    application = applied(world, consent_text_sha256=TEXT.hashes["en"])
    row = world.row(keys.application(ANNA, application))
    (line,) = world.consents.journal(world.anna, 9, None)[0]
    for kept in (row, line):
        assert (kept["text_version"], kept["text_sha256"]) == (TEXT.version, TEXT.hashes["en"])
    assert (line["what"], line["text"]) == ("processing-agreed", CARD_CONSENT)


@pytest.mark.requirement("ACT-1")
@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"oms_policy": "7800080000123455"}, ["/oms_policy"]),
        ({"passport_series": "x", "phone": "02"}, ["/passport_series", "/phone"]),
        ({"first_name": "<b>"}, ["/first_name"]),
        ({"consent_text_version": "2020-01"}, ["/consent_text_version"]),
        ({"consent_text_sha256": "0" * 64}, ["/consent_text_sha256"]),
        ({"documents": {"policy": ["a"]}}, ["/documents/identity"]),
        ({"documents": {"policy": ["a"], "identity": ["a"]}}, ["/documents/identity"]),
        ({"documents": {"policy": ["a"], "identity": ["b"]}}, ["/documents/policy/0", "/documents/identity/0"]),
    ],
)
def test_what_is_wrong_with_a_form_is_named(world: CasesWorld, change: dict[str, Any], fields: list[str]) -> None:
    with pytest.raises(InvalidFieldsError) as refused:
        applied(world, **change)
    assert [problem.field for problem in refused.value.fields] == fields


@pytest.mark.requirement("ACT-1", "DOC-2")
@pytest.mark.parametrize("state", ["waiting", "refused"])
def test_nothing_is_completed_while_a_scan_is_not_clean(world: CasesWorld, state: str) -> None:
    waiting = world.scan(ANNA, "waiting")
    application = applied(world, documents={"policy": [waiting], "identity": [world.scan(ANNA)]})
    world.tables.commit([Update(keys.upload(ANNA, waiting), {"state": state})])
    assert world.cards.mine(world.anna)["application"]["documents"]["policy"][0]["state"] == state
    assert world.cards.show(world.registrar, ANNA, application)["documents"]["policy"][0]["state"] == state
    with pytest.raises(WrongStateError):
        decide(world, ANNA, application)
    with pytest.raises(NotFoundError):
        world.cards.document(world.registrar, ANNA, application, waiting)
    assert decide(world, ANNA, application, approve=False)["state"] == "rejected"


def test_scans_of_others_and_scans_that_are_not_named(world: CasesWorld) -> None:
    world.patient(BORIS, level=1, card=False)
    with pytest.raises(InvalidFieldsError):
        applied(world, documents={"policy": [world.scan(BORIS)], "identity": [world.scan(ANNA)]})
    other, application = world.scan(ANNA), applied(world)
    with pytest.raises(NotFoundError):
        world.cards.document(world.registrar, ANNA, application, other)


def test_one_open_application_and_one_decision(world: CasesWorld) -> None:
    application = applied(world)
    with pytest.raises(AlreadyExistsError):
        applied(world)
    with pytest.raises(StaleVersionError):
        decide(world, ANNA, application, 2)
    decide(world, ANNA, application)
    with pytest.raises(WrongStateError):
        decide(world, ANNA, application, 2)
    with pytest.raises(AlreadyExistsError):
        applied(world)


@pytest.mark.requirement("ACT-1", "ACT-2")
def test_refused_with_a_reason_and_applied_again(world: CasesWorld) -> None:
    decide(world, ANNA, applied(world), approve=False)
    shown = world.cards.mine(world.anna)
    assert (shown["card"], shown["application"]["state"], shown["application"]["reason"]) == (
        "none",
        "rejected",
        "unreadable",
    )
    again = applied(world)
    assert world.cards.mine(world.anna)["application"]["application"] == again
    with pytest.raises(AlreadyExistsError):
        applied(world)
    world.pump()
    assert world.inbox(world.anna) == ["card_refused"]


@pytest.mark.requirement("ACT-5")
def test_a_policy_belongs_to_one_card(world: CasesWorld) -> None:
    decide(world, ANNA, applied(world))
    world.person(BORIS, level=1, **PAPERS)
    boris = world.session(BORIS, Role.PATIENT)
    made = world.cards.apply(boris, form(world, BORIS))
    with pytest.raises(AlreadyExistsError):
        decide(world, BORIS, made["application_id"])
    assert world.cards.mine(boris)["card"] == "none"


@pytest.mark.requirement("ACC-5")
def test_who_may_look_at_applications(world: CasesWorld) -> None:
    application = applied(world)
    with pytest.raises(AccessDeniedError):
        world.cards.show(world.staff(), ANNA, application)
    parent = world.staff("parent", Role.REGISTRAR)
    world.tables.commit(representation(ANNA, parent.person_id, kind="parent", until=None, basis="b", now=world.clock()))
    with pytest.raises(AccessDeniedError):
        world.cards.show(parent, ANNA, application)
    me = world.session(world.registrar.person_id, Role.PATIENT)
    own = world.cards.apply(me, form(world, me.person_id))["application_id"]
    with pytest.raises(AccessDeniedError):  # a registrar does not open a card of their own
        decide(world, me.person_id, own)
    assert world.entries("application:decide")[-1].reason == "own-case"


def test_what_differs_is_told_without_regard_to_how_it_is_written() -> None:
    profile = {"last_name": "Пётрова", "first_name": "АННА", "phone": "+79161234567", "passport_series": "4510"}
    given = {"last_name": "ПЕТРОВА", "first_name": "Анна", "phone": "+79161234568", "passport_series": "4510"}
    assert activation.differs(given, profile) == ["phone"]


def test_every_text_of_consent_is_whole_in_both_languages() -> None:
    for versions in TEXTS.values():
        assert len({text.version for text in versions}) == len(versions)
        for text in versions:
            assert text.said.ru
            assert text.said.en
            assert len(set(text.hashes.values())) == 2


HASHES = {
    ("card-consent", "2026-11"): (
        "67b6b449b02f71faeffde33ffc7ccb6cf13f1f3351fb06b49fd5d5a81b2734b0",
        "8370a9964d6f06576a5818089701c845ff24f0909ed027a2567fa043377dfd59",
    )
}


def test_a_text_that_was_agreed_to_is_never_changed() -> None:
    """Add a version instead: what people agreed to must go on hashing to what is stored."""
    for (name, version), hashes in HASHES.items():
        (text,) = [text for text in TEXTS[name] if text.version == version]
        assert (text.hashes["ru"], text.hashes["en"]) == hashes


def test_looking_up_by_snils_gives_an_id_and_leaves_an_entry(world: CasesWorld) -> None:
    tag = world.index.tag("snils", "11223344595")
    world.tables.commit([Put(keys.blind_index("snils", tag), {"person": ANNA})])
    with pytest.raises(NotFoundError):  # registered, but without a card
        world.cards.look_up(world.registrar, "112-233-445 95")
    decide(world, ANNA, applied(world))
    assert world.cards.look_up(world.registrar, "112-233-445 95") == {"patient_id": ANNA}
    assert world.entries("patient:look-up")[-1].subject == ANNA
    with pytest.raises(NotFoundError):
        world.cards.look_up(world.registrar, "087-654-303 00")
