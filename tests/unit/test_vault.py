"""The vault: what is bound to what, what is refused before a key is touched, and what nobody gets to read."""

from __future__ import annotations

import base64
import importlib.util
import logging
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.crypto import vault as vault_module
from chalicelib.crypto.patient_keys import Kek
from chalicelib.crypto.vault import EnvelopeVault
from chalicelib.errors import (
    AccessDeniedError,
    DecryptionError,
    ErasedError,
    KeyIntegrityError,
    KeyUnavailableError,
    MalformedError,
    NotFoundError,
    TooLargeError,
)
from chalicelib.ports import Sealed
from tests.unit.crypto_fakes import TENANT, Environment, keks, permit, reading, refusal

pytestmark = pytest.mark.requirement("SEC-1")
TEXT = "Осмотр: жалоб нет".encode()


@pytest.fixture
def here() -> Environment:
    environment = Environment()
    environment.keys.enrol("p1")
    environment.keys.enrol("p2")
    environment.cost()
    return environment


def sealed(message: bytes, record: str = "r1", version: int = 1) -> Sealed:
    return Sealed(record, version, message)


# --- round trip and price


def test_what_was_sealed_opens_and_is_not_readable_at_rest(here: Environment) -> None:
    message = here.vault.seal(permit(), 1, TEXT)
    assert TEXT not in message
    assert here.vault.open(reading(), sealed(message)) == TEXT


def test_price_of_records_is_a_call_each_environment_and_patient(here: Environment) -> None:
    messages = [here.vault.seal(permit(record=f"r{n}"), 1, TEXT) for n in range(100)]
    assert here.cost() == (1, 2)
    there = Environment(here)
    for number, message in enumerate(messages):
        there.vault.open(reading(record=None), sealed(message, f"r{number}"))
    assert here.cost() == (1, 1)


@pytest.mark.parametrize("size", [0, 1, 4095, 4096, 4097, 8192, 65_535, 65_536, 65_537, 1_000_000])
def test_every_size_opens_with_a_bounded_overhead(here: Environment, size: int) -> None:
    plaintext = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    message = here.vault.seal(permit(), 1, plaintext)
    assert here.vault.open(reading(), sealed(message)) == plaintext
    assert len(message) - size < 1024


def test_two_messages_of_one_text_share_nothing_but_the_header(here: Environment) -> None:
    first, second = (here.vault.seal(permit(), 1, TEXT) for _ in range(2))
    assert first[-40:] != second[-40:]


@given(
    plaintext=st.binary(max_size=300),
    version=st.integers(0, 10**9),
    record=st.from_regex(r"[\w-]{1,64}", fullmatch=True),
)
def test_any_content_of_any_record_opens_as_itself_alone(plaintext: bytes, version: int, record: str) -> None:
    here = Environment()
    here.keys.enrol("p1")
    if not record.isascii():
        with pytest.raises(MalformedError):
            here.vault.seal(permit(record=record), version, plaintext)
        return
    message = here.vault.seal(permit(record=record), version, plaintext)
    assert here.vault.open(reading(record=record), sealed(message, record, version)) == plaintext
    with pytest.raises(DecryptionError):
        here.vault.open(reading(record=record), sealed(message, record, version + 1))


# --- binding


@pytest.mark.parametrize(
    ("allowed", "shown"),
    [
        (reading("p2"), ("r1", 1)),
        (reading(kind="laboratory"), ("r1", 1)),
        (reading(record="r2"), ("r2", 1)),
        (reading(record=None), ("r2", 1)),
        (reading(), ("r1", 2)),
        (reading(), ("r1", 0)),
    ],
    ids=["patient", "kind", "record", "list", "newer version", "older version"],
)
def test_moved_message_is_refused_before_any_key_is_asked_for(
    here: Environment, allowed: object, shown: tuple[str, int]
) -> None:
    message = Environment(here).vault.seal(permit(), 1, TEXT)
    here.cost()
    with pytest.raises(DecryptionError):
        here.vault.open(allowed, sealed(message, *shown))
    assert here.cost() == (0, 0)


def test_message_of_another_tenant_is_refused_before_any_key_is_asked_for(here: Environment) -> None:
    message = here.vault.seal(permit(), 1, TEXT)
    stranger = EnvelopeVault(Environment(here).keys, TENANT + "2")
    here.cost()
    with pytest.raises(DecryptionError):
        stranger.open(reading(), sealed(message))
    assert here.cost() == (0, 0)


