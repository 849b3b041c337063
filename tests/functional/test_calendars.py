"""Calendars and an outside scheduling system through the front door (APT-2, PRT-5)."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.bootstrap import services
from chalicelib.domain.moments import stamp
from chalicelib.ports import keys
from chalicelib.ports.tables import Store, every_row
from chalicelib.services.calendars import log as outside_log
from tests.functional.front import Front, Person, Reply
from tests.functional.may.schedules import SETTINGS

pytestmark = [pytest.mark.xdist_group("story"), pytest.mark.requirement("APT-2", "PRT-5")]

RULES = [{"weekdays": [1, 2, 3, 4, 5, 6, 7], "start": "09:00", "end": "13:00", "valid_from": "2026-01-01"}]
FEEDS = "/api/v1/me/calendars"
ICS = "text/calendar"


class Town:
    """A clinic with a doctor and a scheduling system of its own, and a patient."""

    def __init__(self, front: Front) -> None:
        self.front, self.clinic = front, front.organisation("Поликлиника № 7")
        self.registrar, self.doctor = front.staff("registrar", self.clinic), front.staff("doctor", self.clinic)
        self.patient = front.patient()
        scopes = ["scheduling.read", "scheduling.write"]
        self.system, self.client = front.partner("clinical-system", self.clinic, scopes, "МИС")
        body = {**SETTINGS, "rules": RULES, "works_on_holidays": True, "member_id": self.doctor.member}
        made = self.call("POST", "/api/v1/schedules", self.registrar, body | {"specialty": "therapy"})
        assert made.status == 201, made.raw
        self.schedule = str(made.body["schedule_id"])

    def call(self, method: str, path: str, who: Person | str, body: Any = None, **headers: str) -> Reply:
        token = who if isinstance(who, str) else self.front.fresh(who.token)
        if method == "POST":
            headers |= {"Idempotency_Key": self.front.key()}
        return self.front.call(method, path, body, token=token, **headers)

    def free(self, after: datetime | None = None) -> str:
        """The next free slot that is two days ahead or more."""
        after = after or services().clock() + timedelta(days=2)
        path = f"/api/v1/schedules/{self.schedule}/slots?from={after:%Y-%m-%d}&to={after + timedelta(days=3):%Y-%m-%d}"
        found = self.call("GET", path, self.patient)
        assert found.status == 200, found.raw
        return next(slot["start"] for slot in found.body["items"] if slot["start"] >= stamp(after))

    def book(self, start: str) -> Any:
        body = {"schedule_id": self.schedule, "start": start}
        made = self.call("POST", "/api/v1/me/appointments", self.patient, body)
        assert made.status == 201, made.raw
        return made.body

    def busy(self, start: str, uid: str, sequence: int = 0, **more: Any) -> Reply:
        end = stamp(datetime.fromisoformat(start) + timedelta(minutes=30))
        change = {"uid": uid, "sequence": sequence, "stamp": stamp(services().clock()), "status": "busy"}
        change |= {"schedule": self.schedule, "start": start, "end": end, **more}
        return self.call("POST", "/api/v1/scheduling/changes", self.system, {"changes": [change]})


@pytest.fixture(scope="module")
def town(front: Front) -> Town:
    return Town(front)


def test_a_calendar_program_follows_a_visit(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    visit = town.book(town.free())
    made = town.call("POST", FEEDS, town.patient, {"detail": "places"})
    assert made.status == 201, made.raw
    path = made.body["url"].removeprefix(services().settings.public_url)
    first = town.front.call("GET", path)
    assert (first.status, first.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert first.headers["cache-control"] == "private, no-cache"
    assert f"UID:{visit['id']}@medkarta".encode() in first.raw.replace(b"\r\n ", b"")
    assert "Поликлиника № 7" in first.raw.replace(b"\r\n ", b"").decode()
    same = town.front.call("GET", path, If_None_Match=first.headers["etag"])
    assert (same.status, same.raw, same.headers["etag"]) == (304, b"", first.headers["etag"])
    version = {"If_Match": f'W/"{visit["version"]}"'}
    gone = town.call("POST", f"/api/v1/me/appointments/{visit['id']}/cancellation", town.patient, **version)
    assert gone.status == 200, gone.raw
    later = town.front.call("GET", path, If_None_Match=first.headers["etag"])
    assert b"STATUS:CANCELLED" in later.raw
    (listed,) = town.call("GET", FEEDS, town.patient).body["items"]
    assert "url" not in listed
    assert town.call("DELETE", f"{FEEDS}/{listed['id']}", town.patient).status == 204
    assert town.front.call("GET", path).code == "feed-unknown"
    secret = path.split(".")[-2]
    assert len(secret) == 32
    assert secret not in caplog.text
    for store in Store:
        assert secret not in str([*every_row(services().tables, store, keys.patient(town.patient.id))])


def test_staff_have_a_calendar_until_they_leave(town: Town) -> None:
    nurse = town.front.staff("nurse", town.clinic)
    made = town.call("POST", FEEDS, nurse, {"schedules": [town.schedule]})
    assert made.status == 201, made.raw
    path = made.body["url"].removeprefix(services().settings.public_url)
    assert town.front.call("GET", path).status == 200
    admin = town.front.administrator()
    left = f"/api/v1/organisations/{town.clinic}/staff/{nurse.member}"
    assert town.front.call("DELETE", left, token=admin.token).status == 204
    assert town.front.call("GET", path).code == "feed-unknown"


def test_an_outside_system_takes_time_moves_it_and_gives_it_back(town: Town) -> None:
    start = town.free()
    assert town.busy(start, "o1").body["items"] == [{"uid": "o1", "outcome": "applied"}]
    assert town.free(datetime.fromisoformat(start)) > start
    refused = town.call("POST", "/api/v1/me/appointments", town.patient, {"schedule_id": town.schedule, "start": start})
    assert (refused.status, refused.code) == (409, "slot-taken")
    assert town.busy(start, "o1").body["items"][0]["outcome"] in {"unchanged", "applied"}
    cancelled = {"uid": "o1", "sequence": 9, "stamp": stamp(services().clock()), "status": "cancelled"}
    answer = town.call("POST", "/api/v1/scheduling/changes", town.system, {"changes": [cancelled, cancelled]})
    assert [one["outcome"] for one in answer.body["items"]] == ["applied", "unchanged"]
    assert town.free(datetime.fromisoformat(start)) == start


def test_a_visit_under_a_taken_time_is_told_and_kept(town: Town) -> None:
    visit = town.book(town.free())
    (answer,) = town.busy(visit["start"], "o2").body["items"]
    assert answer["displaced"] == [visit["id"]]
    mine = town.call("GET", f"/api/v1/me/appointments/{visit['id']}", town.patient)
    assert mine.body["state"] == "booked"
    version = {"If_Match": f'W/"{mine.body["version"]}"'}
    town.call("POST", f"/api/v1/me/appointments/{visit['id']}/cancellation", town.patient, **version)


def test_icalendar_messages_and_the_systems_own_names(town: Town) -> None:
    named = f"/api/v1/schedules/{town.schedule}/outside-id"
    assert town.call("PUT", named, town.registrar, {"outside_id": "R-17"}).status == 200
    assert town.call("GET", named, town.registrar).body["outside_id"] == "R-17"
    start = town.free().replace("-", "").replace(":", "").replace(".000", "")
    event = ["BEGIN:VEVENT", "UID:i1", f"DTSTAMP:{services().clock():%Y%m%dT%H%M%SZ}", f"DTSTART:{start}"]
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "METHOD:REQUEST",
        *event,
        "DURATION:PT30M",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    raw = "\r\n".join(lines).encode()

    def send(query: str, data: bytes = raw, kind: str = ICS) -> Reply:
        path = f"/api/v1/scheduling/messages{query}"
        return town.front.call("POST", path, raw=data, token=town.system, Content_Type=kind)

    answer = send("?outside_id=R-17")
    assert [one["outcome"] for one in answer.body["items"]] == ["applied"], answer.raw
    assert [one["outcome"] for one in send(f"?schedule={town.schedule}").body["items"]] == ["unchanged"]
    assert (send("").status, send("?outside_id=R-99").body["items"][0]["code"]) == (422, "not-found")
    assert send("?outside_id=R-17", b"hello").status == 422
    assert send("?outside_id=R-17", kind="application/json").status == 415
    assert send("?outside_id=R-17", b"x" * 10_000_000).status == 413


def test_two_contents_of_one_version_are_decided_by_the_registrar(town: Town) -> None:
    at = {"stamp": stamp(services().clock())}
    first = town.free()
    second = town.free(datetime.fromisoformat(first) + timedelta(minutes=1))
    assert town.busy(first, "c1", **at).body["items"][0]["outcome"] == "applied"
    assert town.busy(second, "c1", **at).body["items"][0]["outcome"] == "conflict"
    (waiting,) = town.call("GET", "/api/v1/scheduling/conflicts", town.registrar).body["items"]
    assert (waiting["standing"]["start"], waiting["sent"]["start"]) == (first, second)
    path = f"/api/v1/scheduling/conflicts/{waiting['id']}/decision"
    elsewhere = town.front.staff("registrar")
    assert town.call("POST", path, elsewhere, {"take": "sent"}).status == 404
    assert town.call("POST", path, town.registrar, {"take": "sent"}).body["stands"]["start"] == second
    assert town.call("GET", "/api/v1/scheduling/conflicts", town.registrar).body["items"] == []
    assert town.free(datetime.fromisoformat(first)) == first


def test_the_way_back(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    visit = town.book(town.free())
    town.front.pump()
    path = "/api/v1/scheduling/appointments"
    assert town.call("GET", path, town.system).body["items"] == []
    monkeypatch.setattr(outside_log, "SETTLED", timedelta(0))
    found = town.call("GET", path + "?limit=100", town.system).body
    line = next(one for one in found["items"] if one["appointment_id"] == visit["id"])
    assert (line["state"], line["start"], line["schedule_id"]) == ("booked", visit["start"], town.schedule)
    assert town.patient.id not in str(found)
    assert town.call("GET", f"{path}?since={found['next'].replace('#', '%23')}", town.system).body["items"] == []
    assert town.call("GET", path + "?since=x", town.system).status == 422


def test_scopes_and_organisations_bound_what_a_system_does(town: Town) -> None:
    reader, _ = town.front.partner("clinical-system", town.clinic, ["scheduling.read"], "Читатель")
    foreign, _ = town.front.partner("clinical-system", town.front.organisation(), ["scheduling.write"], "Чужая")
    body = {"changes": [{"uid": "x", "sequence": 0, "stamp": stamp(services().clock()), "status": "cancelled"}]}
    assert town.call("POST", "/api/v1/scheduling/changes", reader, body).status == 403
    assert town.call("GET", "/api/v1/scheduling/appointments", foreign).status == 403
    start = town.free()
    taken = {**body["changes"][0], "status": "busy", "schedule": town.schedule, "start": start, "end": start}
    answer = town.call("POST", "/api/v1/scheduling/changes", foreign, {"changes": [taken]})
    assert answer.body["items"][0] == {"uid": "x", "outcome": "refused", "code": "not-found"}
