"""What all requests have in common: what is not in the model is refused, and an id is opaque."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, ConfigDict, StringConstraints

from chalicelib.records.bodies.base import FORBIDDEN
from chalicelib.records.bodies.exact import Exact


def _typed(text: str) -> str:
    if FORBIDDEN.search(text):
        msg = "control characters are not allowed"
        raise ValueError(msg)
    return text


Typed = AfterValidator(_typed)
"""Beside the constraints of a text that somebody typed, for somebody to read."""
Moment = Annotated[str, StringConstraints(max_length=40)]
"""An end of a time that is asked for, ``from`` or ``to``: a moment or a date (handlers/periods.py)."""
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class Request(Exact):
    model_config = ConfigDict(extra="forbid", frozen=True)
