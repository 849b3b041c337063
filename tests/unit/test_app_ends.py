"""What ends an application's access, tokens that are bound or given back, and the rules of registration."""

from __future__ import annotations

import base64
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import applications as rules
from chalicelib.domain.access import Action
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.resource_ids import card_resource_id
from chalicelib.errors import (
    AccessDeniedError,
    CardStateError,
    CredentialsError,
    InvalidFieldsError,
    NotFoundError,
    SessionEndedError,
    UnavailableError,
)
from chalicelib.ports import keys
from chalicelib.ports.tables import Update
from tests.unit.app_world import (
    ANNA,
    CALLER,
    FORM,
    RESULT,
    ROOT,
    URL,
    Apps,
    refused,
)
from tests.unit.test_partner_proofs import OTHER, proof
from tests.unit.test_partners import JWKS, assertion

pytestmark = pytest.mark.requirement("PRT-1")


@pytest.fixture
def apps() -> Apps:
    return Apps()


# --- what ends it


def test_a_new_leave_takes_the_place_of_the_one_before(apps):
    first = apps.exchange(apps.code())
    second = apps.exchange(apps.code())
    assert not apps.reads(first)
    assert apps.reads(second)
    refused(lambda: apps.refresh(first["refresh_token"]), "invalid_grant")
    assert apps.reads(second)


def test_the_registration_the_password_the_card_and_the_day_end_it(apps):
    def fresh() -> dict[str, Any]:
        made = apps.exchange(apps.code(days=1))
        assert apps.reads(made)
        return made

    made = fresh()
    apps.tables.commit([Update(keys.profile(ANNA), {}, {"epoch": 1})])
    assert not apps.reads(made)
    made = fresh()
    apps.clock.advance(days=1)
    with pytest.raises(SessionEndedError):
        apps.gate.admit(
            apps.actor_past(made) if hasattr(apps, "actor_past") else _kept(apps, made), Action.LIST, ANNA, RESULT
        )
    made = fresh()
    apps.registry.revoke(ROOT, apps.client)
    assert not apps.reads(made)
    with pytest.raises(CredentialsError):
        apps.refresh(made["refresh_token"])
    apps.client = apps.register()
    apps.tables.commit([Update(keys.card(ANNA), {"state": "erased"})])
    with pytest.raises(CardStateError):
        apps.code()


def _kept(apps: Apps, made: dict[str, Any]) -> Actor:
    """The actor of a token whose own time is over, to see what the gate says."""
    leave = apps.row(keys.app_leave(ANNA, apps.client))
    scopes = frozenset(made["scope"].split())
    return Actor(ANNA, Role.APPLICATION, leave["id"], scopes=scopes, application=apps.client)


def test_a_patient_whose_identity_is_not_confirmed_lets_nothing_read(apps):
    apps.tables.commit([Update(keys.profile(ANNA), {"level": 1})])
    assert not apps.reads(apps.exchange(apps.code()))


def test_the_profile_is_read_by_the_scope_for_it_alone(apps):
    apps.client = apps.register(scopes=["patient/Patient.rs", "patient/Observation.rs"])
    with_name = apps.actor(apps.exchange(apps.answer(apps.asked(scope="patient/Patient.rs"))["code"]))
    apps.gate.permit_private(with_name, ANNA, "profile", "profile", "profile:read")
    without = apps.actor(apps.exchange(apps.answer(apps.asked(scope="patient/Observation.rs"))["code"]))
    for kind in ("profile", "policy", "notice", "consent", "totp"):
        with pytest.raises(AccessDeniedError):
            apps.gate.permit_private(without, ANNA, kind, None, "profile:read")
    with pytest.raises(AccessDeniedError):
        apps.gate.permit_private(with_name, ANNA, "policy", None, "profile:read")


# --- keys, applications that have them, tokens given back


def test_tokens_that_were_bound_stay_bound(apps):
    here = {"htm": "POST", "htu": URL + "/api/v1/oauth/token", "ath": None}
    made = apps.exchange(apps.code(), proof(apps, jti="1", **here))
    assert made["token_type"] == "DPoP"
    for text in ("", proof(apps, jti="2", key=OTHER, **here)):
        refused(lambda text=text: apps.refresh(made["refresh_token"], text), "invalid_dpop_proof")
    assert apps.refresh(made["refresh_token"], proof(apps, jti="3", **here))["token_type"] == "DPoP"


