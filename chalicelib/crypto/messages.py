"""The message format: aws-encryption-sdk (without its MPL extra) under one person's key-encryption key.

Fixed: suite AES_256_GCM_HKDF_SHA512_COMMIT_KEY, commitment required both ways, one encrypted data key, frames of 4,096
bytes and of 65,536 from 64 KiB up. ``decrypt_materials`` checks in this order, before any key is unwrapped:
  1 the suite and the whole encryption context, equal to what the caller expects
  2 exactly one encrypted data key, of our provider, of this person, with a version of the fixed form
  3 only then the key of that version
This module is imported on first use: the SDK costs time at cold start.
"""

from __future__ import annotations

import io
import logging
import struct
from typing import Any

import aws_encryption_sdk
from aws_encryption_sdk import CommitmentPolicy
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError
from aws_encryption_sdk.identifiers import AlgorithmSuite, EncryptionKeyType, WrappingAlgorithm
from aws_encryption_sdk.internal.crypto.wrapping_keys import WrappingKey
from aws_encryption_sdk.key_providers.raw import RawMasterKey
from aws_encryption_sdk.materials_managers.base import CryptoMaterialsManager
from aws_encryption_sdk.materials_managers.default import DefaultCryptoMaterialsManager
from cryptography.exceptions import InvalidTag

from chalicelib.crypto.patient_keys import VERSION, Kek, KmsPatientKeys
from chalicelib.domain.identity import PersonId
from chalicelib.errors import DecryptionError, MedkartaError

# A failed decryption otherwise logs a traceback, and DEBUG logs the encryption context.
logging.getLogger("aws_encryption_sdk").setLevel(logging.WARNING)
logging.getLogger("aws_encryption_sdk.streaming_client").setLevel(logging.CRITICAL)

PROVIDER = "medkarta.patient-kek"
SUITE = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
WRAP = WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING
KEY_INFO_TAIL = 20  # after the key's name: tag bits u32, iv bytes u32, iv of 12 bytes
FRAME, FILE_FRAME, FILE_FROM = 4096, 65_536, 65_536

# What tampered input makes the SDK raise; wrapped around its call alone, so that our own mistakes stay visible.
TAMPERED = (
    AWSEncryptionSDKClientError,
    InvalidTag,
    struct.error,
    ValueError,
    KeyError,
    TypeError,
    OverflowError,
    MemoryError,
)

_client = aws_encryption_sdk.EncryptionSDKClient(
    commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT, max_encrypted_data_keys=1
)


class PatientMaterials(CryptoMaterialsManager):  # type: ignore[misc]  # the SDK ships no types
    """Key material of one person for one message with one expected context."""

    def __init__(self, keys: KmsPatientKeys, patient_id: PersonId, context: dict[str, str]) -> None:
        self._keys = keys
        self._patient = patient_id
        self._context = context

    def get_encryption_materials(self, request: Any) -> Any:
        return _manager(self._keys.active(self._patient)).get_encryption_materials(request)

    def decrypt_materials(self, request: Any) -> Any:
        if request.algorithm is not SUITE or request.encryption_context != self._context:
            raise DecryptionError
        version = self._version(list(request.encrypted_data_keys))
        return _manager(self._keys.by_version(self._patient, version)).decrypt_materials(request)

    def _version(self, data_keys: list[Any]) -> str:
        provider = data_keys[0].key_provider if len(data_keys) == 1 else None
        prefix = f"{self._patient}/".encode()
        if provider is None or provider.provider_id != PROVIDER or not provider.key_info.startswith(prefix):
            raise DecryptionError
        version = str(provider.key_info[len(prefix) : -KEY_INFO_TAIL].decode("ascii", "replace"))
        if not VERSION.fullmatch(version):
            raise DecryptionError
        return version


def _manager(kek: Kek) -> Any:
    if not kek.master:
        wrapping = WrappingKey(
            wrapping_algorithm=WRAP, wrapping_key=kek.secret, wrapping_key_type=EncryptionKeyType.SYMMETRIC
        )
        name = f"{kek.patient_id}/{kek.version}".encode()
        kek.master.append(RawMasterKey(provider_id=PROVIDER, key_id=name, wrapping_key=wrapping))
    return DefaultCryptoMaterialsManager(kek.master[0])


def encrypt(keys: KmsPatientKeys, patient_id: PersonId, context: dict[str, str], plaintext: bytes) -> bytes:
    message, _ = _client.encrypt(
        source=plaintext,
        materials_manager=PatientMaterials(keys, patient_id, context),
        encryption_context=context,
        algorithm=SUITE,
        frame_length=FRAME if len(plaintext) < FILE_FROM else FILE_FRAME,
    )
    return bytes(message)


def decrypt(keys: KmsPatientKeys, patient_id: PersonId, context: dict[str, str], message: bytes) -> bytes:
    """The whole plaintext or nothing. Raises DecryptionError, or what the keys raise."""
    source = io.BytesIO(message)
    try:
        plaintext, _ = _client.decrypt(source=source, materials_manager=PatientMaterials(keys, patient_id, context))
    except MedkartaError:
        raise
    except TAMPERED:
        raise DecryptionError from None  # the cause's text may name ids
    if source.read(1):  # the SDK ignores bytes after the message
        raise DecryptionError
    return bytes(plaintext)
