"""Single sign-on, confirmation of identity at a provider, links to providers (ID-6, ID-7).

The client that begins a flow is the one that can end it: it holds the ``binding``. The portal (handlers/portal.py) has
it in a cookie that no script reads and that, unlike the session's, is sent when the browser comes from another site.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from chalicelib.bootstrap import services
from chalicelib.domain.single_sign_on import FLOW_SECONDS, Brought
from chalicelib.errors import (
    ConflictError,
    CredentialsError,
    IdentityConflictError,
    IdentityMismatchError,
    IdentityUnverifiedError,
    NoAccountError,
    NotFoundError,
    ProviderUnavailableError,
    StepUpRequiredError,
    WrongStateError,
)
from chalicelib.handlers.endpoints import EVERYONE, HUMANS, Answer, Call, Door
from chalicelib.handlers.http import Api
from chalicelib.handlers.portal import asks_for_cookie

api = Api(__name__)

MODELS = "handlers.models.single_sign_on"
COOKIE = "__Host-oidc"
CARRIED = ("code", "state", "iss", "error")
LONGEST = 2048
CALLBACK_QUERY: Mapping[str, Mapping[str, Any]] = {
    name: {"type": "string", "maxLength": LONGEST, "description": text}
    for name, text in (
        ("code", "RFC 6749, 4.1.2"),
        ("state", "RFC 6749, 4.1.2"),
        ("iss", "RFC 9207"),
        ("error", "RFC 6749, 4.1.2.1"),
    )
}
FAILURES = (
    CredentialsError,
    IdentityUnverifiedError,
    IdentityConflictError,
    ProviderUnavailableError,
    WrongStateError,
    NotFoundError,
)


@api.endpoint(
    "GET",
    "/api/v1/sign-in/providers",
    operation="provider-list",
    summary="Identity providers through which one can sign in",
    door=Door.PUBLIC,
    roles=EVERYONE,
)
def providers(_call: Call) -> Any:
    return Answer({"items": services().single_sign_on.providers()}, headers={"Cache-Control": "public, max-age=300"})


@api.endpoint(
    "GET",
    "/api/v1/sign-in/callback",
    operation="sign-on-return",
    summary="Where a provider sends the browser; hands on to the portal",
    door=Door.PUBLIC,
    roles=EVERYONE,
    query=CALLBACK_QUERY,
    open_query=True,
    status=303,
)
def come_back(call: Call) -> Any:
    """What came is put behind the ``#``: that part reaches neither a server, nor its log, nor another site."""
    carried = {name: call.query[name] for name in CARRIED if 0 < len(call.query.get(name, "")) <= LONGEST}
    return Answer(None, 303, {"Location": f"{services().settings.public_url}/sign-in#{urlencode(carried)}"})


@api.endpoint(
    "POST",
    "/api/v1/sign-in/{provider}",
    operation="sign-on-begin",
    summary="Begin to sign in through a provider: where the browser goes",
    door=Door.PUBLIC,
    roles=EVERYONE,
    errors=(NotFoundError, ProviderUnavailableError),
)
def begin(call: Call, provider: str) -> Any:
    return _begun(call, services().single_sign_on.begin(provider))


@api.endpoint(
    "POST",
    "/api/v1/sign-in/{provider}/callback",
    operation="sign-on-finish",
    summary="Sign in through a provider, first half: answers as a right password does",
    door=Door.PUBLIC,
    roles=EVERYONE,
    body=f"{MODELS}:SignOnAnswer",
    errors=(*FAILURES, NoAccountError),
)
def finish(call: Call, provider: str) -> Any:
    return _finished(call, services().single_sign_on.finish(call.actor, provider, _brought(call)))


@api.endpoint(
    "POST",
    "/api/v1/me/identity-confirmations/{provider}",
    operation="identity-confirmation-begin",
    summary="Begin to confirm one's identity at a provider",
    door=Door.SIGNED_IN,
    roles=HUMANS,
    errors=(NotFoundError, ProviderUnavailableError, WrongStateError),
)
def begin_confirmation(call: Call, provider: str) -> Any:
    return _begun(call, services().single_sign_on.begin_confirmation(call.actor, provider))


@api.endpoint(
    "POST",
    "/api/v1/me/identity-confirmations/{provider}/callback",
    operation="identity-confirmation-finish",
    summary="Confirm one's identity: the provider must know the same person",
    door=Door.SIGNED_IN,
    roles=HUMANS,
    body=f"{MODELS}:SignOnAnswer",
    errors=(*FAILURES, IdentityMismatchError),
)
def finish_confirmation(call: Call, provider: str) -> Any:
    return _finished(call, services().single_sign_on.finish_confirmation(call.actor, provider, _brought(call)))


@api.endpoint(
    "GET",
    "/api/v1/me/links",
    operation="link-list",
    summary="Providers whose login opens one's own account",
    door=Door.SIGNED_IN,
    roles=HUMANS,
)
def links(call: Call) -> Any:
    return {"items": services().links.mine(call.actor)}


@api.endpoint(
    "DELETE",
    "/api/v1/me/links/{provider}",
    operation="link-remove",
    summary="Remove a link to a provider",
    door=Door.SIGNED_IN,
    roles=HUMANS,
    step_up=True,
    status=204,
    errors=(NotFoundError, StepUpRequiredError, ConflictError),
)
def unlink(call: Call, provider: str) -> Any:
    services().links.remove(call.actor, provider)


def _begun(call: Call, started: dict[str, Any]) -> Answer:
    if not asks_for_cookie(call.headers):
        return Answer(started)
    binding = started.pop("binding")
    return Answer(started, headers={"Set-Cookie": _cookie(binding, FLOW_SECONDS)})


def _finished(call: Call, answer: dict[str, Any]) -> Answer:
    return Answer(answer, headers={"Set-Cookie": _cookie("", 0)} if asks_for_cookie(call.headers) else {})


def _brought(call: Call) -> Brought:
    body = call.body
    binding = _kept(call.headers.get("cookie", "")) if asks_for_cookie(call.headers) else body.binding
    return Brought(body.code, body.state, body.iss, binding)


def _cookie(value: str, seconds: int) -> str:
    return f"{COOKIE}={value}; Max-Age={seconds}; Path=/; Secure; HttpOnly; SameSite=Lax"


def _kept(cookies: str) -> str:
    """The binding in a Cookie header; empty when there is none. Two of one name are somebody's trick."""
    found = [value for name, _, value in (part.strip().partition("=") for part in cookies.split(";")) if name == COOKIE]
    return found[0] if len(found) == 1 else ""
