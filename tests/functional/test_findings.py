"""The review through the front door: from what people do, over the log, to what the officer finds, reads and says."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.bootstrap import aws, services
from chalicelib.ports import keys
from tests.functional import events
from tests.functional.front import Front, Person
from tests.functional.test_rights import SCHEDULED

pytestmark = [pytest.mark.xdist_group("functional-findings"), pytest.mark.requirement("AUD-4")]

PULSE = {"occurred_at": "2026-01-10T10:00:00+00:00", "code": "pulse", "value": "70", "unit": "/min"}
MONTH = f"{datetime.now(UTC) + timedelta(hours=3):%Y-%m}"


class Scene:
    """A patient who is staff of the doctor's own organisation, a record, and an officer of that organisation."""

    def __init__(self, front: Front) -> None:
        self.front = front
        self.patient, self.clinic = front.patient(), front.organisation()
        self.doctor = front.staff("doctor", self.clinic)
        self.officer = front.staff("security-officer", self.clinic)
        body = {"snils": self.patient.snils, "role": "nurse", "department": "surgery"}
        place = f"/api/v1/organisations/{self.clinic}/staff"
        front.ok("POST", place, body, token=front.administrator().token)
        front.consent(self.patient, self.doctor)
        self.base = f"/api/v1/patients/{self.patient.id}/vital-signs"
        made = front.ok("POST", self.base, PULSE, token=self.doctor.token, Idempotency_Key=front.key())
        self.record = made["id"]
        front.ok("GET", f"{self.base}/{self.record}", token=self.doctor.token)
        for _ in range(5):
            front.call("GET", f"{self.base}/{self.record}", token=self.officer.token)
        self.reviewed = review()

    def findings(self, person: Person, query: str = "") -> list[dict]:
        return self.front.ok("GET", f"/api/v1/findings{query}", token=person.token)["items"]


def review() -> dict:
    from chalicelib.handlers.events import review_audit

    events.deliver_audit()
    return review_audit(SCHEDULED, None)


@pytest.fixture(scope="module")
def scene(front: Front) -> Scene:
    return Scene(front)


def test_the_review_reads_the_real_log_once(scene):
    assert scene.reviewed["review"]["entries"] > 30
    review()
    assert review()["review"]["entries"] == 1  # what the review before it read is an entry
    seen = {f["rule"] for f in scene.findings(scene.officer)}
    assert {"colleague", "refusals"} <= seen


def test_a_finding_is_read_resolved_once_and_told_to_whom_it_concerns(scene, front):
    found = next(f for f in scene.findings(scene.officer, "?state=open") if f["rule"] == "colleague")
    assert (found["patient"], found["actor"]) == (scene.patient.id, scene.doctor.id)
    path = f"/api/v1/findings/{found['finding_id']}"
    reply = front.call("GET", path, token=scene.officer.token, Accept_Language="en")
    assert (reply.body["title"], reply.headers["etag"]) == ("A colleague's card", f'W/"{found["version"]}"')
    body = {"outcome": "confirmed", "reference": "12-3"}
    assert front.call("POST", path + "/resolution", body, token=scene.officer.token).status == 428
    match = {"If_Match": reply.headers["etag"]}
    prose = {"outcome": "confirmed", "reference": "Иванов смотрел карту соседки"}
    assert front.call("POST", path + "/resolution", prose, token=scene.officer.token, **match).status == 422
    assert front.call("POST", path + "/resolution", body, token=scene.officer.token, **match).status == 200
    assert front.call("POST", path + "/resolution", body, token=scene.officer.token, **match).status == 412
    assert found["finding_id"] in {f["finding_id"] for f in scene.findings(scene.officer, "?state=resolved")}
    front.pump()
    front.sign_in(scene.patient)
    told = [n["event"] for n in front.ok("GET", "/api/v1/me/notices", token=scene.patient.token)["items"]]
    assert {"finding_about_card", "finding_confirmed"} <= set(told)


