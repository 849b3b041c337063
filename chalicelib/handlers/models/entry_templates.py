"""Requests about templates of doctors' entries (UX-3)."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from chalicelib.handlers.models.base import Request, Typed
from chalicelib.records.bodies.base import Line

LARGEST = 60_000
"""Bytes of a body as JSON."""


def _small(body: dict[str, Any]) -> dict[str, Any]:
    if len(json.dumps(body, ensure_ascii=False).encode()) > LARGEST:
        msg = "the body of a template is too large"
        raise ValueError(msg)
    return body


Kind = Annotated[str, StringConstraints(pattern=r"^[a-z-]{3,40}$")]
Specialty = Annotated[str, StringConstraints(pattern=r"^[a-z-]{0,40}$")]
ScopeName = Literal["own", "department", "organisation"]
StateName = Literal["active", "archived"]


class EntryTemplateForm(Request):
    name: Annotated[Line, StringConstraints(max_length=120)]
    kind: Kind = Field(description="Kind of record; it stays")
    specialty: Specialty = Field("", description="A code of the choices; empty for any")
    body: Annotated[dict[str, Any], AfterValidator(_small)] = Field(
        description="Fields of the kind as far as the template says them; texts may hold [[gaps]] and {{placeholders}}"
    )


class EntryTemplateScope(Request):
    scope: ScopeName


class EntryTemplateState(Request):
    state: StateName


class EntryTemplateSearch(Request):
    text: Annotated[str, StringConstraints(max_length=200), Typed] = Field("", description="Words of the name")
    scope: ScopeName | Literal[""] = ""
    kind: Kind | Literal[""] = ""
    specialty: Specialty = ""
    state: StateName = "active"
    cursor: Annotated[str, StringConstraints(max_length=2048)] = ""
    limit: Annotated[int, Field(ge=1, le=50)] = 20
