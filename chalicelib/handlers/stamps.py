"""The stamp of an organisation: a picture that is printed on what it issues (RX-6)."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.identity import Role
from chalicelib.domain.scans import JPEG, PNG
from chalicelib.errors import (
    AccessDeniedError,
    ConflictError,
    ContentTypeError,
    NotFoundError,
    StepUpRequiredError,
    TooLargeError,
)
from chalicelib.handlers.endpoints import Answer, Call, Door
from chalicelib.handlers.headers import attachment
from chalicelib.handlers.http import Api

api = Api(__name__)

ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
STAMP = "/api/v1/organisations/{organisation_id}/stamp"
MAX_STAMP = 1024 * 1024


@api.endpoint(
    "PUT",
    STAMP,
    operation="organisation-stamp-put",
    summary="Upload the organisation's stamp: PNG or JPEG, at most 1 MB; checked and drawn anew before it is used",
    door=Door.SIGNED_IN,
    roles=ADMINISTRATOR,
    accepts=(PNG, JPEG),
    max_body=MAX_STAMP,
    status=202,
    step_up=True,
    errors=(AccessDeniedError, ConflictError, ContentTypeError, NotFoundError, StepUpRequiredError, TooLargeError),
)
def put(call: Call, organisation_id: str) -> Any:
    return services().stamps.put(call.actor, organisation_id, call.body.media_type, call.body.data)


@api.endpoint(
    "GET",
    STAMP,
    operation="organisation-stamp-read",
    summary="Whether a stamp is in use, and what the check said of the newest upload",
    door=Door.SIGNED_IN,
    roles=ADMINISTRATOR,
    errors=(AccessDeniedError, NotFoundError),
)
def read(call: Call, organisation_id: str) -> Any:
    return services().stamps.shown(call.actor, organisation_id)


@api.endpoint(
    "GET",
    STAMP + "/image",
    operation="organisation-stamp-image",
    summary="The stamp as it is printed",
    door=Door.SIGNED_IN,
    roles=ADMINISTRATOR,
    answer_type="application/octet-stream",
    errors=(AccessDeniedError, NotFoundError),
)
def image(call: Call, organisation_id: str) -> Any:
    return Answer(services().stamps.image(call.actor, organisation_id), headers=attachment(PNG, "stamp"))


@api.endpoint(
    "DELETE",
    STAMP,
    operation="organisation-stamp-remove",
    summary="Print the stamp no more",
    door=Door.SIGNED_IN,
    roles=ADMINISTRATOR,
    status=204,
    step_up=True,
    errors=(AccessDeniedError, ConflictError, NotFoundError, StepUpRequiredError),
)
def remove(call: Call, organisation_id: str) -> Any:
    services().stamps.remove(call.actor, organisation_id)
