"""From resources of FHIR R4 to bodies of the card's records, as tables (``tables.py``).

A resource is either mapped whole by one rule, or kept whole with the reason why not: nothing is guessed, no unit is
converted, nothing is dropped. What is mapped has passed the same model as what a doctor types.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from chalicelib.interop.mapping.rules import Unfit, body_of
from chalicelib.interop.mapping.tables import RULES
from chalicelib.records.registry import record_type

__all__ = ["Mapped", "mapped"]

NO_RULE = "no-rule"
"""The card has no kind of record for it."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """Either ``kind`` and ``body``, or ``reason``: ``no-rule``, or the field that does not fit."""

    kind: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""


def mapped(resource: Mapping[str, Any]) -> Mapped:
    """Never raises, whatever the resource holds."""
    for rule in RULES:
        if rule.resource != resource.get("resourceType") or not rule.fits(resource):
            continue
        try:
            return Mapped(rule.kind, _checked(rule.kind, body_of(rule, resource)))
        except Unfit as unfit:
            return Mapped(reason=unfit.field)
    return Mapped(reason=NO_RULE)


def _checked(kind: str, body: dict[str, Any]) -> dict[str, Any]:
    """As the edge checks a form (handlers/bodies.py). Raises Unfit with the first field that breaks a rule."""
    from pydantic import ValidationError

    module, _, name = record_type(kind).body.partition(":")
    model = getattr(import_module(f"chalicelib.{module}"), name)
    try:
        checked: dict[str, Any] = model.model_validate(body).model_dump(mode="json")
    except ValidationError as error:
        place = error.errors(include_input=False, include_url=False, include_context=False)[0]["loc"]
        raise Unfit("/".join(str(part) for part in place) or "shape") from None
    return checked
