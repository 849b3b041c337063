"""A clinic's system delivers FHIR resources: PRT-1, PRT-6.

    python docs/journeys/resources.py [http://localhost:8000]

It finds the patient by SNILS and birth date, delivers a result once though it sends it three times, corrects and
withdraws it; the patient sees it in the card, and another clinic's system is refused. Then an entry of the directory.
"""

from __future__ import annotations

import json
import secrets
import time
from typing import Any

import jwt
from client import Answer, System
from cryptography.hazmat.primitives.asymmetric import ec

FOUND, MADE, DONE, REFUSED, GONE, STALE, WRONG = 200, 201, 204, 403, 410, 412, 422
FHIR, PATCH = "application/fhir+json", "application/json-patch+json"
SNILS = "urn:oid:1.2.643.100.3"


class Story:
    def __init__(self) -> None:
        self.system = System()
        self.patient = self.system.with_card()
        self.administrator = self.system.demo("administrator")
        self.token = self.number = ""

    def walk(self) -> None:
        system = self.system
        system.step("PRT-6: what the server can do")
        told = system.call(FOUND, "GET", "/fhir/metadata")
        print(len(told["rest"][0]["resource"]), "types of resource")
        system.step("PRT-1: the administrator registers two systems of two clinics; they sign in by their keys")
        self.token, stranger = self.partner("МИС поликлиники"), self.partner("Чужая МИС")
        name = self.delivered()
        self.shown(name)
        self.changed(name)
        system.step("PRT-1: another clinic's system is refused; nobody, and who is closed to a clinic, look the same")
        system.call(REFUSED, "GET", f"/fhir/Observation/{name}", who=stranger)
        nobody = {**self.observation(), "subject": {"reference": "Patient/" + "0" * 25}}
        del nobody["contained"]
        told = self.send("POST", "Observation", nobody, WRONG)
        assert told["issue"][0]["details"]["coding"][0]["code"] == "subject-unknown"
        self.withdrawn(name)
        self.directory()

    # --- pieces

    def partner(self, name: str) -> str:
        """A system of a new clinic, and its access token (RFC 7523)."""
        system, private = self.system, ec.generate_private_key(ec.SECP256R1())
        clinic = {"name": name, "oid": f"1.2.643.5.1.13.13.12.2.77.{secrets.randbelow(10**6)}"}
        made = system.call(MADE, "POST", "/organisations", clinic, self.administrator)
        jwk = {**json.loads(jwt.algorithms.ECAlgorithm.to_jwk(private.public_key())), "kid": "k1", "alg": "ES256"}
        partner = {
            "name": name,
            "role": "clinical-system",
            "organisation_id": made["organisation_id"],
            "jwks": {"keys": [jwk]},
            "scopes": ["system/*.cruds"],
            "dpop_required": False,
        }
        client = system.call(MADE, "POST", "/partners", partner, self.administrator)["client_id"]
        at = int(time.time())
        claims = {"iss": client, "sub": client, "aud": f"{system.url}/api/v1/oauth/token", "iat": at, "exp": at + 120}
        assertion = jwt.encode({**claims, "jti": secrets.token_hex(16)}, private, "ES256", headers={"kid": "k1"})
        kind = "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
        form = f"grant_type=client_credentials&client_assertion_type={kind}&client_assertion={assertion}"
        answer = system.call(
            FOUND, "POST", "/oauth/token", raw=form.encode(), content_type="application/x-www-form-urlencoded"
        )
        return str(answer["access_token"])

    def send(self, method: str, path: str, body: Any, expected: int, kind: str = FHIR, **headers: str) -> Answer:
        raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.system.call(
            expected, method, f"/fhir/{path}", who=self.token, raw=raw, content_type=kind, headers=named
        )

    def observation(self) -> dict[str, Any]:
        """About somebody whom the clinic knows by SNILS and birth date alone."""
        known = [{"system": SNILS, "value": self.patient.snils}]
        person = {"resourceType": "Patient", "id": "p", "identifier": known, "birthDate": "1987-04-12"}
        return {
            "resourceType": "Observation",
            "contained": [person],
            "status": "final",
            "identifier": [{"system": "urn:clinic:results", "value": self.number}],
            "code": {"coding": [{"system": "http://loinc.org", "code": "3141-9"}], "text": "Масса тела, измерена"},
            "subject": {"reference": "#p"},
            "effectiveDateTime": "2026-03-01",
            "valueQuantity": {"value": 71.5, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"},
        }

    # --- steps

    def delivered(self) -> str:
        system = self.system
        system.step("PRT-6: a result is delivered once, though it is sent three times; its number keeps its spelling")
        self.number = secrets.token_hex(8)
        raw = json.dumps(self.observation(), ensure_ascii=False).replace("71.5", "71.50").encode()
        key = secrets.token_hex(16)
        made = self.send("POST", "Observation", raw, MADE, Idempotency_Key=key)
        again = self.send("POST", "Observation", raw, MADE, Idempotency_Key=key)
        condition = f"identifier=urn:clinic:results|{self.number}"
        found = self.send("POST", "Observation", raw, FOUND, If_None_Exist=condition)
        assert made["id"] == again["id"] == found["id"]
        name = str(made["id"])
        system.show(made.body)
        print(made.headers["location"].rpartition("/fhir/")[2], made.etag)
        known = {"If-None-Match": made.etag}
        system.call(304, "GET", f"/fhir/Observation/{name}", who=self.token, headers=known)
        return name

    def shown(self, name: str) -> None:
        system = self.system
        system.step("PRT-6: the patient finds it in the card, with where it came from, and reads the resource itself")
        own = f"/patients/{self.patient.id}/received-results"
        (record,) = system.call(FOUND, "GET", own, who=self.patient)["items"]
        system.show({"title": record["body"]["title"], "provenance": record["provenance"]})
        assert system.call(FOUND, "GET", f"/fhir/Observation/{name}", who=self.patient)["id"] == name
        told = lambda body: any(one["event"] == "new_record" for one in body["items"])  # noqa: E731
        system.wait(told, "/me/notices", self.patient)

    def changed(self, name: str) -> None:
        system = self.system
        system.step("PRT-6: it is corrected by a whole resource, then by a patch; who names an old version is refused")
        changed = {**self.observation(), "id": name, "status": "amended"}
        self.send("PUT", f"Observation/{name}", changed, FOUND, If_Match='W/"1"')
        self.send("PUT", f"Observation/{name}", changed, STALE, If_Match='W/"1"')
        steps = [
            {"op": "test", "path": "/status", "value": "amended"},
            {"op": "replace", "path": "/valueQuantity/value", "value": 72.5},
        ]
        patched = self.send("PATCH", f"Observation/{name}", steps, FOUND, PATCH, If_Match='W/"2"')
        assert patched["valueQuantity"]["value"] == 72.5  # noqa: PLR2004
        first = system.call(FOUND, "GET", f"/fhir/Observation/{name}/_history/1", who=self.token)
        assert first["status"] == "final"

    def withdrawn(self, name: str) -> None:
        system = self.system
        system.step("PRT-6: the delivery is withdrawn; its versions stay, and the card says so")
        system.call(DONE, "DELETE", f"/fhir/Observation/{name}", who=self.token)
        system.show(system.call(GONE, "GET", f"/fhir/Observation/{name}", who=self.token).body)
        history = system.call(FOUND, "GET", f"/fhir/Observation/{name}/_history", who=self.token)
        print([one["request"]["method"] for one in history["entry"]])
        own = f"/patients/{self.patient.id}/received-results"
        (record,) = system.call(FOUND, "GET", own, who=self.patient)["items"]
        assert record["status"]["state"] == "withdrawn"

    def directory(self) -> None:
        system = self.system
        system.step("PRT-6: a doctor of the clinic stands in its directory; the second create finds the first")
        number = secrets.token_hex(4)
        doctor = {
            "resourceType": "Practitioner",
            "identifier": [{"system": "urn:clinic:staff", "value": number}],
            "name": [{"family": "Орлова", "given": ["Инна"]}],
        }
        condition = {"If_None_Exist": f"identifier=urn:clinic:staff|{number}"}
        made = self.send("POST", "Practitioner", doctor, MADE, **condition)
        found = self.send("POST", "Practitioner", doctor, FOUND, **condition)
        assert made["id"] == found["id"]
        system.show(found.body)


if __name__ == "__main__":
    Story().walk()
    print("\nThe story of resources is told.")
