"""Timers brought forward in the emulated table, for a story that cannot wait for its reminder."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import boto3

from chalicelib.domain.moments import stamp
from chalicelib.ports import keys


def bring_forward(emulator: str, person: str, topic: str) -> int:
    """Every timer of a topic that a person has is due now; how many there are."""
    dynamodb: Any = boto3.client(
        "dynamodb",
        endpoint_url=emulator,
        region_name="eu-central-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 - the emulator's
    )
    (table,) = [name for name in dynamodb.list_tables()["TableNames"] if "card" in name.lower()]
    found = dynamodb.query(
        TableName=table,
        KeyConditionExpression="pk = :pk AND begins_with(sk, :sk)",
        ExpressionAttributeValues={":pk": {"S": keys.patient(person)}, ":sk": {"S": f"{keys.TIMERS}{topic}#"}},
    )["Items"]
    due = stamp(datetime.now(UTC))
    for row in found:
        place = keys.timer_due(due, person, topic, row["subject"]["S"])
        standing = {"patient": person, "topic": topic, "subject": row["subject"]["S"], "due": due}
        there = {name: {"S": value} for name, value in {"pk": place.pk, "sk": place.sk, **standing}.items()}
        dynamodb.put_item(TableName=table, Item={**row, "due": {"S": due}})
        dynamodb.put_item(TableName=table, Item=there)
    return len(found)
