"""UX-3 through the front door: a template is kept, shared, filled in for a patient, and signed without a gap alone."""

from __future__ import annotations

from typing import Any

import pytest

from local import counting
from tests.functional.events import deliver_audit
from tests.functional.front import Front, Person, Reply

pytestmark = [pytest.mark.xdist_group("functional-entry-templates"), pytest.mark.requirement("UX-3")]

BASE = "/api/v1/entry-templates"
BODY = {
    "examination": "Осмотр терапевта",
    "findings": "Возраст {{age}}. Аллергии: {{allergies}}. Пульс [[ЧСС]] уд/мин.",
    "conclusion": "[[вывод]]",
    "follow_up_plan": "Через год",
}
FORM = {"name": "Профилактический осмотр", "kind": "examination-protocol", "specialty": "therapy", "body": BODY}


class Clinic:
    def __init__(self, front: Front) -> None:
        self.front, self.patient, organisation = front, front.patient(), front.organisation()
        self.doctor, self.nurse = front.staff("doctor", organisation), front.staff("nurse", organisation)
        self.admin = front.staff("administrator", organisation)
        front.consent(self.patient, self.doctor)
        self.card = f"/api/v1/patients/{self.patient.id}"

    def call(self, method: str, path: str, who: Person, body: Any = None, **headers: str) -> Reply:
        return self.front.call(method, path, body, token=self.front.fresh(who.token), **headers)

    def create(self, path: str, body: Any, who: Person) -> Reply:
        return self.call("POST", path, who, body, Idempotency_Key=self.front.key())

    def found(self, who: Person, **wanted: Any) -> list[str]:
        reply = self.call("POST", f"{BASE}/search", who, wanted)
        assert reply.status == 200, reply.raw
        return [one["id"] for one in reply.body["items"]]


@pytest.fixture(scope="module")
def clinic(front: Front) -> Clinic:
    return Clinic(front)


@pytest.fixture(scope="module")
def template(clinic: Clinic) -> str:
    made = clinic.create(BASE, FORM, clinic.doctor)
    assert (made.status, made.headers["etag"]) == (201, 'W/"1"'), made.raw
    return str(made.body["id"])


def test_kept_in_versions_and_shared(clinic: Clinic, template: str) -> None:
    path = f"{BASE}/{template}"
    assert clinic.call("PUT", path, clinic.doctor, FORM).code == "version-required"
    changed = clinic.call("PUT", path, clinic.doctor, {**FORM, "name": "Осмотр"}, If_Match='W/"1"')
    assert (changed.status, changed.headers["etag"]) == (200, 'W/"2"')
    back = clinic.call("POST", f"{path}/versions/1/restoration", clinic.doctor, If_Match='W/"2"')
    assert back.body["name"] == FORM["name"]
    versions = clinic.call("GET", f"{path}/versions?limit=2", clinic.doctor).body
    assert [one["version"] for one in versions["items"]] == [3, 2]
    assert versions["next"]
    assert clinic.call("POST", f"{path}/versions/x/restoration", clinic.doctor, If_Match='W/"3"').code == "not-found"

    assert clinic.call("GET", path, clinic.nurse).code == "access-denied"
    step = clinic.call("PUT", f"{path}/scope", clinic.doctor, {"scope": "department"}, If_Match='W/"3"')
    assert step.status == 200, step.raw
    step = clinic.call("PUT", f"{path}/scope", clinic.admin, {"scope": "organisation"}, If_Match='W/"4"')
    assert step.body["may"] == {"change": True, "share": ["department"]}
    assert clinic.found(clinic.nurse, scope="organisation", text="профилакт") == [template]
    assert clinic.call("GET", path, clinic.nurse).body["body"] == BODY
    assert clinic.found(clinic.front.staff("doctor")) == []

    page = clinic.call("POST", f"{BASE}/search", clinic.doctor, {"limit": 1}).body
    rest = clinic.call("POST", f"{BASE}/search", clinic.doctor, {"limit": 1, "cursor": page.get("next", "")}).body
    assert [one["id"] for one in page["items"] + rest["items"]] == [template]
    other = {"limit": 1, "text": "осмотр", "cursor": page["next"]}
    assert clinic.call("POST", f"{BASE}/search", clinic.doctor, other).code == "invalid-fields"