def test_permit_decides_what_may_be_done(here: Environment) -> None:
    message = here.vault.seal(permit(), 1, TEXT)
    assert here.vault.open(reading(record=None), sealed(message)) == TEXT
    with pytest.raises(AccessDeniedError):
        here.vault.seal(permit(writes=False), 1, TEXT)
    with pytest.raises(AccessDeniedError):
        here.vault.seal(permit(record=None), 1, TEXT)
    with pytest.raises(AccessDeniedError):
        here.vault.open(reading(record="r2"), sealed(message))
    with pytest.raises(AccessDeniedError):
        here.vault.open(permit(), sealed(message))


@pytest.mark.parametrize("version", [-1, True, "1", 1.0, None])
def test_version_is_a_whole_number(here: Environment, version: object) -> None:
    with pytest.raises(MalformedError):
        here.vault.seal(permit(), version, TEXT)
    with pytest.raises(MalformedError):
        here.vault.open(reading(), Sealed("r1", version, b""))


@pytest.mark.parametrize("bad", ["", "a/b", "x" * 65, "r\n", "имя", "aws:x"])
def test_ids_of_another_form_are_refused_before_any_call(here: Environment, bad: str) -> None:
    for wrong in (permit(patient=bad), permit(kind=bad), permit(record=bad)):
        with pytest.raises(MalformedError):
            here.vault.seal(wrong, 1, TEXT)
        with pytest.raises(MalformedError):
            here.vault.open(replace(wrong, writes=False), sealed(b"", record=wrong.record_id))
    with pytest.raises(MalformedError):
        EnvelopeVault(here.keys, bad)
    assert here.cost() == (0, 0)


def test_size_is_limited_both_ways(here: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault_module, "MAX_PLAINTEXT", 10)
    monkeypatch.setattr(vault_module, "_MAX_MESSAGE", 1000)
    assert here.vault.open(reading(), sealed(here.vault.seal(permit(), 1, b"x" * 10))) == b"x" * 10
    with pytest.raises(TooLargeError):
        here.vault.seal(permit(), 1, b"x" * 11)
    here.cost()
    with pytest.raises(DecryptionError):
        here.vault.open(reading(), sealed(b"x" * 1001))
    assert here.cost() == (0, 0)


# --- keys behind it


def test_errors_of_the_keys_come_through_as_they_are(here: Environment) -> None:
    message = here.vault.seal(permit(), 1, TEXT)
    cold = Environment(here)
    here.kms.fail_next(refusal("ThrottlingException"), 2)
    with pytest.raises(KeyUnavailableError):
        cold.vault.open(reading(), sealed(message))
    with pytest.raises(KeyUnavailableError):
        cold.vault.seal(permit(), 1, TEXT)
    row = keks(here)[0]
    good = here.tables.rows()[row]["wrapped"]
    here.tables.tamper(row, wrapped=good[:-1] + bytes([good[-1] ^ 1]))
    for use in (lambda: cold.vault.open(reading(), sealed(message)), lambda: cold.vault.seal(permit(), 1, TEXT)):
        with pytest.raises(KeyIntegrityError):
            use()
    with pytest.raises(NotFoundError):
        cold.vault.seal(permit("p9"), 1, TEXT)


def test_bug_in_the_key_store_is_not_taken_for_tampering(here: Environment) -> None:
    message = here.vault.seal(permit(), 1, TEXT)
    here.tables.fail_next(1, ValueError("a bug of ours"))
    with pytest.raises(ValueError, match="a bug of ours"):
        Environment(here).vault.open(reading(), sealed(message))


def test_old_and_new_versions_of_the_key_open_cold(here: Environment) -> None:
    before = here.vault.seal(permit(), 1, TEXT)
    here.keys.rotate("p1")
    after = here.vault.seal(permit(), 1, TEXT)
    cold = Environment(here)
    assert {cold.vault.open(reading(), sealed(message)) for message in (before, after)} == {TEXT}


@pytest.mark.requirement("SPC-8")
def test_erasure_makes_every_copy_unreadable_and_leaves_the_others_alone(here: Environment) -> None:
    message, other = here.vault.seal(permit(), 1, TEXT), here.vault.seal(permit("p2"), 1, TEXT)
    here.keys.destroy("p1", "e")
    for use in (lambda: here.vault.open(reading(), sealed(message)), lambda: here.vault.seal(permit(), 2, TEXT)):
        with pytest.raises(ErasedError):
            use()
    assert here.vault.open(reading("p2"), sealed(other)) == TEXT


