"""Files of messages that partners leave in the drop (PRT-2)."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.errors import NotFoundError, TooLargeError, UnavailableError
from chalicelib.ports import keys
from chalicelib.ports.tables import Update
from chalicelib.services.hl7 import Dropped
from tests.hl7_world import Hl7World, oru

pytestmark = pytest.mark.requirement("PRT-2")


class MemoryDrop:
    def __init__(self, **files: bytes) -> None:
        self.files = {f"hl7/lab/{name}": data for name, data in files.items()}
        self.answers: dict[str, str] = {}

    def waiting(self, limit: int) -> list[str]:
        return list(self.files)[:limit]

    def get(self, place: str) -> bytes:
        if place not in self.files:
            raise NotFoundError
        if self.files[place] == b"huge":
            raise TooLargeError
        return self.files[place]

    def answered(self, place: str, answer: bytes) -> None:
        self.answers[place] = answer.decode()
        self.files.pop(place, None)


class Seconds:
    said = -1.0

    def waits(self, seconds: float) -> None:
        self.said = seconds


@pytest.fixture
def world() -> Hl7World:
    world = Hl7World()
    world.known()
    world.office()
    world.laboratory()
    world.send(b"the first message makes the keys")
    world.queue_office.reject(world.office_again(), world.waiting()[0]["id"], "test", 1)
    return world


def run(world: Hl7World, drop: Any) -> dict[str, int]:
    return Dropped(world.hl7_tools, world.receiving, drop).run()


def test_files_are_taken_in_their_order_and_answered(world: Hl7World) -> None:
    drop = MemoryDrop(a=oru("1"), b=oru("2", sent="20260301130000") + oru("3"), c=b"huge")
    assert run(world, drop) == {"taken": 2, "refused": 1, "failed": 0}
    assert {place[-1]: text.count("MSA|AA|") for place, text in drop.answers.items()} == {"a": 1, "b": 2, "c": 0}
    assert "MSA|AR|" in drop.answers["hl7/lab/c"]
    assert world.values() == {"Показатель 718-7": "145"}
    assert drop.files == {}


def test_a_file_stays_while_nothing_can_be_stored(world: Hl7World) -> None:
    drop = MemoryDrop(a=oru("1"))
    world.tables.fail_next_commit(1, UnavailableError())
    assert run(world, drop) == {"taken": 0, "refused": 0, "failed": 1}
    assert run(world, drop) == {"taken": 1, "refused": 0, "failed": 0}
    assert len(world.rows_of()) == 1


def test_whoever_may_bring_no_messages_is_refused(world: Hl7World) -> None:
    world.tables.commit([Update(keys.client("lab"), {"state": "revoked"})])
    drop = MemoryDrop(a=oru("1"))
    drop.files["hl7/stray"] = oru("2")
    assert run(world, drop) == {"taken": 0, "refused": 2, "failed": 0}
    assert world.rows_of() == []
    assert len(world.entries("hl7:drop")) == 2


def test_an_organisation_whose_first_message_it_would_be_is_refused(world: Hl7World) -> None:
    world.laboratory("new", organisation="other")
    drop = MemoryDrop()
    drop.files["hl7/new/a"] = oru("1")
    assert run(world, drop) == {"taken": 0, "refused": 1, "failed": 0}


def test_how_long_the_oldest_waits_is_told(world: Hl7World) -> None:
    seconds = Seconds()
    world.queue_office.report(seconds)
    assert seconds.said == 0
    world.send(b"no message")
    world.clock.advance(hours=2)
    world.send(b"nor this")
    world.queue_office.report(seconds)
    assert seconds.said == 7200
