"""Requests: chat of patients and doctors."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from chalicelib.handlers.models.base import Id, Request, Typed
from chalicelib.records.bodies.base import Line, RecordId, Text

MOST_FILES = 5
LONGEST = 4000

MessageText = Annotated[Text, StringConstraints(max_length=LONGEST)]


class File(Request):
    upload_id: Id


Files = Annotated[list[File], Field(max_length=MOST_FILES)]


class NewChat(Request):
    """A thread with its first message."""

    member_id: Id | None = Field(None, description="The doctor, from a patient; a doctor names nobody")
    subject: Annotated[Line, StringConstraints(max_length=200)]
    text: MessageText
    files: Files = Field([], description="Files that were brought and found clean")


class Message(Request):
    text: MessageText
    files: Files = Field([], description="Files that were brought and found clean")
    reply_to: RecordId | None = Field(None, description="A message of the same chat")


class Edit(Request):
    text: MessageText


class Mark(Request):
    message_id: RecordId = Field(description="Everything up to this message was read")


class Closing(Request):
    reason: Literal["answered", "visit-needed", "not-needed", "other"]


class Absence(Request):
    until: AwareDatetime = Field(description="Within one year")
    text: Annotated[Text, StringConstraints(max_length=1000)] = Field(
        description="What whoever writes meanwhile is answered, once a chat"
    )


class ChatSearch(Request):
    text: Annotated[str, StringConstraints(min_length=1, max_length=200), Typed] = Field(
        description="Words, or how they begin; messages that have all of them are found"
    )
    cursor: Annotated[str, StringConstraints(max_length=2048)] = ""
