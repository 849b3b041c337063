"""A calendar program, and a scheduling system outside: APT-2, PRT-5.

    python docs/journeys/calendars.py [http://localhost:8000]

A patient's calendar shows a visit by a secret address; the clinic's own scheduling system takes the doctor's time over
it; the visit is displaced and kept, and is back when the time is given back. Then the address is taken back.
"""

from __future__ import annotations

import json
import secrets
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from client import Answer, Person, System, now
from cryptography.hazmat.primitives.asymmetric import ec

FOUND, MADE, GONE, MISSING = 200, 201, 204, 404
AHEAD = timedelta(days=2)


class Story:
    def __init__(self) -> None:
        self.system = System()
        self.patient = self.system.with_card()
        self.registrar = self.system.demo("registrar")
        self.doctor = self.system.hired(self.registrar)
        self.outside, self.schedule, self.outside_id = "", "", f"R-{secrets.token_hex(4)}"

    def walk(self) -> None:
        self.a_schedule()
        self.outside = self.an_outside_system()
        visit = self.booked()
        address = self.an_address(visit)
        self.time_is_taken(visit)
        self.any_order(visit)
        self.given_back(visit)
        self.two_contents()
        self.the_way_back(visit)
        self.taken_back(address)

    # --- pieces

    def post(self, path: str, body: Any, who: Person | str, expected: int = MADE) -> Answer:
        return self.system.call(expected, "POST", path, body, who, headers=self.system.key())

    def send(self, uid: str, sequence: int, start: str = "", at: str = "") -> str:
        """What became of one change."""
        change: dict[str, Any] = {
            "uid": f"{uid}@{self.outside_id}",
            "sequence": sequence,
            "stamp": at or now(),
            "status": "cancelled",
        }
        if start:
            end = (datetime.fromisoformat(start) + timedelta(minutes=10)).isoformat()
            change |= {"status": "busy", "outside_id": self.outside_id, "start": start, "end": end}
        answer = self.post("/scheduling/changes", {"changes": [change]}, self.outside, FOUND)["items"][0]
        self.system.show(answer)
        return str(answer["outcome"])

    def free(self) -> list[str]:
        path = f"/schedules/{self.schedule}/slots?limit=500"
        slots = self.system.call(FOUND, "GET", path, who=self.patient)["items"]
        return [one["start"] for one in slots if datetime.fromisoformat(one["start"]) >= datetime.now(UTC) + AHEAD]

    def rung(self, event: str) -> None:
        """The trigger runs, and the patient is told."""
        self.system.call(FOUND, "POST", "/_local/schedule/ring_timers")
        holds = lambda body: event in {notice["event"] for notice in body["items"]}  # noqa: E731
        self.system.wait(holds, "/me/notices?limit=50", self.patient)

    # --- steps

    def a_schedule(self) -> None:
        system = self.system
        system.step("APT-1: a registrar enters the hours of a doctor, and what the clinic's own system calls them")
        rule = {"weekdays": [1, 2, 3, 4, 5, 6, 7], "start": "09:00", "end": "12:00", "valid_from": "2026-01-01"}
        settings = {"doctor": "Соколова Анна Игоревна", "position": "врач", "room": "204", "zone": "Europe/Moscow"}
        settings |= {"slot_minutes": 10, "rules": [rule], "works_on_holidays": True, "referral": False}
        settings |= {"member_id": self.doctor.form["member"], "specialty": "ophthalmology"}
        self.schedule = str(self.post("/schedules", settings, self.registrar)["schedule_id"])
        path = f"/schedules/{self.schedule}/outside-id"
        system.call(FOUND, "PUT", path, {"outside_id": self.outside_id}, self.registrar)

    def an_outside_system(self) -> str:
        """Its access token (RFC 7523)."""
        system = self.system
        system.step("PRT-5: the administrator registers the clinic's scheduling system; it signs in by its key")
        administrator, private = system.demo("administrator"), ec.generate_private_key(ec.SECP256R1())
        jwk = {**json.loads(jwt.algorithms.ECAlgorithm.to_jwk(private.public_key())), "kid": "k1", "alg": "ES256"}
        (member,) = [
            one
            for one in system.call(FOUND, "GET", "/me", who=self.registrar)["memberships"]
            if one["role"] == "registrar"
        ]
        partner = {
            "name": "МИС поликлиники",
            "role": "clinical-system",
            "organisation_id": member["organisation_id"],
            "jwks": {"keys": [jwk]},
            "scopes": ["scheduling.read", "scheduling.write"],
        }
        client = system.call(MADE, "POST", "/partners", partner, administrator)["client_id"]
        at = int(time.time())
        claims = {"iss": client, "sub": client, "aud": f"{system.url}/api/v1/oauth/token", "iat": at, "exp": at + 120}
        assertion = jwt.encode({**claims, "jti": secrets.token_hex(16)}, private, "ES256", headers={"kid": "k1"})
        kind = "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
        form = f"grant_type=client_credentials&client_assertion_type={kind}&client_assertion={assertion}"
        answer = system.call(
            FOUND, "POST", "/oauth/token", raw=form.encode(), content_type="application/x-www-form-urlencoded"
        )
        return str(answer["access_token"])

    def booked(self) -> Answer:
        self.system.step("APT-1: the patient books")
        return self.post("/me/appointments", {"schedule_id": self.schedule, "start": self.free()[0]}, self.patient)

    def an_address(self, visit: Answer) -> str:
        system = self.system
        system.step("APT-2: an address for a calendar program, told once; it tells when, and nothing else")
        address = str(self.post("/me/calendars", {}, self.patient)["url"]).removeprefix(system.url)
        first = system.call(FOUND, "GET", address)
        text = first.body.decode() if isinstance(first.body, bytes) else str(first.body)
        print(text)
        assert f"UID:{visit['id']}@medkarta" in text.replace("\r\n ", "")
        assert "Соколова" not in text
        again = {"If-None-Match": first.headers["etag"]}
        system.call(304, "GET", address, headers=again)
        return address

    def time_is_taken(self, visit: Answer) -> None:
        system = self.system
        system.step("PRT-5: the clinic's system takes that time: the visit is displaced, told, and kept")
        assert self.send("t1", 1, visit["start"]) == "applied"
        self.rung("visit_displaced")
        mine = system.call(FOUND, "GET", f"/me/appointments/{visit['id']}", who=self.patient)
        system.show({name: mine[name] for name in ("state", "start")})
        assert mine["state"] == "booked"

    def any_order(self, visit: Answer) -> None:
        self.system.step("PRT-5: an older message that comes late changes nothing")
        assert self.send("t1", 0, self.free()[3]) == "stale"
        assert self.send("t2", 5) == "applied"
        assert self.send("t2", 4, visit["start"]) == "stale"

    def given_back(self, visit: Answer) -> None:
        self.system.step("PRT-5: the time is given back, and the visit has its place again")
        assert self.send("t1", 2) == "applied"
        self.rung("visit_restored")
        assert visit["start"] not in self.free()

    def two_contents(self) -> None:
        system = self.system
        system.step("PRT-5: two contents of one version wait for the registrar")
        first, second, at = *self.free()[5:7], now()
        assert self.send("t3", 1, first, at) == "applied"
        assert self.send("t3", 1, second, at) == "conflict"
        (waiting,) = system.call(FOUND, "GET", "/scheduling/conflicts", who=self.registrar)["items"]
        system.show(waiting)
        self.post(f"/scheduling/conflicts/{waiting['id']}/decision", {"take": "sent"}, self.registrar, FOUND)
        assert first in self.free()
        assert second not in self.free()
        assert self.send("t3", 1, first, at) == "unchanged"

    def the_way_back(self, visit: Answer) -> None:
        system = self.system
        system.step("PRT-5: what became of the clinic's appointments; the newest are told when they have settled")
        found = system.call(FOUND, "GET", "/scheduling/appointments", who=self.outside)
        system.show(found.body)
        assert self.patient.id not in json.dumps(found.body)
        assert all({"appointment_id", "version", "state"} <= one.keys() for one in found["items"])
        assert visit["id"]

    def taken_back(self, address: str) -> None:
        system = self.system
        system.step("APT-2: the address is taken back and opens nothing; the journal says that it was fetched")
        (made,) = system.call(FOUND, "GET", "/me/calendars", who=self.patient)["items"]
        system.show(made)
        system.call(GONE, "DELETE", f"/me/calendars/{made['id']}", who=self.patient)
        assert system.call(MISSING, "GET", address)["code"] == "feed-unknown"


if __name__ == "__main__":
    Story().walk()
    print("\nThe story of calendars is told.")
