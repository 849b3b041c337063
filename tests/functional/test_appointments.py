"""Appointments through the front door (APT-1, SPC-7): a patient's way, the clinic's way, and who may not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.bootstrap import services
from chalicelib.domain.moments import stamp
from chalicelib.domain.schedules import Interval, slots
from chalicelib.ports import keys, schedule_rows
from chalicelib.ports.tables import Put, Store, Update
from tests.functional.front import Front, Person, Reply
from tests.functional.may.schedules import SETTINGS

pytestmark = [pytest.mark.xdist_group("story"), pytest.mark.requirement("APT-1")]

OWN = "/api/v1/me/appointments"
ROUND_THE_CLOCK = [{"weekdays": [1, 2, 3, 4, 5, 6, 7], "start": "00:00", "end": "24:00", "valid_from": "2026-01-01"}]
HOURS: dict[str, Any] = {**SETTINGS, "rules": ROUND_THE_CLOCK, "works_on_holidays": True, "slot_minutes": 30}


class Clinic:
    """A registrar and two doctors with schedules round the clock; two patients, one of them registered there."""

    def __init__(self, front: Front) -> None:
        self.front = front
        self.id = front.organisation("Поликлиника № 7")
        self.registrar, self.doctor = front.staff("registrar", self.id), front.staff("doctor", self.id)
        self.anna, self.boris = front.patient(), front.patient()
        services().tables.commit([Put(keys.clinic(self.anna.id, self.id), {"organisation": self.id})])
        second = front.staff("doctor", self.id)
        self.therapy, self.heart = self.schedule("therapy", self.doctor), self.schedule("cardiology", second)

    def schedule(self, specialty: str, doctor: Person) -> str:
        body = {**HOURS, "member_id": doctor.member, "specialty": specialty}
        key = self.front.key()
        reply = self.call(self.registrar, "POST", "/api/v1/schedules", body, Idempotency_Key=key)
        assert reply.status == 201, reply.raw
        return str(reply.body["schedule_id"])

    def call(self, who: Person, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        return self.front.call(method, path, body, token=self.front.fresh(who.token), **headers)

    def slot(self, schedule: str, days: int, number: int = 20) -> Interval:
        """Of a day in the schedule's zone; 20 is ten in the morning."""
        found = schedule_rows.read(services().tables, schedule)
        day = found.local_day(services().clock()) + timedelta(days=days)
        return list(slots(found, day, day))[number]

    def book(self, who: Person, slot: Interval, key: str = "", **changes: Any) -> Reply:
        body = {"schedule_id": self.therapy, "start": slot.start.isoformat(), **changes}
        return self.call(who, "POST", OWN, body, Idempotency_Key=key or self.front.key())

    def cancel(self, who: Person, made: Any) -> None:
        done = self.call(who, "POST", f"{OWN}/{made['id']}/cancellation", If_Match=f'W/"{made["version"]}"')
        assert (done.status, done.body["state"]) == (200, "cancelled"), done.raw

    def of_schedule(self, path: str = "", schedule: str = "") -> str:
        return f"/api/v1/schedules/{schedule or self.therapy}/appointments{path}"


@pytest.fixture(scope="module")
def clinic(front: Front) -> Clinic:
    return Clinic(front)


def outcome(reply: Reply) -> tuple[int, str]:
    return reply.status, reply.code


