"""Keyed tags of identifiers, so that a SNILS can be looked up and is stored nowhere (ID-1, ACT-5).

The HMAC key never leaves KMS: a SNILS has at most 10^9 values, and whoever holds the key lists them all within an
hour; a call to KMS is logged, refusable by a policy, and look-ups by identifier are rare. HMAC takes no encryption
context, so the domain goes into the message, each part with its length before it: no two sets of parts make one
message. HMAC keys do not rotate by themselves: a new key is a new ``version``, and while both live a look-up asks
both and a claim claims both rows in one transaction. Never tag values of a small set (birth date, sex).
"""

from __future__ import annotations

import unicodedata
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import TYPE_CHECKING

from chalicelib.crypto.ids import checked
from chalicelib.crypto.kms import kms_call
from chalicelib.errors import MalformedError

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

TAG_BYTES = 16  # 128 bits: 1e-25 for one collision among ten million people
MAX_VALUE = 1024  # bytes; KMS takes 4,096 a message


class KmsBlindIndex:
    """Implements ``ports.BlindIndex`` with one key of ``KeySpec=HMAC_256``."""

    def __init__(self, kms_factory: Callable[[], KMSClient], key_arn: str, tenant: str, version: str = "1") -> None:
        self._kms, self._key_arn = kms_factory, key_arn
        self._tenant, self._version = checked(tenant), checked(version)

    def tag(self, field_name: str, value: str) -> str:
        """22 base64url characters; one KMS call.

        The value must already be in its field's own normal form (digits of a SNILS, E.164): only NFKC is applied here.
        Raises MalformedError, KeyUnavailableError.
        """
        message = b"".join(
            len(part).to_bytes(4, "big") + part
            for part in (
                self._tenant.encode(),
                checked(field_name).encode(),
                self._version.encode(),
                _normalised(value),
            )
        )
        with kms_call():
            mac = self._kms().generate_mac(KeyId=self._key_arn, Message=message, MacAlgorithm="HMAC_SHA_256")["Mac"]
        return urlsafe_b64encode(mac[:TAG_BYTES]).rstrip(b"=").decode("ascii")


def _normalised(value: str) -> bytes:
    try:
        encoded = unicodedata.normalize("NFKC", value).encode()
    except UnicodeEncodeError:  # a lone surrogate
        raise MalformedError("not a text") from None
    if not 0 < len(encoded) <= MAX_VALUE:
        raise MalformedError("an identifier is empty or too long")
    return encoded
