"""From bytes to a checked body: strict JSON, forms, pydantic models by name."""

from __future__ import annotations

import json
from decimal import Decimal
from importlib import import_module
from typing import Any

from chalicelib.errors import FieldProblem, InvalidFieldsError, MalformedError


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


def model(name: str) -> Any:
    """The pydantic model that ``module:Class`` names."""
    module, _, attribute = name.partition(":")
    return getattr(import_module(f"chalicelib.{module}"), attribute)


def validate(name: str, data: Any) -> Any:
    """An instance of the named model. Raises InvalidFieldsError with each field named; never quotes a value."""
    from pydantic import ValidationError

    try:
        return model(name).model_validate(data)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        raise InvalidFieldsError(
            fields=tuple(FieldProblem(pointer(e["loc"]), _stable(e["type"]), e["msg"]) for e in found[:50])
        ) from None


def pointer(location: tuple[int | str, ...]) -> str:
    """JSON pointer (RFC 6901) of a place in the body."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in location)


def _stable(kind: str) -> str:
    return kind.replace("_", "-")
