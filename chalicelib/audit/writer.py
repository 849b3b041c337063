"""A writer of entries: one Ed25519 key an environment (and thread), certified once by the KMS writer CA.

Its counter makes a row that is dropped from the outbox show as a gap. A number is consumed only by a durable write:
after an unknown outcome either the same row is stored after all, or the writer is thrown away.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from chalicelib.audit.ec_key import EcKey
from chalicelib.audit.entry import (
    OUTBOX_LIFETIME,
    WRITER_DOMAIN,
    Signed,
    Subject,
    b64,
    body_of,
    canonical,
    commitment,
    outbox_key,
    seal,
)
from chalicelib.ports import Event
from chalicelib.ports.tables import Item, Key, Put, Store


class Writer:
    def __init__(self, authority: EcKey) -> None:
        """One KMS Sign: the certificate. Raises KeyUnavailableError."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        self._key = Ed25519PrivateKey.generate()
        self.id = b64(self._key.public_key().public_bytes_raw())
        self._certificate = b64(authority.sign(WRITER_DOMAIN + self.id.encode()))
        self.number = 0

    def row(self, event: Event, subject: Subject, entry_id: str, moment: datetime, ahead: int) -> Put:
        """The outbox row of one entry; ``ahead`` is its place among the entries of one transaction."""
        body = canonical(body_of(event, entry_id, moment, subject.earlier))
        sealed = seal(body, subject, entry_id)
        com = b64(commitment(body))
        number = self.number + ahead
        ct = b64(hashlib.sha256(sealed).digest())
        signed = Signed(entry_id, subject.tag, com, ct, self.id, number, subject.year)
        item: Item = {
            "y": subject.year,
            "tag": subject.tag,
            "com": com,
            "ct": sealed,
            "wid": self.id,
            "wn": number,
            "wsig": b64(self._key.sign(signed.text())),
            "wcert": self._certificate,
            "expires": int((moment + OUTBOX_LIFETIME).timestamp()),
        }
        return Put(Key(Store.AUDIT_OUTBOX, *outbox_key(entry_id, moment)), item)

    def stored(self, count: int) -> None:
        """``count`` entries are durable: their numbers are used."""
        self.number += count
