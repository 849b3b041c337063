"""Single sign-on through the front door, with the stand-in of the local system as the provider (ID-6, ID-7)."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib import bootstrap
from chalicelib.bootstrap import services
from local.identity_provider import setting
from local.identity_provider.server import Server
from tests.functional.front import Front, Person, Reply
from tests.sign_on_world import parameters, stand_in

pytestmark = [pytest.mark.xdist_group("functional-sign-on"), pytest.mark.requirement("ID-6")]

PORTAL = {"X_Requested_By": "portal", "Sec_Fetch_Site": "same-origin"}


@dataclass
class Place:
    """The front door, and the providers outside."""

    front: Front
    server: Server

    @cached_property
    def anna(self) -> Person:
        """For tests that leave her account as it was."""
        return self.known()

    def faults(self, name: str = "state", **faults: Any) -> None:
        self.server.issuers[name].faults = faults

    def known(self, **changes: str) -> Person:
        """Somebody who has an account here, and one at each provider."""
        person = self.front.register(**changes)
        self.know(person)
        return person

    def know(self, person: Person, **changes: str) -> None:
        fields = {"last_name": "Журавлёва", "first_name": "Ксения", "birth_date": "1987-04-12"}
        self.server.know({**fields, "snils": person.snils, "email": person.email, **changes})

    def begin(self, path: str, **headers: str) -> Any:
        return self.front.ok("POST", path, **headers)

    def agree(self, started: Any, person: Person, name: str = "state") -> dict[str, str]:
        """The browser goes to the provider and comes back by our address to the portal; what the portal then knows."""
        asked = parameters(started["authorization_url"])
        place = urlsplit(self.server.issuers[name].authorized(asked, f"s{person.snils}"))
        assert f"{place.scheme}://{place.netloc}" == services().settings.public_url
        back = self.front.call("GET", f"{place.path}?{place.query}&session_state=x&scope=openid")
        assert (back.status, back.raw) == (303, b"")
        landed = urlsplit(back.headers["location"])
        assert (landed.path, landed.query) == ("/sign-in", "")
        return {k: v[0] for k, v in parse_qs(landed.fragment).items()}

    def sign_on(self, person: Person, name: str = "state") -> Reply:
        started = self.begin(f"/api/v1/sign-in/{name}")
        return self.finish({**self.agree(started, person, name), "binding": started["binding"]}, name)

    def finish(self, came: dict[str, str], name: str = "state", **headers: str) -> Reply:
        return self.front.call("POST", f"/api/v1/sign-in/{name}/callback", came, **headers)

    def confirm(self, person: Person, name: str = "bank") -> Reply:
        path = f"/api/v1/me/identity-confirmations/{name}"
        started = self.front.ok("POST", path, token=person.token)
        came = {**self.agree(started, person, name), "binding": started["binding"]}
        return self.front.call("POST", f"{path}/callback", came, token=person.token)

    def enter(self, challenge: str, person: Person) -> Any:
        self.front.ok("POST", f"/api/v1/sessions/{challenge}/sms")
        code = {"factor": "sms", "code": self.front.code(person.phone)}
        return self.front.ok("POST", f"/api/v1/sessions/{challenge}/factor", code)


@pytest.fixture(scope="module")
def place(front: Front) -> Iterator[Place]:
    callback = services().settings.public_url + "/api/v1/sign-in/callback"
    with stand_in(bootstrap.now, lambda: services().signer.published(), callback) as server:  # noqa: PLW0108  # see below
        os.environ["MEDKARTA_IDENTITY_PROVIDERS"] = json.dumps(setting(server.url))
        bootstrap.services.cache_clear()
        yield Place(front, server)
    os.environ["MEDKARTA_IDENTITY_PROVIDERS"] = "[]"
    bootstrap.services.cache_clear()


@pytest.fixture
def here(place: Place) -> Place:
    for name in place.server.issuers:
        place.faults(name)
    return place


def outcome(reply: Reply) -> tuple[int, str]:
    return reply.status, reply.code


def test_anybody_may_ask_which_providers_there_are(here: Place) -> None:
    shown = here.front.ok("GET", "/api/v1/sign-in/providers")["items"]
    assert [provider["name"] for provider in shown] == ["state", "bank"]


@pytest.mark.requirement("ID-3")
@pytest.mark.parametrize("name", ["state", "bank"])
def test_from_the_provider_to_a_session(here: Place, name: str) -> None:
    person = here.known()
    begun = here.sign_on(person, name)
    assert begun.status == 200, begun.raw
    assert set(begun.body) == {"challenge_id", "factors", "expires_in"}
    session = here.enter(begun.body["challenge_id"], person)
    me = here.front.ok("GET", "/api/v1/me", token=session["access_token"])
    assert me["person_id"] == person.id
    assert [
        link["provider"] for link in here.front.ok("GET", "/api/v1/me/links", token=session["access_token"])["items"]
    ] == [name]
    assert here.front.call("DELETE", f"/api/v1/me/links/{name}", token=session["access_token"]).status == 204
    assert here.front.ok("GET", "/api/v1/me/links", token=session["access_token"])["items"] == []


def test_the_portal_holds_the_binding_in_a_cookie_and_no_script_sees_it(here: Place) -> None:
    person = here.anna
    begun = here.front.call("POST", "/api/v1/sign-in/state", **PORTAL)
    cookie = begun.headers["set-cookie"]
    assert cookie.startswith("__Host-oidc=")
    assert cookie.endswith("; Path=/; Secure; HttpOnly; SameSite=Lax")
    assert "binding" not in begun.body
    kept = cookie.partition(";")[0]
    came = here.agree(begun.body, person)
    other = here.front.call("POST", "/api/v1/sign-in/state", **PORTAL).headers["set-cookie"].partition(";")[0]
    for wrong in ("", other, f"{kept}; {other}"):
        refused = here.finish(came, **PORTAL, Cookie=wrong)
        assert outcome(refused) == (401, "credentials-invalid")
    done = here.finish(came, **PORTAL, Cookie=f"a=b; {kept}")
    assert done.status == 200
    assert "Max-Age=0" in done.headers["set-cookie"]


def test_another_site_cannot_begin_or_end_a_flow_in_the_portals_name(here: Place) -> None:
    foreign = {**PORTAL, "Sec_Fetch_Site": "cross-site"}
    assert here.front.call("POST", "/api/v1/sign-in/state", **foreign).status == 403


def test_who_has_no_account_here_learns_it_and_a_same_e_mail_helps_nobody(here: Place) -> None:
    known, stranger = here.anna, Person("", "", "08765430300", "11223344595")
    here.know(stranger, email=known.email)
    assert outcome(here.sign_on(stranger)) == (403, "no-account")
    here.faults(unverified=True)
    assert outcome(here.sign_on(known)) == (403, "identity-unverified")


@pytest.mark.parametrize(
    "faults",
    [
        {"nonce": "another"},
        {"aud": "another"},
        {"alg": "none"},
        {"alg": "HS256"},
        {"iss": "https://another.example"},
        {"iat": -100_000},
        {"response_iss": "https://another.example"},
        {"response_iss": ""},
        {"unknown_key": True},
    ],
)
def test_a_provider_that_misbehaves_opens_nothing(here: Place, faults: dict[str, Any]) -> None:
    person = here.anna
    here.faults(**faults)
    assert outcome(here.sign_on(person)) == (401, "credentials-invalid")


def test_a_provider_that_is_down_loses_nothing(here: Place) -> None:
    person = here.anna
    started = here.begin("/api/v1/sign-in/state")
    came = {**here.agree(started, person), "binding": started["binding"]}
    here.faults(status=500)
    down = here.finish(came)
    assert outcome(down) == (503, "provider-unavailable")
    assert int(down.headers["retry-after"]) > 0
    here.faults()
    assert here.finish(came).status == 200
    assert outcome(here.finish(came)) == (401, "credentials-invalid")  # good once


def test_of_many_answers_at_once_one_counts(here: Place) -> None:
    person = here.anna
    started = here.begin("/api/v1/sign-in/state")
    came = {**here.agree(started, person), "binding": started["binding"]}
    here.faults(slow=0.3)
    with ThreadPoolExecutor(4) as pool:
        found = sorted(outcome(reply) for reply in pool.map(lambda _: here.finish(came), range(4)))
    assert found[0] == (200, "")
    assert {code for _, code in found[1:]} <= {"wrong-state", "credentials-invalid"}


@pytest.mark.parametrize(
    "changes", [{"state": "x"}, {"code": ""}, {"code": "я"}, {"binding": "y"}, {"iss": "x" * 501}, {"more": "x"}]
)
def test_bad_input_is_named(here: Place, changes: dict[str, str]) -> None:
    given = {"code": "c", "state": "s" * 43, "iss": "", "binding": "b" * 43, **changes}
    refused = here.finish(given)
    assert outcome(refused) == (422, "invalid-fields")
    assert refused.body["fields"][0]["field"] == "/" + next(iter(changes))


def test_the_return_carries_what_it_knows_and_nothing_else(here: Place) -> None:
    path = (
        "/api/v1/sign-in/callback?error=access_denied&state=a%26b%23c&next=https%3A%2F%2Fevil.example&code="
        + "x" * 3000
    )
    back = here.front.call("GET", path)
    place = services().settings.public_url
    assert back.headers["location"] == f"{place}/sign-in#state=a%26b%23c&error=access_denied"


def test_unknown_providers_are_not_found(here: Place) -> None:
    assert here.front.call("POST", "/api/v1/sign-in/nowhere").status == 404
    assert here.front.call("POST", "/api/v1/sign-in/providers").status == 405


# --- confirmation of identity


@pytest.mark.requirement("ID-7")
@pytest.mark.parametrize("name", ["state", "bank"])
def test_a_confirmation_raises_the_level_and_the_owner_is_told(here: Place, name: str) -> None:
    person = here.front.sign_in(here.known())
    assert here.front.ok("GET", "/api/v1/me", token=person.token)["level"] == 1
    done = here.confirm(person, name)
    assert done.status == 200, done.raw
    assert here.front.ok("GET", "/api/v1/me", token=person.token)["level"] == 2
    here.front.pump()
    inbox = [notice["event"] for notice in here.front.ok("GET", "/api/v1/me/notices", token=person.token)["items"]]
    assert {"provider_confirmed", "provider_linked"} <= set(inbox)


@pytest.mark.requirement("ID-7")
def test_another_person_at_the_bank_confirms_nobody(here: Place) -> None:
    person = here.front.sign_in(here.front.register())
    here.know(person, last_name="Иванова")
    refused = here.confirm(person)
    assert outcome(refused) == (403, "identity-mismatch")
    assert refused.body["differing"] == "last_name"
    other = here.anna
    path = "/api/v1/me/identity-confirmations/bank"
    started = here.front.ok("POST", path, token=person.token)
    came = {**here.agree(started, other, "bank"), "binding": started["binding"]}
    refused = here.front.call("POST", f"{path}/callback", came, token=person.token)
    assert (outcome(refused), refused.body["differing"]) == ((403, "identity-mismatch"), "snils")
    assert here.front.ok("GET", "/api/v1/me", token=person.token)["level"] == 1


@pytest.mark.requirement("ID-7")
def test_one_login_confirms_one_account(here: Place) -> None:
    """A subject that is linked to one person is refused to another, whatever number comes with it."""
    first = here.front.sign_in(here.known())
    assert here.confirm(first).status == 200
    second = here.known()
    issuer = here.server.issuers["bank"]
    issuer.people[f"s{second.snils}"] = type(issuer.people[f"s{second.snils}"])(
        f"s{first.snils}", issuer.people[f"s{second.snils}"].fields
    )
    here.faults("bank", sub=f"s{first.snils}")
    assert outcome(here.sign_on(second, "bank")) == (409, "identity-conflict")


def test_a_flows_cookie_stays_beside_a_renewed_session() -> None:
    from chalice import Response

    from chalicelib.handlers.portal import Cookie, dressed

    @dataclass
    class Renewed:
        cookie: Cookie
        renewed: bool = True

    answer = Response("{}", headers={"Set-Cookie": "__Host-oidc=x"})
    made = dressed(answer, Renewed(Cookie("refresh", "access")), {"x-requested-by": "portal"}, "sign-on-begin")
    assert made.headers["Set-Cookie"][0] == "__Host-oidc=x"
    assert made.headers["Set-Cookie"][1].startswith("__Host-sid=refresh~access")
