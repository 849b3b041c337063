"""A number is a number and a yes is a yes: ``true``, "3" and 3.0 are no integers, and "yes" and 1 are not ``true``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, GetCoreSchemaHandler

EXACT = ("int", "bool")
BESIDE = frozenset({"metadata", "default", "config", "serialization"})
"""Parts of a core schema that hold no schema of what is sent."""


def _exact(part: Any) -> Any:
    if isinstance(part, Mapping):
        kind = part.get("type")
        beside = BESIDE if isinstance(kind, str) else frozenset()  # else fields by their names, whatever these are
        found = {name: inner if name in beside else _exact(inner) for name, inner in part.items()}
        return {**found, "strict": True} if kind in EXACT else found
    if isinstance(part, (list, tuple)):
        return type(part)(_exact(inner) for inner in part)
    return part


class Exact(BaseModel):
    """Base of models whose integers and booleans are taken as they are in JSON (RFC 8259), at any depth.

    Pydantic's ``strict`` for a whole model would refuse moments and decimals, which travel as text.
    """

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> Any:
        return _exact(handler(source))
