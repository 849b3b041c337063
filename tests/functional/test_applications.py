"""An application in a patient's card, and a laboratory that brings results, through the front door (PRT-1)."""

from __future__ import annotations

import base64
import json
import secrets
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from chalicelib.bootstrap import services
from tests.functional.front import Front, Reply

pytestmark = [pytest.mark.xdist_group("story"), pytest.mark.requirement("PRT-1")]

BACK = "https://app.example/back"
VERIFIER = secrets.token_urlsafe(40)
FORM = "application/x-www-form-urlencoded"
SCOPES = "launch/patient openid fhirUser offline_access patient/Patient.rs patient/Observation.rs"
TOKEN, KEYS = "/api/v1/oauth/token", "/api/v1/partner-keys"


class Place:
    """A patient, an application, and a laboratory with a key of its own to which its tokens are bound."""

    def __init__(self, front: Front) -> None:
        self.front = front
        self.patient = front.patient()
        form = {
            "name_ru": "Дневник давления",
            "name_en": "Pressure diary",
            "redirect_uris": [BACK],
            "scopes": SCOPES.split(),
            "terms": "https://app.example/terms",
        }
        self.app = front.ok("POST", "/api/v1/apps", form, token=front.administrator().token)["client_id"]
        self.key, self.kid, self.number = ec.generate_private_key(ec.SECP256R1()), "k1", 0
        partner = {
            "name": "КДЛ",
            "role": "laboratory",
            "organisation_id": front.organisation("КДЛ"),
            "jwks": {"keys": [self.public(self.key, "k1")]},
            "scopes": ["system/Observation.crus", "system/Patient.rs"],
        }
        made = front.ok("POST", "/api/v1/partners", partner, token=front.administrator().token)
        assert made["dpop_required"]
        self.lab = made["client_id"]

    @staticmethod
    def public(key: Any, kid: str) -> dict[str, Any]:
        return {**json.loads(jwt.algorithms.ECAlgorithm.to_jwk(key.public_key())), "kid": kid, "alg": "ES256"}

    @property
    def url(self) -> str:
        return services().settings.public_url

    # --- the laboratory

    def assertion(self, audience: str = TOKEN, **more: Any) -> str:
        now = int(services().clock().timestamp())
        said = {"iss": self.lab, "sub": self.lab, "aud": self.url + audience, "iat": now, "exp": now + 60}
        return jwt.encode({**said, "jti": secrets.token_hex(16), **more}, self.key, "ES256", headers={"kid": self.kid})

    def proof(self, method: str, path: str, token: str = "") -> str:
        ath = base64.urlsafe_b64encode(sha256(token.encode()).digest()).rstrip(b"=").decode()
        said = {"htm": method, "htu": self.url + path, "iat": int(services().clock().timestamp())}
        said |= {"jti": secrets.token_hex(16), **({"ath": ath} if token else {})}
        jwk = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(self.key.public_key()))
        return jwt.encode(said, self.key, "ES256", headers={"typ": "dpop+jwt", "jwk": jwk})

    def bound(self) -> Reply:
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": self.assertion(),
        }
        return self.post(TOKEN, form, DPOP=self.proof("POST", TOKEN))

    def as_lab(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        token = self.bound().body["access_token"]
        plain = path.partition("?")[0]
        held = {"AUTHORIZATION": f"DPoP {token}", "DPOP": self.proof(method, plain, token), **headers}
        return self.front.call(method, path, body, **held)

    # --- the application

    def post(self, path: str, form: dict[str, str], **headers: str) -> Reply:
        return self.front.call("POST", path, raw=urlencode(form).encode(), Content_Type=FORM, **headers)

    def ask(self, **changes: str) -> str:
        """Where the browser is sent."""
        challenge = base64.urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
        query = {
            "response_type": "code",
            "client_id": self.app,
            "redirect_uri": BACK,
            "scope": SCOPES,
            "state": "x1",
            "aud": f"{self.url}/fhir",
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            **changes,
        }
        reply = self.front.call("GET", "/api/v1/oauth/authorize?" + urlencode(query))
        assert reply.status == 303, reply.raw
        return reply.headers["location"]

    def let_in(self, **form: Any) -> dict[str, Any]:
        """The application's tokens, after the patient's word."""
        request = self.ask().removeprefix(f"{self.url}/a.html#")
        token = self.front.fresh(self.patient.token)
        shown = self.front.ok("GET", f"/api/v1/app-requests/{request}", token=token)
        assert shown["application"] == "Дневник давления"
        said = self.front.ok("POST", f"/api/v1/app-requests/{request}/answer", {"allow": True, **form}, token=token)
        back = parse_qs(urlsplit(said["redirect"]).query)
        assert (back["state"], back["iss"]) == (["x1"], [self.url])
        given = {"grant_type": "authorization_code", "client_id": self.app, "redirect_uri": BACK}
        reply = self.post(TOKEN, {**given, "code": back["code"][0], "code_verifier": VERIFIER})
        assert reply.status == 200, reply.raw
        return dict(reply.body)


@pytest.fixture(scope="module")
def place(front: Front) -> Place:
    return Place(front)


def test_what_there_is_stands_where_smart_looks_for_it(place: Place) -> None:
    found = place.front.call("GET", "/fhir/.well-known/smart-configuration")
    assert found.body == place.front.ok("GET", "/.well-known/smart-configuration")
    assert found.headers["content-type"] == "application/json"
    assert found.body["authorization_endpoint"] == f"{place.url}/api/v1/oauth/authorize"
    assert {"launch-standalone", "permission-v2"} <= set(found.body["capabilities"])


def test_an_application_reads_what_a_laboratory_brought_until_the_patient_puts_it_out(place: Place) -> None:
    front, made = place.front, place.let_in(days=10)
    patient = made["patient"]
    observation = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "718-7"}], "text": "Гемоглобин"},
        "subject": {"reference": f"Patient/{patient}"},
        "effectiveDateTime": "2026-11-20T09:30:00+03:00",
        "valueQuantity": {"value": 141, "unit": "g/L", "system": "http://unitsofmeasure.org", "code": "g/L"},
    }
    brought = place.as_lab("POST", "/fhir/Observation", observation)
    assert brought.status == 201, brought.raw
    assert brought.headers["ratelimit-policy"].startswith('"client";q=12000;w=60')
    where = brought.headers["location"].removeprefix(place.url).partition("/_history")[0]
    token = made["access_token"]
    read = front.call("GET", where, token=token)
    assert (read.status, read.body["valueQuantity"]["value"]) == (200, 141), read.raw
    assert front.call("GET", f"/fhir/Patient/{patient}", token=token).status == 200
    for path in ("/fhir/Condition", f"/fhir/Immunization?patient={patient}"):
        assert front.call("GET", path, token=token).status == 403
    assert front.call("POST", "/fhir/Observation", observation, token=token).status == 403
    own = f"/api/v1/patients/{place.patient.id}/laboratory-results"
    assert front.call("GET", own, token=token).status == 403
    for path in ("/api/v1/me", "/api/v1/me/notices", "/api/v1/me/consents", "/api/v1/me/apps"):
        assert front.call("GET", path, token=token).status == 403
    mine = front.ok("GET", "/api/v1/me/apps", token=front.fresh(place.patient.token))["items"]
    assert [(one["client_id"], one["state"]) for one in mine] == [(place.app, "active")]
    again = place.post(
        TOKEN, {"grant_type": "refresh_token", "client_id": place.app, "refresh_token": made["refresh_token"]}
    )
    assert again.status == 200, again.raw
    gone = front.call("DELETE", f"/api/v1/me/apps/{place.app}", token=front.fresh(place.patient.token))
    assert gone.status == 204
    for dead in (token, again.body["access_token"]):
        assert front.call("GET", where, token=dead).status == 401


