"""Calendar feeds, and changes from outside scheduling systems (APT-2, PRT-5).

The address of a feed is its secret, for calendar programs send nothing else: so it stands in a path. The gateway's log
has the pattern of a path alone, ours have the operation, and nothing that is stored has more than a hash of it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.identity import OWNERS, Role
from chalicelib.domain.outside_times import change_of
from chalicelib.domain.representation import Right
from chalicelib.errors import (
    CardStateError,
    FeedUnknownError,
    FieldProblem,
    IdempotencyKeyReusedError,
    InvalidFieldsError,
    NotFoundError,
    OutsideIdTakenError,
    StaleVersionError,
    StepUpRequiredError,
    TooManyFeedsError,
    TooManyRequestsError,
)
from chalicelib.handlers.endpoints import EVERYONE, Answer, Call, Door, whole_number
from chalicelib.handlers.headers import replay
from chalicelib.handlers.http import Api
from chalicelib.handlers.paging import PAGE_QUERY, asked, page
from chalicelib.ports.calendars import Received

api = Api(__name__, grouped=True)

MODELS = "handlers.models.calendars"
OWN = "/api/v1/me/calendars"
OUTSIDE = "/api/v1/scheduling"
NAME = "/api/v1/schedules/{schedule_id}/outside-id"
CALENDAR = "text/calendar"
STAFF = frozenset({Role.DOCTOR, Role.NURSE, Role.REGISTRAR})
OFFICE = frozenset({Role.REGISTRAR, Role.ADMINISTRATOR})
SYSTEMS = frozenset({Role.CLINICAL_SYSTEM})
READ, WRITE = "scheduling.read", "scheduling.write"
LONGEST_ID, LONGEST_PLACE = 64, 200
ID = {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$", "maxLength": LONGEST_ID}

# --- feeds


@api.endpoint(
    "POST",
    OWN,
    operation="calendar-create",
    summary="An address by which a calendar program shows visits; it is in the first answer alone",
    door=Door.SIGNED_IN,
    roles=OWNERS | STAFF,
    right=Right.APPLY,
    body=f"{MODELS}:CalendarForm",
    status=201,
    idempotent=True,
    errors=(
        CardStateError,
        IdempotencyKeyReusedError,
        InvalidFieldsError,
        StaleVersionError,
        StepUpRequiredError,
        TooManyFeedsError,
    ),
)
def create(call: Call) -> Any:
    made, repeated = services().calendar_feeds.create(
        call.actor, call.body.model_dump(mode="json"), call.idempotency_key
    )
    return Answer(made, 201, replay(repeated=repeated))


@api.endpoint(
    "GET",
    OWN,
    operation="calendar-list",
    summary="Addresses of calendars that stand, newest first: how much each tells, when it was fetched",
    door=Door.SIGNED_IN,
    roles=OWNERS | STAFF,
    right=Right.APPLY,
)
def mine(call: Call) -> Any:
    return {"items": services().calendar_feeds.mine(call.actor)}


@api.endpoint(
    "DELETE",
    OWN + "/{feed_id}",
    operation="calendar-revoke",
    summary="Take an address back, effective on the next request of whoever has it",
    door=Door.SIGNED_IN,
    roles=OWNERS | STAFF,
    right=Right.APPLY,
    status=204,
    errors=(NotFoundError, StaleVersionError),
)
def revoke(call: Call, feed_id: str) -> Any:
    services().calendar_feeds.revoke(call.actor, feed_id)


@api.endpoint(
    "GET",
    "/api/v1/calendars/{address}",
    operation="calendar-fetch",
    summary="The visits of whoever made this address (RFC 5545); with If-None-Match 304 where nothing changed",
    door=Door.PUBLIC,
    roles=EVERYONE,
    answer_type=CALENDAR,
    errors=(FeedUnknownError, TooManyRequestsError),
)
def fetch(call: Call, address: str) -> Any:
    found = services().calendar_reader.fetch(call.actor, address)
    headers = {"ETag": f'"{found.tag}"', "Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff"}
    known = [tag.strip().removeprefix("W/") for tag in call.headers.get("if-none-match", "").split(",")]
    if f'"{found.tag}"' in known or "*" in known:
        return Answer(None, 304, headers)
    return Answer(found.data.decode(), headers=headers | {"Content-Type": f"{CALENDAR}; charset=utf-8"})


# --- an outside system


@api.endpoint(
    "POST",
    OUTSIDE + "/changes",
    operation="outside-time-send",
    summary="Times that a scheduling system outside has taken, moved or given back; each is answered for itself",
    door=Door.SIGNED_IN,
    roles=SYSTEMS,
    scope=WRITE,
    body=f"{MODELS}:OutsideChanges",
    errors=(InvalidFieldsError, StaleVersionError),
)
def changes(call: Call) -> Any:
    batch = [_received(change.model_dump(mode="json")) for change in call.body.changes]
    return {"items": services().outside_times.receive(call.actor, batch)}


def _received(said: dict[str, Any]) -> Received:
    try:
        return Received(said["uid"], change_of(said))
    except InvalidFieldsError as error:
        return Received(said["uid"], error)


@api.endpoint(
    "POST",
    OUTSIDE + "/messages",
    operation="outside-time-message",
    summary="The same as an iCalendar message (RFC 5546) about one schedule: REQUEST, PUBLISH or CANCEL",
    door=Door.SIGNED_IN,
    roles=SYSTEMS,
    scope=WRITE,
    accepts=(CALENDAR,),
    query={
        "schedule": {**ID, "description": "Our id of the schedule"},
        "outside_id": {**ID, "description": "Or the system's own, as a registrar has entered it"},
    },
    errors=(InvalidFieldsError, StaleVersionError),
)
def message(call: Call) -> Any:
    schedule, outside_id = call.query.get("schedule", ""), call.query.get("outside_id", "")
    if bool(schedule) == bool(outside_id) or len(schedule + outside_id) > LONGEST_ID:
        problem = FieldProblem("?schedule", "required", "name the schedule, by our id or by your own")
        raise InvalidFieldsError(fields=(problem,))
    batch = [
        one
        if isinstance(one.change, InvalidFieldsError)
        else replace(one, change=replace(one.change, schedule=schedule, outside_id=outside_id))
        for one in services().calendar_texts.read(call.body.data)
    ]
    return {"items": services().outside_times.receive(call.actor, batch)}


@api.endpoint(
    "GET",
    OUTSIDE + "/appointments",
    operation="outside-time-appointments",
    summary="What became of the organisation's appointments since a place, in order; ids and moments alone",
    door=Door.SIGNED_IN,
    roles=SYSTEMS,
    scope=READ,
    query={
        "since": {
            "type": "string",
            "maxLength": LONGEST_PLACE,
            "description": "next of the last answer; else all kept",
        },
        "limit": PAGE_QUERY["limit"],
    },
    errors=(InvalidFieldsError,),
)
def appointments(call: Call) -> Any:
    since = call.query.get("since", "")[:LONGEST_PLACE]
    return services().outside_log.since(call.actor, since, whole_number(call, "limit", 20, 100))


# --- the office


@api.endpoint(
    "GET",
    OUTSIDE + "/conflicts",
    operation="outside-time-list",
    summary="Times of which the outside system sent two contents as one version, and that wait for a decision",
    door=Door.SIGNED_IN,
    roles=OFFICE,
    query=PAGE_QUERY,
)
def conflicts(call: Call) -> Any:
    limit, after = asked(call, "outside-time-list")
    return page(call, "outside-time-list", *services().outside_office.conflicts(call.actor, limit, after))


@api.endpoint(
    "POST",
    OUTSIDE + "/conflicts/{conflict_id}/decision",
    operation="outside-time-decide",
    summary="Which of the two contents stands",
    door=Door.SIGNED_IN,
    roles=OFFICE,
    body=f"{MODELS}:OutsideDecision",
    errors=(InvalidFieldsError, NotFoundError, StaleVersionError),
)
def decide(call: Call, conflict_id: str) -> Any:
    return services().outside_office.decide(call.actor, conflict_id, call.body.take)


@api.endpoint(
    "GET",
    NAME,
    operation="outside-id-read",
    summary="What the outside system calls a schedule of the organisation",
    door=Door.SIGNED_IN,
    roles=OFFICE,
    errors=(NotFoundError,),
)
def outside_id(call: Call, schedule_id: str) -> Any:
    return services().outside_office.outside_id(call.actor, schedule_id)


@api.endpoint(
    "PUT",
    NAME,
    operation="outside-id-set",
    summary="Say what the outside system calls a schedule of the organisation",
    door=Door.SIGNED_IN,
    roles=OFFICE,
    body=f"{MODELS}:OutsideName",
    errors=(InvalidFieldsError, NotFoundError, OutsideIdTakenError, StaleVersionError),
)
def name(call: Call, schedule_id: str) -> Any:
    return services().outside_office.name(call.actor, schedule_id, call.body.outside_id)
