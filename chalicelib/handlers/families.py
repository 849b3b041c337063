"""The family profile, and earlier versions of one's own profile."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.identity import Role
from chalicelib.handlers.endpoints import Call, Door
from chalicelib.handlers.http import Api
from chalicelib.handlers.paging import PAGE_QUERY, asked, page

api = Api(__name__)

PATIENT = frozenset({Role.PATIENT})


@api.endpoint(
    "GET",
    "/api/v1/me/family",
    operation="family-list",
    summary="One's children as they were registered, with the state of the cards that one acts for",
    door=Door.SIGNED_IN,
    roles=PATIENT,
    query=PAGE_QUERY,
)
def family(call: Call) -> Any:
    limit, after = asked(call, "family")
    return page(call, "family", *services().families.mine(call.actor, limit, after))


@api.endpoint(
    "GET",
    "/api/v1/me/profile-history",
    operation="profile-history",
    summary="Earlier versions of one's own profile",
    door=Door.SIGNED_IN,
    roles=PATIENT,
    query=PAGE_QUERY,
)
def profile_history(call: Call) -> Any:
    limit, after = asked(call, "profile-history")
    return page(call, "profile-history", *services().profiles.history(call.actor, limit, after))
