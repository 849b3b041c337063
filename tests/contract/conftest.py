"""The stores that the contract is held against: in memory, and DynamoDB as moto plays it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chalicelib.ports.tables import Store, Tables
from tests.fakes import MemoryTables


@pytest.fixture(params=["memory", "moto"])
def tables(request: pytest.FixtureRequest) -> Iterator[Tables]:
    if request.param == "memory":
        yield MemoryTables()
        return
    import boto3
    from moto import mock_aws

    from chalicelib.storage.tables import DynamoTables

    with mock_aws():
        client = boto3.client("dynamodb")
        for store in Store:
            indexes = {}
            attributes = ["pk", "sk"]
            if store is Store.CARD:
                attributes.append("kd")
                keys = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "kd", "KeyType": "RANGE"}]
                indexes = {
                    "LocalSecondaryIndexes": [
                        {"IndexName": "by_date", "KeySchema": keys, "Projection": {"ProjectionType": "ALL"}}
                    ]
                }
            client.create_table(
                TableName=f"t-{store.value}",
                BillingMode="PAY_PER_REQUEST",
                AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in attributes],
                KeySchema=[
                    {"AttributeName": "pk", "KeyType": "HASH"},
                    {"AttributeName": "sk", "KeyType": "RANGE"},
                ],
                **indexes,
            )
        yield DynamoTables(lambda: client, {store: f"t-{store.value}" for store in Store})
