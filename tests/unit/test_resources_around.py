"""What partners deliver through the rest of the system: notices, merges."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.domain.access import Permit
from chalicelib.domain.identity import Role
from chalicelib.domain.merges import fingerprint
from chalicelib.domain.resource_ids import card_resource_id, resource_id_of
from chalicelib.errors import GoneError
from chalicelib.ports import Sealed, keys
from chalicelib.records.overview import compose
from chalicelib.records.registry import OVERVIEW_KINDS, record_type
from chalicelib.services.carrying import CarryingService
from chalicelib.services.comparisons import ComparisonService
from chalicelib.services.merges import MergeService
from tests.resource_world import GLEB, VERA, ResourceWorld, weight

pytestmark = pytest.mark.requirement("PRT-1", "SPC-5")
TERMS = "http://terminology.hl7.org/CodeSystem/"


@pytest.fixture
def world() -> ResourceWorld:
    return ResourceWorld()


def test_what_one_partner_sent_to_both_cards_is_one_record_after_a_merge(world: ResourceWorld) -> None:
    world.patient(GLEB)
    sent = [world.deliver(weight(patient_id=one)).resource["id"] for one in (VERA, GLEB)]
    sent.append(world.deliver(weight(72, patient_id=GLEB)).resource["id"])
    bodies = []
    for name in sent:
        lies = resource_id_of(name)
        assert lies is not None
        row = world.row(keys.record(lies.patient_id, lies.kind, lies.record_id))
        permit = Permit(lies.patient_id, lies.kind, lies.record_id, "test", writes=False)
        bodies.append(json.loads(world.vault.open(permit, Sealed.of(lies.record_id, row))))
    first, same, other = (fingerprint(body) for body in bodies)
    assert first == same != other


def test_a_burst_is_told_of_twice_at_most_within_an_hour(world: ResourceWorld) -> None:
    made = [world.deliver(weight(number)).resource["id"] for number in range(70, 75)]
    world.pump()
    assert world.inbox(world.vera) == ["import_delivered", "new_record"]
    world.writer.update(world.system, "Observation", made[0], {**weight(80), "id": made[0]}, 1)
    world.pump()
    assert world.inbox(world.vera) == ["new_record", "import_delivered", "new_record"]
    world.clock.advance(hours=1)
    world.deliver(weight(81), world.partner("other"))
    world.deliver(weight(82))
    world.pump()
    assert world.inbox(world.vera).count("new_record") == 4


def test_deliveries_go_with_a_merge_and_come_back_when_it_is_undone(world: ResourceWorld) -> None:
    world.patient(GLEB)
    merges = MergeService(
        world.gate, world.tables, ComparisonService(world.gate, world.tables, world.vault), world.clock
    )
    carrying = CarryingService(world.gate, world.tables, world.vault, world.keys, world.files, world.clock)
    desk, second = world.staff("desk", Role.REGISTRAR), world.staff("second", Role.REGISTRAR)
    numbered = weight(70, identifier=[{"system": "urn:mis", "value": "1"}])
    name, withdrawn = (world.deliver(one).resource["id"] for one in (numbered, weight(60)))
    world.writer.update(world.system, "Observation", name, {**numbered, "id": name}, 1)
    world.writer.delete(world.system, "Observation", withdrawn)

    def carried() -> int:
        carrying.run()
        world.clock.advance(seconds=40)
        carrying.run()
        return int(world.row(keys.merge(GLEB, merge_id))["ver"])

    merge_id = str(merges.propose(desk, GLEB, VERA, "papers")["merge_id"])
    merges.decide(second, GLEB, merge_id, 1, approve=True, reason="papers-compared")
    version = carried()
    found = world.reader.found(world.system, "Observation", name)
    assert (found.resource["id"], found.version) == (name, 2)
    assert world.reader.version(world.system, "Observation", name, 1).version == 1
    with pytest.raises(GoneError):
        world.reader.found(world.system, "Observation", withdrawn)
    assert not world.deliver(numbered, if_none_exist="identifier=urn:mis|1").made
    since = world.deliver(weight(90)).resource["id"]
    merges.undo(desk, GLEB, merge_id, version, reason="mistake")
    carried()
    for one, number in ((name, 2), (since, 1)):
        assert world.reader.found(world.system, "Observation", one).version == number


def allergy(text: str, **more: Any) -> dict[str, Any]:
    """Without a date, so that it is no allergy of the card."""
    return {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": {"coding": [{"system": f"{TERMS}allergyintolerance-clinical", "code": "active"}]},
        "code": {"text": text},
        "patient": {"reference": f"Patient/{card_resource_id(VERA)}"},
        **more,
    }


@pytest.mark.requirement("REC-14", "REC-1")
def test_an_allergy_that_fits_no_field_is_seen_before_a_drug_is_prescribed_and_in_the_overview(
    world: ResourceWorld,
) -> None:
    doctor = world.staff()
    world.consent(doctor, VERA)
    refuted = {"coding": [{"system": f"{TERMS}allergyintolerance-verification", "code": "refuted"}]}
    coded = {"coding": [{"system": "http://www.whocc.no/atc", "code": "J01CA04"}], "text": "Амоксиклав"}
    for one in (
        allergy("Амоксициллин"),
        allergy("Неизвестный препарат"),
        allergy("", code=coded),
        allergy("Пыль", category=["environment"]),
        allergy("Аспирин", verificationStatus=refuted),
    ):
        assert resource_id_of(world.deliver(one).resource["id"]).kind == "received-allergies"  # type: ignore[union-attr]
    found = world.prescribing_checks.of(doctor, VERA, [{"inn": "Амоксициллин", "atc": "J01CA04"}])
    told = [(one.code, one.kind) for one in found]
    assert told.count(("allergy-same-drug", "received-allergies")) == 2
    assert ("not-checked", "received-allergies") in told
    shown = compose(world.records.overview(doctor, VERA, record_type("overview"), OVERVIEW_KINDS))
    titles = {one["body"]["title"] for one in shown["received_allergies"]}
    assert titles >= {"Амоксициллин", "Неизвестный препарат", "Амоксиклав"}
