"""A doctor's protocol and a laboratory result are found again, and a stranger finds nothing (REC-11).

    python docs/journeys/search.py [http://localhost:8000]

The index is written in the background, a moment after each record.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from client import PATIENCE, Person, System

YESTERDAY = datetime.now(UTC) - timedelta(days=1)
LAST_YEAR = datetime.now(UTC) - timedelta(days=400)


class Story:
    def __init__(self) -> None:
        self.system = System()
        self.doctor, self.patient = self.system.demo("doctor"), self.system.with_card()
        self.path = f"/patients/{self.patient.id}"

    def found(self, who: Person, **asked: Any) -> list[str]:
        """Ids of all pages, newest first."""
        ids: list[str] = []
        asked = {"limit": 1, **asked}
        while True:
            page = self.system.call(200, "POST", f"{self.path}/search", asked, who).body
            ids += [item["id"] for item in page["items"]]
            if "next" not in page:
                return ids
            asked["cursor"] = page["next"]

    def write(self, collection: str, body: dict[str, Any]) -> str:
        made = self.system.call(201, "POST", f"{self.path}/{collection}", body, self.doctor, headers=self.system.key())
        return str(made["id"])

    def wait(self, ids: set[str], **asked: Any) -> None:
        until = time.monotonic() + PATIENCE
        while set(self.found(self.patient, **asked)) != ids:
            if time.monotonic() > until:
                raise SystemExit(f"not found: {asked}")
            time.sleep(0.2)

    def walk(self) -> None:
        system = self.system
        system.step("REC-11: a doctor with the patient's consent writes a protocol and a laboratory result")
        system.call(201, "POST", f"{self.path}/consent-requests", {"level": "full"}, self.doctor)
        known = system.call(200, "GET", "/me", who=self.doctor)["memberships"]
        (member,) = [one["member_id"] for one in known if one["role"] == "doctor"]
        answer = {"state": "granted", "level": "full"}
        system.call(200, "PUT", f"/me/consents/{member}", answer, self.patient, headers={"If-Match": 'W/"1"'})
        name = " ".join(self.doctor.form[part] for part in ("last_name", "first_name", "middle_name"))
        protocol = self.write(
            "examination-protocols",
            {
                "occurred_at": YESTERDAY.isoformat(),
                "doctor_name": name,
                "examination": "Осмотр пульмонолога",
                "conclusion": "Хронический бронхит вне обострения",
                "follow_up_plan": "Спирометрия",
                "diagnoses": [{"code": "J42", "text": "Хронический бронхит неуточнённый"}],
            },
        )
        result = self.write(
            "laboratory-results",
            {
                "occurred_at": LAST_YEAR.isoformat(),
                "laboratory": "КДЛ поликлиники № 1",
                "category": "blood",
                "panel": "Общий анализ крови",
                "values": [{"name": "Гемоглобин", "value": "98", "unit": "g/L", "low": "120", "high": "140"}],
                "conclusion": "Анемия лёгкой степени",
            },
        )
        self.wait({protocol, result}, **{"from": LAST_YEAR.date().isoformat()})

        system.step("REC-11: found by another grammatical case, by a code, by the doctor, by date, by kind")
        for who in (self.doctor, self.patient):
            assert self.found(who, text="бронхита") == self.found(who, text="хроническом бронхите") == [protocol]
            assert self.found(who, text="анемией") == self.found(who, text="анализы крови") == [result]
            assert self.found(who, text="J42") == [protocol]
            assert self.found(who, doctor=self.doctor.form["last_name"].upper()) == [protocol, result]
            assert self.found(who, to=(LAST_YEAR + timedelta(days=1)).date().isoformat()) == [result]
            assert self.found(who, kinds=["laboratory-result"]) == self.found(who, sections=["results"]) == [result]
            assert self.found(who, text="бронхит анемия") == []
        system.show(system.call(200, "POST", f"{self.path}/search", {"text": "бронхитом"}, self.patient)["items"])

        system.step("REC-11: an amended record is found by what it says now")
        body = dict(system.call(200, "GET", f"{self.path}/examination-protocols/{protocol}", who=self.doctor)["body"])
        body |= {"conclusion": "Бронхиальная астма", "diagnoses": [{"code": "J45.0", "text": "Астма"}]}
        tag = {"If-Match": 'W/"1"'}
        system.call(200, "PUT", f"{self.path}/examination-protocols/{protocol}", body, self.doctor, headers=tag)
        self.wait({protocol}, text="астмы")
        assert self.found(self.patient, text="бронхит") == []

        system.step("REC-11: a stranger finds nothing, and a search leaves its entry without its words")
        system.call(404, "POST", f"{self.path}/search", {"text": "астма"}, system.with_card())
        system.call(403, "POST", f"{self.path}/search", {"text": "астма"}, system.demo("doctor", 1))
        for wrong in ({}, {"text": "и не на"}, {"from": "2026-02-02", "to": "2026-02-01"}, {"kinds": ["horoscope"]}):
            system.call(422, "POST", f"{self.path}/search", wrong, self.patient)
        system.wait(lambda page: _searched(page["items"]), "/me/journal?action=search:list", self.patient)


def _searched(entries: list[dict[str, Any]]) -> bool:
    return bool(entries) and "астм" not in str(entries)


def main() -> None:
    Story().walk()
    print("\nThe story of searching is told.")


if __name__ == "__main__":
    main()
