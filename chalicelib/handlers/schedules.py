"""Schedules of doctors and their free slots: the clinic enters them, everybody looks (APT-1, PRT-5)."""

from __future__ import annotations

import re
from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.identity import Role
from chalicelib.domain.schedule_forms import Change, Days
from chalicelib.domain.specialties import SPECIALTIES
from chalicelib.errors import (
    AccessDeniedError,
    FieldProblem,
    IdempotencyKeyReusedError,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
    WrongStateError,
)
from chalicelib.handlers.endpoints import ANY_SESSION, Answer, Call, Door, language_of, versioned, whole_number
from chalicelib.handlers.headers import etag
from chalicelib.handlers.http import Api
from chalicelib.handlers.paging import PAGE_QUERY, asked, page, position
from chalicelib.handlers.periods import PERIOD_QUERY, day, day_or_moment

api = Api(__name__, grouped=True)

MODELS = "handlers.models.schedules"
BASE = "/api/v1/schedules"
ONE = BASE + "/{schedule_id}"
EXCEPTION = ONE + "/exceptions/{first_day}"
MANAGERS = frozenset({Role.ADMINISTRATOR, Role.REGISTRAR})
WORKING = MANAGERS | {Role.DOCTOR, Role.NURSE}
LOOKING = ANY_SESSION | {Role.CLINICAL_SYSTEM}
READ = "scheduling.read"
CHANGING = (AccessDeniedError, InvalidFieldsError, NotFoundError, StaleVersionError, WrongStateError)

