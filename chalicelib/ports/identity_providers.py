"""Identity providers of the outside, for single sign-on (ID-6) and confirmation of identity (ID-7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from chalicelib.domain.single_sign_on import Provider


@dataclass(frozen=True, slots=True)
class AuthenticationRequest:
    """What a browser takes to the provider; ``challenge`` is PKCE's, by S256."""

    state: str
    nonce: str
    challenge: str
    redirect_uri: str


@dataclass(frozen=True, slots=True)
class AuthenticationAnswer:
    """What the browser brought back (``code``, ``issuer`` of RFC 9207 or empty), with the secrets of its flow."""

    code: str
    issuer: str
    verifier: str
    nonce: str
    redirect_uri: str


@dataclass(frozen=True, slots=True)
class Proof:
    """Claims that the provider signed for this flow and for us; or ``defect``, a word for the audit entry.

    Defects: ``mix-up`` (the answer names another issuer), ``provider-code`` (the provider does not take the code),
    ``id-token`` (what it signed is not for us and this flow), with ``detail`` saying which check failed.
    """

    claims: Mapping[str, Any]
    defect: str = ""
    detail: str = ""


class IdentityProviders(Protocol):
    """Both raise ProviderUnavailableError when the provider does not answer, or not as a provider does."""

    def authorization_url(self, provider: Provider, request: AuthenticationRequest) -> str: ...

    def redeem(self, provider: Provider, answer: AuthenticationAnswer) -> Proof:
        """Exchange the code and check the ID token. A code is good once; after an error it may still be good."""
        ...
