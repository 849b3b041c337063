"""Chat of patients and doctors."""

from __future__ import annotations

import re
from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.access import Action
from chalicelib.domain.chat import LONGEST_WAIT
from chalicelib.domain.identity import PersonId
from chalicelib.domain.texts.chat import NOTES
from chalicelib.errors import (
    AccessDeniedError,
    CardStateError,
    ChatClosedError,
    ChatEndedError,
    ChatTooOldError,
    ConflictError,
    FieldProblem,
    IdempotencyKeyReusedError,
    InvalidFieldsError,
    MessageFixedError,
    NotFoundError,
    StaleVersionError,
    TooManyRequestsError,
    WrongStateError,
)
from chalicelib.handlers.endpoints import Answer, Call, Door, language_of, versioned, whole_number
from chalicelib.handlers.headers import etag
from chalicelib.handlers.http import Api
from chalicelib.handlers.paging import PAGE_QUERY, asked, page, position
from chalicelib.handlers.periods import moment
from chalicelib.records.chat import CHAT

api = Api(__name__, grouped=True)

MODELS = "handlers.models.chat"
CHATS = "/api/v1/chats/{patient_id}"
THREAD = CHATS + "/{thread_id}"
MESSAGE = THREAD + "/messages/{message_id}"
SIDES = frozenset(CHAT.grants[Action.READ])
NEWS_QUERY = {
    **PAGE_QUERY,
    "before": {"type": "string", "maxLength": 40, "description": "Only older ones: a moment, or the end of a date"},
    "after": {"type": "string", "maxLength": 36, "description": "What came behind this message, oldest first"},
    "wait": {"type": "integer", "minimum": 0, "maximum": LONGEST_WAIT, "description": "Seconds, beside after"},
}
READING = (AccessDeniedError, NotFoundError)
WRITING = (*READING, CardStateError, ChatClosedError, ChatEndedError, ConflictError, InvalidFieldsError)
MESSAGE_ID = re.compile(r"[0-9a-f-]{36}")


# --- threads


@api.endpoint(
    "POST",
    CHATS,
    operation="chat-open",
    summary="Begin a chat with its first message: a patient with a doctor who has consent, or the doctor",
    door=Door.CARD,
    roles=SIDES,
    body=f"{MODELS}:NewChat",
    status=201,
    idempotent=True,
    errors=(*WRITING, IdempotencyKeyReusedError),
)
def open_(call: Call, patient_id: str) -> Any:
    made, repeated = services().chat.open(
        call.actor, PersonId(patient_id), call.body.model_dump(mode="json"), call.idempotency_key
    )
    return versioned(made, 201, repeated=repeated)


@api.endpoint(
    "GET",
    CHATS,
    operation="chat-list",
    summary="Chats of a card, begun last first; a doctor sees their own",
    door=Door.CARD,
    roles=SIDES,
    query=PAGE_QUERY,
    errors=READING,
)
def listed(call: Call, patient_id: str) -> Any:
    listing = f"chats/{patient_id}"
    limit, after = asked(call, listing)
    found = page(call, listing, *services().chat.listed(call.actor, PersonId(patient_id), limit, after))
    return {**found, "notes": _notes(call)}


@api.endpoint(
    "GET",
    THREAD,
    operation="chat-read",
    summary="One chat: subject, what each side has seen, whether the doctor is away",
    door=Door.CARD,
    roles=SIDES,
    errors=READING,
)
def one(call: Call, patient_id: str, thread_id: str) -> Any:
    shown = services().chat.one(call.actor, PersonId(patient_id), thread_id)
    return Answer({**shown, "notes": _notes(call)}, headers=etag(shown["version"]))


@api.endpoint(
    "POST",
    THREAD + "/closing",
    operation="chat-close",
    summary="Close a chat; it may be reopened within 30 days",
    door=Door.CARD,
    roles=SIDES,
    body=f"{MODELS}:Closing",
    errors=(*READING, CardStateError, ChatClosedError, ConflictError),
)
def close(call: Call, patient_id: str, thread_id: str) -> Any:
    return services().chat.close(call.actor, PersonId(patient_id), thread_id, call.body.reason)


@api.endpoint(
    "POST",
    THREAD + "/reopening",
    operation="chat-reopen",
    summary="Reopen a chat that was closed less than 30 days ago",
    door=Door.CARD,
    roles=SIDES,
    errors=(*READING, CardStateError, ChatEndedError, ChatTooOldError, ConflictError, WrongStateError),
)
def reopen(call: Call, patient_id: str, thread_id: str) -> Any:
    return services().chat.reopen(call.actor, PersonId(patient_id), thread_id)


@api.endpoint(
    "PUT",
    THREAD + "/mark",
    operation="chat-mark",
    summary="One's own side has read up to a message; never back",
    door=Door.CARD,
    roles=SIDES,
    body=f"{MODELS}:Mark",
    errors=(*READING, CardStateError, ConflictError),
)
def mark(call: Call, patient_id: str, thread_id: str) -> Any:
    return services().chat.mark(call.actor, PersonId(patient_id), thread_id, call.body.message_id)


