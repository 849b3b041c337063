"""What a limited consent, chosen sections and a suspended right open, through the front door (ACC-2 .. ACC-4)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.functional.front import Front, Person, Reply
from tests.functional.story import PDF, PROTOCOL, RESULT, pump

pytestmark = pytest.mark.xdist_group("story")

SUMMARY = {"occurred_at", "doctor_name", "examination", "conclusion"}
CLOSED = (403, "consent-required")


class Ward:
    """A patient with a protocol and a result by one doctor; another doctor comes to it."""

    def __init__(self, front: Front) -> None:
        self.front = front
        self.patient, self.clinic = front.patient(), front.organisation()
        writer = front.staff("doctor", self.clinic)
        front.consent(self.patient, writer)
        self.base = f"/api/v1/patients/{self.patient.id}"
        self.protocol = self._write(writer, "examination-protocols", PROTOCOL)
        self.result = self._write(writer, "laboratory-results", RESULT)
        pump()

    def _write(self, doctor: Person, collection: str, body: dict[str, Any]) -> str:
        path = f"{self.base}/{collection}"
        made = self.front.ok("POST", path, body, token=doctor.token, Idempotency_Key=self.front.key())
        return f"{path}/{made['id']}"

    def get(self, who: Person, path: str) -> Reply:
        return self.front.call("GET", path, token=who.token, Accept=PDF)

    def grant(self, doctor: Person, version: int = 1, **words: Any) -> Reply:
        return self.front.call(
            "PUT",
            f"/api/v1/me/consents/{doctor.member}",
            {"state": "granted", **words},
            token=self.patient.token,
            If_Match=f'W/"{version}"',
        )

    def newcomer(self, **asked: Any) -> Person:
        doctor = self.front.staff("doctor", self.clinic)
        self.front.ok("POST", f"{self.base}/consent-requests", asked, token=doctor.token)
        return doctor


@pytest.fixture(scope="module")
def ward(front: Front) -> Ward:
    return Ward(front)


def outcome(reply: Reply) -> tuple[int, str]:
    return reply.status, reply.code


@pytest.mark.requirement("ACC-3")
def test_a_limited_consent_shows_summaries_and_gives_nothing_away(ward: Ward) -> None:
    doctor = ward.newcomer(level="limited")
    assert ward.grant(doctor, level="limited").status == 200
    one = ward.get(doctor, ward.protocol).body
    assert one["summary_only"] is True
    assert set(one["body"]) == SUMMARY
    listed = ward.get(doctor, ward.protocol.rpartition("/")[0]).body["items"]
    assert [set(item["body"]) for item in listed] == [SUMMARY]
    for tail in ("/document", "/history"):
        assert outcome(ward.get(doctor, ward.protocol + tail)) == CLOSED
    path, key = ward.protocol.rpartition("/")[0], ward.front.key()
    assert outcome(ward.front.call("POST", path, PROTOCOL, token=doctor.token, Idempotency_Key=key)) == CLOSED
    amended = ward.front.call("PUT", ward.protocol, PROTOCOL, token=doctor.token, If_Match='W/"1"')
    assert outcome(amended) == CLOSED
    assert ward.get(ward.patient, ward.protocol).body["version"] == 1
    assert ward.get(ward.patient, ward.protocol + "/document").raw.startswith(b"%PDF-")


@pytest.mark.requirement("ACC-3", "ACC-2")
def test_raising_the_level_holds_from_the_next_request(ward: Ward) -> None:
    doctor = ward.newcomer(level="limited")
    ward.grant(doctor, level="limited")
    assert outcome(ward.get(doctor, ward.protocol + "/document")) == CLOSED
    assert ward.grant(doctor, 2, level="full").status == 200
    assert ward.get(doctor, ward.protocol + "/document").status == 200
    assert ward.get(doctor, ward.protocol).body["summary_only"] is False


@pytest.mark.requirement("ACC-4")
def test_only_the_chosen_sections_are_open(ward: Ward) -> None:
    doctor = ward.newcomer()
    assert ward.grant(doctor, sections=["results"]).body["sections"] == ["results"]
    assert ward.get(doctor, ward.result).status == 200
    for path in (ward.protocol, f"{ward.base}/prescriptions", f"{ward.base}/overview"):
        assert outcome(ward.get(doctor, path)) == CLOSED


def refused(ward: Ward) -> Person:
    """A doctor whom the patient refused, and who tries twice."""
    doctor = ward.newcomer()
    path = f"/api/v1/me/consents/{doctor.member}"
    ward.front.ok("PUT", path, {"state": "refused"}, token=ward.patient.token, If_Match='W/"1"')
    for _ in range(2):
        assert outcome(ward.get(doctor, ward.protocol)) == CLOSED
    return doctor


def times_told(ward: Ward) -> int:
    pump()
    inbox = ward.get(ward.patient, "/api/v1/me/notices?limit=100").body["items"]
    return [notice["event"] for notice in inbox].count("access_refused")


@pytest.mark.requirement("ACC-2", "ACC-6")
def test_a_refused_doctor_stays_outside_and_the_owner_is_told_once_a_day(front: Front) -> None:
    ward = Ward(front)
    refused(ward)
    assert times_told(ward) == 1


@pytest.mark.requirement("ACC-6")
def test_the_owner_is_told_of_every_refused_doctor(front: Front) -> None:
    ward = Ward(front)
    refused(ward)
    assert times_told(ward) == 1
    refused(ward)
    assert times_told(ward) == 2


@pytest.mark.requirement("ACC-2")
@pytest.mark.parametrize(
    ("first", "then", "code"),
    [
        ("refused", {"state": "revoked"}, "wrong-state"),
        ("granted", {"state": "refused"}, "wrong-state"),
        ("granted", {"state": "granted", "valid_until": "2020-01-01T00:00:00Z"}, "invalid-fields"),
        ("granted", {"state": "granted", "valid_until": "2999-01-01T00:00:00Z"}, "invalid-fields"),
        ("granted", {"state": "granted", "sections": ["everything"]}, "invalid-fields"),
    ],
)
def test_answers_that_make_no_sense(ward: Ward, first: str, then: dict[str, Any], code: str) -> None:
    doctor = ward.newcomer()
    path, token = f"/api/v1/me/consents/{doctor.member}", ward.patient.token
    ward.front.ok("PUT", path, {"state": first}, token=token, If_Match='W/"1"')
    assert ward.front.call("PUT", path, then, token=token, If_Match='W/"2"').code == code
    assert ward.front.call("PUT", path, {"state": "granted"}, token=token, If_Match='W/"1"').code == "stale-version"
