"""Requests for copies and for a transfer (DOC-5): step by step to the end, within a term, in one organisation."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.access import ConsentState
from chalicelib.domain.case_kinds import case_kind
from chalicelib.domain.cases import AT_WORK, FULFILMENT, LINED_UP, OPEN, CaseState
from chalicelib.domain.consents import ANSWER_WITHIN
from chalicelib.domain.copies import TERM
from chalicelib.domain.identity import Actor, Role
from chalicelib.errors import (
    AccessDeniedError,
    AuditUnavailableError,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
    UnavailableError,
    WrongStateError,
)
from chalicelib.ports import keys
from chalicelib.ports.tables import Put
from chalicelib.services.cases import CaseService
from chalicelib.services.copies import CopyEffect, TransferEffect
from tests.access_world import AccessWorld
from tests.effort import tried
from tests.world import ANNA

pytestmark = pytest.mark.requirement("DOC-5")
COPY, TRANSFER = case_kind("copy-request"), case_kind("transfer")


class CopyWorld(AccessWorld):
    def __init__(self) -> None:
        super().__init__()
        tools = (self.gate, self.tables, self.vault, self.clock)
        effects = {"copy-request": CopyEffect(*tools), "transfer": TransferEffect(*tools)}
        self.cases = CaseService(self.gate, self.tables, self.vault, self.files, self.clock, effects)
        self.anna = self.patient()
        self.registrar = self.staff("reg", Role.REGISTRAR)
        self.elsewhere = self.staff("reg2", Role.REGISTRAR, "hospital")
        self.doctor = self.staff("doctor", Role.DOCTOR, "hospital")
        self._count = 0

    def file(self, kind: Any = COPY, actor: Actor | None = None, **changes: Any) -> str:
        self._count += 1
        copies = {"organisation_id": "clinic", "what": "Выписки за год", "form": "copy", "delivery": "pick-up"}
        transfer = {
            "organisation_id": "clinic",
            "to_organisation_id": "hospital",
            "member_id": "member-doctor",
            "reason": "moving",
            "level": "limited",
            "sections": ["protocols"],
        }
        form = {**(transfer if kind is TRANSFER else copies), **changes}
        made, _ = self.cases.submit(actor or self.anna, kind, form, {}, f"key-{self._count:020d}")
        return str(made["case_id"])

    def step(self, case: str, *decisions: str, **more: Any) -> None:
        for decision in decisions:
            version = int(self.row(keys.case(ANNA, case))["ver"])
            self.cases.decide(self.registrar, ANNA, case, version, decision=decision, **more)

    def state(self, case: str) -> str:
        return str(self.row(keys.case(ANNA, case))["state"])

    def list_of(self, registrar: Actor, kind: Any = COPY) -> list[dict[str, Any]]:
        return self.cases.waiting(registrar, kind, 50, None)[0]

    def consent_of(self, doctor: Actor) -> dict[str, Any]:
        return self.tables.get(keys.consent(ANNA, doctor.member_id)) or {}


@pytest.fixture
def world() -> CopyWorld:
    return CopyWorld()


def test_copies_from_the_request_to_their_receipt(world: CopyWorld) -> None:
    case = world.file()
    world.step(case, "accept", "prepare", "finish")
    shown = world.cases.show_own(world.anna, case)
    assert (shown["state"], shown["open"], shown["overdue"]) == ("ready", True, False)
    assert shown["due"] == (world.clock() + TERM.period).isoformat().replace("+00:00", shown["due"][19:])
    assert [step["step"] for step in shown["steps"]] == ["accept", "prepare", "finish"]
    world.cases.receive(world.anna, case)
    assert world.state(case) == "received"
    assert world.list_of(world.registrar) == []
    world.pump()
    assert {"case_accepted", "case_preparing", "case_ready"} <= set(world.inbox(world.anna))


def test_copies_by_post_and_handed_over(world: CopyWorld) -> None:
    sent, handed = world.file(delivery="post", address="Москва, Садовая, 1"), world.file()
    world.step(sent, "accept", "prepare", "send")
    with pytest.raises(WrongStateError):  # it is on its way
        world.cases.withdraw(world.anna, sent)
    world.step(handed, "accept", "prepare", "finish", "hand-over")
    assert (world.state(sent), world.state(handed)) == ("sent", "received")
    with pytest.raises(WrongStateError):
        world.cases.receive(world.anna, handed)


def test_a_refusal_says_why_and_a_patient_may_give_it_up(world: CopyWorld) -> None:
    refused, given_up = world.file(), world.file()
    world.step(refused, "accept")
    world.step(refused, "refuse", reason="not-eligible", words="Таких записей у нас нет")
    world.step(given_up, "accept", "prepare", "finish")
    world.cases.withdraw(world.anna, given_up)
    assert world.cases.show_own(world.anna, refused)["words"] == "Таких записей у нас нет"
    assert (world.state(refused), world.state(given_up)) == ("refused", "withdrawn")
    assert world.list_of(world.registrar) == []


def test_the_work_list_is_the_organisations_own_and_shows_what_is_late(world: CopyWorld) -> None:
    case = world.file()
    assert world.list_of(world.elsewhere) == []
    for act in (
        lambda: world.cases.show(world.elsewhere, ANNA, case),
        lambda: world.cases.decide(world.elsewhere, ANNA, case, 1, decision="accept"),
    ):
        with pytest.raises(NotFoundError):
            act()
    assert [e.reason for e in world.audit.events if e.outcome == "denied"] == ["scope", "scope"]
    world.step(case, "accept")
    (line,) = world.list_of(world.registrar)
    assert (line["state"], line["overdue"]) == ("accepted", False)
    world.at(world.clock() + TERM.period)
    (line,) = world.list_of(world.registrar)
    assert line["overdue"] is True
    assert world.cases.mine(world.anna, 5, None)[0][0]["overdue"] is True
    world.step(case, "prepare", "finish")
    (line,) = world.list_of(world.registrar)
    assert (line["state"], line["overdue"]) == ("ready", False)
    beside = world.cases.show(world.registrar, ANNA, case)["beside"]
    assert set(beside["person"]) <= {"last_name", "first_name", "middle_name", "birth_date"}


def test_what_is_asked_for_is_sealed_and_in_no_notice(world: CopyWorld) -> None:
    case = world.file(delivery="post", address="Москва, Садовая, 1")
    world.step(case, "accept")
    stored = repr(world.tables.rows()) + repr(world.audit.events)
    assert "Садовая" not in stored
    assert "Выписки" not in stored
    assert world.cases.show(world.registrar, ANNA, case)["form"]["what"] == "Выписки за год"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"organisation_id": "none"}, "/form/organisation_id"),
        ({"delivery": "post"}, "/form/address"),
        ({"period_from": "2026-02-30"}, "/form/period_from"),
        ({"period_until": "2999-01-01"}, "/form/period_until"),
        ({"period_from": "2026-02-02", "period_until": "2026-02-01"}, "/form/period_until"),
    ],
    ids=["organisation", "address", "no-day", "future", "order"],
)
def test_what_is_wrong_with_a_request_is_named(world: CopyWorld, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidFieldsError) as caught:
        world.file(**changes)
    assert [problem.field for problem in caught.value.fields] == [field]


def test_a_parent_asks_for_copies_of_a_childs_records(world: CopyWorld) -> None:
    mother = world.represent()
    case = world.file(actor=mother)
    assert world.row(keys.case(ANNA, case))["role"] == "representative"
    world.step(case, "accept", "prepare", "finish")
    world.cases.receive(mother, case)
    assert world.entries("case:receive")[0].on_behalf_of == ANNA


@pytest.mark.requirement("DOC-5", "ACC-8")
@pytest.mark.parametrize(
    "narrowed", [{"hidden": ["protocols"]}, {"sections": ["results"]}, {"level": "limited"}], ids=min
)
def test_who_sees_a_part_of_a_wards_card_gets_none_of_it_on_paper(world: CopyWorld, narrowed: dict[str, Any]) -> None:
    mother = world.represent()
    world.tables.tamper(keys.representation(ANNA, mother.person_id), **narrowed)
    for kind in (COPY, TRANSFER):
        with pytest.raises(AccessDeniedError):
            world.file(kind, mother)
    assert [e.reason for e in world.audit.events if e.outcome == "denied"] == ["representation-scope"] * 2
    assert world.cases.mine(world.anna, 5, None)[0] == []


def test_a_late_case_is_told_of_once(world: CopyWorld) -> None:
    late, done, due = world.file(), world.file(), world.clock() + TERM.period
    world.step(done, "accept", "prepare", "finish")
    timers = {case: world.tables.get(keys.timer(ANNA, "case-term", case)) for case in (late, done)}
    assert [bool(timer) for timer in timers.values()] == [True, False]

    def told(moment: datetime) -> int:
        world.at(moment)
        world.timers.run()
        world.pump()
        return world.inbox(world.anna).count("case_overdue")

    assert told(due - timedelta(seconds=1)) == 0
    world.tables.fail_next_commit()
    with pytest.raises(UnavailableError):
        told(due + timedelta(days=3))  # the trigger stood still for some days
    assert told(due + timedelta(days=3)) == 1
    assert told(due + timedelta(days=4)) == 1
    assert world.state(late) == "submitted"


# --- transfer


@pytest.mark.requirement("DOC-5", "ACC-1", "ACC-4")
@pytest.mark.parametrize("last", ["finish", "send"])
def test_a_transfer_asks_the_patient_and_opens_nothing(world: CopyWorld, last: str) -> None:
    case = world.file(TRANSFER)
    world.step(case, "accept", "prepare")
    assert world.consent_of(world.doctor) == {}
    world.step(case, last)
    asked = world.consent_of(world.doctor)
    assert (asked["state"], asked["level"], asked["sections"]) == ("requested", "limited", ["protocols"])
    (entry,) = world.entries("consent:request")
    assert (entry.actor.role, entry.subject, entry.reason) == (Role.REGISTRAR, ANNA, "transfer")
    world.pump()
    assert {"consent_requested", "transfer_ready"} <= set(world.inbox(world.anna))


@pytest.mark.requirement("DOC-5", "ACC-2")
def test_a_transfer_asks_nothing_where_the_patient_has_spoken(world: CopyWorld) -> None:
    world.consent(world.doctor)
    before = world.consent_of(world.doctor)
    first = world.file(TRANSFER)
    world.step(first, "accept", "prepare", "finish", "hand-over")
    assert world.consent_of(world.doctor) == before
    world.sharing.bar(world.anna, "member", world.doctor.member_id)
    second = world.file(TRANSFER)
    world.step(second, "accept", "prepare", "finish")
    assert world.consent_of(world.doctor)["state"] == ConsentState.REVOKED.value


def test_a_transfer_asks_anew_after_a_revocation_and_for_nobody_who_has_left(world: CopyWorld) -> None:
    world.consent(world.doctor)
    row = keys.consent(ANNA, world.doctor.member_id)
    world.tables.tamper(row, state=ConsentState.REVOKED.value)
    first = world.file(TRANSFER)
    world.step(first, "accept", "prepare", "finish", "hand-over")
    assert world.consent_of(world.doctor)["state"] == "requested"
    world.tables.tamper(row, state=ConsentState.REFUSED.value)
    second = world.file(TRANSFER)
    staff = keys.staff("hospital", world.doctor.member_id)
    world.tables.commit([Put(staff, {**world.row(staff), "state": "ended"}, None)])
    world.step(second, "accept", "prepare", "finish")
    assert world.consent_of(world.doctor)["state"] == "refused"


def test_a_transfer_asks_anew_where_nobody_answered_in_time(world: CopyWorld) -> None:
    first = world.file(TRANSFER)
    world.step(first, "accept", "prepare", "finish", "hand-over")
    second = world.file(TRANSFER)
    world.step(second, "accept", "prepare")
    world.at(world.clock() + ANSWER_WITHIN)
    world.step(second, "finish")
    asked = world.consent_of(world.doctor)
    assert (asked["state"], int(asked["ver"])) == ("requested", 2)
    assert asked["valid_until"] > world.clock().isoformat()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"member_id": "member-reg2"}, "/form/member_id"),
        ({"member_id": "none"}, "/form/member_id"),
        ({"sections": ["none"]}, "/form/sections/0"),
        ({"organisation_id": "none"}, "/form/organisation_id"),
    ],
    ids=["no-doctor", "nobody", "section", "organisation"],
)
def test_what_is_wrong_with_a_transfer_is_named(world: CopyWorld, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidFieldsError) as caught:
        world.file(TRANSFER, **changes)
    assert [problem.field for problem in caught.value.fields] == [field]


def test_the_doctor_of_a_transfer_is_found_by_the_staff_number(world: CopyWorld) -> None:
    case = world.file(TRANSFER, member_id=None, staff_number="№ doctor")
    world.step(case, "accept", "prepare", "finish")
    assert world.consent_of(world.doctor)["state"] == "requested"
    for number in ("№ reg2", "none"):
        with pytest.raises(InvalidFieldsError) as caught:
            world.file(TRANSFER, member_id=None, staff_number=number)
        assert [problem.field for problem in caught.value.fields] == ["/form/staff_number"]


# --- every order of steps


STEPS = ("accept", "prepare", "finish", "send", "hand-over", "refuse", "approve", "ask-more", "withdraw", "receive")
LEGAL = {
    "submitted": {"accept": "accepted", "refuse": "refused", "withdraw": "withdrawn"},
    "accepted": {"prepare": "preparing", "refuse": "refused", "withdraw": "withdrawn"},
    "preparing": {"finish": "ready", "send": "sent", "refuse": "refused", "withdraw": "withdrawn"},
    "ready": {"hand-over": "received", "receive": "received", "withdraw": "withdrawn"},
    "sent": {"hand-over": "received", "receive": "received"},
}
"""Written by hand, beside the table of the domain."""


@settings(max_examples=tried(60), deadline=None, database=None)
@given(steps=st.lists(st.sampled_from(STEPS), max_size=8), faults=st.sets(st.integers(0, 7), max_size=2))
def test_no_order_of_steps_and_no_fault_leads_elsewhere(steps: list[str], faults: set[int]) -> None:
    world = CopyWorld()
    case, state = world.file(TRANSFER), "submitted"

    def take(step: str) -> None:
        if step == "withdraw":
            world.cases.withdraw(world.anna, case)
        elif step == "receive":
            world.cases.receive(world.anna, case)
        else:
            world.step(case, step)

    for number, step in enumerate(steps):
        following = LEGAL.get(state, {}).get(step)
        if following is None:
            with pytest.raises((WrongStateError, NotFoundError)):
                take(step)
            continue
        if number in faults:
            before = world.tables.raw_bytes()
            world.tables.fail_next_commit(error=AuditUnavailableError())
            with pytest.raises(AuditUnavailableError):
                take(step)
            after = world.tables.raw_bytes()
            assert before == after or step in {"finish", "send", "refuse", "withdraw"}  # these open the form first
            assert world.state(case) == state
        take(step)
        state = following
    assert world.state(case) == state
    lines = [line["state"] for line in world.list_of(world.registrar, TRANSFER)]
    assert lines == ([state] if CaseState(state) in LINED_UP else [])
    marker = world.tables.get(keys.open_case(ANNA, TRANSFER.name))
    assert (marker is not None) == (CaseState(state) in OPEN)
    asked = world.consent_of(world.doctor)
    assert bool(asked) == any(step in {"finish", "send"} for step in taken(world, case))


def taken(world: CopyWorld, case: str) -> list[str]:
    return [line["step"] for line in world.row(keys.case(ANNA, case))["steps"]]


def test_two_at_the_same_step(world: CopyWorld) -> None:
    case = world.file()
    world.tables.before_next_commit(lambda: world.step(case, "accept"))
    with pytest.raises(StaleVersionError):
        world.step(case, "refuse")
    assert world.state(case) == "accepted"
    with pytest.raises(StaleVersionError):
        world.cases.decide(world.registrar, ANNA, case, 1, decision="prepare")


def test_a_term_has_a_source_and_every_state_a_way_out() -> None:
    assert TERM.source
    assert timedelta(days=1) <= TERM.period <= timedelta(days=30)
    assert {state for state, _ in FULFILMENT} == AT_WORK | {CaseState.SUBMITTED}
