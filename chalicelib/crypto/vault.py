"""Ciphertext and plaintext in exchange for a permit (SEC-1; design sections 2 and 4).

Encryption context of every message, exactly these, all strings:
    {tenant, patient_id, record_type, record_id, version}
Patient, kind and record id come from the permit and never from the caller, so a permit for one card cannot open
another's record. The version is in it so that an older ciphertext put back in place of a newer one does not open.
"""

from __future__ import annotations

from typing import Protocol

from chalicelib.crypto.ids import checked
from chalicelib.crypto.patient_keys import Kek
from chalicelib.domain.access import Permit
from chalicelib.domain.identity import PersonId
from chalicelib.errors import AccessDeniedError, DecryptionError, MalformedError, TooLargeError
from chalicelib.ports import Sealed

MAX_PLAINTEXT = 32 * 1024 * 1024  # bytes; a message is held in memory whole, because frames are not verified alone
_MAX_MESSAGE = MAX_PLAINTEXT + MAX_PLAINTEXT // 512


class Keks(Protocol):
    """What the vault needs of ``KmsPatientKeys``."""

    def active(self, patient_id: PersonId) -> Kek: ...

    def by_version(self, patient_id: PersonId, version: str) -> Kek: ...


class EnvelopeVault:
    """Implements ``ports.Vault``."""

    def __init__(self, keys: Keks, tenant: str) -> None:
        self._keys, self._tenant = keys, checked(tenant)

    def seal(self, permit: Permit, version: int, plaintext: bytes) -> bytes:
        """One message. 0 KMS calls when the person's key is warm.

        Raises AccessDeniedError for a permit that does not write or names no record, TooLargeError above
        ``MAX_PLAINTEXT``, MalformedError for an id of a wrong form, NotFoundError for a person who was never enrolled,
        ErasedError, KeyIntegrityError, KeyUnavailableError.
        """
        if not permit.writes or permit.record_id is None:
            raise AccessDeniedError
        context = self._context(permit, permit.record_id, version)
        if len(plaintext) > MAX_PLAINTEXT:
            raise TooLargeError
        kek = self._keys.active(permit.patient_id)
        from chalicelib.crypto import messages

        return messages.encrypt(kek, context, plaintext)

    def open(self, permit: Permit, sealed: Sealed) -> bytes:
        """The plaintext. With a permit for a list, the record id is the row's own, of that patient and kind.

        A permit that writes opens nothing: its entry is stored with the change, which may never come.

        Raises AccessDeniedError for such a one and for a record that the permit does not name, DecryptionError,
        MalformedError, ErasedError, KeyIntegrityError, KeyUnavailableError.
        """
        if permit.writes or (permit.record_id is not None and permit.record_id != sealed.record_id):
            raise AccessDeniedError
        context = self._context(permit, sealed.record_id, sealed.version)
        if len(sealed.ciphertext) > _MAX_MESSAGE:
            raise DecryptionError
        from chalicelib.crypto import messages

        return messages.decrypt(
            permit.patient_id,
            context,
            lambda version: self._keys.by_version(permit.patient_id, version),
            sealed.ciphertext,
        )

    def _context(self, permit: Permit, record_id: str, version: int) -> dict[str, str]:
        if type(version) is not int or version < 0:  # True is an int, and "1" would make the same context
            raise MalformedError("a version is a whole number")
        return {
            "tenant": self._tenant,
            "patient_id": checked(permit.patient_id),
            "record_type": checked(permit.kind),
            "record_id": checked(record_id),
            "version": str(version),
        }
