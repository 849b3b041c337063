"""Every way we know to damage or forge a message ends in DecryptionError and in nothing else."""

from __future__ import annotations

import io

import aws_encryption_sdk
import pytest
from aws_encryption_sdk import CommitmentPolicy
from aws_encryption_sdk.identifiers import AlgorithmSuite
from aws_encryption_sdk.internal.formatting.deserialize import deserialize_header
from aws_encryption_sdk.materials_managers import EncryptionMaterials, EncryptionMaterialsRequest
from aws_encryption_sdk.materials_managers.default import DefaultCryptoMaterialsManager
from aws_encryption_sdk.structures import MessageHeader
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.crypto import messages
from chalicelib.crypto.patient_keys import Kek
from chalicelib.crypto.vault import EnvelopeVault
from chalicelib.errors import DecryptionError
from chalicelib.ports import Sealed
from tests.unit.crypto_fakes import TENANT, permit, reading

pytestmark = pytest.mark.requirement("SEC-1")
VERSION = "00112233445566aa"
CONTEXT = {"tenant": TENANT, "patient_id": "p1", "record_type": "examination", "record_id": "r1", "version": "1"}
FRAME_OVERHEAD = 4 + 12 + 16
TEXT = bytes(range(250)) * 50  # three full frames and a last one


class OneKey:
    """Knows one version of everybody's key, and counts who asks."""

    def __init__(self) -> None:
        self.asked = 0

    def active(self, patient_id: str) -> Kek:
        return Kek(patient_id, VERSION, b"k" * 32)

    def by_version(self, patient_id: str, version: str) -> Kek:
        self.asked += 1
        if version != VERSION:
            raise DecryptionError
        return self.active(patient_id)


def opened(message: bytes, keys: OneKey | None = None) -> bytes:
    return EnvelopeVault(keys or OneKey(), TENANT).open(reading(), Sealed("r1", 1, message))


def refused(message: bytes, keys: OneKey | None = None) -> None:
    with pytest.raises(DecryptionError) as told:
        opened(message, keys)
    assert type(told.value) is DecryptionError


def sealed(plaintext: bytes = b"content") -> bytes:
    return EnvelopeVault(OneKey(), TENANT).seal(permit(), 1, plaintext)


def header_size(message: bytes, plaintext: bytes) -> int:
    full, last = divmod(len(plaintext), messages.RECORD_FRAME)
    return len(message) - full * (messages.RECORD_FRAME + FRAME_OVERHEAD) - (last + FRAME_OVERHEAD + 8)


def frames(message: bytes, plaintext: bytes) -> list[bytes]:
    """Header, the full frames, the last frame."""
    start, size = header_size(message, plaintext), messages.RECORD_FRAME + FRAME_OVERHEAD
    full = len(plaintext) // messages.RECORD_FRAME
    inner = [message[start + size * n : start + size * (n + 1)] for n in range(full)]
    return [message[:start], *inner, message[start + size * full :]]


def test_every_bit_of_a_message_counts() -> None:
    message = sealed()
    for position in range(len(message)):
        for bit in range(8):
            damaged = bytearray(message)
            damaged[position] ^= 1 << bit
            refused(bytes(damaged))


def test_every_truncation_is_refused() -> None:
    message = sealed()
    for size in range(len(message)):
        refused(message[:size])


@given(damage=st.dictionaries(st.integers(0, 389), st.integers(1, 255), min_size=1, max_size=8))
def test_random_damage_is_refused(damage: dict[int, int]) -> None:
    damaged = bytearray(sealed())
    for position, mask in damage.items():
        damaged[position % len(damaged)] ^= mask
    if bytes(damaged) != sealed():
        refused(bytes(damaged))


@given(noise=st.binary(max_size=600))
def test_noise_is_refused(noise: bytes) -> None:
    refused(noise)


def test_nothing_may_follow_a_message() -> None:
    message = sealed()
    refused(message + b"\0")
    refused(message + message)


def test_frames_cannot_be_swapped_dropped_repeated_or_transplanted() -> None:
    message, other = sealed(TEXT), sealed(TEXT)
    assert b"".join(frames(message, TEXT)) == message
    head, one, two, three, last = frames(message, TEXT)
    _, other_one, *_, other_last = frames(other, TEXT)
    for forged in (
        [head, two, one, three, last],
        [head, one, three, last],
        [head, one, two, three],
        [head, last],
        [head, one, one, two, three, last],
        [head, other_one, two, three, last],
        [head, one, two, three, other_last],
        [head, one, two, three, last, last],
    ):
        refused(b"".join(forged))
    assert opened(message) == TEXT


# --- messages that somebody with the right key made in another way


