"""Passkeys (WebAuthn) as the services need them; ``crypto/passkeys.py`` stands behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class NewPasskey:
    credential_id: str
    """base64url."""
    public_key: bytes
    """COSE key. No secret."""
    sign_count: int
    backed_up: bool


class Passkeys(Protocol):
    def creation_options(self, person_id: str, challenge: bytes, known: Sequence[str]) -> dict[str, Any]:
        """JSON for ``navigator.credentials.create``; ``known`` credential ids are not to be registered again."""
        ...

    def request_options(self, challenge: bytes, known: Sequence[str]) -> dict[str, Any]:
        """JSON for ``navigator.credentials.get`` with one of the ``known`` credential ids."""
        ...

    def challenge_of(self, answer: Mapping[str, Any]) -> str:
        """The challenge (base64url) that an answer says it answers; empty when it says none. Nothing is verified."""
        ...

    def registered(self, answer: Mapping[str, Any], challenge: str) -> NewPasskey:
        """Verify a registration, its user verification included. Raises CredentialsError for any defect."""
        ...

    def signed(self, answer: Mapping[str, Any], challenge: str, person_id: str, public_key: bytes) -> int:
        """Verify an assertion; returns its signature counter, which is the caller's to judge.

        Raises CredentialsError for any defect: origin, RP id, user verification, owner, signature.
        """
        ...
