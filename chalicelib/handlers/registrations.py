"""Registration: form, codes, confirmation (ID-1, ID-2)."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.errors import (
    AlreadyExistsError,
    CredentialsError,
    InvalidFieldsError,
    LockedOutError,
    NotFoundError,
    WrongStateError,
)
from chalicelib.handlers.endpoints import EVERYONE, Call, Door
from chalicelib.handlers.http import Api

api = Api(__name__)

MODELS = "handlers.models.identity"


@api.endpoint(
    "POST",
    "/api/v1/registrations",
    operation="registration-create",
    summary="Register; codes go to phone and e-mail",
    door=Door.PUBLIC,
    roles=EVERYONE,
    body=f"{MODELS}:Registration",
    status=202,
    errors=(InvalidFieldsError,),
)
def create(call: Call) -> Any:
    return services().registrations.apply(call.actor, call.body.model_dump())


@api.endpoint(
    "POST",
    "/api/v1/registrations/{registration_id}/codes",
    operation="registration-send-codes",
    summary="Send both codes again; the earlier ones stop working",
    door=Door.PUBLIC,
    roles=EVERYONE,
    status=202,
    errors=(NotFoundError, WrongStateError),
)
def send_codes(call: Call, registration_id: str) -> Any:
    return services().registrations.send_codes(call.actor, registration_id)


@api.endpoint(
    "POST",
    "/api/v1/registrations/{registration_id}/confirm",
    operation="registration-confirm",
    summary="Confirm phone and e-mail; the account works from here on",
    door=Door.PUBLIC,
    roles=EVERYONE,
    body=f"{MODELS}:Confirmation",
    status=201,
    errors=(NotFoundError, CredentialsError, AlreadyExistsError, LockedOutError),
)
def confirm(call: Call, registration_id: str) -> Any:
    body = call.body
    person_id = services().registrations.confirm(call.actor, registration_id, body.phone_code, body.email_code)
    return {"person_id": person_id}
