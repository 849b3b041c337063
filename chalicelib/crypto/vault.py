"""The only door to plaintext and ciphertext. Patient, kind and record id come from the permit, nothing else does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.crypto.ids import checked
from chalicelib.domain.access import Permit
from chalicelib.errors import AccessDeniedError, DecryptionError
from chalicelib.ports import Sealed

if TYPE_CHECKING:
    from chalicelib.crypto.patient_keys import KmsPatientKeys

MAX_MESSAGE = 32 * 1024 * 1024


class EnvelopeVault:
    def __init__(self, keys: KmsPatientKeys, tenant: str) -> None:
        self._keys = keys
        self._tenant = checked(tenant)

    def seal(self, permit: Permit, version: int, plaintext: bytes) -> bytes:
        """Raises AccessDeniedError unless the permit writes and names the record; ErasedError, KeyUnavailableError."""
        if not permit.writes or permit.record_id is None:
            raise AccessDeniedError
        from chalicelib.crypto.messages import encrypt

        context = self._context(permit, permit.record_id, version)
        return encrypt(self._keys, permit.patient_id, context, plaintext)

    def open(self, permit: Permit, sealed: Sealed) -> bytes:
        """A permit for a list opens any record of its kind and patient; one for a record that record alone."""
        if permit.record_id not in {None, sealed.record_id}:
            raise AccessDeniedError
        if len(sealed.ciphertext) > MAX_MESSAGE:
            raise DecryptionError
        from chalicelib.crypto.messages import decrypt

        context = self._context(permit, sealed.record_id, sealed.version)
        return decrypt(self._keys, permit.patient_id, context, sealed.ciphertext)

    def _context(self, permit: Permit, record_id: str, version: int) -> dict[str, str]:
        """Authenticated and readable in every message's header: opaque ids only."""
        return {
            "tenant": self._tenant,
            "patient_id": checked(permit.patient_id),
            "record_type": checked(permit.kind),
            "record_id": checked(record_id),
            "version": str(int(version)),
        }
