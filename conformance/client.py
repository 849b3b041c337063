"""A partner's program: signs in with its key (private_key_jwt), proves possession of it (DPoP), and sends requests."""

from __future__ import annotations

import hashlib
import json
import secrets
import time
import urllib.error
import urllib.request
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
SECONDS = 60
LARGEST = 20_000_000


@dataclass(frozen=True)
class Answer:
    """``body``: parsed JSON, or text."""

    status: int
    headers: Mapping[str, str]
    body: Any


@dataclass
class Partner:
    """``url``: of the system, without a slash at the end. ``key``: P-256; it signs assertions and proofs."""

    url: str
    client_id: str
    key: ec.EllipticCurvePrivateKey
    kid: str = "k1"
    token_path: str = "/api/v1/oauth/token"  # noqa: S105 - a path
    token: str = ""
    kind: str = "Bearer"
    jwk: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        made = jwt.algorithms.ECAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        self.jwk = {name: made[name] for name in ("kty", "crv", "x", "y")}

    def assertion(self, **changes: Any) -> str:
        now = int(time.time())
        claims: dict[str, Any] = {"iss": self.client_id, "sub": self.client_id, "aud": self.url + self.token_path}
        claims |= {"iat": now, "exp": now + 120, "jti": secrets.token_hex(16), **changes}
        return jwt.encode(claims, self.key, "ES256", headers={"kid": self.kid})

    def proof(self, method: str, path: str, token: str = "", **changes: Any) -> str:
        """RFC 9449, 4.2."""
        claims: dict[str, Any] = {"jti": secrets.token_hex(16), "htm": method, "iat": int(time.time())}
        claims |= {"htu": self.url + path.partition("?")[0]}
        if token:
            claims["ath"] = urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).rstrip(b"=").decode()
        return jwt.encode({**claims, **changes}, self.key, "ES256", headers={"typ": "dpop+jwt", "jwk": self.jwk})

    def sign_in(self, scope: str = "", assertion: str = "") -> Answer:
        """A token for all later requests, when the answer is one."""
        form = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION}
        form |= {"client_assertion": assertion or self.assertion(), "scope": scope}
        headers = {"Content-Type": "application/x-www-form-urlencoded", "DPoP": self.proof("POST", self.token_path)}
        answer = self.send("POST", self.token_path, urlencode(form).encode(), headers, signed_in=False)
        if answer.status == 200:  # noqa: PLR2004
            self.token, self.kind = answer.body["access_token"], answer.body["token_type"]
        return answer

    def sign_out(self) -> None:
        """Later requests carry no token."""
        self.token, self.kind = "", "Bearer"

    def send(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str], *, signed_in: bool = True
    ) -> Answer:
        """Headers whose value is empty are left out."""
        said = dict(headers)
        if signed_in and self.token:
            said.setdefault("Authorization", f"{self.kind} {self.token}")
            if self.kind == "DPoP":
                said.setdefault("DPoP", self.proof(method, path, self.token))
        said = {name: value for name, value in said.items() if value}
        request = urllib.request.Request(self.url + path, data=body, method=method, headers=said)
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as reply:
                return _answer(reply.status, reply.headers, reply.read(LARGEST))
        except urllib.error.HTTPError as error:
            return _answer(error.code, error.headers, error.read(LARGEST))


def _answer(status: int, headers: Any, raw: bytes) -> Answer:
    text = raw.decode("utf-8", "replace")
    named = {name.lower(): value for name, value in headers.items()}
    return Answer(status, named, json.loads(text) if "json" in named.get("content-type", "") and text else text)
