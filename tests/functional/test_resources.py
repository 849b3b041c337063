"""Resources of FHIR R4 through the front door: a clinic's system delivers, the patient reads, nobody else does."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.bootstrap import services
from chalicelib.domain.resource_ids import card_resource_id
from tests.functional.front import Front, Reply
from tests.resource_world import practitioner, weight

pytestmark = [pytest.mark.xdist_group("story"), pytest.mark.requirement("PRT-1", "PRT-6")]

FHIR = "application/fhir+json"
PATCH = "application/json-patch+json"


class Town:
    """A clinic with its system, a system of another clinic, a patient and a doctor with their consent."""

    def __init__(self, front: Front) -> None:
        self.front = front
        self.clinic, self.other = front.organisation("Поликлиника № 3"), front.organisation("Чужая")
        self.patient, self.doctor = front.patient(), front.staff("doctor", self.clinic)
        front.consent(self.patient, self.doctor)
        self.system, self.client = front.partner("clinical-system", self.clinic, ["system/*.cruds"], "МИС")
        self.stranger, _ = front.partner("clinical-system", self.other, ["system/*.cruds"], "Чужая МИС")
        self.reader, _ = front.partner("clinical-system", self.clinic, ["system/Observation.r"], "Витрина")

    def send(self, method: str, path: str, body: Any = None, token: str = "", **headers: str) -> Reply:
        raw = json.dumps(body, ensure_ascii=False).encode() if body is not None else None
        kind = {"Content_Type": headers.pop("kind", FHIR)} if raw else {}
        return self.front.call(method, f"/fhir/{path}", raw=raw, token=token or self.system, **kind, **headers)

    def observation(self, value: Any = 71.5, **more: Any) -> dict[str, Any]:
        return weight(value, self.patient.id, **more)  # type: ignore[arg-type]

    def deliver(self, **headers: str) -> str:
        made = self.send("POST", "Observation", self.observation(), **headers)
        assert made.status == 201, made.raw
        return str(made.body["id"])


@pytest.fixture(scope="module")
def town(front: Front) -> Town:
    return Town(front)


def test_what_the_server_can_do(town: Town) -> None:
    told = town.front.call("GET", "/fhir/metadata", Accept="application/json")
    assert (told.status, told.headers["content-type"]) == (200, "application/json")
    assert "max-age" in told.headers["cache-control"]
    resources = {one["type"]: one for one in told.body["rest"][0]["resource"]}
    assert {"read", "vread", "create", "patch"} <= {one["code"] for one in resources["Observation"]["interaction"]}
    assert resources["AuditEvent"]["interaction"] == [{"code": "search-type"}]  # one's own journal
    assert told.body["rest"][0]["interaction"] == [{"code": "transaction"}, {"code": "batch"}]


def test_a_delivery_from_its_first_version_to_its_last(town: Town) -> None:
    made = town.send("POST", "Observation", town.observation(), Prefer="return=representation")
    assert (made.status, made.headers["content-type"], made.headers["etag"]) == (201, FHIR, 'W/"1"')
    name = made.body["id"]
    assert made.headers["location"].endswith(f"/fhir/Observation/{name}/_history/1")
    assert made.headers["last-modified"].endswith("GMT")
    assert made.headers["cache-control"] == "no-store"
    place = f"Observation/{name}"
    assert town.send("GET", place).body == made.body
    before = services().audit._writer().number
    assert town.send("GET", place, If_None_Match='W/"1"').status == 304
    assert services().audit._writer().number > before  # that it is known does not mean that nobody looked
    changed = {**made.body, "status": "amended"}
    assert town.send("PUT", place, changed).code == "version-required"
    assert town.send("PUT", place, changed, If_Match='W/"7"').status == 412
    assert town.send("PUT", place, changed, If_Match='W/"1"', Prefer="return=minimal").raw == b""
    steps = [{"op": "replace", "path": "/status", "value": "corrected"}]
    patched = town.send("PATCH", place, steps, If_Match='W/"2"', kind=PATCH, Prefer="return=OperationOutcome")
    assert (patched.status, patched.body["resourceType"]) == (200, "OperationOutcome")
    assert town.send("GET", place + "/_history/2").body["status"] == "amended"
    assert town.send("DELETE", place).status == 204
    gone = town.send("GET", place, Accept_Language="en")
    assert (gone.status, gone.code, gone.body["issue"][0]["code"]) == (410, "gone", "deleted")
    history = town.send("GET", place + "/_history").body
    assert [one["request"]["method"] for one in history["entry"]] == ["DELETE", "PUT", "PUT", "POST"]
    assert services().resource_validator.problems(history) == []
    assert history["total"] == 4
    page = town.send("GET", place + "/_history?_count=3").body
    assert len(page["entry"]) == 3
    assert "total" not in page
    following = next(one["url"] for one in page["link"] if one["relation"] == "next").partition("/fhir/")[2]
    rest = town.send("GET", following).body
    assert [one["response"]["etag"] for one in rest["entry"]] == ['W/"1"']
    assert [one["relation"] for one in rest["link"]] == ["self"]
    assert "entry" not in town.send("GET", place + "/_history?_since=2100-01-01").body


def test_a_read_tells_as_much_as_is_asked_for(town: Town) -> None:
    place = f"Observation/{town.deliver()}"
    for asked, left in (("_elements=status", {"status", "code"}), ("_summary=text", {"status", "code"})):
        found = town.send("GET", f"{place}?{asked}").body
        assert found.keys() == {"resourceType", "id", "meta"} | left
        assert found["meta"]["tag"][-1]["code"] == "SUBSETTED"
    assert town.send("GET", f"{place}?_summary=some").status == 400


def test_a_put_names_the_id_of_its_address(town: Town) -> None:
    place = f"Observation/{town.deliver()}"
    for body in (town.observation(), {**town.observation(), "id": "other"}):
        assert town.send("PUT", place, body, If_Match='W/"1"').status == 400


def test_the_patient_and_their_doctor_read_it_and_others_are_refused_with_an_entry(town: Town) -> None:
    place = f"Observation/{town.deliver()}"
    for who in (town.patient, town.doctor):
        assert town.send("GET", place, token=town.front.fresh(who.token)).status == 200
    refused = town.send("GET", place, token=town.stranger)
    assert (refused.status, refused.code, refused.body["resourceType"]) == (403, "access-denied", "OperationOutcome")
    assert town.send("PUT", place, {"resourceType": "Observation"}, token=town.reader, If_Match='W/"1"').status == 403
    assert town.send("POST", "Observation", town.observation(), token=town.reader).code == "access-denied"
    themselves = town.front.fresh(town.patient.token)
    assert town.send("POST", "Observation", town.observation(), token=themselves).status == 403
    card = town.front.ok(
        "GET", f"/api/v1/patients/{town.patient.id}/received-results", token=town.front.fresh(town.patient.token)
    )
    assert card["items"][0]["provenance"]["system"] == town.client


def test_errors_have_one_form_in_both_languages(town: Town) -> None:
    wrong = town.send("POST", "Observation", {**town.observation(), "status": "nonsense"}, Accept_Language="en")
    (issue,) = wrong.body["issue"]
    assert (wrong.status, issue["expression"], issue["severity"]) == (422, ["Observation.status"], "error")
    assert "nonsense" not in wrong.raw.decode()
    assert town.send("GET", "Observation/1", Accept="application/fhir+xml").status == 406
    assert town.send("GET", "Observation/1?_format=xml").code == "format-unknown"
    assert town.send("POST", "Observation", town.observation(), kind="text/plain").status == 415
    assert (
        town.front.call("POST", "/fhir/Observation", raw=b"{", token=town.system, Content_Type=FHIR).code == "malformed"
    )
    assert town.send("POST", "Nonsense", {"resourceType": "Nonsense"}).code == "resource-type-unknown"
    assert town.send("GET", "Observation/none").body["resourceType"] == "OperationOutcome"
    assert town.send("GET", "Observation/none/_history/x").status == 404
    assert town.send("GET", "Observation/none/_other").body["issue"][0]["code"] == "not-found"
    assert town.front.call("GET", "/fhir/Observation/none").body["issue"][0]["code"] == "login"
    known = f"Patient/{card_resource_id(town.patient.id)}"
    nobody = {**town.observation(), "subject": {"reference": known[:-1] + ("0" if known[-1] != "0" else "1")}}
    assert town.send("POST", "Observation", nobody).code == "subject-unknown"


def test_a_create_takes_effect_once(town: Town) -> None:
    key = town.front.key()
    first = town.deliver(Idempotency_Key=key)
    again = town.send("POST", "Observation", town.observation(), Idempotency_Key=key)
    assert (again.status, again.body["id"], again.headers["idempotent-replay"]) == (201, first, "true")
    named = town.observation(identifier=[{"system": "urn:mis", "value": key}])
    condition = {"If_None_Exist": f"identifier=urn:mis|{key}"}
    made, found = (town.send("POST", "Observation", named, **condition) for _ in range(2))
    assert (made.status, found.status, found.body["id"]) == (201, 200, made.body["id"])
    asked = town.send("POST", f"Observation?identifier=urn:mis|{key}", named)  # a condition of another kind of server
    assert (asked.status, asked.code, asked.body["issue"][0]["expression"]) == (
        422,
        "invalid-fields",
        ["http.identifier"],
    )
    assert town.send("POST", "Observation?_format=json", named).status == 201


def test_the_directory_of_a_clinic(town: Town) -> None:
    made = town.send("POST", "Practitioner", practitioner())
    assert made.status == 201, made.raw
    place = f"Practitioner/{made.body['id']}"
    assert town.send("GET", place).body["name"] == made.body["name"]
    assert town.send("GET", place, token=town.stranger).status == 404
    assert town.send("PUT", place, {**made.body, "active": True}, If_Match='W/"1"').headers["etag"] == 'W/"2"'
    assert town.send("DELETE", place).code == "interaction-unknown"
    condition = {"If_None_Exist": "identifier=urn:mis:staff|11"}
    assert town.send("POST", "Practitioner", practitioner(), **condition).status == 200
