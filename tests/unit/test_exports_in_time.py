"""Exports and time: deleted when theirs is over, begun again when they stalled, none of an erased person."""

from __future__ import annotations

import pytest

from chalicelib.domain import exports
from chalicelib.domain.exports import KEPT, RECORDS
from chalicelib.errors import NotFoundError, UnavailableError
from chalicelib.ports import keys
from tests.exports_world import ExportsWorld, fill
from tests.world import ANNA


@pytest.fixture
def world() -> ExportsWorld:
    made = ExportsWorld()
    made.open()
    return made


@pytest.mark.requirement("DOC-1")
def test_an_export_is_deleted_when_its_time_is_over(world: ExportsWorld) -> None:
    fill(world, 1)
    export_id = world.order(world.anna)
    world.made(world.anna, export_id)
    assert any(place.startswith("exports/") for place in world.files.objects)
    for _ in range(3):
        world.clock.advance(days=KEPT.days / 2)
        assert world.file_queue.run()["failed"] == 0
    assert not [place for place in world.files.objects if place.startswith("exports/")]
    assert world.exports.state(world.anna, export_id)["state"] == "expired"
    with pytest.raises(NotFoundError):
        world.file(world.anna, export_id)
    assert not world.lines()
    assert len(world.entries("export:expire")) == 1


def test_a_file_is_not_given_after_its_time_even_if_nobody_deleted_it(world: ExportsWorld) -> None:
    export_id = world.order(world.anna)
    world.made(world.anna, export_id)
    world.clock.advance(days=KEPT.days)
    with pytest.raises(NotFoundError):
        world.file(world.anna, export_id)


def test_an_export_that_stalled_is_begun_again_and_given_up_in_the_end(world: ExportsWorld) -> None:
    fill(world, 1)
    export_id = world.order(world.anna)
    for tried in range(exports.TRIES + 1):
        assert world.exports.state(world.anna, export_id)["state"] == "requested", tried
        world.clock.advance(minutes=31)
        assert world.file_queue.run() == {"looked": 1, "failed": 0}
    state = world.exports.state(world.anna, export_id)
    assert (state["state"], state["reason"]) == ("failed", "unavailable")
    world.clock.advance(minutes=31)
    world.file_queue.run()
    assert not world.lines()


def test_a_stalled_export_goes_on_where_it_stopped(world: ExportsWorld) -> None:
    fill(world, RECORDS + 3)
    export_id = world.order(world.anna)
    assert world.step(world.anna, export_id) == ""
    world.clock.advance(minutes=31)
    world.file_queue.run()
    assert world.step(world.anna, export_id) == ""
    state = world.exports.state(world.anna, export_id)
    assert (state["state"], state["records"]) == ("ready", RECORDS + 3)


def test_one_that_cannot_be_looked_at_does_not_hold_up_the_others(world: ExportsWorld) -> None:
    first, second = world.order(world.anna), world.order(world.doctor)
    world.pump()
    world.clock.advance(days=8)
    world.files.fail_next(1, UnavailableError())
    assert world.file_queue.run() == {"looked": 1, "failed": 1}
    assert world.file_queue.run() == {"looked": 1, "failed": 0}
    for who, export_id in ((world.anna, first), (world.doctor, second)):
        assert world.row(keys.export(who.person_id, export_id))["state"] == "expired"


@pytest.mark.requirement("SPC-8")
def test_an_export_of_an_erased_person_is_not_made(world: ExportsWorld) -> None:
    fill(world, 1)
    export_id = world.order(world.doctor)
    world.keys.destroy(ANNA, "entry")
    row = world.row(keys.export(world.doctor.person_id, export_id))
    assert world.reactions.run("make_export", row) is False
    assert not [place for place in world.files.objects if place.startswith("exports/")]
