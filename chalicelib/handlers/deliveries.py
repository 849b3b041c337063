"""What goes outside: by which channel, when, and what became of it; and the inbox as a whole."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.errors import InvalidFieldsError
from chalicelib.handlers.endpoints import HUMANS, Call, Door
from chalicelib.handlers.http import Api
from chalicelib.handlers.paging import PAGE_QUERY, asked, page

api = Api(__name__, grouped=True)

MODELS = "handlers.models.deliveries"


@api.endpoint(
    "GET",
    "/api/v1/me/deliveries",
    operation="delivery-list",
    summary="What of one's notices went outside: by which channel, when, and what became of it",
    door=Door.SIGNED_IN,
    roles=HUMANS,
    query={**PAGE_QUERY, "notice": {"type": "string", "maxLength": 64, "description": "Of this notice alone"}},
    errors=(InvalidFieldsError,),
)
def deliveries(call: Call) -> Any:
    notice_id = call.query.get("notice", "")
    limit, after = asked(call, f"deliveries/{notice_id}")
    found = services().wishes.deliveries(call.actor, limit, after, notice_id)
    return page(call, f"deliveries/{notice_id}", *found)


@api.endpoint(
    "GET",
    "/api/v1/me/inbox",
    operation="notice-count",
    summary="How many notices nobody read: at most 99, and whether there are more",
    door=Door.SIGNED_IN,
    roles=HUMANS,
)
def count(call: Call) -> Any:
    return services().notices.unread(call.actor)


@api.endpoint(
    "POST",
    "/api/v1/me/inbox/read",
    operation="notice-read-all",
    summary="Mark as read every notice up to the newest that was shown",
    door=Door.SIGNED_IN,
    roles=HUMANS,
    body=f"{MODELS}:ReadUpTo",
    errors=(InvalidFieldsError,),
)
def read_all(call: Call) -> Any:
    return services().notices.mark_all_read(call.actor, call.body.newest)
