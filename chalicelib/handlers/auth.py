"""Bearer token to actor. The token only says who claims to ask; the gate checks that the session still lives."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from chalice.app import Request

from chalicelib.bootstrap import services
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.errors import NotSignedInError

AUDIENCE = "medkarta-api"
MAX_TOKEN = 4096


def actor_of(request: Request, headers: Mapping[str, str], request_id: str) -> Actor:
    """The actor that a valid access token names. Raises NotSignedInError for any defect."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token or len(token) > MAX_TOKEN:
        raise NotSignedInError
    claims = services().signer.verify(token.strip(), purpose="access", audience=AUDIENCE)
    try:
        confirmed = claims.get("cat")
        return Actor(
            person_id=PersonId(claims["sub"]),
            role=Role(claims["role"]),
            session_id=claims.get("sid", ""),
            member_id=claims.get("mid", ""),
            organisation_id=claims.get("org", ""),
            department=claims.get("dep", ""),
            confirmed_at=datetime.fromtimestamp(confirmed, UTC) if confirmed else None,
            ip=_ip(request),
            request_id=request_id,
            scopes=frozenset(claims.get("scope", "").split()),
        )
    except (KeyError, ValueError, TypeError, AttributeError):
        raise NotSignedInError from None


def anonymous(request: Request, request_id: str) -> Actor:
    return Actor(PersonId("anonymous"), Role.ANONYMOUS, ip=_ip(request), request_id=request_id)


def _ip(request: Request) -> str:
    """The address that the gateway saw; a forwarded header is the client's own word and is not taken."""
    return str((request.context.get("identity") or {}).get("sourceIp", ""))
