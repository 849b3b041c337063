"""A clinic's system hands over whole patients: PRT-6.

    python docs/journeys/bundles.py [http://localhost:8000]

A small transaction is stored at once, and its repeat changes nothing; one bad entry and nothing is. A made-up history
of some hundred resources comes as an import and reads back as it was sent; a larger one is answered before it is in.
Two patients who may be one person wait for a registrar.
"""

from __future__ import annotations

import json
import secrets
import time
from typing import Any

import jwt
from client import Answer, System
from cryptography.hazmat.primitives.asymmetric import ec

from local.population import patients

FOUND, MADE, LATER, DONE, WRONG = 200, 201, 202, 204, 422
FHIR = "application/fhir+json"
PATIENT = "urn:uuid:11111111-1111-4111-8111-111111111111"
Bundle = dict[str, Any]


class Story:
    def __init__(self) -> None:
        self.system = System()
        self.token = self.registered()
        self.mrn = secrets.token_hex(6)

    def walk(self) -> None:
        self.a_small_one()
        self.a_bad_entry()
        self.a_history()
        self.in_the_background()
        self.a_pair()

    # --- pieces

    def registered(self) -> str:
        """A system of a new clinic, and its access token (RFC 7523)."""
        system, private, boss = self.system, ec.generate_private_key(ec.SECP256R1()), self.system.demo("administrator")
        clinic = {"name": "Поликлиника", "oid": f"1.2.643.5.1.13.13.12.2.77.{secrets.randbelow(10**6)}"}
        made = system.call(MADE, "POST", "/organisations", clinic, boss)
        jwk = {**json.loads(jwt.algorithms.ECAlgorithm.to_jwk(private.public_key())), "kid": "k1", "alg": "ES256"}
        partner = {
            "name": "МИС поликлиники",
            "role": "clinical-system",
            "organisation_id": made["organisation_id"],
            "jwks": {"keys": [jwk]},
            "scopes": ["system/*.cruds"],
            "dpop_required": False,
        }
        client = system.call(MADE, "POST", "/partners", partner, boss)["client_id"]
        at = int(time.time())
        claims = {"iss": client, "sub": client, "aud": f"{system.url}/api/v1/oauth/token", "iat": at, "exp": at + 120}
        assertion = jwt.encode({**claims, "jti": secrets.token_hex(16)}, private, "ES256", headers={"kid": "k1"})
        kind = "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
        form = f"grant_type=client_credentials&client_assertion_type={kind}&client_assertion={assertion}"
        answer = system.call(
            FOUND, "POST", "/oauth/token", raw=form.encode(), content_type="application/x-www-form-urlencoded"
        )
        return str(answer["access_token"])

    def send(self, bundle: Bundle, expected: int = FOUND, **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        raw = json.dumps(bundle, ensure_ascii=False).encode()
        return self.system.call(expected, "POST", "/fhir", who=self.token, raw=raw, content_type=FHIR, headers=named)

    def read(self, place: str) -> Answer:
        return self.system.call(FOUND, "GET", f"/fhir/{place}", who=self.token)

    def person(self, number: str = "") -> Bundle:
        return {
            "resourceType": "Patient",
            "identifier": [{"system": "urn:example:mrn", "value": number or self.mrn}],
            "name": [{"family": "Рассказова", "given": ["Анна", secrets.token_hex(3)]}],
            "gender": "female",
            "birthDate": "1961-07-08",
        }

    def a_small_one(self) -> None:
        system = self.system
        system.step("PRT-6: a patient with an observation, in one transaction; the repeat changes nothing")
        bundle, key = transaction(entry(self.person(), PATIENT), entry(observation(PATIENT))), secrets.token_hex(16)
        made, again = self.send(bundle, Idempotency_Key=key), self.send(bundle, Idempotency_Key=key)
        assert made.body == again.body
        patient, observed = places(made)
        system.show(made["entry"][0])
        assert self.read(observed)["subject"] == {"reference": patient}

    def a_bad_entry(self) -> None:
        system = self.system
        system.step("PRT-6: one bad entry, and nothing is stored; the outcome names it")
        wrong = {**observation(PATIENT), "status": "sent"}
        told = self.send(transaction(entry(self.person("other"), PATIENT), entry(wrong)), WRONG)
        system.show(told["issue"][0])
        assert told["issue"][0]["expression"] == ["Bundle.entry[1].resource.status"]

    def a_history(self) -> None:
        system = self.system
        (bundle,) = patients(secrets.randbelow(900_000) + 1_000, 1, (3, 3))
        system.step(f"PRT-6: a history of {len(bundle['entry'])} resources is an import; it reads back as it was sent")
        began = time.monotonic()
        found = places(self.send(bundle))
        seconds = time.monotonic() - began
        print(f"{seconds:.1f} s, {len(found) / seconds:.0f} resources a second")
        names = {one["fullUrl"]: place for one, place in zip(bundle["entry"], found, strict=True)}
        for one in bundle["entry"][:15]:
            said = json.dumps(one["resource"])
            for old, new in names.items():
                said = said.replace(old, new)
            shown = {n: v for n, v in self.read(names[one["fullUrl"]]).body.items() if n not in {"id", "meta"}}
            assert shown == json.loads(said)

    def in_the_background(self) -> None:
        system = self.system
        (bundle,) = patients(secrets.randbelow(900_000) + 1_000, 1, (6, 6))
        system.step(f"PRT-6: one of {len(bundle['entry'])} resources is answered before it is in")
        begun = self.send(bundle, LATER, Prefer="respond-async")
        place = "/fhir/" + begun.headers["content-location"].partition("/fhir/")[2]
        until = time.monotonic() + 120
        either = frozenset({FOUND, LATER})
        while (told := system.call(either, "GET", place, who=self.token)).status == LATER:
            print(told.headers["x-progress"])
            assert time.monotonic() < until
            time.sleep(1)
        assert len(told["entry"]) == len(bundle["entry"])

    def a_pair(self) -> None:
        system, registrar = self.system, self.system.demo("registrar")
        system.step("ACT-5: two patients who may be one person; a registrar says that they are two")
        person = self.person(secrets.token_hex(6))
        twin = {**person, "identifier": [{"system": "urn:example:mrn", "value": secrets.token_hex(6)}]}
        first, second = (places(self.send(transaction(entry(one))))[0] for one in (person, twin))
        assert first != second
        waiting = system.call(FOUND, "GET", "/patient-doubts?limit=100", who=registrar)["items"]
        said = {"answer": "different", "reason": "papers-compared"}
        for doubt in waiting:
            system.call(DONE, "POST", f"/patient-doubts/{doubt['doubt_id']}/decision", said, registrar)
        assert waiting


def observation(patient: str) -> Bundle:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "Самочувствие"},
        "subject": {"reference": patient},
        "effectiveDateTime": "2026-02-01T10:00:00+03:00",
        "valueString": "хорошее",
    }


def entry(resource: Bundle, name: str = "") -> Bundle:
    request = {"method": "POST", "url": resource["resourceType"]}
    return {**({"fullUrl": name} if name else {}), "resource": resource, "request": request}


def transaction(*entries: Bundle) -> Bundle:
    return {"resourceType": "Bundle", "type": "transaction", "entry": list(entries)}


def places(answer: Answer) -> list[str]:
    return [str(one["fullUrl"]).partition("/fhir/")[2] for one in answer["entry"]]


if __name__ == "__main__":
    Story().walk()
    print("\nThe story of bundles is told.")
