"""An erased person stands in no list of a partner, an application or another organisation any more (SPC-8, PRT-1)."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.ports import keys
from chalicelib.ports.rows import happened, known_as
from chalicelib.ports.tables import Key, Put, Store
from tests.resource_world import GLEB, VERA, ResourceWorld, weight

pytestmark = pytest.mark.requirement("SPC-8", "PRT-1")

NUMBERS = {keys.hl7_number("mis", "n"): "person", keys.hl7_report("mis", "r"): "patient"}
ELSEWHERE = keys.hl7_number("mis", "of-another")
BESIDE: dict[Key, dict[str, Any]] = {
    **{key: {name: VERA} for key, name in NUMBERS.items()},
    keys.delivered_patient("mis", VERA): {"patient": VERA},
    keys.app_leave(VERA, "app"): {"id": "leave"},
    keys.app_refresh(VERA, "leave"): {"hash": "h"},
    keys.transfer(VERA, "t"): {"id": "t", "organisation": "other"},
    keys.transfer_out("other", "t"): {"patient": VERA},
}


def numbered(number: int) -> dict[str, Any]:
    return weight(identifier=[{"system": "urn:mis", "value": str(number)}])


@pytest.fixture(scope="module")
def world() -> ResourceWorld:
    """Many deliveries, one corrected to another identifier, to Vera; one to Gleb."""
    world = ResourceWorld()
    world.patient(GLEB)
    found = [world.deliver(numbered(number)) for number in range(24)]
    changed = {**found[0].resource, "identifier": [{"system": "urn:mis", "value": "other"}]}
    world.writer.update(world.system, "Observation", changed["id"], changed, 1)
    world.deliver(weight(patient_id=GLEB, identifier=[{"system": "urn:mis", "value": "1"}]))
    world.tables.commit([Put(key, row) for key, row in BESIDE.items()])
    world.tables.commit([known_as(VERA, key) for key in (*NUMBERS, ELSEWHERE)])
    world.tables.commit([Put(ELSEWHERE, {"person": GLEB})])  # a registrar gave the number to another one
    world.tables.commit([happened(VERA, "erased", "clear_visits", world.clock())])
    world.pump()
    return world


def naming(world: ResourceWorld, person: str) -> set[str]:
    """Partitions but for the person's own, and those by which a paper's code still says that it is withdrawn."""
    rows = world.tables.rows(Store.CARD).items()
    named = {key.pk for key, row in rows if person in (row.get("patient"), row.get("person"))}
    return {pk for pk in named if pk != keys.patient(person) and not pk.startswith("ISSUED#")}


def test_no_partition_of_others_names_the_card(world: ResourceWorld) -> None:
    assert naming(world, VERA) == set()
    assert naming(world, GLEB) == {keys.brought("mis")}
    assert world.row(ELSEWHERE)["person"] == GLEB


def test_what_applications_may_and_what_was_asked_is_gone(world: ResourceWorld) -> None:
    begin = ("APP#", "REFRESH#", "TRANSFER#", keys.KNOWN_AS)
    own = [key.sk for key in world.tables.rows(Store.CARD) if key.pk == keys.patient(VERA)]
    assert [sk for sk in own if sk.startswith(begin)] == []


def test_records_stay_and_others_are_untouched(world: ResourceWorld) -> None:
    own = [key.sk for key in world.tables.rows(Store.CARD) if key.pk == keys.patient(VERA)]
    assert len([sk for sk in own if sk.startswith("R#")]) == 24
    lines = [key.sk for key in world.tables.rows(Store.CARD) if key.pk == keys.brought("mis")]
    assert len(lines) == 3  # that it delivered to Gleb, the resource's identifier, his number
