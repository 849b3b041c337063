"""Delivers the card table's stream and the notice queue to the handlers, in the shape that Lambda gives them."""

from __future__ import annotations

import base64
from typing import Any

from chalicelib.bootstrap import aws, services
from chalicelib.handlers.events import on_card_change, on_notice

_position: dict[str, str] = {}


def deliver(rounds: int = 10) -> None:
    for _ in range(rounds):
        if not (_stream() + _queue()):
            return


def _stream() -> int:
    streams = aws("dynamodbstreams")
    arn = aws("dynamodb").describe_table(TableName=services().settings.card_table)["Table"]["LatestStreamArn"]
    if arn not in _position:
        shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
        _position[arn] = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")[
            "ShardIterator"
        ]
    found = streams.get_records(ShardIterator=_position[arn], Limit=1000)
    _position[arn] = found["NextShardIterator"]
    records = [_as_lambda(record) for record in found["Records"]]
    if records:
        answer = on_card_change({"Records": records}, None)
        assert answer == {"batchItemFailures": []}
    return len(records)


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


def _queue() -> int:
    import os

    sqs, url = aws("sqs"), os.environ["MEDKARTA_NOTIFY_QUEUE"]
    messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    if not messages:
        return 0
    records = [{"messageId": m["MessageId"], "body": m["Body"], "eventSource": "aws:sqs"} for m in messages]
    answer = on_notice({"Records": records}, None)
    assert answer == {"batchItemFailures": []}
    for message in messages:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return len(messages)
