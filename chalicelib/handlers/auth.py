"""Bearer token, portal cookie or token of a link to actor. It says who claims to ask; the gate checks who lives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from chalice.app import Request

from chalicelib.bootstrap import services
from chalicelib.domain.identity import Actor, PersonId, Role, SharePass
from chalicelib.domain.shares import AUDIENCE as SHARES
from chalicelib.domain.suspicion import Device, device_of, elsewhere
from chalicelib.errors import NotSignedInError, SessionBlockedError, SessionEndedError
from chalicelib.handlers import portal
from chalicelib.handlers.portal import Cookie
from chalicelib.ports.share_rows import recipient

AUDIENCE = "medkarta-api"
MAX_TOKEN = 4096


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and by what. ``cookie``: the portal's, as the answer should leave it; ``renewed``: it must be set."""

    actor: Actor
    cookie: Cookie | None = None
    renewed: bool = False


def caller_of(request: Request, headers: Mapping[str, str], request_id: str, method: str) -> Caller:
    """A bearer token comes first; without one, the portal's cookie under its rules (handlers/portal.py).

    Raises NotSignedInError for any defect, CrossSiteError for a cookie that another site made the browser send.
    """
    cookie = portal.cookie_of(headers) if "authorization" not in headers else None
    if cookie is None:
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise NotSignedInError
        return Caller(actor_of(request, token.strip(), request_id))
    portal.guard(method, headers, services().settings.public_url)
    try:
        return Caller(actor_of(request, cookie.access, request_id), cookie)
    except NotSignedInError:  # the access token lived its ten minutes
        pass
    try:
        fresh = services().sessions.renewed(anonymous(request, request_id), cookie.refresh)
    except SessionBlockedError:
        raise
    except SessionEndedError:
        raise NotSignedInError from None
    cookie = Cookie(cookie.refresh, fresh["access_token"])
    return Caller(actor_of(request, cookie.access, request_id), cookie, renewed=True)


def actor_of(request: Request, token: str, request_id: str) -> Actor:
    """The actor that a valid access token names. Raises NotSignedInError for any defect."""
    if not token or len(token) > MAX_TOKEN:
        raise NotSignedInError
    claims = services().signer.verify(token, purpose="access", audience=AUDIENCE)
    device = _device(request)
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
            ward_id=PersonId(claims.get("wrd", "")),
            bound_to=claims.get("dev", ""),
            device=device.tag,
            client=device.label,
        )
    except (KeyError, ValueError, TypeError, AttributeError):
        raise NotSignedInError from None


def recipient_of(request: Request, headers: Mapping[str, str], request_id: str, share_id: str) -> Actor:
    """Whoever opened the link that the path names, by the token of that opening. NotSignedInError for any defect.

    A token of another link, and one that came from another device than opened it (as far as devices name themselves),
    leaves an entry in the chain of the card that it was made for.
    """
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not 0 < len(token) <= MAX_TOKEN:
        raise NotSignedInError
    claims = services().signer.verify(token.strip(), purpose="sealed", audience=SHARES)
    try:
        share = SharePass(claims["opn"], PersonId(claims["pat"]), PersonId(claims["by"]), bool(claims["fwd"]))
        actor = recipient(anonymous(request, request_id), str(claims["sub"]), share)
    except (KeyError, TypeError):
        raise NotSignedInError from None
    stolen = "another-device" if elsewhere(str(claims.get("dev", "")), actor.device) else ""
    refused = "another-share" if actor.person_id != share_id else stolen
    if refused:
        services().gate.refuse(actor, "share-read", refused)
        raise NotSignedInError
    return actor


def anonymous(request: Request, request_id: str) -> Actor:
    device = _device(request)
    return Actor(
        PersonId("anonymous"),
        Role.ANONYMOUS,
        ip=_ip(request),
        request_id=request_id,
        device=device.tag,
        client=device.label,
    )


def _device(request: Request) -> Device:
    """What the client says of its machine; ``X-Device-ID`` is random text that it keeps (ID-11)."""
    given = {name.lower(): value for name, value in (request.headers or {}).items()}
    return device_of(given.get("user-agent", ""), given.get("x-device-id", ""))


def _ip(request: Request) -> str:
    """The address that the gateway saw; a forwarded header is the client's own word and is not taken."""
    return str((request.context.get("identity") or {}).get("sourceIp", ""))
