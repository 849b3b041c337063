"""The waiting list and changes by the clinic through the front door (APT-2)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.bootstrap import services
from chalicelib.domain.identity import SYS
from chalicelib.ports import keys, schedule_rows
from chalicelib.ports.timers import timer_of
from tests.functional.front import Front, Person, Reply
from tests.functional.story import pump
from tests.functional.test_schedules import OPEN, today

pytestmark = [pytest.mark.xdist_group("story"), pytest.mark.requirement("APT-2")]

OWN = "/api/v1/me/waiting-list"
VISITS = "/api/v1/me/appointments"


class Clinic:
    """A doctor with a schedule, a registrar, and three patients with cards."""

    def __init__(self, front: Front) -> None:
        self.front = front
        self.id = front.organisation("Поликлиника № 6")
        self.registrar, self.doctor = front.staff("registrar", self.id), front.staff("doctor", self.id)
        self.vera, self.gleb, self.dina = (front.patient() for _ in range(3))
        body = {**OPEN, "member_id": self.doctor.member, "specialty": "neurology", "referral": False}
        self.schedule = str(self.made("POST", "/api/v1/schedules", body, self.registrar)["schedule_id"])
        self.path = f"/api/v1/schedules/{self.schedule}"
        pump()  # slots that a new schedule opens are looked at before anybody waits

    def call(self, method: str, path: str, body: Any, who: Person, version: int = 0) -> Reply:
        headers = {"Idempotency_Key": self.front.key()} if method == "POST" else {}
        headers |= {"If_Match": f'W/"{version}"'} if version else {}
        return self.front.call(method, path, body, token=self.front.fresh(who.token), **headers)

    def made(self, method: str, path: str, body: Any, who: Person, version: int = 0) -> Any:
        reply = self.call(method, path, body, who, version)
        assert reply.status < 300, (path, reply.status, reply.raw)
        return reply.body

    def start(self, days: int, at: int = 0) -> str:
        day = today() + timedelta(days=days)
        listed = self.made("GET", f"{self.path}/slots?from={day}&to={day}", None, self.vera)["items"]
        return str(listed[at]["start"])

    def book(self, who: Person, start: str) -> Any:
        return self.made("POST", VISITS, {"schedule_id": self.schedule, "start": start}, who)

    def cancel(self, who: Person, visit: Any) -> None:
        self.made("POST", f"{VISITS}/{visit['id']}/cancellation", None, who, visit["version"])
        pump()

    def wait(self, who: Person, **changes: Any) -> Any:
        last = (today() + timedelta(days=20)).isoformat()
        return self.made("POST", OWN, {"schedule_id": self.schedule, "last": last, **changes}, who)

    def entry(self, who: Person, entry: Any) -> Any:
        return self.made("GET", f"{OWN}/{entry['id']}", None, who)

    def events(self, who: Person) -> list[str]:
        return [one["event"] for one in self.made("GET", "/api/v1/me/notices?limit=50", None, who)["items"]]


@pytest.fixture(scope="module")
def clinic(front: Front) -> Clinic:
    return Clinic(front)


def test_a_freed_slot_is_offered_declined_and_accepted(clinic: Clinic) -> None:
    start = clinic.start(3)
    visit = clinic.book(clinic.dina, start)
    first, second = clinic.wait(clinic.vera), clinic.wait(clinic.gleb, parts=["morning"])
    assert clinic.entry(clinic.gleb, second)["ahead"] == 1
    clinic.cancel(clinic.dina, visit)
    offered = clinic.entry(clinic.vera, first)
    assert (offered["state"], offered["offer"]["start"]) == ("offered", start)
    assert "slot_offered" in clinic.events(clinic.vera)
    taken = clinic.call("POST", VISITS, {"schedule_id": clinic.schedule, "start": start}, clinic.dina)
    assert (taken.status, taken.code) == (409, "slot-taken")
    assert start not in [clinic.start(3, n) for n in range(2)]  # nor is it shown as free

    refusal = f"{OWN}/{first['id']}/refusal"
    assert clinic.call("POST", refusal, None, clinic.vera, 99).code == "stale-version"
    assert clinic.made("POST", refusal, None, clinic.vera, offered["version"])["state"] == "waiting"
    pump()
    offered = clinic.entry(clinic.gleb, second)
    accepted = clinic.made("POST", f"{OWN}/{second['id']}/acceptance", {}, clinic.gleb, offered["version"])
    assert (accepted["state"], accepted["start"]) == ("booked", start)
    assert clinic.entry(clinic.gleb, second)["state"] == "booked"
    assert clinic.call("POST", refusal, None, clinic.vera, offered["version"]).status in {409, 412}
    assert clinic.call("DELETE", f"{OWN}/{first['id']}", None, clinic.vera).status == 204
    assert [one["state"] for one in clinic.made("GET", OWN, None, clinic.vera)["items"]] == ["left"]


def test_a_registrar_sees_the_order_and_no_names(clinic: Clinic) -> None:
    entries = [clinic.wait(who, weekdays=[1]) for who in (clinic.vera, clinic.dina)]
    path = f"{clinic.path}/waiting-list"
    page = clinic.made("GET", f"{path}?limit=1", None, clinic.registrar)
    assert [one["id"] for one in page["items"]] == [entries[0]["id"]]
    assert page["waiting"] == {"schedule": 2, "specialty": 0, "displaced": 0}
    rest = clinic.made("GET", f"{path}?limit=1&cursor={page['next']}", None, clinic.registrar)
    assert [one["id"] for one in rest["items"]] == [entries[1]["id"]]
    body = {"first": True, "reason": "Решение врачебной комиссии"}
    clinic.made("PUT", f"{path}/{entries[1]['id']}/priority", body, clinic.registrar)
    reply = clinic.call("GET", path, None, clinic.registrar)
    assert [one["id"] for one in reply.body["items"]] == [entries[1]["id"], entries[0]["id"]]
    assert not any(who.id in reply.raw.decode() for who in (clinic.vera, clinic.dina))
    assert clinic.entry(clinic.dina, entries[1])["reason"] == body["reason"]
    other = clinic.front.staff("registrar")
    assert clinic.call("GET", path, None, other).status == 404
    assert clinic.call("PUT", f"{path}/{entries[0]['id']}/priority", body, other).status == 404
    assert clinic.call("GET", f"{path}?list=all", None, clinic.registrar).code == "invalid-fields"
    for who, entry in zip((clinic.vera, clinic.dina), entries, strict=True):
        assert clinic.call("DELETE", f"{OWN}/{entry['id']}", None, who).status == 204


def test_an_entry_is_its_persons_alone(clinic: Clinic) -> None:
    entry = clinic.wait(clinic.vera)
    for method, path, body in (
        ("GET", "", None),
        ("DELETE", "", None),
        ("POST", "/acceptance", {}),
        ("POST", "/refusal", None),
    ):
        assert clinic.call(method, f"{OWN}/{entry['id']}{path}", body, clinic.gleb, 1).status == 404
    again = clinic.call("POST", OWN, {"schedule_id": clinic.schedule, "last": str(today())}, clinic.vera)
    assert (again.status, again.code) == (409, "already-exists")
    both = {
        "schedule_id": clinic.schedule,
        "specialty": "neurology",
        "organisation_id": clinic.id,
        "last": str(today()),
    }
    assert clinic.call("POST", OWN, both, clinic.vera).code == "invalid-fields"
    past = {"schedule_id": clinic.schedule, "last": str(today() - timedelta(days=1))}
    assert clinic.call("POST", OWN, past, clinic.gleb).body["fields"][0]["field"] == "/last"
    assert clinic.call("DELETE", f"{OWN}/{entry['id']}", None, clinic.vera).status == 204


def test_a_doctor_falls_ill(clinic: Clinic) -> None:
    day = today() + timedelta(days=6)
    visit = clinic.book(clinic.dina, clinic.start(6))
    version = int(clinic.call("GET", clinic.path, None, clinic.registrar).headers["etag"].split('"')[1])
    away = {"last": str(day), "reason": "sickness", "hours": []}
    clinic.made("PUT", f"{clinic.path}/exceptions/{day}", away, clinic.registrar, version)
    rung(clinic.schedule)
    assert "visit_displaced" in clinic.events(clinic.dina)
    shown = clinic.made("GET", f"{VISITS}/{visit['id']}/alternatives", None, clinic.dina)
    assert shown["displaced"]
    assert shown["answer_by"][:10] == str(day - timedelta(days=1))
    assert str(day) not in {one["start"][:10] for one in shown["items"]}
    assert clinic.call("GET", f"{VISITS}/{visit['id']}/alternatives", None, clinic.vera).status == 404
    displaced = clinic.made("GET", f"{VISITS}/{visit['id']}", None, clinic.dina)
    to = {"start": shown["items"][0]["start"]}
    moved = clinic.made("PUT", f"{VISITS}/{visit['id']}/time", to, clinic.dina, displaced["version"])
    assert (moved["displaced"], moved["start"]) == (False, to["start"])
    counted = clinic.made("GET", f"{clinic.path}/waiting-list", None, clinic.registrar)["waiting"]
    assert counted["displaced"] == 0


def rung(schedule_id: str) -> None:
    """What the trigger does with the timer of a change, and its reactions."""
    row = services().tables.get(keys.timer(SYS, schedule_rows.DISPLACED, schedule_id))
    assert row is not None
    timer = timer_of(row)
    rung = services().timer_topics()[timer.topic](timer)
    services().gate.commit(list(rung.staged), list(rung.writes))
    pump()
