"""The event pump on the emulator: streams, queues and dead letters end to end."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from chalice import Chalice

from local.progress import Progress
from local.pump import Pump
from tests.emulator.conftest import until
from tests.emulator.rows import fresh, key

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("emulator")]


class Recorder:
    """An app that writes down what comes; what ``broken`` names fails."""

    def __init__(self, only: str) -> None:
        self.app = Chalice("recorder")
        self.only = only
        self.rows: list[str] = []
        self.binary: list[Any] = []
        self.notices: list[str] = []
        self.broken: set[str] = set()
        self.lock = threading.Lock()

        @self.app.on_dynamodb_record(stream_arn="set-in-infra", name="on_card_change")
        def on_card_change(event: Any) -> Any:
            failed = [r["dynamodb"] for r in event.to_dict()["Records"] if not self.take(r["dynamodb"])]
            return {"batchItemFailures": [{"itemIdentifier": c["SequenceNumber"]} for c in failed]}

        @self.app.on_sqs_message(queue_arn="arn:aws:sqs:eu-central-1:000000000000:notify", name="on_notice")
        def on_notice(event: Any) -> Any:
            return {"batchItemFailures": [{"itemIdentifier": i} for i in self.notice(event.to_dict()["Records"])]}

    def take(self, change: dict[str, Any]) -> bool:
        if change["Keys"]["pk"]["S"] != self.only:
            return True
        sk = change["Keys"]["sk"]["S"]
        with self.lock:
            if sk in self.broken:
                return False
            self.rows.append(sk)
            self.binary.append(change["NewImage"].get("b"))
        return True

    def notice(self, records: list[dict[str, Any]]) -> list[str]:
        failed = []
        for record in records:
            mark = json.loads(record["body"]).get("mark", "")
            with self.lock:
                if mark in self.broken:
                    self.broken.discard(mark)
                    failed.append(record["messageId"])
                else:
                    self.notices.append(mark)
        return failed


@pytest.fixture
def pumping(emulator, tmp_path):
    """Starts pumps over one progress file; stops those that still run."""
    running = []

    def start(recorder: Recorder) -> Pump:
        pump = Pump(recorder.app, emulator.client, emulator.outputs, Progress(tmp_path / "pump.json"))
        pump.start()
        running.append(pump)
        return pump

    yield start
    for pump in running:
        pump.stop()


def put(emulator, pk: str, *names: str) -> None:
    for name in names:
        item = {**key(pk, name), "b": {"B": b"\x00\xff"}}
        emulator.client("dynamodb").put_item(TableName=emulator.outputs["CardTable"], Item=item)


@pytest.mark.requirement("AUD-2")
def test_what_is_written_while_the_pump_is_off_is_handled_and_nothing_twice(emulator, pumping):
    pk = fresh("pump")
    put(emulator, pk, "1", "2")  # before the first start
    first = Recorder(pk)
    pump = pumping(first)
    until(lambda: first.rows == ["1", "2"])
    pump.stop()
    put(emulator, pk, "3")
    second = Recorder(pk)
    pumping(second)
    until(lambda: second.rows == ["3"])
    put(emulator, pk, "4")
    until(lambda: second.rows == ["3", "4"])
    assert first.rows == ["1", "2"]
    assert second.binary[0] == {"B": "AP8="}  # base64 text, as in a Lambda event


def test_a_bad_record_goes_to_the_dead_letters_and_the_rest_go_on(emulator, pumping):
    pk = fresh("poison")
    recorder = Recorder(pk)
    recorder.broken.add("2")
    pumping(recorder)
    put(emulator, pk, "1", "2", "3")
    until(lambda: set(recorder.rows) == {"1", "3"})
    sqs, queue = emulator.client("sqs"), emulator.outputs["StreamDeadLetters"]
    answer = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=10)
    [message] = answer["Messages"]
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    parked = json.loads(message["Body"])
    assert parked["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert parked["DDBStreamBatchInfo"]["batchSize"] == 1
    assert pk not in message["Body"]


def test_a_notice_that_failed_comes_again(emulator, pumping):
    good, bad = fresh("good"), fresh("bad")
    recorder = Recorder("nothing")
    recorder.broken.add(bad)
    pumping(recorder)
    for mark in (good, bad):
        emulator.client("sns").publish(TopicArn=emulator.outputs["NoticesTopic"], Message=json.dumps({"mark": mark}))
    until(lambda: {good, bad} <= set(recorder.notices))
    assert recorder.notices.count(good) == 1
