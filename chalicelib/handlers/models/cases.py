"""Requests about cases and uploads, and the forms of the kinds of case that have no module of their own."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from chalicelib.handlers.models.base import Id, Request, Typed

Slot = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]
Documents = Annotated[
    dict[Slot, Annotated[list[Id], Field(max_length=10)]],
    Field(max_length=10, description="Uploads by the name of the slot"),
]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000), Typed]


class CaseFiling(Request):
    kind: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]
    form: Annotated[dict[str, Any], Field(description="As the kind's form says: GET /api/v1/case-kinds")]
    documents: Documents = Field(default_factory=dict)


class CaseDocuments(Request):
    documents: Documents


class CaseAnswer(Request):
    agree: bool


class CaseDecision(Request):
    decision: Literal["approve", "refuse", "ask-more", "accept", "prepare", "finish", "send", "hand-over"]
    reason: Literal["", "incomplete", "not-eligible", "papers-differ", "unreadable", "other"] = ""
    words: Words = Field("", description="For the person to read; sealed, and in no notice")


class IdentityScan(Request):
    passport_series: Annotated[str, StringConstraints(max_length=20)]
    passport_number: Annotated[str, StringConstraints(max_length=20)]
