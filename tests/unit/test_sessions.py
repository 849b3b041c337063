from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import limits, sessions
from chalicelib.domain.identity import Role
from chalicelib.domain.sessions import Presented, RefreshToken
from chalicelib.errors import (
    AccessDeniedError,
    ConflictError,
    CredentialsError,
    InvalidFieldsError,
    LockedOutError,
    NotFoundError,
    OutcomeUnknownError,
    SessionEndedError,
    StepUpRequiredError,
    TooManyRequestsError,
    UnavailableError,
)
from chalicelib.ports import keys
from chalicelib.ports.tables import Put
from tests.accounts import CALLER, Accounts

pytestmark = pytest.mark.requirement("ID-9")


@pytest.fixture
def world() -> Accounts:
    made = Accounts()
    made.person = made.register()
    return made


def member(world: Accounts, member_id: str, role: str = "doctor", department: str = "therapy") -> None:
    row = {
        "member": member_id,
        "role": role,
        "organisation": "clinic",
        "department": department,
        "state": "active",
    }
    world.tables.commit([Put(keys.member(world.person, member_id), row)])


# --- refresh


def test_refresh_rotates_and_the_new_tokens_work(world):
    tokens = world.enter()
    seen = {tokens["refresh_token"]}
    for _ in range(5):
        world.clock.advance(minutes=10)
        tokens = world.sessions.refresh(CALLER, tokens["refresh_token"])
        seen.add(tokens["refresh_token"])
        world.gate.signed_in(world.actor(tokens))
    assert len(seen) == 6


@pytest.mark.parametrize("later", [1, 3])
def test_a_used_refresh_token_ends_the_session_and_the_owner_is_told(world, later):
    first = newest = world.enter()
    for _ in range(later):
        newest = world.sessions.refresh(CALLER, newest["refresh_token"])
    actor = world.actor(newest)
    with pytest.raises(SessionEndedError):
        world.sessions.refresh(CALLER, first["refresh_token"])
    assert world.told(world.person) == ["session_revoked"]
    (event,) = world.events("session:revoke")
    assert (event.subject, event.reason, event.resource_id) == (world.person, "refresh-reuse", actor.session_id)
    with pytest.raises(SessionEndedError):
        world.gate.signed_in(actor)
    with pytest.raises(SessionEndedError):
        world.sessions.refresh(CALLER, newest["refresh_token"])
    assert world.told(world.person) == ["session_revoked"]


def test_noise_with_a_known_session_id_ends_nothing(world):
    tokens = world.enter()
    person, session, secret = tokens["refresh_token"].split(".")
    for text in (
        "",
        "..",
        "a.b.c",
        f"{person}.{session}.{'x' * len(secret)}",
        f"{person}.unknown.{secret}",
        f"{person}.{session}.{secret}.x",
        f"{person}.{session}.{secret[:22]}",
        f"{person}#x.{session}.{secret}",
        "é" * 40,
        tokens["access_token"],
    ):
        with pytest.raises(SessionEndedError):
            world.sessions.refresh(CALLER, text)
    assert world.sessions.refresh(CALLER, tokens["refresh_token"])
    assert world.told(world.person) == []


def test_of_two_exchanges_at_once_one_wins(world):
    tokens = world.enter()
    row = world.tables.get(keys.session(world.person, tokens["session_id"]))
    world.tables.before_next_commit(lambda: world.sessions.refresh(CALLER, tokens["refresh_token"]))
    with pytest.raises(ConflictError):
        world.sessions.refresh(CALLER, tokens["refresh_token"])
    assert world.tables.get(keys.session(world.person, tokens["session_id"]))["refresh"] != row["refresh"]


def test_many_exchanges_at_once_never_give_two_working_tokens(world):
    tokens = world.enter()

    def refresh(_n):
        try:
            return world.sessions.refresh(CALLER, tokens["refresh_token"])["refresh_token"]
        except (ConflictError, SessionEndedError):
            return None

    with ThreadPoolExecutor(4) as pool:
        made = [token for token in pool.map(refresh, range(8)) if token]
    assert len(made) == 1


def test_a_lost_reply_does_not_cost_the_session(world):
    tokens = world.enter()
    world.tables.lose_reply_next()
    fresh = world.sessions.refresh(CALLER, tokens["refresh_token"])
    assert world.sessions.refresh(CALLER, fresh["refresh_token"])


def test_a_refresh_that_did_not_happen_can_be_repeated(world):
    tokens = world.enter()
    for error in (UnavailableError(), OutcomeUnknownError()):
        world.tables.fail_next_commit(1, error)
        with pytest.raises(UnavailableError):
            world.sessions.refresh(CALLER, tokens["refresh_token"])
    assert world.sessions.refresh(CALLER, tokens["refresh_token"])


