"""Short codes of a second factor are guessed with less than 0.01 % in a day by who has the password (ID-3, SEC-3)."""

from __future__ import annotations

from typing import Any

import pyotp
import pytest

from chalicelib.domain import factors, limits
from chalicelib.domain.factors import Factor
from chalicelib.errors import CredentialsError, LockedOutError
from chalicelib.ports import keys
from tests.accounts import CALLER
from tests.desk_world import DeskWorld

pytestmark = pytest.mark.requirement("ID-3", "SEC-3")

CHANCE = {Factor.TOTP: (2 * factors.TOTP_WINDOW + 1) / factors.CODES, Factor.SMS: 1 / factors.CODES}


@pytest.fixture
def world() -> DeskWorld:
    return DeskWorld()


def app(world: DeskWorld) -> pyotp.TOTP:
    """The owner's, added in a session with its recovery codes."""
    me = world.actor(world.enter())
    made = pyotp.TOTP(world.people.begin_totp(me)["secret"])
    world.people.confirm_totp(me, made.at(world.clock()))
    world.clock.advance(minutes=1)
    return made


def wrong(code: str) -> str:
    """A code that is none of those around it."""
    return f"{(int(code) + 500_000) % 10**6:06d}"


def guesses(world: DeskWorld, factor: str, code: Any, tries: int) -> int:
    """How many of the tries, eleven minutes apart, were compared with the right code."""
    compared = 0
    for _ in range(tries):
        world.clock.advance(minutes=11)
        try:
            challenge = world.begin()
            if factor == Factor.SMS:
                world.sign_in.send_code(CALLER, challenge)
            world.sign_in.finish(CALLER, challenge, factor, wrong(code()))
        except LockedOutError:
            continue
        except CredentialsError:
            compared += 1
    return compared


def test_the_sum_of_all_chances_of_a_day_is_small() -> None:
    assert sum(rule.limit * CHANCE[Factor(factor)] for factor, rule in limits.WRONG_A_DAY.items()) < 1e-4
    assert set(limits.WRONG_A_DAY) == set(CHANCE)
    assert all(rule.window == limits.DAY and rule.locks for rule in limits.WRONG_A_DAY.values())


def test_wrong_codes_of_an_app_run_out_for_the_day_and_the_owner_hears_once(world: DeskWorld) -> None:
    totp, limit = app(world), limits.WRONG_A_DAY[Factor.TOTP].limit
    assert guesses(world, Factor.TOTP, lambda: totp.at(world.clock()), limit + 5) == limit
    with pytest.raises(LockedOutError):  # the right one neither
        world.sign_in.finish(CALLER, world.begin(), Factor.TOTP, totp.at(world.clock()))
    assert world.told(world.owner).count("factor_guessed") == 1
    assert world.enter()  # by another factor
    world.clock.advance(days=1)
    assert world.sign_in.finish(CALLER, world.begin(), Factor.TOTP, totp.at(world.clock()))


def test_wrong_codes_of_messages_run_out_too(world: DeskWorld) -> None:
    limit = limits.WRONG_A_DAY[Factor.SMS].limit
    assert guesses(world, Factor.SMS, world.sms_code, limit + 5) == limit
    world.clock.advance(days=1)
    assert world.enter()


def test_right_answers_of_a_working_day_count_nothing(world: DeskWorld) -> None:
    """An officer gives a fresh factor for each decision."""
    totp, me = app(world), world.actor(world.enter())
    for _ in range(limits.WRONG_A_DAY[Factor.TOTP].limit + 10):
        world.clock.advance(minutes=1)
        world.sessions.step_up(me, Factor.TOTP, totp.at(world.clock()))
    with pytest.raises(CredentialsError):
        world.sessions.step_up(me, Factor.TOTP, wrong(totp.at(world.clock())))


def test_sessions_and_sign_ins_share_the_count(world: DeskWorld) -> None:
    totp, limit = app(world), limits.WRONG_A_DAY[Factor.TOTP].limit
    me = world.actor(world.enter())
    for _ in range(limit):
        world.clock.advance(minutes=5)
        with pytest.raises(CredentialsError):
            world.sessions.step_up(me, Factor.TOTP, wrong(totp.at(world.clock())))
    world.clock.advance(minutes=5)
    with pytest.raises(LockedOutError):
        world.sign_in.finish(CALLER, world.begin(), Factor.TOTP, totp.at(world.clock()))


def test_the_desk_gives_the_codes_back(world: DeskWorld) -> None:
    rule = limits.WRONG_A_DAY[Factor.SMS]
    for _ in range(rule.limit):
        world.limits.spend(rule, world.owner)
    with pytest.raises(LockedOutError):
        world.enter()
    recovery_id, handle = world.redeemed()
    world.complete(recovery_id, handle)
    key = keys.limit(rule.scope, world.owner, str(limits.window_of(rule, world.clock())))
    assert world.tables.get(key) is None
