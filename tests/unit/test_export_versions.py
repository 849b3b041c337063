"""Earlier versions in an export: bounded a piece and a record, none of them fails the export."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.ports import keys
from chalicelib.ports.tables import Update
from chalicelib.records.examination import EXAMINATION_PROTOCOL
from chalicelib.services.exports import reading
from tests.exports_world import ExportsWorld
from tests.world import ANNA, PROTOCOL

VERSIONS = 30


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> ExportsWorld:
    """A step takes two records, or eight versions."""
    monkeypatch.setattr(reading, "RECORDS", 2)
    made = ExportsWorld()
    made.open()
    return made


def often_amended(world: ExportsWorld) -> str:
    """Three records; the one in the middle has ``VERSIONS``."""
    ids = []
    for number in range(3):
        body = {**PROTOCOL, "conclusion": f"Запись {number}"}
        made, _ = world.records.create(world.doctor, ANNA, EXAMINATION_PROTOCOL, body, f"write-{number}-0123456789")
        ids.append(str(made["id"]))
        world.clock.advance(minutes=1)
    for version in range(1, VERSIONS):
        body = {**PROTOCOL, "conclusion": f"Правка {version}"}
        world.records.amend(world.doctor, ANNA, EXAMINATION_PROTOCOL, ids[1], body, version)
    return ids[1]


def exported(world: ExportsWorld) -> tuple[dict[str, Any], dict[str, Any]]:
    """The file, and the row of the export."""
    export_id = world.order(world.anna, versions="all")
    assert world.made(world.anna, export_id)["state"] == "ready"
    row = world.row(keys.export(world.anna.person_id, export_id))
    return json.loads(world.file(world.anna, export_id)), row


@pytest.mark.requirement("DOC-1", "REC-14")
def test_versions_that_have_no_room_in_a_piece_go_on_in_the_next(world: ExportsWorld) -> None:
    amended = often_amended(world)
    found, row = exported(world)
    parts = [record for record in found["records"] if record["id"] == amended]
    assert [part.get("continues", False) for part in parts] == [False, *[True] * (len(parts) - 1)]
    assert max(len(part.get("earlier", ())) for part in parts) <= 8
    earlier = [old for part in parts for old in part.get("earlier", ())]
    assert [old["version"] for old in earlier] == list(range(VERSIONS - 1, 0, -1))
    assert earlier[-1]["body"]["conclusion"] == "Запись 1"
    assert found["count"] == int(row["records"]) == 3
    assert len(row["pieces"]) >= len(parts)


@pytest.mark.requirement("DOC-1")
def test_of_a_record_with_too_many_versions_the_newest_are_taken_and_the_rest_is_counted(
    world: ExportsWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "EARLIER", 10)
    amended = often_amended(world)
    found, _ = exported(world)
    parts = [record for record in found["records"] if record["id"] == amended]
    assert sum(len(part.get("earlier", ())) for part in parts) == 10
    assert parts[-1]["earlier_left_out"] == VERSIONS - 1 - 10


@pytest.mark.requirement("DOC-1")
def test_a_version_that_cannot_be_opened_keeps_no_other_from_the_file(world: ExportsWorld) -> None:
    amended = often_amended(world)
    third = keys.record_version(ANNA, "examination-protocol", amended, 3)
    world.tables.commit([Update(third, {"sealed": b"nothing"})])
    found, _ = exported(world)
    earlier = [old for r in found["records"] if r["id"] == amended for old in r.get("earlier", ())]
    assert [old["version"] for old in earlier if old["body"] is None] == [3]
