"""Tokens and prescriptions: what is made, what is believed, what is refused."""

from __future__ import annotations

import json
import zlib

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.crypto import jws
from chalicelib.errors import (
    MalformedError,
    NotSignedInError,
)
from tests.unit.signer_fakes import AUDIENCE, ISSUER, Place, part, refused, signed_with

pytestmark = pytest.mark.requirement("ID-9", "RX-2")


@pytest.fixture
def here() -> Place:
    place = Place()
    place.token()
    place.cost()
    return place


# --- tokens


def test_token_verifies_with_its_claims_and_our_issuer(here: Place) -> None:
    claims = here.claims(role="doctor", name="Ёлка")
    assert here.verify(here.signer.issue(claims, purpose="access")) == {**claims, "iss": ISSUER}


def test_another_implementation_agrees(here: Place) -> None:
    token = here.token()
    [jwk] = [key for key in here.signer.published()["keys"] if key["kid"] == here.active_kid()]
    claims = jwt.decode(
        token,
        jwt.PyJWK.from_dict(jwk).key,
        algorithms=["ES256"],
        audience=AUDIENCE,
        issuer=ISSUER,
        options={"verify_exp": False, "verify_iat": False},
    )
    assert claims["sub"] == "p1"
    assert jwt.get_unverified_header(token) == {"alg": "ES256", "typ": "at+jwt", "kid": jwk["kid"]}


def test_thumbprint_is_that_of_rfc_7638() -> None:
    jwk = {
        "kty": "EC",
        "crv": "P-256",
        "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
        "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
    }
    assert jws.thumbprint({**jwk, "use": "sig"}) == "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s"


def test_issuer_cannot_be_chosen_by_the_caller(here: Place) -> None:
    assert here.verify(here.token(iss="https://evil.example"))["iss"] == ISSUER


@pytest.mark.parametrize(
    "changes",
    [{"aud": None}, {"aud": ["a"]}, {"exp": None}, {"exp": "1"}, {"exp": 1.5}, {"exp": True}, {"iat": None}],
)
def test_access_token_is_not_made_without_its_limits(here: Place, changes: dict) -> None:
    with pytest.raises(MalformedError):
        here.token(**changes)


def test_access_token_lives_twelve_hours_at_most(here: Place) -> None:
    now = int(here.clock().timestamp())
    here.token(exp=now + 12 * 3600)
    with pytest.raises(MalformedError):
        here.token(exp=now + 12 * 3600 + 1)


@pytest.mark.parametrize("claim", ["\ud800", {1, 2}, float("nan"), b"x", "x" * 9000])
def test_claims_that_are_no_json_or_too_long_are_told(here: Place, claim: object) -> None:
    with pytest.raises(MalformedError):
        here.token(odd=claim)


def test_unknown_purpose_is_told(here: Place) -> None:
    for use in (
        lambda: here.signer.issue(here.claims(), purpose="other"),
        lambda: here.signer.verify(here.token(), purpose="other"),
        lambda: here.signer.rotate("other"),
    ):
        with pytest.raises(MalformedError):
            use()


def test_time_of_a_token(here: Place) -> None:
    token = here.token()
    here.clock.advance(seconds=599)
    here.verify(token)
    here.clock.advance(seconds=1)
    refused(here, token)
    here.clock.advance(seconds=-605)
    here.verify(token)
    here.clock.advance(seconds=-1)
    refused(here, token)


def test_token_for_another_audience_or_without_one_asked_for_is_refused(here: Place) -> None:
    refused(here, here.token(aud="cursor"))
    refused(here, here.token(), audience="")


def test_token_of_another_issuer_is_refused(here: Place) -> None:
    refused(here, Place(here, issuer="https://other.example").token())


def test_purposes_do_not_mix(here: Place) -> None:
    prescription = here.signer.issue(here.claims(), purpose="prescription")
    refused(here, prescription)
    refused(here, here.token(), purpose="prescription")


