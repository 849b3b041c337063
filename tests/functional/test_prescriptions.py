"""Warnings, reversals, bad codes, notices of an end and orders at pharmacies, through the front door."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.bootstrap import services
from chalicelib.handlers.events import pharmacy_orders
from chalicelib.handlers.models.prescriptions import NamedDrug
from chalicelib.ports import keys
from chalicelib.ports.prescription_rows import expiry_reminder
from chalicelib.records.bodies.medication import PrescribedDrug
from local.pharmacies import NAME, DemoPharmacies
from tests.functional.front import Front, Person, Reply
from tests.functional.pharmacies import pharmacies
from tests.functional.timers import ring
from tests.world import PRESCRIPTION

pytestmark = pytest.mark.xdist_group("functional-prescriptions")

EVENT: dict[str, Any] = {"id": "e", "account": "0", "time": "t", "region": "r", "resources": [], "detail": {}}
EVENT |= {"version": "0", "source": "aws.events", "detail-type": "Scheduled Event"}
AT = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
BODY = {**PRESCRIPTION, "occurred_at": AT}
DRUG = {**PRESCRIPTION["drugs"][0], "atc": "J01CA04"}
ORDERS = "/api/v1/me/pharmacy-orders"


@pytest.fixture(scope="module")
def chain(front: Front) -> Iterator[DemoPharmacies]:
    with pharmacies() as chain:
        yield chain


@dataclass
class Practice:
    front: Front
    patient: Person
    doctor: Person

    @property
    def base(self) -> str:
        return f"/api/v1/patients/{self.patient.id}"

    def issue(self, **changes: Any) -> Reply:
        token = self.front.fresh(self.doctor.token)
        key = self.front.key()
        return self.front.call(
            "POST", f"{self.base}/prescriptions", {**BODY, **changes}, token=token, Idempotency_Key=key
        )

    def qr(self, record_id: str) -> str:
        path = f"{self.base}/prescriptions/{record_id}"
        return str(self.front.ok("GET", path, token=self.patient.token)["body"]["qr"])

    def called(self, path: str, body: Any, token: str, tag: str = "") -> Reply:
        headers = {"If_Match": tag, "Idempotency_Key": self.front.key()} if tag else {}
        return self.front.call("POST", f"/api/v1/prescriptions/{path}", body, token=token, **headers)


@pytest.fixture(scope="module")
def practice(front: Front, chain: DemoPharmacies) -> Practice:
    made = Practice(front, front.patient(), front.staff("doctor"))
    front.consent(made.patient, made.doctor)
    return made


@pytest.mark.requirement("REC-14", "RX-1")
def test_a_warning_is_asked_for_told_and_answered(practice: Practice) -> None:
    front, doctor = practice.front, practice.doctor
    allergy = {"occurred_at": AT, "substance": "Пенициллины", "category": "drug"}
    front.ok("POST", f"{practice.base}/allergies", allergy, token=doctor.token, Idempotency_Key=front.key())
    asked = {"drugs": [{"inn": "Амоксициллин", "atc": "J01CA04"}]}
    checked = front.ok("POST", f"{practice.base}/prescriptions/checks", asked, token=doctor.token)["warnings"]
    assert [(one["code"], one["severity"]) for one in checked] == [("allergy-group", "warning")]
    refused = practice.issue(drugs=[DRUG])
    assert (refused.status, refused.code, refused.body["warnings"]) == (409, "prescribing-warnings", checked)
    override = {"reason": "no-alternative", "warnings": [checked[0]["key"]]}
    issued = practice.issue(drugs=[DRUG], override=override)
    assert issued.status == 201, issued.raw
    body = front.ok("GET", f"{practice.base}/prescriptions/{issued.body['id']}", token=doctor.token)["body"]
    assert (body["override"]["reason"], body["warnings"], body["edition"]) == ("no-alternative", checked, "1094n-2021")


@pytest.mark.requirement("REC-14")
def test_drugs_are_checked_as_a_form_has_them(practice: Practice) -> None:
    """The same drugs go into the check and into the prescription; a form that is half filled in will do."""
    front, doctor = practice.front, practice.doctor
    path = f"{practice.base}/prescriptions/checks"
    whole, half = {"drugs": [DRUG]}, {"drugs": [{"inn": DRUG["inn"], "strength": DRUG["strength"], "form": None}]}
    told = front.ok("POST", path, whole, token=doctor.token)
    assert front.ok("POST", path, half, token=doctor.token) == told
    wrong = front.call("POST", path, {"drugs": [{"form": DRUG["form"], "colour": "red"}]}, token=doctor.token)
    assert wrong.status == 422
    assert {(field["field"], field["code"], field["message_ru"]) for field in wrong.body["fields"]} == {
        ("/drugs/0/inn", "missing", "Обязательное поле"),
        ("/drugs/0/colour", "extra-forbidden", "Такого поля здесь нет"),
    }
    assert set(NamedDrug.model_fields) == set(PrescribedDrug.model_fields)


@pytest.mark.requirement("RX-5")
def test_rules_of_a_form_are_told_by_field(practice: Practice) -> None:
    reply = practice.issue(
        form="148-1/у-88", validity="60d", drugs=[DRUG, {**DRUG, "inn": "Омепразол"}], ground="chronic"
    )
    assert (reply.status, reply.code) == (422, "invalid-fields")
    assert [one["field"] for one in reply.body["fields"]] == ["/validity", "/ground", "/drugs/1"]


@pytest.mark.requirement("RX-2", "RX-3")
def test_every_bad_code_has_an_answer_of_its_own(practice: Practice) -> None:
    token, _ = practice.front.pharmacy()
    record = practice.issue(drugs=[{**DRUG, "inn": "Лоратадин", "atc": "R06AX13"}]).body["id"]
    qr = practice.qr(record)
    bad = {
        "x" * 3000: (422, "prescription-code-too-long"),
        "Купите слона": (422, "prescription-code-unreadable"),
        "https://elsewhere.example/r/" + "a" * 22: (422, "prescription-code-foreign"),
        qr[:-6] + "AAAAAA": (422, "prescription-code-signature"),
        "a" * 22: (404, "not-found"),
    }
    for text, answer in bad.items():
        for path, who in (("verify", token), ("status", "")):
            reply = practice.called(path, {"code": text}, who)
            assert (reply.status, reply.code) == answer, (path, text[:40])


@pytest.mark.requirement("RX-3")
def test_a_dispensing_is_taken_back_and_everybody_sees_it(practice: Practice) -> None:
    front = practice.front
    (north, _), (south, _) = front.pharmacy(), front.pharmacy()
    record = practice.issue(drugs=[{**DRUG, "inn": "Цетиризин", "atc": "R06AE07"}]).body["id"]
    code = {"code": practice.qr(record)}
    tag = practice.called("verify", code, north).headers["etag"]
    give = {**code, "drugs": [{"line": 1, "packs": 3}], "pharmacist": {"name": "Сидорова"}}
    done = practice.called("dispense", give, north, tag)
    assert (done.status, done.body["state"]) == (200, "dispensed")
    mistake = {**code, "dispensing": done.body["dispensing"], "reason": "not-taken"}
    other = practice.called("reversals", mistake, south, done.headers["etag"])
    assert (other.status, other.code) == (403, "not-your-dispensing")
    back = practice.called("reversals", mistake, north, done.headers["etag"])
    assert (back.status, back.body["state"], back.body["remaining"]) == (200, "active", [3])
    again = practice.called("reversals", mistake, north, back.headers["etag"])
    assert (again.status, again.code) == (409, "already-reversed")
    for reader in (practice.patient, practice.doctor):
        [line] = front.ok("GET", f"{practice.base}/prescriptions/{record}/dispensings", token=reader.token)["items"]
        assert (line["reversed"], line["reversal_reason"], line["pharmacy"]) == (True, "not-taken", "Аптека")


@pytest.mark.requirement("RX-5")
def test_the_end_is_told_of_once(practice: Practice) -> None:
    front = practice.front
    record = practice.issue(drugs=[{**DRUG, "inn": "Омепразол", "atc": "A02BC01"}]).body["id"]
    tables = services().tables
    row = tables.get(keys.record(practice.patient.id, "prescription", record))
    assert row is not None
    now = services().clock()
    near = expiry_reminder(practice.patient.id, row["rx"], record, now, now)
    tables.commit(near)
    front.awake(practice.patient)
    for _ in range(2):
        ring()
    front.pump()
    inbox = front.ok("GET", "/api/v1/me/notices?limit=100", token=practice.patient.token)["items"]
    assert [notice["event"] for notice in inbox].count("prescription_expiring") == 1


@pytest.mark.requirement("RX-7")
def test_stock_a_reservation_and_what_became_of_it(practice: Practice, chain: DemoPharmacies) -> None:
    front, token = practice.front, practice.patient.token
    record = practice.issue(drugs=[{**DRUG, "inn": "Метформин", "atc": "A10BA02"}]).body["id"]
    question = {"prescription_id": record, "region": "Казань"}
    [found] = front.ok("POST", f"{ORDERS}/stock", question, token=token)["items"]
    assert (found["chain"], len(found["offers"])) == (NAME, 2)
    listed = front.ok("GET", "/api/v1/me/pharmacies", token=token)["items"]
    assert [(one["name"], one["loyalty"]) for one in listed] == [(NAME, "none")]
    loyalty = f"/api/v1/me/pharmacies/{NAME}/loyalty"
    front.ok("PUT", loyalty, {"number": "7700-1234", "consent_given": True}, token=token)

    wish = {"prescription_id": record, "chain": NAME, "pharmacy_id": "r-1", "kind": "delivery", "use_loyalty": True}
    assert front.call("POST", ORDERS, wish, token=token, Idempotency_Key=front.key()).status == 422  # whereto?
    wish |= {"delivery": {"address": "Садовая, 5", "phone": "+79160000000"}}
    key = front.key()
    made = front.ok("POST", ORDERS, wish, token=token, Idempotency_Key=key)
    assert front.ok("POST", ORDERS, wish, token=token, Idempotency_Key=key)["id"] == made["id"]
    assert (made["state"], chain.orders) == ("requested", {})
    assert pharmacy_orders(EVENT, None) == {"worked": 1, "failed": 0}
    assert chain.orders[made["id"]]["loyalty_number"] == "7700-1234"
    one = f"{ORDERS}/{made['id']}"
    assert front.ok("GET", one, token=token)["state"] == "confirmed"
    assert front.ok("POST", f"{one}/cancellation", token=token)["cancelling"] is True
    pharmacy_orders(EVENT, None)
    assert [o["state"] for o in front.ok("GET", ORDERS, token=token)["items"]] == ["cancelled"]
    assert front.call("POST", f"{one}/cancellation", token=token).code == "wrong-state"
    assert front.call("DELETE", loyalty, token=token).status == 204
    front.pump()
    inbox = front.ok("GET", "/api/v1/me/notices?limit=100", token=token)["items"]
    assert {"pharmacy_order_confirmed", "pharmacy_order_cancelled"} <= {notice["event"] for notice in inbox}
