"""What an ID token must be, and everything that it must not be."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.interop.id_tokens import Expected, TokenError, UnknownKeyError, access_token_hash, checked, json_object

pytestmark = pytest.mark.requirement("ID-6")

NOW = 1_772_442_000
ISSUER, CLIENT, NONCE = "https://idp.example", "medkarta", "n" * 43
EXPECTED = Expected(ISSUER, CLIENT, NONCE, "access")

EC_KEY = ec.generate_private_key(ec.SECP256R1())
RSA_KEY = rsa.generate_private_key(65537, 2048)
SMALL_KEY = rsa.generate_private_key(65537, 1024)  # noqa: S505  # refused, as is to be shown
OTHER_CURVE = ec.generate_private_key(ec.SECP384R1())


def jwk_of(private: Any, kid: str = "k1", **more: str) -> dict[str, Any]:
    kind = jwt.algorithms.RSAAlgorithm if isinstance(private, rsa.RSAPrivateKey) else jwt.algorithms.ECAlgorithm
    return {**json.loads(kind.to_jwk(private.public_key())), "kid": kid, **more}


def claims(**changes: Any) -> dict[str, Any]:
    found = {"iss": ISSUER, "sub": "s1", "aud": CLIENT, "iat": NOW, "exp": NOW + 300, "nonce": NONCE}
    return {name: value for name, value in (found | changes).items() if value is not None}


def token(
    private: Any = EC_KEY, algorithm: str = "ES256", headers: dict[str, Any] | None = None, **changes: Any
) -> str:
    return jwt.encode(claims(**changes), private, algorithm, headers={"kid": "k1"} if headers is None else headers)


def bare(header: dict[str, Any], secret: bytes = b"") -> str:
    """A token made by hand, with an HMAC over it or nothing."""

    def text(part: Any) -> str:
        return urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()

    signed = f"{text(header)}.{text(claims())}"
    mac = hmac.digest(secret, signed.encode(), "sha256") if secret else b""
    return f"{signed}.{urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def why(given_token: object, *keys: dict[str, Any], expected: Expected = EXPECTED) -> str:
    try:
        checked(given_token, keys or [jwk_of(EC_KEY)], expected, NOW)
    except TokenError as error:
        return error.reason
    return ""


@pytest.mark.parametrize(
    ("private", "algorithm"), [(EC_KEY, "ES256"), (RSA_KEY, "RS256"), (RSA_KEY, "PS256")], ids=["ec", "rsa", "pss"]
)
def test_a_sound_token_of_each_algorithm(private: Any, algorithm: str) -> None:
    found = checked(token(private, algorithm), [jwk_of(private)], EXPECTED, NOW)
    assert found["sub"] == "s1"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"iss": "https://idp.example/"}, "iss"),
        ({"iss": None}, "iss"),
        ({"aud": "somebody"}, "aud"),
        ({"aud": None}, "aud"),
        ({"aud": 5}, "aud"),
        ({"aud": []}, "aud"),
        ({"aud": [CLIENT]}, ""),
        ({"aud": [CLIENT, "another"]}, "azp"),
        ({"aud": [CLIENT, "another"], "azp": CLIENT}, ""),
        ({"azp": "another"}, "azp"),
        ({"exp": NOW - 61}, "exp"),
        ({"exp": NOW - 59}, ""),
        ({"exp": None}, "times"),
        ({"exp": "tomorrow"}, "times"),
        ({"exp": True}, "times"),
        ({"exp": 10**400}, ""),
        ({"exp": -(10**400)}, "exp"),
        ({"iat": float("inf")}, "times"),
        ({"iat": NOW + 0.5}, ""),
        ({"iat": None}, "times"),
        ({"iat": NOW + 61}, "iat"),
        ({"iat": NOW - 661}, "iat"),
        ({"nbf": NOW + 61}, "nbf"),
        ({"nonce": "another"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"nonce": [NONCE]}, "nonce"),
        ({"sub": ""}, "sub"),
        ({"sub": None}, "sub"),
        ({"sub": "s" * 256}, "sub"),
        ({"sub": 5}, "sub"),
        ({"sub": "кто-то"}, "sub"),
        ({"at_hash": access_token_hash("access")}, ""),
        ({"at_hash": access_token_hash("another")}, "at_hash"),
        ({"at_hash": 5}, "at_hash"),
    ],
)
def test_each_claim(changes: dict[str, Any], reason: str) -> None:
    assert why(token(**changes)) == reason


@pytest.mark.parametrize("algorithm", ["none", "None", "nOnE", "HS256", "ES384", "EdDSA", "RS512", ""])
def test_no_other_algorithm(algorithm: str) -> None:
    assert why(bare({"alg": algorithm, "kid": "k1"})) == "alg"


def test_a_public_key_is_no_shared_secret() -> None:
    """The classic confusion: HS256 under the bytes of the key that everybody knows."""
    public = json.dumps(jwk_of(EC_KEY)).encode()
    assert why(bare({"alg": "HS256", "kid": "k1"}, public)) == "alg"
    shared = {"kty": "oct", "k": urlsafe_b64encode(public).decode(), "kid": "k1", "alg": "HS256"}
    assert why(bare({"alg": "HS256", "kid": "k1"}, public), shared) == "alg"


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        ([], "key"),
        ([jwk_of(EC_KEY, "k2")], "key"),
        ([jwk_of(EC_KEY), jwk_of(EC_KEY)], "key"),
        ([jwk_of(EC_KEY, use="enc")], "key"),
        ([jwk_of(EC_KEY, alg="ES384")], "key"),
        ([{**jwk_of(EC_KEY), "crv": "P-384"}], "key"),
        ([{**jwk_of(EC_KEY), "x": "AA"}], "signature"),
        ([{"kty": "EC", "crv": "P-256", "kid": "k1"}], "signature"),
        ([jwk_of(ec.generate_private_key(ec.SECP256R1()))], "signature"),
        ([jwk_of(RSA_KEY), jwk_of(EC_KEY)], ""),
    ],
)
def test_the_one_key_that_fits(keys: list[dict[str, Any]], reason: str) -> None:
    if not reason:
        assert checked(token(), keys, EXPECTED, NOW)
        return
    with pytest.raises(TokenError) as refused:
        checked(token(), keys, EXPECTED, NOW)
    assert refused.value.reason == reason
    assert isinstance(refused.value, UnknownKeyError) == (reason == "key")


def test_keys_too_weak_and_curves_that_are_not_ours() -> None:
    assert why(bare({"alg": "RS256", "kid": "k1"}, b"x"), jwk_of(SMALL_KEY)) == "key"
    assert why(token(OTHER_CURVE, "ES384"), jwk_of(OTHER_CURVE)) == "alg"
    huge = {**jwk_of(RSA_KEY), "n": "_" * 10_000}
    assert why(token(RSA_KEY, "RS256"), huge) == "key"
    for exponent in ("AQ", "_" * 40, "", None):
        assert why(token(RSA_KEY, "RS256"), {**jwk_of(RSA_KEY), "e": exponent}) == "key"


def test_without_a_name_the_only_key_is_meant() -> None:
    assert why(token(headers={})) == ""
    assert why(token(headers={}), jwk_of(EC_KEY), jwk_of(EC_KEY, "k2")) == "key"


def test_a_header_cannot_bring_its_own_key_or_conditions() -> None:
    own = ec.generate_private_key(ec.SECP256R1())
    for headers in ({"jwk": jwk_of(own)}, {"jku": "https://evil.example/keys"}, {"x5u": "https://evil.example/x"}):
        assert why(token(own, headers={"kid": "k1", **headers})) == "signature"
    assert why(bare({"alg": "ES256", "kid": "k1", "crit": ["exp"]})) in {"crit", "form"}
    assert why(bare({"alg": "ES256", "kid": "k1", "b64": False})) in {"crit", "form"}


@pytest.mark.parametrize(
    "given_token", [None, 5, "", "x", "a.b", "a.b.c", "ключ", "e30.e30.", "e30.e30.e30", "x" * 20_000]
)
def test_what_is_no_token(given_token: object) -> None:
    assert why(given_token) in {"form", "alg"}


@given(st.text(max_size=60))
def test_any_text_is_refused(text: str) -> None:
    assert why(text)


@given(st.binary(max_size=40))
def test_bytes_that_are_no_object(raw: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # whatever the parser says
        json_object(raw + b"]")
