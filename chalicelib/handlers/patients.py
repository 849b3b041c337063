"""Registering a patient at a clinic, and look-alikes."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.identity import PersonId, Role
from chalicelib.domain.patients import Answer as LookAlike
from chalicelib.errors import (
    AlreadyExistsError,
    IdempotencyKeyReusedError,
    InvalidFieldsError,
    NotFoundError,
    PossibleDuplicateError,
)
from chalicelib.handlers.http import Answer, Api, Call, Door

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
