"""Resources that partners deliver: created once, read as they came, corrected and withdrawn by whoever brought them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chalicelib.domain import exact_json
from chalicelib.domain.identity import Role
from chalicelib.domain.resource_ids import ResourceId, card_resource_id, resource_id_of
from chalicelib.errors import (
    AccessDeniedError,
    ErasedError,
    GoneError,
    IdempotencyKeyReusedError,
    InteractionUnknownError,
    InvalidFieldsError,
    KindChangedError,
    MalformedError,
    MedkartaError,
    NotFoundError,
    OutcomeUnknownError,
    PatchFailedError,
    ResourceInvalidError,
    ResourceTypeUnknownError,
    SeveralMatchesError,
    StaleVersionError,
    SubjectUnknownError,
)
from chalicelib.ports import keys
from chalicelib.ports.tables import Put, Store, Update
from chalicelib.records.registry import record_type
from tests.resource_world import GLEB, VERA, ResourceWorld, weight
from tests.world import PROTOCOL

pytestmark = pytest.mark.requirement("PRT-6")
KEY = "0123456789abcdef"
SAME = {"if_none_exist": "identifier=urn:mis|7"}


@pytest.fixture
def world() -> ResourceWorld:
    return ResourceWorld()


def named(value: Any = 71.5, number: str = "7", **more: Any) -> dict[str, Any]:
    return weight(value, identifier=[{"system": "urn:mis", "value": number}], **more)


def records(world: ResourceWorld, patient_id: str = VERA) -> int:
    return sum(key.pk == keys.patient(patient_id) and key.sk.startswith("R#") for key in world.tables.rows(Store.CARD))


# --- create and read


def test_it_is_read_back_as_it_came_and_numbers_keep_their_spelling(world: ResourceWorld) -> None:
    sent = exact_json.loads(exact_json.dumps(weight()).replace("71.5", "71.50"))
    made = world.deliver(sent)
    read = world.reader.found(world.system, "Observation", made.resource["id"])
    assert (made.made, made.version) == (True, 1)
    assert exact_json.dumps(read.resource) == exact_json.dumps(made.resource)
    bare = {name: value for name, value in read.resource.items() if name not in {"id", "meta"}}
    assert exact_json.dumps(bare) == exact_json.dumps(sent)
    assert read.resource["meta"] == {"versionId": "1", "lastUpdated": made.updated}


def test_the_card_shows_where_it_came_from_and_not_the_text(world: ResourceWorld) -> None:
    place = resource_id_of(world.deliver(weight()).resource["id"])
    assert place is not None
    shown = world.records.read(world.vera, VERA, record_type(place.kind), place.record_id)
    assert shown["source"] == "connected"
    assert shown["provenance"]["system"] == "mis"
    assert shown["provenance"]["organisation"] == "org-mis"
    assert "resource" not in shown["body"]
    world.pump()
    assert world.inbox(world.vera) == ["new_record"]


def test_the_patient_reads_it_and_another_partner_does_not(world: ResourceWorld) -> None:
    name = world.deliver(weight()).resource["id"]
    assert world.reader.read(world.vera, "Observation", name)["id"] == name
    with pytest.raises(AccessDeniedError):
        world.reader.read(world.partner("other"), "Observation", name)
    (refused,) = [event for event in world.audit.events if event.outcome == "denied"]
    assert refused.reason == "consent-missing"


def test_what_was_entered_here_is_read_as_a_resource_by_consent(world: ResourceWorld) -> None:
    doctor = world.staff()
    world.consent(doctor, VERA)
    spec = record_type("examination-protocol")
    made, _ = world.records.create(doctor, VERA, spec, PROTOCOL, KEY)
    name = str(ResourceId(VERA, spec.name, made["id"]))
    shown = world.reader.found(doctor, str(spec.fhir_resource), name)
    assert shown.resource["id"] == name
    with pytest.raises(NotFoundError):  # of another type it is not there
        world.reader.read(doctor, "Immunization", name)
    with pytest.raises(AccessDeniedError):
        world.writer.delete(world.system, str(spec.fhir_resource), name)


@pytest.mark.parametrize("name", ["a", "0" * 52, str(ResourceId(VERA, "received-results", VERA)), "x" * 64])
def test_an_id_of_nothing(world: ResourceWorld, name: str) -> None:
    with pytest.raises(NotFoundError):
        world.reader.read(world.vera, "Observation", name)


@pytest.mark.parametrize(
    ("resource", "error"),
    [
        ({**weight(), "status": "nonsense"}, ResourceInvalidError),
        ({"resourceType": "Observation"}, ResourceInvalidError),
        ([], InvalidFieldsError),
        ({**weight(), "resourceType": "Condition"}, InvalidFieldsError),
        ({name: value for name, value in weight().items() if name != "subject"}, InvalidFieldsError),
        ({**weight(), "subject": {"reference": "Group/1"}}, InvalidFieldsError),
        ({**weight(), "subject": {"reference": "Patient/unknown"}}, SubjectUnknownError),
        ({**weight(), "subject": {"reference": "Patient?name=a"}}, InvalidFieldsError),
        ({**weight(), "subject": {"reference": "Patient?identifier=urn:oid:1.2.643.100.3|1"}}, SubjectUnknownError),
        (weight(patient_id=GLEB), SubjectUnknownError),
    ],
)
def test_what_is_not_taken(world: ResourceWorld, resource: Any, error: type[MedkartaError]) -> None:
    with pytest.raises(error):
        world.writer.create(world.system, "Observation", resource)
    assert records(world) == 0


def test_a_type_that_is_not_served_and_what_a_type_does_not_do(world: ResourceWorld) -> None:
    with pytest.raises(ResourceTypeUnknownError):
        world.writer.create(world.system, "Nonsense", {})
    with pytest.raises(InteractionUnknownError):
        world.writer.delete(world.system, "Practitioner", "a")


def test_a_laboratory_delivers_no_allergies_and_is_told_so(world: ResourceWorld) -> None:
    laboratory = world.partner("lab", Role.LABORATORY)
    patient = {"reference": f"Patient/{card_resource_id(VERA)}"}
    allergy = {"resourceType": "AllergyIntolerance", "patient": patient, "code": {"text": "Пыльца"}}
    active = {"system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "code": "active"}
    allergy["clinicalStatus"] = {"coding": [active]}
    with pytest.raises(AccessDeniedError):
        world.deliver(allergy, laboratory)
    assert world.deliver(weight(), laboratory).made
    assert [event.reason for event in world.audit.events if event.outcome == "denied"] == ["role"]


def test_who_is_there_is_not_told(world: ResourceWorld) -> None:
    """A card that is closed to the organisation, a suspended one and none at all: one answer."""
    said = []
    world.tables.commit([Put(keys.barred(VERA, "org-mis"), {"at": world.moment()})])
    for patient_id in (VERA, GLEB):
        with pytest.raises(SubjectUnknownError) as raised:
            world.deliver(weight(patient_id=patient_id))
        said.append((raised.value.status, raised.value.code, raised.value.detail, raised.value.extra))
    assert said[0] == said[1]
    assert "blocked" in [event.reason for event in world.audit.events]


# --- whose


def test_the_person_is_found_by_a_number_and_a_birth_date(world: ResourceWorld) -> None:
    gleb = world.person(GLEB, birth_date="1980-05-01")
    rows = [Put(keys.card(gleb), {"state": "active", "ver": 1})]
    tag = world.index.tag("snils", "11223344595")
    world.tables.commit([*rows, Put(keys.blind_index("snils", tag), {"person": gleb})])
    by_number = {"identifier": {"system": "urn:oid:1.2.643.100.3", "value": "112-233-445 95"}}
    assert records(world, gleb) + bool(world.deliver({**weight(), "subject": by_number}).made) == 1
    query = {"reference": "Patient?identifier=urn:oid:1.2.643.100.3|11223344595"}
    found = world.deliver({**weight(), "subject": query})
    assert found.resource["subject"] == {"reference": f"Patient/{card_resource_id(gleb)}"}
    patient = {"resourceType": "Patient", "id": "p", "identifier": [by_number["identifier"]], "birthDate": "1980-05-01"}
    inside = {**weight(), "contained": [patient], "subject": {"reference": "#p"}}
    assert world.deliver(inside).made
    with pytest.raises(SubjectUnknownError):
        world.deliver({**inside, "contained": [{**patient, "birthDate": "1980-05-02"}]})
    assert records(world, gleb) == 3


def test_a_merged_card_is_followed_and_ids_stay(world: ResourceWorld) -> None:
    name = world.deliver(weight()).resource["id"]
    place = resource_id_of(name)
    assert place is not None
    world.patient(GLEB)
    carried = world.intake.stage(world.system, GLEB, weight(), provenance={}, record_id=place.record_id)
    world.gate.commit(carried.staged, carried.writes)
    world.tables.commit([Update(keys.card(VERA), {"state": "merged", "merged_into": GLEB})])
    assert world.reader.read(world.system, "Observation", name)["id"] == name
    assert world.writer.update(world.system, "Observation", name, {**weight(70), "id": name}, 1).version == 2
    assert world.deliver(weight()).made
    assert records(world, GLEB) == 2


def test_of_an_erased_card_nothing_is_told(world: ResourceWorld) -> None:
    name = world.deliver(weight()).resource["id"]
    world.tables.commit([Update(keys.card(VERA), {"state": "erased"})])
    for who in (world.system, world.vera):
        with pytest.raises(ErasedError):
            world.reader.read(who, "Observation", name)
    with pytest.raises(AccessDeniedError):
        world.reader.read(world.partner("other"), "Observation", name)


# --- once


def test_a_repeated_key_is_one_record_also_when_the_reply_was_lost(world: ResourceWorld) -> None:
    world.tables.lose_reply_next()
    with pytest.raises(OutcomeUnknownError):
        world.deliver(weight(), key=KEY)
    again = world.deliver(weight(), key=KEY)
    assert (again.repeated, again.version, records(world)) == (True, 1, 1)
    with pytest.raises(IdempotencyKeyReusedError):
        world.deliver(weight(72.5), key=KEY)
    assert world.deliver(weight()).made
    assert records(world) == 2


def test_a_condition_finds_what_is_there(world: ResourceWorld) -> None:
    first = world.deliver(named())
    second = world.deliver(named(99.5), **SAME)
    assert (second.made, second.resource["id"]) == (False, first.resource["id"])
    assert world.deliver(named(number="8"), if_none_exist="identifier=urn:mis|8").made
    world.deliver(named())
    with pytest.raises(SeveralMatchesError):
        world.deliver(named(), **SAME)
    assert world.deliver(named(), world.partner("other"), **SAME).made  # another's deliveries are nobody's business


def test_a_withdrawn_one_leaves_room(world: ResourceWorld) -> None:
    first = world.deliver(named(), **SAME)
    world.writer.delete(world.system, "Observation", first.resource["id"])
    second = world.deliver(named(), **SAME)
    assert second.made
    assert world.deliver(named(), **SAME).resource["id"] == second.resource["id"]


def test_what_has_the_identifier_no_more_is_not_found(world: ResourceWorld) -> None:
    name = world.deliver(named(), **SAME).resource["id"]
    world.writer.update(world.system, "Observation", name, {**named(number="8"), "id": name}, 1)
    assert world.deliver(named(number="8"), if_none_exist="identifier=urn:mis|8").resource["id"] == name
    assert world.deliver(named(), **SAME).made


def test_a_condition_may_name_the_patient(world: ResourceWorld) -> None:
    world.patient(GLEB)
    first = world.deliver(named())
    of_gleb = {**named(), "subject": {"reference": f"Patient/{card_resource_id(GLEB)}"}}
    assert world.deliver(of_gleb, **SAME).resource["id"] == first.resource["id"]
    assert world.deliver(of_gleb, if_none_exist="identifier=urn:mis|7&patient=x").made


def test_who_may_only_create_finds_too(world: ResourceWorld) -> None:
    only = world.weaker("system/Observation.c")
    first = world.deliver(named(), only, **SAME)
    again = world.deliver(named(), only, **SAME)
    assert (again.made, again.resource["id"]) == (False, first.resource["id"])
    assert set(again.resource) == {"resourceType", "id"}


@pytest.mark.parametrize(
    "criteria", ["code=1", "identifier=", "identifier=7", "identifier=a|b&identifier=c|d", "identifier=a|b&code=1"]
)
def test_a_condition_that_cannot_be_kept(world: ResourceWorld, criteria: str) -> None:
    with pytest.raises(InvalidFieldsError):
        world.deliver(named(), if_none_exist=criteria)


def test_of_many_creates_at_one_moment_one_makes_it(world: ResourceWorld) -> None:
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda _: world.deliver(named(), **SAME), range(50)))
    assert sum(one.made for one in found) == 1
    assert len({one.resource["id"] for one in found}) == 1
    assert records(world) == 1


# --- change


def test_a_correction_is_a_new_version_and_the_first_stays(world: ResourceWorld) -> None:
    name = world.deliver(weight()).resource["id"]
    changed = world.writer.update(world.system, "Observation", name, {**weight(70), "id": name, "status": "amended"}, 1)
    assert changed.version == 2
    assert world.reader.read(world.system, "Observation", name)["status"] == "amended"
    assert world.reader.version(world.system, "Observation", name, 1).resource["status"] == "final"
    assert world.reader.version(world.system, "Observation", name, 2).resource["meta"]["versionId"] == "2"
    with pytest.raises(NotFoundError):
        world.reader.version(world.system, "Observation", name, 3)
    world.writer.update(world.system, "Observation", name, {**weight(70), "id": name}, 2)
    pages = [world.reader.history(world.system, "Observation", name, 2, before) for before in (0, 2, 1)]
    assert [[one.version for one in page] for page in pages] == [[3, 2], [1], []]


def test_the_loser_of_two_corrections_is_told(world: ResourceWorld) -> None:
    name = world.deliver(weight()).resource["id"]

    def change(number: int) -> str:
        try:
            world.writer.update(world.system, "Observation", name, {**weight(60 + number), "id": name}, 1)
        except StaleVersionError:
            return "stale"
        return "stored"

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(change, range(8))) == ["stale"] * 7 + ["stored"]
    assert world.reader.found(world.system, "Observation", name).version == 2


def test_what_does_not_change_by_a_correction(world: ResourceWorld) -> None:
    world.patient(GLEB)
    name = world.deliver(weight()).resource["id"]
    for wrong, error in (
        ({**weight(), "id": "other"}, MalformedError),
        ({**weight(patient_id=GLEB), "id": name}, InvalidFieldsError),
    ):
        with pytest.raises(error):
            world.writer.update(world.system, "Observation", name, wrong, 1)
    with pytest.raises(AccessDeniedError):
        world.writer.update(world.partner("other"), "Observation", name, {**weight(), "id": name}, 1)
    assert world.reader.found(world.system, "Observation", name).version == 1


def pulse(**more: Any) -> dict[str, Any]:
    """A resource that is a vital sign of the card."""
    coding = [{"system": "http://loinc.org", "code": "8867-4"}]
    signs = {"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}
    value = {"value": 62, "unit": "beats/minute", "system": "http://unitsofmeasure.org", "code": "/min"}
    return {**weight(), "code": {"coding": coding}, "valueQuantity": value, "category": [{"coding": [signs]}], **more}


def test_a_mistake_is_marked_and_stays_to_be_seen(world: ResourceWorld) -> None:
    made = world.deliver(pulse())
    place = resource_id_of(made.resource["id"])
    assert place is not None
    assert place.kind == "vital-sign"
    wrong = {**pulse(status="entered-in-error"), "id": made.resource["id"]}
    world.writer.update(world.system, "Observation", made.resource["id"], wrong, 1)
    assert world.reader.read(world.system, "Observation", made.resource["id"])["status"] == "entered-in-error"
    shown = world.records.read(world.vera, VERA, record_type(place.kind), place.record_id)
    assert shown["status"]["state"] == "withdrawn"
    assert shown["body"]["value"]
    unfit = {**pulse(code={"text": "что-то другое"}), "id": made.resource["id"]}
    with pytest.raises(KindChangedError):
        world.writer.update(world.system, "Observation", made.resource["id"], unfit, 2)


def test_a_patch_with_a_test(world: ResourceWorld) -> None:
    name = world.deliver(weight()).resource["id"]
    steps = [
        {"op": "test", "path": "/status", "value": "final"},
        {"op": "replace", "path": "/status", "value": "amended"},
    ]
    assert world.writer.patch(world.system, "Observation", name, steps, 1).resource["status"] == "amended"
    with pytest.raises(PatchFailedError):
        world.writer.patch(world.system, "Observation", name, steps, 2)
    with pytest.raises(StaleVersionError):
        world.writer.patch(world.system, "Observation", name, steps[1:], 1)
    with pytest.raises(ResourceInvalidError):
        world.writer.patch(world.system, "Observation", name, [{"op": "remove", "path": "/status"}], 2)


def test_a_delivery_is_withdrawn_and_nothing_is_lost(world: ResourceWorld) -> None:
    name = world.deliver(weight()).resource["id"]
    with pytest.raises(StaleVersionError):
        world.writer.delete(world.system, "Observation", name, 5)
    assert world.writer.delete(world.system, "Observation", name, 1) == 2
    assert world.writer.delete(world.system, "Observation", name) == 2
    with pytest.raises(GoneError):
        world.reader.read(world.system, "Observation", name)
    with pytest.raises(GoneError):
        world.writer.update(world.system, "Observation", name, {**weight(), "id": name}, 2)
    with pytest.raises(GoneError):
        world.reader.version(world.system, "Observation", name, 2)
    assert world.reader.version(world.system, "Observation", name, 1).resource["status"] == "final"
    newest, first = world.reader.history(world.system, "Observation", name, 10)
    assert (newest.resource, first.version) == ({}, 1)
    assert [one.version for one in world.reader.history(world.system, "Observation", name, 1)] == [2]
    with pytest.raises(NotFoundError):
        world.reader.history(world.system, "Condition", name, 10)
    place = resource_id_of(name)
    assert place is not None
    shown = world.records.read(world.vera, VERA, record_type(place.kind), place.record_id)
    assert shown["status"]["state"] == "withdrawn"
