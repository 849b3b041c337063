"""Writes and queries of ``ports/tables.py`` as requests of the low-level DynamoDB API.

Every name goes through a placeholder: half of our attribute names are reserved words there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.errors import MedkartaError
from chalicelib.ports.keys import BY_DATE
from chalicelib.ports.tables import Check, Delete, Expect, Expected, Item, Key, Put, Update, Write
from chalicelib.storage.values import Value, encode, encode_value

Request = dict[str, Any]

MAX_WRITES = 100  # limit of TransactWriteItems
INDEX_KEYS: Mapping[str, str] = {BY_DATE: "kd"}
MARK = "_w"
"""Which commit wrote a row last: tells one's own repeated write from another's. Only single writes leave it; never
handed out."""


class Expression:
    """Collects the placeholders of one request."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._values: dict[str, Value] = {}

    def name(self, attribute: str) -> str:
        return self._names.setdefault(attribute, f"#n{len(self._names)}")

    def value(self, value: Any) -> str:
        placeholder = f":v{len(self._values)}"
        self._values[placeholder] = encode_value(value)
        return placeholder

    def condition(self, expect: Expected) -> str:
        """Condition expression for one row; empty when there is none."""
        match expect:
            case None:
                return ""
            case Expect.ABSENT:
                return f"attribute_not_exists({self.name('pk')})"
            case Expect.PRESENT:
                return f"attribute_exists({self.name('pk')})"
            case _:
                terms = [f"{self.name(name)} = {self.value(value)}" for name, value in expect.items()]
                return " AND ".join(terms) or self.condition(Expect.PRESENT)

    def into(self, request: Request) -> Request:
        """The request with the placeholders that were used; DynamoDB refuses empty maps."""
        if self._names:
            request["ExpressionAttributeNames"] = {short: name for name, short in self._names.items()}
        if self._values:
            request["ExpressionAttributeValues"] = self._values
        return request


def check_writes(writes: Sequence[Write]) -> None:
    """Refuse what no store takes. Raises MedkartaError: a fault of the program, not of a request."""
    if len(writes) > MAX_WRITES:
        raise MedkartaError("at most 100 writes in one transaction")
    if len({write.key for write in writes}) != len(writes):
        raise MedkartaError("two writes of one row in one transaction")
    for write in writes:
        if not (write.key.pk and write.key.sk):
            raise MedkartaError("an empty key")
        if isinstance(write, Update) and not (write.set or write.add or write.remove):
            raise MedkartaError("an update of nothing")


def key_of(key: Key) -> dict[str, Value]:
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}


def write_request(write: Write, table: str, mark: str = "") -> tuple[str, Request]:
    """(member of TransactWriteItems, its request). ``mark`` is left on the row by a conditional Put and an Update."""
    expression = Expression()
    condition = expression.condition(write.expect)
    marks: Item = {MARK: mark} if mark else {}
    operation, request = "ConditionCheck", Request(TableName=table)
    match write:
        case Put():
            item = {**write.item, **(marks if condition else {}), "pk": write.key.pk, "sk": write.key.sk}
            operation, request["Item"] = "Put", encode(item)
        case Update():
            operation, request["Key"] = "Update", key_of(write.key)
            request["UpdateExpression"] = _changes(write, {**write.set, **marks}, expression)
            if mark and write.add:  # an addition is not repeatable: the row must not have this one yet
                unmarked = f"(NOT {expression.name(MARK)} = {expression.value(mark)})"
                condition = f"{condition} AND {unmarked}" if condition else unmarked
        case Delete():
            operation, request["Key"] = "Delete", key_of(write.key)
        case Check():
            request["Key"] = key_of(write.key)
    if condition:
        request["ConditionExpression"] = condition
    elif isinstance(write, Check):
        raise MedkartaError("a check of nothing")
    return operation, expression.into(request)


def _changes(write: Update, assigned: Item, expression: Expression) -> str:
    clauses = []
    if assigned:
        pairs = [f"{expression.name(name)} = {expression.value(value)}" for name, value in assigned.items()]
        clauses.append("SET " + ", ".join(pairs))
    if write.add:
        pairs = [f"{expression.name(name)} {expression.value(amount)}" for name, amount in write.add.items()]
        clauses.append("ADD " + ", ".join(pairs))
    if write.remove:
        clauses.append("REMOVE " + ", ".join(expression.name(name) for name in write.remove))
    return " ".join(clauses)


def query_request(table: str, pk: str, prefix: str, index: str | None, limit: int, *, newest_first: bool) -> Request:
    """A consistent Query, also on a local index."""
    expression = Expression()
    condition = f"{expression.name('pk')} = {expression.value(pk)}"
    if prefix:
        sort = expression.name(INDEX_KEYS[index] if index else "sk")
        condition += f" AND begins_with({sort}, {expression.value(prefix)})"
    request: Request = {
        "TableName": table,
        "KeyConditionExpression": condition,
        "ConsistentRead": True,
        "ScanIndexForward": not newest_first,
        "Limit": limit,
    }
    if index:
        request["IndexName"] = index
    return expression.into(request)


def increment_request(table: str, key: Key, attribute: str, expires: int, by: int = 1) -> Request:
    """Add ``by`` to a counter row, made if absent."""
    expression = Expression()
    moment, counter = expression.name("expires"), expression.name(attribute)
    change = f"SET {moment} = if_not_exists({moment}, {expression.value(expires)}) ADD {counter} {expression.value(by)}"
    request: Request = {"TableName": table, "Key": key_of(key), "UpdateExpression": change}
    request["ReturnValues"] = "UPDATED_NEW"
    return expression.into(request)
