"""How much of each resource is answered: ``_summary`` and ``_elements`` (R4, search.html#summary)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from chalicelib.domain.resource_search.parameters import required_of, summary_of

SUMMARIES = ("true", "text", "data", "count", "false")
SUBSETTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}
_ALWAYS = frozenset({"resourceType", "id", "meta"})


def shaped(resource: Mapping[str, Any], summary: str, elements: Collection[str]) -> dict[str, Any]:
    """A copy with what was asked for, and a tag that says that it is not whole."""
    kind = str(resource["resourceType"])
    if elements:
        return _only(resource, frozenset(elements) | required_of(kind))
    match summary:
        case "true":
            return _only(resource, summary_of(kind) | required_of(kind))
        case "text":
            return _only(resource, required_of(kind) | {"text"})
        case "data":
            return _only(resource, frozenset(resource) - {"text"})
        case _:
            return dict(resource)


def _only(resource: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    kept = {name: value for name, value in resource.items() if name in _ALWAYS or name.removeprefix("_") in names}
    meta = dict(kept.get("meta") or {})
    meta["tag"] = [*(one for one in meta.get("tag") or () if one != SUBSETTED), SUBSETTED]
    return {**kept, "meta": meta}
