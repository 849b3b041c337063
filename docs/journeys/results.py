"""Results over time: REC-5, REC-12, REC-13.

A result comes in and is told of, one is corrected; patient and doctor compare it with earlier ones and print the chart;
the patient puts it before a second doctor; the attending one drafts a referral and a repeat study from it and accepts
each by one action; the patient sees what is open.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from client import Person, System

NOW = datetime.now(UTC).replace(microsecond=0)
NUMBERS = ("131", "12.8", "125", "118.0")
PDF = {"Accept": "application/pdf"}


def haemoglobin(number: str) -> dict[str, Any]:
    """One laboratory measures in g/dL."""
    if len(number.partition(".")[0]) == 2:  # noqa: PLR2004
        return {"name": "HGB", "value": number, "unit": "g/dL", "low": "12.0", "high": "15.0"}
    return {"name": "Гемоглобин", "loinc": "718-7", "value": number, "unit": "g/L", "low": "120", "high": "150"}


class Story:
    def __init__(self) -> None:
        self.system = System()
        self.who = self.system.with_card()
        self.base = f"/patients/{self.who.id}"
        self.doctor = self.system.demo("doctor")
        self.consent(self.doctor)

    def consent(self, doctor: Person) -> None:
        system = self.system
        system.call(201, "POST", f"{self.base}/consent-requests", {"level": "full"}, doctor)
        (asked,) = system.call(200, "GET", "/me/consents", who=self.who)["items"]
        path, tag = f"/me/consents/{asked['member']}", {"If-Match": f'W/"{asked["version"]}"'}
        system.call(200, "PUT", path, {"state": "granted", "level": "full"}, self.who, headers=tag)

    def result(self, number: str, ago: int) -> dict[str, Any]:
        body = {
            "occurred_at": (NOW - timedelta(days=ago)).isoformat(),
            "laboratory": "КДЛ № 1",
            "category": "blood",
            "panel": "Общий анализ крови",
            "values": [{**haemoglobin(number), "applies_to": {"sex": "female", "age_from": 18}}],
        }
        path = f"{self.base}/laboratory-results"
        return dict(self.system.call(201, "POST", path, body, self.doctor, headers=self.system.key()).body)

    def told(self, who: Person, event: str) -> dict[str, Any]:
        """Wait until a notice has come."""
        path = "/me/notices?limit=50"
        found = self.system.wait(lambda body: event in {n["event"] for n in body["items"]}, path, who)
        return next(dict(n) for n in found["items"] if n["event"] == event)

    # --- steps

    def measured(self) -> None:
        system = self.system
        system.step("REC-5: four results of four months; the patient is told of each, without a number")
        self.results = [self.result(number, 100 - 30 * n) for n, number in enumerate(NUMBERS)]
        notice = self.told(self.who, "new_record")
        system.show(notice["text"])
        assert not any(number in str(notice) for number in NUMBERS)

        system.step("REC-5: the laboratory corrects one, and the notice says so")
        last = self.results[-1]
        body = {**last["body"], "status": "corrected", "values": [haemoglobin("117.0")]}
        path = f"{self.base}/laboratory-results/{last['id']}"
        system.call(200, "PUT", path, body, self.doctor, headers={"If-Match": 'W/"1"'})
        system.show(self.told(self.who, "result_corrected")["text"])

    def compared(self) -> None:
        system = self.system
        system.step("REC-5: the patient compares: one row, units converted, flags, a trend")
        path = f"{self.base}/result-comparisons"
        found = system.call(200, "POST", path, {"analytes": ["Гемоглобин"]}, self.who).body
        (line,) = found["analytes"]
        points = [point for part in line["parts"] for point in part["points"]]
        system.show([(point["value"], point["unit"], point["number"], point["flag"]) for point in points])
        system.show(line["trend"])
        assert [point["number"] for point in points] == ["131", "128", "125", "117.0"]
        assert points[-1]["flag"] == "L"

        system.step("REC-5: the same on paper, with a chart and the band")
        for language in ("ru", "en"):
            headers = {**PDF, "Accept-Language": language}
            pdf = system.call(200, "POST", f"{path}/document", {"analytes": ["718-7"]}, self.who, headers=headers).body
            assert pdf.startswith(b"%PDF")

        system.step("REC-5: a comparison of nothing, and one that ends before it begins, are named")
        for wrong in ({"analytes": []}, {"from": NOW.isoformat(), "to": "2026-01-01T00:00:00Z"}):
            refused = system.call(422, "POST", path, wrong, self.who)
            system.show([field["field"] for field in refused["fields"]])

    def sent(self) -> None:
        system = self.system
        system.step("REC-5, ACC-4: the patient puts the result before a second doctor: results alone are opened")
        self.second = system.demo("doctor", 1)
        member = system.call(200, "GET", "/me", who=self.second)["memberships"][0]
        form = {
            "record_id": self.results[-1]["id"],
            "organisation_id": member["organisation_id"],
            "member_id": member["member_id"],
        }
        sent = system.call(201, "POST", "/me/sent-results", form, self.who, headers=system.key())
        system.show(sent.body)
        system.show(self.told(self.second, "patient_result_sent")["links"])
        system.call(200, "POST", f"{self.base}/result-comparisons", {}, self.second)
        system.call(403, "GET", f"{self.base}/visits", who=self.second)

    def drafted(self) -> None:
        system = self.system
        system.step("REC-12: the attending doctor drafts a referral, a repeat study and a prescription from the result")
        form = {
            "record_id": self.results[-1]["id"],
            "kinds": ["referral", "planned-study", "prescription"],
        }
        path = f"{self.base}/result-drafts"
        made = system.call(201, "POST", path, form, self.doctor, headers=system.key())["items"]
        for draft in made:
            system.show({name: draft[name] for name in ("kind", "missing", "body")})
        by_kind = {draft["kind"]: draft for draft in made}
        assert by_kind["prescription"]["missing"] == ["/form", "/validity", "/drugs"]  # no system chooses a drug

        system.step("REC-12: one action makes the record; again, it is the same one; the rest is discarded")
        place = f"{path}/{by_kind['referral']['id']}"
        record = system.call(201, "POST", f"{place}/acceptance", who=self.doctor)
        again = system.call(201, "POST", f"{place}/acceptance", who=self.doctor)
        assert again["id"] == record["id"]
        system.call(201, "POST", f"{path}/{by_kind['planned-study']['id']}/acceptance", who=self.doctor)
        system.call(204, "DELETE", f"{path}/{by_kind['prescription']['id']}", who=self.doctor)
        assert system.call(200, "GET", path, who=self.doctor)["items"] == []

        system.step("REC-13: the patient sees the referral and the study among what is open, with the day it is due")
        items = system.call(200, "GET", f"{self.base}/open-orders", who=self.who)["items"]
        system.show([(item["kind"], item["due"], item["due_on"]) for item in items])
        assert {item["kind"] for item in items} == {"referral", "planned-study"}
        assert record["body"]["related"] == [{"kind": "laboratory-result", "id": self.results[-1]["id"]}]

    def walk(self) -> None:
        self.measured()
        self.compared()
        self.sent()
        self.drafted()
        print("\nDone.", flush=True)


if __name__ == "__main__":
    Story().walk()
