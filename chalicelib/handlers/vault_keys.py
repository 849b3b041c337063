"""Keys of what the portal keeps on a device (UX-2)."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.errors import InvalidFieldsError
from chalicelib.handlers.endpoints import ANY_SESSION, HUMANS, Call, Door
from chalicelib.handlers.http import Api

api = Api(__name__, grouped=True)


@api.endpoint(
    "POST",
    "/api/v1/me/vault-key",
    operation="vault-key-give",
    summary="Keys for what this device keeps sealed; X-Device-ID names it",
    door=Door.SIGNED_IN,
    roles=ANY_SESSION,
    body="handlers.models.vault_keys:Epochs",
    errors=(InvalidFieldsError,),
)
def give(call: Call) -> Any:
    return services().vault_keys.give(call.actor, call.body.earlier)


@api.endpoint(
    "DELETE",
    "/api/v1/me/vault-key",
    operation="vault-key-forget",
    summary="What devices have kept of the card cannot be read any more; unsent drafts can, after signing in there",
    door=Door.SIGNED_IN,
    roles=HUMANS,
    status=204,
)
def forget(call: Call) -> Any:
    services().vault_keys.forget(call.actor)
