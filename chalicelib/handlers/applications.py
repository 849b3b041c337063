"""Applications that a patient lets into the card (SMART app launch)."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.applications import BESIDE, TYPES
from chalicelib.domain.identity import Role
from chalicelib.errors import (
    CardStateError,
    CredentialsError,
    InvalidFieldsError,
    MalformedError,
    NotFoundError,
    StaleVersionError,
    StepUpRequiredError,
)
from chalicelib.handlers.endpoints import EVERYONE, FORM, JSON, Answer, Call, Door, language_of
from chalicelib.handlers.http import Api
from chalicelib.handlers.paging import PAGE_QUERY, asked, page
from chalicelib.handlers.partners import in_words

api = Api(__name__, grouped=True)

MODELS = "handlers.models.applications"
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
PATIENT = frozenset({Role.PATIENT})
ASKED = (
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "aud",
    "code_challenge",
    "code_challenge_method",
    "nonce",
    "launch",
)

# --- the administrator of the system


@api.endpoint(
    "POST",
    "/api/v1/apps",
    operation="app-register",
    summary="Register an application that patients may let into their cards",
    door=Door.SIGNED_IN,
    roles=ADMINISTRATOR,
    body=f"{MODELS}:App",
    status=201,
    step_up=True,
    errors=(InvalidFieldsError, StepUpRequiredError),
)
def register(call: Call) -> Any:
    return services().app_registry.register(call.actor, call.body.model_dump(mode="json"))


@api.endpoint(
    "GET",
    "/api/v1/apps",
    operation="app-list",
    summary="Applications that are registered",
    door=Door.SIGNED_IN,
    roles=ADMINISTRATOR,
    query=PAGE_QUERY,
)
def listing(call: Call) -> Any:
    limit, after = asked(call, "apps")
    return page(call, "apps", *services().app_registry.listed(call.actor, limit, after))


@api.endpoint(
    "DELETE",
    "/api/v1/apps/{client_id}",
    operation="app-revoke",
    summary="End a registration; every token of the application is refused from its next call on",
    door=Door.SIGNED_IN,
    roles=ADMINISTRATOR,
    status=204,
    step_up=True,
    errors=(NotFoundError, StaleVersionError, StepUpRequiredError),
)
def revoke_registration(call: Call, client_id: str) -> Any:
    services().app_registry.revoke(call.actor, client_id)


# --- the application


@api.endpoint(
    "GET",
    "/api/v1/oauth/authorize",
    route="/api/v1/oauth/authorize",
    operation="app-ask",
    summary="An application asks for access (SMART App Launch); the browser goes on to the patient's page",
    door=Door.PUBLIC,
    roles=EVERYONE,
    query={name: {"type": "string", "maxLength": 2000} for name in ASKED},
    open_query=True,
    status=303,
)
def ask(call: Call) -> Any:
    query = {name: value for name, value in call.query.items() if name in ASKED}
    place = services().app_asking.ask(call.actor, query)
    return Answer(None, 303, {"Location": place, "Referrer-Policy": "no-referrer"})


@api.endpoint(
    "POST",
    "/api/v1/oauth/revoke",
    route="/api/v1/oauth/revoke",
    operation="app-give-back",
    summary="An application gives a token back (RFC 7009): its access ends",
    door=Door.PUBLIC,
    roles=EVERYONE,
    body=f"{MODELS}:TokenForm",
    content_type=FORM,
    errors=(CredentialsError,),
)
def give_back(call: Call) -> Any:
    def done() -> Any:
        services().app_tokens.revoke(call.actor, call.body.model_dump())
        return {}

    return in_words(done)


@api.endpoint(
    "POST",
    "/api/v1/oauth/introspect",
    route="/api/v1/oauth/introspect",
    operation="app-inspect",
    summary="A confidential application asks what a token of its own is worth (RFC 7662)",
    door=Door.PUBLIC,
    roles=EVERYONE,
    body=f"{MODELS}:TokenForm",
    content_type=FORM,
    errors=(CredentialsError, MalformedError),
)
def inspect(call: Call) -> Any:
    return in_words(lambda: services().app_tokens.inspect(call.actor, call.body.model_dump()))


# --- the patient


@api.endpoint(
    "GET",
    "/api/v1/app-requests/{request_id}",
    operation="app-request-read",
    summary="What an application asks the patient for, in words",
    door=Door.SIGNED_IN,
    roles=PATIENT,
    errors=(NotFoundError,),
)
def request_read(call: Call, request_id: str) -> Any:
    return services().app_asking.asked(call.actor, request_id, language_of(call))


@api.endpoint(
    "POST",
    "/api/v1/app-requests/{request_id}/answer",
    operation="app-allow",
    summary="Let an application in, for as long and as far as the patient says, or refuse it",
    door=Door.SIGNED_IN,
    roles=PATIENT,
    body=f"{MODELS}:AppAnswer",
    step_up=True,
    errors=(CardStateError, InvalidFieldsError, NotFoundError, StaleVersionError, StepUpRequiredError),
)
def answer(call: Call, request_id: str) -> Any:
    return services().app_asking.answer(call.actor, request_id, call.body.model_dump(mode="json"))


@api.endpoint(
    "GET",
    "/api/v1/me/apps",
    operation="app-mine",
    summary="Applications that the patient let in: what each may read, and until when",
    door=Door.SIGNED_IN,
    roles=PATIENT,
    query=PAGE_QUERY,
)
def mine(call: Call) -> Any:
    limit, after = asked(call, "my-apps")
    return page(call, "my-apps", *services().app_asking.mine(call.actor, language_of(call), limit, after))


@api.endpoint(
    "DELETE",
    "/api/v1/me/apps/{client_id}",
    operation="app-end",
    summary="Put an application out: it reads nothing from its next request on",
    door=Door.SIGNED_IN,
    roles=PATIENT,
    status=204,
    errors=(NotFoundError, StaleVersionError),
)
def end(call: Call, client_id: str) -> Any:
    services().app_asking.end(call.actor, client_id)


# --- what there is


@api.endpoint(
    "GET",
    "/.well-known/smart-configuration",
    route="/.well-known/smart-configuration",
    operation="smart-configuration",
    summary="Addresses and abilities of authorisation (SMART App Launch)",
    door=Door.PUBLIC,
    roles=EVERYONE,
)
def configuration(_call: Call) -> Any:
    return _configuration()


@api.endpoint(
    "GET",
    "/fhir/.well-known/smart-configuration",
    operation="smart-configuration-fhir",
    summary="The same, where SMART looks for it",
    door=Door.PUBLIC,
    roles=EVERYONE,
)
def configuration_fhir(_call: Call) -> Any:
    return _configuration()


def _configuration() -> Answer:
    url = services().settings.public_url
    oauth, signing = f"{url}/api/v1/oauth", ["ES256", "PS256", "RS256"]
    said = {
        "issuer": url,
        "jwks_uri": f"{url}/.well-known/jwks.json",
        "authorization_endpoint": f"{oauth}/authorize",
        "token_endpoint": f"{oauth}/token",
        "revocation_endpoint": f"{oauth}/revoke",
        "introspection_endpoint": f"{oauth}/introspect",
        "management_endpoint": url,
        "token_endpoint_auth_methods_supported": ["private_key_jwt", "none"],
        "token_endpoint_auth_signing_alg_values_supported": signing,
        "dpop_signing_alg_values_supported": [*signing, "EdDSA"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "response_types_supported": ["code"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "scopes_supported": [*sorted(BESIDE), "patient/*.rs", *(f"patient/{name}.rs" for name in TYPES)],
        "capabilities": [
            "launch-standalone",
            "client-public",
            "client-confidential-asymmetric",
            "sso-openid-connect",
            "context-standalone-patient",
            "permission-offline",
            "permission-patient",
            "permission-v1",
            "permission-v2",
        ],
    }
    headers = {"Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*", "Content-Type": JSON}
    return Answer(said, headers=headers)
