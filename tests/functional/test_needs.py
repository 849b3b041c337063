"""ANA-3 through the front door: what is due of a card's records, marks, closed sections, the switch."""

from __future__ import annotations

from typing import Any

import pytest

from local import counting
from tests.functional.events import deliver_audit
from tests.functional.front import Front, Person, Reply

pytestmark = [pytest.mark.xdist_group("functional-needs"), pytest.mark.requirement("ANA-3")]

DIABETES = {"code": "E11.9", "text": "Сахарный диабет 2 типа", "role": "main", "chronic": True}
HBA1C = {
    "name": "Гликированный гемоглобин",
    "loinc": "4548-4",
    "value": "8.4",
    "unit": "%",
    "low": "4.0",
    "high": "6.0",
}


class Card:
    """A woman of 1970 with diabetes since 2024, whose last haemoglobin A1c was high in March 2025."""

    def __init__(self, front: Front) -> None:
        self.front = front
        self.patient, self.doctor = front.patient(birth_date="1970-05-05"), front.staff("doctor")
        front.consent(self.patient, self.doctor)
        self.path, self.list = f"/api/v1/patients/{self.patient.id}", f"/api/v1/needs/{self.patient.id}"
        self.condition = self.write(
            "chronic-conditions", {"occurred_at": "2024-02-03T10:00:00+03:00", "diagnosis": DIABETES}
        )
        self.result = self.write(
            "laboratory-results",
            {
                "occurred_at": "2025-03-12T09:00:00+03:00",
                "laboratory": "Лаборатория № 1",
                "category": "biochemistry",
                "panel": "Биохимия",
                "values": [HBA1C],
            },
        )

    def write(self, collection: str, body: Any) -> str:
        made = self.call("POST", f"{self.path}/{collection}", self.doctor, body, Idempotency_Key=self.front.key())
        assert made.status == 201, made.raw
        return str(made.body["id"])

    def call(self, method: str, path: str, who: Person, body: Any = None, **headers: str) -> Reply:
        return self.front.call(method, path, body, token=self.front.fresh(who.token), **headers)

    def needs(self, who: Person, **headers: str) -> Reply:
        found = self.call("GET", self.list, who, **headers)
        assert found.status == 200, found.raw
        return found

    def rules(self, who: Person, part: str = "items") -> dict[str, Any]:
        return {one["rule"]: one for one in self.needs(who).body[part]}

    def mark(self, who: Person, need: str, mark: str | None, version: str, **more: str) -> Reply:
        body = {"need": need, "mark": mark, **more}
        return self.call("PUT", f"{self.list}/marks", who, body, If_Match=version)


@pytest.fixture(scope="module")
def card(front: Front) -> Card:
    return Card(front)


def test_what_is_due_has_its_reason_its_records_and_its_source(card: Card) -> None:
    found = card.needs(card.patient, Accept_Language="en")
    assert found.headers["etag"] == 'W/"0"'
    due = {one["rule"]: one for one in found.body["items"]}
    hba1c = due["diabetes-hba1c"]
    assert hba1c["since"] == "2025-09-12"
    assert "E11.9" in hba1c["reason"]
    assert "Last record: 12 Mar 2025." in hba1c["reason"]
    assert {one["record"] for one in hba1c["records"]} == {card.condition, card.result}
    assert "168n" in hba1c["source"]["name"]
    assert "project's own choice" in hba1c["source"]["own"]
    assert due["result-unrepeated"]["since"] == "2025-06-10"
    assert "screening-glucose-40" not in due  # the rules of diabetes have it
    assert found.body["not_judged"] == []
    assert "No diagnosis" in found.body["meaning"]
    assert card.rules(card.doctor).keys() == due.keys()


def test_what_looking_costs(card: Card) -> None:
    """Switch, gate, entry; profile, plan and marks in one; eight queries side by side. No call to KMS."""
    counting.watch()
    card.needs(card.patient)
    assert card.needs(card.patient).headers["x-local-calls"] == "dynamodb=12"
    card.needs(card.doctor)
    assert card.needs(card.doctor).headers["x-local-calls"] == "dynamodb=11"


