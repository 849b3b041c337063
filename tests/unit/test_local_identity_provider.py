"""The stand-in for identity providers as a process of its own."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.domain.single_sign_on import providers_of
from local.demo_people import PATIENTS
from local.identity_provider import IdentityProvider
from local.layout import StartError

pytestmark = pytest.mark.requirement("ID-6")


@pytest.fixture
def own(tmp_path: Path) -> Iterator[IdentityProvider]:
    provider = IdentityProvider(tmp_path / "provider")
    provider.prepare()
    provider.start("http://localhost:8000")
    yield provider
    provider.stop()


def page(provider: IdentityProvider, **query: str) -> str:
    asked = {
        "client_id": "medkarta-local",
        "redirect_uri": "http://localhost:8000/api/v1/sign-in/callback",
        "response_type": "code",
        "code_challenge": "x",
        "code_challenge_method": "S256",
        "scope": "openid",
        "state": '"><script>',
        **query,
    }
    text = urllib.parse.urlencode(asked)
    with urllib.request.urlopen(f"{provider.url}/bank/authorize?{text}", timeout=5) as answer:
        return str(answer.read().decode())


def test_it_is_what_the_setting_says_and_knows_the_demo_people(own: IdentityProvider) -> None:
    for provider in providers_of(own.setting).values():
        with urllib.request.urlopen(f"{provider.issuer}/.well-known/openid-configuration", timeout=5) as answer:
            assert json.load(answer)["issuer"] == provider.issuer
    shown = page(own)
    assert all(person["last_name"] in shown for person, _ in PATIENTS)
    assert "<script>" not in shown
    with pytest.raises(urllib.error.HTTPError):
        page(own, redirect_uri="https://evil.example/")


def test_it_keeps_its_port_and_ends_with_its_runner(own: IdentityProvider) -> None:
    again = IdentityProvider(own.folder)
    own.stop()
    own.stop()
    assert not own.answers()
    again.prepare()
    assert again.port == own.port
    again.start("http://localhost:8000")
    process = again.process
    assert process is not None
    assert process.stdin is not None
    process.stdin.close()  # as when the runner is killed
    assert process.wait(10) == 0
    again.stop()


def test_a_port_that_is_taken_is_told(own: IdentityProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    second = IdentityProvider(own.folder / "second", port=own.port)
    second.folder.mkdir()
    monkeypatch.setattr(IdentityProvider, "answers", lambda _: False)
    with pytest.raises(StartError, match="did not start"):
        second.start("http://localhost:8000")