@pytest.mark.requirement("SEC-3")
def test_refreshing_is_limited(world):
    tokens = world.enter()
    for _ in range(limits.REFRESH.limit):
        tokens = world.sessions.refresh(CALLER, tokens["refresh_token"])
    with pytest.raises(TooManyRequestsError):
        world.sessions.refresh(CALLER, tokens["refresh_token"])


def test_a_session_ends_when_it_is_not_used_for_a_day(world):
    tokens = world.enter()
    world.clock.advance(hours=23, minutes=59)
    tokens = world.sessions.refresh(CALLER, tokens["refresh_token"])
    world.clock.advance(hours=24)
    with pytest.raises(SessionEndedError):
        world.sessions.refresh(CALLER, tokens["refresh_token"])


def test_a_session_ends_after_thirty_days_whatever_happens(world):
    tokens = world.enter()
    began = world.clock()
    while world.clock() + timedelta(hours=20) < began + sessions.ABSOLUTE:
        world.clock.advance(hours=20)
        tokens = world.sessions.refresh(CALLER, tokens["refresh_token"])
    actor = world.actor(tokens)
    world.clock.now = began + sessions.ABSOLUTE
    with pytest.raises(SessionEndedError):
        world.sessions.refresh(CALLER, tokens["refresh_token"])
    with pytest.raises(SessionEndedError):
        world.gate.signed_in(actor)


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_a_refresh_token_is_current_used_or_foreign(family, first, second):
    from base64 import urlsafe_b64encode

    def text(raw):
        return urlsafe_b64encode(raw).rstrip(b"=").decode()

    token = RefreshToken("p", "s", text(family) + text(first))
    row = {"ends_at": 2**40, "family": sessions.hash_secret(token.family)}
    now = Accounts().clock()
    row |= sessions.refreshed(row, token, now)
    assert sessions.parse_refresh(token.text) == token
    assert token.judged(row) is Presented.CURRENT
    if first != second:
        assert token.rotated(text(second)).judged(row) is Presented.USED
    foreign = RefreshToken("p", "s", text(bytes(b ^ 1 for b in family)) + text(first))
    assert foreign.judged(row) is Presented.FOREIGN
    assert token.judged({}) is Presented.FOREIGN


# --- own sessions


def test_a_person_sees_and_ends_own_sessions(world):
    first = world.actor(world.enter())
    world.clock.advance(minutes=1)
    second = world.actor(world.enter())
    listed = world.sessions.mine(second)
    assert {s["network"] for s in listed} == {"192.0.2.0/24"}
    assert CALLER.ip not in str(world.tables.get(keys.session(second.person_id, second.session_id)))
    assert [(s["session_id"], s["current"]) for s in listed] == [
        (second.session_id, True),
        (first.session_id, False),
    ]
    assert not {"refresh", "family"} & set(listed[0])
    world.sessions.end(second, first.session_id)
    world.sessions.end(second, first.session_id)
    with pytest.raises(SessionEndedError):
        world.gate.signed_in(first)
    world.gate.signed_in(second)
    assert len(world.events("session:end")) == 1


def test_nobody_ends_the_session_of_another(world):
    other = world.register(2)
    theirs = world.actor(world.enter(2))
    mine = world.actor(world.enter(1))
    with pytest.raises(NotFoundError):
        world.sessions.end(mine, theirs.session_id)
    world.gate.signed_in(theirs)
    assert other != world.person


def test_all_others_at_once(world):
    actors = []
    for _ in range(6):
        actors.append(world.actor(world.enter()))
        world.clock.advance(minutes=30)
    assert world.sessions.end_others(actors[-1]) == 5
    assert [s["session_id"] for s in world.sessions.mine(actors[-1])] == [actors[-1].session_id]
    assert world.sessions.end_others(actors[-1]) == 0


def test_all_others_while_one_of_them_ends_by_itself(world):
    actors = []
    for _ in range(3):
        actors.append(world.actor(world.enter()))
        world.clock.advance(minutes=30)
    world.tables.before_next_commit(lambda: world.sessions.sign_out(actors[0]))
    assert world.sessions.end_others(actors[2]) == 1
    assert len(world.sessions.mine(actors[2])) == 1


def test_sign_out_ends_access_and_refresh(world):
    tokens = world.enter()
    actor = world.actor(tokens)
    world.sessions.sign_out(actor)
    with pytest.raises(SessionEndedError):
        world.gate.signed_in(actor)
    with pytest.raises(SessionEndedError):
        world.sessions.refresh(CALLER, tokens["refresh_token"])


# --- step-up


