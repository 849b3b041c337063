"""Proofs that a caller holds the key to which a token is bound (RFC 9449, DPoP), checked by PyJWT."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from chalicelib.crypto.assertions import ALGORITHMS, PRIVATE, big_enough
from chalicelib.errors import CredentialsError

ACCEPTED: Mapping[str, tuple[str, ...]] = {**ALGORITHMS, "OKP": ("EdDSA",)}
CURVES: Mapping[str, str] = {"EC": "P-256", "OKP": "Ed25519"}
MEMBERS: Mapping[str, tuple[str, ...]] = {
    "EC": ("crv", "kty", "x", "y"),
    "RSA": ("e", "kty", "n"),
    "OKP": ("crv", "kty", "x"),
}
"""What of a key its thumbprint is made of (RFC 7638, 3.2; RFC 8037, 2)."""
LONGEST = 4096


class JwtProofs:
    def checked(self, proof: str) -> tuple[str, Mapping[str, Any]]:
        """Thumbprint of the key in a proof's header, and the claims that this key signed. Raises CredentialsError.

        Asymmetric algorithms alone, each with its own kind of key; a header with anything private, or with parameters
        that must be understood (``crit``), is refused.
        """
        import jwt

        if not 0 < len(proof) <= LONGEST:
            raise CredentialsError
        try:
            header = jwt.get_unverified_header(proof)
            jwk, algorithm = header["jwk"], header["alg"]
            if str(header.get("typ", "")).lower() != "dpop+jwt" or "crit" in header or not _public(jwk, algorithm):
                raise CredentialsError
            key = jwt.PyJWK.from_dict({name: jwk[name] for name in MEMBERS[jwk["kty"]]}, algorithm=algorithm).key
            if not big_enough(jwk["kty"], key):
                raise CredentialsError
            options: Any = {
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
                "verify_aud": False,
                "require": ["jti", "htm", "htu", "iat"],
            }
            claims: dict[str, Any] = jwt.decode(proof, key, algorithms=[algorithm], options=options)
        except (jwt.PyJWTError, KeyError, ValueError, TypeError, AttributeError, RecursionError):
            raise CredentialsError from None
        return thumbprint(jwk), claims


def thumbprint(jwk: Mapping[str, Any]) -> str:
    """RFC 7638, SHA-256, base64url."""
    members = {name: jwk[name] for name in MEMBERS[jwk["kty"]]}
    return base64url(sha256(json.dumps(members, sort_keys=True, separators=(",", ":")).encode()).digest())


def base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _public(jwk: Mapping[str, Any], algorithm: str) -> bool:
    kind = str(jwk.get("kty"))
    if kind not in ACCEPTED or algorithm not in ACCEPTED[kind] or PRIVATE & set(jwk):
        return False
    return kind not in CURVES or jwk.get("crv") == CURVES[kind]
