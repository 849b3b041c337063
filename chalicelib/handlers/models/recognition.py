"""Requests: recognition of scans."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from chalicelib.handlers.models.base import Request
from chalicelib.records.bodies.base import RecordId

Pointer = Annotated[str, StringConstraints(pattern=r"^(/[A-Za-z0-9_]{1,60}){1,3}$")]


class RecognitionForm(Request):
    document: Annotated[RecordId, Field(description="The attached document that the scan hangs on")]
    upload_id: RecordId
    handwriting: Annotated[
        bool, Field(description="Have a service outside read it; an administrator must have switched that on")
    ] = False


class RecognitionConfirmation(Request):
    """The record as it is to be stored, and which parts of it somebody compared with the scan."""

    body: Annotated[dict[str, Any], Field(description="A body of the kind of record, whole")]
    confirmed: Annotated[
        list[Pointer], Field(max_length=400, description="JSON pointers: a field, or one item of a list")
    ]


class RecognitionRefusal(Request):
    reason: Literal["unreadable", "other-patient", "other-kind", "not-needed"]


class RecognitionSwitch(Request):
    handwriting: bool
