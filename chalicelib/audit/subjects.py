"""Audit subjects: per person and year a random tag and a key pair whose private half KMS alone can unwrap.

Destroying the row (SPC-8, or the end of retention) makes the bodies unreadable and leaves the log verifiable.
"""

from __future__ import annotations

import base64
import secrets
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any

from chalicelib.audit.entry import Subject
from chalicelib.domain.identity import PersonId
from chalicelib.errors import ConflictError, KeyUnavailableError
from chalicelib.ports.tables import Key, Put, Store, Tables

CAPACITY = 2000
CONTEXT_PURPOSE = "audit-subject"


class Subjects:
    def __init__(self, tables: Tables, kms: Callable[[], Any], key_arn: str, tenant: str) -> None:
        self._tables = tables
        self._kms = kms
        self._key_arn = key_arn
        self._tenant = tenant
        self._known: OrderedDict[tuple[str, int], Subject] = OrderedDict()
        self._lock = Lock()

    def of(self, person_id: PersonId, year: int) -> Subject:
        """The subject of a person in a year; made on first need. A row never changes, so it is kept in process."""
        with self._lock:
            known = self._known.get((person_id, year))
            if known is not None:
                self._known.move_to_end((person_id, year))
                return known
        found = self._stored(person_id, year) or self._made(person_id, year)
        with self._lock:
            self._known[person_id, year] = found
            while len(self._known) > CAPACITY:
                self._known.popitem(last=False)
        return found

    def forget(self) -> None:
        with self._lock:
            self._known.clear()

    def _stored(self, person_id: PersonId, year: int) -> Subject | None:
        row = self._tables.get(_key(person_id, year))
        return Subject(row["tag"], bytes(row["public"])) if row else None

    def _made(self, person_id: PersonId, year: int) -> Subject:
        """Two environments may race: the row that was first is the one that both use."""
        from botocore.exceptions import BotoCoreError, ClientError
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

        private = X25519PrivateKey.generate()
        tag = base64.b64encode(secrets.token_bytes(16)).decode()
        context = {"purpose": CONTEXT_PURPOSE, "tenant": self._tenant, "tag": tag}
        try:
            answer = self._kms().encrypt(
                KeyId=self._key_arn, Plaintext=private.private_bytes_raw(), EncryptionContext=context
            )
        except (BotoCoreError, ClientError):
            raise KeyUnavailableError from None
        public = private.public_key().public_bytes_raw()
        row = {"tag": tag, "public": public, "wrapped": answer["CiphertextBlob"], "key_arn": self._key_arn}
        try:
            self._tables.commit([Put(_key(person_id, year), row)])
        except ConflictError:
            stored = self._stored(person_id, year)
            if stored is None:
                raise KeyUnavailableError from None
            return stored
        return Subject(tag, public)


def _key(person_id: PersonId, year: int) -> Key:
    return Key(Store.KEYS, person_id, f"audit#{year}")
