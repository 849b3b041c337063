"""Erasure of a person's data (SPC-8): proposed by an administrator of the system, decided by a security officer."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.erasures import Basis
from chalicelib.domain.identity import PersonId, Role
from chalicelib.errors import (
    AlreadyExistsError,
    InvalidFieldsError,
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

MODELS = "handlers.models.erasures"
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
OFFICER = frozenset({Role.SECURITY_OFFICER})
PATIENT = frozenset({Role.PATIENT})
ONE = "/api/v1/erasures/{erasure_id}"
JOSE = "application/jose"


@api.endpoint(
    "POST",
    "/api/v1/erasures",
    operation="erasure-propose",
    summary="Propose to erase all data of a person; the person is told",
    door=Door.SIGNED_IN,
    roles=ADMINISTRATOR,
    body=f"{MODELS}:ErasureProposal",
    status=201,
    step_up=True,
    errors=(AlreadyExistsError, InvalidFieldsError, NotFoundError, StepUpRequiredError, WrongStateError),
)
def propose(call: Call) -> Any:
    form = call.body
    made = services().erasures.propose(call.actor, PersonId(form.patient_id), Basis(form.basis), form.reference)
    return Answer(made, status=201, headers=etag(made["version"]))


@api.endpoint(
    "GET",
    "/api/v1/erasures",
    operation="erasure-list",
    summary="Erasures, newest first",
    door=Door.SIGNED_IN,
    roles=ADMINISTRATOR | OFFICER,
    query=PAGE_QUERY,
)
def erasures(call: Call) -> Any:
    limit, after = asked(call, "erasures")
    return page(call, "erasures", *services().erasures.listed(call.actor, limit, after))


@api.endpoint(
    "GET",
    ONE,
    operation="erasure-read",
    summary="An erasure with its state and, once executed, its receipt",
    door=Door.SIGNED_IN,
    roles=ADMINISTRATOR | OFFICER,
    errors=(NotFoundError,),
)
def read(call: Call, erasure_id: str) -> Any:
    shown = services().erasures.read(call.actor, erasure_id)
    return Answer(shown, headers=etag(shown["version"]))


@api.endpoint(
    "GET",
    ONE + "/receipt",
    operation="erasure-download",
    summary="The signed receipt (JWS, RFC 7515); its key is among the published ones",
    door=Door.SIGNED_IN,
    roles=ADMINISTRATOR | OFFICER,
    answer_type=JOSE,
    errors=(NotFoundError,),
)
def receipt(call: Call, erasure_id: str) -> Any:
    text = services().erasures.receipt(call.actor, erasure_id)
    return Answer(text, headers={"Content-Disposition": f'attachment; filename="erasure-{erasure_id}.jws"'})


@api.endpoint(
    "POST",
    ONE + "/decision",
    operation="erasure-decide",
    summary="Approve or refuse an erasure that somebody else proposed",
    door=Door.SIGNED_IN,
    roles=OFFICER,
    body=f"{MODELS}:ErasureDecision",
    if_match=True,
    step_up=True,
    errors=(NotFoundError, StaleVersionError, StepUpRequiredError, WrongStateError),
)
def decide(call: Call, erasure_id: str) -> Any:
    shown = services().erasures.decide(call.actor, erasure_id, call.if_match, approve=call.body.approve)
    return Answer(shown, headers=etag(shown["version"]))


@api.endpoint(
    "DELETE",
    ONE,
    operation="erasure-withdraw",
    summary="Withdraw an erasure that one proposed oneself, until it is executed",
    door=Door.SIGNED_IN,
    roles=ADMINISTRATOR,
    status=204,
    step_up=True,
    errors=(NotFoundError, StaleVersionError, StepUpRequiredError, WrongStateError),
)
def withdraw(call: Call, erasure_id: str) -> Any:
    services().erasures.withdraw(call.actor, erasure_id)


@api.endpoint(
    "DELETE",
    "/api/v1/me/erasure",
    operation="erasure-withdraw-own",
    summary="Take back one's own request to be erased, until it is executed",
    door=Door.SIGNED_IN,
    roles=PATIENT,
    status=204,
    errors=(NotFoundError, StaleVersionError, WrongStateError),
)
def withdraw_own(call: Call) -> Any:
    services().erasures.withdraw_own(call.actor)
