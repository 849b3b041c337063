"""An application in a patient's card, from its registration until it is put out: PRT-1.

    python docs/journeys/applications.py [http://localhost:8000]

An administrator registers an application; it asks, the patient reads what it wants and lets it in for ten days without
one of the types; it reads, by a token that is bound to its key; a copied token is worth nothing; the patient sees it in
the journal and puts it out.
"""

from __future__ import annotations

import base64
import json
import secrets
import time
import urllib.request
from hashlib import sha256
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from client import Answer, Person, System
from cryptography.hazmat.primitives.asymmetric import ec

BACK = "https://diary.example/back"
FORM = "application/x-www-form-urlencoded"
SCOPES = "launch/patient openid fhirUser offline_access patient/Patient.rs patient/Observation.rs patient/Condition.rs"
TOKEN = "/api/v1/oauth/token"  # noqa: S105 - an address


def hashed(text: str) -> str:
    return base64.urlsafe_b64encode(sha256(text.encode()).digest()).rstrip(b"=").decode()


class Stay(urllib.request.HTTPRedirectHandler):
    """The story looks at where it is sent, and does not go there."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Story:
    def __init__(self) -> None:
        self.system = System()
        self.patient: Person = self.system.with_card()
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.verifier = secrets.token_urlsafe(40)
        self.client = ""

    def walk(self) -> None:
        self.registered()
        request = self.asks()
        code = self.let_in(request)
        made = self.exchanged(code)
        self.reads(made)
        again = self.refreshed(made)
        self.put_out(made, again)

    # --- pieces

    def proof(self, method: str, path: str, token: str = "") -> dict[str, str]:
        said = {"htm": method, "htu": self.system.url + path, "iat": int(time.time()), "jti": secrets.token_hex(16)}
        said |= {"ath": hashed(token)} if token else {}
        jwk = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(self.key.public_key()))
        return {"DPoP": jwt.encode(said, self.key, "ES256", headers={"typ": "dpop+jwt", "jwk": jwk})}

    def token(self, expected: int, **form: str) -> Answer:
        raw = urlencode({"client_id": self.client, **form}).encode()
        headers = self.proof("POST", TOKEN)
        return self.system.call(expected, "POST", TOKEN, raw=raw, content_type=FORM, headers=headers)

    def get(self, expected: int, path: str, token: str) -> Answer:
        headers = {"Authorization": f"DPoP {token}", **self.proof("GET", path.partition("?")[0], token)}
        return self.system.call(expected, "GET", path, headers=headers)

    # --- steps

    def registered(self) -> None:
        self.system.step("An administrator registers an application that patients may let in")
        app = {"name_ru": "Дневник", "name_en": "Diary", "redirect_uris": [BACK], "scopes": SCOPES.split()}
        app |= {"terms": "https://diary.example/terms"}
        made = self.system.call(201, "POST", "/apps", app, self.system.demo("administrator"))
        self.client = str(made["client_id"])
        self.system.show(made.body)

    def asks(self) -> str:
        self.system.step("The application asks; the browser goes to the patient's page")
        query = {
            "response_type": "code",
            "client_id": self.client,
            "redirect_uri": BACK,
            "scope": SCOPES,
            "state": "st-1",
            "aud": f"{self.system.url}/fhir",
            "code_challenge": hashed(self.verifier),
            "code_challenge_method": "S256",
        }
        address = f"{self.system.url}/api/v1/oauth/authorize?{urlencode(query)}"
        try:
            urllib.request.build_opener(Stay).open(address, timeout=60)
        except HTTPError as sent:
            place = str(sent.headers["Location"])
        assert "/a.html#" in place, place
        return place.partition("#")[2]

    def let_in(self, request: str) -> str:
        self.system.step("The patient reads what is asked, leaves the diagnoses out, and lets it in for ten days")
        shown = self.system.call(200, "GET", f"/app-requests/{request}", who=self.patient)
        self.system.show(shown.body)
        said = {"allow": True, "days": 10, "types": ["Patient", "Observation"]}
        answer = self.system.call(200, "POST", f"/app-requests/{request}/answer", said, self.patient)
        back = parse_qs(urlsplit(answer["redirect"]).query)
        assert (back["state"], back["iss"]) == (["st-1"], [self.system.url]), back
        return back["code"][0]

    def exchanged(self, code: str) -> dict[str, Any]:
        self.system.step("The application exchanges the code, with the verifier and a proof of its key")
        given = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
        made = self.token(200, **given, code_verifier=self.verifier)
        assert made["token_type"].lower() == "dpop"
        assert "Condition" not in made["scope"]
        return dict(made.body)

    def reads(self, made: dict[str, Any]) -> None:
        self.system.step("It reads who the patient is and their measurements; nothing else, and not without its key")
        token, patient = made["access_token"], made["patient"]
        self.system.show(self.get(200, f"/fhir/Patient/{patient}", token).body)
        self.get(200, f"/fhir/Observation?patient={patient}", token)
        self.get(403, f"/fhir/Condition?patient={patient}", token)
        self.system.call(401, "GET", f"/fhir/Patient/{patient}", who=token)

    def refreshed(self, made: dict[str, Any]) -> dict[str, Any]:
        self.system.step("A quarter of an hour later it takes the next token")
        return dict(self.token(200, grant_type="refresh_token", refresh_token=made["refresh_token"]).body)

    def put_out(self, made: dict[str, Any], again: dict[str, Any]) -> None:
        self.system.step("The patient sees it among the applications and in the journal, and puts it out")
        (mine,) = self.system.call(200, "GET", "/me/apps", who=self.patient)["items"]
        self.system.show(mine)
        seen = ("application", "Дневник")
        named = lambda body: seen in [(line["who"]["role"], line["who"]["name"]) for line in body["items"]]  # noqa: E731
        self.system.wait(named, "/me/journal?limit=50", self.patient)
        self.system.call(204, "DELETE", f"/me/apps/{self.client}", who=self.patient)
        self.get(401, f"/fhir/Patient/{made['patient']}", again["access_token"])
        self.token(400, grant_type="refresh_token", refresh_token=again["refresh_token"])


if __name__ == "__main__":
    Story().walk()
    print("\nThe story of applications is told.")
