"""Relying party of OpenID Connect: code flow with PKCE and ``private_key_jwt`` (ID-6).

Rules:
  1. a provider's document must name exactly the configured issuer; its endpoints lie on the issuer's own origin, or on
     hosts that the configuration names, so that a document cannot send us elsewhere (server-side request forgery)
  2. the answer must come from the issuer that was asked: ``iss`` is compared when it is there, and demanded from a
     provider that says it sends it (RFC 9207, mix-up), before the code is sent anywhere
  3. keys are kept ten minutes; a token by an unknown key has them read again, at most twice a minute
  4. a provider that did not answer is not asked again for some seconds: others must not wait for it
Sources: OpenID Connect Core 1.0, Discovery 1.0; RFC 6749, 7636, 7523, 8414, 9207, 9700.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from chalicelib.domain.single_sign_on import Provider
from chalicelib.errors import ProviderUnavailableError
from chalicelib.interop.id_tokens import Expected, TokenError, UnknownKeyError, checked, json_object
from chalicelib.interop.web import NoAnswer, Reply, Web, origin
from chalicelib.ports import Clock, Signer
from chalicelib.ports.identity_providers import AuthenticationAnswer, AuthenticationRequest, Proof

T = TypeVar("T")
_log = logging.getLogger("medkarta.oidc")

KEPT = 600  # seconds, of documents and keys
AGAIN = 30  # seconds between two readings of a provider's keys for the sake of an unknown one
DOWN = 3  # seconds
ASSERTION_SECONDS = 60
MOST_KEYS = 50
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"  # a name, not a secret


@dataclass(frozen=True, slots=True)
class Document:
    """What we use of a provider's metadata; ``names_itself``: its answers carry ``iss``."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str
    names_itself: bool


