"""Keys of services outside, as a setting holds them: encrypted by the system's KMS key (docs/recognition.md)."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from typing import Any

from chalicelib.errors import KeyUnavailableError

PURPOSE = "recognition-service"


class KmsServiceKey:
    """``kms``: a client, made when it is needed; ``key``: ARN of the system's key."""

    def __init__(self, kms: Callable[[], Any], key: str, tenant: str) -> None:
        self._kms = kms
        self._key = key
        self._tenant = tenant
        self._known: dict[str, str] = {}

    def opened(self, ciphertext: str) -> str:
        """The key in plain, kept in memory; "" where the setting has none. Raises KeyUnavailableError."""
        if not ciphertext:
            return ""
        if ciphertext not in self._known:
            self._known[ciphertext] = self._asked(ciphertext)
        return self._known[ciphertext]

    def _asked(self, ciphertext: str) -> str:
        from botocore.exceptions import BotoCoreError, ClientError

        context = {"purpose": PURPOSE, "tenant": self._tenant}
        try:
            answer = self._kms().decrypt(
                CiphertextBlob=b64decode(ciphertext, validate=True), KeyId=self._key, EncryptionContext=context
            )
            return bytes(answer["Plaintext"]).decode("ascii")
        except (BotoCoreError, ClientError, ValueError):
            raise KeyUnavailableError from None
