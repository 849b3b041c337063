"""REC-5, REC-12, REC-13 through the front door: measured, told of, compared, printed, sent, drafted, accepted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from bench.calls import Recorder
from chalicelib import bootstrap
from tests.functional.front import Front, Person
from tests.functional.story import pump

pytestmark = pytest.mark.xdist_group("functional-results")

NOW = datetime.now(UTC)
PDF = "application/pdf"


class Scene:
    def __init__(self, front: Front) -> None:
        self.front = front
        self.patient, self.doctor = front.patient(), front.staff("doctor")
        front.consent(self.patient, self.doctor)
        self.base = f"/api/v1/patients/{self.patient.id}"
        numbers = ("131", "128", "125", "118.0")
        self.results = [self.result(number, 120 - 30 * n) for n, number in enumerate(numbers)]

    def result(self, number: str, ago: int) -> str:
        hb = {"name": "Гемоглобин", "loinc": "718-7", "value": number, "unit": "g/L", "low": "120", "high": "150"}
        body = {
            "occurred_at": (NOW - timedelta(days=ago)).isoformat(),
            "laboratory": "КДЛ № 1",
            "category": "blood",
            "panel": "Общий анализ крови",
            "values": [{**hb, "applies_to": {"sex": "female", "age_from": 18}}],
        }
        made = self.post("laboratory-results", body, self.doctor, Idempotency_Key=self.front.key())
        assert made.status == 201, made.raw
        return str(made.body["id"])

    def post(self, path: str, body: Any, who: Person, **headers: str) -> Any:
        return self.front.call("POST", f"{self.base}/{path}", body, token=who.token, **headers)

    def compared(self, who: Person, **asked: Any) -> Any:
        return self.post("result-comparisons", asked, who)

    def drafted(self, result: str, *kinds: str) -> list[Any]:
        form = {"record_id": result, "kinds": list(kinds)}
        made = self.post("result-drafts", form, self.doctor, Idempotency_Key=self.front.key())
        assert made.status == 201, made.raw
        return list(made.body["items"])


@pytest.fixture(scope="module")
def scene(front: Front) -> Scene:
    return Scene(front)


@pytest.mark.requirement("REC-5", "PRT-1")
def test_results_are_compared_page_by_page_by_who_may_read_them(scene: Scene) -> None:
    for who in (scene.patient, scene.doctor):
        found = scene.compared(who, analytes=["HGB"]).body
        (line,) = found["analytes"]
        (part,) = line["parts"]
        assert [p["record"] for p in part["points"]] == scene.results
        assert [(p["flag"], p["range_fits"]) for p in part["points"]] == [*[("N", True)] * 3, ("L", True)]
        assert (line["trend"]["direction"], line["trend"]["change"]) == ("falling", "-7.0")
        assert "next" not in found
    first = scene.compared(scene.patient, limit=3).body
    rest = scene.compared(scene.patient, limit=3, cursor=first["next"]).body
    assert [len(page["results"]) for page in (first, rest)] == [3, 1]
    other = scene.compared(scene.patient, limit=2, cursor=first["next"])
    assert (other.status, other.body["fields"][0]["field"]) == (422, "/cursor")
    within = scene.compared(
        scene.patient,
        **{"from": (NOW - timedelta(days=95)).isoformat(), "to": (NOW - timedelta(days=35)).isoformat()},
    ).body
    assert [r["record"] for r in within["results"]] == scene.results[1:3]
    days = {"from": (NOW - timedelta(days=95)).date().isoformat(), "to": (NOW - timedelta(days=35)).date().isoformat()}
    assert scene.compared(scene.patient, **days).body["results"] == within["results"]


@pytest.mark.requirement("REC-5")
def test_what_a_comparison_costs_in_calls(scene: Scene) -> None:
    scene.compared(scene.doctor)
    recorder = Recorder()
    for service in ("dynamodb", "kms"):
        recorder.watch(bootstrap.aws(service))
    with recorder.recording() as seen:
        scene.compared(scene.doctor)
    assert [call.operation for call in seen.calls] == ["BatchGetItem", "PutItem", "Query", "GetItem"]


@pytest.mark.requirement("REC-5", "PRT-1")
@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"analytes": []}, "/analytes"),
        ({"analytes": ["x"] * 10_000}, "/analytes"),
        ({"analytes": [""]}, "/analytes/0"),
        ({"from": "2026-02-01T00:00:00Z", "to": "2026-01-01T00:00:00Z"}, "/from"),
        ({"from": "2026-02-01T00:00:00"}, "/from"),
        ({"to": "9999-12-31T23:59:59-05:00"}, "/to"),
        ({"limit": 201}, "/limit"),
        ({"cursor": "x"}, "/cursor"),
        ({"colour": "red"}, "/colour"),
    ],
    ids=["none", "ten thousand", "empty", "upside down", "no offset", "last year", "many", "cursor", "other"],
)
def test_what_is_wrong_with_a_question_is_named(scene: Scene, asked: dict[str, Any], field: str) -> None:
    reply = scene.compared(scene.patient, **asked)
    assert (reply.status, [f["field"] for f in reply.body["fields"]]) == (422, [field])


@pytest.mark.requirement("REC-5", "REC-14")
def test_a_result_in_a_wrong_unit_or_with_a_range_for_nobody_is_refused(scene: Scene) -> None:
    body = {
        "occurred_at": NOW.isoformat(),
        "laboratory": "КДЛ",
        "category": "blood",
        "panel": "ОАК",
        "values": [{"name": "Гемоглобин", "value": "130", "unit": "mmol/L"}],
    }
    wrong = scene.post("laboratory-results", body, scene.doctor, Idempotency_Key=scene.front.key())
    assert [f["field"] for f in wrong.body["fields"]] == ["/values/0/unit"]
    body["values"] = [{"name": "Гемоглобин", "value": "130", "unit": "g/L", "applies_to": {"age_from": 9, "age_to": 1}}]
    wrong = scene.post("laboratory-results", body, scene.doctor, Idempotency_Key=scene.front.key())
    assert [f["field"] for f in wrong.body["fields"]] == ["/values/0/applies_to"]


@pytest.mark.requirement("REC-5", "PRT-5")
@pytest.mark.parametrize(("language", "word"), [("en", "Haemoglobin"), ("ru", "Гемоглобин")])
def test_a_comparison_is_printed_in_both_languages(scene: Scene, language: str, word: str) -> None:
    reply = scene.post(
        "result-comparisons/document", {"analytes": ["718-7"]}, scene.patient, Accept=PDF, Accept_Language=language
    )
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(reply.raw)).pages)
    assert word in text
    assert "118.0" in text


@pytest.mark.requirement("REC-5", "ACC-4", "MSG-2")
def test_a_patient_puts_a_result_before_another_doctor(scene: Scene) -> None:
    front, other = scene.front, scene.front.staff("doctor")
    form = {"record_id": scene.results[-1], "organisation_id": other.extra["organisation"], "member_id": other.member}
    key, token = front.key(), front.fresh(scene.patient.token)
    sent = front.call("POST", "/api/v1/me/sent-results", form, token=token, Idempotency_Key=key)
    assert (sent.status, sent.body["consent"]) == (201, "given")
    again = front.call("POST", "/api/v1/me/sent-results", form, token=token, Idempotency_Key=key)
    assert (again.body, again.headers["idempotent-replay"]) == (sent.body, "true")
    pump()
    found = front.ok("GET", "/api/v1/me/notices?limit=50", token=other.token)["items"]
    (notice,) = [one for one in found if one["event"] == "patient_result_sent"]
    assert notice["links"]["id"] == scene.results[-1]
    assert scene.compared(other).status == 200
    assert front.call("GET", f"{scene.base}/allergies", token=other.token).status == 403
    both = {**form, "staff_number": "1"}
    wrong = front.call("POST", "/api/v1/me/sent-results", both, token=token, Idempotency_Key=front.key())
    assert wrong.status == 422


@pytest.mark.requirement("REC-12", "REC-13")
def test_a_draft_is_accepted_by_one_action_and_the_patient_sees_an_open_order(scene: Scene) -> None:
    front, (referral, study) = scene.front, scene.drafted(scene.results[-1], "referral", "planned-study")
    assert referral["body"]["specialty"] == "Гематолог"
    listed = front.ok("GET", f"{scene.base}/result-drafts", token=scene.doctor.token)["items"]
    assert {one["id"] for one in listed} == {referral["id"], study["id"]}
    place = f"{scene.base}/result-drafts/{referral['id']}"
    changed = {"body": {**referral["body"], "goal": "Уточнить причину"}}
    assert front.call("PUT", place, changed, token=scene.doctor.token).status == 428
    edited = front.call("PUT", place, changed, token=scene.doctor.token, If_Match='W/"1"')
    assert (edited.status, edited.headers["etag"]) == (200, 'W/"2"')
    bad = {"body": {"specialty": ["x"]}}
    wrong = front.call("PUT", place, bad, token=scene.doctor.token, If_Match='W/"2"')
    assert [f["field"] for f in wrong.body["fields"]] == ["/specialty"]
    assert front.call("POST", f"{place}/acceptance", token=scene.patient.token).status == 403
    made = front.call("POST", f"{place}/acceptance", token=scene.doctor.token)
    assert (made.status, made.body["body"]["goal"]) == (201, "Уточнить причину")
    again = front.call("POST", f"{place}/acceptance", token=scene.doctor.token)
    assert (again.body["id"], again.headers["idempotent-replay"]) == (made.body["id"], "true")
    assert front.call("DELETE", f"{scene.base}/result-drafts/{study['id']}", token=scene.doctor.token).status == 204
    assert front.ok("GET", f"{scene.base}/result-drafts", token=scene.doctor.token)["items"] == []
    seen = front.ok("GET", f"{scene.base}/open-orders", token=scene.patient.token)
    (order,) = seen["items"]
    assert (order["id"], order["kind"], order["due"]) == (made.body["id"], "referral", "undated")
    done = {**made.body["body"], "status": "completed"}
    path = f"{scene.base}/referrals/{order['id']}"
    nothing = front.call("PUT", path, done, token=scene.doctor.token, If_Match='W/"1"')
    assert [(f["field"], f["code"]) for f in nothing.body["fields"]] == [("/related", "evidence")]
    elsewhere = {**done, "no_record_because": "Осмотрен в другой клинике"}
    front.ok("PUT", path, elsewhere, token=scene.doctor.token, If_Match='W/"1"')
    assert front.ok("GET", f"{scene.base}/open-orders", token=scene.patient.token)["items"] == []


@pytest.mark.requirement("REC-12")
def test_drafts_of_what_is_not_there_are_refused(scene: Scene) -> None:
    none = "01890000-0000-7000-8000-000000000000"
    for form, status in (
        ({"record_id": none, "kinds": ["referral"]}, 404),
        ({"record_id": scene.results[0], "kinds": []}, 422),
        ({"record_id": scene.results[0], "kinds": ["referral", "referral"]}, 422),
        ({"record_id": scene.results[0], "kinds": ["visit"]}, 422),
    ):
        reply = scene.post("result-drafts", form, scene.doctor, Idempotency_Key=scene.front.key())
        assert reply.status == status, reply.raw
    assert scene.post(f"result-drafts/{none}/acceptance", None, scene.doctor).status == 404
