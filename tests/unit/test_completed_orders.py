"""An order that is completed names what completed it, or says why no record of it is there (REC-13)."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.errors import InvalidFieldsError
from chalicelib.records.registry import record_type
from tests.result_world import ResultWorld, value
from tests.world import ANNA

pytestmark = pytest.mark.requirement("REC-13")

ORDER = record_type("laboratory-order")
BODY = {
    "occurred_at": "2026-03-01T10:00:00+03:00",
    "doctor_name": "Петров Пётр Петрович",
    "status": "active",
    "panel": "Электролиты",
    "related": [],
}


@pytest.fixture
def world() -> ResultWorld:
    return ResultWorld()


def link(record: str, kind: str = "laboratory-result") -> dict[str, str]:
    return {"kind": kind, "id": record}


def ordered(world: ResultWorld, **more: Any) -> str:
    return str(world.records.create(world.doctor, ANNA, ORDER, {**BODY, **more}, world.key())[0]["id"])


def amended(world: ResultWorld, order: str, version: int, **more: Any) -> list[tuple[str, str]]:
    """Faults of the amendment."""
    try:
        world.records.amend(world.doctor, ANNA, ORDER, order, {**BODY, **more}, version)
    except InvalidFieldsError as error:
        return [(field.field, field.code) for field in error.fields]
    return []


MISSING = [("/related", "evidence")]


def test_it_is_completed_by_a_result_or_by_a_word_why_there_is_none(world: ResultWorld) -> None:
    result = world.result(value("Калий", "4.2", "mmol/L"))
    first, second = ordered(world), ordered(world)
    assert amended(world, first, 1, status="completed") == MISSING
    assert amended(world, first, 1, status="completed", related=[link(second, "laboratory-order")]) == MISSING
    assert amended(world, first, 1, status="completed", related=[link(result)]) == []
    assert amended(world, second, 1, status="completed", no_record_because="Сдан в другой лаборатории") == []
    assert amended(world, second, 2, status="completed", panel="Электролиты крови") == []  # it is completed already


def test_the_result_that_it_came_from_does_not_complete_it(world: ResultWorld) -> None:
    origin, done = (world.result(value("Калий", number, "mmol/L")) for number in ("5.9", "4.2"))
    order = ordered(world, related=[link(origin)])
    assert amended(world, order, 1, status="completed", related=[link(origin)]) == MISSING
    assert amended(world, order, 1, related=[link(origin), link(done)]) == []  # named while it was still waited for
    assert amended(world, order, 2, status="completed", related=[link(origin)]) == MISSING
    assert amended(world, order, 2, status="completed", related=[link(origin), link(done)]) == []


def test_one_that_is_written_down_as_completed_shows_it_as_well(world: ResultWorld) -> None:
    with pytest.raises(InvalidFieldsError) as refused:
        ordered(world, status="completed")
    assert [(field.field, field.code) for field in refused.value.fields] == MISSING
    assert ordered(world, status="completed", related=[link(world.result(value("Калий", "4.2", "mmol/L")))])


@pytest.mark.requirement("AUD-1")
def test_looking_at_the_first_version_is_covered_by_the_one_entry_of_reading(world: ResultWorld) -> None:
    order = ordered(world)
    amended(world, order, 1, panel="Электролиты крови")
    before = len(world.entries("laboratory-order:read"))
    assert amended(world, order, 2, status="completed") == MISSING
    assert len(world.entries("laboratory-order:read")) == before + 1
