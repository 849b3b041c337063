"""State of the emulator through a stop, a SIGKILL and the death of its runner."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from local.emulator import Emulator
from local.layout import ROOT, StartError
from local.outbox import Outbox
from tests.emulator.clients import client_of
from tests.emulator.conftest import until
from tests.emulator.rows import key

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("emulator")]

PERIOD = 0.5


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Emulator]:
    """An emulator of this test alone, with one table with a stream."""
    process = Emulator(tmp_path / "emulator", autosave=PERIOD)
    process.start()
    try:
        client_of(process.url, "dynamodb").create_table(
            TableName="rows",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("pk", "sk")],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )
        yield process
    finally:
        process.stop()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def stream_of(process: Emulator) -> list[str]:
    streams = client_of(process.url, "dynamodbstreams")
    arn = client_of(process.url, "dynamodb").describe_table(TableName="rows")["Table"]["LatestStreamArn"]
    [shard] = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    iterator = streams.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")
    records = streams.get_records(ShardIterator=iterator["ShardIterator"])["Records"]
    return [r["dynamodb"]["Keys"]["pk"]["S"] for r in records]


def fill(process: Emulator) -> bytes:
    """One thing of each kind; returns a ciphertext."""
    client_of(process.url, "dynamodb").put_item(TableName="rows", Item={**key("a"), "b": {"B": b"\x00\xff"}})
    kms = client_of(process.url, "kms")
    blob = kms.encrypt(KeyId=kms.create_key()["KeyMetadata"]["KeyId"], Plaintext=b"secret")["CiphertextBlob"]
    client_of(process.url, "s3").create_bucket(
        Bucket="files", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    client_of(process.url, "s3").put_object(Bucket="files", Key="k", Body=b"body")
    queue = client_of(process.url, "sqs").create_queue(QueueName="waiting")["QueueUrl"]
    client_of(process.url, "sqs").send_message(QueueUrl=queue, MessageBody="message")
    client_of(process.url, "sns").publish(PhoneNumber="+79990000000", Message="code")
    ses = client_of(process.url, "ses")
    ses.verify_email_identity(EmailAddress="a@example.org")
    ses.send_email(
        Source="a@example.org",
        Destination={"ToAddresses": ["b@example.org"]},
        Message={"Subject": {"Data": "subject"}, "Body": {"Text": {"Data": "text"}}},
    )
    return bytes(blob)


def assert_whole(process: Emulator, blob: bytes) -> None:
    row = client_of(process.url, "dynamodb").get_item(TableName="rows", Key=key("a"), ConsistentRead=True)["Item"]
    assert row["b"] == {"B": b"\x00\xff"}
    assert client_of(process.url, "kms").decrypt(CiphertextBlob=blob)["Plaintext"] == b"secret"
    assert client_of(process.url, "s3").get_object(Bucket="files", Key="k")["Body"].read() == b"body"
    sqs = client_of(process.url, "sqs")
    queue = sqs.get_queue_url(QueueName="waiting")["QueueUrl"]
    assert sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"] == {
        "ApproximateNumberOfMessages": "1"
    }
    assert stream_of(process) == ["a"]
    assert sorted((m.kind, m.to, m.text) for m in Outbox(process.url).messages()) == [
        ("email", "b@example.org", "text"),
        ("sms", "+79990000000", "code"),
    ]


def test_a_clean_stop_keeps_everything_at_once(own: Emulator) -> None:
    blob = fill(own)
    port = own.port
    own.stop()
    assert not own.running()
    own.start()
    assert own.port == port
    assert_whole(own, blob)


def test_a_kill_keeps_all_that_is_older_than_the_autosave_period(own: Emulator) -> None:
    blob = fill(own)
    time.sleep(PERIOD * 2 + 1)
    own.kill()
    own.start()
    assert_whole(own, blob)


def test_a_kill_under_load_comes_back_to_one_whole_moment(own: Emulator) -> None:
    """Two rows of one transaction are both there or both not, and what is there has no gap."""
    dynamodb, enough = client_of(own.url, "dynamodb"), threading.Event()
    written = 0

    def write() -> None:
        nonlocal written
        with contextlib.suppress(ClientError, BotoCoreError):  # the kill
            while not enough.is_set():
                rows = [{"Put": {"TableName": "rows", "Item": key(pk, f"{written:06d}")}} for pk in ("x", "y")]
                dynamodb.transact_write_items(TransactItems=rows)
                written += 1

    writer = threading.Thread(target=write)
    writer.start()
    time.sleep(PERIOD * 4)
    own.kill()
    enough.set()
    writer.join()
    own.start()
    found = {}
    for pk in ("x", "y"):
        pages = (
            client_of(own.url, "dynamodb")
            .get_paginator("query")
            .paginate(
                TableName="rows",
                KeyConditionExpression="pk = :p",
                ExpressionAttributeValues={":p": {"S": pk}},
            )
        )
        found[pk] = [i["sk"]["S"] for page in pages for i in page["Items"]]
    assert found["x"] == found["y"] == [f"{n:06d}" for n in range(len(found["x"]))]
    assert 0 < len(found["x"]) <= written + 1
    assert len(stream_of(own)) > 0


def test_a_half_written_checkpoint_is_not_taken(own: Emulator) -> None:
    blob = fill(own)
    own.stop()
    (own.folder / "gen-999").mkdir()
    (own.folder / "gen-999" / "dynamodb.json").write_text('{"__ministack_for')
    own.start()
    assert_whole(own, blob)


def test_the_emulator_saves_and_ends_when_its_runner_is_killed(tmp_path: Path) -> None:
    code = (
        "import sys, time, pathlib; from local.emulator import Emulator; "
        "e = Emulator(pathlib.Path(sys.argv[1]), autosave=3600); e.start(); "
        "print(e.process.pid, e.url, flush=True); time.sleep(600)"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    runner = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert runner.stdout
    pid, url = runner.stdout.readline().split()
    client_of(url, "sqs").create_queue(QueueName="kept")
    runner.kill()
    runner.wait()
    runner.stdout.close()
    until(lambda: not alive(int(pid)), 20)
    again = Emulator(tmp_path)
    again.start()
    try:
        assert client_of(again.url, "sqs").get_queue_url(QueueName="kept")["QueueUrl"]
    finally:
        again.stop()


def test_it_listens_on_loopback_only(own: Emulator) -> None:
    """As the kernel says: 0100007F is 127.0.0.1, state 0A is listening."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    ours = [fields[1] for fields in lines if fields[3] == "0A" and fields[1].endswith(f":{own.port:04X}")]
    assert ours == [f"0100007F:{own.port:04X}"]


def test_an_emulator_that_cannot_start_says_where_to_look(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="make run"):
        Emulator(tmp_path / "a", python=tmp_path / "missing").start()
    false = tmp_path / "python"
    false.write_text("#!/bin/sh\necho no such luck\nexit 3\n")
    false.chmod(0o755)
    with pytest.raises(StartError, match="no such luck"):
        Emulator(tmp_path / "b", python=false).start()


def test_a_stop_ends_also_what_does_not_listen(own: Emulator, capsys: pytest.CaptureFixture[str]) -> None:
    assert own.process
    process = own.process
    process.send_signal(signal.SIGSTOP)
    own._end(signal.SIGTERM, 0.2)
    assert process.returncode == -signal.SIGKILL
    assert "does not stop" in capsys.readouterr().err
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", own.port), timeout=1)
