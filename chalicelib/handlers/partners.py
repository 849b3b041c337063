"""Partner systems: registration by an administrator, tokens for the partner."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.identity import Role
from chalicelib.errors import CredentialsError, InvalidFieldsError, NotFoundError, StepUpRequiredError
from chalicelib.handlers.http import EVERYONE, FORM, Api, Call, Door
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
    errors=(CredentialsError,),
)
def token(call: Call) -> Any:
    return services().partners.token(call.actor, call.body.client_assertion, call.body.scope)
