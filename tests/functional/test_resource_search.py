"""Search of FHIR, $everything and their pages through the front door (PRT-2)."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from joserfc import jwe
from joserfc.jwk import ECKey

from chalicelib.bootstrap import services
from chalicelib.domain.resource_ids import card_resource_id
from chalicelib.ports import keys
from chalicelib.ports.tables import Update
from tests.functional.events import deliver_audit
from tests.functional.front import Front, Person, Reply
from tests.functional.story import RESULT

pytestmark = [pytest.mark.xdist_group("search"), pytest.mark.requirement("PRT-2")]

FORM = "application/x-www-form-urlencoded"
LOINC = "http://loinc.org"


class Town:
    """A patient with a result of a doctor, and a clinical system that delivers."""

    def __init__(self, front: Front) -> None:
        self.front, self.clinic = front, front.organisation("Поликлиника № 9")
        self.patient, self.doctor = front.patient(), front.staff("doctor", self.clinic)
        front.consent(self.patient, self.doctor)
        self.card = card_resource_id(self.patient.id)
        self.system, self.client = front.partner("clinical-system", self.clinic, ["system/*.cruds"], "МИС")
        made = front.ok(
            "POST",
            f"/api/v1/patients/{self.patient.id}/laboratory-results",
            RESULT,
            token=self.doctor.token,
            Idempotency_Key=front.key(),
        )
        self.result = str(made["id"])
        self.delivered = [self.deliver(day) for day in range(1, 6)]

    def deliver(self, day: int) -> str:
        body = {
            "resourceType": "Observation",
            "status": "final",
            "code": {"coding": [{"system": LOINC, "code": "3141-9"}], "text": "Вес, со слов"},
            "subject": {"reference": f"Patient/{self.card}"},
            "effectiveDateTime": f"2026-02-{day:02d}T10:00:00+03:00",
            "valueQuantity": {"value": 70 + day, "unit": "kg"},
        }
        reply = self.front.call("POST", "/fhir/Observation", body, token=self.system)
        assert reply.status == 201, reply.raw
        return str(reply.headers["location"].split("/")[-3])

    def get(self, path: str, who: Person | str, **headers: str) -> Reply:
        return self.front.call("GET", path, token=who if isinstance(who, str) else who.token, **headers)

    def form(self, path: str, who: Person | str, **said: str) -> Reply:
        token = who if isinstance(who, str) else who.token
        return self.front.call("POST", path, raw=urlencode(said).encode(), token=token, Content_Type=FORM)


@pytest.fixture(scope="module")
def town(front: Front) -> Town:
    return Town(front)


def ids(bundle: Any, mode: str = "match") -> list[str]:
    return [one["resource"].get("id", "") for one in bundle.get("entry", ()) if one["search"]["mode"] == mode]


def link(bundle: Any, relation: str) -> str:
    return next((one["url"] for one in bundle["link"] if one["relation"] == relation), "")


def test_a_system_pages_through_what_it_delivered(town: Town) -> None:
    reply = town.get(f"/fhir/Observation?patient={town.card}&code={LOINC}|3141-9&_count=2", town.system)
    assert reply.status == 200, reply.raw
    assert reply.headers["content-type"] == "application/fhir+json"
    read, bundle = ids(reply.body), reply.body
    assert bundle["type"] == "searchset"
    assert link(bundle, "self").endswith(
        f"/fhir/Observation?patient={town.card}&code=http%3A%2F%2Floinc.org%7C3141-9&_count=2"
    )
    while url := link(bundle, "next"):
        assert town.card not in url.partition("?")[2]
        bundle = town.get(url.removeprefix(services().settings.public_url), town.system).body
        read += ids(bundle)
    assert read == town.delivered[::-1]
    other = town.get(link(reply.body, "next").removeprefix(services().settings.public_url), town.patient)
    assert other.status in {400, 422}, other.raw


def test_the_patient_and_the_doctor_search_what_was_entered_here_too(town: Town) -> None:
    for who in (town.patient, town.doctor):
        bundle = town.form(
            "/fhir/DiagnosticReport/_search", who, patient=town.card, _include="DiagnosticReport:result"
        ).body
        assert len(ids(bundle)) == 1
        assert len(ids(bundle, "include")) == len(RESULT["values"])
        reply = town.get(f"/fhir/Observation?patient={town.card}&date=2026-02-03&_elements=code", who)
        assert ids(reply.body) == [town.delivered[2]]
        assert "valueQuantity" not in reply.body["entry"][0]["resource"]


@pytest.mark.requirement("SEC-3", "PRT-1")
def test_refusals_are_outcomes(town: Town, front: Front) -> None:
    reply = town.get("/fhir/Patient?identifier=urn:oid:1.2.643.100.3|1", town.system)
    assert (reply.status, reply.code) == (400, "personal-in-address")
    assert (
        town.form("/fhir/Patient/_search", town.system, identifier="urn:oid:1.2.643.100.3|112-233-445 95").status == 200
    )
    cases = [
        ("/fhir/Observation?code=1", 400, "search-patient-needed"),
        ("/fhir/Dragon", 404, "resource-type-unknown"),
        (f"/fhir/Observation?patient={town.card}&date=soon", 400, "search-invalid"),
        (f"/fhir/Observation?patient={town.card}&_cursor=forged", 422, "invalid-fields"),
    ]
    for path, status, code in cases:
        reply = town.get(path, town.system)
        assert (reply.status, reply.code) == (status, code), reply.raw
    stranger = front.patient()
    assert town.get(f"/fhir/Observation?patient={town.card}", stranger).status == 404
    assert town.get(f"/fhir/Observation?patient={town.card}", front.staff("doctor")).status == 403


def test_unknown_parameters_are_passed_over_or_refused(town: Town) -> None:
    path = f"/fhir/Observation?patient={town.card}&colour=red"
    bundle = town.get(path, town.system).body
    assert ids(bundle, "outcome") == [""]
    assert "colour" not in link(bundle, "self")
    assert town.get(path, town.system, Prefer="handling=strict").status == 400


def test_everything_of_a_card(town: Town) -> None:
    bundle = town.get(f"/fhir/Patient/{town.card}/$everything?_count=3", town.patient).body
    assert bundle["entry"][0]["resource"]["resourceType"] == "Patient"
    read = ids(bundle)
    while url := link(bundle, "next"):
        bundle = town.get(url.removeprefix(services().settings.public_url), town.patient).body
        read += ids(bundle)
    assert len(read) == len(set(read))
    assert set(town.delivered) < set(read)
    only = town.get(f"/fhir/Patient/{town.card}/$everything?_type=DiagnosticReport", town.patient).body
    assert {one["resource"]["resourceType"] for one in only["entry"]} == {"DiagnosticReport"}
    mine = town.get(f"/fhir/Patient/{town.card}/$everything", town.system).body
    assert set(ids(mine)) == set(town.delivered)


def test_a_summary_is_a_document(town: Town) -> None:
    reply = town.get(f"/fhir/Patient/{town.card}/$summary", town.patient, Accept_Language="en")
    assert reply.status == 200, reply.raw
    assert reply.body["type"] == "document"
    assert reply.body["entry"][0]["resource"]["resourceType"] == "Composition"
    told = services().resource_validator.problems(reply.body)
    assert told == []
    snils = f"urn:oid:1.2.643.100.3|{town.patient.snils}"
    assert town.form("/fhir/Patient/$summary", town.patient, identifier=snils).status == 200
    assert town.form("/fhir/Patient/$summary", town.doctor, identifier=snils).status == 200
    assert town.form("/fhir/Patient/$summary", town.patient, identifier="urn:oid:1.2.643.100.3|1").status == 404


def test_operations_take_a_parameters_resource(town: Town) -> None:
    def call(path: str, *given: Any, **more: Any) -> Reply:
        body = {"resourceType": "Parameters", **({"parameter": list(given)} if given else {}), **more}
        raw, kind = json.dumps(body).encode(), "application/fhir+json"
        return town.front.call("POST", f"/fhir/Patient/{path}", raw=raw, token=town.patient.token, Content_Type=kind)

    some = [{"name": "_count", "valueInteger": 2}, {"name": "_type", "valueCode": "Observation"}]
    assert len(ids(call(f"{town.card}/$everything", *some).body)) == 2
    assert call(f"{town.card}/$summary").body["type"] == "document"
    number = {"name": "identifier", "valueIdentifier": {"system": "urn:oid:1.2.643.100.3", "value": "1"}}
    assert call("$summary", number).status == 404
    for wrong in ({"name": "x"}, {"valueString": "x"}, {"name": "x", "valuePeriod": {}}, "x"):
        assert call(f"{town.card}/$everything", wrong).status == 400
    assert call(f"{town.card}/$everything", resourceType="Patient").status == 400


@pytest.mark.requirement("AUD-3")
def test_who_searched_stands_in_the_patients_journal(town: Town, front: Front) -> None:
    town.get(f"/fhir/Observation?patient={town.card}", town.system)
    deliver_audit()
    lines = front.ok("GET", "/api/v1/me/journal?action=resource-search:list&limit=100", token=town.patient.token)[
        "items"
    ]
    assert "МИС" in {line["who"]["name"] for line in lines}
    bundle = town.get(f"/fhir/AuditEvent?patient={town.card}&date=ge2020&_count=100", town.patient).body
    assert {one["resource"]["resourceType"] for one in bundle["entry"]} == {"AuditEvent"}
    assert link(bundle, "self").endswith("date=ge2020&_count=100")
    assert ids(town.get("/fhir/AuditEvent?date=lt2020&_sort=-date", town.patient).body) == []
    assert town.get("/fhir/AuditEvent?_summary=count", town.patient).code == "search-too-costly"
    assert town.get("/fhir/AuditEvent", town.doctor).status == 403


@pytest.mark.requirement("PRT-2", "ACC-4")
def test_a_bulk_export_of_who_consented(town: Town, front: Front) -> None:
    private = ECKey.generate_key("P-256", {"kid": "e1", "use": "enc"})
    client = services().tables.get(keys.client(town.client)) or {}
    both = {"keys": [*client["jwks"]["keys"], private.as_dict(private=False)]}
    services().tables.commit([Update(keys.client(town.client), {"jwks": both})])
    form = {"organisation_id": town.clinic, "client_id": town.client, "level": "full"}
    front.ok("POST", "/api/v1/me/consents", form, token=front.fresh(town.patient.token))
    by_word = front.call("POST", f"/api/v1/patients/{town.patient.id}/search", {"text": "вес"}, token=town.system)
    assert by_word.code == "access-denied"  # a consent to read opens the routes of their role alone
    assert town.get("/fhir/Patient/$export", town.system).code == "bulk-async"
    begun = town.get("/fhir/Patient/$export?_type=Observation", town.system, Prefer="respond-async")
    assert begun.status == 202, begun.raw
    here = begun.headers["content-location"].removeprefix(services().settings.public_url)
    waiting = town.get(here, town.system)
    assert (waiting.status, waiting.headers["x-progress"]) == (202, "0 of 1 patients")
    front.pump()
    ready = town.get(here, town.system)
    assert ready.status == 200, ready.raw
    (file,) = ready.body["output"]
    reply = town.get(file["url"].removeprefix(services().settings.public_url), town.system)
    assert reply.headers["content-type"] == "application/jose"
    text = jwe.decrypt_compact(reply.raw.decode(), private, algorithms=["ECDH-ES", "A256GCM"]).plaintext or b""
    found = [json.loads(line) for line in text.splitlines()]
    assert len(found) == file["count"]
    assert set(town.delivered) < {one["id"] for one in found}
    assert front.call("DELETE", here, token=town.system).status == 202
    assert town.get(here, town.system).status == 404
