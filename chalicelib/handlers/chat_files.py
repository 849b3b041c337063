"""Files of messages: brought by either side of a chat, given out through the chat that they hang in."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.identity import PersonId
from chalicelib.domain.scans import ACCEPTED, MAX_BYTES
from chalicelib.errors import (
    AccessDeniedError,
    CardStateError,
    ContentTypeError,
    NotReadyError,
    TooLargeError,
    WrongStateError,
)
from chalicelib.handlers.chat import CHATS, READING, SIDES, THREAD
from chalicelib.handlers.endpoints import Answer, Call, Door
from chalicelib.handlers.headers import file_given
from chalicelib.handlers.http import Api
from chalicelib.records.chat import CHAT

api = Api(__name__, grouped=True)

FILE = CHATS + "/files/{upload_id}"


@api.endpoint(
    "POST",
    CHATS + "/files",
    operation="chat-file-create",
    summary="Bring a file for a message: PDF, JPEG or PNG, at most 4 MB; it is checked in the background",
    door=Door.CARD,
    roles=SIDES,
    accepts=ACCEPTED,
    max_body=MAX_BYTES,
    status=201,
    errors=(AccessDeniedError, CardStateError, ContentTypeError, TooLargeError),
)
def bring(call: Call, patient_id: str) -> Any:
    file = call.body
    return services().uploads.create_for_record(call.actor, PersonId(patient_id), CHAT, file.media_type, file.data)


@api.endpoint(
    "GET",
    FILE,
    operation="chat-file-state",
    summary="What the check said of a file that one or one's organisation brought for a message",
    door=Door.CARD,
    roles=SIDES,
    errors=READING,
)
def file_state(call: Call, patient_id: str, upload_id: str) -> Any:
    return services().uploads.for_record(call.actor, PersonId(patient_id), CHAT, upload_id)


@api.endpoint(
    "DELETE",
    FILE,
    operation="chat-file-delete",
    summary="Delete such a file while it hangs on no message",
    door=Door.CARD,
    roles=SIDES,
    status=204,
    errors=(*READING, NotReadyError, WrongStateError),
)
def drop(call: Call, patient_id: str, upload_id: str) -> Any:
    services().uploads.drop_for_record(call.actor, PersonId(patient_id), CHAT, upload_id)


@api.endpoint(
    "GET",
    THREAD + "/files/{upload_id}",
    operation="chat-file",
    summary="Take a file of a message, or a range of it, at most 4 MiB at a time",
    door=Door.CARD,
    roles=SIDES,
    answer_type="application/octet-stream",
    ranges=True,
    errors=READING,
)
def file(call: Call, patient_id: str, thread_id: str, upload_id: str) -> Any:
    given = services().chat.file(call.actor, PersonId(patient_id), thread_id, upload_id, call.headers.get("range", ""))
    status, headers = file_given(given.media_type, given.data, given.first, given.size, upload_id)
    return Answer(given.data, status, headers)