# --- messages


@api.endpoint(
    "GET",
    THREAD + "/messages",
    operation="chat-messages",
    summary="Messages, newest first; with ``after`` those behind a known one, at once or within ``wait`` seconds",
    door=Door.CARD,
    roles=SIDES,
    query=NEWS_QUERY,
    errors=(*READING, InvalidFieldsError, TooManyRequestsError),
)
def messages(call: Call, patient_id: str, thread_id: str) -> Any:
    listing = f"chat/{thread_id}"
    limit, cursor = asked(call, listing)
    if "after" in call.query:
        return _newer(call, PersonId(patient_id), thread_id, limit)
    until = moment(call.query.get("before", ""), "?before", end=True)
    found = services().chat.page(call.actor, PersonId(patient_id), thread_id, limit, cursor, until)
    thread, items, after = found
    shown = {"thread": thread, **page(call, listing, items, after)}
    return Answer(shown, headers=etag(thread["version"]))


def _newer(call: Call, patient_id: PersonId, thread_id: str, limit: int) -> Answer:
    after, known = call.query["after"], _known(call)
    if not MESSAGE_ID.fullmatch(after):
        raise InvalidFieldsError(fields=(FieldProblem("?after", "format", "the id of a message"),))
    wait = 0 if call.query.get("wait", "0") == "0" else whole_number(call, "wait", LONGEST_WAIT, LONGEST_WAIT)
    found = services().chat.newer(call.actor, patient_id, thread_id, after, known, wait, limit)
    if found is None:
        return Answer(None, 304, etag(known))
    return Answer(found, headers=etag(found["thread"]["version"]))


def _known(call: Call) -> int:
    """The version that If-None-Match names (RFC 9110, 13.1.2); 0 for none that is ours."""
    tag = call.headers.get("if-none-match", "").strip().removeprefix("W/").strip('"')
    return int(tag) if tag.isascii() and tag.isdecimal() and len(tag) < 10 else 0  # noqa: PLR2004


@api.endpoint(
    "POST",
    THREAD + "/messages",
    operation="chat-send",
    summary="Write a message, with files that were found clean; sent twice with one key it is there once",
    door=Door.CARD,
    roles=SIDES,
    body=f"{MODELS}:Message",
    status=201,
    idempotent=True,
    errors=(*WRITING, IdempotencyKeyReusedError),
)
def send(call: Call, patient_id: str, thread_id: str) -> Any:
    made, repeated = services().chat.send(
        call.actor, PersonId(patient_id), thread_id, call.body.model_dump(mode="json"), call.idempotency_key
    )
    return versioned(made, 201, repeated=repeated)


@api.endpoint(
    "GET",
    MESSAGE,
    operation="chat-versions",
    summary="Every text that a message has had, newest first",
    door=Door.CARD,
    roles=SIDES,
    errors=READING,
)
def versions(call: Call, patient_id: str, thread_id: str, message_id: str) -> Any:
    return {"items": services().chat.versions(call.actor, PersonId(patient_id), thread_id, message_id)}


@api.endpoint(
    "PUT",
    MESSAGE,
    operation="chat-edit",
    summary="Edit one's own message within 15 minutes; the earlier text stays readable",
    door=Door.CARD,
    roles=SIDES,
    body=f"{MODELS}:Edit",
    if_match=True,
    errors=(*WRITING, MessageFixedError, StaleVersionError),
)
def edit(call: Call, patient_id: str, thread_id: str, message_id: str) -> Any:
    shown = services().chat.edit(call.actor, PersonId(patient_id), thread_id, message_id, call.body.text, call.if_match)
    return Answer(shown, headers=etag(shown["version"]))


@api.endpoint(
    "DELETE",
    MESSAGE,
    operation="chat-withdraw",
    summary="Withdraw one's own message within 15 minutes: its text is gone for both",
    door=Door.CARD,
    roles=SIDES,
    if_match=True,
    errors=(*READING, CardStateError, ConflictError, MessageFixedError, StaleVersionError),
)
def withdraw(call: Call, patient_id: str, thread_id: str, message_id: str) -> Any:
    return services().chat.withdraw(call.actor, PersonId(patient_id), thread_id, message_id, call.if_match)


@api.endpoint(
    "POST",
    CHATS + "/search",
    operation="chat-search",
    summary="Words in messages; a page is what was found among 200 of them, and may be empty and go on",
    door=Door.CARD,
    roles=SIDES,
    body=f"{MODELS}:ChatSearch",
    errors=(*READING, InvalidFieldsError),
)
def search(call: Call, patient_id: str) -> Any:
    listing = f"chat-search/{patient_id}"
    after = position(call, call.body.cursor, listing, "/cursor") if call.body.cursor else None
    items, after = services().chat.find(call.actor, PersonId(patient_id), call.body.text, after)
    return page(call, listing, items, after)


def _notes(call: Call) -> dict[str, str]:
    return {name: said.to(language_of(call)) for name, said in NOTES.items()}
