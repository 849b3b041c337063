"""Recognition of scans: a scan of the card is read into a draft, a person confirms it part by part (UX-3)."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.access import Action
from chalicelib.domain.identity import PersonId, Role
from chalicelib.domain.recognition.drafting import KINDS
from chalicelib.domain.recognition.pages import MAX_PAGES
from chalicelib.errors import (
    AccessDeniedError,
    HandwritingOffError,
    IdempotencyKeyReusedError,
    InvalidFieldsError,
    NotFoundError,
    NotReadyError,
    RecognitionMissingError,
    StaleVersionError,
    WrongStateError,
)
from chalicelib.handlers.endpoints import Answer, Call, Door, language_of, versioned, whole_number
from chalicelib.handlers.headers import ALONE, replay
from chalicelib.handlers.http import Api
from chalicelib.handlers.paging import PAGE_QUERY, asked, page
from chalicelib.records.registry import record_type

api = Api(__name__, grouped=True)

BASE = "/api/v1/recognitions/{patient_id}/{kind}"
ONE = BASE + "/{recognition_id}"
SETTINGS = "/api/v1/recognition-settings"
MODELS = "handlers.models.recognition"
WRITERS = frozenset(role for kind in KINDS for role in record_type(kind).grants[Action.CREATE]) & {
    Role.DOCTOR,
    Role.NURSE,
}
"""People who write such records. Systems of partners deliver them as data, not as scans."""
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})


def _kind(kind: str) -> str:
    if kind not in KINDS:
        raise NotFoundError
    return kind


@api.endpoint(
    "POST",
    BASE,
    operation="recognition-create",
    summary="Have a scan that hangs on a document of the card read into a draft of a record of this kind",
    door=Door.CARD,
    roles=WRITERS,
    body=f"{MODELS}:RecognitionForm",
    status=202,
    idempotent=True,
    errors=(
        AccessDeniedError,
        HandwritingOffError,
        IdempotencyKeyReusedError,
        InvalidFieldsError,
        NotFoundError,
        RecognitionMissingError,
    ),
)
def create(call: Call, patient_id: str, kind: str) -> Any:
    form = {**call.body.model_dump(mode="json"), "kind": _kind(kind)}
    made, repeated = services().recognition.begin(call.actor, PersonId(patient_id), form, call.idempotency_key)
    return Answer(made, 202, replay(repeated=repeated))


@api.endpoint(
    "GET",
    BASE,
    operation="recognition-list",
    summary="Scans of a card that were read into this kind of record, newest first, with the reason of what failed",
    door=Door.CARD,
    roles=WRITERS,
    query=PAGE_QUERY,
    errors=(AccessDeniedError, NotFoundError),
)
def listing(call: Call, patient_id: str, kind: str) -> Any:
    name = f"recognition/{_kind(kind)}/{call.asked_for or patient_id}"
    limit, after = asked(call, name)
    found = services().recognition.listed(call.actor, PersonId(patient_id), kind, language_of(call), limit, after)
    return page(call, name, *found)


@api.endpoint(
    "GET",
    ONE,
    operation="recognition-read",
    summary="What became of a scan; the draft, each value with its confidence and the place that it was read from",
    door=Door.CARD,
    roles=WRITERS,
    errors=(AccessDeniedError, NotFoundError),
)
def read(call: Call, patient_id: str, kind: str, recognition_id: str) -> Any:
    return services().recognition.read(call.actor, PersonId(patient_id), _kind(kind), recognition_id, language_of(call))


@api.endpoint(
    "GET",
    ONE + "/page",
    operation="recognition-picture",
    summary="A page as it was read, upright, to be compared with the draft",
    door=Door.CARD,
    roles=WRITERS,
    query={"number": {"type": "integer", "minimum": 1, "maximum": MAX_PAGES, "default": 1}},
    answer_type="image/jpeg",
    errors=(AccessDeniedError, InvalidFieldsError, NotFoundError, NotReadyError),
)
def picture(call: Call, patient_id: str, kind: str, recognition_id: str) -> Any:
    number = whole_number(call, "number", 1, MAX_PAGES)
    data = services().recognition.picture(call.actor, PersonId(patient_id), _kind(kind), recognition_id, number)
    return Answer(data, headers=ALONE)


@api.endpoint(
    "POST",
    ONE + "/confirmation",
    operation="recognition-confirm",
    summary="Confirm a draft part by part: it becomes a record of the card, once, with a link to the scan",
    door=Door.CARD,
    roles=WRITERS,
    body=f"{MODELS}:RecognitionConfirmation",
    status=201,
    idempotent=True,
    errors=(AccessDeniedError, IdempotencyKeyReusedError, InvalidFieldsError, NotFoundError, WrongStateError),
)
def confirm(call: Call, patient_id: str, kind: str, recognition_id: str) -> Any:
    from chalicelib.services.recognition.confirming import Given

    given = Given(call.body.body, call.body.confirmed)
    record, repeated = services().recognition_confirming.confirm(
        call.actor, PersonId(patient_id), _kind(kind), recognition_id, given, call.idempotency_key
    )
    return versioned(record, 201, repeated=repeated)


@api.endpoint(
    "POST",
    ONE + "/refusal",
    operation="recognition-refuse",
    summary="Refuse a draft: nothing of it enters the card",
    door=Door.CARD,
    roles=WRITERS,
    body=f"{MODELS}:RecognitionRefusal",
    errors=(AccessDeniedError, InvalidFieldsError, NotFoundError, WrongStateError),
)
def refuse(call: Call, patient_id: str, kind: str, recognition_id: str) -> Any:
    return services().recognition_confirming.refuse(
        call.actor, PersonId(patient_id), _kind(kind), recognition_id, call.body.reason, language_of(call)
    )


@api.endpoint(
    "GET",
    SETTINGS,
    operation="recognition-settings",
    summary="Whether scans can be read here, and whether a service outside reads handwriting for this organisation",
    door=Door.SIGNED_IN,
    roles=WRITERS | ADMINISTRATOR,
    errors=(AccessDeniedError,),
)
def settings(call: Call) -> Any:
    return services().recognition_settings.read(call.actor)


@api.endpoint(
    "PUT",
    SETTINGS,
    operation="recognition-switch",
    summary="Let a service outside read handwriting on scans of this organisation's patients, or no more",
    door=Door.SIGNED_IN,
    roles=ADMINISTRATOR,
    body=f"{MODELS}:RecognitionSwitch",
    step_up=True,
    errors=(AccessDeniedError, HandwritingOffError, InvalidFieldsError, StaleVersionError),
)
def switch(call: Call) -> Any:
    return services().recognition_settings.switch(call.actor, handwriting=call.body.handwriting)
