from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import factors, limits
from chalicelib.domain.identity import Role
from chalicelib.errors import (
    AccessDeniedError,
    AuditUnavailableError,
    CredentialsError,
    LockedOutError,
    MedkartaError,
    TooManyRequestsError,
    WrongStateError,
)
from chalicelib.ports import keys
from chalicelib.ports.tables import Put, Store, Update
from tests.accounts import CALLER, PASSWORD, Accounts, repeat
from tests.fakes import START

pytestmark = pytest.mark.requirement("ID-3")


@pytest.fixture
def world() -> Accounts:
    made = Accounts()
    made.person = made.register()
    return made


def with_totp(world: Accounts) -> pyotp.TOTP:
    actor = world.actor(world.enter())
    generator = pyotp.TOTP(world.people.begin_totp(actor)["secret"])
    world.people.confirm_totp(actor, generator.at(world.clock()))
    world.clock.advance(minutes=2)
    return generator


# --- the password


@pytest.mark.parametrize("login", ["8 926 001-22-33", "+79260012233", "PERSON1@example.org", "snils"])
def test_every_identifier_is_a_login(world, login):
    login = world.form()["snils"] if login == "snils" else login
    begun = world.sign_in.begin(CALLER, login, PASSWORD)
    assert begun["factors"] == ["sms"]
    assert world.events("session:password")[-1].subject == world.person


def test_a_wrong_password_and_an_unknown_login_look_alike(world):
    seen = []
    for login, password in ((world.form()["phone"], "x"), ("+79990000000", PASSWORD), ("nobody", PASSWORD)):
        world.tables.calls.clear()
        checks = world.passwords.checks
        with pytest.raises(CredentialsError) as caught:
            world.sign_in.begin(CALLER, login, password)
        error = caught.value
        seen.append(
            (
                error.code,
                error.detail,
                error.extra,
                error.retry_after,
                world.passwords.checks - checks,
                list(world.tables.calls),
            )
        )
    assert seen[0] == seen[1] == seen[2]
    assert [event.subject for event in world.events("session:create")] == [world.person, "sys", "sys"]
    assert {event.outcome for event in world.events("session:create")} == {"denied"}


@pytest.mark.requirement("SEC-3")
@pytest.mark.parametrize("login", ["+79260012233", "+79990000000"], ids=["known", "unknown"])
def test_five_failures_lock_known_and_unknown_logins_alike(world, login):
    found = []
    for _ in range(7):
        with pytest.raises(MedkartaError) as caught:
            world.sign_in.begin(CALLER, login, "wrong")
        found.append(caught.value.code)
    assert found == ["credentials-invalid"] * 5 + ["locked-out"] * 2
    assert 0 < caught.value.retry_after <= 900
    assert world.events("session:create")[-1].reason == "locked-out"


@pytest.mark.requirement("SEC-3")
def test_a_lock_holds_for_the_right_password_however_the_login_is_written_and_ends(world):
    for _ in range(5):
        with pytest.raises(CredentialsError):
            world.sign_in.begin(CALLER, world.form()["phone"], "wrong")
    with pytest.raises(LockedOutError) as caught:
        world.sign_in.begin(CALLER, "+7 926 001 22 33", PASSWORD)
    world.clock.advance(seconds=caught.value.retry_after)
    assert world.begin()


@pytest.mark.requirement("SEC-3")
def test_guesses_at_once_get_no_more_tries(world):
    def guess(_n):
        try:
            world.sign_in.begin(CALLER, "person1@example.org", "wrong")
        except MedkartaError as error:
            return error.code
        return "in"

    before = world.passwords.checks
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(guess, range(20)))
    assert found.count("credentials-invalid") == 5
    assert world.passwords.checks - before == 5


def test_a_success_forgets_the_failures(world):
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(CredentialsError):
                world.sign_in.begin(CALLER, world.form()["phone"], "wrong")
        world.begin()


def test_a_blocked_account_looks_like_a_wrong_password(world):
    world.tables.commit([Update(keys.profile(world.person), {"state": "blocked"})])
    with pytest.raises(CredentialsError):
        world.begin()


def test_without_its_audit_entry_there_is_no_challenge(world):
    world.audit.fail_next()
    with pytest.raises(AuditUnavailableError):
        world.begin()
    assert not [key for key in world.tables.rows(Store.IDENTITY) if key.pk.startswith("CHALLENGE#")]


# --- the second factor


def test_a_password_alone_opens_nothing(world):
    challenge = world.begin()
    for factor in ("sms", "totp"):
        with pytest.raises(CredentialsError):
            world.sign_in.finish(CALLER, challenge, factor, "000000")
    assert not [key for key in world.tables.rows(Store.IDENTITY) if key.sk.startswith("SESSION#")]


