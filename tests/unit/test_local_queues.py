"""The queue poller: what is done is deleted, what failed stays, and nothing is deleted by mistake."""

from __future__ import annotations

import threading

import pytest

from local.queues import LONGEST_BACKOFF, QueuePoller

ARN = "arn:aws:sqs:eu-central-1:000000000000:notify"


class FakeQueue:
    def __init__(self, *bodies: str, received: int = 1) -> None:
        self.messages = {f"id-{b}": b for b in bodies}
        self.received = received
        self.hidden: dict[str, int] = {}

    def receive_message(self, QueueUrl, MaxNumberOfMessages, **_):  # noqa: N803 - boto3's names
        found = [
            {
                "MessageId": i,
                "ReceiptHandle": f"handle-{i}",
                "Body": b,
                "MD5OfBody": "md5",
                "Attributes": {"ApproximateReceiveCount": str(self.received)},
                "MessageAttributes": {"kind": {"DataType": "String", "StringValue": "sms"}},
            }
            for i, b in list(self.messages.items())[:MaxNumberOfMessages]
        ]
        return {"Messages": found} if found else {}

    def delete_message(self, QueueUrl, ReceiptHandle):  # noqa: N803
        del self.messages[ReceiptHandle.removeprefix("handle-")]

    def change_message_visibility(self, QueueUrl, ReceiptHandle, VisibilityTimeout):  # noqa: N803
        self.hidden[ReceiptHandle.removeprefix("handle-")] = VisibilityTimeout


def poller(queue: FakeQueue, invoke, batch: int = 10) -> QueuePoller:
    return QueuePoller(queue, "http://queue", ARN, "on_notice", invoke, threading.Event(), batch)


def test_an_empty_queue_calls_nobody():
    calls = []
    assert poller(FakeQueue(), lambda *a: calls.append(a)).round() == 0
    assert calls == []


def test_what_is_handled_is_deleted():
    queue = FakeQueue("a", "b")
    assert poller(queue, lambda *_: None).round() == 2
    assert queue.messages == {}


def test_the_event_is_that_of_lambda():
    events = []
    poller(FakeQueue("a"), lambda name, event: events.append((name, event))).round()
    name, event = events[0]
    [record] = event["Records"]
    assert name == "on_notice"
    assert (record["messageId"], record["body"], record["eventSource"]) == ("id-a", "a", "aws:sqs")
    assert (record["eventSourceARN"], record["awsRegion"]) == (ARN, "eu-central-1")
    assert record["messageAttributes"] == {"kind": {"dataType": "String", "stringValue": "sms"}}


def test_only_what_failed_stays():
    queue = FakeQueue("a", "b", "c")
    assert poller(queue, lambda *_: {"batchItemFailures": [{"itemIdentifier": "id-b"}]}).round() == 2
    assert queue.messages == {"id-b": "b"}
    assert queue.hidden == {"id-b": 1}


def throwing(*_):
    raise RuntimeError("down")


@pytest.mark.parametrize(
    "invoke", [throwing, lambda *_: {"batchItemFailures": [{"itemIdentifier": "foreign"}]}, lambda *_: ["nonsense"]]
)
def test_a_failure_of_the_whole_batch_deletes_nothing(invoke):
    queue = FakeQueue("a", "b")
    assert poller(queue, invoke).round() == 0
    assert len(queue.messages) == 2


@pytest.mark.parametrize(("received", "seconds"), [(1, 1), (3, 4), (20, LONGEST_BACKOFF)])
def test_the_next_try_comes_later_each_time(received, seconds):
    queue = FakeQueue("a", received=received)
    poller(queue, throwing).round()
    assert queue.hidden == {"id-a": seconds}


def test_batches_are_at_most_ten():
    sizes = []
    queue = FakeQueue(*(f"{n:02d}" for n in range(12)))
    poller(queue, lambda _, event: sizes.append(len(event["Records"])), batch=100).round()
    assert sizes == [10]