def test_who_it_is_about_cannot_resolve_it(scene, front):
    own = next(f for f in scene.findings(scene.officer) if f["rule"] == "refusals")
    assert own["actor"] == scene.officer.id
    path = f"/api/v1/findings/{own['finding_id']}/resolution"
    reply = front.call(
        "POST", path, {"outcome": "false-alarm"}, token=scene.officer.token, If_Match=f'W/"{own["version"]}"'
    )
    assert (reply.status, reply.code) == (403, "access-denied")


def test_another_organisation_sees_nothing_and_the_system_everything(scene, front):
    other = front.staff("security-officer")
    assert scene.findings(other) == []
    one = scene.findings(scene.officer)[0]["finding_id"]
    assert front.call("GET", f"/api/v1/findings/{one}", token=other.token).status == 404
    assert one in {f["finding_id"] for f in scene.findings(front.system_officer())}


def test_the_report_as_data_and_as_paper(scene, front):
    path = f"/api/v1/organisations/{scene.clinic}/access-reports/{MONTH}"
    report = front.ok("GET", path, token=scene.officer.token)
    assert report["total"]["reads"] >= 1
    assert report["total"]["refusals"] >= 5
    assert scene.doctor.member in {m["member_id"] for m in report["members"]}
    reply = front.call("GET", path, token=scene.officer.token, Accept="application/pdf", Accept_Language="en")
    assert (reply.status, reply.headers["content-type"], reply.raw[:5]) == (200, "application/pdf", b"%PDF-")
    foreign = f"/api/v1/organisations/system/access-reports/{MONTH}"
    assert front.call("GET", foreign, token=scene.officer.token).status == 404


def test_a_record_that_was_changed_behind_the_log_is_named(scene, front):
    check = {"patient_id": scene.patient.id}
    fine = front.ok("POST", "/api/v1/audit/checks", check, token=scene.officer.token)
    assert (fine["versions"], fine["findings"]) == (1, [])
    key = keys.record(scene.patient.id, "vital-sign", scene.record)
    aws("dynamodb").update_item(
        TableName=services().settings.card_table,
        Key={"pk": {"S": key.pk}, "sk": {"S": key.sk}},
        UpdateExpression="SET #h = :h",
        ExpressionAttributeNames={"#h": "hash"},
        ExpressionAttributeValues={":h": {"S": "AAAA"}},
    )
    found = front.ok("POST", "/api/v1/audit/checks", check, token=scene.officer.token)["findings"]
    assert [(f["rule"], f["kind"], f["record"]) for f in found] == [("record-altered", "vital-sign", scene.record)]
    assert front.call("POST", "/api/v1/audit/checks", {"patient_id": "nobody"}, token=scene.officer.token).status == 404


def test_a_key_that_was_used_past_the_gate_is_a_finding(scene, front):
    """What CloudTrail would have delivered for a stolen role, an hour ago."""
    past = datetime.now(UTC) - timedelta(hours=1)
    tenant = services().settings.tenant
    context = {"purpose": "patient-kek", "tenant": tenant, "patient_id": scene.patient.id}
    record = {
        "eventID": "stolen-1",
        "eventTime": f"{past:%Y-%m-%dT%H:%M:%SZ}",
        "eventSource": "kms.amazonaws.com",
        "eventName": "Decrypt",
        "requestParameters": {"encryptionContext": context},
        "userIdentity": {"arn": "arn:aws:sts::1:assumed-role/medkarta-APIHandlerRole/x", "userName": "thief"},
    }
    name = f"AWSLogs/1/CloudTrail/eu-central-1/{past:%Y/%m/%d}/1_CloudTrail_eu-central-1_x.json.gz"
    packed = gzip.compress(json.dumps({"Records": [record]}).encode())
    aws("s3").put_object(Bucket=services().settings.key_log_bucket, Key=name, Body=packed)
    assert review()["reconciliation"]["unmatched"] == 1
    found = [f for f in scene.findings(front.system_officer()) if f["rule"] == "unmatched-key-use"]
    assert [(f["patient"], f["actor"], f["entries"]) for f in found] == [(scene.patient.id, "thief", ["stolen-1"])]
    assert review()["reconciliation"] == {"uses": 0, "unmatched": 0, "waiting": 0, "unreadable": 0}