class OidcProviders:
    """Implements ``ports.identity_providers.IdentityProviders``. Thread-safe."""

    def __init__(self, signer: Signer, clock: Clock, web: Web | None = None) -> None:
        self._signer = signer
        self._clock = clock
        self._web = web or Web()
        self._kept: dict[tuple[str, str], tuple[float, Any]] = {}
        self._down: dict[str, float] = {}
        self._asked_again: dict[str, float] = {}
        self._lock = threading.Lock()

    def authorization_url(self, provider: Provider, request: AuthenticationRequest) -> str:
        """Raises ProviderUnavailableError."""
        place = self._document(provider).authorization_endpoint
        query = {
            "response_type": "code",
            "client_id": provider.client_id,
            "redirect_uri": request.redirect_uri,
            "scope": " ".join(provider.scopes),
            "state": request.state,
            "nonce": request.nonce,
            "code_challenge": request.challenge,
            "code_challenge_method": "S256",
        }
        return f"{place}{'&' if '?' in place else '?'}{urlencode(query)}"

    def redeem(self, provider: Provider, answer: AuthenticationAnswer) -> Proof:
        """Raises ProviderUnavailableError, KeyUnavailableError (of our own key)."""
        document = self._document(provider)
        if answer.issuer != provider.issuer and (answer.issuer or document.names_itself):
            return Proof({}, "mix-up")
        tokens = self._tokens(provider, document, answer)
        if tokens is None:
            return Proof({}, "provider-code")
        access_token = tokens.get("access_token")
        access = access_token if isinstance(access_token, str) and _plain(access_token) else ""
        expected = Expected(provider.issuer, provider.client_id, answer.nonce, access)
        try:
            claims = self._checked(provider, document, tokens.get("id_token"), expected)
            if provider.userinfo:
                claims = {**self._userinfo(provider, document, access, claims["sub"]), **claims}
        except TokenError as error:
            _log.warning("provider %s: its token fails at %s", provider.name, error.reason)
            return Proof({}, "id-token", error.reason)
        return Proof(claims)

    # --- calls

    def _tokens(self, provider: Provider, document: Document, answer: AuthenticationAnswer) -> dict[str, Any] | None:
        """The token answer (RFC 6749, 5.1); None when the provider does not take the code."""
        form = {
            "grant_type": "authorization_code",
            "code": answer.code,
            "redirect_uri": answer.redirect_uri,
            "code_verifier": answer.verifier,
            "client_id": provider.client_id,
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": self._assertion(provider),
        }
        reply = self._called(provider, lambda: self._web.post(document.token_endpoint, form))
        found = self._object(provider, reply, "token answer", statuses=(200, 400))
        if reply.status == 200:  # noqa: PLR2004
            return found
        if found.get("error") == "invalid_grant":
            return None
        raise _unusable(provider, "it refuses us as a client")

    def _assertion(self, provider: Provider) -> str:
        """RFC 7523, with the issuer as the only audience, so that no other provider can use it."""
        now = int(self._clock().timestamp())
        claims = {
            "iss": provider.client_id,
            "sub": provider.client_id,
            "aud": provider.issuer,
            "iat": now,
            "exp": now + ASSERTION_SECONDS,
            "jti": secrets.token_hex(16),
        }
        return self._signer.issue(claims, purpose="oidc-client")

    def _checked(self, provider: Provider, document: Document, token: object, expected: Expected) -> dict[str, Any]:
        now = self._clock().timestamp()
        try:
            return checked(token, self._keys(provider, document), expected, now)
        except UnknownKeyError:
            with self._lock:
                if now - self._asked_again.get(provider.name, 0.0) < AGAIN:
                    raise
                self._asked_again[provider.name] = now
                self._kept.pop((provider.name, "keys"), None)
            return checked(token, self._keys(provider, document), expected, now)

    def _userinfo(self, provider: Provider, document: Document, access: str, subject: str) -> dict[str, Any]:
        """Core 1.0, section 5.3.2: of another subject it is somebody else's. Raises TokenError."""
        if not access or not document.userinfo_endpoint:
            raise _unusable(provider, "there is no userinfo")
        headers = {"Authorization": f"Bearer {access}"}
        reply = self._called(provider, lambda: self._web.get(document.userinfo_endpoint, headers))
        found = self._object(provider, reply, "userinfo")
        if found.get("sub") != subject:
            raise TokenError("userinfo")
        return found

    def _document(self, provider: Provider) -> Document:
        return self._cached(provider, "document", lambda: self._read_document(provider))

    def _read_document(self, provider: Provider) -> Document:
        if origin(provider.issuer) is None:
            raise _unusable(provider, "its issuer is no address that may be called")
        url = f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration"
        found = self._object(provider, self._called(provider, lambda: self._web.get(url)), "document")
        if found.get("issuer") != provider.issuer:
            raise _unusable(provider, "its document names another issuer")
        methods = found.get("code_challenge_methods_supported", ["S256"])
        if not isinstance(methods, list) or "S256" not in methods:
            raise _unusable(provider, "it has no PKCE by S256")
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        places: dict[str, Any] = {
            name: found.get(name) for name in (*names, "userinfo_endpoint") if name in found or name in names
        }
        if not all(_own_place(provider, place) for place in places.values()):
            raise _unusable(provider, "its document leads elsewhere")
        says_issuer = found.get("authorization_response_iss_parameter_supported") is True
        return Document(**{"userinfo_endpoint": "", **places}, names_itself=says_issuer)

    def _keys(self, provider: Provider, document: Document) -> Sequence[dict[str, Any]]:
        return self._cached(provider, "keys", lambda: self._read_keys(provider, document))

    def _read_keys(self, provider: Provider, document: Document) -> list[dict[str, Any]]:
        reply = self._called(provider, lambda: self._web.get(document.jwks_uri))
        keys = self._object(provider, reply, "set of keys").get("keys")
        if not isinstance(keys, list) or len(keys) > MOST_KEYS:
            raise _unusable(provider, "its keys are no list of keys")
        return [key for key in keys if isinstance(key, dict)]

    # --- pieces

    def _cached(self, provider: Provider, what: str, read: Callable[[], T]) -> T:
        """What was read less than ``KEPT`` seconds ago, else read now. Two threads may read at the same time."""
        now, place = self._clock().timestamp(), (provider.name, what)
        with self._lock:
            at, value = self._kept.get(place, (0.0, None))
        if value is not None and 0 <= now - at < KEPT:
            found: T = value
            return found
        found = read()
        with self._lock:
            self._kept[place] = (now, found)
        return found

    def _called(self, provider: Provider, call: Callable[[], Reply]) -> Reply:
        """Raises ProviderUnavailableError; see rule 4."""
        now = self._clock().timestamp()
        if now < self._down.get(provider.name, 0):
            raise ProviderUnavailableError(retry_after=DOWN)
        try:
            return call()
        except NoAnswer as error:
            self._down[provider.name] = now + DOWN
            raise _unusable(provider, str(error)) from None

    @staticmethod
    def _object(provider: Provider, reply: Reply, what: str, statuses: tuple[int, ...] = (200,)) -> dict[str, Any]:
        try:
            if reply.status in statuses:
                return json_object(reply.body)
        except ValueError:
            pass
        raise _unusable(provider, f"its {what} cannot be used (status {reply.status})")


def _plain(text: str) -> bool:
    """What may stand in a header."""
    return text.isascii() and text.isprintable()


def _own_place(provider: Provider, url: object) -> bool:
    """Rule 1."""
    if not isinstance(url, str):
        return False
    found = origin(url)
    if found is None:
        return False
    return found == origin(provider.issuer) or (found[0] == "https" and found[1] in provider.hosts)


def _unusable(provider: Provider, why: str) -> ProviderUnavailableError:
    """For the operator's log; the caller learns only that it does not work now."""
    _log.error("provider %s: %s", provider.name, why)
    return ProviderUnavailableError(retry_after=DOWN)
