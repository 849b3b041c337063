"""A recovery because of a theft: who holds the telephone, or a session, does not stop the owner (ID-8, ID-11)."""

from __future__ import annotations

import pytest

from chalicelib.domain.desk_recovery import Reason
from chalicelib.domain.texts import NOTICES
from chalicelib.errors import AccessDeniedError, CredentialsError, StaleVersionError, WrongStateError
from chalicelib.ports.tables import Store
from tests.accounts import CALLER, PASSWORD
from tests.desk_world import NEW_PASSWORD, NEW_PHONE, DeskWorld

pytestmark = pytest.mark.requirement("ID-8", "ID-11")


@pytest.fixture
def world() -> DeskWorld:
    return DeskWorld(four_eyes=False)


def approved(world: DeskWorld) -> str:
    recovery_id = world.opened(Reason.STOLEN)
    world.desk.approve(world.second, recovery_id)
    return recovery_id


def test_two_operators_whatever_the_desk_wants_else(world: DeskWorld) -> None:
    recovery_id = world.opened(Reason.STOLEN)
    with pytest.raises(WrongStateError):
        world.desk.issue(world.first, recovery_id)
    with pytest.raises(AccessDeniedError):
        world.desk.approve(world.first, recovery_id)
    world.desk.approve(world.second, recovery_id)
    assert world.desk.issue(world.first, recovery_id)["code"]


def test_no_session_stops_it_and_the_approval_ends_every_one(world: DeskWorld) -> None:
    thief, challenge = world.actor(world.enter()), world.begin()
    world.sign_in.send_code(CALLER, challenge)
    sms = world.sms_code()
    recovery_id = world.opened(Reason.STOLEN)
    assert world.live(thief)  # one operator alone puts nobody out
    with pytest.raises(AccessDeniedError):
        world.own.stop(thief)
    assert world.events("recovery:stop")[-1].reason == "desk-only"
    world.desk.approve(world.second, recovery_id)
    assert not world.live(thief)
    with pytest.raises(CredentialsError):
        world.sign_in.finish(CALLER, challenge, "sms", sms)


def test_nobody_signs_in_until_it_is_completed(world: DeskWorld) -> None:
    recovery_id = approved(world)
    with pytest.raises(CredentialsError):
        world.enter()
    assert world.events("session:create")[-1].reason == "stolen"
    code = str(world.desk.issue(world.first, recovery_id)["code"])
    with pytest.raises(CredentialsError):
        world.enter()
    handle = world.recovery.redeem(CALLER, recovery_id, code, NEW_PASSWORD, NEW_PHONE)["handle"]
    confirmation = world.sms_code()
    with pytest.raises(CredentialsError):
        world.enter()
    world.recovery.complete(CALLER, recovery_id, handle, confirmation)
    challenge = world.sign_in.begin(CALLER, NEW_PHONE, NEW_PASSWORD)["challenge_id"]
    world.sign_in.send_code(CALLER, challenge)
    assert world.live(world.actor(world.sign_in.finish(CALLER, challenge, "sms", world.sms_code())))


@pytest.mark.parametrize("expired", [False, True])
def test_an_operator_or_time_opens_the_account_again(world: DeskWorld, *, expired: bool) -> None:
    recovery_id = approved(world)
    if expired:
        world.clock.advance(hours=24)
    else:
        world.desk.cancel(world.second, recovery_id)
    assert world.live(world.actor(world.enter()))


def test_everybody_is_told_and_an_officer_hears_before_the_approval(world: DeskWorld) -> None:
    recovery_id = world.opened(Reason.STOLEN)
    tickets = [row for key, row in world.tables.rows(Store.CARD).items() if key.pk.startswith("TICKET#")]
    assert [(t["kind"], t["about"]["recovery"], t["react"]) for t in tickets] == [
        ("account-stolen", recovery_id, ["tell_officers"])
    ]
    world.desk.approve(world.second, recovery_id)
    code = str(world.desk.issue(world.first, recovery_id)["code"])
    world.recovery.redeem(CALLER, recovery_id, code, NEW_PASSWORD, NEW_PHONE)
    told = world.told(world.owner)
    assert told == [f"stolen_recovery_{step}" for step in ("opened", "approved", "code_issued", "redeemed")]
    for event in told:
        assert NOTICES[event].everywhere
        assert "«Это не я»" not in NOTICES[event].inside.ru


def test_a_password_changed_at_the_moment_of_the_approval_keeps_no_session(world: DeskWorld) -> None:
    thief, recovery_id = world.actor(world.enter()), world.opened(Reason.STOLEN)
    world.tables.before_next_commit(lambda: world.desk.approve(world.second, recovery_id))
    with pytest.raises(StaleVersionError):
        world.password.change(thief, PASSWORD, NEW_PASSWORD)
    assert not world.live(thief)
