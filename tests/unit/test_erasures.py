"""The decision to erase: two humans, neither the person it is about, who is told and may say no."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain import erasures as rules
from chalicelib.domain.erasures import Basis, State
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.texts import NOTICES
from chalicelib.errors import (
    AccessDeniedError,
    AlreadyExistsError,
    AuditUnavailableError,
    MedkartaError,
    NotFoundError,
    StaleVersionError,
    UnavailableError,
    WrongStateError,
)
from chalicelib.ports import keys
from chalicelib.ports.tables import Put, Store
from tests.effort import tried
from tests.unit.erasure_world import COURT, OWN, Office, also
from tests.world import ANNA, BORIS

pytestmark = pytest.mark.requirement("SPC-8")
RETENTION = (Basis.END_OF_RETENTION, "Акт 1")


@pytest.fixture
def office() -> Office:
    return Office()


# --- proposing


def test_a_proposal_is_seen_by_officers_and_in_the_persons_own_chain(office: Office) -> None:
    erasure_id = office.proposed()
    shown = office.erasures.read(office.officer, erasure_id)
    assert (shown["state"], shown["version"], shown["basis"]) == ("proposed", 1, "court-order")
    assert (shown["patient_id"], shown["proposed_by"]) == (ANNA, office.admin.person_id)
    assert shown["lapses_at"].startswith("2026-03-16")
    assert office.erasures.listed(office.admin, 10, None)[0] == [shown]
    entries = office.entries("erasure:propose")
    assert [e.subject for e in entries] == [ANNA, "sys"]
    assert all(e.details["patient"] == ANNA and e.details["reference"] == "2-17/2026" for e in entries)


def test_the_person_is_told_at_once_and_urgently(office: Office) -> None:
    office.proposed(OWN)
    office.pump()
    assert office.inbox(office.anna)[0] == "erasure_proposed"
    assert NOTICES["erasure_proposed"].urgent
    assert NOTICES["erasure_approved"].urgent
    assert office.queue.sent == []


@pytest.mark.parametrize(
    ("role", "organisation"),
    [(Role.ADMINISTRATOR, "clinic"), (Role.SECURITY_OFFICER, "system"), (Role.DOCTOR, "clinic")],
)
def test_only_an_administrator_of_the_system_proposes(office: Office, role: Role, organisation: str) -> None:
    other = office.staff("other", role, organisation)
    with pytest.raises(AccessDeniedError):
        office.proposed(by=other)
    assert office.audit.events[-1].outcome == "denied"
    assert office.audit.events[-1].subject == other.person_id
    assert office.tables.query(Store.CARD, keys.ERASURES).items == []


def test_nobody_proposes_their_own_erasure(office: Office) -> None:
    office.admin = also(office.anna, Role.ADMINISTRATOR, "system", office)
    with pytest.raises(AccessDeniedError):
        office.proposed()
    assert office.audit.events[-1].reason == "self"


def test_an_unknown_person_cannot_be_erased(office: Office) -> None:
    with pytest.raises(NotFoundError):
        office.erasures.propose(office.admin, BORIS, *COURT)


def test_whoever_works_here_loses_their_roles_first(office: Office) -> None:
    boris = office.patient(BORIS)
    erasure_id = str(office.erasures.propose(office.admin, BORIS, *COURT)["erasure_id"])
    also(boris, Role.NURSE, "clinic", office)
    with pytest.raises(WrongStateError):
        office.decide(erasure_id)
    with pytest.raises(WrongStateError):
        office.erasures.propose(office.admin, PersonId(office.doctor.person_id), *COURT)


def test_one_open_erasure_a_person(office: Office) -> None:
    first = office.proposed()
    with pytest.raises(AlreadyExistsError):
        office.proposed()
    office.decide(first)
    with pytest.raises(AlreadyExistsError):
        office.proposed()
    office.decide(first, approve=False)
    second = office.proposed()
    office.clock.advance(days=14)
    third = office.proposed()
    assert [row["state"] for row in office.erasures.listed(office.admin, 9, None)[0]] == [
        "proposed",
        "lapsed",
        "refused",
    ]
    assert len({first, second, third}) == 3


@pytest.mark.parametrize("earlier", [False, True])
def test_of_two_proposals_at_once_one_stands(office: Office, *, earlier: bool) -> None:
    if earlier:
        office.decide(office.proposed(), approve=False)
    office.tables.before_next_commit(office.proposed)
    with pytest.raises(AlreadyExistsError):
        office.proposed()
    states = [row["state"] for row in office.erasures.listed(office.admin, 9, None)[0]]
    assert states.count("proposed") == 1


def test_whose_keys_are_destroyed_is_not_proposed(office: Office) -> None:
    office.tables.before_next_commit(lambda: office.keys.destroy(ANNA, "entry"))
    with pytest.raises(NotFoundError):
        office.proposed()
    with pytest.raises(NotFoundError):
        office.proposed()


def test_the_keys_of_registrations_are_nobody_to_erase(office: Office) -> None:
    office.keys.enrol(PersonId("registrations"))
    with pytest.raises(NotFoundError):
        office.erasures.propose(office.admin, PersonId("registrations"), *COURT)


# --- deciding


def test_an_approval_is_two_humans_an_order_and_a_message(office: Office) -> None:
    erasure_id = office.proposed()
    shown = office.decide(erasure_id)
    assert (shown["state"], shown["version"]) == ("approved", 2)
    assert shown["proposed_by"] != shown["decided_by"] == office.officer.person_id
    row = office.row(keys.erasure(erasure_id))
    assert office.signer.verify(row["order"], purpose="erasure-order") == rules.order_of(row)
    assert "order" not in shown
    assert office.queue.sent == []
    office.pump()
    assert office.queue.sent == [(erasure_id, 0)]
    assert "erasure_approved" in office.inbox(office.anna)
    assert [e.subject for e in office.entries("erasure:approve")] == [ANNA, "sys"]


def test_a_human_with_both_roles_is_still_one_human(office: Office) -> None:
    erasure_id = office.proposed()
    same = also(office.admin, Role.SECURITY_OFFICER, "system", office)
    with pytest.raises(AccessDeniedError):
        office.decide(erasure_id, by=same)
    assert office.audit.events[-1].reason == "same-person"
    assert office.state(erasure_id) == "proposed"


def test_the_person_it_is_about_does_not_decide(office: Office) -> None:
    erasure_id = office.proposed()
    with pytest.raises(AccessDeniedError):
        office.decide(erasure_id, by=also(office.anna, Role.SECURITY_OFFICER, "system", office))
    assert office.audit.events[-1].reason == "self"


def test_an_administrator_does_not_decide(office: Office) -> None:
    erasure_id = office.proposed()
    with pytest.raises(AccessDeniedError):
        office.decide(erasure_id, by=office.staff("second", Role.ADMINISTRATOR, "system"))


def test_a_stale_or_late_decision_is_refused(office: Office) -> None:
    erasure_id = office.proposed()
    with pytest.raises(StaleVersionError):
        office.erasures.decide(office.officer, erasure_id, 2, approve=True)
    office.clock.advance(days=13, hours=23, minutes=59)
    assert office.erasures.read(office.officer, erasure_id)["state"] == "proposed"
    office.clock.advance(minutes=1)
    for approve in (True, False):
        with pytest.raises(WrongStateError):
            office.decide(erasure_id, approve=approve)
    with pytest.raises(NotFoundError):
        office.erasures.decide(office.officer, "unknown", 1, approve=True)


def test_a_decision_without_its_entries_is_none(office: Office) -> None:
    erasure_id = office.proposed()
    office.audit.fail_next()
    with pytest.raises(AuditUnavailableError):
        office.decide(erasure_id)
    assert office.state(erasure_id) == "proposed"
    office.pump()
    assert office.queue.sent == []


def test_a_queue_that_does_not_answer_loses_nothing(office: Office) -> None:
    erasure_id = office.approved()
    row = office.row(keys.erasure(erasure_id))
    office.queue.fail_next()
    with pytest.raises(UnavailableError):
        office.reactions.run("send_to_eraser", row)
    office.pump()
    assert office.queue.sent == [(erasure_id, 0)]
    assert office.reactions.run("send_to_eraser", row) is False


def test_a_withdrawal_and_an_approval_at_once_have_one_winner(office: Office) -> None:
    erasure_id = office.proposed()
    office.tables.before_next_commit(lambda: office.erasures.withdraw(office.admin, erasure_id))
    with pytest.raises(StaleVersionError):
        office.decide(erasure_id)
    assert office.state(erasure_id) == "withdrawn"


# --- stopping


def test_an_approval_can_be_taken_back_until_it_is_executed(office: Office) -> None:
    erasure_id = office.approved(OWN)
    shown = office.decide(erasure_id, approve=False)
    assert shown["state"] == "refused"
    assert "due_at" not in shown
    assert "order" not in office.row(keys.erasure(erasure_id))
    office.pump()
    assert "erasure_stopped" in office.inbox(office.anna)
    with pytest.raises(WrongStateError):
        office.decide(erasure_id)


def test_who_proposed_withdraws_and_may_repeat_it(office: Office) -> None:
    erasure_id = office.proposed()
    second = office.staff("second", Role.ADMINISTRATOR, "system")
    with pytest.raises(AccessDeniedError):
        office.erasures.withdraw(second, erasure_id)
    office.erasures.withdraw(office.admin, erasure_id)
    office.erasures.withdraw(office.admin, erasure_id)
    assert office.erasures.read(office.admin, erasure_id)["withdrawn_by"] == office.admin.person_id
    assert len(office.entries("erasure:withdraw")) == 3  # one refused; two chains
    with pytest.raises(WrongStateError):
        office.decide(erasure_id)


@pytest.mark.parametrize("approved", [False, True])
def test_ones_own_request_can_be_taken_back(office: Office, *, approved: bool) -> None:
    erasure_id = office.approved(OWN) if approved else office.proposed(OWN)
    office.erasures.withdraw_own(office.anna)
    office.erasures.withdraw_own(office.anna)
    assert office.state(erasure_id) == "withdrawn"
    assert [e.subject for e in office.entries("erasure:withdraw")] == [ANNA, "sys"]


@pytest.mark.parametrize("what", [COURT, RETENTION], ids=["court", "retention"])
def test_another_basis_is_not_ones_own_to_take_back(office: Office, what: tuple[Basis, str]) -> None:
    erasure_id = office.proposed(what)
    with pytest.raises(WrongStateError):
        office.erasures.withdraw_own(office.anna)
    assert office.state(erasure_id) == "proposed"


def test_there_is_nothing_to_take_back(office: Office) -> None:
    with pytest.raises(NotFoundError):
        office.erasures.withdraw_own(office.anna)
    office.decide(office.proposed(OWN), approve=False)
    with pytest.raises(NotFoundError):
        office.erasures.withdraw_own(office.anna)


# --- reading


def test_only_those_who_decide_see_erasures(office: Office) -> None:
    erasure_id = office.proposed()
    local = office.staff("local", Role.ADMINISTRATOR, "clinic")
    for other in (local, office.doctor, office.anna):
        for call in (
            lambda who=other: office.erasures.read(who, erasure_id),
            lambda who=other: office.erasures.listed(who, 5, None),
            lambda who=other: office.erasures.receipt(who, erasure_id),
        ):
            with pytest.raises(AccessDeniedError):
                call()
    with pytest.raises(NotFoundError):
        office.erasures.receipt(office.officer, erasure_id)
    with pytest.raises(NotFoundError):
        office.erasures.read(office.officer, "unknown")


# --- the rules alone


def test_every_basis_has_its_waiting_period_and_none_but_a_court_is_obeyed_at_once() -> None:
    assert set(rules.WAITING) == set(Basis)
    assert {basis for basis in Basis if rules.WAITING[basis] < timedelta(hours=24)} == {Basis.COURT_ORDER}


PEOPLE = st.sampled_from(["anna", "boris", "clara"])
ACTORS = st.builds(
    Actor,
    PEOPLE.map(PersonId),
    st.sampled_from([Role.ADMINISTRATOR, Role.SECURITY_OFFICER, Role.PATIENT]),
    organisation_id=st.sampled_from(["system", "clinic"]),
)


@given(patient=PEOPLE, proposer=ACTORS, decider=ACTORS)
def test_whoever_decides_there_are_always_two_and_neither_is_the_patient(
    patient: str, proposer: Actor, decider: Actor
) -> None:
    if rules.refusal_to_propose(proposer, patient) or rules.refusal_to_decide(decider, patient, proposer.person_id):
        return
    assert len({patient, proposer.person_id, decider.person_id}) == 3
    assert (proposer.role, decider.role) == (Role.ADMINISTRATOR, Role.SECURITY_OFFICER)


LIKELY = ["approve", "day", "execute"] * 2
MOVES = st.lists(st.sampled_from([*LIKELY, "propose", "refuse", "withdraw", "own", "hour", "week"]), max_size=10)


@settings(max_examples=tried(60), deadline=None)
@given(basis=st.sampled_from(Basis), moves=MOVES)
def test_whatever_happens_what_is_executed_was_approved_in_time_waited_and_was_not_stopped(
    basis: Basis, moves: list[str]
) -> None:
    office = Office()
    ids: list[str] = []

    def newest() -> str:
        return ids[-1] if ids else "none"

    does = {
        "propose": lambda: ids.append(office.proposed((basis, "1"))),
        "approve": lambda: office.decide(newest()) if ids else None,
        "refuse": lambda: office.decide(newest(), approve=False) if ids else None,
        "withdraw": lambda: office.erasures.withdraw(office.admin, newest()),
        "own": lambda: office.erasures.withdraw_own(office.anna),
        "execute": lambda: office.eraser.execute(newest()),
        "hour": lambda: office.clock.advance(hours=1),
        "day": lambda: office.clock.advance(days=1),
        "week": lambda: office.clock.advance(days=7),
    }
    for move in ["propose", *moves]:
        before = office.state(newest()) if ids else ""
        try:
            does[move]()
        except MedkartaError:
            continue
        after = office.state(newest()) if ids else ""
        if after != before and after == State.EXECUTED:
            row = office.row(keys.erasure(newest()))
            assert (before, move) == ("approved", "execute")
            assert row["begun_at"] >= row["due_at"]
            lapses = datetime.fromisoformat(row["proposed_at"]) + rules.LAPSES_AFTER
            assert datetime.fromisoformat(row["decided_at"]) < lapses
        if before in {"executed", "refused", "withdrawn"} and move != "propose":
            assert after == before


def test_a_row_planted_as_approved_is_no_decision(office: Office) -> None:
    """The table alone is not believed: an order of the officer's is, and only for what it says."""
    erasure_id = office.proposed()
    row = office.row(keys.erasure(erasure_id))
    planted = {**row, "state": "approved", "decided_by": office.officer.person_id, "due_at": row["proposed_at"]}
    office.tables.commit([Put(keys.erasure(erasure_id), planted, None)])
    with pytest.raises(AccessDeniedError):
        office.eraser.execute(erasure_id)
    denied = office.audit.events[-1]
    assert (denied.action, denied.outcome, denied.reason) == ("erasure:begin", "denied", "no-order")
    assert office.keys.state(ANNA) == "active"
