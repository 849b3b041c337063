"""The inbox of the cabinet."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.errors import (
    NotFoundError,
)
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
    query=PAGE_QUERY,
)
def notices(call: Call) -> Any:
    limit, after = asked(call, "notices")
    return page(call, "notices", *services().notices.mine(call.actor, language_of(call), limit, after))


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
