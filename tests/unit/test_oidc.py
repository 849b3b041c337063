"""Our client of identity providers against the stand-in of the local system, well and badly behaved."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from chalicelib.domain.single_sign_on import Provider, challenge_of, providers_of
from chalicelib.errors import ProviderUnavailableError
from chalicelib.interop.id_tokens import access_token_hash
from chalicelib.interop.oidc import AGAIN, DOWN, KEPT, OidcProviders
from chalicelib.interop.web import LARGEST, NoAnswer, Web, origin
from chalicelib.ports.identity_providers import AuthenticationAnswer, AuthenticationRequest, Proof
from local.identity_provider import setting
from local.identity_provider.server import Server
from tests.accounts import Accounts
from tests.fakes import FixedClock
from tests.sign_on_world import CALLBACK, ClientSigner, parameters, stand_in

pytestmark = pytest.mark.requirement("ID-6")

VERIFIER, NONCE = "v" * 43, "n" * 43


class CountingWeb(Web):
    def __init__(self) -> None:
        super().__init__()
        self.calls: list[str] = []

    def _call(self, method: str, url: str, headers: dict[str, str], body: bytes | None) -> Any:
        self.calls.append(url.rpartition("/")[2])
        return super()._call(method, url, headers, body)


class Place:
    def __init__(self, server: Server, signer: ClientSigner, clock: FixedClock) -> None:
        self.server, self.clock, self.web = server, clock, CountingWeb()
        self.oidc = OidcProviders(signer, clock, self.web)
        self.providers = providers_of(json.dumps(setting(server.url)))
        self.person = server.know(Accounts.form(1))

    def faults(self, name: str = "state", **faults: Any) -> None:
        self.server.issuers[name].faults = faults

    def url(self, name: str = "state") -> str:
        request = AuthenticationRequest("s" * 43, NONCE, challenge_of(VERIFIER), CALLBACK)
        return self.oidc.authorization_url(self.providers[name], request)

    def answer(self, name: str = "state") -> AuthenticationAnswer:
        place = self.server.issuers[name].authorized(parameters(self.url(name)), self.person.sub)
        came = parameters(place)
        return AuthenticationAnswer(came["code"], came.get("iss", ""), VERIFIER, NONCE, CALLBACK)

    def redeem(self, answer: AuthenticationAnswer | None = None, name: str = "state") -> Proof:
        return self.oidc.redeem(self.providers[name], answer or self.answer(name))

    def use(self, provider: Provider) -> None:
        self.providers[provider.name] = provider


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[Server, ClientSigner, FixedClock]]:
    clock, signer = FixedClock(), ClientSigner()
    with stand_in(clock, signer.published) as server:
        yield server, signer, clock


@pytest.fixture
def here(running: tuple[Server, ClientSigner, FixedClock]) -> Place:
    place = Place(*running)
    for name in place.server.issuers:
        place.faults(name)
    return place


# --- as it should be


@pytest.mark.parametrize("name", ["state", "bank"])
def test_a_person_is_proved(here: Place, name: str) -> None:
    proof = here.redeem(name=name)
    assert proof.defect == ""
    assert proof.claims["sub"] == here.person.sub
    assert proof.claims[here.providers[name].claims["birth_date"]] in {"12.04.1987", "1987-04-12"}


def test_document_and_keys_are_read_once(here: Place) -> None:
    here.redeem()
    here.redeem()
    assert here.web.calls == ["openid-configuration", "token", "jwks", "token"]
    here.clock.advance(seconds=KEPT)
    here.web.calls.clear()
    here.redeem()
    assert here.web.calls == ["openid-configuration", "token", "jwks"]


def test_what_a_browser_takes_along(here: Place) -> None:
    asked = parameters(here.url())
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert VERIFIER not in here.url()


# --- a provider, or somebody in its place, that misbehaves


@pytest.mark.parametrize(
    ("faults", "detail"),
    [
        ({"nonce": "another"}, "nonce"),
        ({"aud": "another"}, "aud"),
        ({"azp": "another"}, "azp"),
        ({"iss": "https://another.example"}, "iss"),
        ({"iat": -1000}, "exp"),
        ({"iat": 1000}, "iat"),
        ({"alg": "none"}, "alg"),
        ({"alg": "HS256"}, "alg"),
        ({"at_hash": "another"}, "at_hash"),
        ({"unknown_key": True}, "key"),
    ],
)
def test_a_token_with_a_fault_proves_nobody(here: Place, faults: dict[str, Any], detail: str) -> None:
    here.faults(**faults)
    assert here.redeem() == Proof({}, "id-token", detail)


def test_userinfo_of_somebody_else(here: Place) -> None:
    here.faults("bank", sub="another")
    assert here.redeem(name="bank") == Proof({}, "id-token", "userinfo")


@pytest.mark.parametrize("access", ["a\r\nX: y", "ключ", None, 5])
def test_an_access_token_that_fits_in_no_header(here: Place, access: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    issuer = here.server.issuers["bank"]
    real = issuer.token
    monkeypatch.setattr(issuer, "token", lambda form: {**real(form), "access_token": access})
    assert here.redeem(name="bank") == Proof({}, "id-token", "at_hash")
    issuer.faults = {"at_hash": access_token_hash("")}
    with pytest.raises(ProviderUnavailableError):
        here.redeem(name="bank")


def test_a_code_is_good_once_with_its_verifier(here: Place) -> None:
    answer = here.answer()
    assert here.redeem(replace(answer, verifier="w" * 43)).defect == "provider-code"
    assert here.redeem(answer).defect == "provider-code"  # spent by the wrong attempt
    assert here.redeem(replace(answer, code="x")).defect == "provider-code"


@pytest.mark.parametrize("issuer", ["https://another.example", ""])
def test_an_answer_of_another_issuer_or_of_none_is_sent_nowhere(here: Place, issuer: str) -> None:
    answer = replace(here.answer(), issuer=issuer)
    here.web.calls.clear()
    assert here.redeem(answer).defect == "mix-up"
    assert here.web.calls == []


def test_a_provider_that_does_not_name_itself_may_leave_it_out(here: Place) -> None:
    here.faults(document={"authorization_response_iss_parameter_supported": False}, response_iss="")
    assert here.answer().issuer == ""
    assert here.redeem().defect == ""


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://another.example"},
        {"issuer": None},
        {"jwks_uri": "https://169.254.169.254/latest"},
        {"jwks_uri": "http://127.0.0.1:1/jwks"},
        {"token_endpoint": "https://another.example/token"},
        {"token_endpoint": "file:///etc/passwd"},
        {"token_endpoint": None},
        {"authorization_endpoint": "https://another.example/authorize"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"userinfo_endpoint": "https://another.example/userinfo"},
        {"code_challenge_methods_supported": ["plain"]},
        {"code_challenge_methods_supported": None},
    ],
)
def test_a_document_that_leads_elsewhere_is_not_followed(here: Place, document: dict[str, Any]) -> None:
    here.faults(document=document)
    with pytest.raises(ProviderUnavailableError):
        here.url()
    assert here.web.calls == ["openid-configuration"]


def test_further_hosts_are_those_of_the_configuration(here: Place) -> None:
    here.faults(document={"jwks_uri": "https://keys.idp.example/jwks"})
    here.use(replace(here.providers["state"], hosts=("keys.idp.example",)))
    assert here.url()
    here.faults(document={"jwks_uri": "http://keys.idp.example/jwks"})
    here.clock.advance(seconds=KEPT)
    with pytest.raises(ProviderUnavailableError):
        here.url()


def test_an_issuer_in_plain_text_is_on_this_computer_or_nowhere(here: Place) -> None:
    here.use(replace(here.providers["state"], issuer="http://idp.example"))
    with pytest.raises(ProviderUnavailableError):
        here.url()
    assert here.web.calls == []


# --- keys


def test_a_new_key_is_found_and_an_old_one_forgotten(here: Place) -> None:
    here.redeem()
    here.server.issuers["state"].rotate()
    here.web.calls.clear()
    assert here.redeem().defect == ""
    assert here.web.calls == ["token", "jwks"]


def test_unknown_keys_are_looked_for_at_most_twice_a_minute(here: Place) -> None:
    here.redeem()
    here.faults(unknown_key=True)
    here.web.calls.clear()
    for _ in range(5):
        assert here.redeem().detail == "key"
    assert here.web.calls.count("jwks") == 1
    here.clock.advance(seconds=AGAIN)
    here.redeem()
    assert here.web.calls.count("jwks") == 2


# --- a provider that is down


@pytest.mark.parametrize("status", [500, 503, 302, 404])
def test_other_statuses_are_no_answer_and_spend_no_code(here: Place, status: int) -> None:
    answer = here.answer()
    here.faults(status=status)
    with pytest.raises(ProviderUnavailableError) as refused:
        here.redeem(answer)
    assert refused.value.retry_after == DOWN
    here.faults()
    assert here.redeem(answer).defect == ""


def test_nobody_waits_twice_for_who_does_not_answer(here: Place) -> None:
    here.use(replace(here.providers["state"], issuer="http://127.0.0.1:1/state"))
    for _ in range(3):
        with pytest.raises(ProviderUnavailableError):
            here.url()
    assert len(here.web.calls) == 1
    here.clock.advance(seconds=DOWN)
    with pytest.raises(ProviderUnavailableError):
        here.url()
    assert len(here.web.calls) == 2


def test_a_client_that_is_not_ours_any_more(here: Place) -> None:
    answer = here.answer()
    here.oidc._signer = ClientSigner()
    with pytest.raises(ProviderUnavailableError):
        here.redeem(answer)


# --- the narrow manners


class Odd(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:1/")
        else:
            self.send_response(200)
        if self.path == "/packed":
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        if self.path == "/large":
            self.wfile.write(b"x" * (LARGEST + 1))
        if self.path == "/slow":
            for _ in range(20):
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.05)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def odd() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Odd)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("path", ["/large", "/slow", "/packed"])
def test_an_answer_too_large_too_slow_or_packed(odd: str, path: str) -> None:
    with pytest.raises(NoAnswer):
        Web(seconds=0.3).get(odd + path)


def test_no_redirect_is_followed(odd: str) -> None:
    assert Web().get(f"{odd}/moved").status == 302


@pytest.mark.parametrize(
    "url",
    [
        "ftp://idp.example/",
        "http://idp.example/",
        "http://127.0.0.2/",
        "http://0/",
        "https://user@idp.example/",
        "https://idp.example\\@evil.example/",
        "https://idp.example/#x",
        "https://idp.example /",
        "https://idp.example:99999/",
        "https://идп.example/",
        "https://",
        "",
        "https://idp.example/" + "x" * 2000,
    ],
)
def test_addresses_that_are_never_called(url: str) -> None:
    assert origin(url) is None
    with pytest.raises(NoAnswer):
        Web().get(url)


def test_origins() -> None:
    assert origin("https://IDP.example/a?b=c") == ("https", "idp.example", 443) == origin("https://idp.example:443")
    assert origin("http://localhost:8000/x") == ("http", "localhost", 8000)
