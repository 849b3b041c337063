"""Requests about exports and large files."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from chalicelib.handlers.models.base import Moment, Request

Section = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]


class ExportOrder(Request):
    format: Literal["pdf", "json"] = "pdf"
    sections: Annotated[list[Section], Field(max_length=40, description="Empty: the whole card")] = Field(
        default_factory=list
    )
    since: Moment | None = Field(None, alias="from", description="ISO 8601 with an offset, or a date")
    until: Moment | None = Field(None, alias="to", description="Exclusive; a date means its end")
    language: Literal["ru", "en"] = "ru"
    versions: Annotated[Literal["newest", "all"], Field(description="all: earlier versions too, in the JSON alone")] = (
        "newest"
    )
    purpose: Annotated[
        str,
        StringConstraints(strip_whitespace=True, max_length=200),
        Field(description="Printed on the first page; makes it an extract"),
    ] = ""


class FileBeginning(Request):
    type: Annotated[str, StringConstraints(max_length=100)]
    size: Annotated[int, Field(ge=0, le=2**53, description="Bytes, at most 100 MiB")]
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
