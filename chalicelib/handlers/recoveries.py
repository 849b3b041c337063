"""The person's half of a recovery at the desk, and the owner's "it was not me" (ID-8, SPC-3); change of password."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.errors import (
    AlreadyExistsError,
    ConflictError,
    CredentialsError,
    InvalidFieldsError,
    LockedOutError,
    NotFoundError,
    StaleVersionError,
    StepUpRequiredError,
    TooManyRequestsError,
)
from chalicelib.handlers.endpoints import EVERYONE, HUMANS, Call, Door
from chalicelib.handlers.http import Api

api = Api(__name__)

MODELS = "handlers.models.desk"
RECOVERY = "/api/v1/recoveries/{recovery_id}"
CURRENT = "/api/v1/me/recoveries/current"


@api.endpoint(
    "POST",
    RECOVERY,
    operation="recovery-redeem",
    summary="Give the temporary code, a new password and telephone; an SMS follows",
    door=Door.PUBLIC,
    roles=EVERYONE,
    body=f"{MODELS}:Redemption",
    errors=(AlreadyExistsError, CredentialsError, InvalidFieldsError, LockedOutError),
)
def redeem(call: Call, recovery_id: str) -> Any:
    body = call.body
    return services().desk_recovery.redeem(call.actor, recovery_id, body.code, body.password, body.phone)


@api.endpoint(
    "POST",
    RECOVERY + "/sms",
    operation="recovery-send-code",
    summary="Send the SMS of a recovery again",
    door=Door.PUBLIC,
    roles=EVERYONE,
    body=f"{MODELS}:RecoveryHandle",
    status=202,
    errors=(CredentialsError, TooManyRequestsError),
)
def send_again(call: Call, recovery_id: str) -> Any:
    return services().desk_recovery.send_again(call.actor, recovery_id, call.body.handle)


@api.endpoint(
    "POST",
    RECOVERY + "/completion",
    operation="recovery-complete",
    summary="Confirm the telephone: new password, all sessions ended, second factors reset",
    door=Door.PUBLIC,
    roles=EVERYONE,
    body=f"{MODELS}:RecoveryCompletion",
    errors=(AlreadyExistsError, ConflictError, CredentialsError, LockedOutError),
)
def complete(call: Call, recovery_id: str) -> Any:
    return services().desk_recovery.complete(call.actor, recovery_id, call.body.handle, call.body.code)


@api.endpoint(
    "GET",
    CURRENT,
    operation="recovery-read",
    summary="The recovery of one's own account that is under way",
    door=Door.SIGNED_IN,
    roles=HUMANS,
    errors=(NotFoundError,),
)
def current(call: Call) -> Any:
    return services().own_recovery.current(call.actor)


@api.endpoint(
    "DELETE",
    CURRENT,
    operation="recovery-stop",
    summary="It was not me: the recovery stops, a ticket is opened",
    door=Door.SIGNED_IN,
    roles=HUMANS,
    errors=(NotFoundError, StaleVersionError),
)
def stop(call: Call) -> Any:
    return services().own_recovery.stop(call.actor)


@api.endpoint(
    "PUT",
    "/api/v1/me/password",
    operation="password-change",
    summary="A new password; all other sessions end",
    door=Door.SIGNED_IN,
    roles=HUMANS,
    body=f"{MODELS}:PasswordChange",
    status=204,
    step_up=True,
    errors=(CredentialsError, InvalidFieldsError, LockedOutError, StaleVersionError, StepUpRequiredError),
)
def change_password(call: Call) -> Any:
    services().password_change.change(call.actor, call.body.old_password, call.body.new_password)
