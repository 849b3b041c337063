"""What operations answer, as small JSON Schemas: shapes that were seen in the tests of the front door.

``answers.json`` has a line per operation and a line per kind of record; tests/functional/answers.py writes it, and
holds every answer of those tests against it. Of the body of a record it has the names alone: the kind's model says the
rest.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from chalicelib.domain.access import Action
from chalicelib.handlers.components import PLACE, add_model, bare
from chalicelib.handlers.endpoints import Endpoint
from chalicelib.records.registry import RECORD_TYPES
from chalicelib.records.spec import RecordType

FILE = Path(__file__).with_name("answers.json")
DOCUMENTS = frozenset({"openapi", "record-types"})
"""They answer schemas; a schema of schemas says nothing."""


@cache
def seen() -> dict[str, dict[str, Any]]:
    """``operations`` by name, ``records`` by the name of their component."""
    found: dict[str, dict[str, Any]] = json.loads(FILE.read_text("utf-8"))
    return found


def answer_shape(entry: Endpoint) -> dict[str, Any]:
    """What an operation answers: records, by the routes of their kind, else what was seen; ``{}``: nothing yet."""
    found: dict[str, Any] = of_records().get(entry.operation) or seen()["operations"].get(entry.operation, {})
    if "cursor" in entry.query and "properties" in found:  # the tests do not read every list to its second page
        return found | {"properties": found["properties"] | {"next": {"type": "string"}}}
    return found


def answer_schema(entry: Endpoint) -> dict[str, Any]:
    """The schema of what an operation answers, as it is published."""
    return _open(answer_shape(entry) or {"type": "object"})


@cache
def of_records() -> dict[str, Any]:
    """By operation, what the routes of every kind answer alike (handlers/records.py)."""
    found: dict[str, Any] = {}
    for spec in RECORD_TYPES:
        one = {"$ref": PLACE + record_name(spec.name)}
        several = {"type": "object", "properties": {"items": {"type": "array", "items": one}}, "required": ["items"]}
        found |= {f"{spec.name}-{action}": several for action in (Action.LIST, Action.HISTORY)}
        found[f"{spec.name}-{Action.READ}"] = one
        if spec.process is None:
            found |= {f"{spec.name}-{action}": one for action in (Action.CREATE, Action.AMEND, Action.CONFIRM)}
    return found


def _open(shape: dict[str, Any]) -> dict[str, Any]:
    """Where nothing but null was seen, there may be anything."""
    if shape.get("type") == "null":
        return {}
    made = dict(shape)
    for word in ("items", "additionalProperties"):
        if word in shape:
            made[word] = _open(shape[word])
    if "anyOf" in shape:
        made["anyOf"] = [_open(choice) for choice in shape["anyOf"]]
    if "properties" in shape:
        made["properties"] = {name: _open(field) for name, field in shape["properties"].items()}
    return made


def record_name(kind: str) -> str:
    """The component that describes the records of a kind as they are answered."""
    return "".join(word.capitalize() for word in kind.split("-")) + "Record"


@cache
def record_schemas() -> dict[str, Any]:
    """The components of records, and those that their bodies are made of."""
    found: dict[str, Any] = {}
    for spec in RECORD_TYPES:
        name = record_name(spec.name)
        shape = seen()["records"].get(name)
        found[name] = _record(spec, shape, found) if shape else {"type": "object"}
    return {name: bare(schema) for name, schema in found.items()}


def _record(spec: RecordType, shape: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """What was seen of a record, and of its body what the model says of the fields."""
    others = set(found)
    name = add_model(spec.body, found, shown=True)
    written = found[name] if name in others else found.pop(name)
    made = _open(shape)
    body = made["properties"]["body"]
    body["properties"] |= written["properties"]
    made["properties"]["kind"] = {"const": spec.name}
    return made
