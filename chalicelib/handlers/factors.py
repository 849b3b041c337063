"""One's own second factors: passkeys, authenticator app, recovery codes, SMS (ID-3, ID-4, ID-8)."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.errors import (
    AlreadyExistsError,
    CredentialsError,
    LastFactorError,
    NotFoundError,
    StepUpRequiredError,
    WrongStateError,
)
from chalicelib.handlers.endpoints import HUMANS, Call, Door
from chalicelib.handlers.http import Api

api = Api(__name__)

MODELS = "handlers.models.factors"


@api.endpoint(
    "POST",
    "/api/v1/me/passkeys/options",
    operation="passkey-options",
    summary="What a browser needs to make a passkey; good for five minutes",
    door=Door.SIGNED_IN,
    roles=HUMANS,
    step_up=True,
    errors=(StepUpRequiredError, WrongStateError),
)
def options(call: Call) -> Any:
    return services().passkeys.options(call.actor)


@api.endpoint(
    "POST",
    "/api/v1/me/passkeys",
    operation="passkey-add",
    summary="A new passkey; user verification is required",
    door=Door.SIGNED_IN,
    roles=HUMANS,
    status=201,
    step_up=True,
    body=f"{MODELS}:NewPasskey",
    errors=(StepUpRequiredError, CredentialsError, AlreadyExistsError, WrongStateError),
)
def add(call: Call) -> Any:
    return services().passkeys.add(call.actor, call.body.credential, call.body.name)


@api.endpoint(
    "GET",
    "/api/v1/me/passkeys",
    operation="passkey-list",
    summary="One's own passkeys",
    door=Door.SIGNED_IN,
    roles=HUMANS,
)
def listing(call: Call) -> Any:
    return {"items": services().passkeys.mine(call.actor)}


@api.endpoint(
    "PATCH",
    "/api/v1/me/passkeys/{passkey_id}",
    operation="passkey-rename",
    summary="Name a passkey",
    door=Door.SIGNED_IN,
    roles=HUMANS,
    body=f"{MODELS}:PasskeyName",
    errors=(NotFoundError, WrongStateError),
)
def rename(call: Call, passkey_id: str) -> Any:
    return services().passkeys.rename(call.actor, passkey_id, call.body.name)


@api.endpoint(
    "DELETE",
    "/api/v1/me/passkeys/{passkey_id}",
    operation="passkey-delete",
    summary="Delete a passkey; the last second factor stays",
    door=Door.SIGNED_IN,
    roles=HUMANS,
    status=204,
    step_up=True,
    errors=(StepUpRequiredError, NotFoundError, LastFactorError, WrongStateError),
)
def delete(call: Call, passkey_id: str) -> Any:
    services().passkeys.delete(call.actor, passkey_id)


@api.endpoint(
    "DELETE",
    "/api/v1/me/totp",
    operation="totp-remove",
    summary="Remove the authenticator app; the last second factor stays",
    door=Door.SIGNED_IN,
    roles=HUMANS,
    step_up=True,
    errors=(StepUpRequiredError, NotFoundError, LastFactorError, WrongStateError),
)
def remove_totp(call: Call) -> Any:
    return services().own_factors.remove_totp(call.actor)


@api.endpoint(
    "PUT",
    "/api/v1/me/sms-factor",
    operation="sms-factor-set",
    summary="Switch SMS on or off as a second factor",
    door=Door.SIGNED_IN,
    roles=HUMANS,
    step_up=True,
    body=f"{MODELS}:SmsFactor",
    errors=(StepUpRequiredError, WrongStateError),
)
def set_sms(call: Call) -> Any:
    return services().own_factors.set_sms(call.actor, on=call.body.enabled)


@api.endpoint(
    "POST",
    "/api/v1/me/recovery-codes",
    operation="recovery-codes-make",
    summary="Ten new recovery codes, shown once; the earlier ones stop working",
    door=Door.SIGNED_IN,
    roles=HUMANS,
    status=201,
    step_up=True,
    errors=(StepUpRequiredError, WrongStateError),
)
def make_codes(call: Call) -> Any:
    return services().own_factors.make(call.actor)


@api.endpoint(
    "GET",
    "/api/v1/me/recovery-codes",
    operation="recovery-codes-left",
    summary="How many recovery codes are unused",
    door=Door.SIGNED_IN,
    roles=HUMANS,
)
def codes_left(call: Call) -> Any:
    return services().own_factors.left(call.actor)
