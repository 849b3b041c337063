"""Warnings, writing prescriptions, what was dispensed; and what a pharmacy does with one."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.identity import PersonId, Role
from chalicelib.errors import (
    AccessDeniedError,
    AlreadyReversedError,
    CodeSignatureError,
    DispensingConflictError,
    ForeignCodeError,
    IdempotencyKeyReusedError,
    InvalidFieldsError,
    NotFoundError,
    NotYourDispensingError,
    PrescribingWarningsError,
    ReversalTooLateError,
    ScannedCodeError,
    ScannedTooLongError,
    StaleVersionError,
    StepUpRequiredError,
    VersionRequiredError,
    WrongStateError,
)
from chalicelib.handlers.endpoints import EVERYONE, Answer, Call, Door, versioned
from chalicelib.handlers.headers import etag
from chalicelib.handlers.http import Api
from chalicelib.records.spec import PATIENT_AND_CLINICIANS

api = Api(__name__)

BASE = "/api/v1/patients/{patient_id}/prescriptions"
DOCTOR = frozenset({Role.DOCTOR})
PHARMACY = frozenset({Role.PHARMACY})
BODY = "records.bodies.medication:Prescription"
MODELS = "handlers.models.prescriptions"
WRITING = (AccessDeniedError, InvalidFieldsError, StepUpRequiredError)
SCANNING = (ScannedCodeError, ScannedTooLongError, ForeignCodeError, CodeSignatureError, NotFoundError)
HANDING = (AccessDeniedError, *SCANNING, DispensingConflictError, IdempotencyKeyReusedError, InvalidFieldsError)


@api.endpoint(
    "POST",
    BASE + "/checks",
    operation="prescription-check",
    summary="Warnings about drugs before they are prescribed, and what could not be checked",
    door=Door.CARD,
    roles=DOCTOR,
    body=f"{MODELS}:PrescribingCheck",
    errors=(AccessDeniedError, InvalidFieldsError),
)
def check(call: Call, patient_id: str) -> Any:
    drugs = [drug.model_dump() for drug in call.body.drugs]
    found = services().prescribing_checks.of(call.actor, PersonId(patient_id), drugs, call.body.replaces or "")
    return {"warnings": [alert.shown() for alert in found]}


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
    errors=(*WRITING, IdempotencyKeyReusedError, PrescribingWarningsError),
)
def issue(call: Call, patient_id: str) -> Any:
    record, repeated = services().prescriptions.issue(
        call.actor, PersonId(patient_id), call.body.model_dump(mode="json"), call.idempotency_key
    )
    return versioned(record, 201, repeated=repeated)


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
    errors=(*WRITING, PrescribingWarningsError, StaleVersionError, VersionRequiredError, WrongStateError),
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
    "GET",
    BASE + "/{record_id}/dispensings",
    operation="prescription-dispensings",
    summary="What was dispensed, by whom, and what was taken back",
    door=Door.CARD,
    roles=PATIENT_AND_CLINICIANS,
    errors=(AccessDeniedError, NotFoundError),
)
def dispensings(call: Call, patient_id: str, record_id: str) -> Any:
    return {"items": services().dispensed.listed(call.actor, PersonId(patient_id), record_id)}


@api.endpoint(
    "POST",
    "/api/v1/prescriptions/verify",
    operation="prescription-verify",
    summary="What a pharmacy reads by the code",
    door=Door.SIGNED_IN,
    scope="prescription.verify",
    roles=PHARMACY,
    body=f"{MODELS}:Code",
    errors=(AccessDeniedError, *SCANNING),
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
    errors=(*HANDING, VersionRequiredError, WrongStateError),
)
def dispense(call: Call) -> Any:
    shown, version = services().dispensing.dispense(
        call.actor,
        call.body.code,
        [part.model_dump() for part in call.body.drugs],
        call.body.pharmacist.model_dump(),
        call.if_match,
        call.idempotency_key,
    )
    return Answer(shown, headers=etag(version))


@api.endpoint(
    "POST",
    "/api/v1/prescriptions/reversals",
    operation="prescription-reverse",
    summary="Take back a dispensing that was a mistake: the same pharmacy, within a day",
    door=Door.SIGNED_IN,
    scope="prescription.dispense",
    roles=PHARMACY,
    body=f"{MODELS}:Reversal",
    idempotent=True,
    if_match=True,
    errors=(*HANDING, AlreadyReversedError, NotYourDispensingError, ReversalTooLateError, VersionRequiredError),
)
def reverse(call: Call) -> Any:
    body = call.body
    shown, version = services().dispensing.reverse(
        call.actor, body.code, body.dispensing, body.reason, call.if_match, call.idempotency_key
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
    errors=SCANNING,
)
def status(call: Call) -> Any:
    return services().dispensing.status(call.actor, call.body.code)
