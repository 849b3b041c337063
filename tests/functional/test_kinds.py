"""Every kind of record through the front door: written, read back, printed, in the overview, by its states."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.records.registry import RECORD_TYPES, record_type
from tests.functional.front import Front, Person
from tests.unit.printing.samples import SAMPLES

pytestmark = pytest.mark.xdist_group("functional-kinds")

WRITTEN = sorted(spec.name for spec in RECORD_TYPES if spec.process is None and spec.name in SAMPLES and not spec.files)


class Scene:
    def __init__(self, front: Front) -> None:
        self.front = front
        self.patient, self.doctor = front.patient(), front.staff("doctor")
        front.consent(self.patient, self.doctor)
        self.base = f"/api/v1/patients/{self.patient.id}"

    def add(self, kind: str, body: dict[str, Any], who: Person) -> Any:
        path = f"{self.base}/{record_type(kind).collection}"
        return self.front.call("POST", path, body, token=who.token, Idempotency_Key=self.front.key())

    def amend(self, kind: str, record: Any, **changes: Any) -> Any:
        path = f"{self.base}/{record_type(kind).collection}/{record['id']}"
        body = {**record["body"], **changes}
        version = f'W/"{record["version"]}"'
        return self.front.call("PUT", path, body, token=self.doctor.token, If_Match=version)


@pytest.fixture(scope="module")
def scene(front: Front) -> Scene:
    return Scene(front)


def sent(kind: str) -> dict[str, Any]:
    """A sample without what the system works out."""
    body = dict(SAMPLES[kind])
    if "values" in body:
        body["values"] = [{n: v for n, v in value.items() if n != "interpretation"} for value in body["values"]]
    return body


@pytest.mark.requirement("REC-2", "REC-3", "REC-5", "REC-7", "REC-8", "DOC-1")
@pytest.mark.parametrize("kind", WRITTEN)
def test_what_a_doctor_writes_the_patient_reads_whole_and_as_a_document(kind: str, scene: Scene) -> None:
    spec = record_type(kind)
    made = scene.add(kind, sent(kind), scene.doctor)
    assert made.status == 201, made.raw
    path = f"{scene.base}/{spec.collection}/{made.body['id']}"
    read = scene.front.ok("GET", path, token=scene.patient.token)
    assert {name: read["body"][name] for name in sent(kind) if name != "values"} == {
        name: value for name, value in made.body["body"].items() if name in sent(kind) and name != "values"
    }
    listed = scene.front.ok("GET", f"{scene.base}/{spec.collection}", token=scene.patient.token)["items"]
    assert made.body["id"] in {item["id"] for item in listed}
    if spec.pdf_template:
        scene.front.pump()
        printed = scene.front.call("GET", f"{path}/document", token=scene.patient.token, Accept="application/pdf")
        assert printed.raw.startswith(b"%PDF"), printed.raw[:200]


@pytest.mark.requirement("REC-7", "REC-1")
def test_what_is_taken_now_stands_in_the_overview_and_leaves_it_when_it_ends(scene: Scene) -> None:
    body = {**sent("medication-statement"), "drug": {"inn": "Бисопролол", "form": "таблетки", "strength": "5 мг"}}
    del body["ended_on"]
    made = scene.add("medication-statement", body, scene.patient).body
    assert made["source"] == "patient-reported"
    assert "Бисопролол" in taken(scene)
    path = f"{scene.base}/medication-statements/{made['id']}"
    stopped = {**made["body"], "status": "stopped"}
    refused = scene.front.call("PUT", path, stopped, token=scene.patient.token, If_Match='W/"1"')
    assert (refused.status, refused.code) == (422, "invalid-fields")
    ended = {**stopped, "ended_on": "2026-11-21"}
    assert scene.front.call("PUT", path, ended, token=scene.patient.token, If_Match='W/"1"').status == 200
    assert "Бисопролол" not in taken(scene)


def taken(scene: Scene) -> list[str]:
    shown = scene.front.ok("GET", f"{scene.base}/overview", token=scene.patient.token)
    return [entry["body"]["drug"]["inn"] for entry in shown["current_intake"]]


@pytest.mark.requirement("REC-13")
def test_a_referral_goes_forward_alone(scene: Scene) -> None:
    made = scene.add("referral", {**sent("referral"), "status": "draft"}, scene.doctor).body
    active = scene.amend("referral", made, status="active")
    assert active.status == 200, active.raw
    revoked = scene.amend("referral", active.body, status="revoked")
    assert revoked.status == 200, revoked.raw
    again = scene.amend("referral", revoked.body, status="active")
    assert again.status == 422
    assert [(field["field"], field["code"]) for field in again.body["fields"]] == [("/status", "transition")]


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("medication-statement", {"started_on": "2026-09-01", "ended_on": "2026-08-01"}),
    ("medication-statement", {"intake": {"times": ["25:00"]}}),
    ("chronic-condition", {"control_targets": [{"indicator": "glucose", "unit": "mmol/L"}]}),
    ("chronic-condition", {"ended_on": "2026-01-01"}),
    ("disability", {"until": "2020-01-01"}),
    ("discharge-summary", {"discharged_on": "2026-10-01"}),
    ("sick-leave", {"number": "12"}),
    ("sick-leave", {"work_from": None}),
    ("sick-leave", {"periods": [{"from_date": "2026-11-09", "to_date": "2026-11-02", "doctor_name": "Петров"}]}),
    ("examination-protocol", {"specialty": "astrology"}),
    ("examination-protocol", {"sections": {"fundus": "Без изменений"}}),
    ("examination-protocol", {"specialty": "ophthalmology", "sections": {"fundus": "Без изменений"}}),
    ("lifestyle", {"audit_c": 13}),
    ("family-history", {"onset_age": 130}),
]


@pytest.mark.requirement("REC-14")
@pytest.mark.parametrize(("kind", "changes"), WRONG, ids=[f"{kind}-{n}" for n, (kind, _) in enumerate(WRONG)])
def test_what_cannot_be_is_refused_by_name(kind: str, changes: dict[str, Any], scene: Scene) -> None:
    refused = scene.add(kind, {**sent(kind), **changes}, scene.doctor)
    assert (refused.status, refused.code) == (422, "invalid-fields"), refused.raw
    assert refused.body["fields"]


@pytest.mark.requirement("REC-14")
def test_every_missing_field_is_named(scene: Scene) -> None:
    for kind in WRITTEN:
        refused = scene.add(kind, {}, scene.doctor)
        assert refused.status == 422, kind
        named = {field["field"] for field in refused.body["fields"] if field["code"] == "missing"}
        assert named == {f"/{name}" for name in mandatory(scene, kind)}, kind


def mandatory(scene: Scene, kind: str) -> set[str]:
    kinds = scene.front.ok("GET", "/api/v1/record-types")["items"]
    return set(next(item["schema"]["required"] for item in kinds if item["name"] == kind))