@pytest.mark.parametrize("swap", [{"alg": "none"}, {"alg": "HS256"}, {"typ": "JWT"}, {"zip": "DEF"}, {"crit": "x"}])
def test_header_that_is_not_exactly_ours_is_refused_although_the_key_signed_it(here: Place, swap: dict) -> None:
    key = here.signer._keys.active("access")
    header = {"alg": "ES256", "typ": "at+jwt", "kid": key.kid}
    claims = here.claims(iss=ISSUER)
    assert here.verify(signed_with(key.private, header, claims))
    refused(here, signed_with(key.private, {**header, **swap}, claims))
    without = {name: value for name, value in header.items() if name != next(iter(swap))}
    if without != header:
        refused(here, signed_with(key.private, without, claims))


def test_every_character_of_a_token_counts(here: Place) -> None:
    token = here.token()
    for place, character in enumerate(token):
        for other in "Aw_.=+ \n\0й":
            if other != character:
                refused(here, token[:place] + other + token[place + 1 :])


def test_every_truncation_and_addition_is_refused(here: Place) -> None:
    token = here.token()
    for size in range(len(token)):
        refused(here, token[:size])
    for more in ("=", ".", "A", " ", "\n", "." + token):
        refused(here, token + more)
        refused(here, more + token)


@given(
    st.text(max_size=200)
    | st.lists(st.binary(max_size=40), min_size=3, max_size=3).map(lambda p: ".".join(map(jws.b64, p)))
)
def test_noise_is_refused(noise: str) -> None:
    refused(Place(), noise)


@pytest.mark.parametrize("payload", [b"[]", b"1", b"{", b"\xff", b"[" * 5000])
def test_signed_payload_that_is_no_object_is_refused(
    here: Place, payload: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jws, "json_of", lambda value: payload if "sub" in value else json.dumps(value).encode())
    refused(here, here.token())


def test_der_signature_is_refused(here: Place) -> None:
    from cryptography.hazmat.primitives import hashes

    signed = here.token().rsplit(".", 1)[0]
    private = here.signer._keys.active("access").private
    refused(here, f"{signed}.{jws.b64(private.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))}")
    refused(here, f"{signed}.{jws.b64(bytes(64))}")


# --- prescriptions


def test_prescription_is_deflated_and_checked_off_line_with_the_published_key(here: Place) -> None:
    content = {"id": "code", "drug": "Амоксициллин " * 20, "exp": 1}
    token = here.signer.issue(content, purpose="prescription")
    header = json.loads(part(token, 0))
    assert header == {
        "alg": "ES256",
        "typ": "medkarta-rx+jws",
        "kid": here.active_kid("prescription"),
        "zip": "DEF",
    }
    assert json.loads(zlib.decompress(part(token, 1), -15)) == {**content, "iss": ISSUER}
    assert len(token) < 450
    jwk = next(key for key in here.signer.published()["keys"] if key["kid"] == header["kid"])
    public = jwt.PyJWK.from_dict(jwk).key
    jws.check_signature(public, jws.take_apart(token))


def test_expired_prescription_is_still_authentic(here: Place) -> None:
    token = here.signer.issue({"id": "code", "exp": 1}, purpose="prescription")
    here.clock.advance(days=364)
    assert here.signer.verify(token, purpose="prescription")["id"] == "code"


@pytest.mark.parametrize("squeezed", [b"", b"\xff\xff", b"{}"])
def test_payload_that_does_not_inflate_is_refused(
    here: Place, squeezed: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jws.zlib, "compressobj", lambda *_: Squeezed(squeezed))
    refused(here, here.signer.issue({"id": "x"}, purpose="prescription"), purpose="prescription", audience="")


class Squeezed:
    def __init__(self, data: bytes) -> None:
        self.data = data

    def compress(self, _: bytes) -> bytes:
        return self.data

    def flush(self) -> bytes:
        return b""


def test_bomb_and_trailing_bytes_are_refused(here: Place) -> None:
    bomb = here.signer.issue({"id": "x" * 100_000}, purpose="prescription")
    assert len(bomb) < 1000
    refused(here, bomb, purpose="prescription", audience="")
    key = here.signer._keys.active("prescription")
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    payload = squeeze.compress(b'{"iss":"' + ISSUER.encode() + b'"}') + squeeze.flush()
    for body, good in ((payload, True), (payload + b"x", False), (payload[:-1], False)):
        parts = jws.Parts(b"", {"zip": "DEF"}, body, b"")
        if good:
            assert jws.claims_of(parts) == {"iss": ISSUER}
        else:
            with pytest.raises(NotSignedInError):
                jws.claims_of(parts)
    assert key.kid
