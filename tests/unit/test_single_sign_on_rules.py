"""Rules of flows, of the setting and of what a provider vouches for."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import single_sign_on as rules
from chalicelib.domain.assurance import Channel
from local.identity_provider import setting
from tests.fakes import START

pytestmark = pytest.mark.requirement("ID-6", "ID-7")

PROVIDERS = rules.providers_of(json.dumps(setting("https://idp.example")))
STATE, BANK = PROVIDERS["state"], PROVIDERS["bank"]
PROFILE = {
    "snils": "11223344595",
    "last_name": "Журавлёва",
    "first_name": "Ксения",
    "birth_date": "1987-04-12",
    "passport_series": "4510",
    "passport_number": "000001",
}


def said(**changes: Any) -> dict[str, Any]:
    claims = {"sub": "s1", "trusted": True, "snils": "112-233-445 95", "passport": "45 10 000001"}
    claims |= {"family_name": "ЖУРАВЛЕВА", "given_name": "Ксения", "birthdate": "12.04.1987"}
    return claims | changes


def vouched(**changes: Any) -> rules.Vouched:
    return rules.vouched_of(STATE, said(**changes))


# --- the setting


def test_no_setting_is_no_provider() -> None:
    assert rules.providers_of("") == rules.providers_of("[]") == {}


def test_what_the_world_is_told_of_a_provider() -> None:
    shown = STATE.shown()
    assert set(shown) == {"name", "kind", "title", "confirms"}
    assert (STATE.channel, BANK.channel) == (Channel.OIDC, Channel.BANK)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"name": "providers"}, "name"),
        ({"name": "callback"}, "name"),
        ({"name": "Нет"}, "name"),
        ({"kind": "shop"}, "kind"),
        ({"issuer": "ftp://idp.example"}, "issuer"),
        ({"issuer": "https://idp.example#x"}, "issuer"),
        ({"client_id": ""}, "client_id"),
        ({"title": {"ru": "x"}}, "title"),
        ({"scopes": ["profile"]}, "scopes"),
        ({"claims": {"snils": "snils"}}, "claims"),
        ({"claims": {**STATE.claims, "snils": ""}}, "claims"),
        ({"claims": {**STATE.claims, "email": "email"}}, "claims"),
        ({"claims": ["snils"]}, "claims"),
        ({"claims": {**STATE.claims, "snils": 5}}, "claims"),
        ({"claims": 5}, "entry 0"),
        ({"title": 5}, "entry 0"),
        ({"name": 5}, "entry 0"),
        ({"confirms": "no"}, "confirms"),
        ({"userinfo": 1}, "userinfo"),
        ({"hosts": [5]}, "hosts"),
        ({"secret": "x"}, "secret"),
    ],
)
def test_a_wrong_setting_is_named(changes: dict[str, Any], named: str) -> None:
    entry = {**setting("https://idp.example")[0], **changes}
    with pytest.raises(ValueError, match=named):
        rules.providers_of(json.dumps([entry]))


@pytest.mark.parametrize("text", ["{", "{}", "[1]", "[{}]"])
def test_a_setting_that_is_no_list_of_providers(text: str) -> None:
    with pytest.raises(ValueError, match="identity_providers"):
        rules.providers_of(text)


def test_two_providers_have_two_names_and_two_issuers() -> None:
    entry = setting("https://idp.example")[0]
    for second in (entry, {**entry, "name": "other"}):
        with pytest.raises(ValueError, match="once"):
            rules.providers_of(json.dumps([entry, second]))


# --- flows


def test_the_challenge_is_that_of_rfc_7636() -> None:
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert rules.challenge_of(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_verifier_and_nonce_need_both_halves_and_stand_in_no_row() -> None:
    row = rules.new_flow(STATE, rules.SIGN_IN, "binding", START)
    made = {rules.verifier_of("binding", "state"), rules.nonce_of("binding", "state")}
    made |= {rules.verifier_of("other", "state"), rules.verifier_of("binding", "other")}
    assert len(made) == 4
    assert all(len(text) == 43 for text in made)
    assert not {*made, "binding"} & set(map(str, row.values()))


@given(binding=st.text(max_size=20), state=st.text(max_size=20))
def test_any_text_makes_a_verifier(binding: str, state: str) -> None:
    assert len(rules.verifier_of(binding, state)) == 43


def defect(row: dict[str, Any] | None = None, **changes: Any) -> str:
    found = rules.new_flow(STATE, rules.SIGN_IN, "b", START, person="p", session="s") if row is None else row
    asked: dict[str, Any] = {"provider": STATE, "purpose": rules.SIGN_IN, "binding": "b", "now": START}
    return rules.flow_defect(found, **{**asked, "person": "p", "session": "s", **changes})


def test_what_belongs_to_a_flow() -> None:
    row = rules.new_flow(STATE, rules.SIGN_IN, "b", START, person="p", session="s")
    assert defect() == ""
    assert defect(now=START + timedelta(seconds=rules.FLOW_SECONDS)) == "flow"
    assert defect({**row, "answers": rules.MOST_ANSWERS}) == "flow"
    assert rules.flow_defect(None, STATE, rules.SIGN_IN, "b", START) == "flow"
    assert defect(binding="c") == defect(person="q") == defect(session="t") == defect(person="") == "another-browser"
    assert defect(provider=BANK) == defect(purpose=rules.CONFIRM) == "mix-up"


# --- what a provider says


def test_everything_in_its_normal_form() -> None:
    assert vouched() == rules.Vouched("s1", "11223344595", "ЖУРАВЛЕВА", "Ксения", "1987-04-12", "4510000001")


@pytest.mark.parametrize(
    "changes",
    [
        {"trusted": False},
        {"trusted": "true"},
        {"trusted": 1},
        {"trusted": None},
        {"snils": "112-233-445 96"},
        {"snils": 11223344595},
        {"snils": None},
        {"snils": "001-001-998 00"},
    ],
)
def test_a_number_that_is_not_verified_or_is_none_does_not_count(changes: dict[str, Any]) -> None:
    assert vouched(**changes).snils == ""
    assert rules.differing(vouched(**changes), PROFILE) == ("snils",)


def test_a_provider_known_to_verify_needs_no_flag() -> None:
    entry = setting("https://idp.example")[0]
    entry["claims"] = {**entry["claims"], "verified": ""}
    provider = rules.providers_of(json.dumps([entry]))["state"]
    assert rules.vouched_of(provider, said(trusted=False)).snils == "11223344595"


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({}, ()),
        ({"family_name": "Иванова"}, ("last_name",)),
        ({"given_name": ""}, ("first_name",)),
        ({"given_name": None, "birthdate": "1987-04-13"}, ("first_name", "birth_date")),
        ({"birthdate": "1987-04-12"}, ()),
        ({"birthdate": "April"}, ("birth_date",)),
        ({"snils": "087-654-303 00", "family_name": "Иванова"}, ("snils",)),
    ],
)
def test_what_differs_is_named_and_another_number_is_another_person(
    changes: dict[str, Any], fields: tuple[str, ...]
) -> None:
    assert rules.differing(vouched(**changes), PROFILE) == fields


def test_a_profile_without_names_is_nobody_that_a_provider_knows() -> None:
    assert set(rules.differing(vouched(), {"snils": PROFILE["snils"]})) == {"last_name", "first_name", "birth_date"}


@pytest.mark.parametrize(
    ("passport", "word"), [("4510 000001", "same"), ("4510000002", "other"), ("", "unsaid"), ("AB 12", "unsaid")]
)
def test_a_passport_is_noted_and_decides_nothing(passport: str, word: str) -> None:
    assert rules.passport_said(vouched(passport=passport), PROFILE) == word
    assert rules.differing(vouched(passport=passport), PROFILE) == ()


def test_a_subject_is_unique_within_its_issuer_only() -> None:
    assert rules.subject_text(STATE, "1") != rules.subject_text(BANK, "1")
