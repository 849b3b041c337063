"""A clinic registers patients, and two cards of one person become one, through the front door (ACT-5, SPC-5)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain import merges
from chalicelib.handlers.events import carry_merges
from tests.functional.front import Front, Person, Reply
from tests.functional.story import PDF, PROTOCOL, policy, pump

pytestmark = pytest.mark.xdist_group("story")


def carried(front: Front) -> None:
    """The schedule's next minutes, without the wait."""
    event: dict[str, Any] = {"id": "e", "account": "0", "time": "t", "region": "r", "resources": [], "detail": {}}
    event |= {"version": "0", "source": "aws.events", "detail-type": "Scheduled Event"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merges, "SETTLED", timedelta(0))
        carry_merges(event, None)
    pump()
    assert front


class Desk:
    """Two registrars of a clinic, its doctor, and a patient with two cards."""

    def __init__(self, front: Front) -> None:
        self.front, clinic = front, front.organisation()
        self.one, self.two = front.staff("registrar", clinic), front.staff("registrar", clinic)
        self.doctor = front.staff("doctor", clinic)

    def two_cards(self) -> tuple[Person, str]:
        """The clinic opened a card by passport and policy, and its patient an account with a card by SNILS."""
        born = {"last_name": "Двойникова", "first_name": "Ольга", "birth_date": "1968-05-21"}
        made = self.register(self.paper(5, **born, oms=policy())).body
        return self.front.patient(**born), made["patient_id"]

    def on_paper(self, patient_id: str) -> None:
        self.front.paper_consent(patient_id, self.one, self.doctor)

    def paper(self, n: int, **changes: Any) -> dict[str, Any]:
        return {
            "last_name": "Щербакова",
            "first_name": "Полина",
            "birth_date": f"1979-0{1 + n % 9}-1{n % 9}",
            "sex": "female",
            "passport_series": "4599",
            "passport_number": f"{n:06d}",
            "consent_text_version": "2026-11",
            "consent_given": True,
            **changes,
        }

    def register(self, body: dict[str, Any], key: str = "") -> Reply:
        return self.front.call(
            "POST", "/api/v1/patients", body, token=self.one.token, Idempotency_Key=key or self.front.key()
        )

    def protocol(self, patient_id: str, text: str) -> str:
        path = f"/api/v1/patients/{patient_id}/examination-protocols"
        token, body = self.doctor.token, {**PROTOCOL, "conclusion": text}
        return str(self.front.ok("POST", path, body, token=token, Idempotency_Key=self.front.key())["id"])

    def merge(self, stays: str, goes: str) -> str:
        place = f"/api/v1/patients/{stays}/merges"
        made = self.front.ok("POST", place, {"source": goes, "basis": "papers-compared"}, token=self.one.token)
        return f"{place}/{made['merge_id']}"

    def say(self, place: str, who: Person, what: str, version: int, **body: Any) -> Reply:
        return self.front.call("POST", f"{place}/{what}", body, token=who.token, If_Match=f'W/"{version}"')


@pytest.fixture(scope="module")
def desk(front: Front) -> Desk:
    return Desk(front)


@pytest.mark.requirement("ACT-5")
def test_a_patient_is_registered_once(desk: Desk) -> None:
    key = desk.front.key()
    made = desk.register(desk.paper(1), key)
    assert (made.status, made.body["outcome"]) == (201, "registered")
    assert desk.register(desk.paper(1), key).body == made.body
    again = desk.register(desk.paper(1))
    assert (again.status, again.body) == (200, {**made.body, "outcome": "exists"})
    asked = desk.register(desk.paper(1, passport_number="777777", last_name="Шербакова"))
    assert (asked.status, asked.code) == (409, "possible-duplicate")
    (candidate,) = asked.body["candidates"]
    assert candidate["patient_id"] == made.body["patient_id"]
    assert "1979" not in asked.raw.decode()
    decision = {"answer": "different", "candidates": [candidate["patient_id"]], "reason": "namesake"}
    other = desk.register(desk.paper(1, passport_number="777777", last_name="Шербакова", decision=decision))
    assert other.status == 201
    path = f"/api/v1/patients/{made.body['patient_id']}/duplicates"
    assert desk.front.ok("GET", path, token=desk.one.token) == {"items": []}


