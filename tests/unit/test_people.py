from __future__ import annotations

import pyotp
import pytest

from chalicelib.errors import CredentialsError, WrongStateError
from chalicelib.ports import keys
from chalicelib.ports.tables import Put
from tests.accounts import Accounts


@pytest.fixture
def world() -> Accounts:
    made = Accounts()
    made.person = made.register()
    return made


@pytest.mark.requirement("ID-12")
def test_me_shows_profile_memberships_and_factors(world):
    row = {"member": "m1", "role": "doctor", "organisation": "clinic", "department": "therapy", "state": "active"}
    world.tables.commit([Put(keys.member(world.person, "m1"), row)])
    actor = world.actor(world.enter())
    shown = world.people.me(actor)
    assert shown["profile"]["last_name"] == "Журавлёва"
    assert (shown["level"], shown["language"], shown["factors"]) == (1, "ru", ["sms"])
    assert [m["member_id"] for m in shown["memberships"]] == ["m1"]
    assert world.events("profile:read")[-1].subject == world.person
    assert "password" not in repr(shown)


@pytest.mark.requirement("ID-3")
def test_a_new_app_replaces_the_old_one_only_when_confirmed(world):
    actor = world.actor(world.enter())
    old = pyotp.TOTP(world.people.begin_totp(actor)["secret"])
    world.people.confirm_totp(actor, old.at(world.clock()))
    new = pyotp.TOTP(world.people.begin_totp(actor)["secret"])
    world.clock.advance(minutes=1)
    assert world.sessions.step_up(actor, "totp", old.at(world.clock()))
    world.clock.advance(minutes=1)
    world.people.confirm_totp(actor, new.at(world.clock()))
    world.clock.advance(minutes=1)
    with pytest.raises(CredentialsError):
        world.sessions.step_up(actor, "totp", old.at(world.clock()))
    assert world.sessions.step_up(actor, "totp", new.at(world.clock()))
    with pytest.raises(WrongStateError):
        world.people.confirm_totp(actor, new.at(world.clock()))


@pytest.mark.requirement("ID-3")
def test_an_app_is_not_confirmed_by_the_code_of_a_secret_that_was_replaced_meanwhile(world):
    actor = world.actor(world.enter())
    first = pyotp.TOTP(world.people.begin_totp(actor)["secret"])
    world.tables.before_next_commit(lambda: world.people.begin_totp(actor))
    with pytest.raises(WrongStateError):
        world.people.confirm_totp(actor, first.at(world.clock()))
    assert world.people.me(actor)["factors"] == ["sms"]


@pytest.mark.requirement("ID-3")
def test_of_two_new_secrets_at_once_one_counts(world):
    actor = world.actor(world.enter())
    made = []
    world.tables.before_next_commit(lambda: made.append(world.people.begin_totp(actor)["secret"]))
    with pytest.raises(WrongStateError):
        world.people.begin_totp(actor)
    assert world.people.confirm_totp(actor, pyotp.TOTP(made[0]).at(world.clock()))
