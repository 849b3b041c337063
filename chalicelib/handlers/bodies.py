"""From bytes to a checked body: strict JSON and forms; models by name are checked in records/shapes.py."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from chalicelib.errors import MalformedError
from chalicelib.records.shapes import model, pointer, validate

__all__ = ["form", "load_json", "model", "pointer", "validate"]


def load_json(raw: bytes) -> Any:
    """Strict JSON (RFC 8259): UTF-8, no NaN, no repeated names; numbers with a fraction become Decimal."""
    try:
        return json.loads(
            raw.decode("utf-8"), parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_no_repeats
        )
    except (ValueError, RecursionError, ArithmeticError):
        raise MalformedError("the body is not JSON") from None


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("repeated name")
    return found


def form(raw: bytes) -> dict[str, str]:
    from urllib.parse import parse_qsl

    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, strict_parsing=bool(raw), max_num_fields=20)
    except ValueError:
        raise MalformedError("the body is not a form") from None
    return dict(pairs)
