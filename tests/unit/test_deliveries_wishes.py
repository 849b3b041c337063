"""Wishes that change at one moment: what was planned by the clock ends in the zone that the profile has (MSG-2)."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.errors import ConflictError, NotFoundError
from chalicelib.ports import crossings, keys
from chalicelib.ports.tables import Delete
from chalicelib.services.deliveries.wishes import WishService
from tests.world import ANNA, World

pytestmark = pytest.mark.requirement("MSG-2")

OMSK, MOSCOW, CHITA = "Asia/Omsk", "Europe/Moscow", "Asia/Chita"
TOLD = ["zone_changed"]


class Wishing(World):
    def __init__(self, zone: str | None) -> None:
        super().__init__()
        self.anna = self.patient()
        self.wishes = WishService(self.gate, self.tables, self.clock)
        if zone:
            self.tables.tamper(keys.profile(ANNA), zone=zone)
        self.told: list[str] = []
        """Zones as the stream tells of them: in the order of their transactions."""
        self._commit = self.tables.commit
        self.tables.commit = self._listened

    def to(self, zone: str) -> None:
        self.wishes.change(self.anna, {"zone": zone})

    def _listened(self, writes: Any) -> None:
        self._commit(writes)
        self.told += [write.item["zone"] for write in writes if getattr(write, "item", {}).get("react") == TOLD]

    def zone(self) -> str:
        return str(self.row(keys.profile(ANNA))["zone"])


@pytest.mark.parametrize("before", [MOSCOW, None], ids=["said", "unsaid"])
@pytest.mark.parametrize("slow", [MOSCOW, CHITA, OMSK])
@pytest.mark.parametrize("fast", [MOSCOW, OMSK])
def test_the_zone_that_is_left_is_the_one_told_on_last(before: str | None, slow: str, fast: str) -> None:
    world = Wishing(before)
    world.tables.before_next_commit(lambda: world.to(fast))
    world.to(slow)
    assert world.zone() == slow
    assert (world.told or [before])[-1] == slow


def test_who_wants_what_stands_there_and_is_crossed_tells_on() -> None:
    """Without a condition the row would go back to Moscow, and timers would stay in Omsk."""
    world = Wishing(MOSCOW)
    world.tables.before_next_commit(lambda: world.to(OMSK))
    world.to(MOSCOW)
    assert (world.zone(), world.told) == (MOSCOW, [OMSK, MOSCOW])


def test_what_stands_there_already_is_told_nobody() -> None:
    world = Wishing(MOSCOW)
    world.to(MOSCOW)
    world.wishes.change(world.anna, {"language": "en"})
    assert world.told == []


def test_others_that_are_faster_again_and_again_are_an_error_and_nothing_is_stored() -> None:
    world = Wishing(MOSCOW)
    zones, commit = [OMSK, CHITA] * crossings.TRIES, world.tables.commit

    def crossed(writes: Any) -> None:
        world.tables.tamper(keys.profile(ANNA), zone=zones.pop())
        commit(writes)

    world.tables.commit = crossed
    with pytest.raises(ConflictError):
        world.to(MOSCOW)
    assert (world.told, len(zones)) == ([], crossings.TRIES)
    assert world.zone() != MOSCOW


@pytest.mark.parametrize("wish", [{"zone": OMSK}, {}])
def test_nobody_has_no_wishes(wish: dict[str, str]) -> None:
    world = Wishing(MOSCOW)
    world.tables.commit([Delete(keys.profile(ANNA))])
    with pytest.raises(NotFoundError):
        world.wishes.change(world.anna, wish)
