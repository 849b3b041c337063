"""The patient shares the card unasked, and closes it to somebody."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.identity import OWNERS
from chalicelib.domain.representation import Right
from chalicelib.errors import (
    AlreadyExistsError,
    InvalidFieldsError,
    NotFoundError,
    StepUpRequiredError,
    WrongStateError,
)
from chalicelib.handlers.endpoints import Answer, Call, Door, language_of
from chalicelib.handlers.headers import etag
from chalicelib.handlers.http import Api
from chalicelib.handlers.paging import PAGE_QUERY, asked, page

api = Api(__name__)

MODELS = "handlers.models.access"


@api.endpoint(
    "GET",
    "/api/v1/directory/organisations",
    operation="directory-organisations",
    summary="Ids and names of organisations, to share with or to close the card to",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    query=PAGE_QUERY,
    right=Right.CONSENT,
)
def organisations(call: Call) -> Any:
    limit, after = asked(call, "directory")
    return page(call, "directory", *services().sharing.organisations(call.actor, limit, after))


@api.endpoint(
    "POST",
    "/api/v1/me/consents",
    operation="consent-grant",
    summary="Share the card, or sections of it, with a doctor, a nurse or a partner's system without being asked",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.CONSENT,
    body=f"{MODELS}:Sharing",
    status=201,
    step_up=True,
    errors=(AlreadyExistsError, InvalidFieldsError, NotFoundError, StepUpRequiredError, WrongStateError),
)
def share(call: Call) -> Any:
    made = services().sharing.grant(call.actor, call.body.model_dump(mode="json"), language_of(call))
    return Answer(made, 201, etag(made["version"]))


@api.endpoint(
    "GET",
    "/api/v1/me/blocks",
    operation="block-list",
    summary="To whom the card is closed",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.CONSENT,
)
def barred(call: Call) -> Any:
    return {"items": services().sharing.barred(call.actor)}


@api.endpoint(
    "PUT",
    "/api/v1/me/blocks/{grantee_id}",
    operation="block-put",
    summary="Close the card to a member of staff or an organisation: no request can be made, every consent is revoked",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.CONSENT,
    body=f"{MODELS}:ClosedDoor",
    step_up=True,
    errors=(NotFoundError, StepUpRequiredError),
)
def bar(call: Call, grantee_id: str) -> Any:
    return services().sharing.bar(call.actor, call.body.kind, grantee_id)


@api.endpoint(
    "DELETE",
    "/api/v1/me/blocks/{grantee_id}",
    operation="block-remove",
    summary="Open the door again; what stood behind it stays revoked",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.CONSENT,
    status=204,
    step_up=True,
    errors=(StepUpRequiredError,),
)
def unbar(call: Call, grantee_id: str) -> Any:
    services().sharing.unbar(call.actor, grantee_id)