def test_a_patients_way(clinic: Clinic) -> None:
    slot, key = clinic.slot(clinic.therapy, 3), clinic.front.key()
    made = clinic.book(clinic.anna, slot, key, reason="Болит спина с понедельника")
    assert (made.status, made.headers["etag"]) == (201, 'W/"1"')
    assert (made.body["start"], made.body["reason"]) == (stamp(slot.start), "Болит спина с понедельника")
    again = clinic.book(clinic.anna, slot, key, reason="Болит спина с понедельника")
    assert (again.status, again.headers["idempotent-replay"], again.body["id"]) == (201, "true", made.body["id"])
    lost = clinic.book(clinic.boris, slot)
    assert outcome(lost) == (409, "slot-taken")
    assert len(lost.body["nearest"]) == 5
    assert stamp(slot.start) not in lost.body["nearest"]

    path = f"{OWN}/{made.body['id']}"
    assert clinic.call(clinic.anna, "GET", path).body["reason"] == "Болит спина с понедельника"
    assert outcome(clinic.call(clinic.boris, "GET", path)) == (404, "not-found")
    to = {"start": clinic.slot(clinic.therapy, 4).start.isoformat()}
    assert outcome(clinic.call(clinic.anna, "PUT", path + "/time", to)) == (428, "version-required")
    moved = clinic.call(clinic.anna, "PUT", path + "/time", to, If_Match='W/"1"')
    assert (moved.status, moved.headers["etag"], moved.body["id"]) == (200, 'W/"2"', made.body["id"])
    assert outcome(clinic.call(clinic.anna, "PUT", path + "/time", to, If_Match='W/"1"')) == (412, "stale-version")
    theirs = clinic.book(clinic.boris, slot)  # the old slot is free for others
    assert theirs.status == 201
    assert outcome(clinic.book(clinic.anna, clinic.slot(clinic.therapy, 6))) == (409, "too-many-open")
    same_time = {"schedule_id": clinic.heart}
    assert outcome(clinic.book(clinic.anna, clinic.slot(clinic.heart, 4), **same_time)) == (409, "own-overlap")
    assert outcome(clinic.book(clinic.anna, clinic.slot(clinic.heart, 5), **same_time)) == (409, "referral-needed")
    past = clinic.slot(clinic.therapy, -1)
    assert outcome(clinic.book(clinic.boris, past)) == (409, "slot-not-there")

    assert [one["id"] for one in clinic.call(clinic.anna, "GET", OWN).body["items"]] == [made.body["id"]]
    clinic.cancel(clinic.anna, moved.body)
    clinic.cancel(clinic.boris, theirs.body)
    assert clinic.call(clinic.anna, "GET", OWN).body["items"] == []
    every = clinic.call(clinic.anna, "GET", OWN + "?which=all&limit=1").body["items"]
    assert [(one["id"], one["state"]) for one in every] == [(made.body["id"], "cancelled")]
    assert outcome(clinic.call(clinic.anna, "GET", OWN + "?which=some")) == (422, "invalid-fields")


@pytest.mark.parametrize("start", ["tomorrow", "2026-12-01T09:00:00", "0001-01-01T00:00:00+03:00", 5, None])
def test_what_is_no_moment(clinic: Clinic, start: Any) -> None:
    body = {"schedule_id": clinic.therapy, "start": start}
    reply = clinic.call(clinic.boris, "POST", OWN, body, Idempotency_Key=clinic.front.key())
    assert outcome(reply) == (422, "invalid-fields")


@pytest.mark.requirement("APT-1", "SPC-7")
def test_a_suspended_card_is_not_booked_for(clinic: Clinic) -> None:
    person = clinic.front.patient()
    services().tables.commit([Update(keys.card(person.id), {"state": "suspended"})])
    assert outcome(clinic.book(person, clinic.slot(clinic.therapy, 7))) == (403, "card-state")
    without = clinic.front.sign_in(clinic.front.register())
    assert outcome(clinic.book(without, clinic.slot(clinic.therapy, 7))) == (403, "card-state")


