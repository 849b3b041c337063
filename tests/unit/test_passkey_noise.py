"""Bytes from outside are a right answer or none: the adapter raises nothing else, whatever they are (ID-4, SEC-3)."""

from __future__ import annotations

import json
from typing import Any

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.crypto.passkeys import WebauthnPasskeys
from chalicelib.errors import CredentialsError
from tests.accounts import URL
from tests.authenticator import Authenticator, bytes_of, text_of
from tests.effort import tried

pytestmark = pytest.mark.requirement("ID-4", "SEC-3")

PASSKEYS = WebauthnPasskeys(URL)
DEVICE = Authenticator(URL)
CHALLENGE = "QUJD"
CREATED = DEVICE.create({"user": {"id": "eA"}, "challenge": CHALLENGE})
SIGNED = DEVICE.get({"challenge": CHALLENGE})
KEY = PASSKEYS.registered(CREATED, CHALLENGE).public_key

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def refused(answer: dict[str, Any]) -> None:
    PASSKEYS.challenge_of(answer)
    for verify in (
        lambda: PASSKEYS.registered(answer, CHALLENGE),
        lambda: PASSKEYS.signed(answer, CHALLENGE, "x", KEY),
    ):
        with pytest.raises(CredentialsError):
            verify()


def test_the_whole_answers_are_right():
    assert PASSKEYS.registered(CREATED, CHALLENGE).credential_id == DEVICE.id
    assert PASSKEYS.signed(SIGNED, CHALLENGE, "x", KEY) == 1


@given(answer=st.dictionaries(st.sampled_from(["id", "rawId", "type", "response", "x"]), JSON, max_size=5))
@settings(max_examples=tried(60))
def test_any_json_is_refused(answer):
    refused(answer)


@given(
    place=st.sampled_from(["id", "rawId", "type"]),
    value=JSON.filter(lambda v: v not in {"public-key", DEVICE.id} if isinstance(v, str) else True),
)
@settings(max_examples=tried(40))
def test_a_field_that_is_something_else_is_refused(place, value):
    refused({**CREATED, place: value})
    refused({**SIGNED, place: value})


@given(name=st.sampled_from(["clientDataJSON", "authenticatorData", "signature"]), bit=st.integers(0, 8 * 400))
@settings(max_examples=tried(80))
def test_one_bit_that_differs_in_a_signed_answer_is_refused(name, bit):
    whole = bytearray(bytes_of(SIGNED["response"][name]))
    whole[bit // 8 % len(whole)] ^= 1 << bit % 8
    with pytest.raises(CredentialsError):
        PASSKEYS.signed(
            {**SIGNED, "response": {**SIGNED["response"], name: text_of(bytes(whole))}}, CHALLENGE, "x", KEY
        )


@pytest.mark.parametrize(
    "blob",
    [
        b"",
        b"\x81" * 100_000,
        b"\xa1\x01" * 50_000,
        b"\x9b" + b"\xff" * 8,
        b"\x5b\x00\x00\x00" + b"\xff" * 5,
        b"\xc4\x82\x1a\x7f\xff\xff\xff\x01",
        b"\xd8\x23\x64(a+)",
    ],
    ids=["empty", "deep lists", "deep maps", "long list", "long bytes", "large decimal", "pattern"],
)
def test_hostile_cbor_is_refused(blob):
    inside = cbor2.loads(bytes_of(CREATED["response"]["attestationObject"]))
    inside["authData"] = inside["authData"][: 37 + 16 + 2 + 32] + blob
    for statement in (blob, cbor2.dumps(inside)):
        refused({**CREATED, "response": {**CREATED["response"], "attestationObject": text_of(statement)}})


def test_an_attestation_that_was_not_asked_for_is_refused():
    statement = cbor2.loads(bytes_of(CREATED["response"]["attestationObject"]))
    for form in ("tpm", "android-safetynet", "fido-u2f", "apple", "x", 1):
        changed = cbor2.dumps({**statement, "fmt": form})
        refused({**CREATED, "response": {**CREATED["response"], "attestationObject": text_of(changed)}})


def test_client_data_of_another_kind_is_refused():
    for said in ({}, [], {"type": "webauthn.get"}, {"type": "webauthn.get", "challenge": CHALLENGE, "origin": [URL]}):
        refused({**SIGNED, "response": {**SIGNED["response"], "clientDataJSON": text_of(json.dumps(said).encode())}})
