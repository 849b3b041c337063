"""The load of a clinic: ANA-2.

    python docs/journeys/load.py [http://localhost:8000]

Five weeks of a made-up clinic's life; what its administrator sees of it: bookings, visits, waits and slots, by day,
hour and doctor. Counting everything anew changes nothing. Three proposals about schedules: one is accepted, one is
dismissed, and no schedule changes by that. A doctor sees their own figures alone.
"""

from __future__ import annotations

import secrets
from typing import Any

from client import Person, System

FOUND, MADE, WRONG, REFUSED = 200, 201, 422, 403


class Story:
    def __init__(self) -> None:
        self.system = System()
        self.root = self.system.demo("administrator")
        form = {"name": "Поликлиника «Пример»", "oid": f"1.2.643.5.1.13.{secrets.randbelow(10**9)}"}
        made = self.system.call(MADE, "POST", "/organisations", form, self.root)
        self.organisation = str(made["organisation_id"])

    def member(self, role: str) -> Person:
        who = self.system.register()
        form = {"snils": who.snils, "role": role, "department": "outpatients", "position": "врач"}
        made = self.system.call(MADE, "POST", f"/organisations/{self.organisation}/staff", form, self.root)
        who.form["member"] = str(made["member_id"])
        return who

    def walk(self) -> None:
        boss = self.system.sign_in(self.member("administrator"), "administrator")
        doctors = [self.member("doctor") for _ in range(3)]
        lived = self.lived(doctors)
        self.seen(boss, lived)
        self.counted_anew(boss, lived)
        self.proposed(boss)
        self.own(self.system.sign_in(doctors[2], "doctor"), doctors[0])

    def lived(self, doctors: list[Person]) -> Any:
        self.system.step("ANA-2: five weeks of a clinic with three doctors, made up (local/clinic_month.py)")
        members = [[one.form["member"], one.id] for one in doctors]
        event = {"organisation_id": self.organisation, "members": members}
        lived = self.system.call(FOUND, "POST", "/_local/clinic-month", event).body
        self.system.show(lived)
        return lived

    def seen(self, boss: Person, lived: Any) -> None:
        system = self.system
        system.step("ANA-2: the administrator sees them, counted by the stream: no name, nothing about health")
        span = f"from={lived['from']}&to={lived['to']}"
        panel = system.wait(lambda body: all_counted(body, lived), f"/load/days?{span}", boss)
        system.show(panel["total"])
        system.show([(one["doctor"], one["slot_use_percent"], one["wait_hours"]) for one in panel["doctors"]])
        months = system.call(FOUND, "GET", f"/load/months?{span}", who=boss)
        assert months["total"]["bookings"] == lived["visits"]
        empty = system.call(FOUND, "GET", "/load/months?from=2019-01-01&to=2019-12-31", who=boss)
        assert [one["bookings"] for one in empty["periods"]] == [0] * 12
        system.call(WRONG, "GET", "/load/days?from=2026-03-02&to=2026-03-01", who=boss)

    def counted_anew(self, boss: Person, lived: Any) -> None:
        system = self.system
        system.step("ANA-2: the operator has everything counted anew from the source rows: the same numbers")
        event = {"organisation_id": self.organisation}
        done = system.call(FOUND, "POST", "/_local/function/rebuild_load", event)["result"]
        system.show(done)
        assert (done["counted"], done["corrected"], done["left"]) == (0, 0, 0)
        span = f"from={lived['from']}&to={lived['to']}"
        again = system.call(FOUND, "GET", f"/load/days?{span}", who=boss)
        assert again["total"]["bookings"] == lived["visits"]

    def proposed(self, boss: Person) -> None:
        system = self.system
        system.step("ANA-2: what the figures say about schedules, each with its reason and the effect of a model")
        found = {one["kind"]: one for one in system.call(FOUND, "GET", "/load/proposals", who=boss)["items"]}
        assert set(found) == {"more", "move", "fewer"}
        for one in found.values():
            system.show({name: one[name] for name in ("kind", "doctor", "slots", "reason", "effect")})
        system.step("ANA-2: the administrator accepts one and dismisses one; no schedule changes by that")
        for kind, decision in (("more", "accepted"), ("fewer", "dismissed")):
            path = f"/load/proposals/{found[kind]['id']}/decision"
            said = system.call(FOUND, "PUT", path, {"decision": decision}, boss)
            assert said["decision"]["by"] == system.call(FOUND, "GET", "/me", who=boss)["person_id"]
        (schedule,) = found["more"]["schedules"]
        assert system.call(FOUND, "GET", f"/schedules/{schedule}", who=boss)["version"] == 1

    def own(self, doctor: Person, colleague: Person) -> None:
        system = self.system
        system.step("ANA-2: a doctor sees their own figures, and nobody else's")
        panel = system.call(FOUND, "GET", "/load/months", who=doctor)
        assert [one["member_id"] for one in panel["doctors"]] == [doctor.form["member"]]
        system.call(REFUSED, "GET", f"/load/days?member_id={colleague.form['member']}", who=doctor)
        system.call(REFUSED, "GET", "/load/proposals", who=doctor)


def all_counted(body: Any, lived: Any) -> bool:
    total = body["total"]
    return (total["bookings"], total["slots_offered"]) == (lived["visits"], lived["slots_offered"])


if __name__ == "__main__":
    Story().walk()
    print("\nThe story of a clinic's load is told.")
