"""Answers of the front door against what the API's document says of them (chalicelib/handlers/answers.json).

``ANSWERS=record`` grows the description instead: run the tests of what changed with it, and look at the difference.
Only shapes are kept, no value of any answer.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Any

from chalicelib.handlers.answers import (
    DOCUMENTS,
    FILE,
    answer_schema,
    answer_shape,
    of_records,
    record_name,
    record_schemas,
    seen,
)
from chalicelib.handlers.bodies import model
from chalicelib.handlers.components import PLACE
from chalicelib.handlers.endpoints import ENDPOINTS, JSON, Endpoint
from chalicelib.records.registry import RECORD_NAMES, record_type
from tests.shapes import REF, Shape, difference, join, shape_of

RECORDING = os.environ.get("ANSWERS") == "record"
ADVICE = "run the tests of it with ANSWERS=record, and look at what changes in chalicelib/handlers/answers.json"
RECORD = frozenset({"id", "kind", "version", "body"})
TEMPLATE = "scope"
"""A template of entries has all that too, and whom it is for."""

Found = tuple[str, str, Shape]
"""Part of the file, name there, shape."""

_fresh: dict[str, dict[str, Shape]] = {"operations": {}, "records": {}}


def observe(method: str, path: str, media_type: str, raw: bytes) -> None:
    """One answer that was no refusal: it fits its description, or is recorded."""
    entry = _entry(method, path) if media_type == JSON else None
    if entry is None or entry.answer_type != JSON or entry.operation in DOCUMENTS:
        return
    answer = json.loads(raw)
    found = _shapes(entry.operation, answer)
    if RECORDING:
        _grow(_fresh, (one for one in found if one[1] not in of_records()))
        return
    if not answer_shape(entry):  # test_openapi.py has the list of these
        return
    for part, name, shape in found:
        described = answer_shape(entry) if part == "operations" else seen()[part].get(name, {})
        covering = join(described, shape)
        assert described == covering, f"{name}: not described {difference(described, covering)}; {ADVICE}"
    _validator(entry.operation).validate(answer)


def _shapes(operation: str, answer: Any) -> list[Found]:
    """The shape of an answer, and those of the records in it."""
    found: list[Found] = []

    def named(value: dict[str, Any], shape: Shape) -> Shape:
        if not value.keys() >= RECORD or TEMPLATE in value:
            return shape
        if value["kind"] not in RECORD_NAMES or not isinstance(value["body"], dict):
            return shape
        name = record_name(value["kind"])
        found.append(("records", name, _with_body_beside(shape, _fields(value["kind"]))))
        return {REF: PLACE + name}

    return [("operations", operation, shape_of(answer, named)), *found]


def _with_body_beside(shape: Shape, modelled: frozenset[str]) -> Shape:
    """Without what the kind's model says of the body."""
    body = shape["properties"]["body"]
    if "properties" not in body:
        return shape
    beside = {name: field for name, field in body["properties"].items() if name not in modelled}
    return shape | {"properties": shape["properties"] | {"body": body | {"properties": beside}}}


@cache
def _fields(kind: str) -> frozenset[str]:
    return frozenset(model(record_type(kind).body).model_json_schema()["properties"])


@cache
def _validator(operation: str) -> Any:
    """Of what is published: it says more than the shapes, of bodies."""
    from jsonschema_rs import Draft202012Validator

    entry = next(entry for entry in ENDPOINTS if entry.operation == operation)
    return Draft202012Validator(answer_schema(entry) | {"components": {"schemas": record_schemas()}})


def _grow(known: dict[str, dict[str, Shape]], found: Iterable[Found]) -> None:
    for part, name, shape in found:
        known[part][name] = join(known[part].get(name, {}), shape)


def _entry(method: str, path: str) -> Endpoint | None:
    """The route of a call; of several that fit, the one whose own words stand further left."""
    steps = path.split("/")
    fits = [
        (own, entry)
        for own, entry in _routes().get((method, len(steps)), ())
        if all(word.startswith("{") or word == step for word, step in zip(own, steps, strict=True))
    ]
    return min(fits, key=lambda fit: [word.startswith("{") for word in fit[0]], default=(None, None))[1]


@cache
def _routes() -> dict[tuple[str, int], list[tuple[list[str], Endpoint]]]:
    made: dict[tuple[str, int], list[tuple[list[str], Endpoint]]] = defaultdict(list)
    for entry in ENDPOINTS:
        own = entry.path.split("/")
        made[entry.method, len(own)].append((own, entry))
    return made


def save() -> None:
    """Add what this process recorded to the file; several processes do so one after the other."""
    with FILE.open("r+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        whole = json.load(file)
        _grow(whole, ((part, name, shape) for part, shapes in _fresh.items() for name, shape in shapes.items()))
        text = written(whole)
        file.seek(0)
        file.write(text)
        file.truncate()


def written(whole: dict[str, dict[str, Shape]]) -> str:
    """A line for each operation and each kind, in order."""
    parts = [
        f"{json.dumps(part)}: {{\n"
        + ",\n".join(f"{json.dumps(n)}: {json.dumps(s)}" for n, s in sorted(of.items()))
        + "\n}"
        for part, of in sorted(whole.items())
    ]
    return "{\n" + ",\n".join(parts) + "\n}\n"
