"""The client of the migration registry against the local stand-in, with all its bad manners."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.errors import RegistryUnavailableError
from chalicelib.interop.migration_registry import HttpMigrationRegistry
from chalicelib.interop.web import NoAnswer, Reply, Web
from local.migration_registry import DAYS, MigrationRegistry

CARD = "4612123"


@pytest.fixture(scope="module")
def stand_in() -> Iterator[MigrationRegistry]:
    registry = MigrationRegistry(slow=0.2)
    registry.start()
    yield registry
    registry.stop()


@pytest.mark.requirement("SPC-6")
def test_what_the_registry_says(stand_in: MigrationRegistry) -> None:
    client = HttpMigrationRegistry(stand_in.url)
    stay = client.check(CARD + "4567")
    assert stay is not None
    assert stay.valid_until == datetime.now(UTC).date() + timedelta(days=DAYS)
    assert client.check(CARD + "0001") is None
    ended = client.check(CARD + "0006")
    assert ended is not None
    assert ended.valid_until < datetime.now(UTC).date()


@pytest.mark.requirement("SPC-6")
def test_one_failure_is_asked_again_and_two_are_told(stand_in: MigrationRegistry) -> None:
    client = HttpMigrationRegistry(stand_in.url)
    assert client.check(CARD + "0004") is not None
    assert stand_in.asked.count(CARD + "0004") == 2
    for bad in ("0002", "0005"):
        with pytest.raises(RegistryUnavailableError):
            client.check(CARD + bad)


class Said(Web):
    """Answers as it was told, without a network."""

    def __init__(self, *replies: Reply | Exception) -> None:
        self.replies = list(replies)
        self.sent: list[tuple[str, dict[str, str]]] = []

    def post(self, url: str, form: dict[str, str]) -> Reply:  # type: ignore[override]
        self.sent.append((url, dict(form)))
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply


def said(body: bytes, status: int = 200) -> Reply:
    return Reply(status, "application/json", body)


VALID = said(b'{"status": "valid", "valid_until": "2027-05-01", "purpose": "work"}')


@pytest.mark.requirement("SPC-6")
def test_the_number_is_in_no_address_and_a_slow_answer_is_asked_for_again() -> None:
    web = Said(NoAnswer("too slow"), VALID)
    stay = HttpMigrationRegistry("https://registry.example/v1/", web).check("46121234567")
    assert stay is not None
    assert stay.valid_until == date(2027, 5, 1)
    assert web.sent == [("https://registry.example/v1/check", {"number": "46121234567"})] * 2


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b'"valid"',
        b'{"status": "valid"}',
        b'{"status": "valid", "valid_until": "soon"}',
        b'{"status": "valid", "valid_until": 1}',
        b'{"status": "maybe"}',
        b"\xff",
    ],
)
def test_nothing_is_decided_on_an_answer_out_of_form(body: bytes) -> None:
    with pytest.raises(RegistryUnavailableError):
        HttpMigrationRegistry("https://registry.example", Said(said(body))).check("46121234567")


@pytest.mark.parametrize("url", ["", "ftp://registry.example", "http://registry.example"])
def test_where_nobody_can_be_asked_nothing_is_known(url: str) -> None:
    with pytest.raises(RegistryUnavailableError):
        HttpMigrationRegistry(url).check("46121234567")
