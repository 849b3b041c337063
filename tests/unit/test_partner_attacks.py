"""What a partner with a good token tries beyond it: others' cards, who exists, other types, work without end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.domain.access import Level
from chalicelib.domain.acts import Act
from chalicelib.domain.identity import PersonId, Role
from chalicelib.domain.json_patch import patched
from chalicelib.domain.quotas import inside
from chalicelib.domain.resource_ids import card_resource_id
from chalicelib.errors import (
    GoneError,
    InvalidFieldsError,
    MedkartaError,
    NotFoundError,
    PatchFailedError,
    SubjectUnknownError,
)
from chalicelib.ports import keys
from chalicelib.ports.tables import Put, Update
from tests.bundle_world import BundleWorld, observation, person, places, post
from tests.resource_search_world import SearchWorld
from tests.resource_world import GLEB, VERA, weight

pytestmark = [pytest.mark.requirement("PRT-6"), pytest.mark.requirement("PRT-1")]

NUMBER = "11223344595"
SNILS = f"urn:oid:1.2.643.100.3|{NUMBER}"
NOBODYS = "urn:oid:1.2.643.100.3|08765430300"


@pytest.fixture
def world() -> BundleWorld:
    return BundleWorld()


@pytest.fixture
def vera() -> str:
    return f"Patient/{card_resource_id(VERA)}"


def known(world: BundleWorld, person_id: PersonId = GLEB) -> str:
    """Somebody whose number a partner may have heard, with a card."""
    world.patient(person_id)
    world.tables.commit([Put(keys.blind_index("snils", world.index.tag("snils", NUMBER)), {"person": person_id})])
    return f"Patient/{card_resource_id(person_id)}"


def put(place: str, resource: dict[str, Any], version: int = 1) -> dict[str, Any]:
    named = {**resource, "id": place.partition("/")[2]}
    return {"resource": named, "request": {"method": "PUT", "url": place, "ifMatch": f'W/"{version}"'}}


def delete(place: str) -> dict[str, Any]:
    return {"request": {"method": "DELETE", "url": place}}


# --- changes in a transaction


def test_no_entry_moves_a_resource_to_another_patient(world: BundleWorld, vera: str) -> None:
    gleb = known(world)
    (place,) = places(world.send(post(observation(vera))))
    for subject in (gleb, f"Patient?identifier={SNILS}"):
        with pytest.raises(MedkartaError) as refused:
            world.send(put(place, observation(subject)))
        assert refused.value.status in {400, 422}
    assert world.read(place)["subject"] == {"reference": vera}


def test_no_entry_changes_or_deletes_as_another_type(world: BundleWorld, vera: str) -> None:
    (place,) = places(world.send(post(observation(vera))))
    alias = "Procedure/" + place.partition("/")[2]
    procedure = {"resourceType": "Procedure", "status": "completed", "subject": {"reference": vera}}
    only = world.weaker("system/Procedure.cruds")
    for entry in (put(alias, procedure), delete(alias)):
        with pytest.raises(NotFoundError):
            world.send(entry, actor=only)
    assert world.read(place)["valueString"] == "хорошее"


def test_no_entry_brings_back_what_was_deleted(world: BundleWorld, vera: str) -> None:
    (place,) = places(world.send(post(observation(vera))))
    world.send(delete(place))
    with pytest.raises(GoneError):
        world.send(put(place, observation(vera), 2))


# --- who exists


def silent(world: BundleWorld, person_id: PersonId = GLEB) -> bool:
    """Whether nothing in the log tells the person that somebody asked."""
    return not [event for event in world.audit.events if event.subject == person_id]


def test_a_number_alone_binds_no_patient_and_finds_nobody(world: BundleWorld) -> None:
    gleb = known(world)
    said = []
    for number in (SNILS, NOBODYS):
        system, _, value = number.partition("|")
        sent = person(identifier=[{"system": system, "value": value}])
        made = world.send(post(sent, ifNoneExist=f"identifier={number}"))
        said.append(made.body["entry"][0]["response"]["status"])
        assert places(made) != [gleb]
    assert said[0] == said[1]


def test_a_reference_beside_the_subject_finds_no_stranger(world: BundleWorld, vera: str) -> None:
    known(world)
    group = {
        "resourceType": "Group",
        "type": "person",
        "actual": True,
        "member": [{"entity": {"reference": f"Patient?identifier={SNILS}"}}],
    }
    performer = observation(vera, performer=[{"reference": f"Patient?identifier={SNILS}"}])
    for one in (group, performer):
        with pytest.raises(SubjectUnknownError):
            world.send(post(one))


def test_who_is_found_by_a_number_sees_that_they_were_looked_for(world: BundleWorld, vera: str) -> None:
    """Also where the transaction is made to fail afterwards, so that nothing of it is in the card."""
    known(world)
    broken = delete(f"Observation/{'0' * 25}qr{'0' * 25}")
    with pytest.raises(MedkartaError):
        world.send(post(observation(f"Patient?identifier={SNILS}")), broken)
    assert not silent(world)


def test_a_delivery_by_number_is_in_the_log_also_where_it_fails(world: BundleWorld) -> None:
    known(world)
    by_number = {"identifier": {"system": "urn:oid:1.2.643.100.3", "value": NUMBER}}
    long = weight(note=[{"text": "а" * 99_000}, {"text": "б" * 10_000}])
    with pytest.raises(MedkartaError):
        world.deliver({**long, "subject": by_number})
    assert not silent(world)


def test_a_correction_says_the_same_of_a_stranger_and_of_nobody(world: BundleWorld) -> None:
    known(world)
    name = world.deliver(weight()).resource["id"]
    said = []
    for value in (NUMBER, "08765430300"):
        subject = {"identifier": {"system": "urn:oid:1.2.643.100.3", "value": value}}
        with pytest.raises(InvalidFieldsError) as refused:
            world.writer.update(world.system, "Observation", name, {**weight(), "subject": subject, "id": name}, 1)
        said.append([(one.field, one.code) for one in refused.value.fields])
    assert said[0] == said[1]


@pytest.mark.requirement("AUD-4")
@pytest.mark.parametrize(("reason", "counts"), [("subject-unknown", True), ("resource-invalid", False)])
def test_numbers_tried_one_by_one_are_refusals_to_the_review(reason: str, counts: bool) -> None:  # noqa: FBT001
    said = {"actor": "lab", "role": "laboratory", "action": "resource:create", "outcome": "error", "reason": reason}
    assert Act("1", datetime(2026, 3, 1, tzinfo=UTC), 2026, "", 1, "lab", **said).refused == counts


@pytest.mark.requirement("AUD-4")
@pytest.mark.parametrize(("reason", "counts"), [("own-delivery", False), ("consent", True)])
def test_what_a_laboratory_brought_itself_it_may_read_as_often_as_it_corrects_it(reason: str, counts: bool) -> None:  # noqa: FBT001
    said = {"actor": "lab", "role": "laboratory", "action": "laboratory-result:read", "outcome": "success"}
    read = Act("1", datetime(2026, 3, 1, tzinfo=UTC), 2026, "", 1, "vera", patient="vera", reason=reason, **said)
    assert read.reads_a_card == counts


# --- people


@pytest.mark.requirement("ACC-5")
@pytest.mark.parametrize(("level", "whole"), [(Level.FULL, True), (Level.LIMITED, False)])
def test_who_represents_somebody_in_part_reads_no_numbers(level: Level, whole: bool) -> None:  # noqa: FBT001
    world = SearchWorld()
    acting = replace(world.patient(GLEB), role=Role.REPRESENTATIVE, ward_id=VERA)
    standing = {"person": GLEB, "kind": "granted", "state": "active", "level": level.value, "sections": ["visits"]}
    session = Update(keys.session(GLEB, acting.session_id), {"role": acting.role.value, "ward": VERA})
    world.tables.commit([Put(keys.representation(VERA, GLEB), standing), session])
    (shown,) = world.find("Patient", actor=acting).hits
    assert shown["name"][0]["family"] == "Иванова"
    assert ("telecom" in shown) == whole


# --- other types


def test_what_is_included_is_of_the_type_that_the_scope_names() -> None:
    """A reference may call an account a document; the token speaks of documents alone."""
    world = SearchWorld()
    patient = f"Patient/{card_resource_id(VERA)}"
    account = {"resourceType": "Account", "status": "active", "subject": [{"reference": patient}], "name": "Счёт"}
    hidden = world.deliver(account).resource["id"]
    world.deliver(weight(derivedFrom=[{"reference": f"DocumentReference/{hidden}"}]))
    only = replace(world.system, scopes=frozenset({"system/Observation.rs", "system/DocumentReference.rs"}))
    found = world.find("Observation", f"patient={patient}", "_include=Observation:derived-from", actor=only)
    assert len(found.hits) == 1
    assert found.included == []


def test_an_entry_of_the_directory_never_becomes_somebodys(world: BundleWorld, vera: str) -> None:
    """It lies under keys of the organisation: no erasure of a card would reach it."""
    device = {"resourceType": "Device", "status": "active"}
    name = world.deliver(device).resource["id"]
    with pytest.raises(InvalidFieldsError):
        world.writer.update(world.system, "Device", name, {**device, "id": name, "patient": {"reference": vera}}, 1)


# --- work


@pytest.mark.parametrize(
    ("kind", "entries", "units"),
    [
        ("transaction", [("POST", "Observation")] * 300, 0),
        ("transaction", [("GET", "Observation?patient=x"), ("GET", "Observation/1")], 21),
        ("batch", [("GET", "Observation?patient=x")] * 50, 1000),
        ("batch", [("POST", "Observation"), ("PUT", "Observation/1")], 20),
    ],
)
def test_a_bundle_weighs_what_is_in_it(kind: str, entries: list[tuple[str, str]], units: int) -> None:
    said = [{"request": {"method": method, "url": url}} for method, url in entries]
    assert inside({"resourceType": "Bundle", "type": kind, "entry": said}) == units


@pytest.mark.parametrize("bundle", [[], {}, {"entry": 7}, {"entry": [7, {"request": []}, {"request": {"url": 7}}]}])
def test_what_is_no_bundle_weighs_nothing(bundle: Any) -> None:
    assert inside(bundle) == 0


@pytest.mark.parametrize("path", ["/note/-", "/note/0/note"])
def test_a_patch_that_copies_itself_ends_soon(path: str) -> None:
    twice = [{"op": "copy", "from": "/note", "path": path}] * 100
    with pytest.raises(PatchFailedError):
        patched({"note": [{"text": "x" * 1000}] * 10}, twice)
