"""Tokens that are bound to a key of their holder (RFC 9449): what a proof must say, and that it is used once.

A proof says: this method, this address without its query, now, and, of a call with a token, this token. Nonces are not
asked for: every proof is remembered for as long as its time is accepted, which the RFC allows in their place.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Protocol
from urllib.parse import urlsplit

from chalicelib.domain.secrets import hash_secret
from chalicelib.errors import ConflictError, CredentialsError, ProofError
from chalicelib.ports import Clock, keys
from chalicelib.ports.tables import Put, Tables

PAST, AHEAD = 60, 5
"""Seconds that a proof may be old, and that a caller's clock may be ahead of ours."""
MAX_JTI = 128


class ProofChecker(Protocol):
    def checked(self, proof: str) -> tuple[str, Mapping[str, Any]]:
        """Thumbprint of the key, and the claims that it signed. Raises CredentialsError."""
        ...


class ProofService:
    def __init__(self, tables: Tables, checker: ProofChecker, clock: Clock, public_url: str) -> None:
        self._tables = tables
        self._checker = checker
        self._clock = clock
        self._origin = public_url

    def read(self, proof: str, method: str, path: str, token: str = "") -> tuple[str, Put]:
        """Thumbprint of the key of a proof for this very request, and the write that uses the proof up.

        The write fails for a proof that was used. ``path``: as it was called, without the query. Raises ProofError.
        """
        try:
            thumbprint, claims = self._checker.checked(proof)
        except CredentialsError:
            raise ProofError("proof") from None
        now = self._clock().timestamp()
        defect = _defect(claims, method, self._origin + path, token, now)
        if defect:
            raise ProofError(defect)
        used = keys.proof(thumbprint, hash_secret(claims["jti"]))
        return thumbprint, Put(used, {"expires": int(now) + 2 * (PAST + AHEAD)})

    def check(self, proof: str, method: str, path: str, token: str, thumbprint: str) -> None:
        """That who calls with a token holds the key that it is bound to ("": to none). Raises ProofError."""
        if not (thumbprint and proof):
            raise ProofError("unbound" if proof else "missing", "invalid_token")
        found, used = self.read(proof, method, path, token)
        if found != thumbprint:
            raise ProofError("another-key")
        try:
            self._tables.commit([used])
        except ConflictError:
            raise ProofError("used") from None


def _defect(claims: Mapping[str, Any], method: str, address: str, token: str, now: float) -> str:
    """What is wrong with the claims of a signed proof (RFC 9449, 4.3); empty when nothing is."""
    jti, made = claims.get("jti"), claims.get("iat")
    if not isinstance(jti, str) or not 1 <= len(jti) <= MAX_JTI:
        return "jti"
    if claims.get("htm") != method:
        return "htm"
    if _place(claims.get("htu")) != _place(address):
        return "htu"
    if not isinstance(made, int | float) or isinstance(made, bool) or not now - PAST <= made <= now + AHEAD:
        return "iat"
    hashed = urlsafe_b64encode(sha256(token.encode()).digest()).rstrip(b"=").decode()
    return "ath" if token and claims.get("ath") != hashed else ""


def _place(address: Any) -> tuple[str, str, str] | None:
    """An address as it is compared: scheme and host without case, the usual port left out, no query (RFC 3986, 6.2).

    A slash at the end is left out too: clients of FHIR send bundles to ``[base]/``, which is the same place here.
    """
    if not isinstance(address, str):
        return None
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    return parts.scheme, f"{parts.hostname}:{port or usual}", parts.path.rstrip("/")
