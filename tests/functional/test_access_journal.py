"""The journal through the front door: a doctor looks, the patient sees it, and has a copy that the verifier checks."""

from __future__ import annotations

import gzip
import json
from base64 import b64decode
from dataclasses import dataclass
from typing import Any

import jsonschema_rs
import pytest

from tests.functional.events import deliver_audit
from tests.functional.front import Front, Person
from tests.unit.test_audit_events import BUNDLE, EVENT
from verifier import patient as verifier
from verifier.merkle import verify_consistency
from verifier.policy import Policy

pytestmark = pytest.mark.xdist_group("functional-access_journal")

NONCE = "my-own-random-number"


@dataclass
class Story:
    front: Front
    patient: Person
    doctor: Person

    def journal(self, query: str = "", **headers: str) -> list[dict[str, Any]]:
        return list(self.front.ok("GET", f"/api/v1/me/journal{query}", token=self.patient.token, **headers)["items"])


@pytest.fixture(scope="module")
def story(front: Front) -> Story:
    made = Story(front, front.patient(), front.staff("doctor"))
    front.consent(made.patient, made.doctor)
    front.ok("GET", f"/api/v1/patients/{made.patient.id}/overview", token=made.doctor.token)
    deliver_audit()
    return made


@pytest.mark.requirement("AUD-3", "ACC-6")
def test_the_patient_sees_who_looked(story: Story) -> None:
    (looked,) = story.journal("?role=doctor&action=overview:read")
    assert looked["who"]["name"] == "Петров Пётр Петрович"
    assert looked["who"]["organisation_name"] == "Поликлиника № 1"
    assert (looked["who"]["department"], looked["who"]["role_name"]) == ("therapy", "врач")
    assert (looked["what"], looked["why"]) == ("Просмотр общих сведений карты", "лечение, согласие пациента")
    (english,) = story.journal("?role=doctor&action=overview:read", Accept_Language="en-GB")
    assert english["what"] == "The overview of the card was read"


@pytest.mark.requirement("AUD-1", "AUD-3")
def test_pages_follow_each_other_to_the_end(story: Story) -> None:
    front, token = story.front, story.patient.token
    whole = [line["id"] for line in story.journal("?limit=100")]
    found: list[str] = []
    cursor = ""
    while True:
        page = front.ok("GET", f"/api/v1/me/journal?limit=3{cursor}", token=token)
        found += [line["id"] for line in page["items"]]
        if "next" not in page:
            break
        cursor = "&cursor=" + page["next"]
    assert found == whole
    assert page["complete_until"]


@pytest.mark.requirement("AUD-2", "AUD-3")
def test_an_ordered_copy_verifies_with_the_published_policy(story: Story) -> None:
    front, token = story.front, story.patient.token
    made = front.ok("POST", "/api/v1/me/journal/requests", {"nonce": NONCE}, token=token)
    path = f"/api/v1/me/journal/requests/{made['request_id']}"
    early = front.call("GET", path, token=token)
    assert (early.status, early.code, early.headers["retry-after"]) == (409, "not-ready", "5")
    deliver_audit()
    reply = front.call("GET", path, token=token)
    policy = Policy.parse(front.ok("GET", "/.well-known/audit-policy.json"))
    report = verifier.check(reply.body, policy, NONCE)
    assert [f.code for f in report.findings if f.level != "info"] == []
    packed = front.call("GET", path, token=token, Accept="application/gzip")
    assert packed.headers["content-type"] == "application/gzip"
    assert json.loads(gzip.decompress(packed.raw))["chains"] == reply.body["chains"]
    assert front.call("GET", path, token=story.doctor.token).status == 403
    another = reply.body | {"patient": story.doctor.id}
    assert [f for f in verifier.check(another, policy, NONCE).findings if f.level != "info"]


