"""Identity providers for tests: one in memory, and the local system's stand-in on loopback, both at a fixed time."""

from __future__ import annotations

import hmac
import itertools
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from chalicelib.domain.access import Permit
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.registrations import UNIQUE
from chalicelib.domain.single_sign_on import Brought, Provider, challenge_of, providers_of
from chalicelib.errors import ProviderUnavailableError
from chalicelib.ports import keys
from chalicelib.ports.identity_providers import AuthenticationAnswer, AuthenticationRequest, Proof
from chalicelib.ports.rows import new_person
from chalicelib.ports.tables import Key, Put, Store
from chalicelib.services.links import LinkService
from chalicelib.services.single_sign_on import SingleSignOnService
from local.identity_provider import CLIENT_ID, setting
from local.identity_provider.issuer import Client
from local.identity_provider.server import Server
from tests.accounts import CALLER, Accounts
from tests.fakes import FixedClock

SITE = "https://card.example"
CALLBACK = f"{SITE}/api/v1/sign-in/callback"


def parameters(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


@dataclass(frozen=True)
class Grant:
    sub: str
    claims: Mapping[str, Any]
    challenge: str
    nonce: str


class FakeProviders:
    """IdentityProviders in memory: codes are good once and bound to PKCE and nonce, as a provider does it."""

    def __init__(self) -> None:
        self.down = False
        self.codes_stay = False
        self._codes: dict[str, Grant] = {}
        self._count = itertools.count(1)

    def authorization_url(self, provider: Provider, request: AuthenticationRequest) -> str:
        if self.down:
            raise ProviderUnavailableError
        return (
            f"{provider.issuer}/authorize?state={request.state}&nonce={request.nonce}"
            f"&code_challenge={request.challenge}&redirect_uri={request.redirect_uri}"
        )

    def authorize(self, url: str, claims: Mapping[str, Any], sub: str) -> str:
        """The person agrees at the provider: a code."""
        asked, code = parameters(url), f"code-{next(self._count)}"
        self._codes[code] = Grant(sub, claims, asked["code_challenge"], asked["nonce"])
        return code

    def redeem(self, provider: Provider, answer: AuthenticationAnswer) -> Proof:
        if self.down:
            raise ProviderUnavailableError
        if answer.issuer not in {"", provider.issuer}:
            return Proof({}, "mix-up")
        grant = self._codes.get(answer.code) if self.codes_stay else self._codes.pop(answer.code, None)
        if grant is None or not hmac.compare_digest(challenge_of(answer.verifier), grant.challenge):
            return Proof({}, "provider-code")
        if grant.nonce != answer.nonce:
            return Proof({}, "id-token", "nonce")
        return Proof({"sub": grant.sub, **grant.claims})


class SignOn(Accounts):
    """Accounts, and two providers in memory that know who registered."""

    def __init__(self) -> None:
        super().__init__()
        self.outside = FakeProviders()
        self.known = providers_of(json.dumps(setting("https://idp.example")))
        self.known["shop"] = replace(self.known["bank"], name="shop", issuer="https://shop.example", confirms=False)
        self.single_sign_on = SingleSignOnService(
            self.gate, self.tables, self.vault, self.index, self.outside, self.known, self.clock, SITE
        )
        self.links = LinkService(self.gate, self.tables, self.clock)

    def register(self, n: int = 1, **changes: Any) -> PersonId:
        """The rows of somebody with an account and a session, without the way there: codes cost their time."""
        person_id, form = PersonId(f"person-{n}"), self.form(n, **changes)
        password = form.pop("password")
        content = {**form, "phone": f"+7926{n:03d}2233", "email": form["email"].lower(), "passport_series": "4510"}
        self.keys.enrol(person_id)
        permit = Permit(person_id, "profile", "profile", "test", writes=True)
        sealed = self.vault.seal(permit, 1, json.dumps(content).encode())
        tags = {field: self.index.tag(field, content[field]) for field in UNIQUE}
        session = {"state": "active", "role": "patient", "member": "", "ward": ""}
        session["expires"] = int(self.clock().timestamp()) + 86_400
        self.tables.commit(
            [
                *new_person(person_id, state="active", sealed=sealed, tags=tags, now=self.clock()),
                Put(keys.credentials(person_id), {"password": self.passwords.hash(password), "ver": 1}),
                *(Put(keys.session(person_id, f"session-{i}"), {**session, "id": f"session-{i}"}) for i in (1, 2)),
            ]
        )
        return person_id

    @staticmethod
    def owner(n: int = 1, session: int = 1) -> Actor:
        """Person ``n`` in one of their two sessions."""
        return Actor(PersonId(f"person-{n}"), Role.PATIENT, session_id=f"session-{session}")

    def claims(self, n: int = 1, name: str = "state", **changes: Any) -> dict[str, Any]:
        """What the provider says of somebody who registered as number ``n``."""
        form = self.form(n)
        said = {
            "snils": form["snils"],
            "last_name": form["last_name"].upper(),
            "first_name": form["first_name"],
            "birth_date": form["birth_date"],
            "passport": form["passport_series"] + form["passport_number"],
            "verified": True,
        }
        said |= changes
        return {claim: said[ours] for ours, claim in self.known[name].claims.items() if ours in said}

    def brought(self, started: Mapping[str, Any], name: str = "state", n: int = 1, **changes: Any) -> Brought:
        """What a browser brings back after person ``n`` agreed. ``sub``: another login there."""
        sub = changes.pop("sub", f"sub-{n}")
        code = self.outside.authorize(started["authorization_url"], self.claims(n, name, **changes), sub)
        return Brought(code, started["handle"], self.known[name].issuer, started["binding"])

    def finish(self, brought: Brought, name: str = "state") -> dict[str, Any]:
        return self.single_sign_on.finish(CALLER, name, brought)

    def confirm(self, who: Actor, name: str = "bank", n: int = 1, **changes: Any) -> dict[str, Any]:
        started = self.single_sign_on.begin_confirmation(who, name)
        return self.single_sign_on.finish_confirmation(who, name, self.brought(started, name, n, **changes))

    def once_redeemed(self, interlude: Callable[[], object]) -> None:
        """Run ``interlude`` after the next code was exchanged, right before what comes of it is stored."""
        real = self.outside.redeem

        def redeem(provider: Provider, answer: AuthenticationAnswer) -> Proof:
            self.outside.redeem = real
            proof = real(provider, answer)
            self.tables.before_next_commit(lambda: (interlude(), None)[1])
            return proof

        self.outside.redeem = redeem

    # --- what was left behind

    def row_of(self, key: Key) -> dict[str, Any]:
        row = self.tables.get(key)
        assert row is not None
        return row

    def flows(self) -> list[Key]:
        return [key for key in self.tables.rows(Store.IDENTITY) if key.pk.startswith("OIDC#")]

    def denied(self, action: str = "sign-on:finish") -> list[tuple[str, str]]:
        """In whose chain, and why."""
        return [(event.subject, event.reason) for event in self.events(action) if event.outcome == "denied"]

    def sign_on(self, name: str = "state", n: int = 1, **changes: Any) -> dict[str, Any]:
        """From the beginning to the challenge."""
        return self.finish(self.brought(self.single_sign_on.begin(name), name, n, **changes), name)


class ClientSigner:
    """Signer for the purpose ``oidc-client`` alone, with a key that the stand-in can be shown."""

    def __init__(self) -> None:
        from cryptography.hazmat.primitives.asymmetric import ec

        self._private = ec.generate_private_key(ec.SECP256R1())

    def issue(self, claims: Mapping[str, Any], *, purpose: str) -> str:
        import jwt

        assert purpose == "oidc-client"
        return jwt.encode(dict(claims), self._private, "ES256", headers={"kid": "client"})

    def published(self) -> dict[str, Any]:
        import jwt

        jwk = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(self._private.public_key()))
        return {"keys": [{**jwk, "kid": "client", "use": "sig", "alg": "ES256"}]}


@contextmanager
def stand_in(clock: FixedClock, published: Any, callback: str = CALLBACK) -> Iterator[Server]:
    """The providers of the local system in a thread, at the time of ``clock``."""
    server = Server()
    for name in ("state", "bank"):
        server.serve(name, Client(CLIENT_ID, callback, published), now=lambda: clock().timestamp())
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