@pytest.mark.requirement("ID-3")
def test_step_up_by_sms_makes_the_session_fresh(world):
    tokens = world.enter()
    world.clock.advance(minutes=8)
    actor = world.actor(tokens)
    with pytest.raises(StepUpRequiredError):
        world.gate.fresh(actor)
    world.sessions.send_code(actor)
    code = world.sms_code()
    fresh = world.sessions.step_up(actor, "sms", code)
    claims = world.signer.verify(fresh["access_token"], purpose="access")
    assert claims["cat"] == int(world.clock().timestamp())
    assert claims["sid"] == actor.session_id
    with pytest.raises(CredentialsError):
        world.sessions.step_up(actor, "sms", code)
    world.clock.advance(minutes=2)
    again = world.sessions.refresh(CALLER, tokens["refresh_token"])
    assert world.signer.verify(again["access_token"], purpose="access")["cat"] == claims["cat"]


@pytest.mark.requirement("ID-3")
def test_step_up_by_totp_takes_a_code_once(world):
    actor = world.actor(world.enter())
    generator = pyotp.TOTP(world.people.begin_totp(actor)["secret"])
    world.people.confirm_totp(actor, generator.at(world.clock()))
    world.clock.advance(seconds=60)
    code = generator.at(world.clock())
    assert world.sessions.step_up(actor, "totp", code)
    with pytest.raises(CredentialsError):
        world.sessions.step_up(actor, "totp", code)
    assert [event.outcome for event in world.events("session:step-up")] == ["success", "denied"]


def test_one_sms_code_steps_up_once_also_when_two_uses_meet(world):
    actor = world.actor(world.enter())
    world.sessions.send_code(actor)
    code, made = world.sms_code(), []
    world.tables.before_next_commit(lambda: made.append(world.sessions.step_up(actor, "sms", code)))
    with pytest.raises(CredentialsError):
        world.sessions.step_up(actor, "sms", code)
    assert len(made) == 1


def test_a_session_that_ends_meanwhile_is_not_stepped_up(world):
    actor = world.actor(world.enter())
    generator = pyotp.TOTP(world.people.begin_totp(actor)["secret"])
    world.people.confirm_totp(actor, generator.at(world.clock()))
    world.clock.advance(minutes=1)
    world.tables.before_next_commit(lambda: world.sessions.sign_out(actor))
    with pytest.raises(CredentialsError):
        world.sessions.step_up(actor, "totp", generator.at(world.clock()))


@pytest.mark.requirement("SEC-3")
def test_step_up_cannot_be_guessed(world):
    actor = world.actor(world.enter())
    world.sessions.send_code(actor)
    wrong = f"{(int(world.sms_code()) + 1) % 10**6:06d}"
    for _ in range(limits.CODE.limit):
        with pytest.raises(CredentialsError):
            world.sessions.step_up(actor, "sms", wrong)
    with pytest.raises(LockedOutError):
        world.sessions.step_up(actor, "sms", world.sms_code())


def test_the_code_of_one_session_does_not_serve_another(world):
    one, two = world.actor(world.enter()), world.actor(world.enter())
    world.sessions.send_code(one)
    with pytest.raises(CredentialsError):
        world.sessions.step_up(two, "sms", world.sms_code())


# --- the role that is acted in


@pytest.mark.requirement("ID-12")
def test_a_change_of_role_ends_the_tokens_of_the_old_one(world):
    member(world, "m1")
    tokens = world.enter()
    patient = world.actor(tokens)
    doctor = world.actor(world.sessions.act_as(patient, Role.DOCTOR))
    assert (doctor.role, doctor.member_id, doctor.organisation_id) == (Role.DOCTOR, "m1", "clinic")
    world.gate.signed_in(doctor)
    with pytest.raises(SessionEndedError):
        world.gate.signed_in(patient)
    back = world.actor(world.sessions.act_as(doctor, Role.PATIENT))
    world.gate.signed_in(back)
    assert (back.member_id, back.organisation_id) == ("", "")


@pytest.mark.requirement("ID-12")
def test_a_role_must_be_held_and_clear(world):
    member(world, "m1")
    member(world, "m2", department="surgery")
    actor = world.actor(world.enter())
    with pytest.raises(InvalidFieldsError) as caught:
        world.sessions.act_as(actor, Role.DOCTOR)
    assert caught.value.fields[0].field == "/member_id"
    with pytest.raises(InvalidFieldsError):
        world.sessions.act_as(actor, Role.DOCTOR, "m3")
    with pytest.raises(InvalidFieldsError):
        world.enter(role=Role.DOCTOR)
    assert world.sessions.act_as(actor, Role.DOCTOR, "m2")["role"] == "doctor"
    for role in (Role.NURSE, Role.SYSTEM, Role.PHARMACY, Role.ANONYMOUS):
        with pytest.raises(AccessDeniedError):
            world.sessions.act_as(world.actor(world.enter()), role)
