"""The shapes of JSON values as small JSON Schemas, and the smallest shape that covers two.

A shape keeps types and names, never a value. ``{}`` is the shape of nothing seen; covering is commutative,
associative and idempotent, so the order in which answers come does not matter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any

Shape = dict[str, Any]
Naming = Callable[[dict[str, Any], Shape], Shape]

NAME = re.compile(r"[a-z][a-z0-9_]*")
"""What is written in code. Another key is data (an id, a day, a code): its object is a map, described by its values."""
ID = re.compile(r"[0-9a-f]{16,}|.{41,}")
TYPES: dict[type, str] = {type(None): "null", bool: "boolean", int: "integer", float: "number", str: "string"}
REF = "$ref"


def shape_of(value: Any, named: Naming = lambda _value, shape: shape) -> Shape:
    """The shape of one value. ``named`` may give the shape of an object another form: a reference to a component."""
    if isinstance(value, list):
        items = joined(shape_of(item, named) for item in value)
        return {"type": "array", "items": items} if items else {"type": "array"}
    if not isinstance(value, dict):
        return {"type": TYPES[type(value)]}
    if any(not NAME.fullmatch(key) or ID.fullmatch(key) for key in value):
        return {"type": "object", "additionalProperties": joined(shape_of(field, named) for field in value.values())}
    fields = {key: shape_of(field, named) for key, field in sorted(value.items())}
    return named(value, {"type": "object", "properties": fields, "required": sorted(fields)})


def joined(shapes: Iterable[Shape]) -> Shape:
    """The smallest shape that covers all."""
    return reduce(join, shapes, {})


def join(one: Shape, other: Shape) -> Shape:
    """The smallest shape that covers both."""
    if one == other or not other:
        return one
    if not one:
        return other
    named = _named(one) | _named(other)
    plain = _join_plain(_plain(one), _plain(other))
    if not named:
        return plain
    choices = [{REF: name} for name in sorted(named)] + ([plain] if plain else [])
    return choices[0] if len(choices) == 1 else {"anyOf": choices}


def _named(shape: Shape) -> set[str]:
    """The components that a shape names."""
    return {choice[REF] for choice in shape.get("anyOf", [shape]) if REF in choice}


def _plain(shape: Shape) -> Shape:
    """A shape without the components that it names."""
    return next((choice for choice in shape.get("anyOf", [shape]) if REF not in choice), {})


def _join_plain(one: Shape, other: Shape) -> Shape:
    if not one or not other:
        return one or other
    types = _types(one) | _types(other)
    types -= {"integer"} if "number" in types else set()
    made: Shape = {"type": min(types) if len(types) == 1 else sorted(types)}
    items = join(one.get("items", {}), other.get("items", {}))
    return made | ({"items": items} if items else {}) | _join_objects(one, other)


def _types(shape: Shape) -> set[str]:
    said = shape["type"]
    return {said} if isinstance(said, str) else set(said)


def _join_objects(one: Shape, other: Shape) -> Shape:
    """The members about objects. A map stays one: fields beside it become values of it."""
    objects = [shape for shape in (one, other) if "object" in _types(shape)]
    if any("additionalProperties" in shape for shape in objects):
        return {"additionalProperties": joined(value for shape in objects for value in _values(shape))}
    if not objects:
        return {}
    names = sorted({name for shape in objects for name in shape["properties"]})
    fields = {name: joined(s["properties"].get(name, {}) for s in objects) for name in names}
    required = set.intersection(*(set(shape["required"]) for shape in objects))
    return {"properties": fields, "required": sorted(required)}


def _values(of: Shape) -> Iterable[Shape]:
    return [of["additionalProperties"]] if "additionalProperties" in of else of["properties"].values()


def difference(described: Any, covering: Any, place: str = "") -> str:
    """Where a shape had to grow to cover another; "" where it did not."""
    if described == covering:
        return ""
    if not isinstance(described, dict) or not isinstance(covering, dict):
        return place
    for key in covering:
        if described.get(key) != covering[key]:
            return difference(described.get(key), covering[key], f"{place}/{key}")
    return place
