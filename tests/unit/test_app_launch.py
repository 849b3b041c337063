"""Applications in the card (SMART App Launch): asking, allowing, and tokens."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.domain.access import Action
from chalicelib.domain.resource_ids import card_resource_id
from chalicelib.errors import (
    AccessDeniedError,
    InvalidFieldsError,
    MedkartaError,
    NotFoundError,
)
from tests.unit.app_world import (
    ALLERGY,
    ANNA,
    BACK,
    CALLER,
    CHALLENGE,
    RESULT,
    SCOPES,
    URL,
    Apps,
    refused,
)

pytestmark = pytest.mark.requirement("PRT-1")


@pytest.fixture
def apps() -> Apps:
    return Apps()


# --- the whole way


def test_an_application_is_let_in_reads_what_it_may_and_is_put_out(apps):
    shown = apps.asking.asked(apps.anna, request := apps.asked(), "ru")
    assert (shown["application"], [one["type"] for one in shown["reads"]]) == (
        "Дневник",
        ["DiagnosticReport", "Observation"],
    )
    said = apps.answer(request, days=30)
    assert (said["state"], said["iss"]) == ("s t&", URL)
    made = apps.exchange(said["code"])
    assert made["patient"] == card_resource_id(ANNA)
    assert made["token_type"] == "Bearer"
    who = apps.signer.verify(made["id_token"], purpose="id-token", audience=apps.client)
    assert (who["nonce"], who["fhirUser"]) == ("n1", f"{URL}/fhir/Patient/{card_resource_id(ANNA)}")
    assert apps.reads(made)
    assert not apps.reads(made, ALLERGY)
    entry = apps.entries("laboratory-result:list")[-1]
    assert (entry.reason, entry.details, entry.subject) == ("application", {"application": apps.client}, ANNA)
    for action in (Action.CREATE, Action.AMEND, Action.DOWNLOAD, Action.HISTORY):
        with pytest.raises(AccessDeniedError):
            apps.gate.admit(apps.actor(made), action, ANNA, RESULT)
    (line,), _ = apps.asking.mine(apps.anna, "en", 10, None)
    assert (line["application"], line["state"]) == ("Diary", "active")
    apps.pump()
    assert "application_allowed" in apps.inbox(apps.anna)
    apps.asking.end(apps.anna, apps.client)
    assert not apps.reads(made)
    refused(lambda: apps.refresh(made["refresh_token"]), "invalid_grant")
    apps.asking.end(apps.anna, apps.client)
    assert apps.asking.mine(apps.anna, "ru", 10, None)[0][0]["state"] == "ended"


def test_a_refresh_token_goes_on_and_a_used_one_ends_everything(apps):
    first = apps.exchange(apps.code())
    second = apps.refresh(first["refresh_token"], scope="patient/Observation.rs")
    assert second["scope"] == "patient/Observation.rs"
    third = apps.refresh(second["refresh_token"])
    assert set(third["scope"].split()) == set(SCOPES.split())
    refused(lambda: apps.refresh(third["refresh_token"], scope="patient/Patient.r"), "invalid_scope")
    assert apps.reads(third)
    refused(lambda: apps.refresh(first["refresh_token"]), "invalid_grant")
    assert not apps.reads(third)
    refused(lambda: apps.refresh(third["refresh_token"]), "invalid_grant")
    assert apps.entries("app:end")[-1].reason == "used-twice"


def test_a_code_is_good_once(apps):
    code = apps.code()
    made = apps.exchange(code)
    refused(lambda: apps.exchange(code), "invalid_grant")
    assert not apps.reads(made)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"code_verifier": "w" * 50}, "pkce"),
        ({"code_verifier": CHALLENGE}, "pkce"),
        ({"redirect_uri": BACK + "/"}, "redirect"),
    ],
)
def test_a_code_in_other_hands_is_worth_nothing_and_is_gone(apps, changes, reason):
    code = apps.code()
    refused(lambda: apps.exchange(code, **changes), "invalid_grant")
    assert apps.entries("app:token")[-1].reason == reason
    refused(lambda: apps.exchange(code), "invalid_grant")


def test_a_code_lives_a_minute_and_belongs_to_its_application(apps):
    code, other = apps.code(), apps.register()
    refused(lambda: apps.exchange(code, client_id=other), "invalid_grant")
    apps.clock.advance(seconds=60)
    refused(lambda: apps.exchange(code), "invalid_grant")


def test_of_many_uses_of_a_code_at_once_nobody_keeps_a_token(apps):
    code = apps.code()

    def use(_: int) -> dict[str, Any] | None:
        try:
            return apps.exchange(code)
        except MedkartaError:
            return None

    with ThreadPoolExecutor(4) as pool:
        made = [one for one in pool.map(use, range(8)) if one]
    assert len(made) <= 1
    assert not any(apps.reads(one) for one in made)


# --- asking


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"state": ""}, "invalid_request"),
        ({"aud": "https://another.example/fhir"}, "invalid_request"),
        ({"scope": "openid launch/patient"}, "invalid_scope"),
        ({"scope": "patient/*.rs patient/Observation.cruds"}, "invalid_scope"),
        ({"scope": "system/*.rs user/*.rs"}, "invalid_scope"),
    ],
)
def test_a_wrong_request_goes_back_with_a_word(apps, changes, word):
    place = urlsplit(apps.asking.ask(CALLER, apps.query(**changes)))
    said = parse_qs(place.query)
    assert (place.hostname, said["error"], said["iss"]) == ("app.example", [word], [URL])


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "nobody"},
        {"client_id": ""},
        {"redirect_uri": "https://evil.example"},
        {"redirect_uri": BACK + "?x=1"},
        {"redirect_uri": ""},
    ],
)
def test_nobody_is_sent_to_an_address_that_is_not_registered(apps, changes):
    assert apps.asking.ask(CALLER, apps.query(**changes)) == f"{URL}/a.html#unknown"
    assert apps.entries("app:request")[-1].outcome == "denied"


def test_a_request_is_answered_once_and_not_for_ever(apps):
    request = apps.asked()
    assert apps.answer(request, allow=False)["error"] == "access_denied"
    with pytest.raises(NotFoundError):
        apps.answer(request)
    old = apps.asked()
    apps.clock.advance(seconds=600)
    with pytest.raises(NotFoundError):
        apps.asking.asked(apps.anna, old, "ru")
    twice = apps.asked()
    apps.tables.before_next_commit(lambda: apps.answer(twice, allow=False))
    with pytest.raises(NotFoundError):
        apps.answer(twice)
    assert not apps.asking.mine(apps.anna, "ru", 10, None)[0]


def test_the_patient_leaves_out_what_they_do_not_want_read(apps):
    wide = apps.register(scopes=["patient/*.rs", "offline_access"])
    apps.client = wide
    request = apps.asked(scope="patient/*.rs offline_access")
    with pytest.raises(InvalidFieldsError):
        apps.answer(request, types=["Horoscope"])
    made = apps.exchange(apps.answer(request, types=["AllergyIntolerance"])["code"])
    assert made["scope"] == "offline_access patient/AllergyIntolerance.rs"
    assert apps.reads(made, ALLERGY)
    assert not apps.reads(made)


def test_a_leave_without_offline_access_is_one_token_of_an_hour(apps):
    made = apps.exchange(apps.answer(apps.asked(scope="patient/Observation.rs"), days=300)["code"])
    assert "refresh_token" not in made
    assert made["expires_in"] == 3600
    assert "id_token" not in made
    apps.clock.advance(seconds=3600)
    assert apps.asking.mine(apps.anna, "ru", 10, None)[0][0]["state"] == "ended"
