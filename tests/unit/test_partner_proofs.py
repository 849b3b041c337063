"""Tokens bound to a key (RFC 9449): what a proof must be, and that nothing else passes for one."""

from __future__ import annotations

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.crypto.proofs import JwtProofs
from chalicelib.errors import CredentialsError, MalformedError, ProofError
from chalicelib.services.proofs import ProofService
from tests.accounts import Accounts
from tests.unit.test_partners import CALLER, EC_KEY, RSA_KEY, URL, assertion, form, service_of

pytestmark = pytest.mark.requirement("PRT-1")

ED_KEY = ed25519.Ed25519PrivateKey.generate()
OTHER = ec.generate_private_key(ec.SECP256R1())
PATH, TOKEN = "/fhir/Observation/x", "an.access.token"


@pytest.fixture
def world() -> Accounts:
    made = Accounts()
    made.root = made.administrator()
    made.clinic = made.staff.create_organisation(made.root, "КДЛ", "1.2.643.1")["organisation_id"]
    made.partners = service_of(made)
    wanted = form(made, role="laboratory", scopes=["system/Observation.crs", "hl7.write"])
    made.client = made.partners.register(made.root, wanted)["client_id"]
    made.proofs = ProofService(made.tables, JwtProofs(), made.clock, URL)
    return made


def public(key: Any) -> dict[str, Any]:
    kinds = {ec.EllipticCurvePrivateKey: jwt.algorithms.ECAlgorithm, rsa.RSAPrivateKey: jwt.algorithms.RSAAlgorithm}
    kind = next((made for of, made in kinds.items() if isinstance(key, of)), jwt.algorithms.OKPAlgorithm)
    return json.loads(kind.to_jwk(key.public_key()))


def proof(world: Accounts, *, key: Any = EC_KEY, alg: str = "ES256", header: Any = None, **claims: Any) -> str:
    said = {
        "htm": "GET",
        "htu": URL + PATH,
        "iat": int(world.clock().timestamp()),
        "jti": "p1",
        "ath": base64.urlsafe_b64encode(sha256(TOKEN.encode()).digest()).rstrip(b"=").decode(),
        **claims,
    }
    said = {name: value for name, value in said.items() if value is not None}
    return jwt.encode(said, key, alg, headers={"typ": "dpop+jwt", "jwk": public(key), **(header or {})})


def check(world: Accounts, text: str, thumbprint: str | None = None) -> None:
    bound = JwtProofs().checked(proof(world))[0] if thumbprint is None else thumbprint
    world.proofs.check(text, "GET", PATH, TOKEN, bound)


def test_the_thumbprint_is_that_of_the_rfc():
    """RFC 8037, A.3 and RFC 7638, 3.1."""
    from chalicelib.crypto.proofs import thumbprint

    key = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    assert thumbprint(key) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


@pytest.mark.parametrize(("key", "alg"), [(EC_KEY, "ES256"), (RSA_KEY, "PS256"), (RSA_KEY, "RS256"), (ED_KEY, "EdDSA")])
def test_a_proof_of_each_kind_is_good_once(world, key, alg):
    made = proof(world, key=key, alg=alg)
    bound = JwtProofs().checked(made)[0]
    check(world, made, bound)
    with pytest.raises(ProofError) as caught:
        check(world, made, bound)
    assert caught.value.reason == "used"
    check(
        world,
        proof(world, key=key, alg=alg, jti="p2", htu=URL.upper().replace("HTTPS", "https") + ":443" + PATH + "/?a=b"),
        bound,
    )


def test_of_many_uses_at_once_one_passes(world):
    made = proof(world)

    def use(_: int) -> bool:
        try:
            check(world, made)
        except ProofError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(use, range(16))) == 1


@pytest.mark.parametrize(
    ("reason", "claims"),
    [
        ("htm", {"htm": "POST"}),
        ("htm", {"htm": "get"}),
        ("htu", {"htu": URL + "/fhir/Observation/y"}),
        ("htu", {"htu": "https://another.example" + PATH}),
        ("htu", {"htu": URL.replace("https", "http") + PATH}),
        ("htu", {"htu": "https://[" + PATH}),
        ("htu", {"htu": 7}),
        ("iat", {"iat": 1_000}),
        ("iat", {"iat": "now"}),
        ("iat", {"iat": True}),
        ("ath", {"ath": "AAAA"}),
        ("ath", {"ath": None}),
        ("jti", {"jti": ""}),
        ("jti", {"jti": "x" * 129}),
        ("proof", {"jti": None}),
        ("another-key", {"key": OTHER}),
    ],
)
def test_a_proof_of_something_else_is_none(world, reason, claims):
    with pytest.raises(ProofError) as caught:
        check(world, proof(world, **claims))
    assert caught.value.reason == reason


