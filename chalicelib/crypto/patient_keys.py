"""Key-encryption keys (KEK) of one human each, wrapped by KMS (SEC-1), and their destruction (SPC-8).

Rows of the store ``keys``, partition = the person's id:
    active          {version, state: "active", created_at}
                    or the tombstone {state: "destroyed", versions, destroyed_at, final_after, entry_id,
                    keys_deleted_at?}
    kek#<version>   {wrapped, key_arn, created_at}       version = 16 random hex digits, never a counter:
                                                         a key made anew is never taken for a destroyed one
KMS encryption context of a KEK: {purpose: "patient-kek", tenant, patient_id, version}; a wrapped KEK copied into
another row does not unwrap.

Rules:
  1. a KEK is loaded together with ``active``: a tombstone refuses it even while ``kek#`` rows are still there
  2. destruction puts the tombstone FIRST, under a condition; enrolment and rotation are conditioned on its absence,
     so no new key row can appear behind the deletion, which reads all pages until none is left
  3. other warm environments still open content for at most ``ttl``; writers are stopped at once by ``alive``
  4. only a tombstone says "erased"; a missing key row alone may be a forged version
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.crypto.cache import TtlCache
from chalicelib.crypto.erasure import ACTIVE, TRIES, Erasure, active_key, kek_key, kek_rows, refuse_tombstone
from chalicelib.crypto.ids import checked
from chalicelib.crypto.kms import kms_call, wrapped_of
from chalicelib.errors import (
    AlreadyExistsError,
    ConflictError,
    DecryptionError,
    KeyIntegrityError,
    NotFoundError,
    OutcomeUnknownError,
    UnavailableError,
)
from chalicelib.ports import Clock
from chalicelib.ports.tables import Check, Item, Key, Put, Store, Tables, Update, Write

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

    from chalicelib.domain.identity import PersonId

KEK_BYTES = 32
VERSION = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Kek:
    """One unwrapped key; never printed, never stored, in memory for at most the cache's lifetime.

    ``master`` is the message format's own object made from it, filled in by ``messages.py``: building it derives a
    key, and it is the same for every message.
    """

    patient_id: str
    version: str
    secret: bytes = field(repr=False)
    master: list[Any] = field(default_factory=list, repr=False, compare=False)


class KmsPatientKeys:
    """Implements ``ports.PatientKeys``, and gives the vault its keys.

    ``key_arn`` wraps; rows wrapped by one of ``former_key_arns`` still load until ``rewrap`` has moved them. ``ttl``
    in seconds is the ceiling of how long an erased person's content stays readable in a warm environment.
    ``backup_window`` is the longest life of any backup of the key table.
    """

    def __init__(
        self,
        tables: Tables,
        kms_factory: Callable[[], KMSClient],
        key_arn: str,
        tenant: str,
        clock: Clock,
        monotonic: Callable[[], float],
        ttl: float = 300,
        capacity: int = 1000,
        backup_window: timedelta = timedelta(days=35),
        former_key_arns: Collection[str] = (),
    ) -> None:
        self._tables, self._kms, self._key_arn = tables, kms_factory, key_arn
        self._known_arns = frozenset({key_arn, *former_key_arns})
        self._tenant = checked(tenant)
        self._clock, self._backup_window = clock, backup_window
        self._versions: TtlCache[str, str] = TtlCache(clock, monotonic, ttl, capacity)
        self._keks: TtlCache[tuple[str, str], Kek] = TtlCache(clock, monotonic, ttl, capacity)

    # --- what the vault needs

    def active(self, patient_id: PersonId) -> Kek:
        """The key to write under. Cold: 2 reads and 1 KMS call; warm: none.

        Raises ErasedError, NotFoundError for a person who was never enrolled, KeyIntegrityError, KeyUnavailableError.
        """
        patient = checked(patient_id)
        version = self._versions.get(patient, lambda: self._active_version(patient))
        try:
            return self.by_version(patient_id, version)
        except DecryptionError:  # ``active`` names a key that is not there
            self.forget(patient_id)
            raise KeyIntegrityError from None

    def by_version(self, patient_id: PersonId, version: str) -> Kek:
        """The key that a message names. Cold: 1 read and 1 KMS call; warm: none.

        Raises DecryptionError for a version that never was, ErasedError, KeyIntegrityError, KeyUnavailableError.
        """
        patient = checked(patient_id)
        if not VERSION.fullmatch(version):  # a forged name must not cost a read
            raise DecryptionError
        return self._keks.get((patient, version), lambda: self._load(patient, version))

    def forget(self, patient_id: PersonId | None = None) -> None:
        """Drop what is cached of one person, or everything."""
        self._versions.forget(lambda key: patient_id in {None, key})
        self._keks.forget(lambda key: patient_id in {None, key[0]})

    # --- ports.PatientKeys

    def enrol(self, patient_id: PersonId) -> None:
        """First key. Raises AlreadyExistsError, ErasedError after a destruction, KeyUnavailableError.

        The key is made by KMS and never seen here. Repeated with one version after a lost reply, so the outcome is
        known whenever it can be.
        """
        patient = checked(patient_id)
        version, kek = self._new_kek(patient)
        active = {"version": version, "state": ACTIVE, "created_at": kek["created_at"]}
        writes = (Put(active_key(patient), active), Put(kek_key(patient, version), kek))
        if self._commit_version(patient, version, writes) is not None:
            raise AlreadyExistsError

    def rotate(self, patient_id: PersonId) -> str:
        """Make a new active version and return it; older ones stay readable.

        Of two rotations at once one wins and the other raises ConflictError. Raises NotFoundError, ErasedError.
        """
        patient = checked(patient_id)
        old = self._active_version(patient)
        version, kek = self._new_kek(patient)
        writes = (
            Update(active_key(patient), set={"version": version}, expect={"state": ACTIVE, "version": old}),
            Put(kek_key(patient, version), kek),
        )
        if self._commit_version(patient, version, writes) is not None:
            raise ConflictError("the keys were rotated in the meantime")
        self.forget(patient_id)
        return version

    def alive(self, patient_id: PersonId) -> Write:
        """Belongs into every content transaction: a warm environment could still encrypt after a destruction."""
        return Check(active_key(checked(patient_id)), expect={"state": ACTIVE})

    def destroy(self, patient_id: PersonId, entry_id: str) -> datetime:
        """Erase (SPC-8): tombstone, then all key rows, then the moment from which no backup holds them.

        Steps: 1 tombstone; 2 forget what is cached here; 3 delete every ``kek#`` row, all pages, until a read finds
        none; 4 write into the tombstone when that was done and ``final_after`` = that + the backup window.
        Can be stopped anywhere and run again, also on rows that a restore brought back. A person without keys gets a
        tombstone as well: after a restore the list of the erased is replayed blindly.
        """
        erasure = Erasure(self._tables, self._clock, self._backup_window, checked(patient_id))
        tombstone = erasure.bury(entry_id)
        self.forget(patient_id)  # loads from here on see the tombstone, even when the next step fails
        deleted = erasure.delete_keys()
        return erasure.finish(tombstone, deleted=deleted)

    def rewrap(self, patient_id: PersonId) -> int:
        """Move the person's key rows that another KMS key wraps to ``key_arn``; returns how many were moved.

        KMS re-encrypts inside itself. Repeatable; a row that changed or went in between is left alone.
        """
        patient, moved = checked(patient_id), 0
        for row in kek_rows(self._tables, patient):
            arn, wrapped = self._known(row), wrapped_of(row.get("wrapped"))
            if arn == self._key_arn:
                continue
            context = self._context(patient, str(row["sk"]).removeprefix("kek#"))
            with kms_call():
                answer = self._kms().re_encrypt(
                    CiphertextBlob=wrapped,
                    SourceKeyId=arn,
                    SourceEncryptionContext=context,
                    DestinationKeyId=self._key_arn,
                    DestinationEncryptionContext=context,
                )
            change = {"wrapped": answer["CiphertextBlob"], "key_arn": self._key_arn}
            key = Key(Store.KEYS, patient, row["sk"])
            moved += self._changed(Update(key, set=change, expect={"wrapped": wrapped}))
        return moved

    # --- loading

    def _active_version(self, patient: str) -> str:
        row = self._tables.get(active_key(patient))
        if row is None:
            raise NotFoundError("this person has no keys")
        refuse_tombstone(row)
        version = row.get("version")
        if not isinstance(version, str) or not VERSION.fullmatch(version):
            raise KeyIntegrityError
        return version

    def _load(self, patient: str, version: str) -> Kek:
        rows = self._tables.get_many([active_key(patient), kek_key(patient, version)])
        active, kek = rows.get(active_key(patient)), rows.get(kek_key(patient, version))
        if active is not None:
            refuse_tombstone(active)
        if kek is None:
            raise DecryptionError
        if active is None:  # key rows without their head: rows were removed by hand
            raise KeyIntegrityError
        wrapped = wrapped_of(kek.get("wrapped"))
        with kms_call():
            answer = self._kms().decrypt(
                CiphertextBlob=wrapped, KeyId=self._known(kek), EncryptionContext=self._context(patient, version)
            )
        if len(answer["Plaintext"]) != KEK_BYTES:
            raise KeyIntegrityError
        return Kek(patient, version, answer["Plaintext"])

    def _known(self, row: Mapping[str, Any]) -> str:
        """The row's wrapping key, if it is one of ours: a row must not choose a key of somebody else's account."""
        arn = row.get("key_arn")
        if not isinstance(arn, str) or arn not in self._known_arns:
            raise KeyIntegrityError
        return arn

    def _context(self, patient: str, version: str) -> dict[str, str]:
        return {"purpose": "patient-kek", "tenant": self._tenant, "patient_id": patient, "version": version}

    # --- writing

    def _new_kek(self, patient: str) -> tuple[str, Item]:
        version = secrets.token_hex(8)
        with kms_call():
            answer = self._kms().generate_data_key_without_plaintext(
                KeyId=self._key_arn, KeySpec="AES_256", EncryptionContext=self._context(patient, version)
            )
        row = {"wrapped": answer["CiphertextBlob"], "key_arn": self._key_arn, "created_at": self._clock().isoformat()}
        return version, row

    def _commit_version(self, patient: str, version: str, writes: tuple[Write, ...]) -> Item | None:
        """None when ``version`` is the active one now, else the row that stands in the way.

        Raises ErasedError, and OutcomeUnknownError or UnavailableError when several tries did not settle it.
        """
        failure: UnavailableError = UnavailableError()
        for _ in range(TRIES):
            try:
                self._tables.commit(writes)
            except ConflictError as error:
                row = self._tables.get(active_key(patient))
                if row is not None:
                    refuse_tombstone(row)
                    if row.get("version") == version:  # our own write, whose reply was lost
                        return None
                    if error.index >= 0:
                        return row
            except OutcomeUnknownError as error:
                failure = error
            else:
                return None
        raise failure

    def _changed(self, write: Write) -> bool:
        try:
            self._tables.commit([write])
        except ConflictError:
            return False
        return True
