"""Clients of FHIR that others wrote, against the running system: fhirpy (Python) and the one of Medplum (Node.js)."""

from __future__ import annotations

import json
import secrets
import subprocess
from typing import Any, NamedTuple

import pytest
from fhirpy import SyncFHIRClient
from fhirpy.base.exceptions import AuthorizationError, MultipleResourcesFound, OperationOutcome, ResourceNotFound

from conformance.client import Partner
from local.npm import NODE
from tests.emulator.partners import demo_partner, proven
from tests.emulator.running import Running
from tests.third_party.__main__ import HERE as THIRD_PARTY

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("emulator"), pytest.mark.requirement("PRT-6", "PRT-2")]

LOINC = "http://loinc.org|718-7"
MARK = "urn:test:results"


class Clinic(NamedTuple):
    """``card``: id of the demo patient's Patient. ``file``: the partner, as the conformance kit takes it."""

    partner: Partner
    card: str
    file: dict[str, Any]

    def client(self, **headers: str) -> SyncFHIRClient:
        proof = {"auth": proven(self.partner), "timeout": 60}
        return SyncFHIRClient(self.partner.url + "/fhir", extra_headers=headers, requests_config=proof)

    def haemoglobin(self, number: str, day: int = 1, patient: str = "") -> dict[str, Any]:
        return {
            "status": "final",
            "identifier": [{"system": MARK, "value": number}],
            "code": {"coding": [{"system": "http://loinc.org", "code": "718-7"}]},
            "subject": {"reference": patient or f"Patient/{self.card}"},
            "effectiveDateTime": f"2026-02-{day:02}",
            "valueQuantity": {"value": 130 + day, "unit": "г/л", "system": "http://unitsofmeasure.org", "code": "g/L"},
        }


@pytest.fixture(scope="module")
def clinic(running: Running) -> Clinic:
    partner, known, file = demo_partner(running.url)
    return Clinic(partner, known["patient"], file)


def test_a_session_of_fhirpy(clinic: Clinic) -> None:
    client, number = clinic.client(), secrets.token_hex(6)
    assert client.execute("metadata", method="get")["fhirVersion"] == "4.0.1"
    made = [
        client.resource("Observation", **clinic.haemoglobin(f"{number}-{day}", day)).create() for day in range(1, 6)
    ]
    first = client.reference("Observation", made[0].id).to_resource()
    assert first.serialize() == made[0].serialize()
    assert first["valueQuantity"]["value"] == 131

    mine = client.resources("Observation").search(patient=clinic.card, code=LOINC, identifier=f"{MARK}|{number}-3")
    assert mine.get().id == made[2].id
    found = client.resources("Observation").search(patient=clinic.card, code=LOINC, date__ge="2026-02-02").limit(2)
    pages = [one.id for one in found.sort("date")]  # follows the links of the pages
    assert len(pages) == len(set(pages))
    assert [one for one in pages if one in {o.id for o in made}] == [one.id for one in made[1:]]
    assert found.count() == len(pages)

    first["status"] = "amended"
    assert first.save()["meta"]["versionId"] == "2"
    stale = client.resource("Observation", **{**made[0].serialize(), "status": "corrected"})
    with pytest.raises(MultipleResourcesFound, match="stale-version"):  # fhirpy's name for every 412
        stale.save()
    assert first.refresh()["status"] == "amended"
    again = clinic.client(**{"If-None-Exist": f"identifier={MARK}|{number}-2"})
    assert again.resource("Observation", **clinic.haemoglobin(f"{number}-2", 2)).create().id == made[1].id

    history = client.execute(f"Observation/{first.id}/_history", method="get")
    assert [one["resource"]["status"] for one in history["entry"]] == ["amended", "final"]
    first.delete()
    with pytest.raises(ResourceNotFound, match="gone"):
        client.get("Observation", first.id)


def test_a_transaction_and_a_whole_card_by_fhirpy(clinic: Clinic) -> None:
    client, number = clinic.client(), secrets.token_hex(6)
    name = "urn:uuid:11111111-1111-4111-8111-111111111111"
    person = {
        "resourceType": "Patient",
        "identifier": [{"system": "urn:test:mrn", "value": number}],
        "name": [{"family": "Клиентова", "given": ["Анна"]}],
        "gender": "female",
        "birthDate": "1961-07-08",
    }
    results = [
        {"resourceType": "Observation", **clinic.haemoglobin(f"{number}-{day}", day, name)} for day in range(1, 4)
    ]
    entries = [{"fullUrl": name, "resource": person, "request": {"method": "POST", "url": "Patient"}}]
    entries += [{"resource": one, "request": {"method": "POST", "url": "Observation"}} for one in results]
    answer = client.execute("", data={"resourceType": "Bundle", "type": "transaction", "entry": entries})
    assert [one["response"]["status"] for one in answer["entry"]] == ["201 Created"] * 4
    card = answer["entry"][0]["response"]["location"].split("/Patient/")[1].split("/")[0]

    whole = client.reference("Patient", card).execute("$everything", method="get")
    assert sorted(one["resource"]["resourceType"] for one in whole["entry"]) == [*["Observation"] * 3, "Patient"]
    shown = client.resources("Observation").search(patient=card).include("Observation", "subject").fetch_raw()
    assert [one["search"]["mode"] for one in shown["entry"]] == [*["match"] * 3, "include"]
    assert shown["entry"][-1]["resource"]["birthDate"] == person["birthDate"]


def test_what_fhirpy_says_of_refusals(clinic: Clinic) -> None:
    client = clinic.client(**{"Accept-Language": "en"})
    with pytest.raises(OperationOutcome) as caught:
        client.resource("Observation", **{**clinic.haemoglobin("x"), "status": "sent"}).create()
    (issue,) = caught.value.resource["issue"]
    assert (issue["code"], issue["expression"]) == ("code-invalid", ["Observation.status"])
    assert "preliminary" in issue["details"]["text"]
    with pytest.raises(ResourceNotFound):
        client.get("Observation", "nothing")
    with pytest.raises(AuthorizationError, match="not-signed-in"):
        SyncFHIRClient(clinic.partner.url + "/fhir").get("Observation", "nothing")
    found_or_made = client.resources("Observation").search(identifier=f"{MARK}|x")
    with pytest.raises(OperationOutcome, match="invalid-fields"):  # it has no If-None-Exist of its own
        found_or_made.get_or_create(client.resource("Observation", **clinic.haemoglobin("x")))
    with pytest.raises(OperationOutcome, match="search-patient-needed"):
        client.resources("Observation").search(code=LOINC).fetch()


def test_a_session_of_the_client_of_medplum(clinic: Clinic) -> None:
    asked = {**clinic.file, "url": clinic.partner.url, "token": clinic.partner.token, "card": clinic.card}
    asked |= {"resource": {"resourceType": "Observation", **clinic.haemoglobin(secrets.token_hex(6))}}
    done = subprocess.run(
        [NODE, THIRD_PARTY / "fhir_session.mjs"],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout)
    assert told["created"]["id"] == told["read"]["id"]
    assert told["created"]["subject"] == {"reference": f"Patient/{clinic.card}"}
    assert told["found"] >= 1
    assert told["pages"] == told["all"]
    assert told["updated"] == {"status": "amended", "version": "2"}
    assert told["versions"] == ["amended", "final"]
    assert told["patched"] == "corrected"
    assert told["same"] is True
    assert told["batch"] == ["200", "404"]
    assert told["everything"] > 1
    assert told["deleted"] == "gone"
    assert told["refused"] == {"code": "code-invalid", "expression": ["Observation.status"]}
