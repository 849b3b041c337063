"""One's own sign-ins and tickets; the security officer's work list of tickets (ID-11)."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.identity import Role
from chalicelib.domain.tickets import Outcome, State, Step
from chalicelib.errors import (
    FieldProblem,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
    StepUpRequiredError,
    VersionRequiredError,
    WrongStateError,
)
from chalicelib.handlers.endpoints import HUMANS, Answer, Call, Door
from chalicelib.handlers.headers import etag
from chalicelib.handlers.http import Api
from chalicelib.handlers.paging import PAGE_QUERY, asked, page

api = Api(__name__)

MODELS = "handlers.models.desk"
OFFICER = frozenset({Role.SECURITY_OFFICER})
STATES = [state.value for state in State]
TICKET = "/api/v1/tickets/{ticket_id}"


@api.endpoint(
    "GET",
    "/api/v1/me/sign-ins",
    operation="sign-in-list",
    summary="One's own journal of sign-ins: successful, refused and blocked ones",
    door=Door.SIGNED_IN,
    roles=HUMANS,
    query=PAGE_QUERY,
)
def sign_ins(call: Call) -> Any:
    limit, after = asked(call, "sign-ins")
    return page(call, "sign-ins", *services().sign_ins.mine(call.actor, limit, after))


@api.endpoint(
    "POST",
    "/api/v1/me/sign-ins/{sign_in_id}/report",
    operation="sign-in-report",
    summary="It was not me: that session ends, a ticket is opened",
    door=Door.SIGNED_IN,
    roles=HUMANS,
    errors=(NotFoundError, StaleVersionError),
)
def report(call: Call, sign_in_id: str) -> Any:
    return services().sign_ins.report(call.actor, sign_in_id)


@api.endpoint(
    "POST",
    "/api/v1/me/sessions/{session_id}/unblock",
    operation="session-unblock",
    summary="Lift the block of one's own session, by a factor other than SMS where there is one",
    door=Door.SIGNED_IN,
    roles=HUMANS,
    status=204,
    step_up=True,
    errors=(NotFoundError, StaleVersionError, StepUpRequiredError, WrongStateError),
)
def unblock(call: Call, session_id: str) -> Any:
    services().sign_ins.unblock(call.actor, session_id)


@api.endpoint(
    "GET",
    "/api/v1/me/tickets",
    operation="ticket-mine",
    summary="One's own tickets with their answers",
    door=Door.SIGNED_IN,
    roles=HUMANS,
    query=PAGE_QUERY,
)
def mine(call: Call) -> Any:
    limit, after = asked(call, "my-tickets")
    return page(call, "my-tickets", *services().tickets.mine(call.actor, limit, after))


@api.endpoint(
    "POST",
    "/api/v1/me/tickets",
    operation="ticket-create",
    summary="Write to the security service",
    door=Door.SIGNED_IN,
    roles=HUMANS,
    body=f"{MODELS}:TicketText",
    status=201,
)
def write(call: Call) -> Any:
    return services().tickets.write(call.actor, call.body.text)


@api.endpoint(
    "GET",
    "/api/v1/tickets",
    operation="ticket-list",
    summary="Tickets of the own organisation; all, for an officer of the system",
    door=Door.SIGNED_IN,
    roles=OFFICER,
    query={**PAGE_QUERY, "state": {"type": "string", "enum": STATES}},
)
def listing(call: Call) -> Any:
    state = call.query.get("state", "")
    if state not in {"", *STATES}:
        raise InvalidFieldsError(fields=(FieldProblem("?state", "choice", "one of: " + ", ".join(STATES)),))
    name = f"tickets/{state}"
    limit, after = asked(call, name)
    return page(call, name, *services().tickets.listed(call.actor, state, limit, after))


@api.endpoint(
    "GET",
    TICKET,
    operation="ticket-read",
    summary="One ticket with what was written",
    door=Door.SIGNED_IN,
    roles=OFFICER,
    errors=(NotFoundError,),
)
def read(call: Call, ticket_id: str) -> Any:
    shown = services().tickets.read(call.actor, ticket_id)
    return Answer(shown, headers=etag(shown["version"]))


@api.endpoint(
    "POST",
    TICKET,
    operation="ticket-step",
    summary="Take a ticket, or close it with an outcome",
    door=Door.SIGNED_IN,
    roles=OFFICER,
    body=f"{MODELS}:TicketStep",
    if_match=True,
    errors=(InvalidFieldsError, NotFoundError, StaleVersionError, VersionRequiredError, WrongStateError),
)
def step(call: Call, ticket_id: str) -> Any:
    body = call.body
    outcome = Outcome(body.outcome) if body.outcome else None
    shown = services().tickets.step(call.actor, ticket_id, call.if_match, Step(body.step), outcome, body.words)
    return Answer(shown, headers=etag(shown["version"]))


@api.endpoint(
    "POST",
    TICKET + "/unblock",
    operation="ticket-unblock",
    summary="Lift the block of the session that a ticket is about",
    door=Door.SIGNED_IN,
    roles=OFFICER,
    status=204,
    step_up=True,
    errors=(NotFoundError, StaleVersionError, StepUpRequiredError, WrongStateError),
)
def unblock_by_ticket(call: Call, ticket_id: str) -> Any:
    services().sign_ins.unblock_by_ticket(call.actor, ticket_id)
