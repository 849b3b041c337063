"""What seals, opens and checks transfers, as services need it (docs/transfers.md says the format)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class TransferBox(Protocol):
    def recipient_key(self, jwks: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The key of a set to which may be sealed: ``use: enc``, P-256 or RSA of 2048 bits or more; None for none."""
        ...

    def seal(self, recipient: Mapping[str, Any], content: bytes) -> str:
        """Compact JWE (RFC 7516) to a public key: ECDH-ES+A256KW or RSA-OAEP-256, A256GCM."""
        ...

    def open(self, compact: str) -> bytes:
        """What was sealed to a key of ours. Raises TransferUnreadableError."""
        ...

    def signed(self, token: str, jwks: Mapping[str, Any]) -> Mapping[str, Any]:
        """Claims of a compact JWS by one of these keys, ES256. Raises TransferSenderError."""
        ...

    def published(self) -> list[Mapping[str, Any]]:
        """Our public keys to which others seal."""
        ...
