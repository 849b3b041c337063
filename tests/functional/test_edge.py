"""The portal's cookie and sealed bodies through the front door."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from chalicelib.bootstrap import services
from chalicelib.crypto.session_cipher import JoseSessionCipher
from chalicelib.domain import session_keys
from chalicelib.domain.session_keys import Purpose, request_header
from tests.functional.front import PASSWORD, Front, Person, Reply

pytestmark = pytest.mark.xdist_group("functional-edge")

PORTAL = {"X_REQUESTED_BY": "portal", "SEC_FETCH_SITE": "same-origin"}


@pytest.fixture
def anna(front: Front) -> Person:
    """Somebody new each time: SMS codes of one person are limited."""
    return front.register()


# --- the cookie


class Browser:
    """A browser with the portal open: it keeps the cookie that it was given and sends it with every request."""

    def __init__(self, front: Front, **headers: str) -> None:
        self.front = front
        self.cookie = ""
        self.headers = PORTAL | headers

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        sent = self.headers | ({"COOKIE": self.cookie} if self.cookie else {}) | headers
        reply = self.front.call(method, "/api/v1" + path, body, **{n: v for n, v in sent.items() if v})
        if "set-cookie" in reply.headers:
            self.cookie = reply.headers["set-cookie"].partition(";")[0]
        return reply

    def sign_in(self, person: Person) -> Reply:
        begun = self.ask("POST", "/sessions", {"login": person.phone, "password": PASSWORD}).body
        self.ask("POST", f"/sessions/{begun['challenge_id']}/sms")
        given = {"factor": "sms", "code": self.front.code(person.phone), "role": "patient"}
        return self.ask("POST", f"/sessions/{begun['challenge_id']}/factor", given)


@pytest.fixture
def browser(front: Front, anna: Person) -> Browser:
    made = Browser(front)
    assert made.sign_in(anna).status == 200
    return made


@pytest.mark.requirement("ID-9")
def test_the_portal_has_no_token_in_a_body(front: Front, anna: Person) -> None:
    browser = Browser(front)
    reply = browser.sign_in(anna)
    assert not {"access_token", "refresh_token"} & reply.body.keys()
    flags = reply.headers["set-cookie"]
    assert flags.startswith("__Host-sid=")
    assert all(word in flags for word in ("Path=/", "Secure", "HttpOnly", "SameSite=Strict"))
    assert browser.ask("GET", "/me").body["person_id"] == anna.id


@pytest.mark.requirement("ID-9", "SEC-3")
@pytest.mark.parametrize(
    "headers",
    [
        {"SEC_FETCH_SITE": "cross-site"},
        {"SEC_FETCH_SITE": "same-site"},
        {"SEC_FETCH_SITE": ""},
        {"SEC_FETCH_SITE": "", "ORIGIN": "https://elsewhere.example"},
        {"X_REQUESTED_BY": ""},
        {"CONTENT_TYPE": "text/plain"},
    ],
)
def test_the_server_itself_refuses_what_another_site_sends(browser: Browser, headers: dict[str, str]) -> None:
    reply = browser.ask("PATCH", "/me", {"language": "en"}, **headers)
    assert (reply.status, reply.code) == (403, "cross-site")
    assert browser.ask("GET", "/me").body["language"] == "ru"


@pytest.mark.requirement("ID-9")
def test_another_site_cannot_sign_its_own_account_in(front: Front, anna: Person) -> None:
    reply = Browser(front, SEC_FETCH_SITE="cross-site").ask(
        "POST", "/sessions", {"login": anna.phone, "password": PASSWORD}
    )
    assert (reply.status, reply.code) == (403, "cross-site")


@pytest.mark.requirement("ID-9")
def test_an_access_token_that_ran_out_is_renewed_on_the_way(browser: Browser) -> None:
    secret, _, access = browser.cookie.partition("~")
    browser.cookie = f"{secret}~{access[:-4]}AAAA"
    reply = browser.ask("GET", "/me")
    assert reply.status == 200
    assert "set-cookie" in reply.headers
    assert browser.cookie.startswith(secret + "~")
    assert "set-cookie" not in browser.ask("GET", "/me").headers


@pytest.mark.requirement("ID-9")
def test_a_cookie_with_another_secret_is_nobody(browser: Browser) -> None:
    secret, _, _ = browser.cookie.partition("~")
    browser.cookie = f"{secret[:-4]}AAAA~none"
    assert browser.ask("GET", "/me").code == "not-signed-in"


@pytest.mark.requirement("ID-9")
def test_signing_out_takes_the_cookie_and_ends_the_session(browser: Browser) -> None:
    before = browser.cookie
    reply = browser.ask("POST", "/sessions/sign-out")
    assert reply.status == 204
    assert "Max-Age=0" in reply.headers["set-cookie"]
    assert reply.headers["clear-site-data"] == '"cache", "storage"'
    browser.cookie = before
    assert browser.ask("GET", "/me").status == 401


@pytest.mark.requirement("ID-9")
def test_a_secret_that_was_exchanged_for_tokens_ends_the_session_when_the_cookie_comes_back(browser: Browser) -> None:
    secret = browser.cookie.partition("=")[2].partition("~")[0]
    browser.front.ok("POST", "/api/v1/sessions/refresh", {"refresh_token": secret})
    browser.cookie = f"__Host-sid={secret}~none"
    assert browser.ask("GET", "/me").status == 401
    assert browser.ask("GET", "/me/sessions").status == 401


@pytest.mark.requirement("ID-9")
def test_a_bearer_token_needs_no_mark_of_the_portal(front: Front, anna: Person) -> None:
    front.sign_in(anna)
    assert front.call("PATCH", "/api/v1/me", {"language": "ru"}, token=anna.token).status == 200


# --- sealed bodies


class Client:
    """Somebody who signed in and sent an RSA key."""

    def __init__(self, front: Front, person: Person) -> None:
        self.front = front
        self.token = front.sign_in(person).token
        self.cipher = JoseSessionCipher()
        private = rsa.generate_private_key(65537, 2048)
        answer = front.ok("POST", "/api/v1/me/session-key", {"public_key": jwk(private)}, token=self.token)
        self.kid = answer["kid"]
        assert (answer["alg"], answer["enc"]) == ("RSA-OAEP-256", "A256GCM")
        oaep = padding.OAEP(padding.MGF1(SHA256()), SHA256(), None)
        self.key = private.decrypt(session_bytes(answer["encrypted_key"]), oaep)

    def sealed(self, method: str, path: str, body: Any, **changes: Any) -> str:
        header = request_header(Purpose(self.kid, f"{method} {path}"), front_key(), services().clock())
        return self.cipher.seal(header | changes, json.dumps(body).encode(), self.key)

    def send(self, method: str, path: str, sealed: str) -> Reply:
        return self.front.call(method, path, raw=sealed.encode(), token=self.token, CONTENT_TYPE="application/jose")

    def read(self, reply: Reply) -> tuple[dict[str, Any], Any]:
        assert reply.headers["content-type"] == "application/jose", reply.raw[:200]
        header, content = self.cipher.open(reply.raw.decode(), self.key)
        return header, json.loads(content)


def jwk(private: rsa.RSAPrivateKey) -> dict[str, str]:
    from jwt.algorithms import RSAAlgorithm

    made = RSAAlgorithm.to_jwk(private.public_key(), as_dict=True)
    return {"kty": "RSA", "n": made["n"], "e": made["e"]}


def session_bytes(text: str) -> bytes:
    from base64 import urlsafe_b64decode

    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def front_key() -> str:
    return Front.key()


@pytest.fixture(scope="module")
def client(front: Front) -> Client:
    return Client(front, front.register())


@pytest.mark.requirement("ID-10")
def test_request_and_answer_travel_sealed(client: Client) -> None:
    reply = client.send("PATCH", "/api/v1/me", client.sealed("PATCH", "/api/v1/me", {"language": "en"}))
    assert reply.status == 200
    header, body = client.read(reply)
    assert header == {
        "alg": "dir",
        "enc": "A256GCM",
        "kid": client.kid,
        "req": reply.headers["x-request-id"],
        "status": 200,
        "cty": "application/json",
    }
    assert body["language"] == "en"
    assert b"channels" not in reply.raw


@pytest.mark.requirement("ID-10")
def test_an_answer_is_sealed_for_who_asks_for_it(client: Client) -> None:
    reply = client.front.call("GET", "/api/v1/me", token=client.token, ACCEPT="application/jose")
    assert client.read(reply)[1]["role"] == "patient"


@pytest.mark.requirement("ID-10")
def test_a_problem_is_sealed_too(client: Client) -> None:
    reply = client.send("PATCH", "/api/v1/me", client.sealed("PATCH", "/api/v1/me", {"language": "fr"}))
    assert reply.status == 422
    assert client.read(reply)[1]["code"] == "invalid-fields"


@pytest.mark.requirement("ID-10")
def test_a_sealed_body_is_good_once(client: Client) -> None:
    sealed = client.sealed("PATCH", "/api/v1/me", {"language": "ru"})
    assert client.send("PATCH", "/api/v1/me", sealed).status == 200
    again = client.send("PATCH", "/api/v1/me", sealed)
    assert (again.status, client.read(again)[1]["code"]) == (409, "replayed-body")


@pytest.mark.requirement("ID-10")
@pytest.mark.parametrize(
    "changes",
    [
        {"op": "PATCH /api/v1/me/sessions"},
        {"op": "GET /api/v1/me"},
        {"kid": "0" * 16},
        {"iat": int(time.time()) - 3600},
        {"iat": int(time.time()) + 3600},
        {"iat": "now"},
        {"iat": 10**400},
        {"jti": "short"},
        {"jti": 5},
        {"typ": "JOSE"},
        {"cty": "JWT"},
    ],
    ids="-".join,
)
def test_a_body_sealed_for_something_else_is_refused(client: Client, changes: dict[str, Any]) -> None:
    reply = client.send("PATCH", "/api/v1/me", client.sealed("PATCH", "/api/v1/me", {"language": "en"}, **changes))
    assert reply.status == 400
    assert client.read(reply)[1]["code"] == "sealed-body"


@pytest.mark.requirement("ID-10")
def test_another_session_cannot_use_it(client: Client, anna: Person) -> None:
    other = Client(client.front, anna)
    sealed = client.sealed("PATCH", "/api/v1/me", {"language": "en"})
    assert other.send("PATCH", "/api/v1/me", sealed).status == 400


@pytest.mark.requirement("ID-10", "ID-9")
def test_the_token_is_checked_before_the_seal(client: Client) -> None:
    sealed = client.sealed("PATCH", "/api/v1/me", {"language": "en"})
    reply = client.front.call("PATCH", "/api/v1/me", raw=sealed.encode(), CONTENT_TYPE="application/jose")
    assert (reply.status, reply.code) == (401, "not-signed-in")


@pytest.mark.requirement("ID-10")
def test_a_session_that_ended_opens_nothing(front: Front, anna: Person) -> None:
    client = Client(front, anna)
    front.ok("POST", "/api/v1/sessions/sign-out", token=client.token)
    reply = client.send("PATCH", "/api/v1/me", client.sealed("PATCH", "/api/v1/me", {"language": "en"}))
    assert reply.status == 401


@pytest.mark.requirement("ID-10")
@pytest.mark.parametrize(
    "raw", [b"", b"a.b.c.d.e", b"....", b"\xff\xfe", b"{}", b"eyJhbGciOiJub25lIn0....", b"x" * 500_000]
)
def test_noise_is_a_clear_error(client: Client, raw: bytes) -> None:
    reply = client.front.call("PATCH", "/api/v1/me", raw=raw, token=client.token, CONTENT_TYPE="application/jose")
    assert reply.status in {400, 413}


@pytest.mark.requirement("ID-10")
def test_only_an_rsa_key_of_2048_bits_is_taken(client: Client) -> None:
    for key in (rsa.generate_private_key(65537, 3072), rsa.generate_private_key(3, 2048)):
        reply = client.front.call("POST", "/api/v1/me/session-key", {"public_key": jwk(key)}, token=client.token)
        assert (reply.status, reply.code) == (422, "invalid-fields")
    with_private = jwk(rsa.generate_private_key(65537, 2048)) | {"d": "AQAB"}
    reply = client.front.call("POST", "/api/v1/me/session-key", {"public_key": with_private}, token=client.token)
    assert reply.status == 422


@pytest.mark.requirement("ID-10")
def test_a_number_is_remembered_as_long_as_its_time_is_taken() -> None:
    assert session_keys.REMEMBERED >= 2 * session_keys.CLOCK
