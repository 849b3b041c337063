from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.crypto.assertions import JwtAssertions
from chalicelib.crypto.proofs import JwtProofs
from chalicelib.domain import limits
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.errors import (
    AccessDeniedError,
    AuditUnavailableError,
    CredentialsError,
    InvalidFieldsError,
    MalformedError,
    NotFoundError,
    SessionEndedError,
    TooManyRequestsError,
)
from chalicelib.ports import keys
from chalicelib.ports.tables import Store
from chalicelib.services.partners import PartnerService
from chalicelib.services.proofs import ProofService
from tests.accounts import CALLER, Accounts, repeat

pytestmark = pytest.mark.requirement("PRT-1")

URL = "https://card.example"
EC_KEY = ec.generate_private_key(ec.SECP256R1())
RSA_KEY = rsa.generate_private_key(65537, 2048)


def jwk(key, kid: str) -> dict:
    algorithm = (
        jwt.algorithms.ECAlgorithm if isinstance(key, ec.EllipticCurvePrivateKey) else jwt.algorithms.RSAAlgorithm
    )
    return {**json.loads(algorithm.to_jwk(key.public_key())), "kid": kid}


JWKS = {"keys": [jwk(EC_KEY, "e1"), jwk(RSA_KEY, "r1")]}


@pytest.fixture
def world() -> Accounts:
    made = Accounts()
    made.root = made.administrator()
    made.clinic = made.staff.create_organisation(made.root, "Аптека № 1", "1.2.643.1")["organisation_id"]
    made.partners = service_of(made)
    made.client = made.partners.register(made.root, form(made))["client_id"]
    return made


def service_of(world: Accounts) -> PartnerService:
    proofs = ProofService(world.tables, JwtProofs(), world.clock, URL)
    tools = world.gate, world.tables, world.signer, JwtAssertions(), proofs, world.limits
    return PartnerService(*tools, world.clock, URL)


def form(world: Accounts, **changes) -> dict:
    return {
        "name": "Аптека",
        "role": "pharmacy",
        "organisation_id": world.clinic,
        "jwks": JWKS,
        "scopes": ["prescription.verify", "prescription.dispense"],
        "dpop_required": None,
        **changes,
    }


def assertion(world: Accounts, *, key=EC_KEY, alg="ES256", kid="e1", headers=None, **changes) -> str:
    now = int(world.clock().timestamp())
    claims = {
        "iss": world.client,
        "sub": world.client,
        "aud": URL + "/api/v1/oauth/token",
        "iat": now,
        "exp": now + 120,
        "jti": "one-of-a-kind",
        **changes,
    }
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(claims, key, algorithm=alg, headers={"kid": kid, **(headers or {})})


def token(world: Accounts, text: str | None = None, scope: str = "", **parameters) -> dict:
    return world.partners.token(CALLER, assertion(world) if text is None else text, scope, **parameters)


# --- a token


@pytest.mark.parametrize(
    ("key", "alg", "kid"), [(EC_KEY, "ES256", "e1"), (RSA_KEY, "RS256", "r1"), (RSA_KEY, "PS256", "r1")]
)
@pytest.mark.parametrize("audience", [URL, URL + "/api/v1/oauth/token", ["other", URL]])
def test_a_signed_assertion_gives_a_short_scoped_token(world, key, alg, kid, audience):
    made = token(world, assertion(world, key=key, alg=alg, kid=kid, aud=audience), "prescription.verify")
    claims = world.signer.verify(made["access_token"], purpose="access", audience="medkarta-api")
    assert (claims["sub"], claims["role"], claims["org"]) == (world.client, "pharmacy", world.clinic)
    assert claims["scope"] == made["scope"] == "prescription.verify"
    assert claims["exp"] - claims["iat"] == made["expires_in"] == 300
    world.gate.signed_in(Actor(PersonId(world.client), Role.PHARMACY))
    event = world.events("partner:token")[-1]
    assert (event.outcome, event.actor.person_id, event.resource_id) == ("success", world.client, world.client)


def test_all_scopes_are_given_when_none_is_named(world):
    assert token(world)["scope"] == "prescription.dispense prescription.verify"


def test_a_scope_that_was_not_registered_is_refused(world):
    with pytest.raises(MalformedError) as caught:
        token(world, scope="prescription.verify results.write")
    assert caught.value.extra["error"] == "invalid_scope"
    assert token(world)  # the refusal did not use the assertion up


