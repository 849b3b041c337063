"""Opening one entry: each check by itself, because in the log they stand behind one another."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from chalicelib.audit.entry import Subject, b64, canonical, commitment, seal
from chalicelib.audit.opening import ALTERED, UNREADABLE, PrivateKeys, envelope_of, opened
from chalicelib.errors import KeyIntegrityError
from tests.fakes import FixedClock

PRIVATE = X25519PrivateKey.generate()
SUBJECT = Subject("tag", PRIVATE.public_key().public_bytes_raw(), 2026)
BODY = {"id": "e1", "patient": "anna", "action": "visit:read"}


def made(body: Any = BODY, com: bytes | None = None) -> tuple[dict[str, Any], bytes]:
    """Envelope and sealed body, as a writer makes them who may be a rogue."""
    text = body if isinstance(body, bytes) else canonical(body)
    sealed = seal(text, SUBJECT, "e1")
    ct = b64(hashlib.sha256(sealed).digest())
    return {"id": "e1", "tag": "tag", "ct": ct, "com": b64(com or commitment(text))}, sealed


@pytest.mark.requirement("AUD-3")
def test_what_was_logged_opens() -> None:
    envelope, sealed = made()
    found = opened(envelope, sealed, PRIVATE, "anna")
    assert (found.body, found.text, found.altered) == (BODY, canonical(BODY).decode(), False)


@pytest.mark.requirement("AUD-2", "AUD-3")
@pytest.mark.parametrize(
    ("body", "com", "person"),
    [
        (BODY, commitment(b"{}"), "anna"),
        (BODY, None, "boris"),
        ({**BODY, "id": "e2"}, None, "anna"),
        ({"id": "e1"}, None, "anna"),
        ([], None, "anna"),
        (b"no JSON", None, "anna"),
        (b"\xff", None, "anna"),
    ],
    ids=["another commitment", "another person", "another entry", "no person", "no object", "no JSON", "no text"],
)
def test_a_body_that_does_not_fit_its_envelope_is_altered(body: Any, com: bytes | None, person: str) -> None:
    envelope, sealed = made(body, com)
    assert opened(envelope, sealed, PRIVATE, person) == ALTERED


@pytest.mark.requirement("AUD-2", "SPC-8")
def test_another_ciphertext_is_altered_even_when_nobody_can_open_it() -> None:
    envelope, sealed = made()
    _, other = made()
    assert opened(envelope, other, None, "anna") == ALTERED
    assert opened(envelope, other, PRIVATE, "anna") == ALTERED
    assert opened(envelope, sealed, None, "anna") == UNREADABLE


@pytest.mark.requirement("AUD-2", "AUD-3")
def test_what_was_sealed_to_a_key_that_is_lost_is_unreadable_and_not_altered() -> None:
    envelope, sealed = made()
    assert opened(envelope, sealed, X25519PrivateKey.generate(), "anna") == UNREADABLE


@pytest.mark.parametrize(
    "text",
    [b"", b"[]", b"{}", b"\xff", json.dumps({"id": "e"}).encode()],
    ids=repr,
)
def test_what_is_no_envelope(text: bytes) -> None:
    assert envelope_of(text) is None


class Kms:
    """Unwraps whatever it is asked to."""

    def __init__(self, plain: bytes) -> None:
        self.plain, self.calls = plain, 0

    def decrypt(self, **_: Any) -> dict[str, bytes]:
        self.calls += 1
        return {"Plaintext": self.plain}


ROW = {"tag": "tag", "public": SUBJECT.public, "wrapped": b"wrapped"}


@pytest.mark.requirement("AUD-2", "SEC-1")
@pytest.mark.parametrize("plain", [X25519PrivateKey.generate().private_bytes_raw(), b"short"], ids=["other", "short"])
def test_a_private_half_of_another_public_one_is_refused(plain: bytes) -> None:
    keys = PrivateKeys(lambda: Kms(plain), "arn:key", "demo", FixedClock(), lambda: 0.0)
    with pytest.raises(KeyIntegrityError):
        keys.of(ROW)


@pytest.mark.parametrize(("wall", "tick", "calls"), [(299, 299, 1), (300, 0, 2), (0, 300, 2), (-1, 0, 2), (0, -1, 2)])
def test_a_key_lives_five_minutes_by_both_clocks(wall: int, tick: int, calls: int) -> None:
    """A frozen environment stops the monotonic clock, and the wall clock can be set."""
    kms, clock, ticks = Kms(PRIVATE.private_bytes_raw()), FixedClock(), [1000.0]
    keys = PrivateKeys(lambda: kms, "arn:key", "demo", clock, lambda: ticks[0])
    keys.of(ROW)
    clock.advance(seconds=wall)
    ticks[0] += tick
    keys.of(ROW)
    assert kms.calls == calls


def test_the_least_used_key_is_dropped_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.audit.opening.CAPACITY", 2)
    kms = Kms(PRIVATE.private_bytes_raw())
    keys = PrivateKeys(lambda: kms, "arn:key", "demo", FixedClock(), lambda: 0.0)
    for tag in ("a", "b", "a", "c", "a"):
        keys.of({**ROW, "tag": tag})
    assert kms.calls == 3
    keys.of({**ROW, "tag": "b"})
    assert kms.calls == 4
