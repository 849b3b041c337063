"""The message format: ``aws-encryption-sdk`` with the keys of one human, and nothing of it outside this module.

Imported on first use only: the SDK costs about 90 ms of CPU. It must be installed without its ``[MPL]`` extra, which it
would import unasked, at twice the start and nine times the CPU of a message.

What is checked when a message is opened, in this order, before any key is unwrapped (SEC-1):
  1. the suite is ours, and the encryption context equals the expected one exactly
  2. there is one encrypted data key, of our provider, named ``<patient>/<version>`` for the patient expected
  3. only then is that version's key loaded
and afterwards 4. that nothing follows the message, which the SDK would ignore.
"""

from __future__ import annotations

import io
import logging
import struct
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import aws_encryption_sdk
from aws_encryption_sdk import CommitmentPolicy
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError
from aws_encryption_sdk.identifiers import AlgorithmSuite, EncryptionKeyType, WrappingAlgorithm
from aws_encryption_sdk.internal.crypto.wrapping_keys import WrappingKey
from aws_encryption_sdk.key_providers.raw import RawMasterKey
from aws_encryption_sdk.materials_managers.base import CryptoMaterialsManager
from aws_encryption_sdk.materials_managers.default import DefaultCryptoMaterialsManager
from cryptography.exceptions import InvalidTag

from chalicelib.crypto.patient_keys import VERSION, Kek
from chalicelib.errors import DecryptionError

if TYPE_CHECKING:
    from collections.abc import Sequence

PROVIDER = "ehr.patient-kek"
SUITE = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY  # key-committing, unsigned: authorship is RX-1's business
WRAP = WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING
RECORD_FRAME, FILE_FRAME = 4096, 65536  # bytes; files from FILE_FRAME up, where small frames cost threefold
# After the key name in a data key's info: length of the tag in bits (u32), of the IV (u32), the IV (12).
_INFO_TAIL = 20
# What the SDK and its parsers were seen to raise for damaged messages.
_REFUSALS = (
    AWSEncryptionSDKClientError,
    InvalidTag,
    struct.error,
    ValueError,  # UnicodeDecodeError among them
    LookupError,
    TypeError,
    OverflowError,
    MemoryError,
)

# A refused message is logged at ERROR with a traceback, and DEBUG prints encryption contexts: neither may happen.
logging.getLogger("aws_encryption_sdk").setLevel(logging.WARNING)
logging.getLogger("aws_encryption_sdk.streaming_client").setLevel(logging.CRITICAL)


@cache
def _client() -> Any:
    """One client a process; it keeps no key and is shared by threads."""
    return aws_encryption_sdk.EncryptionSDKClient(
        commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT, max_encrypted_data_keys=1
    )


def _manager(kek: Kek) -> Any:
    if not kek.master:  # two threads may both make one: they are equal
        wrapping = WrappingKey(
            wrapping_algorithm=WRAP, wrapping_key=kek.secret, wrapping_key_type=EncryptionKeyType.SYMMETRIC
        )
        name = f"{kek.patient_id}/{kek.version}".encode()
        master = RawMasterKey(provider_id=PROVIDER, key_id=name, wrapping_key=wrapping)
        kek.master.append(DefaultCryptoMaterialsManager(master))
    return kek.master[0]


class _Opening(CryptoMaterialsManager):  # type: ignore[misc]  # the SDK has no types
    """Materials for opening one message; refuses before it asks for a key."""

    def __init__(self, patient_id: str, context: Mapping[str, str], load: Callable[[str], Kek]) -> None:
        self._patient_id, self._context, self._load = patient_id, context, load
        self.failure: Exception | None = None

    def get_encryption_materials(self, request: Any) -> Any:
        raise NotImplementedError

    def decrypt_materials(self, request: Any) -> Any:
        """Steps 1-3 above. The SDK passes ``request`` by this name."""
        if request.algorithm is not SUITE or request.encryption_context != self._context:
            raise DecryptionError
        version = self._version(list(request.encrypted_data_keys))
        try:
            kek = self._load(version)
        except Exception as error:
            self.failure = error  # of the key store, or a bug of ours: not the message's fault
            raise
        return _manager(kek).decrypt_materials(request)

    def _version(self, data_keys: Sequence[Any]) -> str:
        if len(data_keys) != 1:
            raise DecryptionError
        provider, prefix = data_keys[0].key_provider, f"{self._patient_id}/".encode()
        name = provider.key_info[:-_INFO_TAIL]
        if provider.provider_id != PROVIDER or not name.startswith(prefix):
            raise DecryptionError
        version = str(name[len(prefix) :].decode("ascii", "replace"))
        if not VERSION.fullmatch(version):
            raise DecryptionError
        return version


def encrypt(kek: Kek, context: Mapping[str, str], plaintext: bytes) -> bytes:
    """One message: the overhead is about 330 bytes for a record, below 0.1 % of a large file."""
    message, _ = _client().encrypt(
        source=plaintext,
        materials_manager=_manager(kek),
        encryption_context=dict(context),
        algorithm=SUITE,
        frame_length=RECORD_FRAME if len(plaintext) < FILE_FRAME else FILE_FRAME,
    )
    return bytes(message)


def decrypt(patient_id: str, context: Mapping[str, str], load: Callable[[str], Kek], message: bytes) -> bytes:
    """The plaintext, whole and verified. Raises DecryptionError and what ``load`` (version to key) raises."""
    source = io.BytesIO(message)
    opening = _Opening(patient_id, context, load)
    try:
        plaintext, _ = _client().decrypt(source=source, materials_manager=opening)
    except DecryptionError:
        raise DecryptionError from None
    except _REFUSALS as error:
        if error is opening.failure:
            raise
        # Causes quote headers of the message, and a reader learns nothing from which check failed.
        raise DecryptionError from None
    if source.read(1):
        raise DecryptionError
    return bytes(plaintext)
