"""Results over time, drafts that a doctor makes from one, open orders, and sending a result to a doctor."""

from __future__ import annotations

import hashlib
from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.access import Action
from chalicelib.domain.identity import OWNERS, PersonId
from chalicelib.domain.representation import Right
from chalicelib.errors import (
    AccessDeniedError,
    AlreadyExistsError,
    IdempotencyKeyReusedError,
    InvalidFieldsError,
    NotFoundError,
    PrescribingWarningsError,
    StaleVersionError,
    StepUpRequiredError,
    VersionRequiredError,
    WrongStateError,
)
from chalicelib.handlers.endpoints import Answer, Call, Door, language_of, versioned
from chalicelib.handlers.headers import etag, replay
from chalicelib.handlers.http import Api
from chalicelib.handlers.paging import following, position
from chalicelib.handlers.periods import moment
from chalicelib.records.open_orders import MOST, OPEN_ORDERS, compose
from chalicelib.records.registry import OPEN_ORDER_KINDS
from chalicelib.records.results import RESULT_COMPARISON, RESULT_DRAFT

api = Api(__name__)

CARD = "/api/v1/patients/{patient_id}"
DRAFTS = f"{CARD}/{RESULT_DRAFT.collection}"
DRAFT = DRAFTS + "/{draft_id}"
MODELS = "handlers.models.results"


def _question(body: Any) -> Any:
    from chalicelib.services.results.comparing import Question

    since, until = moment(body.since or "", "/from"), moment(body.until or "", "/to", end=True)
    return Question(tuple(body.analytes or ()), body.panel or "", since, until, body.limit)


@api.endpoint(
    "POST",
    f"{CARD}/{RESULT_COMPARISON.collection}",
    operation="result-comparison-read",
    summary="Values of analytes over time, in parts that can be compared, with ranges, flags and a trend",
    door=Door.CARD,
    roles=frozenset(RESULT_COMPARISON.grants[Action.READ]),
    body=f"{MODELS}:ResultComparison",
    errors=(AccessDeniedError, InvalidFieldsError, NotFoundError),
)
def comparison(call: Call, patient_id: str) -> Any:
    question = _question(call.body)
    name = f"results/{call.asked_for or patient_id}/{hashlib.sha256(repr(question).encode()).hexdigest()}"
    after = position(call, call.body.cursor, name, "/cursor") if call.body.cursor else None
    found, rest = services().result_comparisons.page(call.actor, PersonId(patient_id), question, after)
    return found if rest is None else {**found, "next": following(call, name, rest)}


@api.endpoint(
    "POST",
    f"{CARD}/{RESULT_COMPARISON.collection}/document",
    operation="result-comparison-download",
    summary="A comparison of results as PDF with line charts: the newest results of the time",
    door=Door.CARD,
    roles=frozenset(RESULT_COMPARISON.grants[Action.DOWNLOAD]),
    body=f"{MODELS}:ComparedResults",
    answer_type="application/pdf",
    errors=(AccessDeniedError, InvalidFieldsError, NotFoundError),
)
def document(call: Call, patient_id: str) -> Any:
    sheets = services().result_sheets
    return Answer(sheets.pdf(call.actor, PersonId(patient_id), _question(call.body), language_of(call)))


@api.endpoint(
    "GET",
    f"{CARD}/{OPEN_ORDERS.collection}",
    operation="open-order-read",
    summary="Laboratory orders, referrals and planned studies that are not done, with those overdue first",
    door=Door.CARD,
    roles=frozenset(OPEN_ORDERS.grants[Action.READ]),
    errors=(AccessDeniedError, NotFoundError),
)
def open_orders(call: Call, patient_id: str) -> Any:
    found = services().records.overview(call.actor, PersonId(patient_id), OPEN_ORDERS, OPEN_ORDER_KINDS, MOST)
    return compose(found, services().clock().date())


