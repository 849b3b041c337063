"""Forms before a visit, and drafts of its record, filled in beforehand (APT-4)."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.identity import OWNERS, PersonId, Role
from chalicelib.domain.representation import Right
from chalicelib.domain.visit_forms import VISITS
from chalicelib.errors import (
    AccessDeniedError,
    CardStateError,
    FieldProblem,
    IdempotencyKeyReusedError,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
    VersionRequiredError,
    WrongStateError,
)
from chalicelib.handlers.endpoints import Answer, Call, Door, language_of, versioned
from chalicelib.handlers.headers import etag
from chalicelib.handlers.http import Api

api = Api(__name__, grouped=True)

FORM = "/api/v1/me/appointments/{appointment_id}/form"
ANSWERS = "records.bodies.visit_forms:VisitFormAnswers"
READING = (AccessDeniedError, CardStateError, NotFoundError)
WRITING = (*READING, InvalidFieldsError, StaleVersionError, WrongStateError)


@api.endpoint(
    "GET",
    FORM,
    operation="visit-form-prefill",
    summary="The form before a visit, filled in with what the card knows, each value with its source",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.REPORT,
    errors=READING,
)
def form(call: Call, appointment_id: str) -> Any:
    found = services().visit_forms.form(call.actor, appointment_id, language_of(call))
    return Answer(found, headers=etag(found["version"]))


@api.endpoint(
    "PUT",
    FORM,
    operation="visit-form-draft",
    summary="Keep what is filled in so far; If-Match names the version that was read, 0 where nothing was kept",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.REPORT,
    body=ANSWERS,
    if_match=True,
    errors=(*WRITING, VersionRequiredError),
)
def keep(call: Call, appointment_id: str) -> Any:
    answers = call.body.model_dump(mode="json")
    kept = services().visit_forms.keep(call.actor, appointment_id, answers, call.if_match)
    return Answer(kept, headers=etag(kept["version"]))


@api.endpoint(
    "POST",
    FORM + "/submission",
    operation="visit-form-create",
    summary="Submit the form: it becomes a record of the card, once, and lies before the doctor",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.REPORT,
    body=ANSWERS,
    status=201,
    idempotent=True,
    errors=(*WRITING, IdempotencyKeyReusedError),
)
def submit(call: Call, appointment_id: str) -> Any:
    answers = call.body.model_dump(mode="json")
    record, repeated = services().visit_forms.submit(call.actor, appointment_id, answers, call.idempotency_key)
    return versioned(record, 201, repeated=repeated)


@api.endpoint(
    "GET",
    "/api/v1/visit-drafts/{patient_id}/{appointment_id}",
    operation="visit-draft-prepare",
    summary="For the doctor of an appointment: the record of the visit, filled in beforehand; nothing is stored",
    door=Door.CARD,
    roles=frozenset({Role.DOCTOR}),
    query={"kind": {"type": "string", "enum": list(VISITS), "description": "Else what the last visit was written as"}},
    errors=(*READING, InvalidFieldsError),
)
def draft(call: Call, patient_id: str, appointment_id: str) -> Any:
    kind = call.query.get("kind", "")
    if kind and kind not in VISITS:
        raise InvalidFieldsError(fields=(FieldProblem("?kind", "choice", f"one of: {', '.join(VISITS)}"),))
    return services().visit_drafts.draft(call.actor, PersonId(patient_id), appointment_id, kind, language_of(call))
