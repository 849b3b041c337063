"""Bearer token, portal cookie or token of a link to actor. It says who claims to ask; the gate checks who lives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from chalice.app import Request

from chalicelib.bootstrap import services
from chalicelib.domain.access import DELIVERY_SCOPES
from chalicelib.domain.identity import Actor, PersonId, Role, SharePass
from chalicelib.domain.shares import AUDIENCE as SHARES
from chalicelib.domain.smart import is_scope
from chalicelib.domain.suspicion import Device, device_of, elsewhere
from chalicelib.errors import NotSignedInError, ProofError, SessionBlockedError, SessionEndedError
from chalicelib.handlers import edge, portal
from chalicelib.handlers.endpoints import Door
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


def caller_of(request: Request, headers: Mapping[str, str], request_id: str, method: str, path: str) -> Caller:
    """A token comes first; without one, the portal's cookie under its rules (handlers/portal.py).

    ``path``: as it was called, for a token that is bound to a key (RFC 9449). Raises NotSignedInError for any defect,
    ProofError, CrossSiteError for a cookie that another site made the browser send.
    """
    cookie = portal.cookie_of(headers) if "authorization" not in headers else None
    if cookie is None:
        scheme, _, token = headers.get("authorization", "").partition(" ")
        token = token.strip()
        claims = _claims(token) if scheme.lower() in {"bearer", "dpop"} else None
        if claims is None:
            raise NotSignedInError
        actor = _actor(request, claims, request_id)
        bound = _bound(claims)
        if bound or scheme.lower() == "dpop":
            proof = headers.get("dpop", "") if scheme.lower() == "dpop" else ""
            _check_proof(actor, bound, (proof, method, path, token))
        return Caller(actor)
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


def in_place(caller: Caller, door: Door, path: str) -> Caller:
    """The caller with such scopes as hold at a path: those about resources hold below ``/fhir``, where each is judged
    by its type. Elsewhere on a card they open nothing, nor does a leave to bring messages.
    """
    actor = caller.actor
    if not actor.scopes or path.startswith("/fhir") or (door is not Door.CARD and actor.role is not Role.APPLICATION):
        return caller
    about = {word for word in actor.scopes if is_scope(word)} | DELIVERY_SCOPES
    return replace(caller, actor=replace(actor, scopes=actor.scopes - about))


def actor_of(request: Request, token: str, request_id: str) -> Actor:
    """The actor that a valid access token names, if it is bound to no key. Raises NotSignedInError for any defect."""
    claims = _claims(token)
    if _bound(claims):
        raise NotSignedInError
    return _actor(request, claims, request_id)


def _claims(token: str) -> Mapping[str, Any]:
    if not token or len(token) > MAX_TOKEN:
        raise NotSignedInError
    claims: Mapping[str, Any] = services().signer.verify(token, purpose="access", audience=AUDIENCE)
    return claims


def _bound(claims: Mapping[str, Any]) -> str:
    """Thumbprint of the key that a token is bound to, if it is."""
    return str((claims.get("cnf") or {}).get("jkt", ""))


def _check_proof(actor: Actor, bound: str, call: tuple[str, str, str, str]) -> None:
    """Who calls with a bound token holds its key; a refusal is an entry, for the token is good and perhaps stolen."""
    proof, method, path, token = call
    try:
        services().proofs.check(proof, method, path, token, bound)
    except ProofError as error:
        services().gate.refuse(actor, "partner-call", f"dpop-{error.reason}")
        raise


def _actor(request: Request, claims: Mapping[str, Any], request_id: str) -> Actor:
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
            application=claims.get("app", ""),
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
    seen = str((request.context.get("identity") or {}).get("sourceIp", ""))
    given = {name.lower(): value for name, value in (request.headers or {}).items()}
    return edge.address(seen, given, services().settings.edge_key_hash)
