"""P-256 keys in KMS: the log key, and the writer CA, which certifies writers and whose a chain is (docs/audit.md)."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, Protocol

from chalicelib.errors import KeyUnavailableError


class EcKey(Protocol):
    @property
    def public(self) -> bytes:
        """SPKI DER. Raises KeyUnavailableError."""
        ...

    def sign(self, message: bytes) -> bytes:
        """ECDSA over SHA-256, DER. Raises KeyUnavailableError."""
        ...

    def signed(self, message: bytes, signature: bytes) -> bool:
        """Whether this key made the signature. Raises KeyUnavailableError."""
        ...


class KmsEcKey:
    """Signing is a call; the public half is asked for once an environment and checked with in process."""

    def __init__(self, kms: Callable[[], Any], key_arn: str) -> None:
        self._kms = kms
        self._key_arn = key_arn

    def sign(self, message: bytes) -> bytes:
        """ECDSA over SHA-256, DER. Raises KeyUnavailableError."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            answer = self._kms().sign(
                KeyId=self._key_arn, Message=message, MessageType="RAW", SigningAlgorithm="ECDSA_SHA_256"
            )
        except (BotoCoreError, ClientError):
            raise KeyUnavailableError from None
        return bytes(answer["Signature"])

    @cached_property
    def public(self) -> bytes:
        """SPKI DER. Raises KeyUnavailableError."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return bytes(self._kms().get_public_key(KeyId=self._key_arn)["PublicKey"])
        except (BotoCoreError, ClientError):
            raise KeyUnavailableError from None

    @cached_property
    def _key(self) -> Any:
        from cryptography.hazmat.primitives.serialization import load_der_public_key

        return load_der_public_key(self.public)

    def signed(self, message: bytes, signature: bytes) -> bool:
        """Whether this key made the signature."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec

        try:
            self._key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return False
        return True
