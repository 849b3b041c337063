"""Requests with documents that staff decide: the person files, parties agree, the registrar reviews."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.case_kinds import CASE_KINDS, case_kind
from chalicelib.domain.cases import CaseKind
from chalicelib.domain.identity import OWNERS, PersonId, Role
from chalicelib.errors import (
    AlreadyExistsError,
    AssuranceLevelError,
    CardStateError,
    FieldProblem,
    InvalidFieldsError,
    NotFoundError,
    RegistryUnavailableError,
    StaleVersionError,
    StayUnconfirmedError,
    WrongStateError,
)
from chalicelib.handlers.bodies import model, validate
from chalicelib.handlers.endpoints import EVERYONE, Answer, Call, Door
from chalicelib.handlers.headers import attachment, etag, replay
from chalicelib.handlers.http import Api
from chalicelib.handlers.paging import PAGE_QUERY, asked, page

api = Api(__name__, grouped=True)

MODELS = "handlers.models.cases"
PATIENT = frozenset({Role.PATIENT})
FILERS = frozenset({role for kind in CASE_KINDS.values() for role in kind.filed_by})
REVIEWERS = frozenset({role for kind in CASE_KINDS.values() for role in kind.decided_by})
STAFF_PATH = "/api/v1/cases/{patient_id}/{case_id}"


@api.endpoint(
    "GET",
    "/api/v1/case-kinds",
    operation="case-kinds",
    summary="Kinds of case: form, documents, who decides",
    door=Door.PUBLIC,
    roles=EVERYONE,
)
def kinds(_call: Call) -> Any:
    return Answer({"items": [_described(kind) for kind in CASE_KINDS.values()]}, headers=PUBLIC)


PUBLIC = {"Cache-Control": "public, max-age=300"}


def _described(kind: CaseKind) -> dict[str, Any]:
    slots = [
        {"name": s.name, "label": {"ru": s.label.ru, "en": s.label.en}, "least": s.least, "most": s.most}
        for s in kind.slots
    ]
    return {
        "kind": kind.name,
        "label": {"ru": kind.label.ru, "en": kind.label.en},
        "form": model(kind.form).model_json_schema(),
        "documents": slots,
        "level": kind.level,
        "term_days": kind.term.days if kind.term else None,
        "decided_by": sorted(role.value for role in kind.decided_by),
    }


# --- the person


@api.endpoint(
    "POST",
    "/api/v1/me/cases",
    operation="case-file",
    summary="File a request with documents",
    door=Door.SIGNED_IN,
    roles=FILERS,
    right="apply",
    body=f"{MODELS}:CaseFiling",
    status=201,
    idempotent=True,
    errors=(AlreadyExistsError, AssuranceLevelError, InvalidFieldsError, NotFoundError, WrongStateError),
)
def file(call: Call) -> Any:
    kind = CASE_KINDS.get(call.body.kind)
    if kind is None:
        raise InvalidFieldsError(fields=(FieldProblem("/kind", "unknown", "GET /api/v1/case-kinds lists them"),))
    services().residence.check(call.actor, "case-file", kind.name)
    filed, repeated = services().cases.submit(
        call.actor, kind, _form(kind, call.body.form), call.body.documents, call.idempotency_key
    )
    return Answer(filed, 201, replay(repeated=repeated))


def _form(kind: CaseKind, given: Any) -> dict[str, Any]:
    """The form by its own model; what is wrong with it is named as it stands in the body."""
    try:
        checked: dict[str, Any] = validate(kind.form, given).model_dump(mode="json")
    except InvalidFieldsError as error:
        raise InvalidFieldsError(fields=_below("/form", error.fields)) from None
    return checked


def _below(root: str, fields: Sequence[FieldProblem]) -> tuple[FieldProblem, ...]:
    return tuple(replace(problem, field=root + problem.field) for problem in fields)


@api.endpoint(
    "GET",
    "/api/v1/me/cases",
    operation="case-list",
    summary="One's own cases, newest first",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right="apply",
    query=PAGE_QUERY,
)
def mine(call: Call) -> Any:
    limit, after = asked(call, "cases")
    return page(call, "cases", *services().cases.mine(call.actor, limit, after))


@api.endpoint(
    "GET",
    "/api/v1/me/cases/{case_id}",
    operation="case-read",
    summary="One's own case: form, documents, history, words of staff",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right="apply",
    errors=(NotFoundError,),
)
def read(call: Call, case_id: str) -> Any:
    shown = services().cases.show_own(call.actor, case_id)
    return Answer(shown, headers=etag(shown["version"]))


@api.endpoint(
    "POST",
    "/api/v1/me/cases/{case_id}/withdrawal",
    operation="case-withdraw",
    summary="Take an open case back",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right="apply",
    errors=(NotFoundError, StaleVersionError, WrongStateError),
)
def withdraw(call: Call, case_id: str) -> Any:
    return services().cases.withdraw(call.actor, case_id)


@api.endpoint(
    "POST",
    "/api/v1/me/cases/{case_id}/receipt",
    operation="case-receive",
    summary="What was asked for has come; the case is closed",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right="apply",
    errors=(NotFoundError, StaleVersionError, WrongStateError),
)
def receive(call: Call, case_id: str) -> Any:
    return services().cases.receive(call.actor, case_id)


@api.endpoint(
    "POST",
    "/api/v1/me/cases/{case_id}/documents",
    operation="case-supply",
    summary="Bring the documents that staff asked for",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right="apply",
    body=f"{MODELS}:CaseDocuments",
    errors=(InvalidFieldsError, NotFoundError, StaleVersionError, WrongStateError),
)
def supply(call: Call, case_id: str) -> Any:
    return services().cases.supply(call.actor, case_id, call.body.documents)


# --- parties


@api.endpoint(
    "GET",
    "/api/v1/me/case-requests",
    operation="case-requests",
    summary="Cases of others that name this person and ask for agreement",
    door=Door.SIGNED_IN,
    roles=PATIENT,
    query=PAGE_QUERY,
)
def requests(call: Call) -> Any:
    limit, after = asked(call, "case-requests")
    return page(call, "case-requests", *services().cases.requests(call.actor, limit, after))


@api.endpoint(
    "POST",
    "/api/v1/me/case-requests/{patient_id}/{case_id}",
    operation="case-answer",
    summary="Agree to a case, or decline",
    door=Door.SIGNED_IN,
    roles=PATIENT,
    body=f"{MODELS}:CaseAnswer",
    step_up=True,
    errors=(AssuranceLevelError, NotFoundError, StaleVersionError, WrongStateError),
)
def answer(call: Call, patient_id: str, case_id: str) -> Any:
    return services().cases.answer(call.actor, PersonId(patient_id), case_id, agree=call.body.agree)


# --- staff


@api.endpoint(
    "GET",
    "/api/v1/cases",
    operation="case-queue",
    summary="Cases of one kind that wait for staff, oldest first; of copies and transfers one's own organisation's",
    door=Door.SIGNED_IN,
    roles=REVIEWERS,
    query={**PAGE_QUERY, "kind": {"type": "string", "maxLength": 40}},
    errors=(NotFoundError,),
)
def queue(call: Call) -> Any:
    kind = case_kind(call.query.get("kind", ""))
    listing = f"cases-{kind.name}"
    limit, after = asked(call, listing)
    return page(call, listing, *services().cases.waiting(call.actor, kind, limit, after))


@api.endpoint(
    "GET",
    STAFF_PATH,
    operation="case-review",
    summary="A case with what it is compared with",
    door=Door.SIGNED_IN,
    roles=REVIEWERS,
    errors=(NotFoundError, WrongStateError),
)
def review(call: Call, patient_id: str, case_id: str) -> Any:
    shown = services().cases.show(call.actor, PersonId(patient_id), case_id)
    return Answer(shown, headers=etag(shown["version"]))


@api.endpoint(
    "GET",
    STAFF_PATH + "/uploads/{upload_id}",
    operation="case-document",
    summary="A document that the case names",
    door=Door.SIGNED_IN,
    roles=REVIEWERS,
    answer_type="application/octet-stream",
    errors=(NotFoundError, WrongStateError),
)
def document(call: Call, patient_id: str, case_id: str, upload_id: str) -> Any:
    media_type, data = services().cases.document(call.actor, PersonId(patient_id), case_id, upload_id)
    return Answer(data, headers=attachment(media_type, upload_id))


@api.endpoint(
    "POST",
    STAFF_PATH + "/decision",
    operation="case-decide",
    summary="One step of staff: approve, refuse, ask for more; or accept, prepare, finish, send, hand over",
    door=Door.SIGNED_IN,
    roles=REVIEWERS,
    step_up=True,
    body=f"{MODELS}:CaseDecision",
    if_match=True,
    errors=(
        AlreadyExistsError,
        CardStateError,
        NotFoundError,
        RegistryUnavailableError,
        StaleVersionError,
        StayUnconfirmedError,
        WrongStateError,
    ),
)
def decide(call: Call, patient_id: str, case_id: str) -> Any:
    return services().cases.decide(
        call.actor, PersonId(patient_id), case_id, call.if_match, **call.body.model_dump(mode="json")
    )