def test_a_bound_token_is_nothing_without_its_key(place: Place) -> None:
    token, path = place.bound().body["access_token"], "/fhir/Observation?_id=x"
    bearer = place.front.call("GET", path, token=token)
    assert (bearer.status, bearer.headers["www-authenticate"].split()[0]) == (401, "DPoP")
    proof = place.proof("GET", "/fhir/Observation", token)
    first = place.front.call("GET", path, AUTHORIZATION=f"DPoP {token}", DPOP=proof)
    assert first.status not in {401, 500}
    replayed = place.front.call("GET", path, AUTHORIZATION=f"DPoP {token}", DPOP=proof)
    assert (replayed.status, 'error="invalid_dpop_proof"' in replayed.headers["www-authenticate"]) == (401, True)
    unbound = place.front.call("GET", "/api/v1/me", AUTHORIZATION=f"DPoP {place.patient.token}", DPOP=proof)
    assert unbound.status == 401


def test_a_laboratory_changes_its_keys(place: Place) -> None:
    new = ec.generate_private_key(ec.SECP256R1())
    signed = place.assertion(KEYS, jwks={"keys": [place.public(new, "k2")]})
    changed = place.front.call("PUT", KEYS, {"signed": signed})
    assert (changed.status, changed.body["former"]) == (200, ["k1"]), changed.raw
    assert place.bound().status == 200
    admin = place.front.fresh(place.front.administrator().token)
    body = {"jwks": {"keys": [place.public(new, "k2")]}, "at_once": True}
    lost = place.front.call("PUT", f"/api/v1/partners/{place.lab}/keys", body, token=admin, If_Match='W/"2"')
    assert lost.status == 200, lost.raw
    assert place.bound().body["error"] == "invalid_client"
    place.key, place.kid = new, "k2"
    assert place.bound().status == 200


def test_a_wrong_request_goes_nowhere(place: Place) -> None:
    assert place.ask(redirect_uri="https://evil.example").endswith("/a.html#unknown")
    assert "error=invalid_scope" in place.ask(scope="system/*.cruds")
    reply = place.post(TOKEN, {"grant_type": "authorization_code", "client_id": place.app})
    assert (reply.status, reply.body["error"]) == (400, "invalid_request")
    asked = place.post("/api/v1/oauth/introspect", {"client_id": place.app, "token": "x"})
    assert (asked.status, asked.body["error"]) == (401, "invalid_client")
    assert place.post("/api/v1/oauth/revoke", {"client_id": place.app, "token": "x"}).status == 200
