"""From a ``Write`` to the arguments of DynamoDB: conditions and updates with every name and value by placeholder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.ports.tables import Delete, Expect, Expected, Item, Put, Update, Write
from chalicelib.storage.values import encode, encode_value


class _Terms:
    """Placeholders for names and values; reserved words can never collide."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.values: dict[str, Any] = {}

    def name(self, attribute: str) -> str:
        placeholder = f"#n{len(self.names)}"
        self.names[placeholder] = attribute
        return placeholder

    def value(self, content: Any) -> str:
        placeholder = f":v{len(self.values)}"
        self.values[placeholder] = encode_value(content)
        return placeholder


def request(write: Write, table: str) -> tuple[str, dict[str, Any]]:
    """Kind of the write (Put, Update, Delete, Check) and its arguments for a table."""
    terms = _Terms()
    arguments: dict[str, Any] = {"TableName": table}
    position: Item = {"pk": write.key.pk, "sk": write.key.sk}
    if isinstance(write, Put):
        arguments["Item"] = encode({**write.item, **position})
    else:
        arguments["Key"] = encode(position)
    if isinstance(write, Update):
        arguments["UpdateExpression"] = _update(write, terms)
    condition = _condition(write.expect, terms)
    if condition:
        arguments["ConditionExpression"] = condition
    if terms.names:
        arguments["ExpressionAttributeNames"] = terms.names
    if terms.values:
        arguments["ExpressionAttributeValues"] = terms.values
    kinds: Mapping[type, str] = {Put: "Put", Update: "Update", Delete: "Delete"}
    return kinds.get(type(write), "Check"), arguments


def _condition(expect: Expected, terms: _Terms) -> str:
    if expect is None:
        return ""
    if expect is Expect.ABSENT:
        return f"attribute_not_exists({terms.name('pk')})"
    if expect is Expect.PRESENT:
        return f"attribute_exists({terms.name('pk')})"
    equal = [f"{terms.name(attribute)} = {terms.value(content)}" for attribute, content in expect.items()]
    return " AND ".join([f"attribute_exists({terms.name('pk')})", *equal])


def _update(write: Update, terms: _Terms) -> str:
    clauses = []
    if write.set:
        clauses.append("SET " + ", ".join(f"{terms.name(a)} = {terms.value(c)}" for a, c in write.set.items()))
    if write.add:
        clauses.append("ADD " + ", ".join(f"{terms.name(a)} {terms.value(c)}" for a, c in write.add.items()))
    if write.remove:
        clauses.append("REMOVE " + ", ".join(terms.name(a) for a in write.remove))
    return " ".join(clauses)
