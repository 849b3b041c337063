"""Partner systems: registration by an administrator, tokens for the partner."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.identity import Role
from chalicelib.errors import CredentialsError, InvalidFieldsError, MalformedError, NotFoundError, StepUpRequiredError
from chalicelib.handlers.endpoints import EVERYONE, FORM, Answer, Call, Door
from chalicelib.handlers.http import Api
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
    summary="Access token for a signed client assertion (private_key_jwt)",
    door=Door.PUBLIC,
    roles=EVERYONE,
    body=f"{MODELS}:TokenRequest",
    content_type=FORM,
    errors=(CredentialsError, MalformedError),
)
def token(call: Call) -> Any:
    """Errors as RFC 6749, section 5.2 wants them, with our code beside the RFC's word."""
    form = call.body
    try:
        _check_grant(form)
        return services().partners.token(call.actor, form.client_assertion, form.scope, form.client_id)
    except (CredentialsError, MalformedError) as error:
        body = {"error": error.extra["error"], "error_description": error.title, "code": error.code}
        return Answer(body, status=error.status)


def _check_grant(form: Any) -> None:
    from chalicelib.handlers.models.partners import ASSERTION_TYPE, GRANT

    if form.grant_type not in {"", GRANT}:
        raise MalformedError(extra={"error": "unsupported_grant_type"})
    if not form.grant_type or form.client_assertion_type != ASSERTION_TYPE or not form.client_assertion:
        raise MalformedError(extra={"error": "invalid_request"})
