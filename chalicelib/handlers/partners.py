"""Partner systems: registration by an administrator, tokens for the partner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.identity import Role
from chalicelib.errors import (
    CredentialsError,
    InvalidFieldsError,
    MalformedError,
    NotFoundError,
    StaleVersionError,
    StepUpRequiredError,
)
from chalicelib.handlers.endpoints import EVERYONE, FORM, Answer, Call, Door, versioned
from chalicelib.handlers.http import Api
from chalicelib.handlers.models.oauth import ASSERTION_TYPE, GRANT
from chalicelib.handlers.paging import PAGE_QUERY, asked, page

api = Api(__name__)

MODELS = "handlers.models.partners"
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})


@api.endpoint(
    "POST",
    "/api/v1/partners",
    operation="partner-register",
    summary="Register a partner system and its public keys",
    door=Door.SIGNED_IN,
    roles=ADMINISTRATOR,
    body=f"{MODELS}:Partner",
    status=201,
    step_up=True,
    errors=(InvalidFieldsError, StepUpRequiredError),
)
def register(call: Call) -> Any:
    return services().partners.register(call.actor, call.body.model_dump(mode="json"))


@api.endpoint(
    "GET",
    "/api/v1/partners",
    operation="partner-list",
    summary="Partner systems",
    door=Door.SIGNED_IN,
    roles=ADMINISTRATOR,
    query=PAGE_QUERY,
)
def listing(call: Call) -> Any:
    limit, after = asked(call, "partners")
    return page(call, "partners", *services().partners.listed(call.actor, limit, after))


@api.endpoint(
    "DELETE",
    "/api/v1/partners/{client_id}",
    operation="partner-revoke",
    summary="Revoke a partner; holds from its next call on",
    door=Door.SIGNED_IN,
    roles=ADMINISTRATOR,
    status=204,
    step_up=True,
    errors=(NotFoundError, StepUpRequiredError),
)
def revoke(call: Call, client_id: str) -> Any:
    services().partners.revoke(call.actor, client_id)


@api.endpoint(
    "POST",
    "/api/v1/oauth/token",
    operation="partner-token",
    summary="Access token for a signed client assertion (private_key_jwt), or for a patient's leave to an application",
    door=Door.PUBLIC,
    roles=EVERYONE,
    body=f"{MODELS}:TokenRequest",
    content_type=FORM,
    errors=(CredentialsError, MalformedError),
)
def token(call: Call) -> Any:
    """For a partner's system, and for an application that a patient let in (services/applications/tokens.py)."""
    return in_words(lambda: _token(call))


def _token(call: Call) -> Any:
    form, proof = call.body, call.headers.get("dpop", "")
    _check_grant(form)
    if form.grant_type == GRANT:
        return services().partners.token(call.actor, form.client_assertion, form.scope, form.client_id, proof)
    exchange = {"authorization_code": "exchange", "refresh_token": "refresh"}[form.grant_type]
    return getattr(services().app_tokens, exchange)(call.actor, form.model_dump(), proof)


def in_words(view: Callable[[], Any]) -> Any:
    """An answer with its errors as RFC 6749, section 5.2 wants them, with our code beside the RFC's word."""
    try:
        return view()
    except (CredentialsError, MalformedError) as error:
        body = {"error": error.extra["error"], "error_description": error.title, "code": error.code}
        return Answer(body, status=error.status)


def _check_grant(form: Any) -> None:
    """What is missing, or unsupported. Of an assertion its type must be the one there is."""
    needed = {
        GRANT: ("client_assertion",),
        "authorization_code": ("code", "redirect_uri", "code_verifier"),
        "refresh_token": ("refresh_token",),
    }
    if form.grant_type and form.grant_type not in needed:
        raise MalformedError(extra={"error": "unsupported_grant_type"})
    signed = not form.client_assertion or form.client_assertion_type == ASSERTION_TYPE
    if not form.grant_type or not signed or not all(getattr(form, name) for name in needed[form.grant_type]):
        raise MalformedError(extra={"error": "invalid_request"})


@api.endpoint(
    "PUT",
    "/api/v1/partners/{client_id}/keys",
    operation="partner-keys-replace",
    summary="Replace the public keys of a partner; the former ones sign for an hour more, unless a key was lost",
    door=Door.SIGNED_IN,
    roles=ADMINISTRATOR,
    body=f"{MODELS}:PartnerKeys",
    if_match=True,
    step_up=True,
    errors=(InvalidFieldsError, NotFoundError, StaleVersionError, StepUpRequiredError),
)
def replace_keys(call: Call, client_id: str) -> Any:
    body = call.body
    jwks = body.jwks.model_dump(mode="json")
    return versioned(services().partner_keys.replace(call.actor, client_id, call.if_match, jwks, at_once=body.at_once))


@api.endpoint(
    "PUT",
    "/api/v1/partner-keys",
    operation="partner-keys-rotate",
    summary="New public keys of a partner, by its own word: a JWT under one of the present keys",
    door=Door.PUBLIC,
    roles=EVERYONE,
    body=f"{MODELS}:OwnKeys",
    errors=(CredentialsError, InvalidFieldsError, StaleVersionError),
)
def rotate_keys(call: Call) -> Any:
    return versioned(services().partner_keys.rotate(call.actor, call.body.signed))
