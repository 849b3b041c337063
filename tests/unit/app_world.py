"""A patient, an application, and the services between them (SMART App Launch), in memory."""

from __future__ import annotations

import base64
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.crypto.assertions import JwtAssertions
from chalicelib.crypto.proofs import JwtProofs
from chalicelib.domain.access import Action
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.errors import (
    MalformedError,
    MedkartaError,
)
from chalicelib.records.registry import record_type
from chalicelib.services.applications.asking import AppAsking
from chalicelib.services.applications.clients import Clients
from chalicelib.services.applications.registry import AppRegistry
from chalicelib.services.applications.tokens import AppTokens
from chalicelib.services.limits import LimitService
from chalicelib.services.proofs import ProofService
from tests.world import World

URL, BACK = "https://card.example", "https://app.example/back"
ANNA = PersonId("a" * 32)
CALLER = Actor(PersonId("anonymous"), Role.ANONYMOUS, ip="192.0.2.1")
ROOT = Actor(PersonId("root"), Role.ADMINISTRATOR, organisation_id="system")
VERIFIER = "v" * 50
CHALLENGE = base64.urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
SCOPES = "launch/patient openid fhirUser offline_access patient/Observation.rs patient/DiagnosticReport.rs"
RESULT, ALLERGY = record_type("laboratory-result"), record_type("allergy")
FORM = {
    "name_ru": "Дневник",
    "name_en": "Diary",
    "redirect_uris": [BACK],
    "terms": "https://app.example/t",
    "jwks": None,
}


class Apps(World):
    def __init__(self) -> None:
        super().__init__()
        self.anna = self.patient(ANNA)
        self.registry = AppRegistry(self.gate, self.tables, JwtAssertions(), self.clock)
        self.asking = AppAsking(self.gate, self.tables, self.clock, URL)
        limits = LimitService(self.tables, self.clock)
        clients = Clients(self.gate, self.tables, JwtAssertions(), limits, self.clock, URL)
        self.proofs = ProofService(self.tables, JwtProofs(), self.clock, URL)
        self.tokens = AppTokens(self.gate, self.tables, self.signer, clients, self.proofs, limits, self.clock, URL)
        self.client = self.register()

    def register(self, **changes: Any) -> str:
        return self.registry.register(ROOT, {**FORM, "scopes": SCOPES.split(), **changes})["client_id"]

    def query(self, **changes: str) -> dict[str, str]:
        asked = {
            "response_type": "code",
            "client_id": self.client,
            "redirect_uri": BACK,
            "scope": SCOPES,
            "state": "s t&",
            "aud": f"{URL}/fhir",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            "nonce": "n1",
        }
        return asked | changes

    def asked(self, **changes: str) -> str:
        place = self.asking.ask(CALLER, self.query(**changes))
        assert place.startswith(f"{URL}/a.html#")
        return place.partition("#")[2]

    def answer(self, request_id: str, **form: Any) -> dict[str, str]:
        said = {"allow": True, "days": None, "types": None, **form}
        place = self.asking.answer(self.anna, request_id, said)["redirect"]
        assert place.startswith(f"{BACK}?")
        return {name: value for name, (value,) in parse_qs(urlsplit(place).query).items()}

    def code(self, **form: Any) -> str:
        return self.answer(self.asked(), **form)["code"]

    def form(self, **changes: str) -> dict[str, str]:
        made = {"client_id": self.client, "client_assertion": "", "redirect_uri": BACK, "code_verifier": VERIFIER}
        return {**made, "scope": "", **changes}

    def exchange(self, code: str, proof_: str = "", **changes: str) -> dict[str, Any]:
        return self.tokens.exchange(CALLER, self.form(code=code, **changes), proof_)

    def refresh(self, token: str, proof_: str = "", **changes: str) -> dict[str, Any]:
        return self.tokens.refresh(CALLER, self.form(refresh_token=token, **changes), proof_)

    def actor(self, made: dict[str, Any]) -> Actor:
        """As the edge makes it of the token."""
        claims = self.signer.verify(made["access_token"], purpose="access", audience="medkarta-api")
        scopes = frozenset(claims["scope"].split())
        return Actor(
            PersonId(claims["sub"]), Role(claims["role"]), claims["sid"], scopes=scopes, application=claims["app"]
        )

    def reads(self, made: dict[str, Any], spec: Any = RESULT) -> bool:
        try:
            self.gate.admit(self.actor(made), Action.LIST, ANNA, spec)
        except MedkartaError:
            return False
        return True


def refused(call: Any, word: str) -> None:
    with pytest.raises(MalformedError) as caught:
        call()
    assert caught.value.extra == {"error": word}
