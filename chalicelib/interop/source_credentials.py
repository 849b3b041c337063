"""Who we are to a source: nobody, or a client with a signed assertion (RFC 7523; SMART Backend Services)."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Mapping

from chalicelib.domain.sources import Connection
from chalicelib.errors import SourceAnswerError, SourceUnavailableError
from chalicelib.interop.web import NoAnswer, Web
from chalicelib.ports import Clock, Signer

ASSERTION_SECONDS = 60
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
EARLIER = 30  # seconds: a token is made anew before it ends
LONGEST = 3600


class NoCredentials:
    """Implements ``interop.fhir_source.Credentials``: for a source within the same network, or a stand-in."""

    def headers(self) -> Mapping[str, str]:
        return {}

    def refused(self) -> None:
        """There is nothing to make anew."""


class SignedCredentials:
    """Implements ``interop.fhir_source.Credentials``. Thread-safe; a token is kept until it ends."""

    def __init__(self, connection: Connection, signer: Signer, clock: Clock, web: Web | None = None) -> None:
        self._connection = connection
        self._signer = signer
        self._clock = clock
        self._web = web or Web()
        self._token = ""
        self._until = 0.0
        self._lock = threading.Lock()

    def headers(self) -> Mapping[str, str]:
        with self._lock:
            if not self._token or self._clock().timestamp() >= self._until:
                self._renew()
            return {"Authorization": f"Bearer {self._token}"}

    def refused(self) -> None:
        with self._lock:
            self._token = ""

    def _renew(self) -> None:
        now = int(self._clock().timestamp())
        client, place = self._connection.client_id, self._connection.token_url
        claims = {"iss": client, "sub": client, "aud": place, "iat": now, "exp": now + ASSERTION_SECONDS}
        claims["jti"] = secrets.token_hex(16)
        form = {
            "grant_type": "client_credentials",
            "scope": self._connection.scope,
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": self._signer.issue(claims, purpose="oidc-client"),
        }
        try:
            reply = self._web.post(place, form)
        except NoAnswer:
            raise SourceUnavailableError from None
        if reply.status != 200:  # noqa: PLR2004
            raise SourceUnavailableError if reply.status >= 500 else SourceAnswerError  # noqa: PLR2004
        try:
            said = json.loads(reply.body)
            token, seconds = said["access_token"], int(said.get("expires_in", 300))
        except (ValueError, KeyError, TypeError, RecursionError):
            raise SourceAnswerError from None
        if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token or " " in token:
            raise SourceAnswerError
        self._token, self._until = token, now + min(seconds, LONGEST) - EARLIER
