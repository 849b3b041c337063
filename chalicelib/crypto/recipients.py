"""Compact JWE to somebody else's public key: RSA-OAEP-256, or ECDH-ES on P-256, with A256GCM (RFC 7516, RFC 7518).

Implements ``ports.bulk.RecipientCipher``. Each message has a content key of its own, so no nonce meets a key twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.errors import MalformedError

ENC, RSA, ECDH = "A256GCM", "RSA-OAEP-256", "ECDH-ES"
SMALLEST = 2048
"""Bits of an RSA key."""


class JweRecipients:
    def algorithm(self, jwk: Mapping[str, Any]) -> str:
        wanted = {"RSA": RSA, "EC": ECDH}.get(str(jwk.get("kty")), "")
        if jwk.get("alg", wanted) != wanted or (wanted == ECDH and jwk.get("crv") != "P-256"):
            return ""
        return wanted

    def encrypt(self, jwk: Mapping[str, Any], content: bytes, content_type: str) -> bytes:
        from joserfc import jwe
        from joserfc.errors import JoseError
        from joserfc.jwk import ECKey, RSAKey

        algorithm = self.algorithm(jwk)
        if not algorithm:
            raise MalformedError("no key to encrypt to")
        public = {name: value for name, value in jwk.items() if name in {"kty", "crv", "x", "y", "n", "e"}}
        header = {"alg": algorithm, "enc": ENC, "kid": str(jwk.get("kid", "")), "cty": content_type}
        try:
            key = RSAKey.import_key(public) if algorithm == RSA else ECKey.import_key(public)
            return jwe.encrypt_compact(header, content, key, algorithms=[algorithm, ENC]).encode()
        except (JoseError, ValueError):
            raise MalformedError("no key to encrypt to") from None