def test_old_and_early_proofs(world):
    now = int(world.clock().timestamp())
    for made, good in ((now - 60, True), (now - 61, False), (now + 5, True), (now + 6, False)):
        text = proof(world, iat=made, jti=f"at{made}")
        if good:
            check(world, text)
        else:
            with pytest.raises(ProofError):
                check(world, text)


def _with_secret(key: Any) -> dict[str, Any]:
    return json.loads(jwt.algorithms.ECAlgorithm.to_jwk(key))


@pytest.mark.parametrize(
    "header",
    [
        {"typ": "JWT"},
        {"jwk": {}},
        {"jwk": "none"},
        {"jwk": _with_secret(EC_KEY)},
        {"jwk": public(OTHER)},
        {"jwk": {"kty": "oct", "k": "c2VjcmV0"}},
        {"jwk": public(ec.generate_private_key(ec.SECP384R1()))},
        {"crit": ["exp"], "exp": 1},
    ],
    ids=["type", "no key", "no object", "private", "another's", "symmetric", "curve", "critical"],
)
def test_headers_that_are_not_accepted(world, header):
    with pytest.raises(CredentialsError):
        JwtProofs().checked(proof(world, header=header))


@pytest.mark.parametrize("alg", ["none", "HS256"])
def test_no_other_algorithm_passes(world, alg):
    """The public key taken for a secret, and no signature at all."""
    head, body, _ = proof(world).split(".")
    header = json.loads(base64.urlsafe_b64decode(head + "==")) | {"alg": alg}
    text = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode() + "." + body + "."
    with pytest.raises(CredentialsError):
        JwtProofs().checked(text + ("" if alg == "none" else "c2ln"))


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
def test_small_keys_are_not_accepted(world):
    with pytest.raises(CredentialsError):
        JwtProofs().checked(proof(world, key=rsa.generate_private_key(65537, 1024), alg="RS256"))  # noqa: S505


@given(text=st.text(max_size=200) | st.from_regex(r"[A-Za-z0-9_-]{1,80}\.[A-Za-z0-9_-]{1,80}\.[A-Za-z0-9_-]{0,80}"))
def test_no_text_is_a_proof(text):
    with pytest.raises(CredentialsError):
        JwtProofs().checked(text)


# --- at the token endpoint


def at_token(world: Accounts, **claims: Any) -> str:
    return proof(world, **{"htm": "POST", "htu": URL + "/api/v1/oauth/token", "ath": None, **claims})


def test_a_token_about_resources_is_bound(world):
    with pytest.raises(MalformedError) as caught:
        world.partners.token(CALLER, assertion(world), "")
    assert caught.value.extra == {"error": "invalid_dpop_proof"}
    made = world.partners.token(CALLER, assertion(world), "system/Observation.c", "", at_token(world))
    claims = world.signer.verify(made["access_token"], purpose="access", audience="medkarta-api")
    assert (made["token_type"], made["scope"]) == ("DPoP", "system/Observation.c")
    assert claims["cnf"] == {"jkt": JwtProofs().checked(at_token(world))[0]}
    for again in (at_token(world), at_token(world, jti="q", htm="GET"), "nonsense"):
        with pytest.raises(MalformedError):
            world.partners.token(CALLER, assertion(world, jti="again"), "", "", again)
    denied = [event for event in world.events("partner:token") if event.outcome == "denied"]
    assert {event.actor.person_id for event in denied} == {world.client}  # the security officer finds them by it
    reasons = [event.reason for event in denied]
    assert reasons == ["dpop-missing", "dpop-used", "dpop-htm", "dpop-proof"]
    assert world.partners.token(CALLER, assertion(world, jti="again"), "", "", at_token(world, jti="r"))


@pytest.mark.parametrize(
    "scope", ["system/Observation.u", "system/Observation.cruds", "system/*.r", "patient/Observation.r", "card.read"]
)
def test_a_token_says_no_more_than_was_given(world, scope):
    with pytest.raises(MalformedError) as caught:
        world.partners.token(CALLER, assertion(world), scope, "", at_token(world))
    assert caught.value.extra == {"error": "invalid_scope"}


def test_who_registered_without_may_still_bind_a_token(world):
    plain = form(world, dpop_required=False, scopes=["system/Observation.rs"], role="laboratory")
    world.client = world.partners.register(world.root, plain)["client_id"]
    assert world.partners.token(CALLER, assertion(world), "")["token_type"] == "Bearer"
    bound = world.partners.token(CALLER, assertion(world, jti="b"), "", "", at_token(world))
    assert bound["token_type"] == "DPoP"
