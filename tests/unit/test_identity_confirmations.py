"""Confirmation of identity by a provider in memory: the same person there and here, or none (ID-7)."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.assurance import level_of
from chalicelib.errors import (
    ConflictError,
    CredentialsError,
    IdentityConflictError,
    IdentityMismatchError,
    IdentityUnverifiedError,
    WrongStateError,
)
from chalicelib.ports import keys
from chalicelib.ports.tables import Update
from tests.sign_on_world import SignOn

pytestmark = pytest.mark.requirement("ID-7")


@pytest.fixture
def here() -> SignOn:
    return SignOn()


@pytest.mark.parametrize(("name", "channel"), [("state", "oidc"), ("bank", "bank")])
def test_a_provider_that_knows_the_same_person_raises_the_level(here: SignOn, name: str, channel: str) -> None:
    person = here.register()
    who = here.owner()
    before = here.row_of(keys.profile(person))
    assert level_of(before) == 1
    assert here.confirm(who, name) == {"confirmed": True, "channel": channel}
    after = here.row_of(keys.profile(person))
    assert level_of(after) == 2
    assert after["ver"] == before["ver"]  # what is sealed has not changed
    event = here.events("identity-confirmation:finish")[-1]
    assert (event.subject, event.details["channel"], event.details["passport"]) == (person, channel, "same")
    assert set(here.told(person)) == {"provider_linked", "provider_confirmed"}
    assert here.people.me(who)["level"] == 2


@pytest.mark.parametrize(
    ("changes", "differing"),
    [
        ({"snils": "08765430300"}, "snils"),
        ({"last_name": "Иванова"}, "last_name"),
        ({"first_name": "", "birth_date": "1987-04-13"}, "first_name birth_date"),
    ],
)
def test_another_person_is_refused_by_the_field_that_differs(
    here: SignOn, changes: dict[str, Any], differing: str
) -> None:
    person = here.register()
    with pytest.raises(IdentityMismatchError) as refused:
        here.confirm(here.owner(), **changes)
    assert refused.value.extra == {"differing": differing}
    assert level_of(here.row_of(keys.profile(person))) == 1
    event = here.events("identity-confirmation:finish")[-1]
    assert (event.subject, event.reason) == (person, "identity-mismatch")
    assert here.told(person) == ["provider_mismatch"]
    assert here.flows() == []


def test_an_unverified_number_confirms_nothing_and_the_owner_is_told(here: SignOn) -> None:
    person = here.register()
    with pytest.raises(IdentityUnverifiedError):
        here.confirm(here.owner(), verified=False)
    assert level_of(here.row_of(keys.profile(person))) == 1
    assert here.told(person) == ["provider_mismatch"]


def test_a_flow_of_one_purpose_session_or_person_serves_no_other(here: SignOn) -> None:
    here.register(1)
    here.register(2)
    one, two, again = here.owner(1), here.owner(2), here.owner(1, 2)
    started = here.single_sign_on.begin_confirmation(one, "bank")
    brought = here.brought(started, "bank")
    for other in (two, again):
        with pytest.raises(CredentialsError):
            here.single_sign_on.finish_confirmation(other, "bank", brought)
    with pytest.raises(CredentialsError):
        here.finish(brought, "bank")
    opened = here.brought(here.single_sign_on.begin("bank"), "bank")
    with pytest.raises(CredentialsError):
        here.single_sign_on.finish_confirmation(one, "bank", opened)
    assert here.single_sign_on.finish_confirmation(one, "bank", brought)["confirmed"]


def test_a_provider_that_opens_sessions_only(here: SignOn) -> None:
    here.register()
    with pytest.raises(WrongStateError):
        here.single_sign_on.begin_confirmation(here.owner(), "shop")
    assert here.sign_on("shop")["challenge_id"]


def test_a_login_linked_to_another_person_confirms_nobody(here: SignOn) -> None:
    first, second = here.register(1), here.register(2)
    here.confirm(here.owner(1), n=1)
    with pytest.raises(IdentityConflictError):
        here.confirm(here.owner(2), n=2, sub="sub-1")
    assert level_of(here.row_of(keys.profile(second))) == 1
    assert "provider_conflict" in here.told(first)
    assert "provider_conflict" in here.told(second)


def test_a_profile_that_changed_after_it_was_compared_is_not_confirmed(here: SignOn) -> None:
    person = here.register()
    who = here.owner()
    started = here.single_sign_on.begin_confirmation(who, "bank")
    brought = here.brought(started, "bank")
    here.once_redeemed(lambda: here.tables.commit([Update(keys.profile(person), {"ver": 2})]))
    with pytest.raises(ConflictError):
        here.single_sign_on.finish_confirmation(who, "bank", brought)
    assert level_of(here.row_of(keys.profile(person))) == 1
