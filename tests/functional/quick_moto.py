"""moto without what it does over and over, which was most of the time of these tests. test_quick_moto.py shows that it
answers the same.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest

_present = threading.local()
"""``copies``: the tables that this thread's present transaction has copied, by name."""


@contextmanager
def quickened() -> Iterator[None]:
    """Each part says what is dear, and why the answer stays as it was."""
    with pytest.MonkeyPatch.context() as patch:
        _copy_tables_once(patch)
        _copy_rows_before_updates(patch)
        _look_in_one_partition(patch)
        _weigh_rows_once(patch)
        _parse_updates_once(patch)
        _answer_values_cheaply(patch)
        _make_asked_keys_alone(patch)
        _read_templates_quickly(patch)
        _send_plainly(patch)
        yield


def _copy_tables_once(patch: pytest.MonkeyPatch) -> None:
    """moto copies each table deeply for every row of every transaction, its stream included: time and memory grow with
    the square of what is written. One copy a transaction is enough, and as rows (see below) and records of a stream
    never change, new collections of the same ones are as good.
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
        copies = getattr(_present, "copies", {})
        if table.name in copies:
            return copies[table.name]
        made = copies[table.name] = copy.copy(table)
        memo[id(table)] = made
        made.items = copy.copy(table.items)
        if table.has_range_key:
            made.items.update({key: dict(rows) for key, rows in table.items.items()})
        made.stream_shard = copy.deepcopy(table.stream_shard, memo)
        return made

    transact = DynamoDBBackend.transact_write_items

    def transact_once(backend: DynamoDBBackend, transact_items: list) -> None:
        _present.copies = {}
        try:
            transact(backend, transact_items)
        finally:
            del _present.copies

    patch.setattr(StreamShard, "__deepcopy__", of_shard, raising=False)
    patch.setattr(Table, "__deepcopy__", of_table, raising=False)
    patch.setattr(DynamoDBBackend, "transact_write_items", transact_once)


def _copy_rows_before_updates(patch: pytest.MonkeyPatch) -> None:
    """An update alone changes a row in place, so it gets a copy of its own."""
    from moto.dynamodb.models import DynamoDBBackend

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

    patch.setattr(DynamoDBBackend, "update_item", update_copy)


def _look_in_one_partition(patch: pytest.MonkeyPatch) -> None:
    """moto sorts the whole table for each query. What is asked for lies in one partition, also by a local index."""
    from moto.dynamodb.models.table import Table

    query = Table.query

    def near(table: Table, hash_key: Any, *given: Any, **named: Any) -> Any:
        if not table.has_range_key or table.global_indexes:
            return query(table, hash_key, *given, **named)
        part = copy.copy(table)
        part.items = {hash_key: table.items[hash_key]} if hash_key in table.items else {}
        return query(part, hash_key, *given, **named)

    patch.setattr(Table, "query", near)


def _weigh_rows_once(patch: pytest.MonkeyPatch) -> None:
    """moto weighs what there is of a new row for each attribute that it adds; the last time is the one that counts."""
    from moto.dynamodb.exceptions import ItemSizeTooLarge
    from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict

    limit = 405_000  # moto's

    def begin(item: Item, hash_key: DynamoType, range_key: DynamoType | None, attrs: dict[str, Any]) -> None:
        item.hash_key, item.range_key = hash_key, range_key
        item.attrs = LimitedSizeDict()
        for name, value in attrs.items():
            dict.__setitem__(item.attrs, name, DynamoType(value))
        if item.size() > limit:
            raise ItemSizeTooLarge

    patch.setattr(Item, "__init__", begin)


def _parse_updates_once(patch: pytest.MonkeyPatch) -> None:
    """moto parses the text of an update three times. What it makes of it is only read: the validator takes a copy."""
    from moto.dynamodb.parsing.expressions import UpdateExpressionParser

    patch.setattr(UpdateExpressionParser, "make", cache(UpdateExpressionParser.make))


def _answer_values_cheaply(patch: pytest.MonkeyPatch) -> None:
    """moto looks for each of the ten members of each value of a row under six spellings. A value has one member."""
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

    patch.setattr(ResponseSerializer, "_serialize_type_structure", member)


def _make_asked_keys_alone(patch: pytest.MonkeyPatch) -> None:
    """moto makes an RSA key for each key of KMS; one that is symmetric has no use for it."""
    from moto.kms import models
    from moto.kms.utils import KeySpec

    make = models.generate_private_key
    pairs = {*KeySpec.rsa_key_specs(), *KeySpec.ecc_key_specs()}
    patch.setattr(models, "generate_private_key", lambda spec: make(spec) if spec in pairs else None)


def _read_templates_quickly(patch: pytest.MonkeyPatch) -> None:
    """moto parses each template several times in Python; libyaml makes the same of it."""
    import yaml
    from moto.cloudformation.utils import yaml_tag_constructor

    class Loader(yaml.CLoader):
        pass

    Loader.add_multi_constructor("", yaml_tag_constructor)
    patch.setattr(yaml, "Loader", Loader)


def _send_plainly(patch: pytest.MonkeyPatch) -> None:
    """Nobody asks for the name of the caller's program, and moto's methods are the same at each request."""
    from botocore.useragent import UserAgentString
    from moto.core import responses

    patch.setattr(UserAgentString, "to_string", lambda _: "tests")
    patch.setattr(responses, "method_names_from_class", cache(responses.method_names_from_class))