class ManyKeys(DefaultCryptoMaterialsManager):
    """Wraps one data key under several keys."""

    def __init__(self, keks: tuple[Kek, ...]) -> None:
        first, *self._others = [messages._manager(kek).master_key_provider for kek in keks]
        super().__init__(first)

    def get_encryption_materials(self, request: EncryptionMaterialsRequest) -> EncryptionMaterials:
        made = super().get_encryption_materials(request)
        for other in self._others:
            wrapped = other.encrypt_data_key(made.data_encryption_key, request.algorithm, made.encryption_context)
            made.encrypted_data_keys.add(wrapped)
        return made


def forged(
    algorithm: AlgorithmSuite,
    policy: CommitmentPolicy = CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT,
    context: dict[str, str] | None = None,
    keks: tuple[Kek, ...] = (),
) -> bytes:
    keks = keks or (Kek("p1", VERSION, b"k" * 32),)
    client = aws_encryption_sdk.EncryptionSDKClient(commitment_policy=policy)
    message, _ = client.encrypt(
        source=b"content",
        materials_manager=ManyKeys(keks),
        algorithm=algorithm,
        encryption_context=context or CONTEXT,
    )
    return message


def header_of(message: bytes) -> MessageHeader:
    return deserialize_header(io.BytesIO(message))[0]


def test_forger_of_these_tests_makes_good_messages_when_asked_to() -> None:
    assert opened(forged(messages.SUITE)) == b"content"


def test_suite_written_is_the_one_named() -> None:
    header = header_of(sealed())
    assert header.algorithm is AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
    assert header.encryption_context == CONTEXT
    assert len(header.encrypted_data_keys) == 1


@pytest.mark.parametrize("size", [(65_535, 4096), (65_536, 65_536)])
def test_large_files_get_large_frames(size: tuple[int, int]) -> None:
    assert header_of(sealed(b"x" * size[0])).frame_length == size[1]


@pytest.mark.parametrize(
    ("suite", "policy"),
    [
        (
            AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384,
            CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT,
        ),
        (AlgorithmSuite.AES_256_GCM_IV12_TAG16_HKDF_SHA256, CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT),
        (AlgorithmSuite.AES_256_GCM_IV12_TAG16, CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT),
        (AlgorithmSuite.AES_128_GCM_IV12_TAG16, CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT),
    ],
    ids=["signed", "not committing", "without derivation", "128 bits"],
)
def test_other_suites_are_refused_before_any_key_is_asked_for(suite: AlgorithmSuite, policy: CommitmentPolicy) -> None:
    keys = OneKey()
    refused(forged(suite, policy), keys)
    assert keys.asked == 0


@pytest.mark.parametrize("missing", sorted(CONTEXT))
def test_context_with_a_field_missing_is_refused(missing: str) -> None:
    keys = OneKey()
    refused(forged(messages.SUITE, context={k: v for k, v in CONTEXT.items() if k != missing}), keys)
    assert keys.asked == 0


def test_context_with_a_field_more_is_refused() -> None:
    keys = OneKey()
    refused(forged(messages.SUITE, context={**CONTEXT, "note": "x"}), keys)
    assert keys.asked == 0


def test_second_data_key_is_refused() -> None:
    keys = OneKey()
    both = (Kek("p1", VERSION, b"k" * 32), Kek("p1", "f" * 16, b"o" * 32))
    message = forged(messages.SUITE, keks=both)
    assert len(header_of(message).encrypted_data_keys) == 2
    refused(message, keys)
    assert keys.asked == 0


def test_number_of_data_keys_is_checked_here_too_whatever_the_sdk_lets_through() -> None:
    two = list(header_of(sealed()).encrypted_data_keys) * 2
    for data_keys in ([], two):
        with pytest.raises(DecryptionError):
            messages._Opening("p1", CONTEXT, OneKey().active)._version(data_keys)


@pytest.mark.parametrize(
    "kek",
    [
        Kek("p2", VERSION, b"k" * 32),
        Kek("p1/" + VERSION, VERSION, b"k" * 32),
        Kek("p1", "0" * 15, b"k" * 32),
        Kek("p1", "G" * 16, b"k" * 32),
        Kek("p1", "ё" * 8, b"k" * 32),
    ],
)
def test_data_key_of_another_name_is_refused_before_any_key_is_asked_for(kek: Kek) -> None:
    keys = OneKey()
    refused(forged(messages.SUITE, keks=(kek,)), keys)
    assert keys.asked == 0


def test_right_name_with_another_key_is_refused() -> None:
    refused(forged(messages.SUITE, keks=(Kek("p1", VERSION, b"o" * 32),)))


def test_data_key_of_another_provider_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = OneKey()
    with monkeypatch.context() as patch:
        patch.setattr(messages, "PROVIDER", "somebody-else")
        message = forged(messages.SUITE)
    refused(message, keys)
    assert keys.asked == 0


def test_vault_does_not_encrypt_with_the_opening_side() -> None:
    with pytest.raises(NotImplementedError):
        messages._Opening("p1", CONTEXT, OneKey().active).get_encryption_materials(None)
