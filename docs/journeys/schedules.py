"""Schedules of doctors: APT-1, PRT-5.

A registrar looks at what a schedule may say and enters one. A patient finds the specialty, the doctor and a free slot,
and books it. The registrar tries a leave and reads whose visit it would displace, then means it; the slots of that day
are gone, and they come back when the leave is taken back. At last the schedule is closed.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from client import Person, System

SPECIALTY = "endocrinology"
WEEK = [1, 2, 3, 4, 5, 6, 7]
SLOTS = 10  # of a day: five hours of half an hour each


class Story:
    def __init__(self) -> None:
        self.system = System()
        self.registrar = self.system.demo("registrar")
        self.member = self.system.hired(self.registrar).form["member"]
        self.day = (datetime.now(UTC) + timedelta(days=5)).date()

    def form(self) -> dict[str, Any]:
        rules = [
            {"weekdays": WEEK, "start": start, "end": end, "valid_from": str(self.day - timedelta(days=9))}
            for start, end in (("09:00", "12:00"), ("13:00", "15:00"))
        ]
        return {
            "member_id": self.member,
            "specialty": SPECIALTY,
            "doctor": "Петров Пётр Петрович",
            "position": "врач-эндокринолог",
            "room": "12",
            "zone": "Asia/Yekaterinburg",
            "slot_minutes": 30,
            "rules": rules,
            "works_on_holidays": True,
            "referral": False,
        }

    def changed(self, method: str, path: str, body: Any, version: int) -> Any:
        return self.system.call(200, method, path, body, self.registrar, headers={"If-Match": f'W/"{version}"'})

    def found(self, patient: Person, schedule: str) -> list[str]:
        """Starts of the free slots of the day."""
        path = f"/schedules/{schedule}/slots?from={self.day}&to={self.day}&limit=100"
        return [one["start"] for one in self.system.call(200, "GET", path, who=patient)["items"]]


def main() -> None:
    told = Story()
    schedule = entered(told)
    patient, visit, before = booked(told, schedule)
    displaced(told, schedule, patient, visit, before)
    closed(told, schedule, patient)


def entered(told: Story) -> str:
    system, registrar = told.system, told.registrar
    system.step("The registrar enters a schedule; rules that overlap are refused")
    choices = system.call(200, "GET", "/schedule-choices", who=registrar)
    assert SPECIALTY in {one["code"] for one in choices["specialties"]}
    form = told.form()
    wrong = {**form, "rules": [form["rules"][0], {**form["rules"][1], "start": "11:00"}]}
    refused = system.call(422, "POST", "/schedules", wrong, registrar, headers=system.key())
    system.show(refused["fields"])
    made = str(system.call(201, "POST", "/schedules", form, registrar, headers=system.key())["schedule_id"])

    system.step("A second schedule of the same doctor at the same time is refused; it would be booked twice")
    twice = system.call(422, "POST", "/schedules", {**form, "specialty": "therapy"}, registrar, headers=system.key())
    system.show(twice["fields"])
    assert made in twice["fields"][0]["message_ru"]
    return made


def booked(told: Story, schedule: str) -> tuple[Person, str, list[str]]:
    """The patient, their appointment, and the slots that were free before it."""
    system = told.system
    system.step("A patient looks for the specialty, the doctor, the nearest free slot")
    patient = system.with_card()
    specialties = system.call(200, "GET", "/specialties", who=patient)["items"]
    assert SPECIALTY in {one["code"] for one in specialties}
    nearest = system.call(200, "GET", f"/free-slots?specialty={SPECIALTY}&limit=3", who=patient)
    system.show(nearest["items"])
    before = told.found(patient, schedule)
    assert len(before) == SLOTS, before
    assert before[0].endswith("T04:00:00.000Z"), "nine o'clock in Yekaterinburg"

    system.step("The slot is booked, and offered to nobody else")
    visit = {"schedule_id": schedule, "start": before[0]}
    made = system.call(201, "POST", "/me/appointments", visit, patient, headers=system.key())
    assert told.found(patient, schedule) == before[1:]
    return patient, str(made["id"]), before


def displaced(told: Story, schedule: str, patient: Person, visit: str, before: list[str]) -> None:
    system = told.system
    system.step("The registrar tries a leave, reads who would lose the visit, and means it")
    path, leave = f"/schedules/{schedule}/exceptions/{told.day}", {"last": str(told.day), "reason": "leave"}
    tried = told.changed("PUT", path + "?dry_run=true", leave, 1)
    system.show(tried["displaced"])
    assert [one["appointment_id"] for one in tried["displaced"]["appointments"]] == [visit]
    assert told.found(patient, schedule) == before[1:], "nothing has changed"
    done = told.changed("PUT", path, leave, 1)
    assert done["displaced"] == tried["displaced"]
    assert told.found(patient, schedule) == []

    system.step("The leave is taken back: the other slots are there again")
    told.changed("DELETE", path, None, 2)
    assert told.found(patient, schedule) == before[1:]


def closed(told: Story, schedule: str, patient: Person) -> None:
    system = told.system
    system.step("The schedule is closed for ever")
    last = told.changed("POST", f"/schedules/{schedule}/closure", None, 3)
    assert last["displaced"]["count"] == 1
    listed = system.call(200, "GET", f"/schedules?specialty={SPECIALTY}", who=patient)["items"]
    assert schedule not in {one["schedule_id"] for one in listed}
    own = system.call(200, "GET", "/me/schedules?limit=100", who=told.registrar)["items"]
    assert "closed" in {one["state"] for one in own if one["schedule_id"] == schedule}


if __name__ == "__main__":
    main()