def test_the_clinics_way(clinic: Clinic) -> None:
    found = schedule_rows.read(services().tables, clinic.therapy)
    now = services().clock()
    day = found.local_day(now)
    slot = next(one for one in slots(found, day, day) if now < one.end)
    body, path = {"patient_id": clinic.anna.id, "start": slot.start.isoformat()}, clinic.of_schedule()
    stranger = {**body, "patient_id": clinic.boris.id}
    key = {"Idempotency_Key": clinic.front.key()}
    assert outcome(clinic.call(clinic.registrar, "POST", path, stranger, **key)) == (404, "not-found")
    assert outcome(clinic.call(clinic.doctor, "POST", path, stranger, **key)) == (403, "consent-required")
    made = clinic.call(clinic.registrar, "POST", path, body, **key)
    assert (made.status, made.body["patient_id"], made.body["booked_by"]) == (201, clinic.anna.id, "registrar")
    one = clinic.of_schedule("/" + made.body["id"])
    listed = clinic.call(clinic.registrar, "GET", f"{path}?day={day}").body["items"]
    assert [(row["id"], row["missed"]) for row in listed] == [(made.body["id"], 0)]
    assert outcome(clinic.call(clinic.registrar, "GET", path + "?day=soon")) == (422, "invalid-fields")

    missed = clinic.call(clinic.registrar, "POST", one + "/absence", If_Match='W/"1"')
    assert (missed.status, missed.body["state"], missed.body["missed"]) == (200, "noshow", 1), missed.raw
    done = clinic.call(clinic.doctor, "POST", one + "/fulfilment", {}, If_Match='W/"2"')
    assert (done.status, done.body["state"], done.body["missed"]) == (200, "fulfilled", 0)
    wrong = clinic.call(clinic.registrar, "POST", one + "/arrival", If_Match='W/"3"')
    assert outcome(wrong) == (409, "wrong-state")
    unknown = {"visit": "01890000-0000-7000-8000-000000000000"}
    other = clinic.front.staff("registrar")  # of another organisation
    assert outcome(clinic.call(other, "GET", one)) == (404, "not-found")
    assert outcome(clinic.call(other, "POST", one + "/fulfilment", unknown, If_Match='W/"3"')) == (404, "not-found")


def test_with_consent_the_doctor_reads_why_somebody_comes_and_the_clinic_cancels(clinic: Clinic) -> None:
    slot = clinic.slot(clinic.therapy, 8)
    made = clinic.book(clinic.boris, slot, reason="Кашель третью неделю").body
    one = clinic.of_schedule("/" + made["id"])
    assert "reason" not in clinic.call(clinic.doctor, "GET", one).body
    # That the doctor wanted to book without it has asked for it (test_the_clinics_way).
    granted = {"state": "granted", "level": "full"}
    answered = clinic.call(
        clinic.boris, "PUT", f"/api/v1/me/consents/{clinic.doctor.member}", granted, If_Match='W/"1"'
    )
    assert answered.status == 200, answered.raw
    assert clinic.call(clinic.doctor, "GET", one).body["reason"] == "Кашель третью неделю"
    assert "reason" not in clinic.call(clinic.registrar, "GET", one).body
    day = slot.start.astimezone(ZoneInfo("Europe/Moscow")).date()
    (listed,) = clinic.call(clinic.doctor, "GET", clinic.of_schedule(f"?day={day}")).body["items"]
    assert listed["reason"] == "Кашель третью неделю"
    gone = clinic.call(clinic.registrar, "POST", one + "/cancellation", {"why": "doctor-absent"}, If_Match='W/"1"')
    assert (gone.status, gone.body["why"]) == (200, "doctor-absent")
    clinic.front.pump()
    inbox = clinic.call(clinic.boris, "GET", "/api/v1/me/notices").body["items"]
    assert inbox[0]["event"] == "appointment_cancelled"
    assert clinic.call(clinic.boris, "GET", f"{OWN}/{made['id']}").body["why"] == "doctor-absent"


def test_no_word_of_a_reason_lies_open(clinic: Clinic) -> None:
    made = clinic.book(clinic.boris, clinic.slot(clinic.therapy, 9), reason="Незабудкин кашель").body
    row = services().tables.get(keys.appointment(clinic.boris.id, made["id"]))
    assert row is not None
    assert "Незабудкин".encode() not in bytes(row["sealed"])
    assert "reason" not in row
    rows = services().tables.query(Store.CARD, keys.schedule_rows(clinic.therapy), keys.SLOT, limit=100).items
    assert all(set(one) <= {"pk", "sk", "state", "until", "patient", "appointment", "ver"} for one in rows)
    clinic.cancel(clinic.boris, made)
