"""Who acts for whom: lists, a young person's own grant, early ends (ACC-8). The role is taken by POST /me/role."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.identity import PersonId, Role
from chalicelib.errors import (
    AccessDeniedError,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
    StepUpRequiredError,
    WrongStateError,
)
from chalicelib.handlers.endpoints import Answer, Call, Door
from chalicelib.handlers.headers import etag
from chalicelib.handlers.http import Api

api = Api(__name__)

MODELS = "handlers.models.access"
PATIENT = frozenset({Role.PATIENT})
DOCTOR = frozenset({Role.DOCTOR})


@api.endpoint(
    "GET",
    "/api/v1/me/wards",
    operation="representation-wards",
    summary="For whom one may act now",
    door=Door.SIGNED_IN,
    roles=PATIENT,
)
def wards(call: Call) -> Any:
    return {"items": services().representatives.wards(call.actor)}


@api.endpoint(
    "GET",
    "/api/v1/me/representatives",
    operation="representation-list",
    summary="Who acts or acted for one",
    door=Door.SIGNED_IN,
    roles=PATIENT,
)
def mine(call: Call) -> Any:
    return {"items": services().representatives.mine(call.actor)}


@api.endpoint(
    "PUT",
    "/api/v1/me/representatives/{person_id}",
    operation="representation-grant",
    summary="Let somebody who represented one before act again, within a scope; from the age of 15 on",
    door=Door.SIGNED_IN,
    roles=PATIENT,
    body=f"{MODELS}:RepresentativeGrant",
    step_up=True,
    errors=(InvalidFieldsError, NotFoundError, StaleVersionError, StepUpRequiredError, WrongStateError),
)
def grant(call: Call, person_id: str) -> Any:
    made = services().representatives.grant(call.actor, PersonId(person_id), call.body.model_dump(mode="json"))
    return Answer(made, headers=etag(made["version"]))


@api.endpoint(
    "POST",
    "/api/v1/me/representatives/{person_id}/end",
    operation="representation-end",
    summary="Take back what one gave oneself; effective with the next request",
    door=Door.SIGNED_IN,
    roles=PATIENT,
    if_match=True,
    step_up=True,
    errors=(NotFoundError, StaleVersionError, StepUpRequiredError, WrongStateError),
)
def end(call: Call, person_id: str) -> Any:
    return services().representatives.end(call.actor, PersonId(person_id), call.if_match)


@api.endpoint(
    "GET",
    "/api/v1/patients/{patient_id}/representatives",
    operation="restriction-list",
    summary="Who acts for a patient",
    door=Door.CARD,
    roles=DOCTOR,
    errors=(AccessDeniedError,),
)
def of_patient(call: Call, patient_id: str) -> Any:
    return {"items": services().representatives.of_patient(call.actor, PersonId(patient_id))}


@api.endpoint(
    "POST",
    "/api/v1/patients/{patient_id}/representatives/{person_id}/restriction",
    operation="restriction-create",
    summary="End a representation early, or close sections to it, for the patient's safety",
    door=Door.CARD,
    roles=DOCTOR,
    body=f"{MODELS}:Restriction",
    if_match=True,
    step_up=True,
    errors=(AccessDeniedError, NotFoundError, StaleVersionError, StepUpRequiredError, WrongStateError),
)
def restrict(call: Call, patient_id: str, person_id: str) -> Any:
    form = call.body.model_dump(mode="json")
    made = services().representatives.restrict(
        call.actor, PersonId(patient_id), PersonId(person_id), call.if_match, form
    )
    return Answer(made, headers=etag(made["version"]))
