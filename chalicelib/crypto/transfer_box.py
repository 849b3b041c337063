"""Seals transfers to a recipient's key and opens those sealed to ours (joserfc); checks signatures of senders.

Our keys to seal to are a ring of their own (signing_keys.py): wrapped by KMS, rotated, signing nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.crypto import jws
from chalicelib.errors import MedkartaError, TransferSenderError, TransferUnreadableError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

RING = "transfer-box"
TYP = "medkarta-transfer+jwe"
SIGNED_TYP = "medkarta-transfer+jws"
EC_ALG, RSA_ALG, ENC = "ECDH-ES+A256KW", "RSA-OAEP-256", "A256GCM"
RSA_BITS = 2048
MOST = 16 * 1024 * 1024
"""Characters of a ciphertext: what comes in is bounded at the door, what goes out by its records."""


class JoseTransferBox:
    """Implements ``ports.transfers.TransferBox``."""

    def __init__(
        self,
        private: Callable[[str], EllipticCurvePrivateKey],
        published: Callable[[], list[dict[str, str]]],
    ) -> None:
        """``private``: our key by its kid; raises MedkartaError for none of ours."""
        self._private = private
        self._published = published

    def recipient_key(self, jwks: Mapping[str, Any]) -> Mapping[str, Any] | None:
        return next((key for key in jwks.get("keys", ()) if key.get("use") == "enc" and _usable(key)), None)

    def seal(self, recipient: Mapping[str, Any], content: bytes) -> str:
        from joserfc.jwe import encrypt_compact

        header = {"alg": _alg(recipient), "enc": ENC, "kid": str(recipient.get("kid", "")), "typ": TYP}
        return encrypt_compact(header, content, _imported(recipient), registry=_registry())

    def open(self, compact: str) -> bytes:
        from joserfc.errors import JoseError
        from joserfc.jwe import decrypt_compact

        try:
            header = jws.header_of(compact.split(".", 1)[0])
            if header.get("alg") != EC_ALG or header.get("enc") != ENC or "zip" in header:
                raise TransferUnreadableError
            private = self._private(str(header.get("kid", "")))
            secret = private.private_numbers().private_value.to_bytes(jws.SIZE, "big")
            key = {**jws.jwk_of(private.public_key()), "d": jws.b64(secret)}
            opened = decrypt_compact(compact, _imported(key), registry=_registry()).plaintext
        except (JoseError, MedkartaError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise TransferUnreadableError from None
        if opened is None:
            raise TransferUnreadableError
        return opened

    def signed(self, token: str, jwks: Mapping[str, Any]) -> Mapping[str, Any]:
        try:
            parts = jws.take_apart(token)
            if {**parts.header, "kid": ""} != {"alg": "ES256", "typ": SIGNED_TYP, "kid": ""}:
                raise TransferSenderError
            (key,) = [one for one in jwks.get("keys", ()) if one.get("kid") == parts.header["kid"]]
            if key.get("kty") != "EC" or key.get("crv") != "P-256" or key.get("use", "sig") != "sig":
                raise TransferSenderError
            jws.check_signature(_imported(key).public_key, parts)
            return jws.claims_of(parts)
        except (MedkartaError, ValueError, KeyError, TypeError):
            raise TransferSenderError from None

    def published(self) -> list[Mapping[str, Any]]:
        return [{**key, "use": "enc", "alg": EC_ALG} for key in self._published()]


def _alg(key: Mapping[str, Any]) -> str:
    return EC_ALG if key["kty"] == "EC" else RSA_ALG


def _usable(key: Mapping[str, Any]) -> bool:
    from joserfc.errors import JoseError

    try:
        made = _imported(key).public_key
    except (JoseError, ValueError, KeyError, TypeError):
        return False
    if key["kty"] == "EC":
        return key.get("crv") == "P-256"
    return bool(made.key_size >= RSA_BITS)


def _imported(key: Mapping[str, Any]) -> Any:
    from joserfc.jwk import ECKey, RSAKey

    names = ("kty", "crv", "x", "y", "d", "n", "e")
    bare = {name: key[name] for name in names if name in key}
    return ECKey.import_key(bare) if key["kty"] == "EC" else RSAKey.import_key(bare)


def _registry() -> Any:
    from joserfc.jwe import JWERegistry

    made = JWERegistry(algorithms=[EC_ALG, RSA_ALG, ENC], strict_check_header=False)
    made.max_ciphertext_length = MOST
    return made
