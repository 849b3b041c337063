"""Signing in, staying and going, through the front door (ID-3, ID-9, SEC-3)."""

from __future__ import annotations

import time
from typing import Any

import pyotp
import pytest

from chalicelib.bootstrap import services
from tests.functional.front import PASSWORD, Front, Person, Reply
from tests.functional.story import PRESCRIPTION, pump, reissued

pytestmark = pytest.mark.xdist_group("story")

WRONG = (401, "credentials-invalid")
ENDED = (401, "session-ended")
LOCK_WINDOW = 15 * 60  # seconds


def outcome(reply: Reply) -> tuple[int, str]:
    return reply.status, reply.code


def begin(front: Front, person: Person, password: str = PASSWORD) -> Reply:
    return front.call("POST", "/api/v1/sessions", {"login": person.phone, "password": password})


def finish(front: Front, begun: Reply, **given: str) -> Reply:
    return front.call("POST", f"/api/v1/sessions/{begun.body['challenge_id']}/factor", given)


def me(front: Front, token: str) -> Reply:
    return front.call("GET", "/api/v1/me", token=token)


def now() -> int:
    return int(services().clock().timestamp())


@pytest.fixture
def person(front: Front) -> Person:
    return front.sign_in(front.register())


@pytest.mark.requirement("ID-3")
def test_a_password_alone_opens_nothing(front: Front, person: Person) -> None:
    begun = begin(front, person)
    assert set(begun.body) == {"challenge_id", "factors", "expires_in"}
    assert outcome(me(front, begun.body["challenge_id"])) == (401, "not-signed-in")
    assert outcome(finish(front, begun, factor="sms", code="000000")) == WRONG
    assert outcome(finish(front, begun, factor="totp", code="000000")) == WRONG


@pytest.mark.requirement("ID-3")
def test_an_authenticator_app_is_enrolled_and_each_code_is_good_once(front: Front, person: Person) -> None:
    secret = front.ok("POST", "/api/v1/me/totp", token=person.token)["secret"]
    app = pyotp.TOTP(secret)
    assert begin(front, person).body["factors"] == ["sms"]  # not before a code has shown that the app has it
    assert outcome(confirm(front, person, wrong(app))) == WRONG
    enrolled = app.at(now())
    assert confirm(front, person, enrolled).body["factors"] == ["totp", "sms"]
    begun = begin(front, person)
    assert begun.body["factors"] == ["totp", "sms"]
    assert outcome(finish(front, begun, factor="totp", code=enrolled)) == WRONG  # used for the enrolment
    code = app.at(now() + 30)
    entered = finish(front, begun, factor="totp", code=code)
    assert me(front, entered.body["access_token"]).status == 200
    assert outcome(finish(front, begin(front, person), factor="totp", code=code)) == WRONG
    assert outcome(finish(front, begun, factor="totp", code=code)) == WRONG  # the challenge is used up too


def confirm(front: Front, person: Person, code: str) -> Reply:
    return front.call("POST", "/api/v1/me/totp/confirm", {"code": code}, token=person.token)


def wrong(app: pyotp.TOTP) -> str:
    """A code that the app shows at no moment near this one."""
    near = {app.at(now() + 30 * step) for step in range(-3, 4)}
    return next(
        code for code in ("111111", "222222", "333333", "444444", *map(str, range(10**5, 10**6))) if code not in near
    )


@pytest.mark.requirement("ID-9")
def test_a_refresh_token_is_good_once_and_a_second_use_ends_the_session(front: Front, person: Person) -> None:
    def refresh(token: str) -> Reply:
        return front.call("POST", "/api/v1/sessions/refresh", {"refresh_token": token})

    first = refresh(person.refresh)
    second = refresh(first.body["refresh_token"])
    assert len({person.refresh, first.body["refresh_token"], second.body["refresh_token"]}) == 3
    assert me(front, second.body["access_token"]).status == 200
    assert outcome(refresh(person.refresh)) == ENDED  # somebody holds a copy
    for token in (person.token, first.body["access_token"], second.body["access_token"]):
        assert outcome(me(front, token)) == ENDED
    assert outcome(refresh(second.body["refresh_token"])) == ENDED
    pump()
    front.sign_in(person)
    inbox = front.ok("GET", "/api/v1/me/notices", token=person.token)["items"]
    assert [notice["event"] for notice in inbox] == ["session_revoked"]


@pytest.mark.requirement("ID-9")
def test_a_refresh_token_of_nobody_ends_nothing(front: Front, person: Person) -> None:
    head = person.refresh.rpartition(".")[0]
    for token in (f"{head}.{'x' * 65}", "x" * 40, person.token[:300]):
        assert front.call("POST", "/api/v1/sessions/refresh", {"refresh_token": token}).status == 401
    assert me(front, person.token).status == 200


