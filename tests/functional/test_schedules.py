"""Schedules and free slots through the front door (APT-1, PRT-5)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.bootstrap import services
from chalicelib.domain.identity import SYS
from chalicelib.domain.moments import stamp
from chalicelib.domain.schedules import Interval, slots
from chalicelib.ports import keys, schedule_rows
from chalicelib.ports.tables import Put, Store, every_row
from chalicelib.ports.timers import timer_of
from tests.functional.front import Front, Person, Reply
from tests.functional.may.schedules import SETTINGS

pytestmark = [pytest.mark.xdist_group("story"), pytest.mark.requirement("APT-1", "PRT-5")]

BASE = "/api/v1/schedules"
WHOLE_WEEK = [
    {"weekdays": [1, 2, 3, 4, 5, 6, 7], "start": start, "end": end, "valid_from": "2026-01-01"}
    for start, end in (("09:00", "12:00"), ("13:00", "16:00"))
]
OPEN = {**SETTINGS, "rules": WHOLE_WEEK, "works_on_holidays": True}


class Clinic:
    def __init__(self, front: Front) -> None:
        self.front = front
        self.id = front.organisation("Поликлиника № 5")
        self.registrar, self.doctor = front.staff("registrar", self.id), front.staff("doctor", self.id)

    def call(self, method: str, path: str, body: Any = None, who: Person | None = None, **headers: str) -> Reply:
        token = self.front.fresh((who or self.registrar).token)
        return self.front.call(method, path, body, token=token, **headers)

    def hire(self) -> Person:
        """Another doctor, for nobody works by two schedules at one time."""
        self.doctor = self.front.staff("doctor", self.id)
        return self.doctor

    def schedule(self, **changes: Any) -> str:
        self.hire()
        body = {**OPEN, "member_id": self.doctor.member, "specialty": "therapy", **changes}
        reply = self.call("POST", BASE, body, Idempotency_Key=self.front.key())
        assert reply.status == 201, reply.raw
        return str(reply.body["schedule_id"])

    def first_slot(self, schedule_id: str, day: date) -> Interval:
        return next(slots(schedule_rows.read(services().tables, schedule_id), day, day))


@pytest.fixture(scope="module")
def clinic(front: Front) -> Clinic:
    return Clinic(front)


@pytest.fixture(scope="module")
def anna(front: Front) -> Person:
    return front.sign_in(front.register())


def today() -> date:
    return services().clock().astimezone(ZoneInfo("Europe/Moscow")).date()


def ring(schedule_id: str) -> None:
    """What the trigger does: it would look through all hours of a week first, which takes moto long."""
    row = services().tables.get(keys.timer(SYS, schedule_rows.DISPLACED, schedule_id))
    assert row is not None
    timer = timer_of(row)
    rung = services().timer_topics()[timer.topic](timer)
    services().tables.commit(list(rung.writes))


def test_from_the_registrar_to_the_patient(clinic: Clinic, anna: Person) -> None:
    key = clinic.front.key()
    body = {**OPEN, "member_id": clinic.hire().member, "specialty": "ophthalmology"}
    made = clinic.call("POST", BASE, body, Idempotency_Key=key)
    again = clinic.call("POST", BASE, body, Idempotency_Key=key)
    assert (made.status, again.status) == (201, 201)
    assert made.headers["etag"] == 'W/"1"'
    assert again.headers["idempotent-replay"] == "true"
    assert again.body == made.body
    schedule_id = made.body["schedule_id"]

    codes = clinic.call("GET", "/api/v1/specialties", who=anna).body["items"]
    assert {"code": "ophthalmology", "name": "Офтальмология", "schedules": 1} in codes
    listed = clinic.call("GET", f"{BASE}?specialty=ophthalmology", who=anna, Accept_Language="en").body["items"]
    assert [one["specialty"]["name"] for one in listed] == ["Ophthalmology"]
    assert clinic.call("GET", f"{BASE}/{schedule_id}", who=anna).body.keys() == listed[0].keys()
    whole = clinic.call("GET", f"{BASE}/{schedule_id}", who=clinic.doctor)
    assert whole.body["rules"] == [{**one, "every_weeks": 1} for one in WHOLE_WEEK]
    assert whole.headers["etag"] == 'W/"1"'

    day = today() + timedelta(days=2)
    page = clinic.call("GET", f"{BASE}/{schedule_id}/slots?from={day}&to={day}&limit=7", who=anna).body
    rest = clinic.call(
        "GET", f"{BASE}/{schedule_id}/slots?from={day}&to={day}&limit=100&cursor={page['next']}", who=anna
    ).body
    assert (len(page["items"]), len(rest["items"])) == (7, 11)
    nearest = clinic.call("GET", f"/api/v1/free-slots?specialty=ophthalmology&from={day}&limit=2", who=anna).body
    assert [one["start"] for one in nearest["items"]] == [one["start"] for one in page["items"][:2]]
    assert nearest["items"][0]["schedule"]["schedule_id"] == schedule_id
    more = f"/api/v1/free-slots?specialty=ophthalmology&from={day}&limit=1&cursor={nearest['next']}"
    assert clinic.call("GET", more, who=anna).body["items"][0]["start"] == page["items"][2]["start"]


def test_where_there_is_nothing_the_waiting_list_is_named(clinic: Clinic, anna: Person) -> None:
    schedule_id = clinic.schedule(rules=[], specialty="genetics")
    for path in (f"{BASE}/{schedule_id}/slots", "/api/v1/free-slots?specialty=genetics"):
        body = clinic.call("GET", path, who=anna).body
        assert (body["items"], body["waiting_list"]) == ([], True)
    assert clinic.call("GET", f"{BASE}?specialty=haematology", who=anna).body == {"items": []}


def test_a_change_needs_the_version_and_says_who_loses_a_slot(clinic: Clinic) -> None:
    schedule_id, day = clinic.schedule(), today() + timedelta(days=3)
    slot = clinic.first_slot(schedule_id, day)
    row = {"state": "booked", "until": stamp(slot.end), "patient": clinic.doctor.id, "appointment": "visit-1", "ver": 1}
    services().tables.commit([Put(keys.slot(schedule_id, stamp(slot.start)), row)])
    path, leave = f"{BASE}/{schedule_id}/exceptions/{day}", {"last": str(day), "reason": "sickness", "hours": []}
    assert clinic.call("PUT", path, leave).code == "version-required"
    assert clinic.call("PUT", path, leave, If_Match='W/"2"').code == "stale-version"
    tried = clinic.call("PUT", path + "?dry_run=true", leave, If_Match='W/"1"')
    assert tried.body["displaced"] == {
        "count": 1,
        "appointments": [{"appointment_id": "visit-1", "start": stamp(slot.start)}],
    }
    assert "etag" not in tried.headers
    done = clinic.call("PUT", path, leave, If_Match='W/"1"')
    assert (done.status, done.headers["etag"]) == (200, 'W/"2"')
    assert done.body["displaced"] == tried.body["displaced"]
    ring(schedule_id)
    events = every_row(services().tables, Store.CARD, keys.patient(clinic.doctor.id), "EVENT#")
    told = [one for one in events if one["react"] == ["appointment_displaced"]]
    assert [(one["appointment"], one["schedule"]) for one in told] == [("visit-1", schedule_id)]
    free = clinic.call("GET", f"{BASE}/{schedule_id}/slots?from={day}&to={day}").body
    assert free["items"] == []
    back = clinic.call("DELETE", path, If_Match='W/"2"')
    assert (back.status, back.body["exceptions"], back.body["displaced"]["count"]) == (200, [], 0)
    assert clinic.call("POST", f"{BASE}/{schedule_id}/closure", If_Match='W/"3"').body["state"] == "closed"
    assert clinic.call("PUT", f"{BASE}/{schedule_id}", OPEN, If_Match='W/"4"').code == "wrong-state"
    assert clinic.call("GET", f"{BASE}/{schedule_id}/slots?from={day}").body["items"] == []


def test_another_organisation_sees_and_changes_nothing(clinic: Clinic, front: Front) -> None:
    schedule_id, other = clinic.schedule(), front.staff("registrar")
    shown = clinic.call("GET", f"{BASE}/{schedule_id}", who=other).body
    assert "rules" not in shown
    for reply in (
        clinic.call("PUT", f"{BASE}/{schedule_id}", OPEN, other, If_Match='W/"1"'),
        clinic.call("POST", f"{BASE}/{schedule_id}/closure", None, other, If_Match='W/"1"'),
        clinic.call("DELETE", f"{BASE}/{schedule_id}/exceptions/2026-12-01", None, other, If_Match='W/"1"'),
    ):
        assert reply.code == "access-denied"
    assert clinic.call("GET", "/api/v1/me/schedules", who=other).body == {"items": []}
    own = clinic.call("GET", "/api/v1/me/schedules?limit=1").body
    assert len(own["items"]) == 1
    assert len(clinic.call("GET", "/api/v1/me/schedules", who=clinic.doctor).body["items"]) >= 1


def test_a_system_of_the_clinic_reads_with_its_scope_alone(clinic: Clinic, front: Front) -> None:
    schedule_id = clinic.schedule()
    reader, _ = front.partner("clinical-system", clinic.id, ["scheduling.read"], "МИС")
    writer, _ = front.partner("clinical-system", clinic.id, ["scheduling.write"], "МИС")
    stranger, _ = front.partner("clinical-system", front.organisation("Чужая"), ["scheduling.read"], "МИС")
    path = f"{BASE}/{schedule_id}/slots?limit=500"
    assert len(front.ok("GET", path, token=reader)["items"]) > 100
    assert front.call("GET", path, token=writer).code == "access-denied"
    assert front.call("GET", path, token=stranger).code == "access-denied"
    assert front.ok("GET", "/api/v1/free-slots?specialty=therapy", token=stranger)["items"] == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("/slots?from=2026-13-01", "?from"),
        ("/slots?from=yesterday", "?from"),
        ("/slots?from=2026-12-01T00:00:00", "?from"),
        ("/slots?from=2026-12-01&to=2027-12-01", "?to"),
        ("/slots?from=0001-01-01", "?from"),
        ("/slots?limit=501", "?limit"),
        ("/slots?cursor=none", "?cursor"),
        ("/slots?day=1", "?day"),
    ],
)
def test_what_is_no_question(clinic: Clinic, anna: Person, query: str, field: str) -> None:
    reply = clinic.call("GET", f"{BASE}/nobody{query}", who=anna)
    assert reply.code == "invalid-fields"
    assert [one["field"] for one in reply.body["fields"]] == [field]


@pytest.mark.parametrize("query", ["", "?specialty=alchemy", "?specialty=therapy&organisation=a/b"])
def test_what_is_no_search(clinic: Clinic, anna: Person, query: str) -> None:
    for path in (BASE, "/api/v1/free-slots"):
        assert clinic.call("GET", path + query, who=anna).code == "invalid-fields"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"slot_minutes": 4}, "/slot_minutes"),
        ({"slot_minutes": 241}, "/slot_minutes"),
        ({"slot_minutes": 20.0}, "/slot_minutes"),
        ({"horizon_days": 181}, "/horizon_days"),
        ({"zone": "Europe/Atlantis"}, "/zone"),
        ({"doctor": "\u202e"}, "/doctor"),
        ({"room": "<b>"}, "/room"),
        ({"specialty": "alchemy"}, "/specialty"),
        ({"member_id": "nobody"}, "/member_id"),
        ({"rules": [{**WHOLE_WEEK[0], "weekdays": [8]}]}, "/rules/0/weekdays/0"),
        ({"rules": [{**WHOLE_WEEK[0], "start": "9:00"}]}, "/rules/0/start"),
        ({"rules": [{**WHOLE_WEEK[0], "end": "24:01"}]}, "/rules/0/end"),
        ({"rules": [{**WHOLE_WEEK[0], "end": "08:00"}]}, "/rules/0/end"),
        ({"rules": WHOLE_WEEK + WHOLE_WEEK[:1]}, "/rules/2"),
        ({"rules": [{**WHOLE_WEEK[0], "every_weeks": 3}]}, "/rules/0/every_weeks"),
    ],
)
def test_what_is_no_schedule_is_said_in_both_languages(clinic: Clinic, changes: dict[str, Any], field: str) -> None:
    body = {**OPEN, "member_id": clinic.doctor.member, "specialty": "therapy", **changes}
    reply = clinic.call("POST", BASE, body, Idempotency_Key=clinic.front.key())
    assert reply.status == 422, reply.raw
    assert [one["field"] for one in reply.body["fields"]] == [field]
    assert all(one["message"] and one["message_ru"] for one in reply.body["fields"])


def test_what_a_schedule_may_say(clinic: Clinic) -> None:
    said = clinic.call("GET", "/api/v1/schedule-choices").body
    assert {"code": "cardiology", "name": "Кардиология", "referral": True} in said["specialties"]
    assert {"name": "Asia/Kamchatka", "from_moscow": 9} in said["zones"]
    assert "05-09" in said["public_holidays"]
    assert len(said["sources"]) == 3
