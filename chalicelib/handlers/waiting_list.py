"""The waiting list, offers of freed slots, and changes by the clinic (APT-2)."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.identity import OWNERS, Role
from chalicelib.domain.representation import Right
from chalicelib.errors import (
    AccessDeniedError,
    AlreadyExistsError,
    CardStateError,
    ConflictError,
    FieldProblem,
    IdempotencyKeyReusedError,
    InvalidFieldsError,
    NotFoundError,
    OfferOverError,
    OwnOverlapError,
    ReferralNeededError,
    SlotNotThereError,
    SlotTakenError,
    StaleVersionError,
    TooManyOpenError,
    WaitingListFullError,
    WrongStateError,
)
from chalicelib.handlers.endpoints import Call, Door, versioned
from chalicelib.handlers.http import Api
from chalicelib.handlers.paging import PAGE_QUERY, asked, page

api = Api(__name__, grouped=True)

MODELS = "handlers.models.waiting_list"
OWN = "/api/v1/me/waiting-list"
MINE = OWN + "/{entry_id}"
OF_SCHEDULE = "/api/v1/schedules/{schedule_id}/waiting-list"
DESK = frozenset({Role.REGISTRAR})
LISTS = ("schedule", "specialty")
WHICH = {
    "list": {
        "type": "string",
        "enum": [*LISTS],
        "default": "schedule",
        "description": "Who waits for this schedule, or for any of its specialty in the organisation",
    }
}
BOOKING = (
    CardStateError,
    ConflictError,
    InvalidFieldsError,
    OwnOverlapError,
    ReferralNeededError,
    SlotNotThereError,
    SlotTakenError,
    TooManyOpenError,
)


# --- the patient


@api.endpoint(
    "POST",
    OWN,
    operation="waiting-entry-create",
    summary="Wait for a free slot of a schedule, or of a specialty in an organisation",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.APPLY,
    body=f"{MODELS}:WaitingEntry",
    status=201,
    idempotent=True,
    errors=(
        AccessDeniedError,
        AlreadyExistsError,
        CardStateError,
        ConflictError,
        IdempotencyKeyReusedError,
        InvalidFieldsError,
        WaitingListFullError,
    ),
)
def join(call: Call) -> Any:
    made, repeated = services().waiting_list.join(call.actor, call.body.model_dump(mode="json"), call.idempotency_key)
    return versioned(made, 201, repeated=repeated)


@api.endpoint(
    "GET",
    OWN,
    operation="waiting-entry-list",
    summary="What I wait for and what is offered to me, newest first",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.APPLY,
    query=PAGE_QUERY,
    errors=(AccessDeniedError, InvalidFieldsError),
)
def entries(call: Call) -> Any:
    limit, after = asked(call, "waiting-list")
    return page(call, "waiting-list", *services().waiting_list.listed(call.actor, limit, after))


@api.endpoint(
    "GET",
    MINE,
    operation="waiting-entry-read",
    summary="One entry, with how many wait before it",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.APPLY,
    errors=(AccessDeniedError, NotFoundError),
)
def one(call: Call, entry_id: str) -> Any:
    return versioned(services().waiting_list.one(call.actor, entry_id))


@api.endpoint(
    "DELETE",
    MINE,
    operation="waiting-entry-leave",
    summary="Wait no more; what was offered goes to the next",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.APPLY,
    status=204,
    errors=(AccessDeniedError, ConflictError, NotFoundError),
)
def leave(call: Call, entry_id: str) -> Any:
    services().waiting_list.leave(call.actor, entry_id)


@api.endpoint(
    "POST",
    MINE + "/acceptance",
    operation="waiting-entry-accept",
    summary="Book the slot that is held for this entry; the answer is the appointment",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.APPLY,
    body=f"{MODELS}:Acceptance",
    status=201,
    idempotent=True,
    if_match=True,
    errors=(
        *BOOKING,
        AccessDeniedError,
        IdempotencyKeyReusedError,
        NotFoundError,
        OfferOverError,
        StaleVersionError,
    ),
)
def accept(call: Call, entry_id: str) -> Any:
    made, repeated = services().waiting_list.accept(
        call.actor, entry_id, call.if_match, call.body.model_dump(), call.idempotency_key
    )
    return versioned(made, 201, repeated=repeated)


@api.endpoint(
    "POST",
    MINE + "/refusal",
    operation="waiting-entry-decline",
    summary="Not this slot: it goes to the next, and the entry waits on in its place",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.APPLY,
    if_match=True,
    errors=(AccessDeniedError, ConflictError, NotFoundError, OfferOverError, StaleVersionError, WrongStateError),
)
def decline(call: Call, entry_id: str) -> Any:
    return versioned(services().waiting_list.decline(call.actor, entry_id, call.if_match))


@api.endpoint(
    "GET",
    "/api/v1/me/appointments/{appointment_id}/alternatives",
    operation="appointment-alternatives",
    summary="Free times nearest to a visit, of its doctor and its specialty; until when a displaced one is answered",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.APPLY,
    errors=(AccessDeniedError, NotFoundError),
)
def alternatives(call: Call, appointment_id: str) -> Any:
    return services().displaced_answers.alternatives(call.actor, appointment_id)


# --- the clinic


@api.endpoint(
    "GET",
    OF_SCHEDULE,
    operation="waiting-list-read",
    summary="Who waits for a schedule, or for its specialty: how many, and in what order, without names",
    door=Door.SIGNED_IN,
    roles=DESK,
    query={**PAGE_QUERY, **WHICH},
    errors=(InvalidFieldsError, NotFoundError),
)
def order(call: Call, schedule_id: str) -> Any:
    name = call.query.get("list", LISTS[0])
    if name not in LISTS:
        raise InvalidFieldsError(fields=(FieldProblem("?list", "unknown", f"one of {', '.join(LISTS)}"),))
    listing = f"waiting-list/{schedule_id}/{name}"
    limit, after = asked(call, listing)
    office = services().waiting_list_office
    items, following = office.page(call.actor, schedule_id, name, limit, after)
    return {**page(call, listing, items, following), "waiting": office.counted(call.actor, schedule_id)}


@api.endpoint(
    "PUT",
    OF_SCHEDULE + "/{entry_id}/priority",
    operation="waiting-entry-put-first",
    summary="Put somebody before all others, with a reason, or back in the order of arrival",
    door=Door.SIGNED_IN,
    roles=DESK,
    body=f"{MODELS}:Priority",
    errors=(AccessDeniedError, ConflictError, InvalidFieldsError, NotFoundError),
)
def put_first(call: Call, schedule_id: str, entry_id: str) -> Any:
    return services().waiting_list_office.put_first(
        call.actor, schedule_id, entry_id, first=call.body.first, reason=call.body.reason
    )
