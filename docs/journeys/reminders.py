"""Reminders from a record to the cabinet: an intake, a planned study, what ends, a change of zone. APT-3, REC-7, MSG-2.

    python docs/journeys/reminders.py [http://localhost:8000]

Nobody waits for the hour: timers are brought forward in the emulated table, and the schedule is fired by hand.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from client import Answer, System
from timers import bring_forward

NOW = datetime.now(UTC)
METFORMIN = {"inn": "Метформин", "form": "таблетки", "strength": "500 мг"}


class Story:
    def __init__(self) -> None:
        self.system = System()
        self.emulator = self.system.call(200, "GET", "/_local/health")["emulator"]
        self.patient = self.system.with_card()
        self.doctor = self.system.demo("doctor")
        self.base = f"/patients/{self.patient.id}"

    def run(self) -> None:
        self.consented()
        record = self.intake()
        self.marked(record)
        self.silenced(record)
        self.study()
        self.another_zone(record)

    # --- pieces

    def record(self, kind: str, body: dict[str, Any], who: Any) -> str:
        body = {"occurred_at": (NOW - timedelta(hours=1)).isoformat(), **body}
        made = self.system.call(201, "POST", f"{self.base}/{kind}", body, who, headers=self.system.key())
        return str(made["id"])

    def coming(self, topic: str) -> list[Any]:
        found = self.system.call(200, "GET", "/me/reminders?limit=100", who=self.patient)
        return [line for line in found["items"] if line["topic"] == topic]

    def planned(self, topic: str, holds: Any) -> list[Any]:
        """Wait until the reaction has planned it."""
        self.system.wait(
            lambda body: holds([line for line in body["items"] if line["topic"] == topic]),
            "/me/reminders?limit=100",
            self.patient,
        )
        return self.coming(topic)

    def rung(self, topic: str) -> None:
        """The moment has come, and the trigger runs twice."""
        assert bring_forward(self.emulator, self.patient.id, topic)
        for _ in range(2):
            self.system.call(200, "POST", "/_local/schedule/ring_timers")

    def told(self, event: str, times: int = 1) -> Answer:
        return self.system.wait(
            lambda body: [notice["event"] for notice in body["items"]].count(event) == times,
            "/me/notices?limit=100",
            self.patient,
        )

    # --- steps

    def consented(self) -> None:
        system = self.system
        system.step("A doctor gets consent; before it ends, the patient will be told")
        system.call(201, "POST", f"{self.base}/consent-requests", {"level": "full"}, self.doctor)
        (asked,) = system.call(200, "GET", "/me/consents", who=self.patient)["items"]
        answer = {"state": "granted", "level": "full"}
        system.call(200, "PUT", f"/me/consents/{asked['member']}", answer, self.patient, headers={"If-Match": 'W/"1"'})
        system.show(self.coming("consent"))
        assert len(self.coming("consent")) == 1
        system.call(200, "PATCH", "/me", {"quiet": "none"}, self.patient)  # the story is told at night too

    def intake(self) -> str:
        system = self.system
        system.step("REC-7: what the patient takes, at which hours: the next one is planned and told of once")
        body = {"drug": METFORMIN, "dosage": "по 1 таблетке", "started_on": NOW.date().isoformat()}
        record = self.record("medication-statements", {**body, "intake": {"times": ["08:00", "20:00"]}}, self.patient)
        system.show(self.planned("intake", lambda lines: len(lines) == 1))
        self.rung("intake")
        (notice,) = [one for one in self.told("intake_due")["items"] if one["event"] == "intake_due"]
        system.show(notice)
        assert "Метформин" not in str(notice)
        assert len(self.coming("intake")) == 1, "and the one after it is planned"
        return record

    def marked(self, record: str) -> None:
        system = self.system
        system.step("It was taken; then it turns out that it was not")
        mark = {"medication_statement": record, "when": NOW.isoformat()}
        for state in ("taken", "skipped"):
            system.call(201, "POST", "/me/intakes", {**mark, "state": state}, self.patient, headers=system.key())
        (day,) = system.call(200, "GET", "/me/intakes", who=self.patient)["items"]
        system.show(day)
        assert [one["state"] for one in day["marks"]] == ["skipped"]

    def silenced(self, record: str) -> None:
        system = self.system
        system.step("The patient silences this medication: it stays planned and is not told of")
        system.call(200, "PUT", f"/me/intakes/{record}/reminders", {"muted": True}, self.patient)
        self.rung("intake")
        (line,) = self.coming("intake")
        assert line["muted"]
        self.told("intake_due")

    def study(self) -> None:
        system = self.system
        system.step("A doctor plans a study: it is told of; then it is revoked, and nothing more comes")
        body = {"doctor_name": "Петров Пётр Петрович", "study": "Колоноскопия"}
        body |= {"planned_for": (NOW + timedelta(days=30)).date().isoformat()}
        record = self.record("planned-studies", body, self.doctor)
        self.planned("test", lambda lines: len(lines) == 1)
        self.rung("test")
        self.told("test_soon")
        path = f"{self.base}/planned-studies/{record}"
        revoked = {"occurred_at": NOW.isoformat(), "status": "revoked", **body}
        system.call(200, "PUT", path, revoked, self.doctor, headers={"If-Match": 'W/"1"'})
        assert self.planned("test", lambda lines: not lines) == []

    def another_zone(self, record: str) -> None:
        system = self.system
        system.step("The patient moves to Vladivostok: the hours stay, the moments move")
        (before,) = self.coming("intake")
        system.call(200, "PATCH", "/me", {"zone": "Asia/Vladivostok"}, self.patient)
        (after,) = self.planned("intake", lambda lines: lines[0]["when"] != before["when"])
        assert after["about"]["id"] == record
        system.show({"before": before["when"], "after": after["when"]})
        system.show(self.coming("vaccination"))


if __name__ == "__main__":
    Story().run()