MOST_SLOTS = 500
DRY_RUN = {"dry_run": {"type": "boolean", "description": "Change nothing, and say which visits would lose their slot"}}
SPECIALTY = {"type": "string", "pattern": "^[a-z-]{1,40}$", "maxLength": 40, "description": "A code of /specialties"}
ORGANISATION = {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$", "maxLength": 64, "description": "Id of one"}

# --- the clinic


@api.endpoint(
    "GET",
    "/api/v1/schedule-choices",
    operation="schedule-choices",
    summary="What a schedule may say: specialties, zones, reasons of exceptions, public holidays, with their sources",
    door=Door.SIGNED_IN,
    roles=WORKING,
)
def choices(call: Call) -> Any:
    return services().schedule_office.choices(language_of(call))


@api.endpoint(
    "POST",
    BASE,
    operation="schedule-create",
    summary="Enter the schedule of a doctor of one's own organisation",
    door=Door.SIGNED_IN,
    roles=MANAGERS,
    body=f"{MODELS}:ScheduleForm",
    status=201,
    idempotent=True,
    errors=(IdempotencyKeyReusedError, InvalidFieldsError),
)
def create(call: Call) -> Any:
    made, repeated = services().schedule_office.create(call.actor, _form(call), call.idempotency_key, language_of(call))
    return versioned(made, 201, repeated=repeated)


@api.endpoint(
    "GET",
    "/api/v1/me/schedules",
    operation="schedule-list-own",
    summary="Schedules of one's organisation, closed ones too; of a doctor or nurse the own ones",
    door=Door.SIGNED_IN,
    roles=WORKING,
    query=PAGE_QUERY,
)
def mine(call: Call) -> Any:
    limit, after = asked(call, "own-schedules")
    found = services().schedule_office.mine(call.actor, limit, after, language_of(call))
    return page(call, "own-schedules", *found)


@api.endpoint(
    "PUT",
    ONE,
    operation="schedule-change",
    summary="Other settings and rules; the answer says which booked visits lose their slot",
    door=Door.SIGNED_IN,
    roles=MANAGERS,
    body=f"{MODELS}:ScheduleSettings",
    if_match=True,
    query=DRY_RUN,
    errors=CHANGING,
)
def change(call: Call, schedule_id: str) -> Any:
    return _changed(services().schedule_office.change(call.actor, schedule_id, _form(call), _change(call)))


@api.endpoint(
    "POST",
    ONE + "/closure",
    operation="schedule-close",
    summary="Close a schedule for ever; the answer says which booked visits lose their slot",
    door=Door.SIGNED_IN,
    roles=MANAGERS,
    if_match=True,
    query=DRY_RUN,
    errors=CHANGING,
)
def close(call: Call, schedule_id: str) -> Any:
    return _changed(services().schedule_office.close(call.actor, schedule_id, _change(call)))


@api.endpoint(
    "PUT",
    EXCEPTION,
    operation="schedule-exception-put",
    summary="Days from this one on are closed, or have other hours",
    door=Door.SIGNED_IN,
    roles=MANAGERS,
    body=f"{MODELS}:ScheduleException",
    if_match=True,
    query=DRY_RUN,
    errors=CHANGING,
)
def put_exception(call: Call, schedule_id: str, first_day: str) -> Any:
    first = day(first_day, "{first_day}")
    found = services().schedule_office.put_exception(call.actor, schedule_id, first, _form(call), _change(call))
    return _changed(found)


@api.endpoint(
    "DELETE",
    EXCEPTION,
    operation="schedule-exception-delete",
    summary="Take back the exception that begins on this day",
    door=Door.SIGNED_IN,
    roles=MANAGERS,
    if_match=True,
    query=DRY_RUN,
    errors=CHANGING,
)
def delete_exception(call: Call, schedule_id: str, first_day: str) -> Any:
    first = day(first_day, "{first_day}")
    return _changed(services().schedule_office.delete_exception(call.actor, schedule_id, first, _change(call)))


# --- everybody


@api.endpoint(
    "GET",
    "/api/v1/specialties",
    operation="specialty-list",
    summary="Specialties that have schedules, and how many",
    door=Door.SIGNED_IN,
    roles=LOOKING,
    scope=READ,
)
def specialty_list(call: Call) -> Any:
    return {"items": services().free_slots.specialties(language_of(call))}


@api.endpoint(
    "GET",
    BASE,
    operation="schedule-list",
    summary="Doctors of a specialty who can be booked, of one organisation or of all",
    door=Door.SIGNED_IN,
    roles=LOOKING,
    scope=READ,
    query={**PAGE_QUERY, "specialty": SPECIALTY, "organisation": ORGANISATION},
    errors=(AccessDeniedError, InvalidFieldsError),
)
def listing(call: Call) -> Any:
    specialty, organisation = _asked_for(call)
    name = f"schedules/{specialty}/{organisation}"
    found = services().free_slots.listed(call.actor, specialty, organisation, asked(call, name), language_of(call))
    return page(call, name, *found)


@api.endpoint(
    "GET",
    ONE,
    operation="schedule-read",
    summary="One schedule; with its rules for the clinic and whose it is",
    door=Door.SIGNED_IN,
    roles=LOOKING,
    scope=READ,
    errors=(AccessDeniedError, NotFoundError),
)
def one(call: Call, schedule_id: str) -> Any:
    made, language = services(), language_of(call)
    row = made.free_slots.one(call.actor, schedule_id)
    if not made.schedule_office.manages(call.actor, row):
        return made.free_slots.shown(row, language)
    shown = made.schedule_office.one(call.actor, schedule_id, language)
    return Answer(shown, 200, etag(shown["version"]))


@api.endpoint(
    "GET",
    ONE + "/slots",
    operation="schedule-slots",
    summary="Free slots of one schedule, in order",
    door=Door.SIGNED_IN,
    roles=LOOKING,
    scope=READ,
    query={**PERIOD_QUERY, "limit": {**PAGE_QUERY["limit"], "maximum": MOST_SLOTS}, "cursor": PAGE_QUERY["cursor"]},
    errors=(AccessDeniedError, InvalidFieldsError, NotFoundError),
)
def slots(call: Call, schedule_id: str) -> Any:
    name = f"slots/{schedule_id}"
    limit = whole_number(call, "limit", 20, MOST_SLOTS)
    cursor = call.query.get("cursor")
    after = None if cursor is None else position(call, cursor, name, "?cursor")
    items, following = services().free_slots.slots(call.actor, schedule_id, _days(call), limit, after)
    return {**page(call, name, items, following), **_or_wait(items, following, cursor)}


@api.endpoint(
    "GET",
    "/api/v1/free-slots",
    operation="free-slot-list",
    summary="Free slots of all doctors of a specialty, the nearest first; a page may be short and yet have a next one",
    door=Door.SIGNED_IN,
    roles=LOOKING,
    scope=READ,
    query={**PAGE_QUERY, **PERIOD_QUERY, "specialty": SPECIALTY, "organisation": ORGANISATION},
    errors=(AccessDeniedError, InvalidFieldsError),
)
def nearest(call: Call) -> Any:
    specialty, organisation = _asked_for(call)
    name = f"free-slots/{specialty}/{organisation}"
    limit, after = asked(call, name)
    found = services().free_slots.nearest(
        call.actor, specialty, organisation, _days(call), (limit, after), language_of(call)
    )
    shown = page(call, name, found.items, found.after)
    return {**shown, "complete": found.complete, **_or_wait(found.items, found.after, call.query.get("cursor"))}


# --- pieces


def _or_wait(items: list[Any], following: Any, cursor: str | None) -> dict[str, Any]:
    """Where there is no free slot at all: the waiting list is there."""
    return {} if items or following or cursor else {"waiting_list": True}


def _form(call: Call) -> dict[str, Any]:
    return dict(call.body.model_dump(mode="json", exclude_none=True))


def _change(call: Call) -> Change:
    said = call.query.get("dry_run", "false")
    if said not in {"true", "false"}:
        raise InvalidFieldsError(fields=(FieldProblem("?dry_run", "format", "true or false"),))
    return Change(call.if_match, said == "true", language_of(call))


def _changed(shown: dict[str, Any]) -> Answer:
    return Answer(shown, 200, {} if shown["dry_run"] else etag(shown["version"]))


def _asked_for(call: Call) -> tuple[str, str]:
    specialty, organisation = call.query.get("specialty", ""), call.query.get("organisation", "")
    if specialty not in SPECIALTIES:
        problem = FieldProblem("?specialty", "unknown", "no such specialty is on the list")
        raise InvalidFieldsError(fields=(problem,))
    if not re.fullmatch("[A-Za-z0-9_-]{0,64}", organisation):
        raise InvalidFieldsError(fields=(FieldProblem("?organisation", "format", "an id of an organisation"),))
    return specialty, organisation


def _days(call: Call) -> Days:
    """A date is a day of the clock on the clinic's wall (domain/schedule_forms.py)."""
    return Days(*(day_or_moment(call.query.get(name), "?" + name) for name in ("from", "to")))
