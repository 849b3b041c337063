"""Keyset pages. A cursor is sealed, expires, and is bound to the list it came from and to the caller as they acted then
(person, role, membership, ward): it holds a place in one partition, and in another role that is another one.
"""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.errors import FieldProblem, InvalidFieldsError, NotSignedInError
from chalicelib.handlers.endpoints import Call, whole_number
from chalicelib.ports.tables import Item

AUDIENCE = "cursor"
LIFETIME = 3600
PAGE_QUERY = {
    "limit": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20, "description": "Most on a page"},
    "cursor": {"type": "string", "maxLength": 2048, "description": "Where to go on: next of the page before"},
}


def asked(call: Call, listing: str) -> tuple[int, Item | None]:
    """Page size and where to continue. Raises InvalidFieldsError for a cursor that is not this caller's."""
    limit = whole_number(call, "limit", 20, 100)
    cursor = call.query.get("cursor")
    return limit, None if cursor is None else position(call, cursor, listing, "?cursor")


def position(call: Call, cursor: str, listing: str, field: str) -> Item:
    """What a cursor says. ``field`` names it in the error (InvalidFieldsError) when it is not this caller's."""
    try:
        claims = services().signer.verify(cursor, purpose="sealed", audience=AUDIENCE)
        ours = claims["sub"] == call.actor.person_id and claims["as"] == _acting(call) and claims["list"] == listing
        after: Item | None = dict(claims["after"]) if ours else None
    except (NotSignedInError, KeyError, TypeError, ValueError):
        after = None
    if after is None:
        raise InvalidFieldsError(fields=(FieldProblem(field, "cursor", "start the list again"),))
    return after


def page(call: Call, listing: str, items: list[Any], after: Item | None) -> dict[str, Any]:
    """The answer; ``next`` is absent on the last page."""
    shown: dict[str, Any] = {"items": items}
    if after is not None:
        shown["next"] = following(call, listing, after)
    return shown


def following(call: Call, listing: str, after: Item | None) -> str:
    """The cursor of what comes after; "" at the end."""
    if after is None:
        return ""
    now = int(services().clock().timestamp())
    claims = {
        "sub": call.actor.person_id,
        "as": _acting(call),
        "aud": AUDIENCE,
        "list": listing,
        "after": after,
        "iat": now,
        "exp": now + LIFETIME,
    }
    return services().signer.issue(claims, purpose="sealed")


def _acting(call: Call) -> str:
    actor = call.actor
    return f"{actor.role.value}/{actor.member_id}/{actor.ward_id}"
