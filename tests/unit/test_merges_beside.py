"""What a merge carries beside the records: a plan of vaccinations, records of sources that the card cannot hold."""

from __future__ import annotations

import pytest

from chalicelib.ports import keys
from chalicelib.ports.tables import Store
from tests.unit.merge_world import GOES, STAYS, Registry

pytestmark = pytest.mark.requirement("SPC-5")


@pytest.fixture
def registry() -> Registry:
    made = Registry()
    made.fill()
    return made


@pytest.mark.requirement("ACT-3", "SPC-1")
def test_a_plan_and_records_of_sources_come_too_and_go_back(registry: Registry) -> None:
    merge_id = registry.merged()
    copies = {key.sk: row for key, row in registry.tables.rows(Store.CARD).items() if key.pk == keys.patient(STAYS)}
    assert copies["PLAN"]["merged_from"] == {"patient": GOES, "merge": merge_id}
    assert sorted(sk for sk in copies if sk.startswith("UNMAPPED#")) == [
        "UNMAPPED#own-record",
        *(f"UNMAPPED#source-record-{n}" for n in range(3)),
    ]
    assert {row["patient"] for sk, row in copies.items() if sk.startswith("UNMAPPED#")} == {STAYS}
    registry.undo(merge_id)
    registry.carry_on()
    left = {key.sk for key in registry.tables.rows(Store.CARD) if key.pk == keys.patient(STAYS)}
    assert "PLAN" not in left
    assert {sk for sk in left if sk.startswith("UNMAPPED#")} == {"UNMAPPED#own-record"}
    assert registry.tables.get(keys.vaccination_plan(GOES)) is not None


def test_a_plan_that_is_there_stays(registry: Registry) -> None:
    registry.beside(STAYS, "plan", "plan")
    merge_id = registry.merged()
    assert "merged_from" not in registry.row(keys.vaccination_plan(STAYS))
    registry.undo(merge_id)
    registry.carry_on()
    assert registry.tables.get(keys.vaccination_plan(STAYS)) is not None


def test_a_record_of_a_source_that_changes_on_its_way_arrives_as_it_is(registry: Registry) -> None:
    merge_id = registry.approved()
    registry.carrying.run()
    registry.beside(GOES, "unmapped", "source-record-1", 2)
    registry.carry_on()
    assert registry.state(merge_id) == "merged"
    text, _ = registry.contents(STAYS)["UNMAPPED#source-record-1"]
    assert text == "unmapped source-record-1 2"
