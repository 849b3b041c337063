"""The whole application in front of moto: one stack a file of tests, deployed from the real template.

Not one a run: other tests on the same worker use moto too, and a fake AWS that stays active would be theirs as well.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from tests.functional.front import Front


@cache
def _copy_tables_cheaply() -> None:
    """moto copies each table deeply for every transaction, its stream records included: time and memory grow with the
    square of what is written. Records of a stream never change, and of the rows an update alone changes one in place;
    with that one copied before, new collections of the same rows are as good a snapshot.
    """
    from moto.dynamodb.models import DynamoDBBackend
    from moto.dynamodb.models.table import StreamShard, Table

    def of_shard(shard: StreamShard, memo: dict) -> StreamShard:
        made = copy.copy(shard)
        memo[id(shard)] = made
        made.items = list(shard.items)
        made.table = memo.get(id(shard.table), shard.table)
        return made

    def of_table(table: Table, memo: dict) -> Table:
        made = copy.copy(table)
        memo[id(table)] = made
        made.items = copy.copy(table.items)
        if table.has_range_key:
            made.items.update({key: dict(rows) for key, rows in table.items.items()})
        made.stream_shard = copy.deepcopy(table.stream_shard, memo)
        return made

    update_item = DynamoDBBackend.update_item

    def update_copy(backend: DynamoDBBackend, table_name: str, key: dict, *given: Any, **named: Any) -> Any:
        table = backend.get_table(table_name)
        hash_key, range_key = backend.get_keys_value(table, key)
        row = table.get_item(hash_key, range_key)
        if row is not None and range_key is not None:
            table.items[hash_key][range_key] = copy.deepcopy(row)
        elif row is not None:
            table.items[hash_key] = copy.deepcopy(row)
        return update_item(backend, table_name, key, *given, **named)

    StreamShard.__deepcopy__, Table.__deepcopy__ = of_shard, of_table
    DynamoDBBackend.update_item = update_copy


@cache
def _answer_values_cheaply() -> None:
    """moto looks for each of the ten members of each value of a row under six spellings: a third of the time of these
    tests. A value has the one member that it has.
    """
    from moto.core.serialize import ResponseSerializer

    structure = ResponseSerializer._serialize_type_structure

    def member(serializer: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
        if shape.name != "AttributeValue" or not key or type(value) is not dict or value.keys() - shape.members.keys():
            structure(serializer, serialized, value, shape, key)
            return
        found = serializer.MAP_TYPE()
        for name, inner in value.items():
            serializer._serialize(found, inner, shape.members[name], name)
        serializer._default_serialize(serialized, found, shape, key)

    ResponseSerializer._serialize_type_structure = member


@pytest.fixture(scope="module")
def front() -> Iterator[Front]:
    """The front door of an application that stands on a fake AWS."""
    import boto3
    from moto import mock_aws

    _copy_tables_cheaply()
    _answer_values_cheaply()
    with mock_aws():
        from infra import emulated
        from infra.outputs import settings_environment

        os.environ.update(settings_environment(emulated.deploy(boto3.client)))
        from chalicelib import bootstrap

        bootstrap.aws.cache_clear()
        bootstrap.services.cache_clear()
        yield Front()
        bootstrap.aws.cache_clear()
        bootstrap.services.cache_clear()


@pytest.fixture(scope="module")
def patience(front: Front) -> None:
    """For tests that are refused more often than a person could be: the watch (ID-11) stops no session of theirs."""
    from dataclasses import replace

    from chalicelib.bootstrap import services

    watch = services().watch
    watch.rules = {name: replace(rule, limit=10**9) for name, rule in watch.rules.items()}
