"""Scopes of partners, rotation of their keys, and their quotas (PRT-1)."""

from __future__ import annotations

from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.crypto.assertions import JwtAssertions
from chalicelib.domain import partners, quotas
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.smart import permits
from chalicelib.errors import (
    AccessDeniedError,
    CredentialsError,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
    TooManyRequestsError,
)
from chalicelib.services.partner_keys import PartnerKeyService
from chalicelib.services.quotas import QuotaService
from tests.accounts import Accounts
from tests.fakes import FixedClock
from tests.memory_tables import MemoryTables
from tests.unit.test_partners import CALLER, EC_KEY, JWKS, RSA_KEY, URL, assertion, form, jwk, service_of

pytestmark = pytest.mark.requirement("PRT-1")

NEW = ec.generate_private_key(ec.SECP256R1())
ADDRESS = URL + "/api/v1/partner-keys"


# --- scopes


@pytest.mark.parametrize(
    ("role", "scope", "given_out"),
    [
        ("laboratory", "system/Observation.cruds", True),
        ("laboratory", "system/Observation.read", True),
        ("laboratory", "system/Patient.rs", True),
        ("laboratory", "system/Patient.c", False),
        ("laboratory", "system/Condition.r", False),
        ("laboratory", "system/*.r", False),
        ("laboratory", "hl7.write", True),
        ("insurer", "system/*.rs", True),
        ("insurer", "system/Claim.r", True),
        ("insurer", "system/Claim.c", False),
        ("insurer", "hl7.write", False),
        ("clinical-system", "system/*.cruds", True),
        ("clinical-system", "patient/*.r", False),
        ("pharmacy", "system/MedicationRequest.r", True),
        ("pharmacy", "system/MedicationRequest.s", False),
        ("pharmacy", "card.read", False),
        ("analytics", "system/Patient.r", False),
        ("clinical-system", "system/Observation.", False),
        ("clinical-system", "everything", False),
    ],
)
def test_what_a_role_is_given(role, scope, given_out):
    assert (partners.beyond(role, [scope]) == set()) is given_out


words = st.from_regex(r"(system|patient)/(Observation|Patient|\*)\.(c?r?u?d?s?|read|write)", fullmatch=True)


@given(wanted=st.lists(words, max_size=3), given_out=st.lists(words, max_size=3), letter=st.sampled_from("cruds"))
def test_less_is_asked_for_but_never_more(wanted, given_out, letter):
    if not partners.covered(wanted, given_out):
        return
    for resource in ("Observation", "Patient", "Encounter"):
        for context in ("system", "patient"):
            if permits(wanted, context, resource, letter):
                assert permits(given_out, context, resource, letter)


# --- keys


@pytest.fixture
def world() -> Accounts:
    made = Accounts()
    made.root = made.administrator()
    made.clinic = made.staff.create_organisation(made.root, "Аптека № 1", "1.2.643.1")["organisation_id"]
    made.partners = service_of(made)
    made.client = made.partners.register(made.root, form(made))["client_id"]
    made.keys_ = PartnerKeyService(made.gate, made.tables, JwtAssertions(), made.limits, made.clock, URL)
    return made


def signed(world: Accounts, jwks: Any, **changes: Any) -> str:
    key, kid = changes.pop("key", EC_KEY), changes.pop("kid", "e1")
    now = int(world.clock().timestamp())
    said = {"iss": world.client, "sub": world.client, "aud": ADDRESS, "iat": now, "exp": now + 60, "jti": "k1"}
    return jwt.encode({**said, "jwks": jwks, **changes}, key, "ES256", headers={"kid": kid})


def signs(world: Accounts, key: Any, kid: str, alg: str = "ES256") -> bool:
    world.number = getattr(world, "number", 0) + 1
    try:
        world.partners.token(CALLER, assertion(world, key=key, kid=kid, alg=alg, jti=f"a{world.number}"), "")
    except CredentialsError:
        return False
    return True


def test_a_partner_changes_its_keys_and_the_former_ones_go_on_for_an_hour(world):
    made = world.keys_.rotate(CALLER, signed(world, {"keys": [jwk(NEW, "n1"), jwk(RSA_KEY, "r1")]}))
    assert (made["keys"], made["former"], made["version"]) == (["n1", "r1"], ["e1"], 2)
    assert signs(world, NEW, "n1")
    assert signs(world, EC_KEY, "e1")
    with pytest.raises(CredentialsError):  # a key that goes out makes no others
        world.keys_.rotate(CALLER, signed(world, JWKS, jti="k2"))
    world.clock.advance(hours=1)
    assert not signs(world, EC_KEY, "e1")
    assert signs(world, NEW, "n1")
    (event,) = [e for e in world.events("partner:keys") if e.outcome == "success"]
    assert (event.actor.person_id, event.details["keys"]) == (world.client, "n1 r1")


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": URL + "/api/v1/oauth/token"},
        {"exp": 1},
        {"iss": "another"},
        {"key": NEW, "kid": "e1"},
        {"key": NEW, "kid": "n1"},
        {"sub": "nobody"},
        {"jti": ""},
    ],
)
def test_a_request_that_is_not_the_partners_own_changes_nothing(world, changes):
    with pytest.raises(CredentialsError):
        world.keys_.rotate(CALLER, signed(world, {"keys": [jwk(NEW, "n1")]}, **changes))
    assert signs(world, EC_KEY, "e1")
    assert not signs(world, NEW, "n1")
    assert world.events("partner:keys")[-1].outcome == "denied"


