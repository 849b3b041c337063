"""REC-9 and REC-10 through the front door: measured, told of, charted, sent, taken over, confirmed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from tests.functional.front import Front, Person

pytestmark = pytest.mark.xdist_group("functional-vital-signs")

NOW = datetime.now(UTC)


def at(hours: float) -> str:
    """So many hours ago."""
    return (NOW - timedelta(hours=hours)).isoformat()


class Scene:
    def __init__(self, front: Front) -> None:
        self.front = front
        self.patient, self.doctor = front.patient(), front.staff("doctor")
        front.consent(self.patient, self.doctor)
        self.base = f"/api/v1/patients/{self.patient.id}"

    def post(self, path: str, body: Any, who: Person, **headers: str) -> Any:
        return self.front.call("POST", f"{self.base}/{path}", body, token=who.token, **headers)

    def add(self, path: str, body: Any, who: Person) -> Any:
        made = self.post(path, body, who, Idempotency_Key=self.front.key())
        assert made.status == 201, made.raw
        return made.body

    def series(self, query: str, who: Person) -> Any:
        return self.front.call("GET", f"{self.base}/vital-signs/series?{query}", token=who.token)

    def told(self, who: Person) -> list[str]:
        self.front.pump()
        found = self.front.ok("GET", "/api/v1/me/notices?limit=100", token=who.token)["items"]
        return [notice["event"] for notice in reversed(found) if "vital_sign" in notice["event"]]


@pytest.fixture(scope="module")
def scene(front: Front) -> Scene:
    return Scene(front)


PDF = "application/pdf"
PRESSURE = {"code": "blood-pressure", "unit": "mm[Hg]"}


@pytest.mark.requirement("REC-10", "MSG-2")
def test_an_alert_comes_at_once_and_is_taken_back_when_corrected(scene: Scene) -> None:
    slip = {**PRESSURE, "occurred_at": at(1), "systolic": "210", "diastolic": "80"}
    made = scene.add("vital-signs", slip, scene.patient)
    assert scene.told(scene.patient) == ["vital_sign_urgent"]
    assert scene.told(scene.doctor) == ["patient_vital_sign_urgent"]
    place = f"{scene.base}/vital-signs/{made['id']}"
    scene.front.ok("PUT", place, {**slip, "systolic": "121"}, token=scene.patient.token, If_Match='W/"1"')
    assert scene.told(scene.patient) == ["vital_sign_urgent", "vital_sign_withdrawn"]
    found = scene.series("code=blood-pressure", scene.patient).body
    assert [(p["values"], p["level"], p["source"]) for p in found["points"]] == [
        ({"systolic": "121", "diastolic": "80"}, "normal", "patient-reported")
    ]
    assert found["bands"]
    assert found["statistics"]["count"] == 1


@pytest.mark.requirement("REC-10")
def test_a_device_sends_many_and_a_doctor_reads_prints_and_takes_them_over(scene: Scene) -> None:
    readings = [
        {"code": "pulse", "unit": "/min", "occurred_at": at(48 + n / 2), "value": str(60 + n % 30), "place": "device"}
        for n in range(100)
    ]
    sent = scene.post("vital-signs/batch", {"device": "Часы", "readings": readings}, scene.patient)
    assert (sent.status, sent.body["stored"]) == (200, 100)
    again = scene.post("vital-signs/batch", {"device": "Часы", "readings": readings}, scene.patient)
    assert (again.body["stored"], again.body["records"]) == (0, sent.body["records"])
    scene.front.pump()
    found = scene.series("code=pulse&points=40", scene.doctor).body
    assert (found["statistics"]["count"], len(found["points"]), found["thinned"]) == (100, 40, True)
    days = scene.series(f"code=pulse&from={at(24 * 20)[:10]}&to={at(0)[:10]}", scene.doctor).body
    assert days["statistics"]["count"] == 100
    place = f"{scene.base}/vital-signs/series/document?code=pulse"
    pdf = scene.front.call("GET", place, token=scene.doctor.token, Accept=PDF, Accept_Language="en")
    assert pdf.status == 200
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf.raw)).pages)
    assert "Pulse" in text
    assert "patient" in text
    order = {"code": "pulse", "since": at(24 * 20), "until": at(0)}
    made = scene.add("observation-series", order, scene.doctor)
    assert (made["body"]["count"], made["source"]) == (100, "staff")
    scene.front.pump()
    place = f"{scene.base}/observation-series/{made['id']}/document"
    paper = scene.front.call("GET", place, token=scene.patient.token, Accept=PDF)
    assert paper.status == 200


@pytest.mark.requirement("REC-10", "PRT-1")
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "?code"),
        ("code=horoscope", "?code"),
        ("code=pulse&from=yesterday", "?from"),
        ("code=pulse&to=2026-01-01T00:00:00", "?to"),
        ("code=pulse&from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z", "?from"),
        ("code=pulse&from=1990-01-01T00:00:00Z", "?from"),
        ("code=pulse&from=0001-01-01T00:00:00%2B03:00&to=0001-01-02T00:00:00%2B03:00", "?from"),
        ("code=pulse&to=9999-12-31T23:59:59-05:00", "?to"),
        ("code=pulse&points=5", "?points"),
        ("code=pulse&points=x", "?points"),
        ("code=pulse&colour=red", "?colour"),
    ],
    ids=["none", "unknown", "no moment", "no offset", "upside down", "long", "first", "last", "few", "text", "other"],
)
def test_what_is_wrong_with_a_question_is_named(scene: Scene, query: str, field: str) -> None:
    reply = scene.series(query, scene.patient)
    assert (reply.status, [f["field"] for f in reply.body["fields"]]) == (422, [field])


@pytest.mark.requirement("REC-10", "REC-14")
def test_a_wrong_reading_of_a_batch_is_named_by_its_number(scene: Scene) -> None:
    readings = [{"code": "pulse", "unit": "/min", "occurred_at": at(1), "value": "70"}]
    readings += [{"code": "glucose", "unit": "mmol/L", "occurred_at": at(1), "value": "5", "timing": "fasting"}]
    reply = scene.post("vital-signs/batch", {"device": "x", "readings": readings}, scene.patient)
    assert (reply.status, [f["field"] for f in reply.body["fields"]]) == (422, ["/readings/1/specimen"])


@pytest.mark.requirement("REC-9")
def test_a_diary_is_marked_as_the_patients_and_confirmed_by_a_doctor(scene: Scene) -> None:
    diary = {"occurred_at": at(1), "mood": "poor", "pain": 7, "complaints": ["headache", "poor-sleep"]}
    made = scene.add("health-statuses", diary, scene.patient)
    assert made["source"] == "patient-reported"
    wrong = scene.post("health-statuses", {**diary, "pain": 11}, scene.patient, Idempotency_Key=scene.front.key())
    assert [f["field"] for f in wrong.body["fields"]] == ["/pain"]
    place = f"health-statuses/{made['id']}/confirmation"
    assert scene.post(place, None, scene.patient, If_Match='W/"1"').code == "access-denied"
    assert scene.post(place, None, scene.doctor).status == 428
    confirmed = scene.post(place, None, scene.doctor, If_Match='W/"1"').body
    assert (confirmed["source"], confirmed["version"]) == ("patient-reported", 2)
    assert confirmed["confirmed"]["role"] == "doctor"
    allergy = {"occurred_at": at(2), "substance": "Пыльца", "category": "environment"}
    theirs = scene.add("allergies", allergy, scene.doctor)
    edit = scene.front.call(
        "PUT", f"{scene.base}/allergies/{theirs['id']}", allergy, token=scene.patient.token, If_Match='W/"1"'
    )
    assert edit.code == "wrong-state"
