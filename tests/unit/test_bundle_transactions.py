"""Small transactions and batches: all or nothing, once, in the order of R4, each fault with its entry."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chalicelib.domain.identity import Role
from chalicelib.domain.resource_ids import card_resource_id
from chalicelib.errors import (
    AccessDeniedError,
    IdempotencyKeyReusedError,
    InteractionUnknownError,
    MedkartaError,
    NotFoundError,
    OutcomeUnknownError,
    ReferenceUnknownError,
    ReferenceUnmatchedError,
    ResourceInvalidError,
    SeveralMatchesError,
    StaleVersionError,
    SubjectUnknownError,
    UnavailableError,
    VersionRequiredError,
)
from chalicelib.ports import keys
from chalicelib.ports.tables import Put, Store
from chalicelib.services.bundles import FAULT, SEARCH
from tests.bundle_world import HERE, BundleWorld, observation, person, places, post, transaction
from tests.resource_world import VERA, practitioner

pytestmark = pytest.mark.requirement("PRT-6")

P, Q, D = (f"urn:uuid:{n}1111111-1111-4111-8111-111111111111" for n in "123")
KEY = "one-key-of-a-client"


@pytest.fixture
def world() -> BundleWorld:
    return BundleWorld()


@pytest.fixture
def vera() -> str:
    return f"Patient/{card_resource_id(VERA)}"


def records(world: BundleWorld) -> list[str]:
    return sorted(key.sk.split("#")[1] for key in world.tables.rows(Store.CARD) if key.sk.startswith("R#"))


def cards(world: BundleWorld) -> int:
    return sum(key.sk == "CARD" for key in world.tables.rows(Store.CARD))


def place_of(error: MedkartaError) -> str:
    return str(error.extra["issues"][0]["path"])


def test_a_patient_with_what_is_about_them_is_one_transaction(world: BundleWorld) -> None:
    before = world.tables.calls.count("commit")
    done = world.send(post(observation(P), Q, id="x"), post(person(), P), post(practitioner(), D))
    kinds = [place.split("/")[0] for place in places(done)]
    assert kinds == ["Observation", "Patient", "Practitioner"]  # in the order of the bundle
    assert all(entry["response"]["status"] == "201 Created" for entry in done.body["entry"])
    assert all(entry["response"]["etag"] == 'W/"1"' for entry in done.body["entry"])
    found = world.read(places(done)[0])
    assert found["subject"] == {"reference": places(done)[1]}
    assert world.read(places(done)[1])["name"] == person()["name"]
    stored = [e for e in world.audit.events if e.action in {"bundle:transaction", "received-results:create"}]
    assert {e.action for e in stored} == {"bundle:transaction", "received-results:create"}
    assert world.tables.calls.count("commit") - before < 12  # one of them is the transaction: the rest are entries


def test_entries_that_name_each_other_in_a_circle(world: BundleWorld, vera: str) -> None:
    one = observation(vera, derivedFrom=[{"reference": Q}])
    other = observation(vera, hasMember=[{"reference": P}])
    first, second = places(world.send(post(one, P), post(other, Q)))
    assert world.read(first)["derivedFrom"] == [{"reference": second}]
    assert world.read(second)["hasMember"] == [{"reference": first}]


def test_what_hangs_on_another_resource_lies_in_its_card(world: BundleWorld, vera: str) -> None:
    provenance = {
        "resourceType": "Provenance",
        "target": [{"reference": Q}],
        "recorded": "2026-03-01T10:00:00Z",
        "agent": [{"who": {"display": "МИС"}}],
    }
    hanging, target = places(world.send(post(provenance, P), post(observation(vera), Q)))
    assert world.read(hanging)["target"] == [{"reference": target}]


def test_a_provenance_of_the_whole_bundle_is_its_patients(world: BundleWorld) -> None:
    doctor = {"resourceType": "Practitioner", "name": [{"family": "Орлова"}]}
    about = {
        "resourceType": "Provenance",
        "target": [{"reference": name} for name in (P, Q, D)],
        "recorded": "2026-03-01T10:00:00Z",
        "agent": [{"who": {"display": "МИС"}}],
    }
    sent = (post(person(), P), post(observation(P), Q), post(doctor, D), post(about))
    patient, observed, known, provenance = places(world.send(*sent))
    assert [one["reference"] for one in world.read(provenance)["target"]] == [patient, observed, known]
    world.send(post({**about, "target": [{"reference": patient}]}))
    with pytest.raises(SubjectUnknownError):
        world.send(post(doctor, D), post({**about, "target": [{"reference": D}]}))


def test_the_patient_is_told_once_for_a_whole_bundle(world: BundleWorld, vera: str) -> None:
    world.send(*[post(observation(vera)) for _ in range(5)])
    world.pump()
    assert world.inbox(world.vera) == ["import_delivered"]


# --- all or nothing


def bad(vera: str) -> list[tuple[str, dict[str, Any], type[MedkartaError], str]]:
    return [
        ("invalid", post({**observation(vera), "status": "sent"}), ResourceInvalidError, "Bundle.entry[1].resource"),
        ("nobody", post(observation("Patient/0" + "z" * 24)), SubjectUnknownError, "Bundle.entry[1]"),
        ("no-entry", post(observation(vera, focus=[{"reference": D}])), ReferenceUnknownError, "Bundle.entry[1]"),
        (
            "no-match",
            post(observation(vera, performer=[{"reference": "Practitioner?identifier=s|9"}])),
            ReferenceUnmatchedError,
            "Bundle.entry[1].resource.performer[0].reference",
        ),
        ("no-person", post(person(birthDate="1980")), ResourceInvalidError, "Bundle.entry[1].resource.birthDate"),
        (
            "no-version",
            {"resource": {**observation(vera), "id": "a"}, "request": {"method": "PUT", "url": "Observation/a"}},
            VersionRequiredError,
            "Bundle.entry[1]",
        ),
        ("gone", {"request": {"method": "DELETE", "url": "Observation/a"}}, NotFoundError, "Bundle.entry[1]"),
        ("a-card", {"request": {"method": "DELETE", "url": vera}}, InteractionUnknownError, "Bundle.entry[1]"),
    ]


@pytest.mark.parametrize("number", range(8))
def test_one_bad_entry_and_nothing_is_stored(world: BundleWorld, vera: str, number: int) -> None:
    _, entry, error, place = bad(vera)[number]
    with pytest.raises(error) as caught:
        world.send(post(observation(vera)), entry, post(practitioner()))
    assert place_of(caught.value).startswith(place)
    assert records(world) == []
    assert not any(key.sk.startswith("R4#") for key in world.tables.rows(Store.CARD))


@pytest.mark.parametrize("fault", [UnavailableError, OutcomeUnknownError])
def test_a_store_that_fails_leaves_nothing_and_a_repeat_does_it(world: BundleWorld, fault: Any) -> None:
    entries = [post(person(), P), post(observation(P))]
    before = cards(world)
    world.tables.fail_next_commit(1, fault())
    with pytest.raises(MedkartaError):
        world.send(*entries, key=KEY)
    assert (records(world), cards(world)) == ([], before)
    world.send(*entries, key=KEY)
    assert (len(records(world)), cards(world)) == (2, before + 1)


def test_a_repeat_with_the_same_key_is_answered_from_the_first(world: BundleWorld, vera: str) -> None:
    first = world.send(post(observation(vera)), key=KEY)
    again = world.send(post(observation(vera)), key=KEY)
    assert (again.body, again.repeated) == (first.body, True)
    assert len(records(world)) == 1
    with pytest.raises(IdempotencyKeyReusedError):
        world.send(post(observation(vera, valueString="другое")), key=KEY)


# --- conditional


def test_a_condition_that_is_met_creates_nothing(world: BundleWorld) -> None:
    once = {"ifNoneExist": "identifier=urn:mis:staff|11"}
    first = places(world.send(post(practitioner(), D, **once)))[0]
    observed = observation(P, performer=[{"reference": D}])
    done = world.send(post(practitioner(), D, **once), post(person(), P), post(observed))
    assert done.body["entry"][0]["response"]["status"] == "200 OK"
    assert places(done)[0] == first
    assert world.read(places(done)[2])["performer"] == [{"reference": first}]


def test_a_patient_with_the_partners_own_number_is_opened_once(world: BundleWorld) -> None:
    once = {"ifNoneExist": "identifier=urn:mis:mrn|1"}
    first = places(world.send(post(person(), P, **once), post(observation(P))))
    again = places(world.send(post(person(), P, **once), post(observation(P))))
    assert again[0] == first[0] != again[1]
    assert world.read(again[1])["subject"] == {"reference": first[0]}


def test_records_of_cards_have_conditions_too(world: BundleWorld, vera: str) -> None:
    numbered = observation(vera, identifier=[{"system": "urn:mis:o", "value": "1"}])
    once = {"ifNoneExist": "identifier=urn:mis:o|1"}
    first, again = (places(world.send(post(numbered, **once)))[0] for _ in range(2))
    assert first == again
    assert len(records(world)) == 1


def test_of_many_at_one_moment_one_opens_the_card(world: BundleWorld) -> None:
    once = {"ifNoneExist": "identifier=urn:mis:mrn|1"}
    before = cards(world)

    def send(number: int) -> str:
        return places(world.send(post(person(), P, **once), post(observation(P)), key=f"{KEY}-{number}"))[0]

    with ThreadPoolExecutor(6) as pool:
        found = set(pool.map(send, range(6)))
    assert len(found) == 1
    assert cards(world) == before + 1


def test_conditional_references_lead_to_patients_and_the_directory(world: BundleWorld) -> None:
    world.send(post(person()), post(practitioner()))
    observed = observation(
        "Patient?identifier=urn:mis:mrn|1", performer=[{"reference": "Practitioner?identifier=urn:mis:staff|11"}]
    )
    found = world.read(places(world.send(post(observed)))[0])
    assert found["subject"]["reference"].startswith("Patient/")
    assert found["performer"][0]["reference"].startswith("Practitioner/")
    world.send(post(practitioner()))
    with pytest.raises(SeveralMatchesError) as caught:
        world.send(post(observed))
    assert place_of(caught.value) == "Bundle.entry[0]"


def test_two_entries_about_one_person_are_refused(world: BundleWorld) -> None:
    once = {"ifNoneExist": "identifier=urn:mis:mrn|1"}
    with pytest.raises(ResourceInvalidError) as caught:
        world.send(post(person(), P, **once), post(person(), Q, **once))
    assert caught.value.extra["issues"][0]["code"] == "duplicate"


# --- changes


def test_a_delivery_is_corrected_withdrawn_and_made_in_one_go(world: BundleWorld, vera: str) -> None:
    one, other = places(world.send(post(observation(vera)), post(observation(vera, valueString="плохое"))))
    corrected = {**observation(vera, valueString="лучше"), "id": one.split("/")[1]}
    done = world.send(
        {"request": {"method": "GET", "url": one}},
        {"resource": corrected, "request": {"method": "PUT", "url": one, "ifMatch": 'W/"1"'}},
        post(observation(vera)),
        {"request": {"method": "DELETE", "url": other}},
        {"request": {"method": "GET", "url": "Observation?patient=x"}},
        {"request": {"method": "GET", "url": other}},
    )
    read, put, made, deleted, searched, gone = done.body["entry"]
    assert read["resource"]["valueString"] == "лучше"  # reads come last
    assert (put["response"]["status"], put["response"]["etag"]) == ("200 OK", 'W/"2"')
    assert made["response"]["status"] == "201 Created"
    assert deleted == {"response": {"status": "204 No Content"}}
    assert searched[SEARCH] == ("Observation", "patient=x")
    assert gone[FAULT].status == 410


def test_a_version_that_is_not_the_newest_stops_everything(world: BundleWorld, vera: str) -> None:
    (one,) = places(world.send(post(observation(vera))))
    corrected = {**observation(vera), "id": one.split("/")[1]}
    change = {"resource": corrected, "request": {"method": "PUT", "url": one, "ifMatch": 'W/"1"'}}
    world.send(change)
    with pytest.raises(StaleVersionError) as caught:
        world.send(post(observation(vera)), change)
    assert place_of(caught.value) == "Bundle.entry[1]"
    assert len(records(world)) == 1


def test_whoever_is_faster_wins_and_the_other_is_told(world: BundleWorld, vera: str) -> None:
    (one,) = places(world.send(post(observation(vera))))
    change = {
        "resource": {**observation(vera), "id": one.split("/")[1]},
        "request": {"method": "PUT", "url": one, "ifMatch": 'W/"1"'},
    }
    world.tables.before_next_commit(lambda: None)
    prepared = world.tables.beneath.commit

    def faster(writes: Any) -> None:
        if any(isinstance(w, Put) and w.key.sk.startswith("V#") for w in writes):
            world.tables.beneath.commit = prepared
            world.send(change)
        prepared(writes)

    world.tables.beneath.commit = faster
    with pytest.raises(StaleVersionError) as caught:
        world.send(change)
    assert place_of(caught.value) == "Bundle.entry[0]"


# --- who may


def test_each_entry_takes_its_scope(world: BundleWorld, vera: str) -> None:
    weak = world.weaker("system/Observation.c")
    world.send(post(observation(vera)), actor=weak)
    with pytest.raises(AccessDeniedError) as caught:
        world.send(post(observation(vera)), post(practitioner()), actor=weak)
    assert place_of(caught.value) == "Bundle.entry[1]"
    assert world.entries("bundle-send")[-1].reason == "scope"
    assert len(records(world)) == 1


def test_a_card_that_is_closed_to_the_organisation_looks_like_nobody(world: BundleWorld, vera: str) -> None:
    world.tables.commit([Put(keys.barred(VERA, world.system.organisation_id), {"at": world.moment()})])
    with pytest.raises(SubjectUnknownError):
        world.send(post(observation(vera)))
    assert any(e.reason == "blocked" for e in world.audit.events)


def test_a_laboratory_brings_results_in_bundles_too(world: BundleWorld, vera: str) -> None:
    laboratory = world.partner("lab", Role.LABORATORY)
    assert places(world.send(post(observation(vera)), actor=laboratory))


# --- batches


def batch(world: BundleWorld, *entries: dict[str, Any], key: str = KEY) -> list[dict[str, Any]]:
    return list(world.batches.run(world.system, transaction(*entries, kind="batch"), key)["entry"])


def test_each_entry_of_a_batch_is_on_its_own(world: BundleWorld, vera: str) -> None:
    wrong = post({**observation(vera), "status": "sent"})
    made, failed, read = batch(world, post(observation(vera)), wrong, {"request": {"method": "GET", "url": vera}})
    assert made["response"]["status"] == "201 Created"
    assert failed["response"]["status"].startswith("422")
    assert place_of(failed[FAULT]).startswith("Bundle.entry[1].resource")
    assert isinstance(read[FAULT], MedkartaError)  # not its own delivery, and no consent
    again = batch(world, post(observation(vera)), wrong, {"request": {"method": "GET", "url": vera}})
    assert again[0] == made
    assert len(records(world)) == 1


def test_an_entry_of_a_batch_that_cannot_be_read_fails_alone(world: BundleWorld, vera: str) -> None:
    (made,) = batch(world, post(observation(vera)), key="the-first-key-of-two")
    (place, _, _) = made["response"]["location"].removeprefix(HERE).rpartition("/_history")
    patch = {"request": {"method": "PATCH", "url": place}}
    gets = [{"request": {"method": "GET", "url": url}} for url in (place, HERE + place, place + "/_history")]
    known = {"request": {"method": "GET", "url": place, "ifNoneMatch": 'W/"1"'}}
    failed, read, again, version, same = batch(world, patch, *gets, known)
    assert (failed["response"]["status"], place_of(failed[FAULT])) == (
        "422 The resource breaks rules of FHIR R4",
        "Bundle.entry[0].request.method",
    )
    assert read["fullUrl"] == HERE + place
    assert "fullUrl" not in again  # bdl-7
    assert read["resource"] == again["resource"]
    assert read["response"]["lastModified"] == made["response"]["lastModified"]
    assert place_of(version[FAULT]) == "Bundle.entry[3].request.url"
    assert same["response"]["status"] == "304 Not Modified"
    assert "resource" not in same


def test_entries_of_a_batch_do_not_know_each_other(world: BundleWorld) -> None:
    made, lost = batch(world, post(person(), P), post(observation(P), Q))
    assert made["response"]["status"] == "201 Created"
    assert isinstance(lost[FAULT], ReferenceUnknownError)


def test_one_patient_by_itself_is_a_transaction_of_one(world: BundleWorld) -> None:
    writer: Any = world.writer_of_all
    condition = {"if_none_exist": "identifier=urn:mis:mrn|1"}
    made = writer.create(world.system, "Patient", person(), **condition)
    again = writer.create(world.system, "Patient", person(), **condition)
    assert (made.made, again.made) == (True, False)
    assert made.resource["id"] == again.resource["id"]
    called: Callable[..., Any] = writer.patch
    for refused in (
        lambda: called(world.system, "Patient", made.resource["id"], [], 1),
        lambda: writer.delete(world.system, "Patient", "x"),
    ):
        with pytest.raises(InteractionUnknownError):
            refused()


def test_a_fault_of_one_patient_names_the_patient(world: BundleWorld) -> None:
    for wrong, place in ((person(birthDate="1980"), "Patient.birthDate"), (person(gender="x"), "Patient.gender")):
        with pytest.raises(ResourceInvalidError) as caught:
            world.writer_of_all.create(world.system, "Patient", wrong)
        assert place_of(caught.value) == place