def test_a_mark_silences_a_need_until_the_next_interval(card: Card) -> None:
    need = card.rules(card.patient)["screening-mammography"]["id"]
    assert card.mark(card.patient, "screening-psa", "not-applicable", 'W/"0"').code == "not-found"  # not hers
    assert card.mark(card.patient, need, "done-elsewhere", 'W/"0"', on="2099-01-01").code == "invalid-fields"
    assert card.mark(card.patient, need, "not-applicable", 'W/"0"', on="2026-01-01").code == "invalid-fields"
    refused = card.call("PUT", f"{card.list}/marks", card.patient, {"need": need, "mark": None})
    assert refused.code == "version-required"
    done = card.mark(card.patient, need, "done-elsewhere", 'W/"0"', on="2026-10-01")
    assert (done.status, done.headers["etag"]) == (200, 'W/"1"')
    assert card.mark(card.doctor, need, "not-applicable", 'W/"0"').code == "stale-version"
    assert "screening-mammography" not in card.rules(card.doctor)
    told = card.rules(card.doctor, "marked")["screening-mammography"]["mark"]
    assert told == {"mark": "done-elsewhere", "on": "2026-10-01", "by": "patient", "until": "2028-10-01"}
    assert card.mark(card.doctor, need, None, 'W/"1"').status == 200
    assert "screening-mammography" in card.rules(card.patient)


@pytest.mark.requirement("ANA-3", "ACC-3")
def test_a_closed_section_is_not_judged_and_never_nothing_due(card: Card) -> None:
    other = card.front.staff("doctor")
    assert card.call("GET", f"{card.list}", other).code == "consent-required"
    granted = {"state": "granted", "level": "full", "sections": ["results"]}
    path = f"/api/v1/me/consents/{other.member}"
    assert card.call("PUT", path, card.patient, granted, If_Match='W/"1"').status == 200
    found = card.needs(other).body
    assert {one["rule"] for one in found["items"]} >= {"result-unrepeated", "screening-mammography"}
    closed = {one["rule"]: one for one in found["not_judged"]}
    assert closed["diabetes-hba1c"]["why"] == "section-closed"
    assert closed["diabetes-hba1c"]["sections"] == ["conditions", "visits"]
    assert closed["vaccination"]["sections"] == ["vaccinations"]
    assert "E11" not in str(found)
    need = next(one["id"] for one in found["items"] if one["rule"] == "screening-mammography")
    assert card.mark(other, need, "not-applicable", 'W/"2"').code == "consent-required"


def test_hints_are_the_persons_own_to_switch(card: Card) -> None:
    hints = "/api/v1/me/needs/hints"
    assert card.call("PUT", hints, card.doctor, {"hints": False}).code == "access-denied"
    assert card.call("PUT", hints, card.patient, {"hints": False}).status == 200
    off = card.needs(card.patient).body
    assert (off["hints"], off["items"], off["not_judged"]) == (False, [], [])
    assert card.mark(card.patient, "diabetes-hba1c", "not-applicable", 'W/"2"').code == "wrong-state"
    assert "diabetes-hba1c" in card.rules(card.doctor)
    assert card.call("PUT", hints, card.patient, {"hints": True}).status == 200
    assert "diabetes-hba1c" in card.rules(card.patient)


@pytest.mark.requirement("ANA-3", "ACC-6")
def test_the_owner_sees_who_looked_and_at_which_kinds(card: Card) -> None:
    card.needs(card.doctor)
    deliver_audit()
    lines = card.call("GET", "/api/v1/me/journal?limit=50&action=need:list", card.patient).body["items"]
    assert {line["what"] for line in lines} == {"Карта прочитана, чтобы показать, что пора сделать"}
    marked = card.call("GET", "/api/v1/me/journal?limit=50&action=need:mark", card.patient).body["items"]
    assert [line["outcome"] for line in marked].count("success") == 2
