"""A writer of entries: one Ed25519 key an environment (and thread), certified once by the KMS writer CA.

Its counter makes a row that is dropped from the outbox show as a gap. A number is consumed only by a durable write:
after an unknown outcome either the same row is stored after all, or the writer is thrown away.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from chalicelib.audit.entry import (
    OUTBOX_LIFETIME,
    WRITER_DOMAIN,
    Subject,
    b64,
    body_of,
    canonical,
    commitment,
    outbox_key,
    seal,
    signed_part,
)
from chalicelib.errors import KeyUnavailableError
from chalicelib.ports import Event
from chalicelib.ports.tables import Item, Key, Put, Store


class Writer:
    def __init__(self, kms: Callable[[], Any], ca_key_arn: str) -> None:
        """One KMS Sign: the certificate. Raises KeyUnavailableError."""
        from botocore.exceptions import BotoCoreError, ClientError
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        self._key = Ed25519PrivateKey.generate()
        self.id = b64(self._key.public_key().public_bytes_raw())
        try:
            answer = kms().sign(
                KeyId=ca_key_arn,
                Message=WRITER_DOMAIN + self.id.encode(),
                MessageType="RAW",
                SigningAlgorithm="ECDSA_SHA_256",
            )
        except (BotoCoreError, ClientError):
            raise KeyUnavailableError from None
        self._certificate = b64(answer["Signature"])
        self.number = 0

    def row(self, event: Event, subject: Subject, entry_id: str, moment: datetime, ahead: int) -> Put:
        """The outbox row of one entry; ``ahead`` is its place among the entries of one transaction."""
        body = canonical(body_of(event, entry_id, moment))
        sealed = seal(body, subject, entry_id)
        com = b64(commitment(body))
        number = self.number + ahead
        ct = b64(hashlib.sha256(sealed).digest())
        signature = self._key.sign(signed_part(entry_id, subject.tag, com, ct, self.id, number))
        item: Item = {
            "tag": subject.tag,
            "com": com,
            "ct": sealed,
            "wid": self.id,
            "wn": number,
            "wsig": b64(signature),
            "wcert": self._certificate,
            "expires": int((moment + OUTBOX_LIFETIME).timestamp()),
        }
        return Put(Key(Store.AUDIT_OUTBOX, *outbox_key(entry_id, moment)), item)

    def stored(self, count: int) -> None:
        """``count`` entries are durable: their numbers are used."""
        self.number += count
