"""One OpenID provider that stands in for a real one: it asks nobody for a password and proves nothing.

Everything else is as the standards say (code flow, PKCE, ``private_key_jwt``, RFC 9207), so that our side is tried in
earnest; ``faults`` make it misbehave in the ways that our side must notice.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

CODE_SECONDS = 60
TOKEN_SECONDS = 300
KINDS = ("state", "bank")
FAULTS = frozenset(
    {
        "alg",  # "none", or "HS256" under the public key as the secret
        "at_hash",
        "aud",
        "azp",
        "document",  # members of the discovery document, in place of its own
        "iat",  # seconds to add
        "iss",
        "nonce",
        "response_iss",  # in the redirect; "" leaves it out
        "slow",  # seconds before every answer
        "status",  # of every answer
        "sub",  # of userinfo
        "unknown_key",
        "unverified",
    }
)


@dataclass(frozen=True, slots=True)
class Client:
    """Who may ask; ``keys`` gives its set of public keys (a parsed JWKS)."""

    client_id: str
    redirect_uri: str
    keys: Callable[[], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Person:
    """Fields as a registration form of ours has them."""

    sub: str
    fields: Mapping[str, str]

    @property
    def label(self) -> str:
        names = (self.fields.get(name, "") for name in ("last_name", "first_name", "middle_name"))
        return f"{' '.join(name for name in names if name)}, {self.fields['birth_date']}"


@dataclass(frozen=True, slots=True)
class _Grant:
    person: Person
    nonce: str
    challenge: str
    until: float


class Refused(Exception):
    """OAuth error code and HTTP status."""

    def __init__(self, error: str, status: int = 400) -> None:
        super().__init__(error)
        self.error, self.status = error, status


class SigningKey:
    def __init__(self) -> None:
        from cryptography.hazmat.primitives.asymmetric import ec

        self.kid = secrets.token_hex(8)
        self.private = ec.generate_private_key(ec.SECP256R1())

    def jwk(self) -> dict[str, str]:
        import jwt

        found: dict[str, str] = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(self.private.public_key()))
        return {**found, "kid": self.kid, "use": "sig", "alg": "ES256"}


@dataclass
class Issuer:
    """``url`` has no slash at its end. ``people`` by sub; ``now`` in epoch seconds."""

    kind: str
    url: str
    client: Client
    people: dict[str, Person]
    now: Callable[[], float] = time.time
    faults: dict[str, Any] = field(default_factory=dict)
    keys: list[SigningKey] = field(default_factory=lambda: [SigningKey()])
    _codes: dict[str, _Grant] = field(default_factory=dict)
    _tokens: dict[str, Person] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def document(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
            **self.faults.get("document", {}),
        }

    def jwks(self) -> dict[str, Any]:
        return {"keys": [key.jwk() for key in self.keys]}

    def rotate(self) -> None:
        """A new key signs from now on, and the old one is not published any more."""
        self.keys = [SigningKey()]

    # --- the browser

    def check_request(self, query: Mapping[str, str]) -> None:
        """Raises Refused. Nothing is sent to an address that is not the client's."""
        wanted = {"client_id": self.client.client_id, "redirect_uri": self.client.redirect_uri}
        wanted |= {"response_type": "code", "code_challenge_method": "S256"}
        if any(query.get(name) != value for name, value in wanted.items()) or not query.get("code_challenge"):
            raise Refused("invalid_request")
        if "openid" not in query.get("scope", "").split():
            raise Refused("invalid_scope")

    def authorized(self, query: Mapping[str, str], sub: str) -> str:
        """Where the browser goes, for the person who was chosen. Raises Refused."""
        self.check_request(query)
        person = self.people.get(sub)
        if person is None:
            raise Refused("access_denied")
        code = secrets.token_urlsafe(24)
        with self._lock:
            self._codes[code] = _Grant(
                person, query.get("nonce", ""), query["code_challenge"], self.now() + CODE_SECONDS
            )
        answer = {"code": code, "state": query.get("state", ""), "iss": self.faults.get("response_iss", self.url)}
        return f"{self.client.redirect_uri}?{urlencode({k: v for k, v in answer.items() if v})}"

    # --- the client

    def token(self, form: Mapping[str, str]) -> dict[str, Any]:
        """Token answer (RFC 6749, 5.1). Raises Refused."""
        self._check_client(form)
        if form.get("grant_type") != "authorization_code" or form.get("redirect_uri") != self.client.redirect_uri:
            raise Refused("invalid_request")
        with self._lock:
            grant = self._codes.pop(form.get("code", ""), None)
        challenge = _half(form.get("code_verifier", ""), 32)
        if grant is None or grant.until < self.now() or not hmac.compare_digest(challenge, grant.challenge):
            raise Refused("invalid_grant")
        access = secrets.token_urlsafe(24)
        self._tokens[access] = grant.person
        answer = {"access_token": access, "token_type": "Bearer", "expires_in": TOKEN_SECONDS}
        return {**answer, "id_token": self._id_token(grant, access)}

    def userinfo(self, access: str) -> dict[str, Any]:
        """Raises Refused."""
        person = self._tokens.get(access)
        if person is None:
            raise Refused("invalid_token", 401)
        return {"sub": self.faults.get("sub", person.sub), **self._said(person)}

    def _check_client(self, form: Mapping[str, str]) -> None:
        """RFC 7523: signed by a key that the client publishes, for this issuer, once."""
        import jwt

        assertion = form.get("client_assertion", "")
        try:
            kid = jwt.get_unverified_header(assertion)["kid"]
            (jwk,) = [key for key in self.client.keys()["keys"] if key["kid"] == kid]
            options: Any = {"verify_exp": False, "verify_iat": False, "require": ["exp", "jti", "iss", "sub", "aud"]}
            claims = jwt.decode(assertion, jwt.PyJWK(jwk).key, ["ES256"], audience=self.url, options=options)
        except (jwt.PyJWTError, KeyError, ValueError, TypeError):
            raise Refused("invalid_client", 401) from None
        with self._lock:
            fresh = claims["jti"] not in self._used
            self._used.add(claims["jti"])
        known = claims["iss"] == claims["sub"] == self.client.client_id
        if not (fresh and known and self.now() < claims["exp"] <= self.now() + TOKEN_SECONDS):
            raise Refused("invalid_client", 401)

    def _id_token(self, grant: _Grant, access: str) -> str:
        faults, made = self.faults, int(self.now()) + int(self.faults.get("iat", 0))
        claims: dict[str, Any] = {
            "iss": faults.get("iss", self.url),
            "sub": grant.person.sub,
            "aud": faults.get("aud", self.client.client_id),
            "iat": made,
            "exp": made + TOKEN_SECONDS,
            "nonce": faults.get("nonce", grant.nonce),
            "at_hash": faults.get("at_hash", _half(access, 16)),
        }
        if "azp" in faults:
            claims["azp"] = faults["azp"]
        if self.kind == "state":  # the bank says who it is at userinfo alone
            claims |= self._said(grant.person)
        return self._signed(claims)

    def _signed(self, claims: Mapping[str, Any]) -> str:
        import jwt

        key = SigningKey() if self.faults.get("unknown_key") else self.keys[0]
        algorithm = self.faults.get("alg", "ES256")
        if algorithm == "ES256":
            return jwt.encode(dict(claims), key.private, "ES256", headers={"kid": key.kid})
        head = _base64(json.dumps({"alg": algorithm, "kid": key.kid, "typ": "JWT"}).encode())
        signed = f"{head}.{_base64(json.dumps(dict(claims)).encode())}"
        public = json.dumps(key.jwk()).encode()
        tail = "" if algorithm == "none" else _base64(hmac.digest(public, signed.encode(), "sha256"))
        return f"{signed}.{tail}"

    def _said(self, person: Person) -> dict[str, Any]:
        """Each kind in its own words; domain/single_sign_on.py maps them by the configuration."""
        fields, verified = person.fields, not self.faults.get("unverified")
        passport = f"{fields.get('passport_series', '')} {fields.get('passport_number', '')}"
        if self.kind == "bank":
            names = {name: fields.get(name, "") for name in ("last_name", "first_name", "middle_name")}
            more = {"birth_date": fields["birth_date"], "snils": fields["snils"], "email": fields.get("email", "")}
            return {**names, **more, "document": passport, "identified": verified}
        year, month, day = fields["birth_date"].split("-")
        snils = fields["snils"]
        return {
            "family_name": fields["last_name"].upper(),
            "given_name": fields["first_name"],
            "middle_name": fields.get("middle_name", ""),
            "birthdate": f"{day}.{month}.{year}",
            "snils": f"{snils[:3]}-{snils[3:6]}-{snils[6:9]} {snils[9:]}",
            "email": fields.get("email", ""),
            "passport": passport,
            "trusted": verified,
        }


def _half(text: str, size: int) -> str:
    """Base64url of the first bytes of SHA-256: ``at_hash`` (16), a challenge of PKCE (32)."""
    return _base64(hashlib.sha256(text.encode()).digest()[:size])


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
