"""Prescriptions from a warning to the counter, a reservation, a revocation and a notice.

REC-14, RX-1, RX-2, RX-3, RX-4, RX-5, RX-7.

    python docs/journeys/prescriptions.py [http://localhost:8000]

The chain of pharmacies is a stand-in of the local system (local/pharmacies.py). The schedules that work every minute
are fired by hand; the timer of the notice is brought forward in the emulated table.
"""

from __future__ import annotations

import json
import secrets
import threading
import time
import urllib.request
from typing import Any

import jwt
from client import Answer, Person, System, now
from cryptography.hazmat.primitives.asymmetric import ec
from timers import bring_forward

from local.pharmacies import NAME
from verifier.prescriptions import CardFlaw, authentic

FOUND, CONFLICT, WRONG = 200, 409, 422
PACKS = 3
AMOXICILLIN = {
    "inn": "Амоксициллин",
    "atc": "J01CA04",
    "form": "таблетки",
    "strength": "500 мг",
    "dosage": "по 1 таблетке 3 раза в день",
    "packs": PACKS,
}
OMEPRAZOLE = {
    "inn": "Омепразол",
    "atc": "A02BC01",
    "form": "капсулы",
    "strength": "20 мг",
    "dosage": "по 1 капсуле утром",
    "packs": 1,
}


