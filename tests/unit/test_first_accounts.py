"""A first account at the identity desk: a child of 14 with a passport, a clinic's patient who cannot claim the card."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from chalicelib.domain.access import Permit
from chalicelib.domain.ages import CONSENT_AGE, birthday
from chalicelib.domain.assurance import Channel, evidence, level_of
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.errors import (
    AccessDeniedError,
    AlreadyExistsError,
    ConflictError,
    CredentialsError,
    InvalidFieldsError,
    MedkartaError,
    NotFoundError,
    OutcomeUnknownError,
)
from chalicelib.ports import keys
from chalicelib.ports.access_rows import representation_of
from chalicelib.ports.rows import new_person, representation
from chalicelib.ports.tables import Put
from tests.accounts import CALLER
from tests.desk_world import NEW_PASSWORD, DeskWorld
from tests.effort import tried

pytestmark = pytest.mark.requirement("ACT-5", "SPC-1", "ID-8")

CHILD, MOTHER = PersonId("child"), PersonId("mother")
BORN = "2012-02-28"
CERTIFICATE = "II-АБ 123456"


class Family(DeskWorld):
    """A ward of 14 with a card; her mother represents her."""

    def __init__(self, *, state: str = "ward", four_eyes: bool = False, **known: str) -> None:
        super().__init__(four_eyes=four_eyes)
        self.keys.enrol(CHILD)
        content = {"last_name": "Королёва", "first_name": "Алёна", "birth_date": BORN, "sex": "female"}
        content |= {"birth_certificate": CERTIFICATE, **known}
        permit = Permit(CHILD, "profile", "profile", "test", writes=True)
        tags = {"birth-certificate": self.index.tag("birth-certificate", CERTIFICATE)}
        tags |= {"snils": self.index.tag("snils", content["snils"])} if "snils" in content else {}
        rows = new_person(
            CHILD,
            state=state,
            sealed=self.vault.seal(permit, 1, json.dumps(content).encode()),
            tags=tags,
            now=self.clock(),
            more=evidence(Channel.REGISTRAR, self.clock()),
        )
        until = birthday(date.fromisoformat(BORN), CONSENT_AGE)
        parent = representation(CHILD, MOTHER, kind="parent", until=until, basis="case", now=self.clock())
        self.tables.commit([*rows, *parent, Put(keys.card(CHILD), {"state": "active", "ver": 1})])

    def form(self, n: int = 40, **changes: Any) -> dict[str, Any]:
        return super().form(n, **changes)

    def passport(self, **changes: str) -> dict[str, str]:
        form = self.form(40)
        return {
            "last_name": "Королева",
            "first_name": "Алёна",
            "birth_date": BORN,
            "snils": form["snils"],
            "birth_certificate": CERTIFICATE,
            "passport_series": "4523",
            "passport_number": "000040",
            "phone": form["phone"],
            "email": form["email"],
            "language": "ru",
            **changes,
        }

    def open_account(self, by: Actor | None = None, **changes: str) -> str:
        return str(self.first_accounts.open_(by or self.first, self.passport(**changes))["recovery_id"])

    def coded(self, **changes: str) -> tuple[str, str]:
        recovery_id = self.open_account(**changes)
        self.desk.approve(self.second, recovery_id)
        return recovery_id, str(self.desk.issue(self.first, recovery_id)["code"])

    def made(self, **changes: str) -> dict[str, Any]:
        recovery_id, code = self.coded(**changes)
        handle = self.recovery.redeem(CALLER, recovery_id, code, NEW_PASSWORD, "")["handle"]
        return self.recovery.complete(CALLER, recovery_id, handle, self.sms_code())

    def profile(self) -> dict[str, Any]:
        row = self.tables.get(keys.profile(CHILD))
        assert row is not None
        return row


@pytest.fixture
def family() -> Family:
    return Family()


def test_a_young_person_gets_an_account_in_person(family: Family) -> None:
    assert family.made()["person_id"] == CHILD
    row = family.profile()
    assert (row["state"], level_of(row)) == ("active", 3)
    assert set(row["tags"]) == {"birth-certificate", "snils", "phone", "email", "passport"}
    for field, tag in row["tags"].items():
        assert family.tables.get(keys.blind_index(field, tag))["person"] == CHILD
    assert family.tables.get(keys.profile_version(CHILD, 1)) is not None
    family.begin(40, NEW_PASSWORD)  # signs in with the telephone and the password


def test_representations_stay_and_representatives_are_told(family: Family) -> None:
    family.made()
    standing = representation_of(family.tables.get(keys.representation(CHILD, MOTHER)))
    assert standing is not None
    assert standing.live(family.clock())
    assert not standing.live(birthday(date.fromisoformat(BORN), CONSENT_AGE))
    assert family.told(CHILD) == ["first_account_opened", "first_account_made"]  # goes to who represents, too


@pytest.mark.requirement("ACC-8")
def test_until_the_age_of_consent_representatives_answer(family: Family) -> None:
    family.made()
    session: Any = {"state": "active", "role": "patient", "member": "", "expires": 2**40}
    family.tables.commit([Put(keys.session(CHILD, "s1"), session)])
    child = Actor(CHILD, Role.PATIENT, session_id="s1", confirmed_at=family.clock())
    for operation in ("consent-list", "block-put"):
        family.gate.signed_in(child, operation)
    for operation in ("consent-answer", "consent-grant", "share-create"):
        with pytest.raises(AccessDeniedError):
            family.gate.signed_in(child, operation)
    family.clock.advance(days=363)  # the 15th birthday is on 28 February 2027
    family.gate.signed_in(child, "consent-answer")


def test_what_is_sealed_for_it_leaves_the_row(family: Family) -> None:
    recovery_id, code = family.coded()
    assert "form" in family.tables.get(keys.recovery(recovery_id))
    family.recovery.redeem(CALLER, recovery_id, code, NEW_PASSWORD, "")
    assert "form" not in family.tables.get(keys.recovery(recovery_id))
    cancelled = Family()
    other = cancelled.open_account()
    cancelled.desk.cancel(cancelled.first, other)
    assert "form" not in cancelled.tables.get(keys.recovery(other))


def test_a_clinic_s_patient_gets_one_with_the_telephone_that_the_clinic_wrote_down() -> None:
    """The clinic's telephone was in no index."""
    phone = "+79260402233"
    family = Family(state="unclaimed", phone=phone, passport_series="4523", passport_number="000040")
    family.made()
    row = family.profile()
    assert row["state"] == "active"
    assert family.tables.get(keys.blind_index("phone", family.index.tag("phone", phone)))["person"] == CHILD
    assert "passport" in row["tags"]


