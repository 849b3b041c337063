"""A doctor's protocol and a laboratory result are found through the front door, by whoever may list them (REC-11)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.functional.front import Front, Person
from tests.functional.story import PROTOCOL, RESULT, pump

pytestmark = pytest.mark.xdist_group("search")


class Ward:
    def __init__(self, front: Front) -> None:
        self.front = front
        self.patient, self.doctor = front.patient(), front.staff("doctor")
        front.consent(self.patient, self.doctor)
        self.path = f"/api/v1/patients/{self.patient.id}"
        self.protocol = self.write("examination-protocols", {**PROTOCOL, "conclusion": "Острый бронхит"})
        self.result = self.write("laboratory-results", {**RESULT, "conclusion": "Признаки анемии"})
        pump()

    def write(self, collection: str, body: dict[str, Any]) -> str:
        headers = {"token": self.doctor.token, "Idempotency_Key": self.front.key()}
        return str(self.front.ok("POST", f"{self.path}/{collection}", body, **headers)["id"])

    def found(self, who: Person, **asked: Any) -> list[str]:
        ids, cursor = [], ""
        while True:
            answer = self.front.ok("POST", f"{self.path}/search", {**asked, "cursor": cursor}, token=who.token)
            ids += [item["id"] for item in answer["items"]]
            if "next" not in answer:
                return ids
            cursor = answer["next"]


@pytest.fixture(scope="module")
def ward(front: Front) -> Ward:
    return Ward(front)


@pytest.mark.requirement("REC-11")
def test_records_are_found_in_other_cases_of_their_words_by_doctor_and_by_kind(ward: Ward) -> None:
    for who in (ward.doctor, ward.patient):
        assert ward.found(who, text="бронхита") == [ward.protocol]
        assert ward.found(who, text="анемией") == [ward.result]
        assert ward.found(who, kinds=["laboratory-result"]) == [ward.result]

        assert ward.found(who, doctor="петров", sections=["results"], limit=1) == [ward.result]
        assert ward.found(who, text="бронхит", to="2001-01-01") == []


@pytest.mark.requirement("REC-11", "ACC-2")
def test_strangers_and_the_uninvited_find_nothing(ward: Ward, front: Front) -> None:
    for who, status in ((front.patient(), 404), (front.staff("doctor"), 403), (front.staff("registrar"), 403)):
        assert front.call("POST", f"{ward.path}/search", {"text": "бронхит"}, token=who.token).status == status
    assert front.call("POST", f"{ward.path}/search", {"text": "бронхит"}).status == 401


def test_pages_go_on_and_a_cursor_is_good_for_its_own_question(ward: Ward) -> None:
    asked = {"from": "2001-01-01"}
    assert ward.found(ward.patient, **asked, limit=1) == ward.found(ward.patient, **asked)
    path, token = f"{ward.path}/search", ward.patient.token
    first = ward.front.ok("POST", path, {**asked, "limit": 1}, token=token)
    for changes in ({"from": "2001-01-02"}, {**asked, "text": "бронхит"}):
        reply = ward.front.call("POST", path, {**changes, "cursor": first["next"]}, token=token)
        assert (reply.status, reply.body["fields"][0]["field"]) == (422, "/cursor")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "/text"),
        ({"text": "и не на"}, "/text"),
        ({"text": "ы" * 300}, "/text"),
        ({"text": "к" * 501}, "/text"),
        ({"text": "бронхит\u0000"}, "/text"),
        ({"text": ["бронхит"]}, "/text"),
        ({"text": "<script>", "from": "2026-02-30"}, "/from"),
        ({"from": "2026-02-02", "to": "2026-02-01"}, "/to"),
        ({"kinds": ["horoscope"]}, "/kinds/0"),
        ({"sections": ["attic"]}, "/sections/0"),
        ({"text": "бронхит", "limit": 0}, "/limit"),
        ({"text": "бронхит", "cursor": "x"}, "/cursor"),
        ({"text": "бронхит", "page": 2}, "/page"),
    ],
    ids=lambda value: value if isinstance(value, str) else ascii(value)[:30],
)
def test_bad_questions_are_answered_by_field(ward: Ward, body: dict[str, Any], field: str) -> None:
    reply = ward.front.call("POST", f"{ward.path}/search", body, token=ward.doctor.token)
    assert (reply.status, reply.body["fields"][0]["field"]) == (422, field)
    assert "бронхит" not in reply.raw.decode()
    if "<script>" in str(body):
        assert "script" not in reply.raw.decode()