@api.endpoint(
    "POST",
    "/api/v1/me/sent-results",
    operation="result-send",
    summary="Put a result before a doctor: a consent for results alone, unless one stands, and a notice",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.CONSENT,
    body=f"{MODELS}:SentResult",
    status=201,
    idempotent=True,
    step_up=True,
    errors=(
        AlreadyExistsError,
        IdempotencyKeyReusedError,
        InvalidFieldsError,
        NotFoundError,
        StepUpRequiredError,
        WrongStateError,
    ),
)
def send(call: Call) -> Any:
    sent, repeated = services().result_sending.send(
        call.actor, call.body.model_dump(mode="json"), call.idempotency_key, language_of(call)
    )
    return Answer(sent, 201, replay(repeated=repeated))


# --- drafts


@api.endpoint(
    "POST",
    DRAFTS,
    operation="result-draft-create",
    summary="Drafts of a prescription, a referral, a planned study or a laboratory order from a result",
    door=Door.CARD,
    roles=frozenset(RESULT_DRAFT.grants[Action.CREATE]),
    body=f"{MODELS}:DraftOrder",
    status=201,
    idempotent=True,
    errors=(AccessDeniedError, IdempotencyKeyReusedError, InvalidFieldsError, NotFoundError, WrongStateError),
)
def draft(call: Call, patient_id: str) -> Any:
    made, repeated = services().result_drafts.make(
        call.actor, PersonId(patient_id), call.body.model_dump(mode="json"), call.idempotency_key, language_of(call)
    )
    return Answer({"items": made}, 201, replay(repeated=repeated))


@api.endpoint(
    "GET",
    DRAFTS,
    operation="result-draft-list",
    summary="One's own drafts on a card, with what is missing in each",
    door=Door.CARD,
    roles=frozenset(RESULT_DRAFT.grants[Action.LIST]),
    errors=(AccessDeniedError, NotFoundError),
)
def drafts(call: Call, patient_id: str) -> Any:
    return {"items": services().result_drafts.listed(call.actor, PersonId(patient_id))}


@api.endpoint(
    "PUT",
    DRAFT,
    operation="result-draft-amend",
    summary="Change a draft; mandatory fields may be missing until it is accepted",
    door=Door.CARD,
    roles=frozenset(RESULT_DRAFT.grants[Action.AMEND]),
    body=f"{MODELS}:DraftEdit",
    if_match=True,
    errors=(AccessDeniedError, InvalidFieldsError, NotFoundError, StaleVersionError, VersionRequiredError),
)
def edit(call: Call, patient_id: str, draft_id: str) -> Any:
    changed = services().result_drafts.edit(call.actor, PersonId(patient_id), draft_id, call.body.body, call.if_match)
    return Answer(changed, headers=etag(changed["version"]))


@api.endpoint(
    "DELETE",
    DRAFT,
    operation="result-draft-revoke",
    summary="Discard a draft",
    door=Door.CARD,
    roles=frozenset(RESULT_DRAFT.grants[Action.REVOKE]),
    status=204,
    errors=(AccessDeniedError,),
)
def discard(call: Call, patient_id: str, draft_id: str) -> Any:
    services().result_drafts.discard(call.actor, PersonId(patient_id), draft_id)


@api.endpoint(
    "POST",
    DRAFT + "/acceptance",
    operation="result-draft-accept",
    summary="Make the record of a draft, once; a prescription with a fresh second factor",
    door=Door.CARD,
    roles=frozenset(RESULT_DRAFT.grants[Action.CREATE]),
    status=201,
    errors=(
        AccessDeniedError,
        InvalidFieldsError,
        NotFoundError,
        PrescribingWarningsError,
        StaleVersionError,
        StepUpRequiredError,
        WrongStateError,
    ),
)
def accept(call: Call, patient_id: str, draft_id: str) -> Any:
    record, repeated = services().result_acceptance.accept(call.actor, PersonId(patient_id), draft_id)
    return versioned(record, 201, repeated=repeated)
