"""Merging cards (SPC-5)."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.identity import PersonId, Role
from chalicelib.errors import (
    AlreadyExistsError,
    CardStateError,
    NotFoundError,
    StaleVersionError,
    StepUpRequiredError,
    WrongStateError,
)
from chalicelib.handlers.endpoints import Answer, Call, Door
from chalicelib.handlers.headers import etag
from chalicelib.handlers.http import Api
from chalicelib.handlers.paging import PAGE_QUERY, asked, page

api = Api(__name__)

MODELS = "handlers.models.patients"
REGISTRAR = frozenset({Role.REGISTRAR})
PATIENT = frozenset({Role.PATIENT})
ONE = "/api/v1/patients/{patient_id}/merges/{merge_id}"


@api.endpoint(
    "POST",
    "/api/v1/patients/{patient_id}/merges",
    operation="merge-propose",
    summary="Propose that another card of this person goes into this one",
    door=Door.SIGNED_IN,
    roles=REGISTRAR,
    body=f"{MODELS}:Merge",
    status=201,
    errors=(AlreadyExistsError, CardStateError, NotFoundError, WrongStateError),
)
def propose(call: Call, patient_id: str) -> Any:
    made = services().merges.propose(call.actor, PersonId(patient_id), PersonId(call.body.source), call.body.basis)
    return Answer(made, 201, etag(made["version"]))


@api.endpoint(
    "GET",
    "/api/v1/merges",
    operation="merge-list",
    summary="Merges that wait for a decision, oldest first",
    door=Door.SIGNED_IN,
    roles=REGISTRAR,
    query=PAGE_QUERY,
)
def waiting(call: Call) -> Any:
    limit, after = asked(call, "merges")
    return page(call, "merges", *services().merges.waiting(call.actor, limit, after))


@api.endpoint(
    "GET",
    ONE,
    operation="merge-read",
    summary="State of a merge; while it waits for a decision, the comparison of both cards",
    door=Door.SIGNED_IN,
    roles=REGISTRAR,
    errors=(NotFoundError, StaleVersionError),
)
def read(call: Call, patient_id: str, merge_id: str) -> Any:
    shown = services().merges.show(call.actor, PersonId(patient_id), merge_id)
    return Answer(shown, headers=etag(shown["version"]))


@api.endpoint(
    "POST",
    f"{ONE}/decision",
    operation="merge-decide",
    summary="Approve (another than who proposed) or refuse a merge",
    door=Door.SIGNED_IN,
    roles=REGISTRAR,
    body=f"{MODELS}:MergeDecision",
    if_match=True,
    step_up=True,
    errors=(CardStateError, NotFoundError, StaleVersionError, StepUpRequiredError, WrongStateError),
)
def decide(call: Call, patient_id: str, merge_id: str) -> Any:
    said = call.body
    shown = services().merges.decide(
        call.actor, PersonId(patient_id), merge_id, call.if_match, approve=said.approve, reason=said.reason
    )
    return Answer(shown, headers=etag(shown["version"]))


@api.endpoint(
    "POST",
    f"{ONE}/undoing",
    operation="merge-undo",
    summary="Undo a merge within its time",
    door=Door.SIGNED_IN,
    roles=REGISTRAR,
    body=f"{MODELS}:MergeUndoing",
    if_match=True,
    step_up=True,
    errors=(NotFoundError, StaleVersionError, StepUpRequiredError, WrongStateError),
)
def undo(call: Call, patient_id: str, merge_id: str) -> Any:
    shown = services().merges.undo(call.actor, PersonId(patient_id), merge_id, call.if_match, reason=call.body.reason)
    return Answer(shown, headers=etag(shown["version"]))


@api.endpoint(
    "GET",
    "/api/v1/me/merges",
    operation="merge-mine",
    summary="Merges into one's own card",
    door=Door.SIGNED_IN,
    roles=PATIENT,
)
def mine(call: Call) -> Any:
    return {"items": services().merges.mine(call.actor)}
