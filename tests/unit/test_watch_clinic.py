"""The watch over suspicious activity and a clinic's day (ID-11): it stops no doctor who works."""

from __future__ import annotations

import pytest

from tests.unit.test_watch import World, blocked, clinician


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.requirement("ID-11")
def test_a_day_in_a_clinic_is_nothing_special(world: World) -> None:
    """Forty patients an hour, each a page of ten lists; every second card is closed until the patient says yes."""
    doctor = clinician(world)
    for n in range(120):
        world.clock.advance(seconds=90)
        for part in range(10):
            if n % 2:
                world.watch.denied(doctor, f"list-{part}", "consent-required", f"patient-{n}")
            world.watch.seen(doctor, f"patient-{n}")
    for n in range(7):  # a morning on which nobody has consented yet
        for part in range(10):
            world.watch.denied(doctor, f"list-{part}", "consent-required", f"new-{n}")
    assert not blocked(world, doctor)
