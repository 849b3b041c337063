"""Records of another clinic come into a card that was opened; the policy is confirmed (ACT-3, ACT-4).

    python docs/journeys/gathering.py [http://localhost:8000]

The other clinic and the registry of policies are stand-ins of the local system (local/fhir_source.py,
local/oms_registry.py). The schedules that work every minute and every hour are fired by hand.
"""

from __future__ import annotations

import json
import urllib.request
from typing import Any

from client import Person, System

from local.fhir_resources import records
from local.fhir_source import NAME

KNOWN = 8  # records that the stand-in has of everybody
AMENDED = 2  # the version
STRANGERS = 2  # records of somebody else that the stand-in slips in


class Story:
    def __init__(self) -> None:
        self.system = System()
        self.clinic = str(self.system.call(200, "GET", "/_local/health")["fhir_source"])

    def tell_clinic(self, path: str, said: Any) -> None:
        """To the stand-in itself, past the system."""
        request = urllib.request.Request(self.clinic + path, json.dumps(said).encode(), method="POST")
        urllib.request.urlopen(request, timeout=10).close()

    def fire(self, schedule: str) -> None:
        self.system.call(200, "POST", f"/_local/schedule/{schedule}")

    def source(self, who: Person) -> dict[str, Any]:
        (found,) = self.system.call(200, "GET", "/me/sources", who=who)["items"]
        return dict(found)

    def gathered(self, who: Person) -> dict[str, Any]:
        self.system.wait(lambda body: body["items"][0]["state"] != "none", "/me/sources", who)
        for _ in range(20):  # in each run some of the people who wait have their turn
            self.fire("gather")
            if (found := self.source(who))["state"] == "done":
                return found
        raise SystemExit(f"gathering does not end: {found}")

    def walk(self) -> None:
        who = self.records_come()
        self.nothing_comes_twice(who)
        self.bad_manners(who)
        self.switched_off(who)
        self.the_policy(who)

    def records_come(self) -> Person:
        system = self.system
        system.step("ACT-3: another clinic knows this person; a registrar completes the activation")
        born = "1979-02-03"
        who = system.register(birth_date=born)
        self.tell_clinic("/_people", {who.snils: born})
        system.sign_in(who)
        made = system.call(201, "POST", "/me/card-application", system.activation(who), who)
        path = f"/applications/{who.id}/{made['application_id']}/decision"
        system.call(200, "POST", path, {"approve": True}, system.demo("registrar"), headers={"If-Match": 'W/"1"'})
        counts = self.gathered(who)["counts"]
        system.show(counts)
        assert (counts["added"], counts["unmapped"]) == (6, 2)

        system.step("ACT-3: each record says where it came from; what the card cannot hold is kept whole")
        (allergy,) = system.call(200, "GET", f"/patients/{who.id}/allergies", who=who)["items"]
        system.show(allergy["provenance"])
        assert (allergy["source"], allergy["provenance"]["source"]) == ("connected", NAME)
        kept = system.call(200, "GET", "/me/unmapped", who=who)["items"]
        assert sorted(item["reason"] for item in kept) == ["no-rule", "unit"]
        system.wait(lambda body: "source_gathered" in {n["event"] for n in body["items"]}, "/me/notices", who)
        return who

    def nothing_comes_twice(self, who: Person) -> None:
        system = self.system
        system.step("ACT-3: asked again, with every record twice and older versions after newer: nothing changes")
        self.tell_clinic("/_faults", ["twice", "backwards"])
        system.call(202, "POST", f"/me/sources/{NAME}/refresh", who=who)
        counts = self.gathered(who)["counts"]
        system.show(counts)
        assert (counts["added"], counts["updated"]) == (0, 0)
        assert counts["unchanged"] >= KNOWN
        self.tell_clinic("/_faults", [])

        system.step("ACT-3: the clinic amends a record: a new version, the earlier one is kept")
        patient = f"p{who.snils[:9]}"
        weight = records(patient)[2]
        weight["meta"] = {"versionId": "2", "lastUpdated": "2099-01-01T00:00:00Z"}
        weight["valueQuantity"]["value"] = 72.25
        self.tell_clinic(f"/_records/{patient}", weight)
        system.call(202, "POST", f"/me/sources/{NAME}/refresh", who=who)
        assert self.gathered(who)["counts"]["updated"] == 1
        signs = system.call(200, "GET", f"/patients/{who.id}/vital-signs", who=who)["items"]
        (amended,) = [sign for sign in signs if sign["version"] == AMENDED]
        assert amended["body"]["value"] == "72.25"
        place = f"/patients/{who.id}/vital-signs/{amended['id']}"
        assert len(system.call(200, "GET", f"{place}/history", who=who)["items"]) == AMENDED
        system.call(409, "PUT", place, amended["body"], who, headers={"If-Match": 'W/"2"'})

    def bad_manners(self, who: Person) -> None:
        system = self.system
        system.step("ACT-3: records of somebody else are refused; a clinic that is busy is asked later")
        self.tell_clinic("/_faults", ["stranger"])
        system.call(202, "POST", f"/me/sources/{NAME}/refresh", who=who)
        assert self.gathered(who)["counts"]["refused"] == STRANGERS
        self.tell_clinic("/_faults", ["busy"])
        system.call(202, "POST", f"/me/sources/{NAME}/refresh", who=who)
        self.fire("gather")
        shown = system.wait(lambda body: "last_error" in body["items"][0], "/me/sources", who)["items"][0]
        system.show(shown["last_error"])
        self.tell_clinic("/_faults", [])

    def switched_off(self, who: Person) -> None:
        system = self.system
        system.step("ACT-3: the person switches the source off and on")
        assert system.call(200, "PUT", f"/me/sources/{NAME}", {"paused": True}, who)["state"] == "paused"
        system.call(409, "POST", f"/me/sources/{NAME}/refresh", who=who)
        assert system.call(200, "PUT", f"/me/sources/{NAME}", {"paused": False}, who)["state"] == "waiting"
        self.gathered(who)

    def the_policy(self, who: Person) -> None:
        system = self.system
        system.step("ACT-4: the policy is confirmed by itself, and at wish")
        self.fire("check_policies")
        mine = system.wait(lambda body: "policy_status" in body, "/me/policy", who)
        assert mine["policy_status"] == "active"
        again = system.call(200, "POST", "/me/policy/check", who=who)
        system.show({name: again[name] for name in ("policy_status", "policy_insurer", "policy_checked_at")})

        system.step("ACT-4: a registrar sees it; another patient does not")
        registrar, other = system.demo("registrar"), system.demo("patient")
        place = f"/patients/{who.id}/policy"
        assert system.call(200, "GET", place, who=registrar)["policy_status"] == "active"
        system.call(403, "GET", place, who=other)


if __name__ == "__main__":
    Story().walk()
    print("\nThe story of gathering is told.")
