"""A card goes to another organisation, and an insurer says its word: PRT-7, PRT-4.

    python docs/journeys/transfers.py [http://localhost:8000]

A hospital asks for a patient's examinations; the patient agrees; the hospital's system fetches what was signed and
sealed to it, opens it with its own key, brings it in again (it is known) and confirms. Consent ends, and so does the
transfer. An insurer asks whether a policy is valid, and hears yes or no.
"""

from __future__ import annotations

import json
import secrets
import time
from datetime import UTC, datetime
from typing import Any

import jwt
from client import Answer, Person, System
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwe import JWERegistry, encrypt_compact
from joserfc.jwk import ECKey

from local.open_transfer import opened

FOUND, MADE, WRONG = 200, 201, 409
VISIT = {"doctor_name": "Петров Пётр Петрович", "reason": "Кашель", "place": "Поликлиника"}
TYPE = "application/vnd.medkarta.transfer"


class Story:
    def __init__(self) -> None:
        self.system = System()
        self.patient = self.system.with_card()
        self.registrar, self.administrator = self.system.demo("registrar"), self.system.demo("administrator")
        self.doctor = self.system.hired(self.registrar)
        self.organisation = next(
            one["organisation_id"]
            for one in self.system.call(FOUND, "GET", "/me", who=self.registrar)["memberships"]
            if one["role"] == "registrar"
        )
        self.key = ECKey.generate_key("P-256")
        self.token = self.client = self.transfer = ""

    def walk(self) -> None:
        self.a_card()
        self.a_system()
        self.asked()
        part = self.fetched()
        self.brought_in(part)
        self.ended()
        self.insured()

    # --- pieces

    def partner(self, role: str, scopes: list[str], name: str, more: list[Any]) -> tuple[str, str]:
        """Client id and access token (RFC 7523)."""
        system, private = self.system, ec.generate_private_key(ec.SECP256R1())
        jwk = {**json.loads(jwt.algorithms.ECAlgorithm.to_jwk(private.public_key())), "kid": "k1", "alg": "ES256"}
        form = {"name": name, "role": role, "organisation_id": self.organisation, "scopes": scopes}
        form |= {"jwks": {"keys": [jwk, *more]}, "dpop_required": False}
        client = str(system.call(MADE, "POST", "/partners", form, self.administrator)["client_id"])
        at = int(time.time())
        claims = {"iss": client, "sub": client, "aud": f"{system.url}/api/v1/oauth/token", "iat": at, "exp": at + 120}
        assertion = jwt.encode({**claims, "jti": secrets.token_hex(16)}, private, "ES256", headers={"kid": "k1"})
        kind = "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
        body = f"grant_type=client_credentials&client_assertion_type={kind}&client_assertion={assertion}"
        answer = system.call(
            FOUND, "POST", "/oauth/token", raw=body.encode(), content_type="application/x-www-form-urlencoded"
        )
        return client, str(answer["access_token"])

    def answer(self, **words: Any) -> None:
        rows = self.system.call(FOUND, "GET", "/me/consents", who=self.patient)["items"]
        version = next(one["version"] for one in rows if one["member"] == self.client)
        tag = {"If-Match": f'W/"{version}"'}
        self.system.call(FOUND, "PUT", f"/me/consents/{self.client}", words, self.patient, headers=tag)

    def post(self, path: str, body: Any, who: Person | str, expected: int = MADE) -> Answer:
        return self.system.call(expected, "POST", path, body, who, headers=self.system.key())

    # --- steps

    def a_card(self) -> None:
        system = self.system
        system.step("REC-2: a doctor, whom the patient lets in, writes a visit")
        member = self.doctor.form["member"]
        given = {"organisation_id": self.organisation, "member_id": member, "level": "full"}
        system.call(MADE, "POST", "/me/consents", given, self.patient)
        visit = {**VISIT, "occurred_at": datetime.now(UTC).isoformat()}
        self.post(f"/patients/{self.patient.id}/visits", visit, self.doctor)

    def a_system(self) -> None:
        self.system.step("PRT-1: the hospital's system is registered, with a key to which others seal")
        jwk = {**self.key.as_dict(private=False), "use": "enc", "kid": "box"}
        scopes = ["transfer.read", "transfer.write", "card.read"]
        self.client, self.token = self.partner("clinical-system", scopes, "МИС больницы", [jwk])

    def asked(self) -> None:
        system = self.system
        system.step("PRT-7: the organisation asks; before the patient's word nothing goes")
        form = {"patient_id": self.patient.id, "client_id": self.client, "sections": ["visits"], "purpose": "лечение"}
        made = system.call(MADE, "POST", "/transfers", form, self.registrar)
        system.show(made.body)
        self.transfer = f"/transfers/{made['id']}"
        system.call(WRONG, "GET", f"{self.transfer}/parts", who=self.token)
        self.answer(state="granted", level="full")

    def fetched(self) -> Answer:
        system = self.system
        system.step("PRT-7: a part, signed by this system and sealed to the hospital's key")
        part = system.call(FOUND, "GET", f"{self.transfer}/parts", who=self.token)
        assert VISIT["reason"] not in part["sealed"]
        claims, content = opened(part["sealed"], self.key.as_dict(private=True), self.keys())
        system.show({"claims": claims, "manifest": content["manifest"]})
        assert VISIT["reason"] in json.dumps(content, ensure_ascii=False)
        return part

    def keys(self) -> Any:
        return self.system.call(FOUND, "GET", "/transfers/keys").body

    def brought_in(self, part: Answer) -> None:
        system = self.system
        system.step("PRT-7: sealed to this system it comes back in: both share the card, so everything is known")
        (ours,) = [key for key in self.keys()["keys"] if key["use"] == "enc"]
        outer = self.inner(part)
        header = {"alg": "ECDH-ES+A256KW", "enc": "A256GCM", "kid": ours["kid"]}
        registry = JWERegistry(algorithms=["ECDH-ES+A256KW", "A256GCM"])
        sealed = encrypt_compact(header, outer, ECKey.import_key(ours), registry=registry)
        path = f"/transfers/incoming?patient={self.patient.id}"
        taken = system.call(FOUND, "POST", path, who=self.token, raw=sealed.encode(), content_type=TYPE)
        system.show(taken.body)
        assert {one["outcome"] for one in taken["entries"]} == {"known"}
        accepted = system.call(FOUND, "POST", f"{self.transfer}/acceptance", {"parts": 1}, self.token)
        system.show({name: accepted[name] for name in ("state", "accepted_at")})

    def inner(self, part: Answer) -> bytes:
        from joserfc.jwe import decrypt_compact

        registry = JWERegistry(algorithms=["ECDH-ES+A256KW", "A256GCM"], strict_check_header=False)
        return decrypt_compact(part["sealed"], self.key, registry=registry).plaintext or b""

    def ended(self) -> None:
        system = self.system
        system.step("PRT-7: the patient sees who asked, and takes the consent back; nothing goes any more")
        system.show(system.call(FOUND, "GET", "/me/transfers", who=self.patient)["items"])
        self.answer(state="revoked")
        refused = system.call(403, "GET", f"{self.transfer}/parts", who=self.token)
        print(refused["code"])

    def insured(self) -> None:
        system = self.system
        system.step("PRT-4: an insurer presents a policy and a birth date, and hears yes or no")
        _, token = self.partner("insurer", ["policy.verify", "payment.write"], "Страховая", [])
        unknown = {"oms_policy": system.policy(), "birth_date": "1990-01-01"}
        assert self.post("/insurance/policy-checks", unknown, token, FOUND).body == {"valid": False}
        system.show(system.call(FOUND, "GET", "/me/payments", who=self.patient)["items"])


if __name__ == "__main__":
    Story().walk()
    print("\nThe story of a transfer is told.")