def test_a_request_is_good_once_and_a_token_is_none(world):
    text = signed(world, {"keys": [jwk(EC_KEY, "e1"), jwk(NEW, "n1")]})
    world.keys_.rotate(CALLER, text)
    with pytest.raises(CredentialsError):
        world.keys_.rotate(CALLER, text)
    with pytest.raises(CredentialsError):
        world.keys_.rotate(CALLER, world.partners.token(CALLER, assertion(world), "")["access_token"])


@pytest.mark.parametrize("jwks", [None, {}, {"keys": []}, {"keys": ["x"]}, {"keys": [{"kty": "oct", "kid": "o"}]}, []])
def test_keys_that_are_not_accepted_leave_the_present_ones(world, jwks):
    with pytest.raises(InvalidFieldsError):
        world.keys_.rotate(CALLER, signed(world, jwks))
    assert signs(world, EC_KEY, "e1")


def test_an_administrator_replaces_a_lost_key_at_once(world):
    new = {"keys": [jwk(NEW, "n1")]}
    with pytest.raises(StaleVersionError):
        world.keys_.replace(world.root, world.client, 7, new, at_once=True)
    local = Actor(PersonId("adm"), Role.ADMINISTRATOR, organisation_id="another")
    with pytest.raises(AccessDeniedError):
        world.keys_.replace(local, world.client, 1, new, at_once=True)
    with pytest.raises(NotFoundError):
        world.keys_.replace(world.root, "unknown", 1, new, at_once=True)
    assert world.keys_.replace(world.root, world.client, 1, new, at_once=True)["version"] == 2
    assert not signs(world, EC_KEY, "e1")
    assert signs(world, NEW, "n1")


def test_a_key_for_encryption_signs_nothing(world):
    world.keys_.replace(world.root, world.client, 1, {"keys": [{**jwk(NEW, "n1"), "use": "enc"}]}, at_once=True)
    assert not signs(world, NEW, "n1")


def test_of_two_changes_at_once_one_is_told(world):
    first = signed(world, {"keys": [jwk(NEW, "n1")]})
    world.tables.before_next_commit(
        lambda: world.keys_.replace(world.root, world.client, 1, {"keys": [jwk(RSA_KEY, "r1")]}, at_once=False)
    )
    with pytest.raises(StaleVersionError):
        world.keys_.rotate(CALLER, first)
    assert not signs(world, NEW, "n1")


# --- quotas

SYSTEM = Actor(PersonId("c1"), Role.CLINICAL_SYSTEM, organisation_id="o1")


@pytest.mark.parametrize(
    ("method", "path", "size", "units"),
    [
        ("GET", "/fhir/Observation/x", 0, 1),
        ("GET", "/fhir/metadata", 0, 1),
        ("GET", "/api/v1/scheduling/conflicts", 0, 1),
        ("GET", "/fhir/Observation", 0, 20),
        ("POST", "/fhir/Observation/_search", 90, 20),
        ("GET", "/fhir/Observation/x/_history", 0, 10),
        ("GET", "/fhir/Patient/x/$everything", 0, 100),
        ("POST", "/fhir/Observation", 500, 10),
        ("POST", "/fhir", 1_000_000, 254),
    ],
)
def test_what_a_call_weighs(method, path, size, units):
    assert quotas.weight(method, path, size) == units


def refused_after(actor: Actor, *services: QuotaService) -> tuple[int, int]:
    """How many calls of 50 units pass, and the seconds to wait then."""
    for number in range(1000):
        try:
            services[number % len(services)].charge(actor, 50)
        except TooManyRequestsError as error:
            return number, int(error.retry_after or 0)
    return 1000, 0


def test_the_quota_is_counted_over_processes_by_client_and_organisation():
    tables, clock = MemoryTables(), FixedClock()
    first, second = QuotaService(tables, clock), QuotaService(tables, clock)
    (client, organisation) = first.charge(SYSTEM, 100)
    assert (client.left, organisation.left) == (11_900, 23_900)
    (client, _) = second.charge(SYSTEM, 60)
    assert client.left == 11_840
    fields = quotas.fields([client])
    assert fields["RateLimit-Policy"] == '"client";q=12000;w=60'
    assert fields["RateLimit"].startswith('"client";r=11840;t=')
    spent, wait = refused_after(SYSTEM, first, second)
    assert 230 <= spent <= 240
    assert 1 <= wait <= 60
    other = Actor(PersonId("c2"), Role.CLINICAL_SYSTEM, organisation_id="o1")
    assert refused_after(other, first)[0] < 245  # what is left of the organisation's
    clock.advance(seconds=60)
    assert first.charge(SYSTEM, 1)[0].left == 11_999


def test_most_calls_cost_no_round_trip_and_people_none():
    tables, clock = MemoryTables(), FixedClock()
    service = QuotaService(tables, clock)
    for _ in range(59):
        service.charge(SYSTEM, 1)
    assert not tables.rows()
    assert service.charge(Actor(PersonId("p"), Role.PATIENT), 1) == []
    service.charge(SYSTEM, 1)
    assert [row["count"] for row in tables.rows().values()] == [60, 60]