@pytest.mark.requirement("ID-9")
def test_signing_out_holds_from_the_next_request(front: Front, person: Person) -> None:
    assert front.call("POST", "/api/v1/sessions/sign-out", token=person.token).status == 204
    assert outcome(me(front, person.token)) == ENDED
    again = front.call("POST", "/api/v1/sessions/refresh", {"refresh_token": person.refresh})
    assert outcome(again) == ENDED


@pytest.mark.requirement("ID-9")
def test_other_devices_can_be_signed_out(front: Front, person: Person) -> None:
    old = person.token
    front.sign_in(person)
    listed = front.ok("GET", "/api/v1/me/sessions", token=person.token)["items"]
    assert [session["current"] for session in listed].count(True) == 1
    assert len(listed) == 2
    assert front.ok("DELETE", "/api/v1/me/sessions", token=person.token) == {"ended": 1}
    assert outcome(me(front, old)) == ENDED
    assert me(front, person.token).status == 200


@pytest.mark.requirement("ID-3", "ACC-2")
def test_consent_wants_a_fresh_second_factor(front: Front) -> None:
    patient, doctor = front.patient(), front.staff("doctor")
    front.ok("POST", f"/api/v1/patients/{patient.id}/consent-requests", {}, token=doctor.token)
    path, body = f"/api/v1/me/consents/{doctor.member}", {"state": "granted"}
    for stale in (reissued(patient.token, cat=now() - 301), reissued(patient.token, cat=0)):
        reply = front.call("PUT", path, body, token=stale, If_Match='W/"1"')
        assert outcome(reply) == (403, "step-up-required")
    front.ok("POST", "/api/v1/me/step-up/sms", token=stale)
    code = front.code(patient.phone)
    fresh = front.ok("POST", "/api/v1/me/step-up", {"factor": "sms", "code": code}, token=stale)["access_token"]
    assert front.call("PUT", path, body, token=fresh, If_Match='W/"1"').status == 200
    again = front.call("POST", "/api/v1/me/step-up", {"factor": "sms", "code": code}, token=stale)
    assert outcome(again) == WRONG


@pytest.mark.requirement("RX-1", "ID-3")
def test_a_signature_wants_a_fresh_second_factor_and_nothing_is_written_without(front: Front) -> None:
    patient, doctor = front.patient(), front.staff("doctor")
    front.consent(patient, doctor)
    path, stale = f"/api/v1/patients/{patient.id}/prescriptions", reissued(doctor.token, cat=now() - 301)
    reply = front.call("POST", path, PRESCRIPTION, token=stale, Idempotency_Key=front.key())
    assert outcome(reply) == (403, "step-up-required")
    assert front.ok("GET", path, token=patient.token)["items"] == []
    assert front.call("GET", path, token=stale).status == 200  # reading needs no fresh factor
    done = front.call("POST", path, PRESCRIPTION, token=doctor.token, Idempotency_Key=front.key())
    assert done.status == 201


@pytest.mark.requirement("ID-12")
def test_a_role_taken_away_is_gone_with_the_next_request(front: Front) -> None:
    doctor = front.staff("doctor")
    assert front.call("GET", "/api/v1/me/patients", token=doctor.token).status == 200
    admin = reissued(front.administrator().token, cat=now())
    path = f"/api/v1/organisations/{doctor.extra['organisation']}/staff/{doctor.member}"
    assert front.call("DELETE", path, token=admin).status == 204
    assert outcome(front.call("GET", "/api/v1/me/patients", token=doctor.token)) == ENDED
    begun = begin(front, doctor)
    front.ok("POST", f"/api/v1/sessions/{begun.body['challenge_id']}/sms")
    given = {"factor": "sms", "code": front.code(doctor.phone)}
    assert outcome(finish(front, begun, **given, role="doctor")) == (403, "access-denied")


@pytest.mark.requirement("SEC-3", "ID-11")
def test_wrong_passwords_lock_an_account_and_a_login_that_is_nobodys_alike(front: Front, person: Person) -> None:
    left = LOCK_WINDOW - now() % LOCK_WINDOW
    if left < 30:  # windows are fixed: do not begin at the end of one
        time.sleep(left)
    nobody = Person("", "+79990000000", "", "")
    seen: dict[str, list[Any]] = {}
    for name, who in (("known", person), ("nobody", nobody)):
        tries = [begin(front, who, "Wrong-Word-1") for _ in range(5)]
        tries.append(begin(front, who))
        seen[name] = [(outcome(reply), reply.body["title"]) for reply in tries]
        assert tries[-1].status == 429
        assert tries[-1].code == "locked-out"
        assert 1 <= int(tries[-1].headers["retry-after"]) <= LOCK_WINDOW
        assert {outcome(reply) for reply in tries[:-1]} == {WRONG}
    assert seen["known"] == seen["nobody"]
    assert me(front, person.token).status == 200  # who is in stays in