# --- who


@pytest.mark.parametrize(
    "changes",
    [
        {"last_name": "Орлова"},
        {"first_name": "Вера"},
        {"birth_date": "2012-02-27"},
        {"birth_certificate": "II-АБ 654321"},
    ],
)
def test_a_passport_that_does_not_fit_is_a_stranger_s(family: Family, changes: dict[str, str]) -> None:
    with pytest.raises(NotFoundError):
        family.open_account(**{"snils": "", **changes})
    assert {event.outcome for event in family.events("first-account:open")} == {"denied"}


def test_who_has_an_account_is_a_stranger_here(family: Family) -> None:
    family.made()
    with pytest.raises(NotFoundError):
        family.open_account()


def test_under_fourteen_there_is_no_passport(family: Family) -> None:
    with pytest.raises(InvalidFieldsError) as caught:
        family.open_account(birth_date="2012-03-03")
    assert [(problem.field, problem.code) for problem in caught.value.fields] == [("/birth_date", "too-young")]


def test_numbers_of_two_people_are_nobody_s() -> None:
    family = Family()
    with pytest.raises(NotFoundError):
        family.open_account(snils=DeskWorld.form(1)["snils"])


def test_a_parent_at_the_desk_opens_nothing_for_the_own_child(family: Family) -> None:
    mother = family.hold(MOTHER, Role.IDENTITY_OPERATOR)
    with pytest.raises(AccessDeniedError):
        family.open_account(mother)


@pytest.mark.parametrize("field", ["phone", "email"])
def test_a_parent_s_telephone_is_taken(family: Family, field: str) -> None:
    with pytest.raises(AlreadyExistsError):
        family.open_account(**{field: DeskWorld.form(1)[field]})


def test_a_telephone_that_is_taken_meanwhile(family: Family) -> None:
    recovery_id, code = family.coded()
    handle = family.recovery.redeem(CALLER, recovery_id, code, NEW_PASSWORD, "")["handle"]
    sms = family.sms_code()
    tag = family.index.tag("phone", "+79260402233")
    family.tables.commit([Put(keys.blind_index("phone", tag), {"person": "somebody"})])
    with pytest.raises((AlreadyExistsError, ConflictError)):
        family.recovery.complete(CALLER, recovery_id, handle, sms)
    assert family.profile()["state"] == "ward"
    assert family.tables.get(keys.credentials(CHILD)) is None


# --- the code


@pytest.mark.requirement("ID-8")
@pytest.mark.parametrize("four_eyes", [True, False])
def test_four_eyes_always_for_nobody_else_could_stop_it(*, four_eyes: bool) -> None:
    family = Family(four_eyes=four_eyes)
    recovery_id = family.open_account()
    with pytest.raises(AccessDeniedError):
        family.desk.approve(family.hold(MOTHER, Role.IDENTITY_OPERATOR), recovery_id)
    with pytest.raises(ConflictError):
        family.desk.issue(family.first, recovery_id)
    with pytest.raises(AccessDeniedError):
        family.desk.approve(family.first, recovery_id)
    family.desk.approve(family.second, recovery_id)
    family.desk.issue(family.first, recovery_id)