@pytest.mark.requirement("ACT-5")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"passport_number": "", "passport_series": ""}, "/snils"),
        ({"passport_number": ""}, "/passport_number"),
        ({"birth_date": "x"}, "/birth_date"),
        ({"sex": "x"}, "/sex"),
        ({"decision": {"answer": "same", "candidates": ["a", "b"], "reason": "other"}}, "/decision"),
    ],
)
def test_bad_input_names_the_field(desk: Desk, changes: dict[str, Any], field: str) -> None:
    reply = desk.register(desk.paper(3, **changes))
    assert (reply.status, reply.code) == (422, "invalid-fields")
    assert field in [problem["field"] for problem in reply.body["fields"]]


@pytest.mark.requirement("SPC-5")
def test_two_cards_become_one_and_two_again(desk: Desk) -> None:
    front = desk.front
    stays, goes = desk.two_cards()
    front.consent(stays, desk.doctor)
    desk.on_paper(goes)
    mine, theirs = desk.protocol(stays.id, "Бронхит"), desk.protocol(goes, "Отит")
    pump()
    place = desk.merge(stays.id, goes)
    shown = front.ok("GET", place, token=desk.two.token)
    assert shown["records"] == {"stays": {"examination-protocol": 1}, "goes": {"examination-protocol": 1}}
    assert desk.say(place, desk.one, "decision", 1, approve=True, reason="papers-compared").status == 403
    approved = desk.say(place, desk.two, "decision", 1, approve=True, reason="papers-compared")
    assert approved.body["state"] == "running"
    carried(front)
    assert front.ok("GET", place, token=desk.two.token)["state"] == "merged"
    old, new = f"/api/v1/patients/{goes}", f"/api/v1/patients/{stays.id}"
    path = f"/examination-protocols/{theirs}"
    token = desk.doctor.token
    assert front.ok("GET", old + path, token=token)["body"] == front.ok("GET", new + path, token=token)["body"]
    assert front.call("GET", f"{old}{path}/document", token=token, Accept=PDF).raw[:5] == b"%PDF-"
    first = front.ok("GET", f"{old}/examination-protocols?limit=1", token=token)
    rest = front.ok("GET", f"{old}/examination-protocols?limit=1&cursor={first['next']}", token=token)
    assert {item["id"] for page in (first, rest) for item in page["items"]} == {mine, theirs}
    stranger = front.staff("doctor")
    assert front.call("GET", old + path, token=stranger.token).code == "consent-required"
    (seen,) = front.ok("GET", "/api/v1/me/merges", token=stays.token)["items"]
    assert seen["state"] == "merged"
    undone = desk.say(place, desk.one, "undoing", 3, reason="other-person")
    assert undone.status == 200
    carried(front)
    assert front.ok("GET", place, token=desk.two.token)["state"] == "undone"
    assert front.call("GET", new + path, token=token).status == 404
    assert front.call("GET", old + path, token=token).code == "consent-required"  # given anew, not revived
    desk.on_paper(goes)
    assert front.ok("GET", old + path, token=token)["id"] == theirs


@pytest.mark.requirement("SPC-5")
def test_nobody_has_two_snils(desk: Desk) -> None:
    born = {"last_name": "Тёзкина", "birth_date": "1971-02-03"}
    one, other = (desk.front.patient(**born) for _ in range(2))
    place = desk.merge(one.id, other.id)
    assert desk.front.ok("GET", place, token=desk.two.token)["match"]["veto"] == "snils"
    approved = desk.say(place, desk.two, "decision", 1, approve=True, reason="papers-compared")
    assert (approved.code, approved.body["differs"]) == ("wrong-state", "snils")
    assert desk.say(place, desk.two, "decision", 1, approve=False, reason="other-person").status == 200
