"""Audit subjects: per person and year a tag and a key pair whose private half KMS alone can unwrap.

Each row is certified by the writer CA together with the person it belongs to: whoever writes the table can neither read
later entries through a key of their own nor lead a person's entries into another chain. Destroying the row (SPC-8, or
the end of retention) makes the bodies unreadable and leaves the log verifiable.
A row that was lost is made anew with another key pair and the same tag (tags.py): the chain goes on, and what was
sealed before stays in its place, unreadable.

An erased person gets no new row: it is made under the condition that the person's keys are as they were read. So of an
access and an erasure at the same moment one is first, and the eraser finds every row that there will ever be.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any

from chalicelib.audit.ec_key import EcKey
from chalicelib.audit.entry import SUBJECT_DOMAIN, Earlier, Subject, b64, canonical
from chalicelib.audit.tags import KmsTags
from chalicelib.domain.identity import PersonId
from chalicelib.errors import ConflictError, ErasedError, KeyIntegrityError, KeyUnavailableError
from chalicelib.ports import keys
from chalicelib.ports.tables import Check, Expect, Item, Put, Store, Tables

CAPACITY = 2000
TTL = 300  # seconds; a warm environment forgets an erased person's chain within them
TRIES = 3
CONTEXT_PURPOSE = "audit-subject"


class Subjects:
    def __init__(
        self,
        tables: Tables,
        kms: Callable[[], Any],
        authority: EcKey,
        tags: KmsTags,
        key_arn: str,
        tenant: str,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._tables = tables
        self._kms = kms
        self._authority = authority
        self._tags = tags
        self._key_arn = key_arn
        self._tenant = tenant
        self._wall = wall  # and not the monotonic clock, which stands still while Lambda has an environment frozen
        self._known: OrderedDict[tuple[str, int], tuple[Subject, float]] = OrderedDict()
        self._lock = Lock()

    def of(self, person_id: PersonId, year: int) -> Subject:
        """The subject of a person in a year; made on first need. A row never changes, so it is kept in process.

        Raises KeyUnavailableError, ErasedError when there is no row and the person's keys are destroyed, and
        KeyIntegrityError for a row that the writer CA has not certified as this person's.
        """
        now = self._wall()
        with self._lock:
            known, since = self._known.get((person_id, year), (None, 0.0))
            if known is not None and 0 <= now - since < TTL:
                self._known.move_to_end((person_id, year))
                return known
        found = self._stored(person_id, year) or self._made(person_id, year)
        with self._lock:
            self._known[person_id, year] = (found, now)
            self._known.move_to_end((person_id, year))
            while len(self._known) > CAPACITY:
                self._known.popitem(last=False)
        return found

    def forget(self) -> None:
        with self._lock:
            self._known.clear()

    def _stored(self, person_id: PersonId, year: int) -> Subject | None:
        row = self._tables.get(keys.audit_subject(person_id, year))
        return certified(self._authority, person_id, year, row) if row else None

    def _made(self, person_id: PersonId, year: int) -> Subject:
        """Two environments may race: the row that was first is the one that both use."""
        alive = self._alive(person_id)
        subject, row = self._new(person_id, year)
        rows = [
            Put(keys.audit_subject(person_id, year), row),
            Put(keys.audit_tag(subject.tag), {"person": person_id, "year": year}, None),  # there after a lost row
        ]
        for _ in range(TRIES):
            try:
                self._tables.commit([*rows, alive])
            except ConflictError:
                stored = self._stored(person_id, year)
                if stored is not None:
                    return stored
                alive = self._alive(person_id)  # the keys were enrolled, or destroyed, at this moment
            else:
                return subject
        raise KeyUnavailableError

    def _alive(self, person_id: PersonId) -> Check:
        """The keys are as they are now: alive, or of nobody ("sys"). Raises ErasedError."""
        key = keys.key_state(person_id)
        row = self._tables.get(key)
        if row is None:
            return Check(key, Expect.ABSENT)
        if row.get("state") == "destroyed":
            raise ErasedError
        if row.get("state") != "active":
            raise KeyIntegrityError
        return Check(key, {"state": "active"})

    def _new(self, person_id: PersonId, year: int) -> tuple[Subject, Item]:
        from botocore.exceptions import BotoCoreError, ClientError
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

        private = X25519PrivateKey.generate()
        subject = Subject(
            tag=self._tags.of(person_id, year),
            public=private.public_key().public_bytes_raw(),
            year=year,
            earlier=self._earlier(person_id, year),
        )
        try:
            answer = self._kms().encrypt(
                KeyId=self._key_arn,
                Plaintext=private.private_bytes_raw(),
                EncryptionContext=context_of(self._tenant, subject.tag),
            )
        except (BotoCoreError, ClientError):
            raise KeyUnavailableError from None
        row: Item = {
            "tag": subject.tag,
            "public": subject.public,
            "wrapped": answer["CiphertextBlob"],
            "key_arn": self._key_arn,
            "cert": self._authority.sign(certificate_text(person_id, subject)),
            "earlier_tag": subject.earlier.tag if subject.earlier else "",
            "earlier_year": subject.earlier.year if subject.earlier else 0,
        }
        return subject, row

    def _earlier(self, person_id: PersonId, year: int) -> Earlier | None:
        """The person's newest chain of a year before."""
        found = self._tables.query(Store.KEYS, person_id, keys.AUDIT_SUBJECTS, limit=20, newest_first=True).items
        for row in found:
            then = int(str(row["sk"]).removeprefix(keys.AUDIT_SUBJECTS))
            if then < year:
                return Earlier(certified(self._authority, person_id, then, row).tag, then)
        return None


def context_of(tenant: str, tag: str) -> dict[str, str]:
    """Encryption context of a wrapped private half."""
    return {"purpose": CONTEXT_PURPOSE, "tenant": tenant, "tag": tag}


def certificate_text(person_id: PersonId, subject: Subject) -> bytes:
    return SUBJECT_DOMAIN + canonical(
        {
            "person": person_id,
            "y": subject.year,
            "tag": subject.tag,
            "public": b64(subject.public),
            "earlier": subject.earlier.shown() if subject.earlier else None,
        }
    )


def certified(authority: EcKey, person_id: PersonId, year: int, row: Item) -> Subject:
    """The subject of a stored row. Raises KeyIntegrityError when it is not what the writer CA signed."""
    try:
        earlier = Earlier(str(row["earlier_tag"]), int(row["earlier_year"])) if row["earlier_tag"] else None
        subject = Subject(str(row["tag"]), bytes(row["public"]), year, earlier)
        cert = bytes(row["cert"])
    except (KeyError, TypeError, ValueError):
        raise KeyIntegrityError from None
    if not authority.signed(certificate_text(person_id, subject), cert):
        raise KeyIntegrityError
    return subject
