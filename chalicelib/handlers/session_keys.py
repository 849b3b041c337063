"""The key of a session, for sealed bodies (ID-10)."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.errors import ConflictError, InvalidFieldsError
from chalicelib.handlers.endpoints import HUMANS, Call, Door
from chalicelib.handlers.http import Api

api = Api(__name__)


@api.endpoint(
    "POST",
    "/api/v1/me/session-key",
    operation="session-key-establish",
    summary="A key for sealed bodies of this session, encrypted to the client's RSA key",
    door=Door.SIGNED_IN,
    roles=HUMANS,
    body="handlers.models.session_keys:PublicKey",
    status=201,
    errors=(InvalidFieldsError, ConflictError),
)
def establish(call: Call) -> Any:
    return services().session_keys.establish(call.actor, call.body.public_key.model_dump())
