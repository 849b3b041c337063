"""Session keys (ID-10): RSA-OAEP-256 to the client's key, then JWE with AES-256-GCM (joserfc)."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

from chalicelib.domain.session_keys import ALG, ENC, KEY_BYTES, RSA_BITS
from chalicelib.errors import FieldProblem, InvalidFieldsError, SealedBodyError

EXPONENT = 65537


class JoseSessionCipher:
    def new_key(self) -> bytes:
        """256 random bits."""
        return secrets.token_bytes(KEY_BYTES)

    def wrap(self, public_jwk: Mapping[str, Any], key: bytes) -> str:
        """The key under RSA-OAEP with SHA-256 (RFC 8017), base64url.

        Raises InvalidFieldsError unless the JWK is a public RSA key of 2048 bits with the usual exponent.
        """
        from cryptography.hazmat.primitives.asymmetric import padding
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
        from cryptography.hazmat.primitives.hashes import SHA256

        modulus, exponent = _number(public_jwk["n"], "/public_key/n"), _number(public_jwk["e"], "/public_key/e")
        if modulus.bit_length() != RSA_BITS or exponent != EXPONENT:
            raise InvalidFieldsError(fields=(FieldProblem("/public_key", "key", "RSA of 2048 bits, exponent 65537"),))
        try:
            public = RSAPublicNumbers(exponent, modulus).public_key()
            wrapped = public.encrypt(key, padding.OAEP(padding.MGF1(SHA256()), SHA256(), None))
        except ValueError:
            raise InvalidFieldsError(fields=(FieldProblem("/public_key", "key", "not an RSA key"),)) from None
        return urlsafe_b64encode(wrapped).rstrip(b"=").decode()

    def open(self, compact: str, key: bytes) -> tuple[dict[str, Any], bytes]:
        """Header and content. Raises SealedBodyError for whatever was not sealed whole with this key."""
        from joserfc.errors import JoseError
        from joserfc.jwe import decrypt_compact
        from joserfc.jwk import OctKey

        try:
            opened = decrypt_compact(compact, OctKey.import_key(key), registry=_registry())
        except (JoseError, ValueError, KeyError, TypeError, AttributeError):
            raise SealedBodyError from None
        if opened.plaintext is None:
            raise SealedBodyError
        return dict(opened.protected), opened.plaintext

    def seal(self, header: Mapping[str, Any], content: bytes, key: bytes) -> str:
        from joserfc.jwe import encrypt_compact
        from joserfc.jwk import OctKey

        return encrypt_compact(dict(header), content, OctKey.import_key(key), registry=_registry())


def _registry() -> Any:
    """One algorithm each; names beyond the standard's are checked by ``domain/session_keys.py``."""
    from joserfc.jwe import JWERegistry

    return JWERegistry(algorithms=[ALG, ENC], strict_check_header=False)


def _number(text: str, place: str) -> int:
    try:
        return int.from_bytes(urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")
    except ValueError:
        raise InvalidFieldsError(fields=(FieldProblem(place, "format", "base64url"),)) from None
