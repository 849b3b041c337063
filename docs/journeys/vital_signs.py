"""Vital signs and own data: REC-9, REC-10, MSG-2.

A patient measures at home: an alert comes at once, is taken back when a slip is corrected, a device sends a month, a
chart is read and printed, the doctor takes the month over, sets limits, and confirms what the patient wrote.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from client import Person, System

NOW = datetime.now(UTC).replace(microsecond=0)
SHOWN = 40
PRESSURE = {"code": "blood-pressure", "unit": "mm[Hg]", "place": "home"}


def at(hours: float) -> str:
    """So many hours ago."""
    return (NOW - timedelta(hours=hours)).isoformat()


class Story:
    def __init__(self) -> None:
        self.system = System()
        self.doctor = self.system.demo("doctor")
        self.who = self.system.with_card()
        self.base = f"/patients/{self.who.id}"
        self.consent()

    def consent(self) -> None:
        system = self.system
        system.call(201, "POST", f"{self.base}/consent-requests", {"level": "full"}, self.doctor)
        (asked,) = system.call(200, "GET", "/me/consents", who=self.who)["items"]
        path = f"/me/consents/{asked['member']}"
        tag = {"If-Match": f'W/"{asked["version"]}"'}
        system.call(200, "PUT", path, {"state": "granted", "level": "full"}, self.who, headers=tag)

    def add(self, path: str, body: dict[str, Any], who: Person) -> dict[str, Any]:
        made = self.system.call(201, "POST", f"{self.base}/{path}", body, who, headers=self.system.key())
        return dict(made.body)

    def told(self, who: Person, event: str) -> str:
        """Wait until a notice has come; its text."""
        path = "/me/notices?limit=50"
        found = self.system.wait(lambda body: event in {n["event"] for n in body["items"]}, path, who)
        return str(next(n["text"] for n in found["items"] if n["event"] == event))

    def series(self, code: str, count: int, query: str = "") -> dict[str, Any]:
        path = f"{self.base}/vital-signs/series?code={code}{query}"
        return dict(self.system.wait(lambda body: body["statistics"]["count"] >= count, path, self.who).body)

    # --- steps

    def alert(self) -> None:
        system = self.system
        system.step(
            "REC-10: a reading far out of its limits; patient and attending doctor hear at once, without a number"
        )
        slip = {**PRESSURE, "occurred_at": at(0.1), "systolic": "210", "diastolic": "80"}
        made = self.add("vital-signs", slip, self.who)
        system.show(self.told(self.who, "vital_sign_urgent"))
        system.show(self.told(self.doctor, "patient_vital_sign_urgent"))
        assert not any("210" in text for text in system.messages(self.who.phone))

        system.step("REC-10: it was a slip of the finger; the corrected reading takes the alert back")
        path = f"{self.base}/vital-signs/{made['id']}"
        system.call(200, "PUT", path, {**slip, "systolic": "121"}, self.who, headers={"If-Match": 'W/"1"'})
        system.show(self.told(self.who, "vital_sign_withdrawn"))

        system.step("REC-14: a wrong unit and an impossible number are named by their fields")
        wrong = {**slip, "unit": "/min", "systolic": "999"}
        refused = system.call(422, "POST", f"{self.base}/vital-signs", wrong, self.who, headers=system.key())
        system.show(sorted(field["field"] for field in refused["fields"]))

    def device(self) -> None:
        system = self.system
        system.step("REC-10: a device sends a hundred readings; sent again they are known, and none stands twice")
        readings = [
            {**PRESSURE, "occurred_at": at(12 + 7 * n), "systolic": str(118 + n * 7 % 25), "diastolic": str(76 + n % 9)}
            for n in range(100)
        ]
        path = f"{self.base}/vital-signs/batch"
        sent = system.call(200, "POST", path, {"device": "Тонометр", "readings": readings}, self.who).body
        again = system.call(200, "POST", path, {"device": "Тонометр", "readings": readings}, self.who).body
        system.show({"stored": sent["stored"], "known": again["known"]})
        assert (sent["stored"], again["stored"]) == (100, 0)

        system.step("REC-10: the series has bands, flags and statistics; forty points show a hundred and one")
        found = self.series("blood-pressure", 101, f"&from={at(24 * 40)}&points={SHOWN}".replace("+", "%2B"))
        system.show(found["statistics"])
        assert len(found["points"]) == SHOWN
        path, accept = f"{self.base}/vital-signs/series/document?code=blood-pressure", {"Accept": "application/pdf"}
        pdf = system.call(200, "GET", path, who=self.who, headers=accept).body
        assert pdf.startswith(b"%PDF")

    def doctors_part(self) -> None:
        system = self.system
        system.step("REC-10: the doctor takes the month over as a record of its own, and the patient hears of it")
        order = {"code": "blood-pressure", "since": at(24 * 31), "until": at(0)}
        made = self.add("observation-series", order, self.doctor)
        system.show({name: made["body"][name] for name in ("count", "out_of_limits", "parts")})
        self.told(self.who, "new_record")

        system.step("REC-8: limits that the doctor sets for this patient hold in place of the table")
        target = {"indicator": "pulse", "low": "50", "high": "90", "unit": "/min"}
        diagnosis = {"code": "I10", "text": "Эссенциальная гипертензия", "role": "main", "chronic": True}
        condition = {"occurred_at": at(1), "diagnosis": diagnosis, "control_targets": [target]}
        self.add("chronic-conditions", condition, self.doctor)
        self.add("vital-signs", {"code": "pulse", "unit": "/min", "occurred_at": at(0.1), "value": "96"}, self.who)
        system.show(self.told(self.who, "vital_sign_attention"))
        found = self.series("pulse", 1)
        assert any(band["personal"] for band in found["bands"])

    def own_data(self) -> None:
        system = self.system
        system.step("REC-9: a line of the diary is the patient's word; the doctor confirms it and it stays so marked")
        diary = {"occurred_at": at(2), "mood": "fair", "pain": 3, "complaints": ["headache"]}
        made = self.add("health-statuses", diary, self.who)
        path = f"{self.base}/health-statuses/{made['id']}"
        tag = {"If-Match": 'W/"1"'}
        confirmed = system.call(200, "POST", f"{path}/confirmation", who=self.doctor, headers=tag).body
        system.show({name: confirmed[name] for name in ("source", "confirmed", "version")})
        assert confirmed["source"] == "patient-reported"
        self.told(self.who, "record_confirmed")

        system.step("REC-9: what a doctor wrote the patient does not edit")
        allergy = {"occurred_at": at(2), "substance": "Пенициллин", "category": "drug"}
        theirs = self.add("allergies", allergy, self.doctor)
        path = f"{self.base}/allergies/{theirs['id']}"
        system.call(409, "PUT", path, allergy, self.who, headers=tag)

    def walk(self) -> None:
        self.alert()
        self.device()
        self.doctors_part()
        self.own_data()
        print("\nDone.", flush=True)


if __name__ == "__main__":
    Story().walk()
