"""Who says that a second operator approves every recovery, and who that none does (ID-8)."""

from __future__ import annotations

import pytest

from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.staff import SYSTEM
from chalicelib.errors import AccessDeniedError, NotFoundError, WrongStateError
from chalicelib.ports import keys
from chalicelib.services.desk_settings import DeskSettings
from tests.desk_world import CENTRE, DeskWorld

pytestmark = pytest.mark.requirement("ID-8", "ID-12")


def wanted(world: DeskWorld) -> bool:
    return bool(world.tables.get(keys.organisation(CENTRE))["four_eyes"])


def administrator(organisation: str) -> Actor:
    return Actor(PersonId("administrator"), Role.ADMINISTRATOR, "s", "m", organisation)


def test_an_organisation_may_want_four_eyes_and_cannot_do_without_by_itself() -> None:
    """One human may be its administrator and its operator, and a desk serves people of every organisation."""
    world = DeskWorld(four_eyes=False)
    settings = DeskSettings(world.gate)
    settings.four_eyes(administrator(CENTRE), CENTRE, wanted=True)
    assert wanted(world)
    with pytest.raises(AccessDeniedError):
        settings.four_eyes(administrator(CENTRE), CENTRE, wanted=False)
    assert wanted(world)
    assert world.events("desk:four-eyes")[-1].reason == "system-only"
    settings.four_eyes(administrator(SYSTEM), CENTRE, wanted=False)
    assert not wanted(world)


def test_nobody_else_says_anything_about_a_desk() -> None:
    world = DeskWorld()
    settings = DeskSettings(world.gate)
    for actor in (administrator("elsewhere"), world.first):
        with pytest.raises(AccessDeniedError):
            settings.four_eyes(actor, CENTRE, wanted=True)
    with pytest.raises(NotFoundError):
        settings.four_eyes(administrator(SYSTEM), "unknown", wanted=True)


def test_who_works_at_one_desk_is_not_taken_over_at_another_by_one_operator() -> None:
    """Else the operators of a desk without four eyes become the second pair of every other one."""
    world = DeskWorld(four_eyes=False)
    world.hold(world.owner, Role.IDENTITY_OPERATOR, "another-desk")
    recovery_id = world.opened()
    with pytest.raises(WrongStateError):
        world.desk.issue(world.first, recovery_id)