# --- what is refused


def other_key(world):
    return assertion(world, key=ec.generate_private_key(ec.SECP256R1()))


def unsigned(world):
    return assertion(world, key=None, alg="none")


def public_key_as_secret(world):
    """The classic confusion of algorithms: an HMAC keyed with what everybody knows. Made by hand: PyJWT refuses to."""
    import hashlib
    import hmac

    def part(value) -> bytes:
        return urlsafe_b64encode(value if isinstance(value, bytes) else json.dumps(value).encode()).rstrip(b"=")

    now = int(world.clock().timestamp())
    claims = {"iss": world.client, "sub": world.client, "aud": URL, "iat": now, "exp": now + 60, "jti": "x" * 9}
    signed = part({"alg": "HS256", "kid": "e1"}) + b"." + part(claims)
    mac = hmac.digest(json.dumps(JWKS["keys"][0]).encode(), signed, hashlib.sha256)
    return (signed + b"." + part(mac)).decode()


def in_seconds(world, seconds):
    return int(world.clock().timestamp()) + seconds


DEFECTS = {
    "empty": lambda _: "",
    "noise": lambda _: "a.b.c",
    "array": lambda _: "W10.W10.W10",
    "other key": other_key,
    "unsigned": unsigned,
    "public key as secret": public_key_as_secret,
    "algorithm of another kind": lambda w: assertion(w, key=RSA_KEY, alg="RS256", kid="e1"),
    "weak algorithm": lambda w: assertion(w, key=RSA_KEY, alg="RS512", kid="r1"),
    "unknown kid": lambda w: assertion(w, kid="e9"),
    "own key in the header": lambda w: assertion(
        w, key=RSA_KEY, alg="RS256", kid="x", headers={"jwk": jwk(RSA_KEY, "x")}
    ),
    "signature cut": lambda w: assertion(w)[:-4],
    "unknown client": lambda w: assertion(w, sub="nobody", iss="nobody"),
    "issuer": lambda w: assertion(w, iss="other"),
    "no issuer": lambda w: assertion(w, iss=None),
    "audience": lambda w: assertion(w, aud="https://other.example"),
    "no audience": lambda w: assertion(w, aud=None),
    "expired": lambda w: assertion(w, exp=in_seconds(w, 0)),
    "too long": lambda w: assertion(w, exp=in_seconds(w, 301)),
    "no end": lambda w: assertion(w, exp=None),
    "end as text": lambda w: assertion(w, exp="9999999999"),
    "endless": lambda w: assertion(w, exp=float("inf")),
    "end of four hundred digits": lambda w: assertion(w, exp=10**400),
    "from tomorrow": lambda w: assertion(w, iat=in_seconds(w, 200)),
    "not before": lambda w: assertion(w, nbf=in_seconds(w, 200)),
    "no jti": lambda w: assertion(w, jti=None),
    "empty jti": lambda w: assertion(w, jti=""),
    "long jti": lambda w: assertion(w, jti="x" * 129),
    "jti as number": lambda w: assertion(w, jti=7),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_every_defect_is_one_and_the_same_error_and_leaves_an_entry(world, defect):
    with pytest.raises(CredentialsError) as caught:
        token(world, DEFECTS[defect](world))
    assert caught.value.extra == {"error": "invalid_client"}
    assert caught.value.detail == ""
    (event,) = world.events("partner:token")
    assert event.outcome == "denied"
    assert event.reason
    assert not [key for key in world.tables.rows(Store.IDENTITY) if key.pk.startswith("JTI#")]


@given(text=st.text(max_size=300))
def test_no_text_opens_or_breaks_the_endpoint(text):
    world = Accounts()
    service = service_of(world)
    with pytest.raises(CredentialsError):
        service.token(CALLER, text, "")


def test_the_client_that_is_named_beside_must_be_the_one_that_signed(world):
    assert token(world, client_id=world.client)
    with pytest.raises(CredentialsError):
        token(world, assertion(world, jti="second-one"), client_id="other")


def test_an_assertion_is_good_once_also_when_two_uses_meet(world):
    text = assertion(world)

    def use(_n):
        try:
            return token(world, text)["access_token"]
        except CredentialsError:
            return None

    with ThreadPoolExecutor(4) as pool:
        made = [found for found in pool.map(use, range(6)) if found]
    assert len(made) == 1
    assert world.events("partner:token")[-1].reason == "replay"
    row = next(row for key, row in world.tables.rows(Store.IDENTITY).items() if key.pk.startswith("JTI#"))
    assert row["expires"] > in_seconds(world, 120)


def test_without_its_entry_there_is_no_token(world):
    text = assertion(world)
    world.audit.fail_next()
    with pytest.raises(AuditUnavailableError):
        token(world, text)
    assert token(world, text)


@pytest.mark.requirement("SEC-3")
def test_tokens_of_one_client_are_limited(world):
    numbers = iter(range(10_000))
    with pytest.raises(TooManyRequestsError):
        repeat(limits.PARTNER_TOKEN.limit + 1, lambda: token(world, assertion(world, jti=f"number-{next(numbers)}")))


def test_others_cannot_use_up_the_limit_of_a_client(world):
    def forged():
        with pytest.raises(CredentialsError):
            token(world, other_key(world))

    repeat(limits.PARTNER_TOKEN.limit + 1, forged)
    assert token(world)


# --- administration


def test_a_revoked_partner_is_out_with_the_next_request(world):
    partner = Actor(PersonId(world.client), Role.PHARMACY)
    world.gate.signed_in(partner)
    world.partners.revoke(world.root, world.client)
    world.partners.revoke(world.root, world.client)
    with pytest.raises(SessionEndedError):
        world.gate.signed_in(partner)
    with pytest.raises(CredentialsError):
        token(world)
    assert len(world.events("partner:revoke")) == 1
    with pytest.raises(NotFoundError):
        world.partners.revoke(world.root, "unknown")


def test_a_partner_revoked_while_it_asks_gets_nothing(world):
    world.tables.before_next_commit(lambda: world.partners.revoke(world.root, world.client))
    with pytest.raises(CredentialsError):
        token(world, assertion(world))
    assert world.events("partner:token")[-1].reason == "revoked"


@pytest.mark.requirement("ID-12")
def test_an_administrator_manages_partners_of_the_own_organisation_alone(world):
    other = world.staff.create_organisation(world.root, "Больница", "1.2.643.2")["organisation_id"]
    local = Actor(PersonId("adm"), Role.ADMINISTRATOR, organisation_id=other)
    own = world.partners.register(local, form(world, organisation_id=other))["client_id"]
    for call in (
        lambda: world.partners.register(local, form(world)),
        lambda: world.partners.revoke(local, world.client),
    ):
        with pytest.raises(AccessDeniedError):
            call()
    assert [p["client_id"] for p in world.partners.listed(local, 50, None)[0]] == [own]
    assert {p["client_id"] for p in world.partners.listed(world.root, 50, None)[0]} == {own, world.client}
    assert world.tables.get(keys.client(world.client))["state"] == "active"


def private(key):
    return {**json.loads(jwt.algorithms.ECAlgorithm.to_jwk(key)), "kid": "p"}


@pytest.mark.parametrize(
    "keys_",
    [
        [private(EC_KEY)],
        [{"kty": "oct", "k": "c2VjcmV0", "kid": "o"}],
        [jwk(ec.generate_private_key(ec.SECP384R1()), "big")],
        [jwk(rsa.generate_private_key(65537, 1024), "small")],  # noqa: S505 - on purpose
        [jwk(EC_KEY, "same"), jwk(RSA_KEY, "same")],
        [{k: v for k, v in jwk(EC_KEY, "x").items() if k != "kid"}],
        [{**jwk(EC_KEY, "x"), "x": "AAAA"}],
        [{"kid": "x"}],
    ],
    ids=["private", "symmetric", "other curve", "small", "same kid", "no kid", "not on the curve", "nothing"],
)
def test_keys_that_are_not_accepted(world, keys_):
    with pytest.raises(InvalidFieldsError) as caught:
        world.partners.register(world.root, form(world, jwks={"keys": keys_}))
    assert [problem.field for problem in caught.value.fields] == ["/jwks"]


def test_scopes_are_bounded_by_the_role(world):
    with pytest.raises(InvalidFieldsError) as caught:
        world.partners.register(world.root, form(world, role="insurer"))
    assert [problem.field for problem in caught.value.fields] == ["/scopes"]
