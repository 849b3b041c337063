"""Blind index: keyed tags of identifiers, so that one can be looked up and none can be listed (ID-1, ACT-5).

The key never leaves KMS. A SNILS has at most a thousand million values: whoever held the key in memory could list them
all in an hour, and an unkeyed hash is worth nothing; one GenerateMac is one logged call that can be refused.
"""

from __future__ import annotations

import unicodedata
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any

from chalicelib.crypto.kms import kms_call
from chalicelib.errors import TooLargeError

TAG_BYTES = 16  # 128 bits: among ten million people a collision has a chance of 1e-25
MAX_MESSAGE = 4096  # what GenerateMac takes


class KmsBlindIndex:
    def __init__(self, kms: Callable[[], Any], key_arn: str, tenant: str, version: str = "1") -> None:
        """``version`` names the key: HMAC keys do not rotate by themselves, a new one is a new version."""
        self._kms = kms
        self._key_arn = key_arn
        self._tenant = tenant
        self._version = version

    def tag(self, field_name: str, value: str) -> str:
        """22 base64url characters; ``value`` is normalised already. One KMS call, KeyUnavailableError without it."""
        text = unicodedata.normalize("NFKC", value)
        message = b"".join(_framed(part) for part in (self._tenant, field_name, self._version, text))
        if len(message) > MAX_MESSAGE:
            raise TooLargeError("an identifier is too long")
        with kms_call():
            answer = self._kms().generate_mac(KeyId=self._key_arn, Message=message, MacAlgorithm="HMAC_SHA_256")
        return urlsafe_b64encode(answer["Mac"][:TAG_BYTES]).rstrip(b"=").decode()


def _framed(part: str) -> bytes:
    """Length first, so that no two lists of parts make one message."""
    data = part.encode("utf-8", "surrogatepass")
    return len(data).to_bytes(4, "big") + data
