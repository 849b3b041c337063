"""What a partner's service needs of assertions and proofs that are signed with the partner's own keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from chalicelib.domain.limits import Rule
from chalicelib.ports.tables import Put


class AssertionChecker(Protocol):
    def client_of(self, assertion: str) -> str:
        """Client id that an unverified assertion claims. Raises CredentialsError."""
        ...

    def checked(self, assertion: str, jwks: Mapping[str, Any], audiences: Sequence[str]) -> Mapping[str, Any]:
        """Claims of an assertion signed by one of the keys. Raises CredentialsError."""
        ...

    def usable(self, jwks: Mapping[str, Any]) -> bool:
        """Only public keys of the kinds that are accepted."""
        ...


class Proofs(Protocol):
    def read(self, proof: str, method: str, path: str, token: str = "") -> tuple[str, Put]:
        """Thumbprint of the key of a proof, and the write that uses it up. Raises ProofError."""
        ...


class Spending(Protocol):
    def spend(self, rule: Rule, who: str) -> None: ...
