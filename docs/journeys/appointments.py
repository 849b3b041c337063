"""From a booking to the next one: APT-1, APT-3, APT-4.

    python docs/journeys/appointments.py [http://localhost:8000]

A patient books, is reminded, comes; the doctor writes down the visit; the form before the next visit knows of it, and
so does the doctor's draft. The reminder is brought forward in the emulated table.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from client import Answer, Person, System, now
from timers import bring_forward

FOUND, MADE, CONFLICT = 200, 201, 409
DAYTIME = range(8, 19)
HOUR = datetime.now(UTC)
ZONES = ("Europe/Moscow", "Asia/Kamchatka", "America/New_York")
ZONE = next(zone for zone in ZONES if HOUR.astimezone(ZoneInfo(zone)).hour in DAYTIME)
"""Where it is day now: a visit in three hours is of today, and its reminder comes in no quiet hour."""
AHEAD = timedelta(hours=3)


class Story:
    def __init__(self) -> None:
        self.system = System()
        self.health: dict[str, Any] = self.system.call(FOUND, "GET", "/_local/health").body
        self.patient = self.system.with_card()
        self.registrar = self.system.demo("registrar")
        self.doctor = self.system.hired(self.registrar)
        self.card = f"/patients/{self.patient.id}"
        self.schedule = ""

    def walk(self) -> None:
        self.a_schedule()
        first = self.booked(0)
        self.reminded()
        self.first_form(first)
        visit = self.visited(first)
        self.since_then()
        following = self.booked(3)
        self.next_form(following, visit)
        self.before_the_doctor(following)

    # --- pieces

    def post(self, path: str, body: Any, who: Person, expected: int = MADE) -> Answer:
        return self.system.call(expected, "POST", path, body, who, headers=self.system.key())

    def write(self, collection: str, who: Person, **body: Any) -> str:
        return str(self.post(f"{self.card}/{collection}", {"occurred_at": now(), **body}, who)["id"])

    def step(self, appointment: str, step: str, body: Any = None) -> None:
        own = self.system.call(FOUND, "GET", f"/me/appointments/{appointment}", who=self.patient)
        path = f"/schedules/{self.schedule}/appointments/{appointment}/{step}"
        self.system.call(FOUND, "POST", path, body, self.doctor, headers={"If-Match": own.etag})

    def form(self, appointment: str) -> Answer:
        return self.system.call(FOUND, "GET", f"/me/appointments/{appointment}/form", who=self.patient)

    # --- steps

    def a_schedule(self) -> None:
        system = self.system
        system.step("APT-1: a registrar enters the hours of a cardiologist; the patient lets the doctor see the card")
        rule = {"weekdays": [1, 2, 3, 4, 5, 6, 7], "start": "00:00", "end": "24:00", "valid_from": "2026-01-01"}
        settings = {
            "member_id": self.doctor.form["member"],
            "doctor": "Соколова Анна Игоревна",
            "position": "врач-кардиолог",
            "specialty": "cardiology",
            "room": "204",
            "zone": ZONE,
            "slot_minutes": 10,
            "rules": [rule],
            "notice_minutes": 0,
            "referral": False,
            "works_on_holidays": True,
        }
        made = self.post("/schedules", settings, self.registrar)
        self.schedule = str(made["schedule_id"])
        self.system.call(MADE, "POST", f"{self.card}/consent-requests", {"level": "full"}, self.doctor)
        tag, answer = {"If-Match": 'W/"1"'}, {"state": "granted", "level": "full"}
        self.system.call(FOUND, "PUT", f"/me/consents/{self.doctor.form['member']}", answer, self.patient, headers=tag)

    def booked(self, nth: int) -> str:
        system = self.system
        system.step("APT-1: the patient looks for free slots and books one; of a second try nothing comes")
        path = f"/schedules/{self.schedule}/slots?limit=100"
        slots = system.call(FOUND, "GET", path, who=self.patient)["items"]
        later = [one for one in slots if datetime.fromisoformat(one["start"]) >= HOUR + AHEAD]
        wish = {"schedule_id": self.schedule, "start": later[nth]["start"], "reason": "Давление по утрам"}
        made = self.post("/me/appointments", wish, self.patient)
        system.show({name: made[name] for name in ("state", "start", "zone", "specialty")})
        again = self.post("/me/appointments", wish, self.patient, CONFLICT)
        system.show(again["code"])
        return str(made["id"])

    def reminded(self) -> None:
        system = self.system
        system.step("APT-3: the reminder comes, once, and the cabinet says when the visit is")
        assert bring_forward(self.health["emulator"], self.patient.id, "visit") == 1
        for _ in range(2):
            system.call(FOUND, "POST", "/_local/schedule/ring_timers")
        events = system.wait(
            lambda body: "visit_soon" in {notice["event"] for notice in body["items"]},
            "/me/notices?limit=50",
            self.patient,
        )["items"]
        (told,) = [notice for notice in events if notice["event"] == "visit_soon"]
        system.show(told)

    def first_form(self, appointment: str) -> None:
        system = self.system
        system.step("APT-4: of a first visit the form asks about what the card knows, and confirms nothing")
        self.write("allergies", self.patient, substance="Пенициллин", category="drug", reaction="Сыпь")
        form = self.form(appointment)
        system.show(form["prefilled"])
        assert form["last_visit"] is None
        assert form["body"]["allergies"] == [{"substance": "Пенициллин", "reaction": "Сыпь"}]

    def visited(self, appointment: str) -> str:
        system = self.system
        system.step("APT-1: the patient has come, the doctor writes the visit down, the appointment names its record")
        self.step(appointment, "arrival")
        assert self.form(appointment)["state"] == "closed"
        draft = self.draft(appointment)
        system.show({name: draft[name] for name in ("body", "missing")})
        diagnosis = {"code": "I10", "text": "Эссенциальная (первичная) гипертензия", "chronic": True}
        said = {"doctor_name": draft["body"]["doctor_name"], "reason": "Головная боль по утрам"}
        said |= {"diagnoses": [diagnosis], "recommendations": "Вести дневник давления"}
        visit = self.write("visits", self.doctor, **said)
        self.step(appointment, "fulfilment", {"visit": visit})
        return visit

    def draft(self, appointment: str) -> Answer:
        path = f"/visit-drafts/{self.patient.id}/{appointment}"
        return self.system.call(FOUND, "GET", path, who=self.doctor)

    def since_then(self) -> None:
        system = self.system
        system.step("REC-7, REC-10: since then a medicine is taken, and the pressure was measured at home")
        drug = {"inn": "Лизиноприл", "form": "таблетки", "strength": "10 мг"}
        self.write("medication-statements", self.patient, drug=drug, dosage="1 раз в день", started_on=now()[:10])
        sign = {"code": "blood-pressure", "systolic": "138", "diastolic": "86", "unit": "mm[Hg]", "place": "home"}
        self.write("vital-signs", self.patient, **sign)

    def next_form(self, appointment: str, visit: str) -> None:
        system = self.system
        system.step("APT-4: the form before the next visit knows of the last one, and marks what is new since then")
        form = self.form(appointment)
        system.show(form["prefilled"])
        system.show(form["beside"])
        assert form["last_visit"]["record"] == visit
        assert {one["kind"] for one in form["prefilled"]["sources"] if one["changed"]} >= {"medication-statement"}

        system.step("APT-4: the patient keeps a draft, answers, and submits it once")
        answers = dict(form["body"])
        answers["complaints"] = "Голова болит реже"
        answers["medicines"] = [{**one, "taking": "taken"} for one in answers["medicines"]]
        path = f"/me/appointments/{appointment}/form"
        kept = system.call(FOUND, "PUT", path, answers, self.patient, headers={"If-Match": form.etag})
        assert kept["version"] == 1
        record = self.post(f"{path}/submission", answers, self.patient)
        assert self.post(f"{path}/submission", answers, self.patient, CONFLICT)["code"] == "wrong-state"
        pdf = system.wait_for(f"{self.card}/visit-forms/{record['id']}/document", self.patient)
        assert pdf.body.startswith(b"%PDF-")

    def before_the_doctor(self, appointment: str) -> None:
        system = self.system
        system.step("APT-4: it lies before the doctor; what is found out today is empty, what was advised is beside")
        draft = self.draft(appointment)
        system.show({name: draft[name] for name in ("body", "missing", "sources", "beside")})
        assert draft["form"]["body"]["complaints"] == "Голова болит реже"
        assert [one["code"] for one in draft["body"]["diagnoses"]] == ["I10"]
        assert {"reason", "recommendations"}.isdisjoint(draft["body"])


if __name__ == "__main__":
    Story().walk()
    print("\nThe story of appointments is told.")
