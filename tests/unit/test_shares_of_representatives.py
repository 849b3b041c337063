"""Links that a representative makes: no more than is theirs, and no longer (DOC-4, ACC-8)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.errors import AccessDeniedError, InvalidFieldsError, NotFoundError, ShareClosedError
from chalicelib.ports import keys
from tests.access_world import FIFTEEN, MOTHER
from tests.share_world import ShareWorld
from tests.world import ANNA

pytestmark = pytest.mark.requirement("DOC-4", "ACC-8")
PROTOCOL = "examination-protocol"


@pytest.fixture
def world() -> ShareWorld:
    return ShareWorld()


def test_a_parents_link_ends_when_the_child_is_fifteen(world: ShareWorld) -> None:
    mother = world.represent(MOTHER, until=FIFTEEN)
    link = world.share(mother, valid_until=(world.clock() + timedelta(days=20)).isoformat())
    assert world.row_of(link)["until"] == FIFTEEN.isoformat().replace("+00:00", world.row_of(link)["until"][19:])
    holder = world.open(link)
    world.tables.tamper(keys.share(ANNA, link[0]), until="2026-12-01T00:00:00+00:00")  # were the date not kept
    world.shares.page(holder, PROTOCOL, 50, None)
    world.tables.tamper(keys.opening(ANNA, link[0], holder.share.opening_id), until="2026-12-01T00:00:00+00:00")
    world.at(FIFTEEN)
    with pytest.raises(ShareClosedError):
        world.shares.page(holder, PROTOCOL, 50, None)
    with pytest.raises(ShareClosedError):
        world.open(link)


def test_a_representative_shares_no_more_than_is_theirs(world: ShareWorld) -> None:
    record = world.protocol()
    mother = world.represent(MOTHER, until=FIFTEEN)
    link = world.share(mother)
    holder = world.open(link)
    row = keys.representation(ANNA, MOTHER)
    world.tables.tamper(row, hidden=["protocols"])  # a doctor closed it to her, for the child's safety
    with pytest.raises(AccessDeniedError):
        world.shares.page(holder, PROTOCOL, 50, None)
    assert world.shares.contents(holder)["kinds"] == []
    for changes in ({}, {"sections": [], "records": [{"kind": PROTOCOL, "record_id": record}]}):
        with pytest.raises(InvalidFieldsError):
            world.share(mother, **changes)
    world.tables.tamper(row, hidden=[], level="limited")
    assert world.shares.read(holder, PROTOCOL, record)["summary_only"]
    contents = world.shares.contents(holder)
    assert (contents["level"], [one["document"] for one in contents["kinds"]]) == ("limited", [False])
    assert world.row_of(world.share(mother))["limited"]
    world.tables.tamper(row, rights=["records"])
    with pytest.raises(ShareClosedError):
        world.shares.read(holder, PROTOCOL, record)
    world.tables.tamper(row, rights=["records", "consent"], state="ended")
    with pytest.raises(ShareClosedError):
        world.open(link)


def test_to_whom_a_doctor_closed_something_their_own_links_alone_are_shown(world: ShareWorld) -> None:
    mother = world.represent(MOTHER, until=FIFTEEN)
    own, anothers = world.share(mother, sections=["results"]), world.share()
    world.shares.page(world.open(anothers), PROTOCOL, 50, None)

    def seen() -> list[str]:
        return [one["share_id"] for one in world.shares.mine(mother, 50, None)[0]]

    assert seen() == [anothers[0], own[0]]
    world.tables.tamper(keys.representation(ANNA, MOTHER), hidden=["protocols"])
    assert seen() == [own[0]]
    for act in (
        lambda: world.shares.openings(mother, anothers[0], 50, None),
        lambda: world.shares.revoke(mother, anothers[0]),
    ):
        with pytest.raises(NotFoundError):
            act()
    assert world.row_of(anothers)["state"] == "active"
    world.shares.revoke(mother, own[0])
    assert len(world.shares.mine(world.anna, 50, None)[0]) == 2
