"""The tag of a person's chain in a year: an HMAC whose key never leaves KMS.

It is a function of the person and the year, so that whoever owns the tables cannot have a second chain made beside the
first: a subject that was lost, exchanged or put back is always of the same chain. Nobody without the key can say whose
a tag is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.audit.entry import b64, canonical
from chalicelib.errors import KeyUnavailableError

TAG_DOMAIN = b"emr-audit/tag/v1\n"  # messages of the blind index, under the same key, begin with a zero byte
TAG_BYTES = 16


class KmsTags:
    def __init__(self, kms: Callable[[], Any], key_arn: str, tenant: str) -> None:
        self._kms = kms
        self._key_arn = key_arn
        self._tenant = tenant

    def of(self, person_id: str, year: int) -> str:
        """b64 of 16 bytes; one call of KMS. Raises KeyUnavailableError."""
        from botocore.exceptions import BotoCoreError, ClientError

        message = TAG_DOMAIN + canonical({"person": person_id, "tenant": self._tenant, "y": year})
        try:
            answer = self._kms().generate_mac(KeyId=self._key_arn, Message=message, MacAlgorithm="HMAC_SHA_256")
        except (BotoCoreError, ClientError):
            raise KeyUnavailableError from None
        return b64(bytes(answer["Mac"])[:TAG_BYTES])