def test_archived_and_brought_back(clinic: Clinic) -> None:
    made = clinic.create(BASE, {**FORM, "name": "Старый"}, clinic.doctor).body
    path = f"{BASE}/{made['id']}/state"
    assert clinic.call("PUT", path, clinic.doctor, {"state": "archived"}, If_Match='W/"1"').body["state"] == "archived"
    assert made["id"] not in clinic.found(clinic.doctor)
    assert clinic.found(clinic.doctor, state="archived") == [made["id"]]
    assert clinic.call("PUT", path, clinic.doctor, {"state": "active"}, If_Match='W/"1"').code == "stale-version"


@pytest.mark.requirement("UX-3", "REC-3")
def test_from_a_template_to_a_signed_protocol(clinic: Clinic, template: str) -> None:
    allergy = {"occurred_at": "2026-01-10T10:00:00+03:00", "substance": "Мёд [[x]] {{age}}", "category": "food"}
    told = clinic.create(f"{clinic.card}/allergies", allergy, clinic.doctor)
    assert (told.status, told.code, told.body["fields"][0]["field"]) == (422, "gaps-left", "/substance")
    allergy["substance"] = "Мёд [ {{age}}"
    assert clinic.create(f"{clinic.card}/allergies", allergy, clinic.doctor).status == 201

    path = f"/api/v1/entry-template-drafts/{clinic.patient.id}/{template}"
    draft = clinic.call("GET", path, clinic.doctor).body
    text = draft["body"]["findings"]
    assert "Аллергии: Мёд [ {{age}}. Пульс [[ЧСС]]" in text
    assert {one["placeholder"]: one["kind"] for one in draft["sources"]} == {
        "{{age}}": None,
        "{{allergies}}": "allergy",
    }

    body = {**draft["body"], "occurred_at": "2026-02-10T10:00:00+03:00", "doctor_name": "Петров Пётр Петрович"}
    protocols = f"{clinic.card}/examination-protocols"
    refused = clinic.create(protocols, body, clinic.doctor)
    assert (refused.status, refused.code) == (422, "gaps-left")
    assert {(one["field"], one["code"]) for one in refused.body["fields"]} == {
        ("/findings", "gap"),
        ("/conclusion", "gap"),
    }
    assert "ЧСС" not in str(refused.body)
    checked = clinic.call("POST", "/api/v1/record-types/examination-protocol/checks", clinic.doctor, body).body
    assert not checked["storable"]
    body |= {"findings": text.replace("[[ЧСС]]", "72"), "conclusion": "Здоров"}
    made = clinic.create(protocols, body, clinic.doctor)
    assert made.status == 201, made.raw
    again = {**body, "conclusion": "[[вывод]]"}
    one = f"{protocols}/{made.body['id']}"
    assert clinic.call("PUT", one, clinic.doctor, again, If_Match='W/"1"').code == "gaps-left"


def test_only_who_treats_the_patient_fills_it_in(clinic: Clinic, template: str) -> None:
    path = f"/api/v1/entry-template-drafts/{clinic.patient.id}/{template}"
    other = clinic.front.patient()
    assert clinic.call("GET", path, clinic.nurse).code == "access-denied"  # a nurse writes no protocols
    assert clinic.call("GET", path, clinic.patient).code == "access-denied"
    assert clinic.call("GET", path.replace(clinic.patient.id, other.id), clinic.doctor).code == "consent-required"
    assert clinic.call("GET", path.replace(template, "nothing"), clinic.doctor).code == "not-found"
    deliver_audit()
    journal = "/api/v1/me/journal?limit=1&action=entry-template:fill"
    (line,) = clinic.call("GET", journal, clinic.patient).body["items"]
    assert line["what"] == "Карта прочитана для заполнения шаблона"


def test_what_filling_in_costs(clinic: Clinic, template: str) -> None:
    """Template and its entry; session, right and card; the entry; profile and two lists. No call to KMS, warm."""
    counting.watch()
    path = f"/api/v1/entry-template-drafts/{clinic.patient.id}/{template}"
    assert clinic.call("GET", path, clinic.doctor).status == 200
    assert clinic.call("GET", path, clinic.doctor).headers["x-local-calls"] == "dynamodb=8"


def test_choices(clinic: Clinic) -> None:
    found = clinic.call("GET", "/api/v1/entry-template-choices", clinic.nurse).body
    assert "examination-protocol" not in {one["name"] for one in found["kinds"]}
    (sign,) = [one for one in found["placeholders"] if one["name"] == "vital-sign"]
    assert {"value": "pulse", "label": "Пульс"} in sign["choices"]
    assert (sign["reads"][0]["kind"], sign["readers"]) == ("vital-sign", ["doctor", "nurse"])