@pytest.mark.requirement("AUD-3", "PRT-6")
def test_the_journal_as_fhir_is_valid(story: Story) -> None:
    reply = story.front.call("GET", "/api/v1/me/journal/fhir?limit=50", token=story.patient.token)
    assert (reply.status, reply.headers["content-type"]) == (200, "application/fhir+json")
    assert isinstance(BUNDLE, jsonschema_rs.Draft6Validator)
    BUNDLE.validate(reply.body)
    for entry in reply.body["entry"]:
        EVENT.validate(entry["resource"])
    assert len(reply.body["entry"]) > 5


@pytest.mark.requirement("AUD-3", "ACC-5")
def test_an_officers_search_shows_in_the_journal(story: Story) -> None:
    front = story.front
    officer = front.staff("security-officer")
    form = {"patient_id": story.patient.id, "role": "doctor", "limit": 1}
    found = front.ok("POST", "/api/v1/audit/search", form, token=officer.token)
    assert found["items"][0]["body"]["actor"]["id"] == story.doctor.id
    assert "salt" not in found["items"][0]["body"]
    more = front.ok("POST", "/api/v1/audit/search", form | {"cursor": found["next"]}, token=officer.token)
    assert more["items"][0]["number"] < found["items"][0]["number"]
    everybody = front.ok(
        "POST", "/api/v1/audit/search", {"from": "2020-01-01", "outcome": "success"}, token=officer.token
    )
    assert {item["patient_id"] for item in everybody["items"]} > {story.patient.id}
    wrong = front.call("POST", "/api/v1/audit/search", {"cursor": found["next"][:-2]}, token=officer.token)
    assert (wrong.status, wrong.body["fields"][0]["field"]) == (422, "/cursor")
    deliver_audit()
    line = story.journal("?role=security-officer")[0]
    assert (line["action"], line["who"]["id"]) == ("audit:read", officer.id)
    (checkpoint,) = front.ok("GET", "/api/v1/audit/checkpoint", token=officer.token)["items"]
    assert checkpoint["size"] > 10


@pytest.mark.requirement("AUD-3")
def test_the_patient_asks_for_what_others_did(story: Story) -> None:
    lines = story.journal("?whose=others&limit=100")
    assert not {line["who"]["role"] for line in lines} & {"patient", "system", "anonymous"}
    assert story.doctor.member in {line["who"]["member"] for line in lines if line["who"]["role"] == "doctor"}
    assert {line["who"]["member"] for line in story.journal("?role=patient")} == {""}


@pytest.mark.requirement("AUD-2", "AUD-3")
def test_a_log_that_grew_begins_with_what_was_kept_of_it(story: Story) -> None:
    front, token, path = story.front, story.patient.token, "/api/v1/me/journal/consistency"
    officer = front.staff("security-officer")
    (old,) = front.ok("GET", "/api/v1/audit/checkpoint", token=officer.token)["items"]
    story.journal()
    deliver_audit()
    (new,) = front.ok("GET", "/api/v1/audit/checkpoint", token=officer.token)["items"]
    assert old["size"] < new["size"]
    query = f"year={new['year']}&old={old['size']}&new={new['size']}"
    proof = [b64decode(part) for part in front.ok("GET", f"{path}?{query}", token=token)["proof"]]
    verify_consistency(old["size"], new["size"], b64decode(old["root"]), b64decode(new["root"]), proof)
    beyond = f"year={new['year']}&old=1&new={new['size'] + 1000}"
    assert front.call("GET", f"{path}?{beyond}", token=token).status == 404
    for wrong in ("year=2026&old=0&new=5", "year=2026&new=5", "year=x&old=1&new=5"):
        assert front.call("GET", f"{path}?{wrong}", token=token).status == 422


@pytest.mark.parametrize(
    "query", ["whose=mine", "from=x", "to=2026-13-01", "outcome=x", "role=y", "action=A", "actor=%D0%9F", "cursor=x"]
)
def test_a_filter_that_means_nothing_is_named(story: Story, query: str) -> None:
    reply = story.front.call("GET", f"/api/v1/me/journal?{query}", token=story.patient.token)
    assert (reply.status, reply.body["fields"][0]["field"]) == (422, "?" + query.partition("=")[0])
