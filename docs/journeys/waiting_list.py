"""The waiting list and changes by the clinic: APT-2.

    python docs/journeys/waiting_list.py [http://localhost:8000]

Two patients wait for a doctor whose time is taken. A visit is cancelled: its time is held for the first, who declines
it, and then for the second, who accepts. A registrar sees the order and no names. Then the doctor falls ill: one
patient chooses another time; another does not answer, and the clinic cancels (the end of the time to answer is brought
forward in the emulated table).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from client import Answer, Person, System
from timers import bring_forward

FOUND, MADE, GONE, CONFLICT = 200, 201, 204, 409
OWN, VISITS = "/me/waiting-list", "/me/appointments"


class Story:
    def __init__(self) -> None:
        self.system = System()
        self.emulator = str(self.system.call(FOUND, "GET", "/_local/health")["emulator"])
        self.registrar = self.system.demo("registrar")
        self.member = self.system.hired(self.registrar).form["member"]
        self.vera = self.gleb = self.dina = self.registrar
        self.day = (datetime.now(UTC) + timedelta(days=5)).date()
        self.schedule = ""

    def walk(self) -> None:
        self.a_schedule()
        self.vera, self.gleb, self.dina = (self.system.with_card() for _ in range(3))
        first, second, start = self.they_wait()
        self.offered(first, second, start)
        self.the_order()
        self.the_doctor_falls_ill()

    # --- steps

    def a_schedule(self) -> None:
        self.system.step("A registrar enters the hours of an allergist")
        rule = {"weekdays": [1, 2, 3, 4, 5, 6, 7], "start": "09:00", "end": "12:00", "valid_from": "2026-01-01"}
        form = {
            "member_id": self.member,
            "specialty": "allergology",
            "doctor": "Петров Пётр Петрович",
            "position": "врач-аллерголог",
            "room": "7",
            "zone": "Europe/Moscow",
            "slot_minutes": 30,
            "rules": [rule],
            "works_on_holidays": True,
            "referral": False,
        }
        self.schedule = str(self.post("/schedules", form, self.registrar)["schedule_id"])

    def they_wait(self) -> tuple[str, str, str]:
        system = self.system
        system.step("One patient has the time; two wait for it, in the order in which they came")
        start = self.free(self.day)[0]
        visit = self.post(VISITS, {"schedule_id": self.schedule, "start": start}, self.dina)
        wish = {"schedule_id": self.schedule, "last": str(self.day), "parts": ["morning"]}
        first = str(self.post(OWN, wish, self.vera)["id"])
        second = str(self.post(OWN, {**wish, "weekdays": [self.day.isoweekday()]}, self.gleb)["id"])
        assert self.entry(self.gleb, second)["ahead"] == 1
        self.post(OWN, wish, self.vera, CONFLICT)

        system.step("The visit is cancelled: the time is held for the first who waits, and nobody else can book it")
        self.changed("POST", f"{VISITS}/{visit['id']}/cancellation", None, self.dina, visit["version"])
        self.told(self.vera, "slot_offered")
        system.show(self.entry(self.vera, first)["offer"])
        taken = self.post(VISITS, {"schedule_id": self.schedule, "start": start}, self.dina, CONFLICT)
        assert taken["code"] == "slot-taken"
        return first, second, start

    def offered(self, first: str, second: str, start: str) -> None:
        system = self.system
        system.step("The first declines and keeps the place in the list; the second is asked, and accepts")
        version = int(self.entry(self.vera, first)["version"])
        self.changed("POST", f"{OWN}/{first}/refusal", None, self.vera, version)
        self.told(self.gleb, "slot_offered")
        version = int(self.entry(self.gleb, second)["version"])
        tag = {"If-Match": f'W/"{version}"', **system.key()}
        made = system.call(MADE, "POST", f"{OWN}/{second}/acceptance", {}, self.gleb, headers=tag)
        assert (made["state"], made["start"]) == ("booked", start)
        assert self.entry(self.gleb, second)["state"] == "booked"
        assert self.entry(self.vera, first)["state"] == "waiting"

    def the_order(self) -> None:
        system = self.system
        system.step("The registrar sees who waits, in order and without names, and puts somebody first with a reason")
        path = f"/schedules/{self.schedule}/waiting-list"
        page = system.call(FOUND, "GET", path, who=self.registrar).body
        system.show(page)
        assert page["waiting"]["schedule"] == 1
        (line,) = page["items"]
        body = {"first": True, "reason": "Решение врачебной комиссии"}
        system.call(FOUND, "PUT", f"{path}/{line['id']}/priority", body, self.registrar)
        assert self.entry(self.vera, line["id"])["reason"] == body["reason"]
        system.call(GONE, "DELETE", f"{OWN}/{line['id']}", who=self.vera)

    def the_doctor_falls_ill(self) -> None:
        system = self.system
        system.step("The doctor falls ill: whose visit cannot take place is told, and chooses among what is free")
        day = self.day + timedelta(days=2)
        starts = self.free(day)
        visits = [
            self.post(VISITS, {"schedule_id": self.schedule, "start": start}, who)
            for start, who in zip(starts, (self.vera, self.dina), strict=False)
        ]
        own = system.call(FOUND, "GET", f"/schedules/{self.schedule}", who=self.registrar)
        away = {"last": str(day), "reason": "sickness"}
        version = int(own.etag.split('"')[1])
        self.changed("PUT", f"/schedules/{self.schedule}/exceptions/{day}", away, self.registrar, version)
        self.ring()
        for who in (self.vera, self.dina):
            self.told(who, "visit_displaced")
        path = f"{VISITS}/{visits[0]['id']}"
        near = system.call(FOUND, "GET", f"{path}/alternatives", who=self.vera).body
        system.show({"answer_by": near["answer_by"], "first": near["items"][0]})
        displaced = system.call(FOUND, "GET", path, who=self.vera)
        assert (displaced["state"], displaced["displaced"]) == ("booked", True)
        to = {"start": near["items"][0]["start"]}
        moved = self.changed("PUT", f"{path}/time", to, self.vera, displaced["version"])
        assert not moved["displaced"]

        system.step("What nobody answers by the evening before, the clinic cancels")
        assert bring_forward(self.emulator, self.dina.id, "displaced-unanswered") == 1
        self.ring()
        self.told(self.dina, "visit_unanswered")
        after = system.call(FOUND, "GET", f"{VISITS}/{visits[1]['id']}", who=self.dina)
        assert (after["state"], after["why"]) == ("cancelled", "unanswered")

    # --- pieces

    def post(self, path: str, body: Any, who: Person, expected: int = MADE) -> Answer:
        return self.system.call(expected, "POST", path, body, who, headers=self.system.key())

    def changed(self, method: str, path: str, body: Any, who: Person, version: int) -> Answer:
        return self.system.call(FOUND, method, path, body, who, headers={"If-Match": f'W/"{version}"'})

    def entry(self, who: Person, entry: str) -> Answer:
        return self.system.call(FOUND, "GET", f"{OWN}/{entry}", who=who)

    def free(self, day: Any) -> list[str]:
        path = f"/schedules/{self.schedule}/slots?from={day}&to={day}"
        return [one["start"] for one in self.system.call(FOUND, "GET", path, who=self.vera)["items"]]

    def told(self, who: Person, event: str) -> None:
        self.system.wait(lambda body: event in {n["event"] for n in body["items"]}, "/me/notices?limit=50", who)

    def ring(self) -> None:
        self.system.call(FOUND, "POST", "/_local/schedule/ring_timers")


if __name__ == "__main__":
    Story().walk()
