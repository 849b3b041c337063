"""Appointments at a clinic: booked for patients, moved, cancelled, what became of them (APT-1, SPC-7)."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.appointments import Step, Why
from chalicelib.domain.identity import PersonId, Role
from chalicelib.errors import (
    AccessDeniedError,
    CardMergedError,
    ConsentRequiredError,
    IdempotencyKeyReusedError,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
    WrongStateError,
)
from chalicelib.handlers.appointments import CHANGING, MODELS, TAKING
from chalicelib.handlers.endpoints import Answer, Call, Door, versioned
from chalicelib.handlers.http import Api
from chalicelib.handlers.periods import day as day_of

api = Api(__name__, grouped=True)

OF_SCHEDULE = "/api/v1/schedules/{schedule_id}/appointments"
THEIRS = OF_SCHEDULE + "/{appointment_id}"
AT_WORK = frozenset({Role.DOCTOR, Role.NURSE, Role.REGISTRAR})
DESK = frozenset({Role.DOCTOR, Role.REGISTRAR})
DAY = {"day": {"type": "string", "format": "date", "description": "In the schedule's zone; today without it"}}


@api.endpoint(
    "POST",
    OF_SCHEDULE,
    operation="appointment-book-for",
    summary="Book for a patient: a registrar for one of the clinic, a doctor with the patient's consent",
    door=Door.SIGNED_IN,
    roles=DESK,
    body=f"{MODELS}:BookingFor",
    status=201,
    idempotent=True,
    errors=(*TAKING, CardMergedError, ConsentRequiredError, IdempotencyKeyReusedError),
)
def book_for(call: Call, schedule_id: str) -> Any:
    made, repeated = services().clinic_appointments.book(
        call.actor, schedule_id, call.body.model_dump(), call.idempotency_key
    )
    return versioned(made, 201, repeated=repeated)


@api.endpoint(
    "GET",
    "/api/v1/schedules/{schedule_id}/patients/{patient_id}/referrals",
    operation="appointment-referrals",
    summary="Referrals that a patient may be booked with here: ids, and until when each is good",
    door=Door.SIGNED_IN,
    roles=frozenset({Role.REGISTRAR}),
    errors=(CardMergedError, NotFoundError),
)
def referrals(call: Call, schedule_id: str, patient_id: str) -> Any:
    return {"items": services().referral_desk.fitting(call.actor, schedule_id, PersonId(patient_id))}


@api.endpoint(
    "GET",
    OF_SCHEDULE,
    operation="appointment-day",
    summary="Who comes on a day; why, for the doctor of the schedule alone, and with consent",
    door=Door.SIGNED_IN,
    roles=AT_WORK,
    query=DAY,
    errors=(AccessDeniedError, InvalidFieldsError, NotFoundError),
)
def day(call: Call, schedule_id: str) -> Any:
    asked = day_of(call.query["day"], "?day") if call.query.get("day") else None
    return {"items": services().clinic_appointments.day(call.actor, schedule_id, asked)}


@api.endpoint(
    "GET",
    THEIRS,
    operation="appointment-of-schedule",
    summary="One appointment of a schedule",
    door=Door.SIGNED_IN,
    roles=AT_WORK,
    errors=(AccessDeniedError, NotFoundError),
)
def of_schedule(call: Call, schedule_id: str, appointment_id: str) -> Any:
    return versioned(services().clinic_appointments.one(call.actor, schedule_id, appointment_id))


@api.endpoint(
    "PUT",
    THEIRS + "/time",
    operation="appointment-move-for",
    summary="Move a patient's appointment within the organisation; the patient is told",
    door=Door.SIGNED_IN,
    roles=DESK,
    body=f"{MODELS}:NewTime",
    if_match=True,
    errors=(*TAKING, StaleVersionError, WrongStateError),
)
def move_for(call: Call, schedule_id: str, appointment_id: str) -> Any:
    to, start = call.body.schedule_id, call.body.start
    return versioned(
        services().clinic_appointments.move(call.actor, schedule_id, appointment_id, call.if_match, to, start)
    )


@api.endpoint(
    "POST",
    THEIRS + "/cancellation",
    operation="appointment-cancel-for",
    summary="Cancel a patient's appointment; the patient is told, and sees why",
    door=Door.SIGNED_IN,
    roles=DESK,
    body=f"{MODELS}:ClinicCancellation",
    if_match=True,
    errors=(*CHANGING, InvalidFieldsError),
)
def cancel_for(call: Call, schedule_id: str, appointment_id: str) -> Any:
    why = Why(call.body.why)
    return versioned(services().clinic_appointments.cancel(call.actor, schedule_id, appointment_id, call.if_match, why))


@api.endpoint(
    "POST",
    THEIRS + "/arrival",
    operation="appointment-arrival",
    summary="The patient has come; on the day of the visit",
    door=Door.SIGNED_IN,
    roles=AT_WORK,
    if_match=True,
    errors=CHANGING,
)
def arrival(call: Call, schedule_id: str, appointment_id: str) -> Any:
    return _step(call, schedule_id, appointment_id, Step.ARRIVE)


@api.endpoint(
    "POST",
    THEIRS + "/fulfilment",
    operation="appointment-fulfilment",
    summary="The visit took place; it may name the record that was made. Within a day it corrects a missed one",
    door=Door.SIGNED_IN,
    roles=AT_WORK,
    body=f"{MODELS}:Fulfilment",
    if_match=True,
    errors=(*CHANGING, InvalidFieldsError),
)
def fulfilment(call: Call, schedule_id: str, appointment_id: str) -> Any:
    return _step(call, schedule_id, appointment_id, Step.FULFIL, call.body.visit)


@api.endpoint(
    "POST",
    THEIRS + "/absence",
    operation="appointment-absence",
    summary="The patient did not come; after the start. The patient is told",
    door=Door.SIGNED_IN,
    roles=AT_WORK,
    if_match=True,
    errors=CHANGING,
)
def absence(call: Call, schedule_id: str, appointment_id: str) -> Any:
    return _step(call, schedule_id, appointment_id, Step.MISS)


def _step(call: Call, schedule_id: str, appointment_id: str, step: Step, visit: str = "") -> Answer:
    found = services().clinic_appointments.step(call.actor, schedule_id, appointment_id, call.if_match, step, visit)
    return versioned(found)
