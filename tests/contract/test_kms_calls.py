"""Every call that crypto makes, through a real boto3 client: the shapes that FakeKms only imitates.

What moto cannot keep (disabled keys, wrong key ids, quotas) is shown with FakeKms in tests/unit.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.crypto.blind_index import KmsBlindIndex
from chalicelib.crypto.patient_keys import KmsPatientKeys
from chalicelib.crypto.signer import KmsSigner
from chalicelib.crypto.vault import EnvelopeVault
from chalicelib.errors import KeyIntegrityError
from chalicelib.ports import Sealed
from tests.fakes import FixedClock, MemoryTables
from tests.unit.crypto_fakes import TENANT, Ticks, permit, reading

pytestmark = [pytest.mark.requirement("SEC-1"), pytest.mark.xdist_group("contract")]


@pytest.fixture
def kms() -> Iterator[Any]:
    with mock_aws():
        yield boto3.client("kms")


def made(kms: Any, **settings: str) -> str:
    return kms.create_key(**settings)["KeyMetadata"]["Arn"]


class Place:
    def __init__(self, kms: Any) -> None:
        self.tables, self.clock = MemoryTables(), FixedClock()
        self.first, self.second = made(kms), made(kms)
        self.keys = self.keys_under(kms, self.first)
        self.vault = EnvelopeVault(self.keys, TENANT)

    def keys_under(self, kms: Any, arn: str) -> KmsPatientKeys:
        return KmsPatientKeys(self.tables, lambda: kms, arn, TENANT, self.clock, Ticks(), former_key_arns=[self.first])


def test_record_is_sealed_opened_rotated_and_rewrapped(kms: Any) -> None:
    place = Place(kms)
    place.keys.enrol("p1")
    message = place.vault.seal(permit(), 1, b"content")
    place.keys.rotate("p1")
    moved = place.keys_under(kms, place.second)
    assert moved.rewrap("p1") == 2
    assert EnvelopeVault(moved, TENANT).open(reading(), Sealed("r1", 1, message)) == b"content"


def test_wrapped_key_of_another_person_is_an_alarm(kms: Any) -> None:
    place = Place(kms)
    for person in ("p1", "p2"):
        place.keys.enrol(person)
    [mine], [other] = (
        [key for key in place.tables.rows() if key.pk == person and key.sk != "active"] for person in ("p1", "p2")
    )
    place.tables.tamper(mine, wrapped=place.tables.rows()[other]["wrapped"])
    with pytest.raises(KeyIntegrityError):
        place.keys.active("p1")


def test_tokens_are_signed_and_verified(kms: Any) -> None:
    place = Place(kms)
    signers = [
        KmsSigner(place.tables, lambda: kms, place.first, TENANT, "https://x", place.clock, Ticks()) for _ in "ab"
    ]
    now = int(place.clock().timestamp())
    token = signers[0].issue({"sub": "p1", "aud": "a", "iat": now, "exp": now + 60}, purpose="access")
    assert signers[1].verify(token, purpose="access", audience="a")["sub"] == "p1"


def test_tags_are_the_same_each_time(kms: Any) -> None:
    key = made(kms, KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")
    first, second = (KmsBlindIndex(lambda: kms, key, TENANT).tag("snils", "11223344595") for _ in range(2))
    assert first == second
    assert len(first) == 22
