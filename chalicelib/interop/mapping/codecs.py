"""Values of our bodies as values of a resource, and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

from chalicelib.domain.exact_json import exact
from chalicelib.interop.mapping.paths import first
from chalicelib.interop.mapping.rules import number

URN = "urn:medkarta"
ICD10_RU = "urn:oid:1.2.643.5.1.13.13.11.1005"
Body = Mapping[str, Any]
Tree = dict[str, Any]


class Codec(NamedTuple):
    out: Callable[[Any], Any]
    back: Callable[[Any], Any]
    """None for what is no such value."""


def _only(kind: type) -> Callable[[Any], Any]:
    return lambda value: value if type(value) is kind else None


TEXT = Codec(str, _only(str))
WHOLE = Codec(lambda value: value, _only(int))
YES_NO = Codec(lambda value: value or None, _only(bool))
"""A no is what goes without saying."""
NUMBER = Codec(lambda value: exact(value) if "." in value else int(value), number)
"""With its spelling: 5.10 stays 5.10 (domain/exact_json.py)."""
CLOCK = Codec(lambda value: f"{value}:00", lambda value: value[:5] if isinstance(value, str) else None)


def words(table: Mapping[str, str]) -> Codec:
    """Our words to theirs, one to one."""
    back = {theirs: ours for ours, theirs in table.items()}
    return Codec(table.get, lambda value: back.get(value) if isinstance(value, str) else None)


def concept_of(diagnosis: Body) -> Tree:
    made: Tree = {"coding": [{"system": ICD10_RU, "code": diagnosis["code"], "display": diagnosis["text"]}]}
    made["text"] = diagnosis["text"]
    extensions: list[Tree] = []
    if diagnosis.get("role", "main") != "main":
        extensions.append({"url": f"{URN}:diagnosis:role", "valueCode": diagnosis["role"]})
    if diagnosis.get("chronic"):
        extensions.append({"url": f"{URN}:diagnosis:chronic", "valueBoolean": True})
    return {"extension": extensions, **made} if extensions else made


def diagnosis_of(concept: Any) -> Tree | None:
    code = first(concept, f"coding[system={ICD10_RU}].code")
    if code is None:
        return None
    return {
        "code": code,
        "text": first(concept, "text"),
        "role": first(concept, f"extension[url={URN}:diagnosis:role].valueCode") or "main",
        "chronic": first(concept, f"extension[url={URN}:diagnosis:chronic].valueBoolean") or False,
    }


@cache
def options(model: str, name: str) -> Mapping[str, tuple[str, str]]:
    """Words of a closed list, Russian and English."""
    from chalicelib.records.bodies.words import Options
    from chalicelib.records.places import model_of

    found = model_of(model).model_fields[name].metadata
    marks = [mark for mark in found if isinstance(mark, Options)]
    return marks[0].words if marks else {}
