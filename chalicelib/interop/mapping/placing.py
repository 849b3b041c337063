"""Which record a resource is, by the tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from chalicelib.interop.mapping.forms import FORMS
from chalicelib.interop.mapping.lenses import taken
from chalicelib.interop.mapping.paths import first
from chalicelib.interop.mapping.rules import Unfit, body_of
from chalicelib.interop.mapping.showing import KIND_TAG, says_the_same
from chalicelib.interop.mapping.tables import RULES
from chalicelib.records.registry import record_type

NO_RULE = "no-rule"
"""The card has no kind of record for it."""

OWN_PROCESS = "own-process"
"""Records of its kind are made by a process of the system alone (``Form.kept``)."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """Either ``kind`` and ``body``, or ``reason``: ``no-rule``, or the field that does not fit."""

    kind: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""


def mapped(resource: Mapping[str, Any]) -> Mapped:
    """Never raises, whatever the resource holds."""
    if (ours := returned(resource)) is not None:
        return ours
    for rule in RULES:
        if rule.resource != resource.get("resourceType") or not rule.fits(resource):
            continue
        try:
            return Mapped(rule.kind, checked(rule.kind, body_of(rule, resource)))
        except Unfit as unfit:
            return Mapped(reason=unfit.field)
    return Mapped(reason=NO_RULE)


def returned(resource: Mapping[str, Any]) -> Mapped | None:
    """A resource that a system like this one has shown, as the record that it was; None for any other.

    It says its kind by a tag, and it is taken by that form only if the form makes the very same of what was read: what
    somebody added to it since would be lost.
    """
    kind = first(resource, f"meta.tag[system={KIND_TAG}].code")
    form = FORMS.get(kind) if isinstance(kind, str) else None
    if form is None or form.resource != resource.get("resourceType"):
        return None
    if form.kept:
        return Mapped(reason=OWN_PROCESS)
    try:
        body = checked(form.kind, taken(form.lenses, resource))
    except Unfit:
        return None
    return Mapped(form.kind, body) if says_the_same(form, body, resource) else None


def checked(kind: str, body: dict[str, Any]) -> dict[str, Any]:
    """As the edge checks a form (handlers/bodies.py). Raises Unfit with the first field that breaks a rule."""
    from pydantic import ValidationError

    module, _, name = record_type(kind).body.partition(":")
    model = getattr(import_module(f"chalicelib.{module}"), name)
    try:
        found: dict[str, Any] = model.model_validate(body).model_dump(mode="json")
    except ValidationError as error:
        place = error.errors(include_input=False, include_url=False, include_context=False)[0]["loc"]
        raise Unfit("/".join(str(part) for part in place) or "shape") from None
    return found
