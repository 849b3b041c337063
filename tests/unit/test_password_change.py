"""A new password by who knows the old one; and nothing else in the system sets one."""

from __future__ import annotations

from pathlib import Path

import pytest

from chalicelib.errors import CredentialsError, InvalidFieldsError, LockedOutError, StaleVersionError
from tests.accounts import PASSWORD
from tests.desk_world import NEW_PASSWORD, DeskWorld

SERVICES = Path(__file__).parents[2] / "chalicelib" / "services"


@pytest.fixture
def world() -> DeskWorld:
    return DeskWorld()


@pytest.mark.requirement("ID-8")
def test_only_registration_the_desk_and_the_owner_set_a_password() -> None:
    """A call to support changes nothing (reference: peers, section 4)."""
    setters = {path.stem for path in SERVICES.rglob("*.py") if '"password_at"' in path.read_text("utf-8")}
    assert setters == {"registrations", "first_accounts", "desk_recovery", "password_change"}


def test_a_new_password_ends_all_other_sessions(world: DeskWorld) -> None:
    actor, other = world.actor(world.enter()), world.actor(world.enter())
    with pytest.raises(CredentialsError):
        world.password.change(actor, "wrong", NEW_PASSWORD)
    with pytest.raises(InvalidFieldsError):
        world.password.change(actor, PASSWORD, "weak")
    world.password.change(actor, PASSWORD, NEW_PASSWORD)
    assert world.live(actor)
    assert not world.live(other)
    assert world.begin(1, NEW_PASSWORD)
    assert world.told(world.owner) == ["password_changed"]


def test_guessing_the_old_password_locks_like_sign_in(world: DeskWorld) -> None:
    actor = world.actor(world.enter())
    for _ in range(5):
        with pytest.raises(CredentialsError):
            world.password.change(actor, "wrong", NEW_PASSWORD)
    with pytest.raises(LockedOutError):
        world.password.change(actor, PASSWORD, NEW_PASSWORD)


def test_two_changes_at_the_same_moment_have_one_outcome(world: DeskWorld) -> None:
    actor = world.actor(world.enter())
    commit = world.gate.commit

    def late(*given):
        world.gate.commit = commit
        world.password.change(actor, PASSWORD, NEW_PASSWORD)
        return commit(*given)

    world.gate.commit = late
    with pytest.raises(StaleVersionError):
        world.password.change(actor, PASSWORD, "Другой-пароль-5")
    assert world.begin(1, NEW_PASSWORD)
    assert world.live(actor)
