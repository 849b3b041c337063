"""The identity desk: compare a passport, confirm an identity, open a recovery (ID-7, ID-8)."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.desk_recovery import Reason
from chalicelib.domain.identity import Role
from chalicelib.errors import (
    AlreadyExistsError,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
    StepUpRequiredError,
    TooManyRequestsError,
    WrongStateError,
)
from chalicelib.handlers.endpoints import Call, Door
from chalicelib.handlers.http import Api
from chalicelib.handlers.paging import PAGE_QUERY, asked, page

api = Api(__name__)

MODELS = "handlers.models.desk"
OPERATOR = frozenset({Role.IDENTITY_OPERATOR})
RECOVERIES = "/api/v1/desk/recoveries"
STEP = RECOVERIES + "/{recovery_id}"


@api.endpoint(
    "POST",
    "/api/v1/desk/look-ups",
    operation="desk-look-up",
    summary="Compare four numbers of a passport with an account; all fit, or the person is unknown",
    door=Door.SIGNED_IN,
    roles=OPERATOR,
    body=f"{MODELS}:DeskLookUp",
    step_up=True,
    errors=(InvalidFieldsError, NotFoundError, StepUpRequiredError, TooManyRequestsError),
)
def look_up(call: Call) -> Any:
    return services().desk.look_up(call.actor, call.body.model_dump())


@api.endpoint(
    "POST",
    "/api/v1/desk/confirmations",
    operation="desk-confirm",
    summary="Confirm the identity of whose passport was just compared",
    door=Door.SIGNED_IN,
    roles=OPERATOR,
    body=f"{MODELS}:DeskConfirmation",
    step_up=True,
    errors=(NotFoundError, StepUpRequiredError),
)
def confirm(call: Call) -> Any:
    return services().desk.confirm(call.actor, call.body.look_up_id, call.body.document)


@api.endpoint(
    "POST",
    RECOVERIES,
    operation="recovery-open",
    summary="Begin a recovery for whose passport was just compared",
    door=Door.SIGNED_IN,
    roles=OPERATOR,
    body=f"{MODELS}:RecoveryOpening",
    status=201,
    step_up=True,
    errors=(AlreadyExistsError, NotFoundError, StepUpRequiredError),
)
def open_(call: Call) -> Any:
    return services().desk.open_(call.actor, call.body.look_up_id, call.body.document, Reason(call.body.reason))


@api.endpoint(
    "POST",
    "/api/v1/desk/first-accounts",
    operation="first-account-open",
    summary="Begin a first account for who has a passport and no account: a child of 14, a clinic's patient",
    door=Door.SIGNED_IN,
    roles=OPERATOR,
    body=f"{MODELS}:FirstAccount",
    status=201,
    step_up=True,
    errors=(AlreadyExistsError, InvalidFieldsError, NotFoundError, StepUpRequiredError, TooManyRequestsError),
)
def first_account(call: Call) -> Any:
    return services().first_accounts.open_(call.actor, call.body.model_dump())


@api.endpoint(
    "GET",
    RECOVERIES,
    operation="recovery-list",
    summary="Recoveries of one's own organisation: states and ids, no names",
    door=Door.SIGNED_IN,
    roles=OPERATOR,
    query=PAGE_QUERY,
)
def listing(call: Call) -> Any:
    limit, after = asked(call, "recoveries")
    return page(call, "recoveries", *services().desk.waiting(call.actor, limit, after))


@api.endpoint(
    "POST",
    STEP + "/approval",
    operation="recovery-approve",
    summary="Approve a recovery that another operator opened",
    door=Door.SIGNED_IN,
    roles=OPERATOR,
    step_up=True,
    errors=(NotFoundError, StaleVersionError, StepUpRequiredError, WrongStateError),
)
def approve(call: Call, recovery_id: str) -> Any:
    return services().desk.approve(call.actor, recovery_id)


@api.endpoint(
    "POST",
    STEP + "/code",
    operation="recovery-issue",
    summary="The temporary code, shown this once, for printing",
    door=Door.SIGNED_IN,
    roles=OPERATOR,
    step_up=True,
    errors=(NotFoundError, StaleVersionError, StepUpRequiredError, WrongStateError),
)
def issue(call: Call, recovery_id: str) -> Any:
    return services().desk.issue(call.actor, recovery_id)


@api.endpoint(
    "POST",
    STEP + "/cancellation",
    operation="recovery-cancel",
    summary="Cancel a recovery that is not completed",
    door=Door.SIGNED_IN,
    roles=OPERATOR,
    errors=(NotFoundError, StaleVersionError, WrongStateError),
)
def cancel(call: Call, recovery_id: str) -> Any:
    return services().desk.cancel(call.actor, recovery_id)


@api.endpoint(
    "PUT",
    "/api/v1/organisations/{organisation_id}/desk",
    operation="desk-four-eyes",
    summary="Whether a second operator of this organisation approves every recovery",
    door=Door.SIGNED_IN,
    roles=frozenset({Role.ADMINISTRATOR}),
    body=f"{MODELS}:FourEyes",
    step_up=True,
    errors=(NotFoundError, StepUpRequiredError),
)
def four_eyes(call: Call, organisation_id: str) -> Any:
    return services().desk_settings.four_eyes(call.actor, organisation_id, wanted=call.body.four_eyes)
