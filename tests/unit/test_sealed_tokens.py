"""Tokens that nobody but us reads: places in lists and openings of links (compact JWE, RFC 7516)."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwe import JWERegistry, decrypt_compact
from joserfc.jwk import OctKey

from chalicelib.crypto import jwe
from chalicelib.errors import MalformedError
from tests.unit.signer_fakes import AUDIENCE, ISSUER, Place, part, refused

pytestmark = pytest.mark.requirement("SEC-1", "DOC-4")
SEALED = "sealed"
PLACE = Place()


def sealed(place: Place, **changes: object) -> str:
    return place.signer.issue(place.claims(**changes), purpose=SEALED)


def opened(place: Place, token: str) -> dict:
    return place.signer.verify(token, purpose=SEALED, audience=AUDIENCE)


@given(patient=st.text(st.characters(codec="utf-8"), min_size=8, max_size=60))
def test_what_is_sealed_comes_back_and_stands_nowhere_in_the_token(patient: str) -> None:
    token = sealed(PLACE, pat=patient)
    assert opened(PLACE, token) == {**PLACE.claims(pat=patient), "iss": ISSUER}
    clear = b"".join(part(token, number) for number in range(5))
    assert json.dumps(patient, ensure_ascii=False).strip('"').encode() not in clear
    assert AUDIENCE.encode() not in clear


def test_two_tokens_of_the_same_claims_differ_and_the_header_tells_no_more_than_the_key() -> None:
    here = Place()
    assert sealed(here) != sealed(here)
    header = {"alg": "dir", "enc": "A256GCM", "kid": here.active_kid(SEALED), "typ": "medkarta-sealed+jwe"}
    assert json.loads(part(sealed(here), 0)) == header


def test_another_environment_and_another_implementation_open_it() -> None:
    here = Place()
    token = sealed(here)
    assert opened(Place(here), token)["sub"] == "p1"
    key = OctKey.import_key(jwe._key(here.signer._keys.active(SEALED).private))
    registry = JWERegistry(algorithms=["dir", "A256GCM"])
    assert json.loads(decrypt_compact(token, key, registry=registry).plaintext or b"")["sub"] == "p1"


@pytest.mark.parametrize("number", range(5))
def test_a_changed_part_opens_nothing(number: int) -> None:
    here = Place()
    parts = sealed(here).split(".")
    for changed in ("", "A", "AAAA", parts[number][::-1] or "QUJD", parts[number] + "="):
        if changed != parts[number]:
            refused(here, ".".join([*parts[:number], changed, *parts[number + 1 :]]), purpose=SEALED)


def test_neither_form_is_taken_for_the_other() -> None:
    here = Place()
    refused(here, here.token(), purpose=SEALED)
    refused(here, sealed(here), purpose="access")
    refused(Place(), sealed(here), purpose=SEALED)
    refused(here, sealed(here), purpose=SEALED, audience="elsewhere")
    for odd in ("", "....", "a.b.c.d.e", "е" * 40, sealed(here) + ".", "A" * 9000):
        refused(here, odd, purpose=SEALED)


def test_it_expires_and_its_key_is_exchanged_and_goes() -> None:
    here = Place()
    token = sealed(here)
    here.clock.advance(seconds=600)
    refused(here, token, purpose=SEALED)
    before = here.active_kid(SEALED)
    here.clock.advance(days=91)
    assert here.signer.rotate_if_due() == 1
    assert here.active_kid(SEALED) != before
    assert opened(here, sealed(here))["sub"] == "p1"


def test_its_key_is_in_no_list_of_those_who_verify_signatures() -> None:
    here = Place()
    here.token()
    sealed(here)
    kids = {key["kid"] for key in here.signer.published()["keys"]}
    assert here.active_kid() in kids
    assert here.active_kid(SEALED) not in kids


def test_warm_it_costs_no_call_and_what_is_too_long_is_refused() -> None:
    here = Place()
    opened(here, sealed(here))
    here.cost()
    opened(here, sealed(here))
    assert here.cost() == (0, 0)
    with pytest.raises(MalformedError):
        sealed(here, pat="x" * 9000)
    with pytest.raises(MalformedError):
        here.signer.issue({"sub": "p1"}, purpose=SEALED)
