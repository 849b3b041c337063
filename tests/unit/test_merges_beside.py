"""What a merge carries beside the records: a plan of vaccinations, records of sources that the card cannot hold."""

from __future__ import annotations

import pytest

from chalicelib.domain.identity import PersonId
from chalicelib.ports import keys
from chalicelib.ports.tables import Store
from chalicelib.records.laboratory import LABORATORY_RESULT
from chalicelib.services.results.drafting import Drafting, Tools
from tests.search_world import RESULT
from tests.unit.merge_world import GOES, STAYS, Registry
from tests.world import CODE_SETS

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


def draft_of(registry: Registry, person: PersonId) -> str:
    """A referral drafted from a result of a card."""
    body = {**RESULT, "values": [{"name": "ТТГ", "value": "9.8", "unit": "m[IU]/L", "low": "0.4", "high": "4.0"}]}
    result, _ = registry.records.create(registry.doctor, person, LABORATORY_RESULT, body, "key-result-0000001")
    form = {"record_id": result["id"], "kinds": ["referral"]}
    [made], _ = drafting(registry).make(registry.doctor, person, form, "key-draft-00000001", "ru")
    return str(made["id"])


def drafting(registry: Registry) -> Drafting:
    shared = (registry.gate, registry.tables, registry.vault, registry.keys)
    return Drafting(Tools(*shared, CODE_SETS, registry.clock))


@pytest.mark.requirement("REC-12")
def test_a_draft_from_a_result_comes_to_its_doctor_and_goes_back(registry: Registry) -> None:
    made = draft_of(registry, GOES)
    [before] = drafting(registry).listed(registry.doctor, GOES)
    merge_id = registry.merged()
    assert drafting(registry).listed(registry.doctor, STAYS) == [before]
    assert registry.records.read(registry.doctor, STAYS, LABORATORY_RESULT, before["result"])
    body = {**before["body"], "specialty": "Эндокринолог"}
    registry.undo(merge_id)
    registry.carry_on()
    assert drafting(registry).listed(registry.doctor, STAYS) == []
    assert drafting(registry).edit(registry.doctor, GOES, made, body, 1)["version"] == 2


@pytest.mark.requirement("REC-12")
def test_a_carried_draft_is_edited_and_stays_when_the_merge_is_undone(registry: Registry) -> None:
    made = draft_of(registry, GOES)
    merge_id = registry.merged()
    [carried] = drafting(registry).listed(registry.doctor, STAYS)
    edited = {**carried["body"], "specialty": "Хирург"}
    assert drafting(registry).edit(registry.doctor, STAYS, made, edited, 1)["body"]["specialty"] == "Хирург"
    registry.undo(merge_id)
    registry.carry_on()
    assert [one["body"]["specialty"] for one in drafting(registry).listed(registry.doctor, STAYS)] == ["Хирург"]
    [own] = drafting(registry).listed(registry.doctor, GOES)
    assert own["body"] == carried["body"]
