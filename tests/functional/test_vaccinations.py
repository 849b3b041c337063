"""Vaccinations through the front door: recorded, planned, certified, verified by whoever fetches the keys (REC-6)."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.bootstrap import services
from chalicelib.domain.health_cards import ISSUER_PATH
from tests.functional.front import Front, Person
from tests.health_cards import third_party
from verifier.health_cards import CardFlaw, Trust, cards

pytestmark = [pytest.mark.xdist_group("functional-vaccinations"), pytest.mark.requirement("REC-6")]


@pytest.fixture(scope="module")
def patient(front: Front) -> Person:
    return front.patient(birth_date="1996-04-12")


@pytest.fixture(scope="module")
def doctor(front: Front, patient: Person) -> Person:
    doctor = front.staff("doctor")
    front.consent(patient, doctor)
    return doctor


def vaccination(**changes: Any) -> dict[str, Any]:
    return {
        "occurred_at": "2026-01-12T09:30:00+03:00",
        "vaccine": "mmr",
        "targets": [{"disease": name, "stage": "V"} for name in ("measles", "rubella", "mumps")],
        "lot": "К-118",
        "organisation": "Поликлиника № 1",
        **changes,
    }


def statuses(front: Front, patient: Person, query: str = "") -> dict[str, str]:
    plan = front.ok("GET", f"/api/v1/patients/{patient.id}/vaccination-plan{query}", token=patient.token)
    return {course["course"]: course["status"] for course in plan["courses"]}


def test_a_dose_an_exemption_and_a_plan(front: Front, patient: Person, doctor: Person) -> None:
    path = f"/api/v1/patients/{patient.id}"
    assert statuses(front, patient)["measles"] == "due"  # row 18: a woman of 30 of whom nothing is known
    bad = vaccination(lot="")
    refused = front.call("POST", f"{path}/vaccinations", bad, token=doctor.token, Idempotency_Key=front.key())
    assert (refused.status, refused.body["fields"][0]["field"]) == (422, "/lot")
    front.ok("POST", f"{path}/vaccinations", vaccination(), token=doctor.token, Idempotency_Key=front.key())
    exemption = {
        "occurred_at": "2026-02-01T10:00:00+03:00",
        "kind": "refusal",
        "diseases": ["influenza"],
        "since": "2026-02-01",
        "permanent": True,
        "doctor_name": "Петров Пётр Петрович",
    }
    front.ok("POST", f"{path}/vaccination-exemptions", exemption, token=doctor.token, Idempotency_Key=front.key())
    factors = {"occurred_at": "2026-02-01T10:00:00+03:00", "groups": ["influenza"], "doctor_name": "Петров"}
    front.ok("POST", f"{path}/vaccination-factors", factors, token=doctor.token, Idempotency_Key=front.key())
    found = statuses(front, patient)
    assert (found["measles"], found["influenza"], found["polio"]) == ("due", "exempt", "not-applicable")
    assert set(statuses(front, patient, "?status=exempt,due&course=influenza,polio")) == {"influenza"}
    refused = front.call("GET", f"{path}/vaccination-plan?status=ill", token=patient.token)
    assert (refused.status, refused.body["fields"][0]["field"]) == (422, "?status")


@pytest.mark.requirement("DOC-1")
def test_a_certificate_from_the_request_to_its_revocation(front: Front, patient: Person, doctor: Person) -> None:
    path = f"/api/v1/patients/{patient.id}/vaccination-certificates"
    patient.token = front.fresh(patient.token)
    refused = front.call("POST", path, {}, token=patient.token, Idempotency_Key=front.key())
    assert (refused.status, refused.body["fields"][0]["field"]) == (422, "/names_holder")
    made = front.ok("POST", path, {"names_holder": True}, token=patient.token, Idempotency_Key=front.key())
    assert [line["lot"] for line in made["body"]["vaccinations"]] == ["К-118"]
    front.pump()
    pdf = front.call("GET", f"{path}/{made['id']}/document", token=patient.token, Accept="application/pdf")
    assert (pdf.status, pdf.raw[:5]) == (200, b"%PDF-")
    file = front.call("GET", f"{path}/{made['id']}/file", token=patient.token)
    assert file.headers["content-type"] == "application/smart-health-card"
    assert file.headers["content-disposition"].endswith('.smart-health-card"')
    keys = front.call("GET", f"{ISSUER_PATH}/.well-known/jwks.json")
    assert keys.headers["access-control-allow-origin"] == "*"
    issuer, now = services().settings.public_url + ISSUER_PATH, services().clock().timestamp()
    (card,) = cards(file.raw, Trust(issuer, keys.body, local=True), now)
    assert card.bundle["entry"][0]["resource"]["name"][0]["family"] == "Журавлёва"
    assert third_party(issuer, keys.body, qr=made["body"]["qr"])["bundle"] == card.bundle

    assert front.call("GET", path, token=doctor.token).status == 403
    done = front.ok("POST", f"{path}/{made['id']}/revocation", token=patient.token, If_Match='W/"1"')
    assert done["status"]["state"] == "revoked"
    (listed,) = front.ok("GET", path, token=patient.token)["items"]
    assert listed["status"]["state"] == "revoked"
    revoked = front.call("GET", f"{ISSUER_PATH}/.well-known/crl/{card.kid}.json")
    assert revoked.headers["access-control-allow-origin"] == "*"
    keys = front.ok("GET", f"{ISSUER_PATH}/.well-known/jwks.json")
    with pytest.raises(CardFlaw, match="revoked"):
        cards(file.raw, Trust(issuer, keys, {card.kid: revoked.body}, local=True), now)
    for name in (f"{'x' * 43}.json", f"{card.kid}.txt", "x"):
        assert front.call("GET", f"{ISSUER_PATH}/.well-known/crl/{name}").status == 404
