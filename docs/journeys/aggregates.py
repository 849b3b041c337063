"""Counts without names: PRT-8.

    python docs/journeys/aggregates.py [http://localhost:8000]

An administrator of the installation switches counting on; an analytics system signs in by its key. A doctor's record is
counted in the background. Tables come when a month is over: until then there are none, and nobody else may ask.
"""

from __future__ import annotations

from datetime import UTC, datetime

from transfers import FOUND, VISIT, Story


class Counted(Story):
    def walk(self) -> None:
        system = self.system
        system.step("PRT-8: an administrator of the installation switches counting on; the threshold is never lowered")
        system.show(system.call(FOUND, "PUT", "/aggregates", {"counting": True, "k": 10}, self.administrator).body)
        system.call(422, "PUT", "/aggregates", {"counting": True, "k": 3}, self.administrator)
        self.a_card()
        system.step("PRT-8: a visit with a diagnosis is counted when it is written, and nothing of it is readable")
        said = [{"code": "I10", "text": "Гипертензия"}]
        visit = {**VISIT, "occurred_at": datetime.now(UTC).isoformat(), "diagnoses": said}
        self.post(f"/patients/{self.patient.id}/visits", visit, self.doctor)
        system.step("PRT-8: an analytics system reads what is published: tables of periods that are over, no query")
        _, token = self.partner("analytics", ["aggregates.read"], "Аналитика", [])
        system.show(system.call(FOUND, "GET", "/aggregates", who=token).body)
        system.show(system.call(FOUND, "GET", "/aggregates/periods", who=token).body)
        month = f"{datetime.now(UTC):%Y-%m}"
        system.call(404, "GET", f"/aggregates/periods/{month}/diagnosis-chapters", who=token)
        system.call(403, "GET", f"/patients/{self.patient.id}/visits", who=token)
        system.call(403, "PUT", "/aggregates", {"counting": False}, token)
        system.call(403, "GET", "/aggregates/periods", who=self.doctor)


if __name__ == "__main__":
    Counted().walk()
    print("\nThe story of counts is told.")
