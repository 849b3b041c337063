"""What is to come, and what was taken of what it reminded of (APT-3)."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.identity import OWNERS
from chalicelib.domain.representation import Right
from chalicelib.errors import (
    AccessDeniedError,
    CardStateError,
    IdempotencyKeyReusedError,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
)
from chalicelib.handlers.endpoints import Answer, Call, Door
from chalicelib.handlers.headers import replay
from chalicelib.handlers.http import Api
from chalicelib.handlers.paging import PAGE_QUERY, asked, page

api = Api(__name__, grouped=True)

EXTRA = "/api/v1/me/reminders/extra"
INTAKES = "/api/v1/me/intakes"
MODELS = "handlers.models.reminders"


@api.endpoint(
    "GET",
    "/api/v1/me/reminders",
    operation="reminder-list",
    summary="What will be reminded of, the soonest first: visits, tests, intakes, vaccinations, what ends",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.RECORDS,
    query=PAGE_QUERY,
    errors=(AccessDeniedError, CardStateError, InvalidFieldsError),
)
def coming(call: Call) -> Any:
    limit, after = asked(call, "reminders")
    return page(call, "reminders", *services().reminders.coming(call.actor, limit, after))


@api.endpoint(
    "GET",
    EXTRA,
    operation="reminder-extra",
    summary="Whether there is one more reminder of some visits, of which of the coming ones, and why",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.RECORDS,
    errors=(AccessDeniedError,),
)
def extra(call: Call) -> Any:
    return services().extra_reminders.shown(call.actor)


@api.endpoint(
    "PUT",
    EXTRA,
    operation="reminder-extra-switch",
    summary="Switch the one more reminder of visits off or on; visits of who switched it off are not scored",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.REPORT,
    body=f"{MODELS}:ExtraReminders",
    errors=(AccessDeniedError, NotFoundError),
)
def switch(call: Call) -> Any:
    return services().extra_reminders.switch(call.actor, on=call.body.on)


@api.endpoint(
    "GET",
    INTAKES,
    operation="intake-list",
    summary="What was marked as taken or skipped, by day, the newest first",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.RECORDS,
    query=PAGE_QUERY,
    errors=(AccessDeniedError, CardStateError, InvalidFieldsError),
)
def intakes(call: Call) -> Any:
    limit, after = asked(call, "intakes")
    return page(call, "intakes", *services().intakes.listed(call.actor, limit, after))


@api.endpoint(
    "POST",
    INTAKES,
    operation="intake-mark",
    summary="Mark an intake as taken or skipped; a later word on the same intake replaces it",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.REPORT,
    body=f"{MODELS}:IntakeMark",
    status=201,
    idempotent=True,
    errors=(
        AccessDeniedError,
        CardStateError,
        IdempotencyKeyReusedError,
        InvalidFieldsError,
        NotFoundError,
        StaleVersionError,
    ),
)
def mark(call: Call) -> Any:
    made, repeated = services().intakes.mark(call.actor, call.body.model_dump(mode="json"), call.idempotency_key)
    return Answer(made, 201, replay(repeated=repeated))


@api.endpoint(
    "PUT",
    INTAKES + "/{statement_id}/reminders",
    operation="intake-reminders",
    summary="Switch reminders of the intakes of one medication off or on",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.REPORT,
    body=f"{MODELS}:IntakeReminders",
    errors=(AccessDeniedError, CardStateError, NotFoundError),
)
def mute(call: Call, statement_id: str) -> Any:
    return services().reminders.mute(call.actor, statement_id, muted=call.body.muted)