class Story:
    def __init__(self) -> None:
        self.system = System()
        self.health: dict[str, Any] = self.system.call(FOUND, "GET", "/_local/health").body
        self.patient = self.system.with_card()
        self.system.call(FOUND, "PATCH", "/me", {"quiet": "none"}, self.patient)  # the story is told at night too
        self.doctor = self.system.demo("doctor")
        self.base = f"/patients/{self.patient.id}"

    def walk(self) -> None:
        self.consented()
        override = self.a_warning()
        record = self.issued(override)
        qr = str(self.system.call(FOUND, "GET", f"{self.base}/prescriptions/{record}", who=self.patient)["body"]["qr"])
        pharmacies = self.two_pharmacies()
        self.checked_without_a_network(qr)
        self.bad_codes(qr, pharmacies[0])
        self.a_race(record, qr, pharmacies)
        self.reserved(record)
        self.notice()
        self.revoked(record, qr, pharmacies[0])

    def fire(self, schedule: str) -> None:
        self.system.call(FOUND, "POST", f"/_local/schedule/{schedule}")

    def tell_pharmacies(self, path: str, said: Any) -> None:
        """To the stand-in itself, past the system."""
        request = urllib.request.Request(self.health["pharmacies"] + path, json.dumps(said).encode(), method="POST")
        urllib.request.urlopen(request, timeout=10).close()

    # --- the doctor

    def consented(self) -> None:
        system = self.system
        system.call(201, "POST", f"{self.base}/consent-requests", {"level": "full"}, self.doctor)
        (asked,) = system.call(FOUND, "GET", "/me/consents", who=self.patient)["items"]
        tag = {"If-Match": f'W/"{asked["version"]}"'}
        answer = {"state": "granted", "level": "full"}
        system.call(FOUND, "PUT", f"/me/consents/{asked['member']}", answer, self.patient, headers=tag)

    def a_warning(self) -> dict[str, Any]:
        system = self.system
        system.step("REC-14: the card knows of an allergy to penicillins; the doctor asks before prescribing")
        allergy = {"occurred_at": now(), "substance": "Пенициллины", "category": "drug"}
        system.call(201, "POST", f"{self.base}/allergies", allergy, self.patient, headers=system.key())
        drugs = {"drugs": [{name: drug[name] for name in ("inn", "atc")} for drug in (AMOXICILLIN, OMEPRAZOLE)]}
        found = system.call(FOUND, "POST", f"{self.base}/prescriptions/checks", drugs, self.doctor)["warnings"]
        system.show(found)
        assert [one["code"] for one in found] == ["allergy-group"]

        system.step("REC-14: without an answer to the warning nothing is issued")
        refused = self.issue(CONFLICT)
        assert (refused["code"], refused["warnings"]) == ("prescribing-warnings", found)
        return {"reason": "tolerated-before", "text": "В 2024 году переносила", "warnings": [found[0]["key"]]}

    def issue(self, expected: int, **more: Any) -> Answer:
        name = " ".join(self.doctor.form[part] for part in ("last_name", "first_name", "middle_name"))
        body = {"occurred_at": now(), "doctor_name": name, "form": "107-1/у", "validity": "60d"}
        body |= {"drugs": [AMOXICILLIN, OMEPRAZOLE], **more}
        path = f"{self.base}/prescriptions"
        return self.system.call(expected, "POST", path, body, self.doctor, headers=self.system.key())

    def issued(self, override: dict[str, Any]) -> str:
        system = self.system
        system.step("RX-5: what the form does not allow is refused by field")
        system.show(self.issue(WRONG, form="148-1/у-88")["fields"])
        system.step("RX-1: with a reason it is issued, signed, and there at once")
        made = self.issue(201, override=override)
        system.show(made["status"])
        assert made["status"]["remaining"] == [PACKS, 1]
        return str(made["id"])

    # --- the counter

    def two_pharmacies(self) -> list[str]:
        self.system.step("PRT-3: two pharmacies sign in with keys of their own")
        administrator = self.system.demo("administrator")
        return [self.pharmacy(administrator, name) for name in ("Северная", "Южная")]

    def pharmacy(self, administrator: Person, name: str) -> str:
        """Access token (RFC 7523)."""
        system, private = self.system, ec.generate_private_key(ec.SECP256R1())
        jwk = {**json.loads(jwt.algorithms.ECAlgorithm.to_jwk(private.public_key())), "kid": "k1", "alg": "ES256"}
        organisation = {"name": f"Аптека «{name}»", "oid": f"1.2.643.5.1.13.13.12.2.77.{secrets.randbelow(10**9)}"}
        made = system.call(201, "POST", "/organisations", organisation, administrator)
        partner = {
            "name": organisation["name"],
            "role": "pharmacy",
            "organisation_id": made["organisation_id"],
            "jwks": {"keys": [jwk]},
            "scopes": ["prescription.verify", "prescription.dispense"],
        }
        client = system.call(201, "POST", "/partners", partner, administrator)["client_id"]
        at = int(time.time())
        claims = {"iss": client, "sub": client, "aud": f"{system.url}/api/v1/oauth/token", "iat": at, "exp": at + 120}
        assertion = jwt.encode({**claims, "jti": secrets.token_hex(16)}, private, "ES256", headers={"kid": "k1"})
        kind = "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
        form = f"grant_type=client_credentials&client_assertion_type={kind}&client_assertion={assertion}"
        answer = system.call(
            FOUND, "POST", "/oauth/token", raw=form.encode(), content_type="application/x-www-form-urlencoded"
        )
        return str(answer["access_token"])

    def verify(self, qr: str, pharmacy: str, expected: int = FOUND) -> Answer:
        return self.system.call(expected, "POST", "/prescriptions/verify", {"code": qr}, pharmacy)

    def checked_without_a_network(self, qr: str) -> None:
        system = self.system
        system.step("RX-2: a program without a network says whether the code is authentic, and what it cannot know")
        with urllib.request.urlopen(f"{system.url}/.well-known/jwks.json", timeout=10) as published:
            keys = json.load(published)
        found = authentic(qr, system.url, keys, time.time())
        system.show(found.verdict)
        try:
            authentic(qr[:-4] + "AAAA", system.url, keys, time.time())
        except CardFlaw as flaw:
            system.show(str(flaw))
        else:
            raise SystemExit("an altered signature was believed")

    def bad_codes(self, qr: str, pharmacy: str) -> None:
        system = self.system
        system.step("RX-2: each bad code has an answer of its own")
        bad = {
            "prescription-code-signature": qr[:-4] + "AAAA",
            "prescription-code-foreign": "https://elsewhere.example/r/" + "a" * 22,
            "prescription-code-unreadable": "Купите слона",
            "prescription-code-too-long": "x" * 3000,
        }
        for code, text in bad.items():
            assert self.verify(text, pharmacy, WRONG)["code"] == code
        system.show(sorted(bad))

    def a_race(self, record: str, qr: str, pharmacies: list[str]) -> None:
        system = self.system
        system.step("RX-3: both pharmacies hand out the same pack at the same moment: one does, the other is told")
        tag = self.verify(qr, pharmacies[0]).etag
        give = {"code": qr, "drugs": [{"line": 1, "packs": 1}], "pharmacist": {"name": "Сидорова Мария"}}
        answers: list[Answer] = []

        def dispense(token: str) -> None:
            headers = {"If-Match": tag, **system.key()}
            either = frozenset({FOUND, CONFLICT})
            answers.append(system.call(either, "POST", "/prescriptions/dispense", give, token, headers=headers))

        threads = [threading.Thread(target=dispense, args=(token,)) for token in pharmacies]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(answer.status for answer in answers) == [FOUND, CONFLICT]
        system.show([answer.body.get("code", answer.body) for answer in answers])

        system.step("RX-3: it was a mistake: the pharmacy that did it takes it back")
        (done,) = [answer for answer in answers if answer.status == FOUND]
        mistake = {"code": qr, "dispensing": done["dispensing"], "reason": "wrong-quantity"}
        outcomes = [
            system.call(
                frozenset({FOUND, 403, CONFLICT}),
                "POST",
                "/prescriptions/reversals",
                mistake,
                token,
                headers={"If-Match": done.etag, **system.key()},
            )
            for token in pharmacies
        ]
        assert FOUND in {answer.status for answer in outcomes}
        (line,) = system.call(FOUND, "GET", f"{self.base}/prescriptions/{record}/dispensings", who=self.patient)[
            "items"
        ]
        system.show(line)
        assert line["reversed"]

    # --- the patient

    def reserved(self, record: str) -> None:
        system = self.system
        system.step("RX-7: which pharmacies have it; a reservation, while the chain does not answer")
        asked = {"prescription_id": record, "region": "Казань"}
        (found,) = system.call(FOUND, "POST", "/me/pharmacy-orders/stock", asked, self.patient)["items"]
        system.show(found)
        self.tell_pharmacies("/_faults", ["lost"])
        wish = {"prescription_id": record, "chain": NAME, "kind": "reservation"}
        wish |= {"pharmacy_id": found["offers"][0]["pharmacy_id"]}
        made = system.call(201, "POST", "/me/pharmacy-orders", wish, self.patient, headers=system.key())
        self.fire("pharmacy_orders")
        one = f"/me/pharmacy-orders/{made['id']}"
        assert system.call(FOUND, "GET", one, who=self.patient)["state"] == "requested"
        self.tell_pharmacies("/_faults", [])
        self.order = one

        system.step("RX-7: it answers again: the same order, once; confirmed")
        until = time.monotonic() + 150
        while system.call(FOUND, "GET", one, who=self.patient)["state"] == "requested":
            if time.monotonic() > until:
                raise SystemExit("the order was not told again")
            time.sleep(3)
            self.fire("pharmacy_orders")
        system.show(system.call(FOUND, "GET", one, who=self.patient).body)

    def notice(self) -> None:
        system = self.system
        system.step("RX-5: the end is near, and the patient is told once")
        assert bring_forward(self.health["emulator"], self.patient.id, "prescription-expiry")
        for _ in range(2):
            self.fire("ring_timers")
        events = system.wait(
            lambda body: "prescription_expiring" in {notice["event"] for notice in body["items"]},
            "/me/notices?limit=50",
            self.patient,
        )["items"]
        assert [notice["event"] for notice in events].count("prescription_expiring") == 1

    def revoked(self, record: str, qr: str, pharmacy: str) -> None:
        system = self.system
        system.step("RX-4: the doctor revokes it: the code is dead at once; the patient takes the reservation back")
        path = f"{self.base}/prescriptions/{record}/revocation"
        self.doctor = system.demo("doctor")  # with a fresh second factor
        tag = {"If-Match": 'W/"1"'}
        system.call(FOUND, "POST", path, {"reason": "no-longer-needed"}, self.doctor, headers=tag)
        seen = self.verify(qr, pharmacy)
        assert (seen["state"], seen["valid"]) == ("revoked", False)
        give = {"code": qr, "drugs": [{"line": 2, "packs": 1}], "pharmacist": {"name": "Сидорова Мария"}}
        headers = {"If-Match": seen.etag, **system.key()}
        dead = system.call(CONFLICT, "POST", "/prescriptions/dispense", give, pharmacy, headers=headers)
        system.show(dead.body)
        shown = system.call(FOUND, "POST", f"{self.order}/cancellation", who=self.patient).body
        self.fire("pharmacy_orders")
        shown = system.wait(lambda body: body["state"] == "cancelled", self.order, self.patient).body
        system.show(shown)


if __name__ == "__main__":
    Story().walk()
    print("\nThe story of prescriptions is told.")