def test_sign_in_by_sms(world):
    tokens = world.enter()
    claims = world.signer.verify(tokens["access_token"], purpose="access", audience="medkarta-api")
    now = int(world.clock().timestamp())
    assert (claims["sub"], claims["role"], claims["cat"], claims["cid"]) == (world.person, "patient", now, "portal")
    assert claims["exp"] - claims["iat"] == tokens["expires_in"] == 600
    world.gate.signed_in(world.actor(tokens))
    event = world.events("session:create")[-1]
    assert (event.outcome, event.subject, event.details["factor"]) == ("success", world.person, "sms")
    assert event.actor.ip == "192.0.2.1"


def test_a_challenge_is_good_once_and_ten_minutes(world):
    challenge = world.begin()
    world.sign_in.send_code(CALLER, challenge)
    world.sign_in.finish(CALLER, challenge, "sms", world.sms_code())
    with pytest.raises(CredentialsError):
        world.sign_in.finish(CALLER, challenge, "sms", world.sms_code())
    late = world.begin()
    world.sign_in.send_code(CALLER, late)
    world.clock.advance(minutes=10)
    with pytest.raises(CredentialsError):
        world.sign_in.finish(CALLER, late, "sms", world.sms_code())
    with pytest.raises(CredentialsError):
        world.sign_in.send_code(CALLER, "unknown")


def test_a_late_code_does_not_prolong_its_challenge(world):
    challenge = world.begin()
    world.clock.advance(minutes=5)
    world.sign_in.send_code(CALLER, challenge)
    world.clock.advance(minutes=5)
    for call in (
        lambda: world.sign_in.finish(CALLER, challenge, "sms", world.sms_code()),
        lambda: world.sign_in.send_code(CALLER, challenge),
    ):
        with pytest.raises(CredentialsError):
            call()


def test_a_code_that_was_replaced_meanwhile_opens_nothing(world):
    challenge = world.begin()
    world.sign_in.send_code(CALLER, challenge)
    world.tables.before_next_commit(lambda: world.sign_in.send_code(CALLER, challenge))
    with pytest.raises(CredentialsError):
        world.sign_in.finish(CALLER, challenge, "sms", world.sms_code())


def test_one_challenge_makes_one_session_also_when_two_answers_meet(world):
    challenge = world.begin()
    world.sign_in.send_code(CALLER, challenge)
    code = world.sms_code()

    def finish(_n):
        try:
            return world.sign_in.finish(CALLER, challenge, "sms", code)["session_id"]
        except CredentialsError:
            return None

    with ThreadPoolExecutor(4) as pool:
        made = [session for session in pool.map(finish, range(4)) if session]
    assert len(made) == 1


@pytest.mark.requirement("SEC-3")
def test_a_code_takes_five_answers_and_a_person_ten(world):
    found = []
    for _ in range(3):
        challenge = world.begin()
        world.sign_in.send_code(CALLER, challenge)
        wrong = f"{(int(world.sms_code()) + 1) % 10**6:06d}"
        for _ in range(6):
            with pytest.raises(MedkartaError) as caught:
                world.sign_in.finish(CALLER, challenge, "sms", wrong)
            found.append(caught.value.code)
    assert found.count("credentials-invalid") <= limits.FACTOR.limit
    assert found[5] == "locked-out"
    assert found[-1] == "locked-out"
    challenge = world.begin()
    world.sign_in.send_code(CALLER, challenge)
    with pytest.raises(LockedOutError):
        world.sign_in.finish(CALLER, challenge, "sms", world.sms_code())


def test_a_new_code_replaces_the_old_one(world):
    challenge = world.begin()
    world.sign_in.send_code(CALLER, challenge)
    old = world.sms_code()
    world.sign_in.send_code(CALLER, challenge)
    new = world.sms_code()
    if old != new:
        with pytest.raises(CredentialsError):
            world.sign_in.finish(CALLER, challenge, "sms", old)
    assert world.sign_in.finish(CALLER, challenge, "sms", new)


@pytest.mark.requirement("SEC-3")
def test_sms_are_limited_for_each_person(world):
    challenge = world.begin()
    with pytest.raises(TooManyRequestsError):
        repeat(limits.SMS_PERSON.limit + 1, lambda: world.sign_in.send_code(CALLER, challenge))
    assert len(world.messenger.texts) == 1 + limits.SMS_PERSON.limit


def test_two_codes_at_once_never_leave_a_code_that_does_not_work(world):
    challenge = world.begin()
    rival = {"code": "other", "code_number": 1, "code_until": 2**33}
    world.tables.before_next_commit(lambda: world.tables.commit([Update(keys.challenge(challenge), rival, {"ver": 1})]))
    sent = len(world.messenger.texts)
    with pytest.raises(WrongStateError):
        world.sign_in.send_code(CALLER, challenge)
    assert len(world.messenger.texts) == sent