def test_a_confidential_application_signs_and_may_ask_what_a_token_is_worth(apps):
    public = apps.client
    apps.client = apps.register(jwks=JWKS)
    code = apps.code()
    with pytest.raises(CredentialsError):
        apps.exchange(code)
    with pytest.raises(CredentialsError):
        apps.exchange(code, client_assertion=assertion(apps, key=OTHER))
    made = apps.exchange(code, client_assertion=assertion(apps, jti="a1"))

    def asks(token: str, jti: str) -> dict[str, Any]:
        return apps.tokens.inspect(CALLER, {**apps.form(client_assertion=assertion(apps, jti=jti)), "token": token})

    said = asks(made["access_token"], "a2")
    assert (said["active"], said["patient"]) == (True, card_resource_id(ANNA))
    assert asks(made["refresh_token"], "a3")["active"]
    assert asks("nonsense", "a4") == {"active": False}
    with pytest.raises(CredentialsError):
        asks(made["access_token"], "a4")
    assert apps.entries("app:token")[-1].reason == "replay"
    with pytest.raises(CredentialsError):
        apps.tokens.inspect(CALLER, {**apps.form(client_id=public), "token": made["access_token"]})
    apps.asking.end(apps.anna, apps.client)
    assert asks(made["access_token"], "a5") == {"active": False}


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_an_application_gives_its_token_back(apps, which):
    made, other = apps.exchange(apps.code()), apps.register()
    apps.tokens.revoke(CALLER, {**apps.form(client_id=other), "token": made[which]})
    apps.tokens.revoke(CALLER, {**apps.form(), "token": "nonsense"})
    assert apps.reads(made)
    apps.tokens.revoke(CALLER, {**apps.form(), "token": made[which]})
    assert not apps.reads(made)
    assert apps.entries("app:end")[-1].reason == "given-back"


# --- rules


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("https://app.example/back", True),
        ("https://app.example:8443/back?a=1", True),
        ("http://127.0.0.1:3000/back", True),
        ("http://localhost/back", True),
        ("com.example.diary:/back", True),
        ("http://app.example/back", False),
        ("https://app.example/back#x", False),
        ("https://user@app.example/back", False),
        ("https:///back", False),
        ("https://[::1/back", False),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("https://приложение.example/", False),
        ("https://app.example/\nback", False),
    ],
)
def test_addresses_of_return(address, good):
    assert rules.good_redirect(address) is good


def test_what_an_application_may_be_registered_with(apps):
    for word in (
        "patient/Observation.cruds",
        "system/Observation.r",
        "patient/Horoscope.r",
        "user/*.rs",
        "patient/*.*",
    ):
        assert not rules.readable(word)
        with pytest.raises(InvalidFieldsError):
            apps.register(scopes=[word])
    for word in ("patient/*.rs", "patient/Observation.read", "openid"):
        assert rules.readable(word)
    local = Actor(PersonId("adm"), Role.ADMINISTRATOR, organisation_id="clinic")
    for call in (
        lambda: apps.registry.register(local, {**FORM, "scopes": ["openid"]}),
        lambda: apps.registry.listed(local, 10, None),
        lambda: apps.registry.revoke(local, apps.client),
    ):
        with pytest.raises(AccessDeniedError):
            call()
    assert len(apps.registry.listed(ROOT, 10, None)[0]) == 1
    with pytest.raises(NotFoundError):
        apps.registry.revoke(ROOT, "nobody")


@given(verifier=st.text(alphabet="abcXYZ019._~-", max_size=140), other=st.text(max_size=60))
def test_a_verifier_answers_its_own_challenge_alone(verifier, other):
    challenge = base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    assert rules.answers(challenge, verifier) is (43 <= len(verifier) <= 128)
    assert not rules.answers(challenge, other)


@given(text=st.text(max_size=120))
def test_no_text_is_a_token(text):
    apps = Apps()
    refused(lambda: apps.refresh(text), "invalid_grant")
    refused(lambda: apps.exchange(text), "invalid_grant")


# --- faults


def rows_of(apps: Apps) -> dict[Any, Any]:
    """All but the counters of limits: a call that fails was a call."""
    return {key: row for key, row in apps.tables.rows().items() if not key.pk.startswith(keys.LIMITS)}


@pytest.mark.parametrize("step", ["answer", "exchange", "refresh", "end"])
def test_a_store_that_fails_leaves_nothing_half_done(apps, step):
    """After a failed transaction the same step can be done again; nothing of it is there meanwhile."""
    request = apps.asked()
    said = apps.answer(request) if step != "answer" else {}
    made = apps.exchange(said["code"]) if step in {"refresh", "end"} else {}
    steps = {
        "answer": lambda: apps.answer(request),
        "exchange": lambda: apps.exchange(said["code"]),
        "refresh": lambda: apps.refresh(made["refresh_token"]),
        "end": lambda: apps.asking.end(apps.anna, apps.client),
    }
    before = rows_of(apps)
    apps.tables.fail_next_commit(1)
    with pytest.raises(UnavailableError):
        steps[step]()
    assert rows_of(apps) == before
    steps[step]()
    assert rows_of(apps) != before


@pytest.mark.parametrize("step", ["exchange", "refresh"])
def test_a_token_is_given_although_the_reply_of_the_store_was_lost(apps, step):
    """Who had to ask again would be taken for a second user."""
    code = apps.code()
    made = apps.exchange(code) if step == "refresh" else {}
    apps.tables.lose_reply_next()
    again = apps.refresh(made["refresh_token"]) if made else apps.exchange(code)
    assert apps.reads(again)
    assert apps.reads(apps.refresh(again["refresh_token"]))
