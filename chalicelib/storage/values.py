"""Items of the stores as DynamoDB attribute values and back.

boto3's own serializer turns every number into Decimal and costs more than the call's JSON; our items know only
str, int, bool, bytes, list and dict (``ports/tables.py``), so forty lines do.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from chalicelib.ports.tables import Item

Value = dict[str, Any]
"""One attribute value of the low-level API, such as ``{"S": "text"}``."""

MAX_INT = 10**38 - 1  # DynamoDB keeps 38 digits


def encode_value(value: Any) -> Value:
    """One attribute value. Raises TypeError for what no item may hold (float, None, set, tuple)."""
    match value:
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": str(value)}
        case int():
            if abs(value) > MAX_INT:
                raise TypeError("an integer of more than 38 digits")
            return {"N": str(int(value))}
        case bytes():
            return {"B": value}
        case list():
            return {"L": [encode_value(element) for element in value]}
        case dict():
            return {"M": encode(value)}
        case _:
            raise TypeError(f"items hold no {type(value).__name__}")


def encode(item: Mapping[str, Any]) -> dict[str, Value]:
    """A whole item, or the inside of a map."""
    encoded: dict[str, Value] = {}
    for name, value in item.items():
        if not name:
            raise TypeError("an attribute's name is a text that is not empty")
        encoded[name] = encode_value(value)
    return encoded


def decode_value(value: Mapping[str, Any], *, strict: bool = True) -> Any:
    """One value; numbers are int, binary may come as base64 text, as Lambda's events have it.

    Raises TypeError for a type that we never write. Unless ``strict``: then such a value becomes a text that says what
    it is, the same by either way, so that a stranger's row can be looked at.
    """
    kind: str
    content: Any
    kind, content = next(iter(value.items()), ("", ""))
    match kind:
        case "S" | "BOOL":
            return content
        case "N" if _whole(content):
            return int(content)
        case "B":
            return base64.b64decode(content) if isinstance(content, str) else bytes(content)
        case "L":
            return [decode_value(element, strict=strict) for element in content]
        case "M":
            return decode(content, strict=strict)
        case _ if strict:
            raise TypeError(f"an attribute of type {kind}")
    members = content if isinstance(content, list | set | tuple) else [content]
    texts = (base64.b64encode(member).decode() if isinstance(member, bytes) else str(member) for member in members)
    return f"{kind}:" + " ".join(sorted(texts))


def _whole(number: Any) -> bool:
    return str(number).removeprefix("-").isdecimal()


def decode(item: Mapping[str, Mapping[str, Any]], *, strict: bool = True) -> Item:
    """A whole item, or the inside of a map."""
    return {name: decode_value(value, strict=strict) for name, value in item.items()}
