"""Every use of a KMS key is noted by the emulator before its answer goes out, and reaches the bucket of the key log."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.emulator import Emulator
from local.key_log import KeyLog
from tests.emulator.clients import client_of

pytestmark = [
    pytest.mark.emulator,
    pytest.mark.xdist_group("emulator"),
    pytest.mark.requirement("AUD-4"),
]

CONTEXT = {"kind": "patient", "id": "p1"}


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Emulator]:
    process = Emulator(tmp_path / "emulator", autosave=3600)
    process.start()
    try:
        client_of(process.url, "s3").create_bucket(
            Bucket="keys", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
        )
        yield process
    finally:
        process.stop()


def use(process: Emulator, times: int = 1) -> str:
    """Encrypt once and decrypt; returns the ARN of the key."""
    kms = client_of(process.url, "kms")
    arn = str(kms.create_key()["KeyMetadata"]["Arn"])
    blob = kms.encrypt(KeyId=arn, Plaintext=b"secret", EncryptionContext=CONTEXT)["CiphertextBlob"]
    for _ in range(times):
        kms.decrypt(CiphertextBlob=blob, EncryptionContext=CONTEXT)
    return arn


def noted(process: Emulator) -> list[dict[str, Any]]:
    spool = process.folder / "key-calls.jsonl"
    return [json.loads(line) for line in spool.read_text().splitlines()] if spool.exists() else []


def delivered(process: Emulator) -> list[dict[str, Any]]:
    s3 = client_of(process.url, "s3")
    names = [o["Key"] for o in s3.list_objects_v2(Bucket="keys", Prefix="AWSLogs/000000000000/").get("Contents", ())]
    bodies = [s3.get_object(Bucket="keys", Key=name)["Body"].read() for name in names]
    return [record for body in bodies for record in json.loads(gzip.decompress(body))["Records"]]


def test_a_use_is_noted_with_key_context_and_caller(own: Emulator) -> None:
    arn = use(own)
    [record] = noted(own)
    assert record["eventSource"] == "kms.amazonaws.com"
    assert record["eventName"] == "Decrypt"
    assert record["requestParameters"]["encryptionContext"] == CONTEXT
    assert [r["ARN"] for r in record["resources"]] == [arn]
    assert record["userIdentity"]["accessKeyId"] == os.environ["AWS_ACCESS_KEY_ID"]
    assert "errorCode" not in record
    assert record["eventTime"].endswith("Z")
    assert "secret" not in json.dumps(record)


def test_a_refused_use_is_noted_with_its_error(own: Emulator) -> None:
    kms = client_of(own.url, "kms")
    arn = str(kms.create_key()["KeyMetadata"]["Arn"])
    blob = kms.encrypt(KeyId=arn, Plaintext=b"secret", EncryptionContext=CONTEXT)["CiphertextBlob"]
    for arguments in ({"CiphertextBlob": blob}, {"CiphertextBlob": b"rubbish"}):
        with pytest.raises(ClientError):
            kms.decrypt(**arguments)
    wrong_context, rubbish = noted(own)
    assert wrong_context["errorCode"] == "InvalidCiphertextException"
    assert [r["ARN"] for r in wrong_context["resources"]] == [arn]
    assert (rubbish["errorCode"], rubbish["resources"]) == ("InvalidCiphertextException", None)


def test_notes_reach_the_bucket_and_survive_a_kill_of_the_emulator(own: Emulator) -> None:
    def clients(service: str) -> Any:
        return client_of(own.url, service)

    own.stop()
    own.start()  # the bucket is saved now; nothing after this is, until the next stop
    use(own, times=2)
    KeyLog(own.folder, clients, "keys").deliver()
    use(own)
    own.kill()
    own.start()
    log = KeyLog(own.folder, clients, "keys")
    log.deliver()
    records = delivered(own)
    assert len({r["eventID"] for r in records}) == 3
    use(own)
    log.deliver()
    assert len({r["eventID"] for r in delivered(own)}) == 4