# --- authenticator app


def test_sign_in_by_totp_and_no_code_twice(world):
    generator = with_totp(world)
    assert world.sign_in.begin(CALLER, world.form()["phone"], PASSWORD)["factors"] == ["totp", "sms"]
    code = generator.at(world.clock())
    assert world.sign_in.finish(CALLER, world.begin(), "totp", code)
    with pytest.raises(CredentialsError):
        world.sign_in.finish(CALLER, world.begin(), "totp", code)
    world.clock.advance(seconds=30)
    assert world.sign_in.finish(CALLER, world.begin(), "totp", generator.at(world.clock()))


def test_one_totp_code_opens_one_session_also_when_two_uses_meet(world):
    generator = with_totp(world)
    code = generator.at(world.clock())
    one, two = world.begin(), world.begin()
    made = []
    # The other use comes in right after this one has read the last step.
    world.tables.before_next_commit(lambda: made.append(world.sign_in.finish(CALLER, two, "totp", code)))
    with pytest.raises(CredentialsError):
        world.sign_in.finish(CALLER, one, "totp", code)
    assert len(made) == 1


def test_the_code_that_enrolled_the_app_does_not_sign_in(world):
    actor = world.actor(world.enter())
    generator = pyotp.TOTP(world.people.begin_totp(actor)["secret"])
    code = generator.at(world.clock())
    with pytest.raises(CredentialsError):
        world.people.confirm_totp(actor, f"{(int(code) + 1) % 10**6:06d}")
    assert world.people.confirm_totp(actor, code) == {"factors": ["totp", "sms"]}
    with pytest.raises(CredentialsError):
        world.sign_in.finish(CALLER, world.begin(), "totp", code)


@pytest.mark.requirement("SEC-1")
def test_a_totp_secret_is_nowhere_in_the_clear(world):
    actor = world.actor(world.enter())
    secret = world.people.begin_totp(actor)["secret"]
    assert secret.encode() not in world.tables.raw_bytes()
    with pytest.raises(CredentialsError):  # and it is no factor before it is confirmed
        world.sign_in.finish(CALLER, world.begin(), "totp", pyotp.TOTP(secret).at(world.clock()))


@given(st.integers(-3, 3), st.integers(-3, 3))
def test_totp_window_and_replay(step, last):
    """A code counts when its step is in the window and later than the last one used (RFC 6238, 5.2)."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    middle = int(START.timestamp()) // 30
    code = pyotp.TOTP(secret).generate_otp(middle + step)
    others = {pyotp.TOTP(secret).generate_otp(middle + n) for n in range(-3, 4) if n != step}
    assert code not in others
    expected = middle + step if abs(step) <= 1 and step > last else None
    assert factors.totp_step(secret, code, START, middle + last) == expected


def test_totp_vector_of_the_rfc():
    """RFC 6238, appendix B, SHA-1, last six digits."""
    from datetime import UTC, datetime

    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for second, code in ((59, "287082"), (1111111109, "081804"), (2000000000, "279037")):
        assert factors.totp_step(secret, code, datetime.fromtimestamp(second, UTC), 0) == second // 30
    for code in ("", "28708", "2870822", "２８７０８２", "28708a"):
        assert factors.totp_step(secret, code, datetime.fromtimestamp(59, UTC), 0) is None


# --- roles


@pytest.mark.requirement("ID-12")
def test_a_role_that_is_not_held_is_refused_and_recorded(world):
    for role in (Role.DOCTOR, Role.SYSTEM, Role.PHARMACY, Role.REPRESENTATIVE):
        challenge = world.begin()
        world.sign_in.send_code(CALLER, challenge)
        with pytest.raises(AccessDeniedError):
            world.sign_in.finish(CALLER, challenge, "sms", world.sms_code(), role)
    assert [e.reason for e in world.events("session:create")] == ["role"] * 4


@pytest.mark.requirement("ID-12")
def test_an_ended_membership_gives_no_role(world):
    row = {
        "member": "m1",
        "role": "doctor",
        "organisation": "clinic",
        "department": "d",
        "state": "ended",
    }
    world.tables.commit([Put(keys.member(world.person, "m1"), row)])
    with pytest.raises(AccessDeniedError):
        world.enter(role=Role.DOCTOR)


@pytest.mark.requirement("SEC-3")
def test_no_secret_in_the_audit_entries(world):
    challenge = world.begin()
    world.sign_in.send_code(CALLER, challenge)
    code = world.sms_code()
    tokens = world.sign_in.finish(CALLER, challenge, "sms", code)
    text = repr(world.audit.events)
    for secret in (code, PASSWORD, tokens["refresh_token"].split(".")[2], world.form()["snils"], "+79260012233"):
        assert secret not in text
    assert tokens["refresh_token"].split(".")[2].encode() not in world.tables.raw_bytes()
