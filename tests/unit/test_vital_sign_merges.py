"""Series of a card that goes on: with what another one brought, and without it when the merge is undone (SPC-5)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.records.observation import VITAL_SIGN
from tests.unit.merge_world import GOES, STAYS, Registry
from tests.vital_world import body, born


def enter(world: Registry, person: str, key: str, value: str) -> None:
    sign = body("pulse", world.clock() - timedelta(hours=1), value)
    world.records.create(world.doctor, person, VITAL_SIGN, sign, f"0123456789abcdef{key}")


def values(world: Registry) -> list[str]:
    found = world.vital_signs.series(world.anna, STAYS, "pulse", None, world.clock(), 300)
    return sorted(point["values"]["value"] for point in found["points"])


@pytest.mark.requirement("SPC-5", "REC-10")
def test_readings_come_with_a_merge_and_go_when_it_is_undone() -> None:
    world = Registry()
    born(world, STAYS, "1980-05-01")
    born(world, GOES, "1980-05-01")
    enter(world, STAYS, "a", "71")
    enter(world, GOES, "b", "140")
    enter(world, GOES, "c", "71")  # the same reading on both cards
    world.pump()
    assert [event for event in world.inbox(world.other) if "vital_sign" in event] == ["vital_sign_urgent"]
    merge = world.merged()
    world.pump()
    assert values(world) == ["140", "71"]
    assert not [
        event for event in world.inbox(world.anna) if "vital_sign" in event
    ]  # told of before, on the other card
    world.undo(merge)
    world.carry_on()
    world.pump()
    assert values(world) == ["71"]