def test_the_telephone_is_the_one_that_was_given_at_the_desk(family: Family) -> None:
    recovery_id, code = family.coded()
    with pytest.raises(InvalidFieldsError):
        family.recovery.redeem(CALLER, recovery_id, code, NEW_PASSWORD, "+79161230099")
    with pytest.raises(InvalidFieldsError):
        family.recovery.redeem(CALLER, recovery_id, code, "short", "")
    with pytest.raises(CredentialsError):
        family.recovery.redeem(CALLER, recovery_id, "00000-00000", NEW_PASSWORD, "")
    family.recovery.redeem(CALLER, recovery_id, code, NEW_PASSWORD, "")
    assert family.messenger.texts[-1][0] == "+79260402233"


def test_one_at_a_time(family: Family) -> None:
    family.open_account()
    with pytest.raises(AlreadyExistsError):
        family.open_account()
    family.clock.advance(hours=25)
    family.open_account()


@pytest.mark.parametrize("commits", range(6))
def test_a_lost_answer_at_any_write_leaves_all_or_nothing(commits: int) -> None:
    family = Family()
    recovery_id, code = family.coded()
    handle = family.recovery.redeem(CALLER, recovery_id, code, NEW_PASSWORD, "")["handle"]
    sms = family.sms_code()

    def lose(after: int) -> None:
        if after:
            family.tables.before_next_commit(lambda: lose(after - 1))
        else:
            family.tables.lose_reply_next()

    lose(commits)
    with suppress(OutcomeUnknownError):
        family.recovery.complete(CALLER, recovery_id, handle, sms)
    made = family.profile()["state"] == "active"
    assert (family.tables.get(keys.credentials(CHILD)) is not None) == made
    if not made:
        family.recovery.complete(CALLER, recovery_id, handle, sms)
    assert family.profile()["state"] == "active"
    with pytest.raises(CredentialsError):
        family.recovery.complete(CALLER, recovery_id, handle, sms)


# --- in any order


class FirstAccounts(RuleBasedStateMachine):
    """Whatever is done in whatever order: an account only after the desk, the code and the SMS of one recovery."""

    def __init__(self) -> None:
        super().__init__()
        self.family = Family(four_eyes=True)
        self.recovery_id = self.code = self.handle = ""
        self.steps: list[str] = []

    def attempt(self, name: str, call: Any) -> Any:
        try:
            found = call()
        except MedkartaError:
            return None
        self.steps.append(name)
        return found

    @rule()
    def open(self) -> None:
        made = self.attempt("open", self.family.open_account)
        if made:
            self.recovery_id, self.code, self.handle, self.steps = made, "", "", ["open"]

    @rule(second=st.booleans())
    def approve(self, second: bool) -> None:  # noqa: FBT001 - drawn
        who = self.family.second if second else self.family.first
        self.attempt("approve", lambda: self.family.desk.approve(who, self.recovery_id))

    @rule()
    def issue(self) -> None:
        made = self.attempt("issue", lambda: self.family.desk.issue(self.family.first, self.recovery_id))
        self.code = made["code"] if made else self.code

    @rule(right=st.booleans())
    def redeem(self, right: bool) -> None:  # noqa: FBT001 - drawn
        code = self.code if right else "AAAAA-AAAAA"
        redeem = self.family.recovery.redeem
        made = self.attempt("redeem", lambda: redeem(CALLER, self.recovery_id, code, NEW_PASSWORD, ""))
        self.handle = made["handle"] if made else self.handle

    @rule(right=st.booleans())
    def complete(self, right: bool) -> None:  # noqa: FBT001 - drawn
        sms = self.family.sms_code() if right and self.handle else "000000"
        complete = self.family.recovery.complete
        self.attempt("complete", lambda: complete(CALLER, self.recovery_id, self.handle, sms))

    @rule()
    def cancel(self) -> None:
        self.attempt("cancel", lambda: self.family.desk.cancel(self.family.second, self.recovery_id))

    @rule(minutes=st.sampled_from([5, 40]))
    def wait(self, minutes: int) -> None:
        self.family.clock.advance(minutes=minutes)

    @invariant()
    def an_account_is_made_by_all_steps(self) -> None:
        state = self.family.profile()["state"]
        has_password = self.family.tables.get(keys.credentials(CHILD)) is not None
        assert has_password == (state == "active")
        assert has_password == ("complete" in self.steps)
        if has_password:
            assert self.steps == ["open", "approve", "issue", "redeem", "complete"]


def test_no_order_of_steps_makes_an_account_otherwise() -> None:
    run_state_machine_as_test(
        FirstAccounts,
        settings=settings(max_examples=tried(25), stateful_step_count=16, deadline=timedelta(seconds=5)),
    )
