"""Requests about the access journal and the log."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from chalicelib.domain.identity import Role
from chalicelib.handlers.models.base import Moment, Request

Word = Annotated[str, StringConstraints(pattern=r"^[a-z:-]{0,64}$")]
IdOrNone = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{0,64}$")]


class JournalOrder(Request):
    nonce: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{16,64}$")] = Field(
        description="A random number of one's own; the copy must hold it"
    )


class AuditSearch(Request):
    patient_id: IdOrNone = Field("", description="This person's chains only; the person sees the search")
    actor_id: IdOrNone = ""
    action: Word = ""
    outcome: Literal["", "success", "denied", "error"] = ""
    role: Role | Literal[""] = ""
    organisation_id: IdOrNone = ""
    since: Moment = Field("", alias="from", description="Log time, ISO 8601 with an offset, or a date")
    until: Moment = Field("", alias="to", description="Exclusive; a date means its end")
    cursor: Annotated[str, StringConstraints(max_length=2048)] = ""
    limit: Annotated[int, Field(ge=1, le=100)] = 50
