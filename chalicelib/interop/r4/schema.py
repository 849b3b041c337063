"""The official JSON schema of R4, pruned (infra/fhir_schema.py), and what it finds, in our words.

The data and the validator's library are loaded with the first question, and one validator per type is made, of the
definitions that the type reaches: 10 ms and 0.2 MB each.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from chalicelib.interop.r4.findings import Findings

DATA = Path(__file__).parent / "data"
DRAFT = "http://json-schema.org/draft-06/schema#"
_REFERENCE = re.compile(r'"#/definitions/([^"]+)"')
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")


class Child(NamedTuple):
    """What an element is: a definition, or "" for a simple type that is spelled out; and whether it is a list."""

    definition: str
    many: bool


@cache
def definitions() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DATA / "schema.json").read_text("utf-8"))
    return found


@cache
def rules() -> dict[str, Any]:
    """See ``infra.fhir_schema.rules``; ``types`` lists every type of R4, served or not."""
    found: dict[str, Any] = json.loads((DATA / "rules.json").read_text("utf-8"))
    return found


@cache
def types() -> tuple[str, ...]:
    """That are served."""
    return tuple(
        name for name, one in definitions().items() if "const" in one.get("properties", {}).get("resourceType", {})
    )


@cache
def every_type() -> frozenset[str]:
    return frozenset(rules()["types"])


@cache
def children(definition: str) -> Mapping[str, Child]:
    found = {}
    for name, said in definitions().get(definition, {}).get("properties", {}).items():
        inner = said.get("items", said)
        found[name] = Child(inner.get("$ref", "").rpartition("/")[2], "items" in said)
    return found


@cache
def simple(definition: str) -> bool:
    return definition == "" or ("properties" not in definitions().get(definition, {}) and definition != "ResourceList")


@cache
def _validator(name: str) -> Any:
    import jsonschema_rs

    kept: dict[str, Any] = {}
    waiting = [name]
    while waiting:
        one = waiting.pop()
        if one not in kept:
            kept[one] = definitions()[one]
            waiting += _REFERENCE.findall(json.dumps(kept[one]))
    return jsonschema_rs.validator_for({"$schema": DRAFT, "definitions": kept, "$ref": f"#/definitions/{name}"})


def check(resource: Mapping[str, Any], path: str, findings: Findings) -> None:
    """``resource``: of a served type, of plain JSON values only."""
    validator = _validator(resource["resourceType"])
    if validator.is_valid(resource):
        return
    for error in validator.iter_errors(resource):
        if findings.full:
            return
        if error.kind.name == "type" and error.instance is None and isinstance(error.instance_path[-1], int):
            continue  # a gap in a list of a simple type, which the walk looks at
        for place, code, text, text_ru in _said(error):
            findings.add(written(path, [*error.instance_path, *place]), code, text, text_ru)


def _said(error: Any) -> Iterator[tuple[tuple[str, ...], str, str, str]]:
    kind, about = error.kind.name, error.kind
    if kind == "additionalProperties":
        for name in about.unexpected:
            known = (name,) if _NAME.fullmatch(name) else ()
            yield known, "structure", *UNKNOWN
    elif kind == "type":
        yield (), "structure", f"must be {_english(about.types)}", f"должно быть: {_russian(about.types)}"
    elif kind == "enum":
        options = about.options
        listed = ", ".join(options if len(options) <= 20 else [*options[:20], "…"])  # noqa: PLR2004
        yield (), "code-invalid", f"one of: {listed}", f"одно из: {listed}"
    elif kind in {"minimum", "maximum"}:
        yield (), "value", "the number is out of its range", "число вне допустимых пределов"
    elif kind == "pattern":
        name = str(error.schema_path[-2])
        english, russian = FORMS.get(name, ("its type", "его тип"))
        yield (), "value", f"must have the form of {english}", f"не та запись, нужна: {russian}"
    else:
        yield (), "structure", "has not the form that R4 says", "не та форма, которой требует R4"


UNKNOWN = ("there is no such element in R4", "в R4 нет такого элемента")
FORMS: Mapping[str, tuple[str, str]] = {
    "base64Binary": ("base64", "base64"),
    "canonical": ("a canonical URL", "канонический URL"),
    "code": ("a code: no spaces at the ends, no two together", "код: без пробелов по краям и двойных пробелов"),
    "date": ("a date: YYYY, YYYY-MM or YYYY-MM-DD", "дата: ГГГГ, ГГГГ-ММ или ГГГГ-ММ-ДД"),
    "dateTime": (
        "a date, or a date with a time and its zone: 2026-03-01T10:00:00+03:00",
        "дата или дата и время с часовым поясом: 2026-03-01T10:00:00+03:00",
    ),
    "id": ("an id: up to 64 of A-Z a-z 0-9 - .", "идентификатор: до 64 знаков A-Z a-z 0-9 - ."),
    "instant": ("a time with its zone: 2026-03-01T10:00:00+03:00", "время с часовым поясом: 2026-03-01T10:00:00+03:00"),
    "markdown": ("text without control characters", "текст без управляющих знаков"),
    "oid": ("urn:oid:…", "urn:oid:…"),
    "string": ("text without control characters", "текст без управляющих знаков"),
    "time": ("a time of day: hh:mm:ss", "время суток: чч:мм:сс"),
    "uri": ("a URI without spaces", "URI без пробелов"),
    "url": ("a URL without spaces", "URL без пробелов"),
    "uuid": ("urn:uuid:… in lower case", "urn:uuid:… строчными буквами"),
}
_KINDS = {
    "array": ("a list", "список"),
    "object": ("an object", "объект"),
    "string": ("text", "строка"),
    "number": ("a number", "число"),
    "integer": ("a whole number", "целое число"),
    "boolean": ("true or false", "true или false"),
}


def _english(kinds: list[str]) -> str:
    return " or ".join(_KINDS[kind][0] for kind in kinds)


def _russian(kinds: list[str]) -> str:
    return " или ".join(_KINDS[kind][1] for kind in kinds)


def written(path: str, places: list[str | int]) -> str:
    """As FHIRPath. A name that comes from outside and is none of an element's is left out: it could say anything."""
    for place in places:
        if isinstance(place, int):
            path += f"[{place}]"
        elif _NAME.fullmatch(place):
            path += f".{place}"
    return path
