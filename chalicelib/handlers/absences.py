"""A doctor's own pages of chat: all their chats, and that they are away."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.identity import Role
from chalicelib.errors import InvalidFieldsError, NotFoundError, StaleVersionError
from chalicelib.handlers.endpoints import Call, Door
from chalicelib.handlers.http import Api
from chalicelib.handlers.paging import PAGE_QUERY, asked, page

api = Api(__name__, grouped=True)

MODELS = "handlers.models.chat"
DOCTORS = frozenset({Role.DOCTOR})


@api.endpoint(
    "GET",
    "/api/v1/me/chats",
    operation="chat-mine",
    summary="A doctor's chats over all cards, begun last first: moments and unread messages, no content",
    door=Door.SIGNED_IN,
    roles=DOCTORS,
    query=PAGE_QUERY,
)
def mine(call: Call) -> Any:
    limit, after = asked(call, "chats")
    return page(call, "chats", *services().chat.mine(call.actor, limit, after))


@api.endpoint(
    "PUT",
    "/api/v1/me/absence",
    operation="absence-set",
    summary="Be away from now on: until when, and what whoever writes is answered",
    door=Door.SIGNED_IN,
    roles=DOCTORS,
    body=f"{MODELS}:Absence",
    errors=(InvalidFieldsError, StaleVersionError),
)
def be_away(call: Call) -> Any:
    return services().chat.set_absence(call.actor, call.body.until, call.body.text)


@api.endpoint(
    "GET",
    "/api/v1/me/absence",
    operation="absence-read",
    summary="One's own absence",
    door=Door.SIGNED_IN,
    roles=DOCTORS,
    errors=(NotFoundError,),
)
def absence(call: Call) -> Any:
    return services().chat.absence(call.actor)


@api.endpoint(
    "DELETE",
    "/api/v1/me/absence",
    operation="absence-end",
    summary="Be back",
    door=Door.SIGNED_IN,
    roles=DOCTORS,
    status=204,
    errors=(NotFoundError, StaleVersionError),
)
def be_back(call: Call) -> Any:
    services().chat.end_absence(call.actor)
