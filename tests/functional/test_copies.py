"""Copies and transfers through the front door (DOC-5): the way of one, and what is refused at it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.functional.front import Front, Person, Reply

pytestmark = [pytest.mark.xdist_group("story"), pytest.mark.requirement("DOC-5")]


class Clinic:
    def __init__(self, front: Front) -> None:
        self.front, self.patient = front, front.patient()
        self.id = front.organisation()
        self.registrar, self.stranger = front.staff("registrar", self.id), front.staff("registrar")

    def file(self, who: Person, kind: str = "copy-request", **changes: Any) -> Reply:
        form = {"organisation_id": self.id, "what": "Все выписки", **changes}
        body, key = {"kind": kind, "form": form}, {"Idempotency_Key": self.front.key()}
        return self.front.call("POST", "/api/v1/me/cases", body, token=who.token, **key)

    def decide(self, who: Person, owner: str, case: str, decision: str, version: int) -> Reply:
        path = f"/api/v1/cases/{owner}/{case}/decision"
        who.token = self.front.fresh(who.token)
        return self.front.call("POST", path, {"decision": decision}, token=who.token, If_Match=f'W/"{version}"')

    def waiting(self, who: Person) -> list[dict[str, Any]]:
        return self.front.ok("GET", "/api/v1/cases?kind=copy-request", token=who.token)["items"]


@pytest.fixture(scope="module")
def clinic(front: Front) -> Clinic:
    return Clinic(front)


def test_copies_for_oneself(clinic: Clinic) -> None:
    front, case = clinic.front, clinic.file(clinic.patient).body["case_id"]
    assert case in {line["case_id"] for line in clinic.waiting(clinic.registrar)}
    assert clinic.waiting(clinic.stranger) == []
    assert clinic.decide(clinic.stranger, clinic.patient.id, case, "accept", 1).status == 404
    assert clinic.decide(clinic.registrar, clinic.patient.id, case, "approve", 1).code == "wrong-state"
    for version, decision in enumerate(("accept", "prepare", "finish"), start=1):
        assert clinic.decide(clinic.registrar, clinic.patient.id, case, decision, version).status == 200
    shown = front.ok("GET", f"/api/v1/me/cases/{case}", token=clinic.patient.token)
    assert (shown["state"], shown["overdue"], shown["organisation"]) == ("ready", False, clinic.id)
    receipt = f"/api/v1/me/cases/{case}/receipt"
    assert front.ok("POST", receipt, token=clinic.patient.token)["state"] == "received"
    assert front.call("POST", receipt, token=clinic.patient.token).code == "wrong-state"
    assert case not in {line["case_id"] for line in clinic.waiting(clinic.registrar)}


@pytest.mark.requirement("DOC-5", "ACC-8")
def test_copies_for_a_ward_and_nothing_that_is_for_oneself_alone(clinic: Clinic) -> None:
    mother = clinic.front.represent(clinic.front.patient(), clinic.patient)
    made = clinic.file(mother)
    assert made.status == 201
    assert clinic.decide(clinic.registrar, clinic.patient.id, made.body["case_id"], "accept", 1).status == 200
    body = {"kind": "identity-scan", "form": {"passport_series": "4510", "passport_number": "123456"}}
    key = {"Idempotency_Key": clinic.front.key()}
    assert clinic.front.call("POST", "/api/v1/me/cases", body, token=mother.token, **key).code == "access-denied"


@pytest.mark.parametrize(
    ("kind", "changes", "field"),
    [
        ("copy-request", {"what": ""}, "/form/what"),
        ("copy-request", {"what": "все\x00"}, "/form/what"),
        ("copy-request", {"delivery": "pigeon"}, "/form/delivery"),
        ("copy-request", {"delivery": "post"}, "/form/address"),
        ("copy-request", {"organisation_id": "none"}, "/form/organisation_id"),
        ("transfer", {}, "/form/to_organisation_id"),
    ],
    ids=["what", "control", "delivery", "address", "organisation", "whereto"],
)
def test_what_is_wrong_is_named(clinic: Clinic, kind: str, changes: dict[str, Any], field: str) -> None:
    reply = clinic.file(clinic.patient, kind, **changes)
    assert (reply.status, reply.code) == (422, "invalid-fields")
    assert field in [problem["field"] for problem in reply.body["fields"]]
