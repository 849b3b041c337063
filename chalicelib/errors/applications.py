"""Errors: bound tokens, and applications that a patient lets into the card (SMART app launch)."""

from __future__ import annotations

from typing import ClassVar

from chalicelib.errors.core import MedkartaError

__all__ = ["ProofError"]


class ProofError(MedkartaError):
    """A token that is bound to a key came without a proof of it that fits this call (RFC 9449). ``reason``: for the
    audit entry alone.
    """

    code = "proof-of-key"
    status = 401
    title = "This token wants a DPoP proof for this very call"
    title_ru = "Для этого токена нужно подтверждение ключа (DPoP) именно этого запроса"
    fhir_issue = "login"
    challenge: ClassVar[str] = 'DPoP realm="medkarta", algs="ES256 PS256 RS256 EdDSA", error="{word}"'

    def __init__(self, reason: str = "proof", word: str = "invalid_dpop_proof") -> None:
        super().__init__()
        self.reason = reason
        self.word = word

    @property
    def header(self) -> str:
        """Of ``WWW-Authenticate`` (RFC 9449, 7.1)."""
        return self.challenge.format(word=self.word)
