"""The inbox of the cabinet."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.texts import Topic
from chalicelib.errors import FieldProblem, InvalidFieldsError, NotFoundError
from chalicelib.handlers.endpoints import HUMANS, Call, Door, language_of
from chalicelib.handlers.http import Api
from chalicelib.handlers.paging import PAGE_QUERY, asked, page

api = Api(__name__)


@api.endpoint(
    "GET",
    "/api/v1/me/notices",
    operation="notice-list",
    summary="Inbox of the cabinet",
    door=Door.SIGNED_IN,
    roles=HUMANS,
    query={
        **PAGE_QUERY,
        "topic": {
            "type": "string",
            "enum": [topic.value for topic in Topic],
            "description": "Those alone of this topic",
        },
        "unread": {"type": "boolean", "description": "Those alone that nobody read"},
    },
    errors=(InvalidFieldsError,),
)
def notices(call: Call) -> Any:
    topic, unread = call.query.get("topic", ""), call.query.get("unread", "false")
    problems = []
    if topic and topic not in set(Topic):
        problems.append(FieldProblem("?topic", "choice", f"one of: {', '.join(Topic)}"))
    if unread not in {"true", "false"}:
        problems.append(FieldProblem("?unread", "choice", "one of: true, false"))
    if problems:
        raise InvalidFieldsError(fields=tuple(problems))
    listing = f"notices/{topic}/{unread}"
    limit, after = asked(call, listing)
    found = services().notices.mine(call.actor, language_of(call), limit, after, topic=topic, unread=unread == "true")
    return page(call, listing, *found)


@api.endpoint(
    "POST",
    "/api/v1/me/notices/{notice_id}/read",
    operation="notice-read",
    summary="Mark a notice as read",
    door=Door.SIGNED_IN,
    roles=HUMANS,
    status=204,
    errors=(NotFoundError,),
)
def read(call: Call, notice_id: str) -> Any:
    services().notices.mark_read(call.actor, notice_id)
