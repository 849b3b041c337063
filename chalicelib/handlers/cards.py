"""Opening a card, and look-up by staff."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.identity import PersonId, Role
from chalicelib.errors import (
    AlreadyExistsError,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
    WrongStateError,
)
from chalicelib.handlers.endpoints import Answer, Call, Door
from chalicelib.handlers.headers import attachment, etag
from chalicelib.handlers.http import Api
from chalicelib.handlers.paging import PAGE_QUERY, asked, page

api = Api(__name__)

MODELS = "handlers.models.card"
PATIENT = frozenset({Role.PATIENT})
REGISTRAR = frozenset({Role.REGISTRAR})
CLINICIANS = frozenset({Role.DOCTOR, Role.NURSE})


@api.endpoint(
    "GET",
    "/api/v1/me/card",
    operation="card-state",
    summary="State of one's own card and application",
    door=Door.SIGNED_IN,
    roles=PATIENT,
)
def my_card(call: Call) -> Any:
    return services().cards.mine(call.actor)


@api.endpoint(
    "POST",
    "/api/v1/me/card-application",
    operation="card-apply",
    summary="Apply for the electronic card (Подключить электронную медкарту)",
    door=Door.SIGNED_IN,
    roles=PATIENT,
    body=f"{MODELS}:Application",
    status=201,
    errors=(AlreadyExistsError, InvalidFieldsError),
)
def apply(call: Call) -> Any:
    return services().cards.apply(call.actor, call.body.model_dump(mode="json"))


@api.endpoint(
    "GET",
    "/api/v1/applications",
    operation="application-list",
    summary="Applications that wait for review, oldest first",
    door=Door.SIGNED_IN,
    roles=REGISTRAR,
    query=PAGE_QUERY,
)
def applications(call: Call) -> Any:
    limit, after = asked(call, "applications")
    return page(call, "applications", *services().cards.waiting(call.actor, limit, after))


@api.endpoint(
    "GET",
    "/api/v1/applications/{patient_id}/{application_id}",
    operation="application-read",
    summary="An application with the person's data, to compare with the papers",
    door=Door.SIGNED_IN,
    roles=REGISTRAR,
    errors=(NotFoundError,),
)
def application(call: Call, patient_id: str, application_id: str) -> Any:
    shown = services().cards.show(call.actor, PersonId(patient_id), application_id)
    return Answer(shown, headers=etag(shown["version"]))


@api.endpoint(
    "GET",
    "/api/v1/applications/{patient_id}/{application_id}/uploads/{upload_id}",
    operation="application-document",
    summary="A scan that the application names",
    door=Door.SIGNED_IN,
    roles=REGISTRAR,
    answer_type="application/octet-stream",
    errors=(NotFoundError, WrongStateError),
)
def document(call: Call, patient_id: str, application_id: str, upload_id: str) -> Any:
    media_type, data = services().cards.document(call.actor, PersonId(patient_id), application_id, upload_id)
    return Answer(data, headers=attachment(media_type, upload_id))


@api.endpoint(
    "POST",
    "/api/v1/applications/{patient_id}/{application_id}/decision",
    operation="application-decide",
    summary="Complete an application (the card opens) or refuse it",
    door=Door.SIGNED_IN,
    roles=REGISTRAR,
    step_up=True,
    body=f"{MODELS}:Decision",
    if_match=True,
    errors=(AlreadyExistsError, NotFoundError, StaleVersionError, WrongStateError),
)
def decide(call: Call, patient_id: str, application_id: str) -> Any:
    return services().cards.decide(
        call.actor,
        PersonId(patient_id),
        application_id,
        call.if_match,
        approve=call.body.approve,
        reason=call.body.reason,
    )


@api.endpoint(
    "POST",
    "/api/v1/patients/look-up",
    operation="patient-look-up",
    summary="Opaque patient id for a SNILS; opens nothing by itself",
    door=Door.SIGNED_IN,
    roles=CLINICIANS | REGISTRAR,
    body=f"{MODELS}:LookUp",
    errors=(NotFoundError, InvalidFieldsError),
)
def look_up(call: Call) -> Any:
    return services().cards.look_up(call.actor, call.body.snils)
