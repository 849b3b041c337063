"""The quick moto and the short way to it answer as moto itself does, in the records of a stream too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

from botocore.exceptions import ClientError

from tests.functional import quick_moto, short_way

NAME = "rows"
NEW = {"ConditionExpression": "attribute_not_exists(pk)", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
VALUES: dict[str, Any] = {
    "kind": {"B": b"\x00\xff"},
    "n": {"N": "3"},
    "deep": {"M": {"list": {"L": [{"NULL": True}, {"BOOL": False}, {"BS": [b"1"]}]}}},
    "words": {"SS": ["a", "b"]},
}
ADD = {
    "UpdateExpression": "SET #x = :x ADD #n :n REMOVE #w",
    "ExpressionAttributeNames": {"#x": "x", "#n": "n", "#w": "words"},
    "ExpressionAttributeValues": {":x": {"S": "y"}, ":n": {"N": "1"}},
}
STREAM = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}


def place(pk: str, sk: str = "1") -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def calls() -> Iterator[tuple[str, dict[str, Any]]]:
    for n in range(30):
        row = {**place(f"p{n % 4}", f"{n}"), "kd": {"S": f"d{90 - n}"}, **VALUES}
        yield "put_item", {"Item": row, **NEW}
    for forward in (True, False):
        names, values = {"#a": "pk", "#b": "sk"}, {":a": {"S": "p1"}, ":b": {"S": "1"}}
        page = {"ScanIndexForward": forward, "ExpressionAttributeNames": names, "ExpressionAttributeValues": values}
        yield "query", {"KeyConditionExpression": "#a = :a AND begins_with(#b, :b)", **page, "Limit": 2}
        yield "query", {"KeyConditionExpression": "#a = :a AND begins_with(#b, :b)", **page}
        page |= {"ExpressionAttributeNames": {"#a": "pk"}, "ExpressionAttributeValues": {":a": {"S": "p1"}}}
        yield "query", {"IndexName": "by_date", "KeyConditionExpression": "#a = :a", **page, "Limit": 3}
    yield "get_item", {"Key": place("p1"), "ConsistentRead": True}
    yield "get_item", {"Key": place("p1", "none")}
    yield "put_item", {"Item": place("p1"), **NEW}
    yield "put_item", {"Item": {**place("big"), "x": {"S": "x" * 410_000}}}
    yield "put_item", {"Item": place("p1", "")}
    yield "update_item", {"Key": place("p1"), **ADD, "ReturnValues": "UPDATED_NEW"}
    yield "update_item", {"Key": place("fresh"), **ADD, "ReturnValues": "ALL_NEW"}
    yield "update_item", {"Key": place("p2", "2"), **ADD, **NEW}
    yield "delete_item", {"Key": place("p3", "3"), "ReturnValues": "ALL_OLD"}
    for present in ("attribute_exists(pk)", "attribute_not_exists(pk)"):  # the second is rolled back
        writes: list[tuple[str, dict[str, Any]]] = [
            ("Put", {"Item": place("t", present)}),
            ("Update", {"Key": place("p1"), **ADD}),
            ("Delete", {"Key": place("p2", "6")}),
            ("ConditionCheck", {"Key": place("p0", "0"), "ConditionExpression": present}),
        ]
        yield "transact_write_items", {"TransactItems": [{kind: {"TableName": NAME, **w}} for kind, w in writes]}
    yield "batch_write_item", {"RequestItems": {NAME: [{"PutRequest": {"Item": place("b", f"{n}")}} for n in range(5)]}}
    yield "batch_get_item", {"RequestItems": {NAME: {"Keys": [place("p1"), place("b", "2"), place("b", "none")]}}}
    yield "scan", {}


def answers(*, quickly: bool) -> list[Any]:
    import boto3
    from moto import mock_aws

    with ExitStack() as stack:
        taken = Counter(short_way.ROWS)
        if quickly:
            stack.enter_context(quick_moto.quickened())
            taken = stack.enter_context(short_way.opened())
        stack.enter_context(mock_aws())
        client = boto3.client("dynamodb")
        _make_table(client)
        told = [_answer(client, operation, request) for operation, request in calls()]
        assert taken.keys() == short_way.ROWS.keys()
        return [*told, *_records(client, boto3.client("dynamodbstreams"))]


def _make_table(client: Any) -> None:
    sides = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
    by_date = [sides[0], {"AttributeName": "kd", "KeyType": "RANGE"}]
    client.create_table(
        TableName=NAME,
        KeySchema=sides,
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "kd")],
        LocalSecondaryIndexes=[
            {"IndexName": "by_date", "KeySchema": by_date, "Projection": {"ProjectionType": "ALL"}},
        ],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification=STREAM,
    )


def _answer(client: Any, operation: str, request: dict[str, Any]) -> Any:
    table = {} if operation.startswith(("batch", "transact")) else {"TableName": NAME}
    try:
        answer = dict(getattr(client, operation)(**table, **request))
    except ClientError as error:
        answer = dict(error.response)
    answer.pop("ResponseMetadata")
    return operation, answer


def _records(client: Any, streams: Any) -> list[Any]:
    arn = client.describe_table(TableName=NAME)["Table"]["LatestStreamArn"]
    [shard] = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    start = {"ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
    iterator = streams.get_shard_iterator(StreamArn=arn, **start)["ShardIterator"]
    records = streams.get_records(ShardIterator=iterator)["Records"]
    return [
        (record["eventName"], {name: record["dynamodb"].get(name) for name in ("Keys", "OldImage", "NewImage")})
        for record in records
    ]


def test_the_quick_moto_answers_as_moto_does() -> None:
    slow, quick = answers(quickly=False), answers(quickly=True)
    for one, other in zip(slow, quick, strict=True):
        assert one == other
