"""JSON in which numbers keep their spelling: in FHIR 5.10 is not 5.1 (R4, datatypes, decimal).

A number with a fraction or an exponent is a float for whoever calculates or checks, and is written as it came.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from chalicelib.errors import MalformedError

DEPTH = 40
"""Levels of objects and lists."""
_said = json.encoder.encode_basestring


class Exact(float):
    """A number that remembers how it was written."""

    text = ""


def loads(text: str | bytes) -> Any:
    """Strict JSON (RFC 8259): UTF-8, no NaN, no repeated names, no halves of characters, at most ``DEPTH`` deep.

    Raises MalformedError, which quotes nothing.
    """
    try:
        said = text.decode("utf-8") if isinstance(text, bytes) else text
        found = json.loads(said, parse_float=exact, parse_constant=_no_number, object_pairs_hook=_no_repeats)
        if "\\u" in said:
            json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise MalformedError("the body is not JSON") from None
    if deeper(found, DEPTH):
        raise MalformedError(f"at most {DEPTH} levels")
    return found


def dumps(value: Any) -> str:
    """Compact; names in the order in which they are."""
    return "".join(_pieces(value))


def exact(text: str) -> Exact:
    number = Exact(text)
    if number in {float("inf"), float("-inf")}:
        raise ValueError("not a number")
    number.text = text
    return number


def _pieces(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield _said(value)
    elif isinstance(value, dict):
        between = "{"
        for name, inner in value.items():
            yield f"{between}{_said(name)}:"
            yield from _pieces(inner)
            between = ","
        yield "}" if value else "{}"
    elif isinstance(value, list | tuple):
        between = "["
        for inner in value:
            yield between
            yield from _pieces(inner)
            between = ","
        yield "]" if value else "[]"
    else:
        yield value.text if isinstance(value, Exact) and value.text else json.dumps(value)


def deeper(value: Any, levels: int) -> bool:
    """Whether there are more levels of objects and lists than these; what lies below them is not looked at."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    if inner is None:
        return False
    return levels == 0 or any(deeper(one, levels - 1) for one in inner)


def _no_number(_text: str) -> float:
    raise ValueError("not a number")


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("repeated name")
    return found
