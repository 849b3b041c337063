"""The client of the registry of policies against its stand-in (ACT-4)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.domain.identifiers import oms_check_digit
from chalicelib.errors import RegistryUnavailableError
from chalicelib.interop.oms_registry import HttpOmsRegistry
from chalicelib.interop.web import Reply, Web
from chalicelib.ports.oms import PolicyStanding
from local.oms_registry import INSURER, OmsRegistry

pytestmark = pytest.mark.requirement("ACT-4")
BORN = "1985-01-01"


def number(kind: str) -> str:
    fifteen = f"78000800123{kind}"
    return fifteen + oms_check_digit(fifteen)


@pytest.fixture(scope="module")
def stand_in() -> Iterator[OmsRegistry]:
    registry = OmsRegistry(slow=0.4)
    registry.start()
    yield registry
    registry.stop()


def test_what_the_registry_says(stand_in: OmsRegistry) -> None:
    client = HttpOmsRegistry(stand_in.url)
    assert client.ask(number("1234"), BORN) == PolicyStanding("active", number("1234"), INSURER)
    assert client.ask(number("0001"), BORN) == PolicyStanding("unknown", number("0001"))
    assert client.ask(number("0006"), BORN) == PolicyStanding("closed", number("0006"), INSURER, "2026-01-31")
    assert client.ask(number("0007"), BORN).number == number("9007")
    assert client.ask(number("0004"), BORN).status == "active"  # the second question is answered


@pytest.mark.parametrize("kind", ["0002", "0003", "0005"])
def test_failures_are_told(stand_in: OmsRegistry, kind: str) -> None:
    with pytest.raises(RegistryUnavailableError):
        HttpOmsRegistry(stand_in.url, Web(0.2)).ask(number(kind), BORN)


class Said(Web):
    def __init__(self, body: bytes) -> None:
        super().__init__()
        self.body = body

    def post(self, url: str, form: Any, headers: Any = None) -> Reply:
        assert url == "https://registry.example/v1/check"
        assert set(form) == {"number", "birth_date"}
        return Reply(200, "application/json", self.body)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"5",
        b"null",
        b"[" * 100_000,
        b'{"status": "maybe"}',
        b'{"status": ["active"]}',
        b'{"status": "active", "number": "123"}',
        b'{"status": "active", "number": 5}',
        b'{"status": "closed", "until": "soon"}',
        b'{"status": "closed", "until": 5}',
    ],
)
def test_an_answer_that_keeps_to_no_contract_decides_nothing(body: bytes) -> None:
    with pytest.raises(RegistryUnavailableError):
        HttpOmsRegistry("https://registry.example/v1/", Said(body)).ask(number("1234"), BORN)


def test_odd_but_good() -> None:
    body = json.dumps({"status": "active", "number": None, "insurer": None, "until": None}).encode()
    assert HttpOmsRegistry("https://registry.example/v1", Said(body)).ask(number("1234"), BORN).number == number("1234")


@pytest.mark.parametrize("url", ["", "http://registry.example"])
def test_where_none_may_be_asked(url: str) -> None:
    with pytest.raises(RegistryUnavailableError):
        HttpOmsRegistry(url).ask(number("1234"), BORN)