ROUNDS = 120  # of each thread: keys are forgotten and fetched anew in between


def test_eight_threads_and_many_patients(here: Environment) -> None:
    for number in range(20):
        here.keys.enrol(f"t{number}")
    done = []
    lock = threading.Lock()

    def work(thread: int) -> None:
        for count in range(ROUNDS):
            patient = f"t{(thread * 7 + count) % 20}"
            if count % 50 == 0:
                here.keys.forget(patient)
            text = f"{thread}:{count}".encode()
            message = here.vault.seal(permit(patient), count, text)
            assert here.vault.open(reading(patient), sealed(message, version=count)) == text
        with lock:
            done.append(thread)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert sorted(done) == list(range(8))


# --- what stays inside


def test_refusals_say_and_log_nothing_of_the_message(here: Environment, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    message = here.vault.seal(permit("p1", record="r-telltale"), 1, b"telltale-content")
    for damaged in (message[:-1] + b"!", message[:60], b"", message + b"x"):
        with pytest.raises(DecryptionError) as told:
            here.vault.open(reading(record="r-telltale"), sealed(damaged, "r-telltale"))
        assert str(told.value) == DecryptionError.title
        assert told.value.__cause__ is None
        assert told.value.__context__ is None or told.value.__suppress_context__
    assert "telltale" not in caplog.text
    assert "p1" not in caplog.text


def test_format_is_loaded_on_first_use_and_without_the_material_providers() -> None:
    assert importlib.util.find_spec("aws_cryptographic_material_providers") is None
    program = """
import sys
import chalicelib.crypto.vault, chalicelib.crypto.patient_keys, chalicelib.crypto.signer
import chalicelib.crypto.blind_index, chalicelib.crypto.passwords
heavy = {"aws_encryption_sdk", "cryptography", "boto3", "botocore", "argon2", "jwt"} & set(sys.modules)
assert not heavy, heavy
import chalicelib.crypto.messages
assert "aws_encryption_sdk.internal.crypto.wrapping_keys" in sys.modules
assert "jwt" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)


# A message of the first release, under the key 00 01 .. 1f. It must open for ever: stored cards consist of these.
FIRST_RELEASE = """
AgR42Gb4cmf7jnQVCPi6+8Yoq/+9Hu+mHGh2AkdSsb6F1xQAaQAFAApwYXRpZW50X2lkAAlwLWZpeHR1cmUACXJlY29yZF9pZAAJ
ci1maXh0dXJlAAtyZWNvcmRfdHlwZQALZXhhbWluYXRpb24ABnRlbmFudAAKaG9zcGl0YWwtMQAHdmVyc2lvbgABMwABAA9laHIu
cGF0aWVudC1rZWsALnAtZml4dHVyZS8wMDExMjIzMzQ0NTU2NmFhAAAAgAAAAAw/bOGxHjHlJbHw1X0AMBRZwigfZzo7AIUqdqHY
fFc3mFfEAUNz8UXbwzxHzegA8S28CYKtqkcesRg1hGamQQIAABAAHHDZaFvSAgACjqyG+lFjoY3WvwwhlD/UfdMao3zpn/Y+eOna
DFUZVQIRFQJ6xXf0/////wAAAAEAAAAAAAAAAAAAAAEAAAAnPM6XtJ/ztdgg9HcBvOsD47O2tjnRgOa7btPJyaLLMXEtCj1IJYC/
jPLs0yX1vVXrpAXMMMWCGw==
"""


class FixedKeys:
    def active(self, patient_id: str) -> Kek:
        return Kek(patient_id, "00112233445566aa", bytes(range(32)))

    def by_version(self, patient_id: str, version: str) -> Kek:
        assert version == "00112233445566aa"
        return self.active(patient_id)


def test_message_of_the_first_release_still_opens() -> None:
    message = base64.b64decode(FIRST_RELEASE)
    allowed = reading("p-fixture", record="r-fixture")
    plaintext = EnvelopeVault(FixedKeys(), "hospital-1").open(allowed, sealed(message, "r-fixture", 3))
    assert plaintext.decode() == "Осмотр: без изменений"
