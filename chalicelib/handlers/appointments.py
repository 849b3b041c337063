"""One's own appointments: booking, moving, cancelling (APT-1)."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.identity import OWNERS
from chalicelib.domain.representation import Right
from chalicelib.errors import (
    AccessDeniedError,
    CardStateError,
    ConflictError,
    FieldProblem,
    IdempotencyKeyReusedError,
    InvalidFieldsError,
    NotFoundError,
    OwnOverlapError,
    ReferralNeededError,
    SlotNotThereError,
    SlotTakenError,
    StaleVersionError,
    TooLateError,
    TooManyOpenError,
    WrongStateError,
)
from chalicelib.handlers.endpoints import Call, Door, versioned
from chalicelib.handlers.http import Api
from chalicelib.handlers.paging import PAGE_QUERY, asked, page

api = Api(__name__, grouped=True)

MODELS = "handlers.models.appointments"
OWN = "/api/v1/me/appointments"
MINE = OWN + "/{appointment_id}"
WHICH = {
    "which": {
        "type": "string",
        "enum": ["upcoming", "all"],
        "default": "upcoming",
        "description": "Open ones, the soonest first; or all, the latest visit first",
    }
}

TAKING = (
    CardStateError,
    ConflictError,
    InvalidFieldsError,
    NotFoundError,
    OwnOverlapError,
    ReferralNeededError,
    SlotNotThereError,
    SlotTakenError,
    TooManyOpenError,
)
CHANGING = (ConflictError, NotFoundError, StaleVersionError, TooLateError, WrongStateError)


@api.endpoint(
    "POST",
    OWN,
    operation="appointment-book",
    summary="Book a free slot; of two who want one at the same moment one gets it, and the other is told what is near",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.APPLY,
    body=f"{MODELS}:Booking",
    status=201,
    idempotent=True,
    errors=(*TAKING, IdempotencyKeyReusedError),
)
def book(call: Call) -> Any:
    made, repeated = services().appointments.book(call.actor, call.body.model_dump(), call.idempotency_key)
    return versioned(made, 201, repeated=repeated)


@api.endpoint(
    "GET",
    OWN,
    operation="appointment-list",
    summary="Own appointments: those that are open, soonest first; or all, the latest visit first",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.APPLY,
    query={**WHICH, **PAGE_QUERY},
    errors=(AccessDeniedError, InvalidFieldsError),
)
def mine(call: Call) -> Any:
    which = call.query.get("which", "upcoming")
    if which not in WHICH["which"]["enum"]:
        raise InvalidFieldsError(fields=(FieldProblem("?which", "unknown", "upcoming or all"),))
    if which == "upcoming":
        return {"items": services().appointments.upcoming(call.actor)}
    limit, after = asked(call, "appointments")
    return page(call, "appointments", *services().appointments.listed(call.actor, limit, after))


@api.endpoint(
    "GET",
    MINE,
    operation="appointment-read",
    summary="One appointment",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.APPLY,
    errors=(AccessDeniedError, NotFoundError),
)
def one(call: Call, appointment_id: str) -> Any:
    return versioned(services().appointments.one(call.actor, appointment_id))


@api.endpoint(
    "PUT",
    MINE + "/time",
    operation="appointment-move",
    summary="Move it to another free slot; the old one is free for others at the same moment",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.APPLY,
    body=f"{MODELS}:NewTime",
    if_match=True,
    errors=(*TAKING, StaleVersionError, TooLateError, WrongStateError),
)
def move(call: Call, appointment_id: str) -> Any:
    body = call.body
    return versioned(
        services().appointments.move(call.actor, appointment_id, call.if_match, body.schedule_id, body.start)
    )


@api.endpoint(
    "POST",
    MINE + "/cancellation",
    operation="appointment-cancel",
    summary="Cancel it, until so many hours before as the clinic says",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.APPLY,
    if_match=True,
    errors=CHANGING,
)
def cancel(call: Call, appointment_id: str) -> Any:
    return versioned(services().appointments.cancel(call.actor, appointment_id, call.if_match))
