"""APT-4 through the front door: a first visit, its record, and the next visit's form and draft filled in from it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader

from local import counting
from tests.functional.events import deliver_audit
from tests.functional.front import Front, Person, Reply
from tests.functional.story import pump

pytestmark = [pytest.mark.xdist_group("functional-visit-forms"), pytest.mark.requirement("APT-4")]

NOW = datetime.now(UTC)
DAYTIME = range(2, 21)
ZONE = next(zone for zone in ("Europe/Moscow", "Asia/Vladivostok") if NOW.astimezone(ZoneInfo(zone)).hour in DAYTIME)
"""Where it is day now: a visit is begun on its day."""
DIAGNOSIS = {"code": "I10", "text": "Гипертензия", "role": "main", "chronic": True}
ANSWERS = {
    "complaints": "Головная боль по утрам",
    "medicines": [{"name": "Мелатонин", "taking": "new"}],
    "questions": "Можно ли снизить дозу?",
}


class Clinic:
    """A cardiologist who is free all day, their patient, and what both do with appointments."""

    def __init__(self, front: Front) -> None:
        self.front, self.patient, organisation = front, front.patient(), front.organisation()
        self.doctor, self.registrar = front.staff("doctor", organisation), front.staff("registrar", organisation)
        front.consent(self.patient, self.doctor)
        rule = {"weekdays": [1, 2, 3, 4, 5, 6, 7], "start": "00:00", "end": "24:00", "valid_from": "2020-01-01"}
        form = {"doctor": "Петров Пётр Петрович", "position": "врач-кардиолог", "room": "204", "zone": ZONE}
        form |= {"slot_minutes": 5, "rules": [rule], "notice_minutes": 0, "referral": False, "works_on_holidays": True}
        form |= {"member_id": self.doctor.member, "specialty": "cardiology"}
        made = front.call("POST", "/api/v1/schedules", form, token=self.registrar.token, Idempotency_Key=front.key())
        assert made.status == 201, made.raw
        self.schedule = str(made.body["schedule_id"])
        self.card = f"/api/v1/patients/{self.patient.id}"

    def book(self, nth: int) -> str:
        """The slot with this number of those that are free."""
        slots = self.call("GET", f"/api/v1/schedules/{self.schedule}/slots", self.patient).body["items"]
        form = {"schedule_id": self.schedule, "start": slots[nth]["start"]}
        return str(self.made("/api/v1/me/appointments", form, self.patient)["id"])

    def call(self, method: str, path: str, who: Person, body: Any = None, **headers: str) -> Reply:
        return self.front.call(method, path, body, token=self.front.fresh(who.token), **headers)

    def made(self, path: str, body: Any, who: Person) -> Any:
        made = self.call("POST", path, who, body, Idempotency_Key=self.front.key())
        assert made.status == 201, made.raw
        return made.body

    def write(self, collection: str, body: Any, who: Person) -> str:
        at = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
        return str(self.made(f"{self.card}/{collection}", {"occurred_at": at, **body}, who)["id"])

    def step(self, appointment: str, step: str, body: Any = None) -> None:
        own = self.call("GET", f"/api/v1/me/appointments/{appointment}", self.patient)
        path = f"/api/v1/schedules/{self.schedule}/appointments/{appointment}/{step}"
        done = self.call("POST", path, self.doctor, body, If_Match=own.headers["etag"])
        assert done.status == 200, done.raw

    def form(self, appointment: str, **headers: str) -> Reply:
        return self.call("GET", f"/api/v1/me/appointments/{appointment}/form", self.patient, **headers)

    def draft(self, appointment: str, who: Person, query: str = "") -> Reply:
        return self.call("GET", f"/api/v1/visit-drafts/{self.patient.id}/{appointment}{query}", who)


@pytest.fixture(scope="module")
def clinic(front: Front) -> Clinic:
    return Clinic(front)


@pytest.fixture(scope="module")
def second(clinic: Clinic) -> dict[str, str]:
    """A first visit took place with a record of it; the second is booked."""
    drug = {"inn": "Лизиноприл", "form": "таблетки", "strength": "10 мг"}
    taken = {"drug": drug, "dosage": "1 раз в день", "started_on": "2026-01-10"}
    first = clinic.book(3)
    empty = clinic.form(first).body
    assert (empty["state"], empty["last_visit"], empty["body"]) == ("open", None, {})
    clinic.step(first, "arrival")
    assert clinic.form(first).body["state"] == "closed"
    draft = clinic.draft(first, clinic.doctor).body
    assert draft["missing"] == ["/reason"]
    body = {"doctor_name": draft["body"]["doctor_name"], "reason": "Повышенное давление", "diagnoses": [DIAGNOSIS]}
    visit = clinic.write("visits", {**body, "recommendations": "Вести дневник давления"}, clinic.doctor)
    clinic.step(first, "fulfilment", {"visit": visit})
    medicine = clinic.write("medication-statements", taken, clinic.patient)
    return {"first": first, "visit": visit, "medicine": medicine, "appointment": clinic.book(6)}


def test_the_next_form_is_filled_in_from_the_visit_and_the_card(clinic: Clinic, second: dict[str, str]) -> None:
    reply = clinic.form(second["appointment"], Accept_Language="en")
    form = reply.body
    assert reply.headers["etag"] == 'W/"0"'
    assert form["last_visit"]["record"] == second["visit"]
    assert form["body"]["medicines"] == [{"name": "Лизиноприл 10 мг", "dosage": "1 раз в день"}]
    (source,) = form["prefilled"]["sources"]
    assert (source["record"], source["changed"]) == (second["medicine"], True)
    (advised,) = form["beside"]
    assert advised["value"] == "Вести дневник давления"
    assert advised["reason"].startswith("the doctor advised")


def test_what_looking_costs(clinic: Clinic, second: dict[str, str]) -> None:
    """Session, right and card; the entry; the appointment; schedule and queries side by side. No call to KMS."""
    counting.watch()
    clinic.form(second["appointment"])
    assert clinic.form(second["appointment"]).headers["x-local-calls"] == "dynamodb=14"
    clinic.draft(second["appointment"], clinic.doctor)
    assert clinic.draft(second["appointment"], clinic.doctor).headers["x-local-calls"] == "dynamodb=13"


def test_from_a_draft_to_a_record_before_the_doctor(clinic: Clinic, second: dict[str, str]) -> None:
    path = f"/api/v1/me/appointments/{second['appointment']}/form"
    related = clinic.form(second["appointment"]).body["body"]["related"]
    answers = {**ANSWERS, "related": related}
    assert clinic.call("PUT", path, clinic.patient, answers).code == "version-required"
    kept = clinic.call("PUT", path, clinic.patient, answers, If_Match='W/"0"')
    assert (kept.status, kept.headers["etag"]) == (200, 'W/"1"')
    assert clinic.call("PUT", path, clinic.patient, answers, If_Match='W/"0"').code == "stale-version"
    assert clinic.form(second["appointment"]).body["body"]["complaints"] == ANSWERS["complaints"]
    assert clinic.draft(second["appointment"], clinic.doctor).body["form"] is None

    key = {"Idempotency_Key": clinic.front.key()}
    record = clinic.call("POST", path + "/submission", clinic.patient, answers, **key)
    again = clinic.call("POST", path + "/submission", clinic.patient, answers, **key)
    assert (record.status, again.status, again.headers["idempotent-replay"]) == (201, 201, "true")
    assert again.body["id"] == record.body["id"]
    assert clinic.call("PUT", path, clinic.patient, answers, If_Match='W/"2"').code == "wrong-state"
    own = clinic.call("GET", f"/api/v1/me/appointments/{second['appointment']}", clinic.patient).body
    assert own["form_id"] == record.body["id"]

    draft = clinic.draft(second["appointment"], clinic.doctor).body
    assert draft["form"]["id"] == record.body["id"]
    assert draft["form"]["body"]["complaints"] == ANSWERS["complaints"]
    assert draft["body"]["diagnoses"] == [DIAGNOSIS]
    assert {one["field"] for one in draft["beside"]} == {"/recommendations"}
    assert "Повышенное давление" not in str(draft)
    assert draft["body"]["related"] == [{"kind": "visit-form", "id": record.body["id"]}]

    clinic.step(second["appointment"], "arrival")
    body = {"reason": "Контроль", **{n: v for n, v in draft["body"].items() if n not in {"occurred_at", "place"}}}
    visit = clinic.write("visits", body, clinic.doctor)
    clinic.step(second["appointment"], "fulfilment", {"visit": visit})
    read = clinic.call("GET", f"{clinic.card}/visits/{visit}", clinic.patient).body
    assert read["body"]["related"] == draft["body"]["related"]

    pump()
    printed = clinic.call(
        "GET", f"{clinic.card}/visit-forms/{record.body['id']}/document", clinic.patient, Accept="application/pdf"
    )
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(printed.raw)).pages)
    assert "Мелатонин" in text
    notices = clinic.call("GET", "/api/v1/me/notices", clinic.patient).body["items"]
    assert not [notice for notice in notices if notice.get("record") == record.body["id"]]  # nobody is told


def test_a_form_is_the_patients_and_the_draft_is_the_doctors(clinic: Clinic, second: dict[str, str]) -> None:
    stranger, other = clinic.front.patient(), clinic.front.staff("doctor")
    path = f"/api/v1/me/appointments/{second['appointment']}/form"
    assert clinic.call("GET", path, stranger).code == "not-found"
    assert clinic.call("GET", path, clinic.doctor).code == "access-denied"
    assert clinic.draft(second["appointment"], other).code == "consent-required"
    answer = {"state": "granted", "level": "full"}  # to the request that the refusal has left
    clinic.call("PUT", f"/api/v1/me/consents/{other.member}", clinic.patient, answer, If_Match='W/"1"')
    assert clinic.draft(second["appointment"], other).code == "not-found"
    assert clinic.draft(second["appointment"], clinic.patient).code == "access-denied"
    assert clinic.draft("nothing", clinic.doctor).code == "not-found"
    assert clinic.draft(second["appointment"], clinic.doctor, "?kind=referral").code == "invalid-fields"
    raw = clinic.call("POST", f"{clinic.card}/visit-forms", clinic.patient, ANSWERS, Idempotency_Key=clinic.front.key())
    assert raw.status in {404, 405}  # it is written by its own process alone


@pytest.mark.requirement("APT-4", "ACC-6")
def test_the_owner_sees_who_looked(clinic: Clinic, second: dict[str, str]) -> None:
    assert clinic.draft(second["appointment"], clinic.doctor).status == 200
    deliver_audit()
    path = "/api/v1/me/journal?limit=1&action="
    for action, what in (
        ("visit-draft:prepare", "Карта прочитана для черновика записи о приёме"),
        ("visit-form:prefill", "Карта прочитана для анкеты перед приёмом"),
    ):
        (line,) = clinic.call("GET", path + action, clinic.patient).body["items"]
        assert line["what"] == what
