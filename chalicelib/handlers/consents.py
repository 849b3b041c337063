"""Consent: staff ask, the patient answers."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.access import Level
from chalicelib.domain.identity import OWNERS, PersonId, Role
from chalicelib.domain.representation import Right
from chalicelib.errors import (
    AlreadyExistsError,
    ConsentRequiredError,
    NotFoundError,
    StaleVersionError,
    StepUpRequiredError,
    WrongStateError,
)
from chalicelib.handlers.endpoints import Answer, Call, Door, language_of
from chalicelib.handlers.headers import etag
from chalicelib.handlers.http import Api
from chalicelib.handlers.paging import PAGE_QUERY, asked, page

api = Api(__name__)

MODELS = "handlers.models.card"
CLINICIANS = frozenset({Role.DOCTOR, Role.NURSE})


@api.endpoint(
    "POST",
    "/api/v1/patients/{patient_id}/consent-requests",
    operation="consent-request",
    summary="Ask a patient for consent",
    door=Door.SIGNED_IN,
    roles=CLINICIANS,
    body=f"{MODELS}:ConsentRequest",
    status=201,
    errors=(AlreadyExistsError, ConsentRequiredError),
)
def request(call: Call, patient_id: str) -> Any:
    return services().consents.request(
        call.actor,
        PersonId(patient_id),
        level=Level(call.body.level),
        sections=call.body.sections,
        purpose=call.body.purpose,
    )


@api.endpoint(
    "GET",
    "/api/v1/me/patients",
    operation="consent-my-patients",
    summary="Patients whom this member of staff asked, with the state of consent",
    door=Door.SIGNED_IN,
    roles=CLINICIANS,
    query=PAGE_QUERY,
)
def my_patients(call: Call) -> Any:
    limit, after = asked(call, "my-patients")
    return page(call, "my-patients", *services().consents.my_patients(call.actor, limit, after))


@api.endpoint(
    "GET",
    "/api/v1/me/consents",
    operation="consent-list",
    summary="Requests and consents of one's own card",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.CONSENT,
    query=PAGE_QUERY,
)
def consents(call: Call) -> Any:
    limit, after = asked(call, "consents")
    return page(call, "consents", *services().consents.mine(call.actor, limit, after))


@api.endpoint(
    "GET",
    "/api/v1/me/consent-journal",
    operation="consent-journal",
    summary="Everything that was asked, granted, refused and revoked",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.CONSENT,
    query=PAGE_QUERY,
)
def journal(call: Call) -> Any:
    limit, after = asked(call, "consent-journal")
    return page(call, "consent-journal", *services().consents.journal(call.actor, limit, after))


@api.endpoint(
    "PUT",
    "/api/v1/me/consents/{member_id}",
    operation="consent-answer",
    summary="Grant, refuse, change or revoke; effective with the next request",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.CONSENT,
    body=f"{MODELS}:ConsentAnswer",
    if_match=True,
    step_up=True,
    errors=(NotFoundError, StaleVersionError, StepUpRequiredError, WrongStateError),
)
def answer(call: Call, member_id: str) -> Any:
    given = call.body.model_dump(mode="json")
    shown = services().consents.answer(call.actor, member_id, call.if_match, given, language_of(call))
    return Answer(shown, headers=etag(shown["version"]))
