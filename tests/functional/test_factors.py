"""Passkeys, recovery codes and the switch of SMS through the front door (ID-3, ID-4, ID-8)."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.bootstrap import services
from tests.authenticator import PRESENT, Authenticator
from tests.functional.front import PASSWORD, Front, Person
from tests.functional.story import reissued

pytestmark = [pytest.mark.xdist_group("functional-factors"), pytest.mark.requirement("ID-3", "ID-4")]

WRONG = (401, "credentials-invalid")


class Owner:
    """Somebody signed in, with a device that can make passkeys."""

    def __init__(self, front: Front) -> None:
        self.front = front
        self.person: Person = front.sign_in(front.register())
        self.device = Authenticator(services().settings.public_url)

    def call(self, method: str, path: str, body: Any = None, token: str = "") -> tuple[int, Any]:
        reply = self.front.call(method, "/api/v1" + path, body, token=token or self.person.token)
        return reply.status, reply.body

    def ok(self, method: str, path: str, body: Any = None) -> Any:
        return self.front.ok(method, "/api/v1" + path, body, token=self.person.token)

    def add(self) -> str:
        made = self.device.create(self.ok("POST", "/me/passkeys/options"))
        return self.ok("POST", "/me/passkeys", {"credential": made, "name": "Телефон"})["passkey_id"]

    def begin(self) -> dict[str, Any]:
        given = {"login": self.person.phone, "password": PASSWORD}
        return self.front.ok("POST", "/api/v1/sessions", given)

    def enter(self, challenge: str, **given: Any) -> tuple[int, Any]:
        reply = self.front.call("POST", f"/api/v1/sessions/{challenge}/factor", given)
        return reply.status, reply.body

    def ask(self) -> tuple[str, Any]:
        challenge = self.begin()["challenge_id"]
        return challenge, self.front.ok("POST", f"/api/v1/sessions/{challenge}/passkey")


@pytest.fixture(scope="module")
def owner(front: Front) -> Owner:
    return Owner(front)


def test_a_passkey_is_added_signs_in_steps_up_and_is_deleted(owner: Owner) -> None:
    passkey_id = owner.add()
    assert owner.begin()["factors"] == ["passkey", "sms"]
    challenge, options = owner.ask()
    status, session = owner.enter(challenge, factor="passkey", assertion=owner.device.get(options))
    assert status == 200
    stale = reissued(session["access_token"], cat=0)
    assert owner.call("DELETE", f"/me/passkeys/{passkey_id}", token=stale)[0] == 403
    options = owner.call("POST", "/me/step-up/passkey", token=stale)[1]
    given = {"factor": "passkey", "assertion": owner.device.get(options)}
    status, fresh = owner.call("POST", "/me/step-up", given, token=stale)
    assert status == 200
    renamed = owner.call("PATCH", f"/me/passkeys/{passkey_id}", {"name": "Старый"}, token=stale)[1]
    assert renamed["name"] == "Старый"
    assert [p["name"] for p in owner.ok("GET", "/me/passkeys")["items"]] == ["Старый"]
    assert owner.call("DELETE", f"/me/passkeys/{passkey_id}", token=fresh["access_token"]) == (204, None)
    assert owner.ok("GET", "/me")["factors"] == ["sms"]


def test_an_answer_without_verification_or_for_another_origin_opens_nothing(owner: Owner) -> None:
    passkey_id = owner.add()
    for name, value in (("flags", PRESENT), ("origin", "https://evil.example")):
        bad = owner.device.twin()
        setattr(bad, name, value)
        challenge, options = owner.ask()
        status, body = owner.enter(challenge, factor="passkey", assertion=bad.get(options))
        assert (status, body["code"]) == WRONG
    owner.ok("DELETE", f"/me/passkeys/{passkey_id}")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"factor": "passkey"}, "/assertion"),
        ({"factor": "passkey", "code": "000000", "assertion": {}}, "/code"),
        ({"factor": "totp", "assertion": {}}, "/code"),
        ({"factor": "totp", "code": "12345"}, "/code"),
        ({"factor": "voice", "code": "000000"}, "/factor"),
    ],
)
def test_an_answer_out_of_form_names_its_field(owner: Owner, given: dict[str, Any], field: str) -> None:
    for path, token in (("/sessions/none/factor", ""), ("/me/step-up", owner.person.token)):
        status, body = owner.call("POST", path, given, token=token)
        assert (status, body["code"], body["fields"][0]["field"]) == (422, "invalid-fields", field)


def test_what_is_no_assertion_is_no_answer(owner: Owner) -> None:
    for assertion in ({}, {"id": 1, "response": []}, {"id": "x" * 3000, "response": {"clientDataJSON": "e30"}}):
        status, body = owner.call("POST", "/me/passkeys", {"credential": assertion, "name": "x"})
        assert (status, body["code"]) == WRONG
        status, body = owner.enter("none", factor="passkey", assertion=assertion)
        assert (status, body["code"]) == WRONG


@pytest.mark.requirement("ID-8")
def test_recovery_codes_open_once_and_sms_may_then_go(front: Front) -> None:
    owner = Owner(front)
    stale = reissued(owner.person.token, cat=0)
    for method, path, body in (
        ("POST", "/me/recovery-codes", None),
        ("PUT", "/me/sms-factor", {"enabled": False}),
        ("DELETE", "/me/totp", None),
        ("POST", "/me/passkeys/options", None),
    ):
        status, refused = owner.call(method, path, body, token=stale)
        assert (status, refused["code"]) == (403, "step-up-required")
    passkey_id = owner.add()
    codes = owner.ok("POST", "/me/recovery-codes")["codes"]
    assert owner.ok("PUT", "/me/sms-factor", {"enabled": False})["factors"] == ["passkey", "recovery-code"]
    begun = owner.begin()
    assert begun["factors"] == ["passkey", "recovery-code"]
    assert owner.call("POST", f"/sessions/{begun['challenge_id']}/sms")[0] == 409
    status, refused = owner.call("DELETE", f"/me/passkeys/{passkey_id}")
    assert (status, refused["code"]) == (409, "last-factor")
    status, session = owner.enter(begun["challenge_id"], factor="recovery-code", code=codes[0].lower())
    assert status == 200
    status, body = owner.enter(owner.begin()["challenge_id"], factor="recovery-code", code=codes[0])
    assert (status, body["code"]) == WRONG
    left = owner.call("GET", "/me/recovery-codes", token=session["access_token"])[1]
    assert left["left"] == 9
    front.pump()
    titles = [n["title"] for n in owner.ok("GET", "/me/notices")["items"]]
    assert {
        "Использован код восстановления",
        "Новые коды восстановления",
        "Добавлен способ подтверждения входа",
    } <= set(titles)
