"""Transactions, batches and imports through the front door."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.bootstrap import services
from chalicelib.ports import keys
from chalicelib.ports.tables import Store
from local.population import patients
from tests.bundle_world import observation, person, post, transaction
from tests.functional.front import Front, Reply

pytestmark = [pytest.mark.xdist_group("story"), pytest.mark.requirement("PRT-6")]

P = "urn:uuid:11111111-1111-4111-8111-111111111111"
FHIR = "application/fhir+json"


class Clinic:
    def __init__(self, front: Front) -> None:
        self.front = front
        self.clinic = front.organisation("Поликлиника № 4")
        self.system, self.client = front.partner("clinical-system", self.clinic, ["system/*.cruds"], "МИС")
        self.registrar = front.staff("registrar", self.clinic)

    def send(self, bundle: Any, **headers: str) -> Reply:
        raw = json.dumps(bundle, ensure_ascii=False).encode()
        return self.front.call("POST", "/fhir", raw=raw, token=self.system, Content_Type=FHIR, **headers)

    def read(self, place: str) -> Reply:
        return self.front.call("GET", "/fhir/" + place, token=self.system)


@pytest.fixture(scope="module")
def clinic(front: Front) -> Clinic:
    return Clinic(front)


def places(reply: Reply) -> list[str]:
    assert reply.status == 200, reply.raw[:900]
    return [entry["fullUrl"].partition("/fhir/")[2] for entry in reply.body["entry"]]


def test_a_small_one_and_its_repeat(clinic: Clinic) -> None:
    bundle = transaction(post(person(), P), post(observation(P)))
    key = clinic.front.key()
    made = clinic.send(bundle, Idempotency_Key=key)
    assert (made.status, made.headers["content-type"]) == (200, FHIR)
    assert made.body["type"] == "transaction-response"
    again = clinic.send(bundle, Idempotency_Key=key)
    assert (again.body, again.headers["idempotent-replay"]) == (made.body, "true")
    patient, observed = places(made)
    assert clinic.read(observed).body["subject"] == {"reference": patient}
    assert clinic.read(patient).body["birthDate"] == "1980-02-03"
    whole = clinic.read(patient + "/$everything").body["entry"]
    assert [entry["fullUrl"].partition("/fhir/")[2] for entry in whole] == [patient, observed]


def test_a_bad_entry_is_an_outcome_that_names_it(clinic: Clinic) -> None:
    wrong = {**observation(P), "status": "sent"}
    reply = clinic.send(transaction(post(person(), P), post(wrong)), Accept_Language="en")
    assert reply.status == 422
    (issue,) = reply.body["issue"]
    assert issue["expression"] == ["Bundle.entry[1].resource.status"]
    reply = clinic.send(transaction(post(person(birthDate="1980"), P)), Accept_Language="en")
    assert reply.body["issue"][0]["details"]["text"] == "a card needs the whole date of birth"
    assert clinic.send([]).status == 400
    assert clinic.send({"resourceType": "Bundle", "type": "collection"}).status == 422


def test_a_batch_says_what_became_of_each(clinic: Clinic) -> None:
    read = {"request": {"method": "GET", "url": "Observation/none"}}
    search = {"request": {"method": "GET", "url": "Patient?_id=none"}}
    reply = clinic.send(transaction(post(person()), read, search, kind="batch"))
    made, missing, searched = reply.body["entry"]
    assert made["response"]["status"] == "201 Created"
    assert missing["response"]["outcome"]["resourceType"] == "OperationOutcome"
    assert searched["resource"]["type"] == "searchset"


def test_what_is_tried_in_vain_in_a_batch_is_in_the_log(clinic: Clinic) -> None:
    read = {"request": {"method": "GET", "url": "Observation/none"}}
    before = services().audit._writer().number
    assert clinic.send(transaction(read, kind="batch")).status == 200
    assert services().audit._writer().number == before + 1


def test_a_large_one_in_the_background_reads_back_as_it_was_sent(clinic: Clinic) -> None:
    (bundle,) = patients(31, 1, (3, 3))
    begun = clinic.send(bundle, Prefer="respond-async")
    assert begun.status == 202, begun.raw[:500]
    place = "/fhir/" + begun.headers["content-location"].partition("/fhir/")[2]
    assert clinic.front.call("GET", place + "0", token=clinic.system).status == 404
    import_id = place.rpartition("/")[2]
    for _ in range(2):
        services().reactions.run("finish_import", services().tables.get(keys.import_row(import_id)) or {})
    done = clinic.front.call("GET", place, token=clinic.system)
    found = places(done)
    assert len(found) == len(bundle["entry"])
    names = {entry["fullUrl"]: name for entry, name in zip(bundle["entry"], found, strict=True)}
    for entry in bundle["entry"][:12]:
        read = clinic.read(names[entry["fullUrl"]]).body
        said = json.dumps(entry["resource"])
        for old, new in names.items():
            said = said.replace(old, new)
        assert {name: value for name, value in read.items() if name not in {"id", "meta"}} == json.loads(said)
    card = services().tables.query(Store.CARD, "P#" + patient_of(found[0]), "R#", limit=500).items
    assert len(card) == sum(not name.startswith(("Organization", "Practitioner")) for name in found)


def patient_of(place: str) -> str:
    from tests.bundle_world import card_of

    return card_of(place)


def test_a_registrar_says_of_a_pair(clinic: Clinic) -> None:
    alike = person(identifier=[{"system": "urn:mis:mrn", "value": "2"}], birthDate="1951-05-06")
    _, second = [places(clinic.send(transaction(post(alike))))[0] for _ in range(2)]
    token = clinic.registrar.token
    listed = clinic.front.ok("GET", "/api/v1/patient-doubts", token=token)["items"]
    (doubt,) = [one for one in listed if one["patient_id"] == patient_of(second)]
    path = f"/api/v1/patient-doubts/{doubt['doubt_id']}/decision"
    said = {"answer": "different", "reason": "namesake"}
    assert clinic.front.call("POST", path, said, token=token).status == 204
    assert clinic.front.call("POST", path, said, token=token).status == 404
