"""A small Chalice app for the tests of the local system: one route and one function of each kind, over the stores."""

from __future__ import annotations

import os
from functools import cache
from typing import Any

import boto3
from chalice import Chalice

app = Chalice("stub")


@cache
def aws(service: str) -> Any:
    return boto3.client(service)


def row(name: str) -> dict[str, Any]:
    return {"pk": {"S": "STUB"}, "sk": {"S": name}}


@app.route("/api/rows/{name}", methods=["PUT", "GET"])
def rows(name: str) -> dict[str, Any]:
    table = os.environ["MEDKARTA_CARD_TABLE"]
    if app.current_request.method == "PUT":
        aws("dynamodb").put_item(TableName=table, Item={**row(name), "ask": {"BOOL": True}})
    found = aws("dynamodb").get_item(TableName=table, Key=row(name), ConsistentRead=True)
    return {"found": "Item" in found}


@app.on_dynamodb_record(stream_arn="set-in-infra", name="on_card_change")
def on_card_change(event: Any) -> None:
    """A new row becomes a row beside it and an SMS."""
    for record in event:
        if record.event_name == "INSERT" and "ask" in record.new_image:
            name = record.keys["sk"]["S"]
            aws("sns").publish(PhoneNumber="+79990000000", Message=f"row {name}")
            aws("dynamodb").put_item(TableName=os.environ["MEDKARTA_CARD_TABLE"], Item=row(f"{name}-done"))


@app.on_sqs_message(queue_arn="arn:aws:sqs:eu-central-1:000000000000:notify", name="on_notice")
def on_notice(event: Any) -> None:
    """Nothing to do."""


@app.schedule("rate(1 hour)", name="sweep")
def sweep(event: Any) -> dict[str, str]:
    return {"swept": event.detail_type}


@app.lambda_function(name="appoint_administrator")
def appoint_administrator(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    return {"got": event}
