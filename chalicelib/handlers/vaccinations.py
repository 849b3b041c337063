"""The plan of vaccinations; certificates with a SMART Health Card, and what their verifiers ask for (REC-6)."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.access import Action
from chalicelib.domain.health_cards import ISSUER_PATH
from chalicelib.domain.identity import OWNERS, PersonId
from chalicelib.domain.vaccination_calendar.national import COURSES
from chalicelib.domain.vaccination_calendar.person import Status
from chalicelib.errors import (
    AccessDeniedError,
    FieldProblem,
    IdempotencyKeyReusedError,
    InvalidFieldsError,
    NotFoundError,
    NothingToCertifyError,
    StaleVersionError,
    StepUpRequiredError,
    VersionRequiredError,
    WrongStateError,
)
from chalicelib.handlers.endpoints import EVERYONE, Answer, Call, Door, language_of, versioned
from chalicelib.handlers.headers import attachment
from chalicelib.handlers.http import Api
from chalicelib.records.vaccination import CERTIFICATE
from chalicelib.records.vaccination_plan import VACCINATION_PLAN

api = Api(__name__)

CERTIFICATES = f"/api/v1/patients/{{patient_id}}/{CERTIFICATE.collection}"
FILE_TYPE = "application/smart-health-card"
PUBLIC = {"Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*"}
"""Verifiers are pages and programs of others (SMART Health Cards: keys are read by any origin)."""
FILTERS = {"status": frozenset(Status), "course": frozenset(course.id for course in COURSES)}


@api.endpoint(
    "GET",
    "/api/v1/patients/{patient_id}/vaccination-plan",
    operation="vaccination-plan-read",
    summary="Status of every vaccination of the national calendar, doses given, the next ones (at any age)",
    door=Door.CARD,
    roles=frozenset(VACCINATION_PLAN.grants[Action.READ]),
    query={
        name: {
            "type": "string",
            "maxLength": 200,
            "description": "one or more, with commas: " + " ".join(sorted(words)),
        }
        for name, words in FILTERS.items()
    },
    errors=(InvalidFieldsError, NotFoundError),
)
def plan(call: Call, patient_id: str) -> Any:
    return services().vaccination_plans.plan(
        call.actor,
        PersonId(patient_id),
        language_of(call),
        statuses=_named(call, "status"),
        courses=_named(call, "course"),
    )


def _named(call: Call, name: str) -> set[str]:
    """Words of a filter; none for all of them."""
    given = {word for word in call.query.get(name, "").split(",") if word}
    if not given <= FILTERS[name]:
        known = ", ".join(sorted(FILTERS[name]))
        raise InvalidFieldsError(fields=(FieldProblem(f"?{name}", "unknown", f"one or more of {known}"),))
    return given


@api.endpoint(
    "POST",
    CERTIFICATES,
    operation=f"{CERTIFICATE.name}-create",
    summary="Issue a certificate; its code names the holder in clear, so only on the holder's request",
    door=Door.CARD,
    roles=OWNERS,
    body="handlers.models.vaccinations:VaccinationCertificateRequest",
    status=201,
    idempotent=True,
    step_up=True,
    errors=(
        AccessDeniedError,
        IdempotencyKeyReusedError,
        InvalidFieldsError,
        NotFoundError,
        NothingToCertifyError,
        StepUpRequiredError,
    ),
)
def issue(call: Call, patient_id: str) -> Any:
    form = call.body.model_dump(mode="json")
    made, repeated = services().vaccination_certificates.issue(
        call.actor, PersonId(patient_id), form, call.idempotency_key
    )
    return versioned(made, 201, repeated=repeated)


@api.endpoint(
    "GET",
    f"{CERTIFICATES}/{{record_id}}/file",
    operation=f"{CERTIFICATE.name}-file",
    summary="The certificate as a .smart-health-card file",
    door=Door.CARD,
    roles=OWNERS,
    answer_type=FILE_TYPE,
    errors=(AccessDeniedError, NotFoundError, WrongStateError),
)
def file(call: Call, patient_id: str, record_id: str) -> Any:
    content = services().vaccination_certificates.file(call.actor, PersonId(patient_id), record_id)
    return Answer(content, headers=attachment(FILE_TYPE, record_id))


@api.endpoint(
    "POST",
    f"{CERTIFICATES}/{{record_id}}/revocation",
    operation=f"{CERTIFICATE.name}-revoke",
    summary="Revoke a certificate for good",
    door=Door.CARD,
    roles=OWNERS,
    if_match=True,
    step_up=True,
    errors=(
        AccessDeniedError,
        NotFoundError,
        StaleVersionError,
        StepUpRequiredError,
        VersionRequiredError,
        WrongStateError,
    ),
)
def revoke(call: Call, patient_id: str, record_id: str) -> Any:
    return services().vaccination_certificates.revoke(call.actor, PersonId(patient_id), record_id, call.if_match)


@api.endpoint(
    "GET",
    f"{ISSUER_PATH}/.well-known/jwks.json",
    operation="health-card-keys",
    summary="Public keys of vaccination certificates (SMART Health Cards)",
    door=Door.PUBLIC,
    roles=EVERYONE,
)
def published(_call: Call) -> Any:
    return Answer(services().vaccination_certificates.published(), headers=PUBLIC)


@api.endpoint(
    "GET",
    f"{ISSUER_PATH}/.well-known/crl/{{list_name}}",
    operation="health-card-revocations",
    summary="Certificates that were revoked, by key: <kid>.json (SMART Health Cards)",
    door=Door.PUBLIC,
    roles=EVERYONE,
    errors=(NotFoundError,),
)
def revocations(_call: Call, list_name: str) -> Any:
    kid, _, suffix = list_name.rpartition(".")
    if suffix != "json" or len(kid) != 43 or not kid.isascii():  # noqa: PLR2004 - SHA-256 in base64url
        raise NotFoundError
    return Answer(services().vaccination_certificates.revocations(kid), headers=PUBLIC)
