"""Which parameters a type of resource is searched by, as data: kind, elements, and for references their targets.

``data/fhir_search.json`` is made of the official definitions (HL7 FHIR R4, search parameters registry, CC0) by
``infra/fhir_search.py``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

ANY_TARGET = "*"


class Kind(StrEnum):
    """Values are FHIR's (search-param-type)."""

    TOKEN = "token"  # noqa: S105 - a word of FHIR
    REFERENCE = "reference"
    DATE = "date"
    STRING = "string"
    QUANTITY = "quantity"
    URI = "uri"
    NUMBER = "number"


class Parameter(NamedTuple):
    """``paths``: elements in JSON, dotted; ``name[x=y]`` picks items. ``targets``: types, or ``*``."""

    name: str
    kind: Kind
    paths: tuple[str, ...]
    targets: tuple[str, ...] = ()


COMMON: Mapping[str, Parameter] = {
    one.name: one
    for one in (
        Parameter("_id", Kind.TOKEN, ("id",)),
        Parameter("_lastUpdated", Kind.DATE, ("meta.lastUpdated",)),
        Parameter("_profile", Kind.URI, ("meta.profile",)),
        Parameter("_security", Kind.TOKEN, ("meta.security",)),
        Parameter("_source", Kind.URI, ("meta.source",)),
        Parameter("_tag", Kind.TOKEN, ("meta.tag",)),
    )
}
"""Of every type."""

WHOSE = frozenset({"patient", "subject", "beneficiary", "individual"})
"""Names of parameters by which a search says whose card it is about; which of them a type has, its table says."""

_PERSONAL_WORDS = frozenset(
    {"birthdate", "email", "family", "given", "identifier", "name", "phone", "phonetic", "telecom"}
    | {"address", "address-city", "address-country", "address-postalcode", "address-state"}
)
PERSONAL: Mapping[str, frozenset[str]] = dict.fromkeys(("Patient", "Person", "RelatedPerson"), _PERSONAL_WORDS)
"""What tells who somebody is: never in an address, which servers and browsers keep (SEC-3)."""


@cache
def _table() -> Mapping[str, Mapping[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(
        (files("chalicelib.domain") / "data" / "fhir_search.json").read_text("utf-8")
    )
    return found


@cache
def parameters(resource_type: str) -> Mapping[str, Parameter]:
    """By name, those of every type included; only those for a type without search."""
    own = {
        name: Parameter(name, Kind(said[0]), tuple(said[1]), tuple(said[2]) if len(said) > 2 else ())  # noqa: PLR2004
        for name, said in _table().get(resource_type, {}).get("search", {}).items()
    }
    return {**COMMON, **own}


def types() -> list[str]:
    """Types that can be searched."""
    return sorted(_table())


def summary_of(resource_type: str) -> frozenset[str]:
    """Elements of a type that its summary has (R4, ElementDefinition.isSummary)."""
    return frozenset(_table().get(resource_type, {}).get("summary", ()))


def required_of(resource_type: str) -> frozenset[str]:
    """Elements without which a resource of a type would be none."""
    return frozenset(_table().get(resource_type, {}).get("required", ()))


def whose(resource_type: str) -> tuple[str, ...]:
    """Parameters of a type that name a patient, ``patient`` first."""
    found = [one.name for one in parameters(resource_type).values() if one.name in WHOSE and _about_patients(one)]
    return tuple(sorted(found, key=lambda name: (name != "patient", name)))


def _about_patients(parameter: Parameter) -> bool:
    return parameter.kind is Kind.REFERENCE and bool({"Patient", ANY_TARGET} & set(parameter.targets))


def values(resource: Any, path: str) -> Iterator[Any]:
    """What stands at a path, lists taken apart."""
    name, _, rest = path.partition(".")
    name, _, picked = name.partition("[")
    found = resource.get(name) if isinstance(resource, Mapping) else None
    for one in found if isinstance(found, list) else [] if found is None else [found]:
        if picked and not _picked(one, picked.rstrip("]")):
            continue
        if rest:
            yield from values(one, rest)
        else:
            yield one


def _picked(one: Any, said: str) -> bool:
    name, _, value = said.partition("=")
    return isinstance(one, Mapping) and one.get(name) == value


def found(resource: Mapping[str, Any], parameter: Parameter) -> list[Any]:
    """Everything that a parameter looks at in a resource."""
    return [one for path in parameter.paths for one in values(resource, path)]
