"""The stores that the contract is held against: in memory, and DynamoDB as moto plays it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from chalicelib.ports.tables import Store, Tables
from infra import template
from tests.fakes import MemoryTables


def make_tables(client: Any) -> dict[Store, str]:
    """The tables of infra/stores.yaml with their keys and indexes; names by store."""
    names = {}
    for properties in _declared():
        store = next(Store(tag["Value"].replace("-", "_")) for tag in properties["Tags"] if tag["Key"] == "store")
        names[store] = f"t-{store.value}"
        wanted = ("AttributeDefinitions", "KeySchema", "BillingMode", "LocalSecondaryIndexes")
        client.create_table(TableName=names[store], **{name: properties[name] for name in wanted if name in properties})
    return names


@cache
def _declared() -> list[dict[str, Any]]:
    resources = template.load(template.STORES)["Resources"].values()
    return [resource["Properties"] for resource in resources if resource["Type"] == "AWS::DynamoDB::Table"]


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
        yield DynamoTables(lambda: client, make_tables(client))
