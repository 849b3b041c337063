"""Organisations and their staff."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.identity import Role
from chalicelib.errors import AlreadyExistsError, InvalidFieldsError, NotFoundError, StepUpRequiredError
from chalicelib.handlers.endpoints import Call, Door
from chalicelib.handlers.http import Api
from chalicelib.handlers.paging import PAGE_QUERY, asked, page

api = Api(__name__)

MODELS = "handlers.models.identity"
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
STAFF = "/api/v1/organisations/{organisation_id}/staff"


@api.endpoint(
    "POST",
    "/api/v1/organisations",
    operation="organisation-create",
    summary="Enter an organisation",
    door=Door.SIGNED_IN,
    roles=ADMINISTRATOR,
    body=f"{MODELS}:Organisation",
    status=201,
    step_up=True,
    errors=(AlreadyExistsError, StepUpRequiredError),
)
def create_organisation(call: Call) -> Any:
    return services().staff.create_organisation(call.actor, call.body.name, call.body.oid)


@api.endpoint(
    "GET",
    "/api/v1/organisations",
    operation="organisation-list",
    summary="Organisations",
    door=Door.SIGNED_IN,
    roles=ADMINISTRATOR,
    query=PAGE_QUERY,
)
def organisations(call: Call) -> Any:
    limit, after = asked(call, "organisations")
    return page(call, "organisations", *services().staff.organisations(call.actor, limit, after))


@api.endpoint(
    "POST",
    STAFF,
    operation="staff-add",
    summary="Give a registered person a role in an organisation",
    door=Door.SIGNED_IN,
    roles=ADMINISTRATOR,
    body=f"{MODELS}:Member",
    status=201,
    step_up=True,
    errors=(AlreadyExistsError, InvalidFieldsError, NotFoundError, StepUpRequiredError),
)
def add(call: Call, organisation_id: str) -> Any:
    return services().staff.add(call.actor, organisation_id, call.body.model_dump())


@api.endpoint(
    "GET",
    STAFF,
    operation="staff-list",
    summary="Staff of an organisation; a registrar sees those of the own one",
    door=Door.SIGNED_IN,
    roles=ADMINISTRATOR | {Role.REGISTRAR},
    query=PAGE_QUERY,
)
def listing(call: Call, organisation_id: str) -> Any:
    name = f"staff/{organisation_id}"
    limit, after = asked(call, name)
    return page(call, name, *services().staff.listed(call.actor, organisation_id, limit, after))


@api.endpoint(
    "DELETE",
    STAFF + "/{member_id}",
    operation="staff-remove",
    summary="Take a role away; holds from the next request on",
    door=Door.SIGNED_IN,
    roles=ADMINISTRATOR,
    status=204,
    step_up=True,
    errors=(NotFoundError, StepUpRequiredError),
)
def remove(call: Call, organisation_id: str, member_id: str) -> Any:
    services().staff.remove(call.actor, organisation_id, member_id)
