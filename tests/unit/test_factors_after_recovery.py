"""A change of factors that was under way when the account was recovered comes to nothing (ID-8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyotp
import pytest

from chalicelib.domain.factors import enrolled
from chalicelib.domain.identity import Actor
from chalicelib.errors import MedkartaError
from chalicelib.ports import keys
from tests.accounts import URL
from tests.authenticator import Authenticator
from tests.desk_world import DeskWorld

pytestmark = pytest.mark.requirement("ID-8")

Change = Callable[[], Any]


def passkey(world: DeskWorld, thief: Actor) -> Change:
    answer = Authenticator(URL).create(world.passkeys.options(thief))
    return lambda: world.passkeys.add(thief, answer, "mine")


def app(world: DeskWorld, thief: Actor) -> Change:
    secret = world.people.begin_totp(thief)["secret"]
    return lambda: world.people.confirm_totp(thief, pyotp.TOTP(secret).at(world.clock()))


def codes(world: DeskWorld, thief: Actor) -> Change:
    return lambda: world.own_factors.make(thief)


@pytest.mark.parametrize("begun", [passkey, app, codes])
@pytest.mark.parametrize("late", [True, False], ids=["read after", "read before"])
def test_no_factor_of_an_earlier_session_outlives_a_recovery(
    begun: Callable[[DeskWorld, Actor], Change], *, late: bool
) -> None:
    """The gate has let the request in; then the recovery is completed, before or after its rows were read."""
    world = DeskWorld()
    change = begun(world, world.actor(world.enter()))
    recovery_id, handle = world.redeemed()
    if late:
        world.complete(recovery_id, handle)
    else:
        world.tables.before_next_commit(lambda: world.complete(recovery_id, handle))
    with pytest.raises(MedkartaError):
        change()
    assert enrolled(world.tables.get(keys.credentials(world.owner))) == ["sms"]
