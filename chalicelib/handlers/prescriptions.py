"""Writing prescriptions, and what a pharmacy does with one."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.identity import PersonId, Role
from chalicelib.errors import (
    AccessDeniedError,
    DispensingConflictError,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
    StepUpRequiredError,
    VersionRequiredError,
    WrongStateError,
)
from chalicelib.handlers.headers import etag
from chalicelib.handlers.http import EVERYONE, Answer, Api, Call, Door

api = Api(__name__)

BASE = "/api/v1/patients/{patient_id}/prescriptions"
DOCTOR = frozenset({Role.DOCTOR})
PHARMACY = frozenset({Role.PHARMACY})
BODY = "records.bodies.medication:Prescription"
MODELS = "handlers.models.card"
WRITING = (AccessDeniedError, InvalidFieldsError, StepUpRequiredError)


@api.endpoint(
    "POST",
    BASE,
    operation="prescription-create",
    summary="Issue and sign a prescription",
    door=Door.CARD,
    roles=DOCTOR,
    body=BODY,
    status=201,
    idempotent=True,
    step_up=True,
    errors=WRITING,
)
def issue(call: Call, patient_id: str) -> Any:
    record, repeated = services().prescriptions.issue(
        call.actor, PersonId(patient_id), call.body.model_dump(mode="json"), call.idempotency_key
    )
    return Answer(record, 201, etag(record["version"]) | ({"Idempotent-Replay": "true"} if repeated else {}))


@api.endpoint(
    "PUT",
    BASE + "/{record_id}",
    operation="prescription-replace",
    summary="Replace a prescription before anything is dispensed; its old code stops working",
    door=Door.CARD,
    roles=DOCTOR,
    body=BODY,
    if_match=True,
    step_up=True,
    errors=(*WRITING, StaleVersionError, VersionRequiredError, WrongStateError),
)
def replace(call: Call, patient_id: str, record_id: str) -> Any:
    record = services().prescriptions.replace(
        call.actor, PersonId(patient_id), record_id, call.body.model_dump(mode="json"), call.if_match
    )
    return Answer(record, headers=etag(record["version"]))


@api.endpoint(
    "POST",
    BASE + "/{record_id}/revocation",
    operation="prescription-revoke",
    summary="Revoke a prescription; its code stops working at once",
    door=Door.CARD,
    roles=DOCTOR,
    body=f"{MODELS}:Revocation",
    if_match=True,
    step_up=True,
    errors=(*WRITING, StaleVersionError, VersionRequiredError, WrongStateError),
)
def revoke(call: Call, patient_id: str, record_id: str) -> Any:
    return services().prescriptions.revoke(call.actor, PersonId(patient_id), record_id, call.body.reason, call.if_match)


@api.endpoint(
    "POST",
    "/api/v1/prescriptions/verify",
    operation="prescription-verify",
    summary="What a pharmacy reads by the code",
    door=Door.SIGNED_IN,
    scope="prescription.verify",
    roles=PHARMACY,
    body=f"{MODELS}:Code",
    errors=(AccessDeniedError, NotFoundError),
)
def verify(call: Call) -> Any:
    shown, version = services().dispensing.verify(call.actor, call.body.code)
    return Answer(shown, headers=etag(version))


@api.endpoint(
    "POST",
    "/api/v1/prescriptions/dispense",
    operation="prescription-dispense",
    summary="Dispense, whole or in part, the version that was verified",
    door=Door.SIGNED_IN,
    scope="prescription.dispense",
    roles=PHARMACY,
    body=f"{MODELS}:Dispensing",
    idempotent=True,
    if_match=True,
    errors=(AccessDeniedError, NotFoundError, DispensingConflictError, VersionRequiredError, WrongStateError),
)
def dispense(call: Call) -> Any:
    shown, version = services().dispensing.dispense(
        call.actor,
        call.body.code,
        call.body.packs,
        call.body.pharmacist.model_dump(),
        call.if_match,
        call.idempotency_key,
    )
    return Answer(shown, headers=etag(version))


@api.endpoint(
    "POST",
    "/api/v1/prescriptions/status",
    operation="prescription-status",
    summary="State of a prescription for whoever holds its code; nothing of its content",
    door=Door.PUBLIC,
    roles=EVERYONE,
    body=f"{MODELS}:Code",
    errors=(NotFoundError,),
)
def status(call: Call) -> Any:
    return services().dispensing.status(call.actor, call.body.code)
