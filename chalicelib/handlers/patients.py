"""Registering a patient at a clinic, look-alikes, and consent on paper for whom has no account."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.identity import PersonId, Role
from chalicelib.domain.patients import Answer as LookAlike
from chalicelib.domain.scans import ACCEPTED, MAX_BYTES
from chalicelib.errors import (
    AlreadyExistsError,
    ContentTypeError,
    IdempotencyKeyReusedError,
    InvalidFieldsError,
    NotFoundError,
    PossibleDuplicateError,
    StaleVersionError,
    StepUpRequiredError,
    TooLargeError,
    TooManyRequestsError,
    WrongStateError,
)
from chalicelib.handlers.endpoints import Answer, Call, Door
from chalicelib.handlers.headers import etag
from chalicelib.handlers.http import Api
from chalicelib.handlers.paging import PAGE_QUERY, asked, page

api = Api(__name__)

MODELS = "handlers.models.patients"
REGISTRAR = frozenset({Role.REGISTRAR})


@api.endpoint(
    "POST",
    "/api/v1/patients",
    operation="patient-register",
    summary="Register a patient at the clinic: 201 a new one, 200 somebody who was there",
    door=Door.SIGNED_IN,
    roles=REGISTRAR,
    body=f"{MODELS}:Patient",
    status=201,
    idempotent=True,
    errors=(AlreadyExistsError, IdempotencyKeyReusedError, InvalidFieldsError, PossibleDuplicateError),
)
def register(call: Call) -> Any:
    from chalicelib.services.patients import MADE, Decision

    form = call.body.model_dump(mode="json")
    said = form.pop("decision")
    decision = Decision(LookAlike(said["answer"]), tuple(said["candidates"]), said["reason"]) if said else Decision()
    done = services().patients.register(call.actor, form, decision, call.idempotency_key)
    return Answer(done, HTTPStatus.CREATED if done["outcome"] == MADE else HTTPStatus.OK)


@api.endpoint(
    "GET",
    "/api/v1/patients/{patient_id}/duplicates",
    operation="patient-duplicates",
    summary="People who may be the same as this one: ids and which fields agree, no values",
    door=Door.SIGNED_IN,
    roles=REGISTRAR,
    errors=(NotFoundError,),
)
def duplicates(call: Call, patient_id: str) -> Any:
    return {"items": services().patients.look_alikes(call.actor, PersonId(patient_id))}


@api.endpoint(
    "POST",
    "/api/v1/patients/{patient_id}/uploads",
    operation="paper-upload",
    summary="Scan of a paper of a patient without an account: PDF, JPEG or PNG, at most 4 MB",
    door=Door.SIGNED_IN,
    roles=REGISTRAR,
    accepts=ACCEPTED,
    max_body=MAX_BYTES,
    status=201,
    errors=(ContentTypeError, NotFoundError, TooLargeError, TooManyRequestsError, WrongStateError),
)
def paper_upload(call: Call, patient_id: str) -> Any:
    return services().uploads.create_for(call.actor, PersonId(patient_id), call.body.media_type, call.body.data)


@api.endpoint(
    "GET",
    "/api/v1/patients/{patient_id}/uploads",
    operation="paper-upload-list",
    summary="What the check said of the scans that this clinic took of a patient's papers",
    door=Door.SIGNED_IN,
    roles=REGISTRAR,
    query=PAGE_QUERY,
    errors=(NotFoundError, WrongStateError),
)
def paper_uploads(call: Call, patient_id: str) -> Any:
    name = f"paper-uploads {patient_id}"
    limit, after = asked(call, name)
    return page(call, name, *services().uploads.of_clinic(call.actor, PersonId(patient_id), limit, after))


@api.endpoint(
    "POST",
    "/api/v1/patients/{patient_id}/paper-consents",
    operation="consent-paper",
    summary="Record a consent that a patient without an account signed on paper",
    door=Door.SIGNED_IN,
    roles=REGISTRAR,
    body=f"{MODELS}:PaperConsent",
    status=201,
    step_up=True,
    errors=(
        AlreadyExistsError,
        InvalidFieldsError,
        NotFoundError,
        StaleVersionError,
        StepUpRequiredError,
        TooManyRequestsError,
        WrongStateError,
    ),
)
def paper_consent(call: Call, patient_id: str) -> Any:
    form = call.body.model_dump(mode="json")
    made = services().paper_consents.record(call.actor, PersonId(patient_id), form)
    return Answer(made, HTTPStatus.CREATED, etag(made["version"]))
