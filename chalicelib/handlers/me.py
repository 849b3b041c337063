"""One's own account."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.errors import CredentialsError, InvalidFieldsError, StepUpRequiredError, WrongStateError
from chalicelib.handlers.endpoints import HUMANS, Call, Door
from chalicelib.handlers.http import Api

api = Api(__name__)

MODELS = "handlers.models.identity"


@api.endpoint(
    "GET",
    "/api/v1/me",
    operation="profile-read",
    summary="One's own profile, level, factors and memberships",
    door=Door.SIGNED_IN,
    roles=HUMANS,
)
def read(call: Call) -> Any:
    return services().people.me(call.actor)


@api.endpoint(
    "PATCH",
    "/api/v1/me",
    operation="profile-change",
    summary="Language, time zone, and what notices go outside: by which channels, when not",
    door=Door.SIGNED_IN,
    roles=HUMANS,
    body=f"{MODELS}:Wishes",
    errors=(InvalidFieldsError,),
)
def change(call: Call) -> Any:
    return services().wishes.change(call.actor, call.body.model_dump(by_alias=True))


@api.endpoint(
    "POST",
    "/api/v1/me/totp",
    operation="totp-begin",
    summary="A new secret for an authenticator app, shown once",
    door=Door.SIGNED_IN,
    roles=HUMANS,
    status=201,
    step_up=True,
    errors=(StepUpRequiredError, WrongStateError),
)
def begin_totp(call: Call) -> Any:
    return services().people.begin_totp(call.actor)


@api.endpoint(
    "POST",
    "/api/v1/me/totp/confirm",
    operation="totp-confirm",
    summary="Confirm the authenticator app with a code",
    door=Door.SIGNED_IN,
    roles=HUMANS,
    step_up=True,
    body=f"{MODELS}:TotpCode",
    errors=(StepUpRequiredError, CredentialsError, WrongStateError),
)
def confirm_totp(call: Call) -> Any:
    return services().people.confirm_totp(call.actor, call.body.code)
