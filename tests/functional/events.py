"""Delivers the tables' streams and the notice queue to the handlers, in the shape that Lambda gives them."""

from __future__ import annotations

import base64
from typing import Any

from chalicelib.bootstrap import aws, services
from chalicelib.handlers.events import eraser, on_audit_entry, on_card_change
from chalicelib.handlers.notice_events import on_mail_feedback, on_notice, send_email, send_sms
from chalicelib.handlers.recognition_events import recognise

_position: dict[str, str] = {}
"""The last record read of each stream. Each batch is read through an iterator of its own: moto answers a failed
transaction by putting copies of the tables back, and an iterator made before goes on reading the old one.
"""
_waiting: dict[str, str] = {}
"""Where the stream goes on when what was read last is done."""


def deliver(rounds: int = 10) -> None:
    for _ in range(rounds):
        if not (_stream() + _queue()):
            return


def deliver_audit(batch: int = 1000) -> int:
    """Bring what waits in the outbox into the log, as the stream would; returns how many records that were.

    A batch counts as delivered when the function returns, as on Lambda: what it raises comes out here, and the next
    call brings the same records again. Entries of the sequencer itself are not in the outbox, so this ends.
    """
    delivered = 0
    while records := _records(services().settings.audit_outbox_table, batch, keep=True):
        on_audit_entry({"Records": records}, None)
        _position.update(_waiting)
        delivered += len(records)
    return delivered


def _stream() -> int:
    records = _records(services().settings.card_table)
    if records:
        answer = on_card_change({"Records": records}, None)
        assert answer == {"batchItemFailures": []}
    return len(records)


def _records(table: str, limit: int = 1000, *, keep: bool = False) -> list[dict[str, Any]]:
    """The next records of a table's stream; with ``keep`` the same ones again, until ``_position`` is moved on."""
    streams = aws("dynamodbstreams")
    arn = aws("dynamodb").describe_table(TableName=table)["Table"]["LatestStreamArn"]
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    start = {"ShardIteratorType": "TRIM_HORIZON"}
    if arn in _position:
        start = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": _position[arn]}
    iterator = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, **start)["ShardIterator"]
    records = streams.get_records(ShardIterator=iterator, Limit=limit)["Records"]
    if records:
        (_waiting if keep else _position)[arn] = records[-1]["dynamodb"]["SequenceNumber"]
    return [_as_lambda(record) for record in records]


def _as_lambda(record: dict[str, Any]) -> dict[str, Any]:
    def plain(value: Any) -> Any:
        if isinstance(value, bytes):
            return base64.b64encode(value).decode()
        if isinstance(value, dict):
            return {name: plain(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [plain(inner) for inner in value]
        return value

    change = {name: plain(value) for name, value in record["dynamodb"].items() if name != "ApproximateCreationDateTime"}
    return {**{k: v for k, v in record.items() if k != "dynamodb"}, "dynamodb": change, "eventSourceARN": "arn:local"}


def deliver_erasures() -> int:
    """Give the eraser what its queue holds, one message a call; returns how many it took. What fails stays."""
    import os

    sqs, url, taken = aws("sqs"), os.environ["MEDKARTA_ERASURE_QUEUE"], 0
    for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
        record = {"messageId": message["MessageId"], "body": message["Body"], "eventSource": "aws:sqs"}
        if eraser({"Records": [record]}, None) == {"batchItemFailures": []}:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            taken += 1
    return taken


QUEUES = (
    ("MEDKARTA_NOTIFY_QUEUE", on_notice),
    ("MEDKARTA_SMS_QUEUE", send_sms),
    ("MEDKARTA_EMAIL_QUEUE", send_email),
    ("MEDKARTA_FEEDBACK_QUEUE", on_mail_feedback),
    ("MEDKARTA_RECOGNITION_QUEUE", recognise),
)
"""Those that notices go through, in their order, then that of scans, and the functions behind them."""


def _queue() -> int:
    return sum(deliver_queue(name, function) for name, function in QUEUES)


def deliver_queue(name: str, function: Any) -> int:
    """Give a function what its queue holds; nothing may fail. Returns how many messages that were."""
    import os

    sqs, url = aws("sqs"), os.environ[name]
    messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    if not messages:
        return 0
    records = [
        {
            "messageId": m["MessageId"],
            "receiptHandle": m["ReceiptHandle"],
            "body": m["Body"],
            "attributes": {"ApproximateReceiveCount": "1"},
            "eventSource": "aws:sqs",
        }
        for m in messages
    ]
    answer = function({"Records": records}, None)
    assert answer == {"batchItemFailures": []}
    for message in messages:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return len(messages)
