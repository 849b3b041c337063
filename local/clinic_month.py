"""A made-up stretch of a clinic's life, for the demo, stories and tests: schedules, and what became of their visits.

Time of the past cannot be booked through the API, so rows are written as booking leaves them: schedules with their
copies, appointments in their last state, their slots and places. Each appointment names its reactions, so whatever
counts appointments counts these. Nobody is told anything, no card is touched, and nothing sealed is written: whoever
needs clinical records beside the visits writes them for what ``live`` returns.

    visits = live(tables, Clinic(organisation_id, (busy(member, person), quiet(member, person))), first, last)

The same seed makes the same life. A second call for the same clinic and seed writes the same rows over the first ones.
"""

from __future__ import annotations

import random  # noqa: TID251
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from chalicelib.domain.appointments import Appointment, State, Why
from chalicelib.domain.moments import stamp
from chalicelib.domain.schedules import Interval, Schedule, slots
from chalicelib.ports import appointment_rows, keys, schedule_rows
from chalicelib.ports.tables import Expect, Item, Key, Put, Store, Tables, Update, Write, every_row

LONGEST = 59
"""Days from booking to visit, at most."""
CANCELLED, MISSED = 0.07, 0.09
"""Shares of bookings. Invented, as everything here; missed ones grow with the wait (``_missed``)."""
SOON = 14
"""Days of waiting after which more visits are missed here."""
NOON = 12


@dataclass(frozen=True, slots=True)
class Doctor:
    """``mornings``, ``afternoons``: share of the slots that are booked. ``wait``: mean days from booking to visit."""

    member_id: str
    person_id: str
    name: str
    position: str
    specialty: str
    slot_minutes: int
    mornings: float
    afternoons: float
    wait: float
    hours: tuple[tuple[str, str], ...] = (("09:00", "13:00"), ("14:00", "17:00"))


def busy(member_id: str, person_id: str) -> Doctor:
    """Hardly a slot is free, and the wait is long."""
    name = "Занятова Мария Игоревна"
    return Doctor(member_id, person_id, name, "врач-кардиолог", "cardiology", 30, 0.99, 0.97, 19)


def uneven(member_id: str, person_id: str) -> Doctor:
    """Full before noon, empty behind it."""
    return Doctor(member_id, person_id, "Утренний Олег Павлович", "врач-терапевт", "therapy", 20, 0.98, 0.22, 6)


def quiet(member_id: str, person_id: str) -> Doctor:
    """Half of the time nobody comes."""
    return Doctor(member_id, person_id, "Свободина Анна Львовна", "врач-невролог", "neurology", 30, 0.38, 0.34, 2)


@dataclass(frozen=True, slots=True)
class Clinic:
    """``patients``: ids of people who come; none: made-up ids without a card."""

    organisation_id: str
    doctors: tuple[Doctor, ...]
    patients: tuple[str, ...] = ()
    zone: str = "Europe/Moscow"


@dataclass(frozen=True, slots=True)
class Lived:
    """One appointment as it stands at the end."""

    id: str
    patient: str
    member: str
    schedule: str
    start: datetime
    booked: datetime
    state: State


def live(tables: Tables, clinic: Clinic, first: date, last: date, *, seed: int = 1) -> list[Lived]:
    """Write the clinic's life from ``first`` to ``last``, both over by now; what it was, in the order of time.

    Schedules hold from ``first`` on and go on behind ``last``, where nobody comes: for panels of today let ``last`` be
    yesterday. A visit of the first days was booked before there was a schedule.
    """
    found: list[Lived] = []
    for number, doctor in enumerate(clinic.doctors):
        rng = random.Random(f"{seed}-{clinic.organisation_id}-{number}")  # noqa: S311 - made-up data
        schedule = _schedule(tables, clinic, doctor, first, _id(rng))
        written: dict[Key, Item] = {}
        for one, row in _visits(rng, clinic, doctor, schedule, first, last):
            written |= _rows(row)
            found.append(one)
        tables.put_many(written)
    return sorted(found, key=lambda one: (one.start, one.id))


# --- schedules


def _schedule(tables: Tables, clinic: Clinic, doctor: Doctor, first: date, schedule_id: str) -> Schedule:
    known = tables.get(keys.schedule(schedule_id))
    if known is not None:
        return Schedule.from_row(known)
    made = stamp(datetime(first.year, first.month, first.day, tzinfo=UTC))
    rules = [
        {"weekdays": [1, 2, 3, 4, 5], "start": start, "end": end, "valid_from": first.isoformat(), "every_weeks": 1}
        for start, end in doctor.hours
    ]
    row: Item = {
        "id": schedule_id,
        "organisation": clinic.organisation_id,
        "member": doctor.member_id,
        "person": doctor.person_id,
        "doctor": doctor.name,
        "position": doctor.position,
        "specialty": doctor.specialty,
        "room": "1",
        "zone": clinic.zone,
        "slot_minutes": doctor.slot_minutes,
        "rules": rules,
        "exceptions": [],
        "horizon_days": 60,
        "notice_minutes": 60,
        "cancel_hours": 3,
        "referral": False,
        "works_on_holidays": False,
        "state": "active",
        "created_at": made,
        "updated_at": made,
        "ver": 1,
    }
    schedule = Schedule.from_row(row)
    writes: list[Write] = [
        Put(keys.schedule(schedule_id), row, Expect.ABSENT),
        Put(keys.schedule_in_organisation(clinic.organisation_id, schedule_id), row),
        Put(keys.schedule_in_specialty(doctor.specialty, clinic.organisation_id, schedule_id), row),
        Update(keys.specialty_in_use(doctor.specialty), add={"schedules": 1}, expect=None),
    ]
    tables.commit([*writes, *schedule_rows.fences(schedule_id, 1, schedule.state, Expect.ABSENT)])
    return schedule


# --- visits


def _visits(
    rng: random.Random, clinic: Clinic, doctor: Doctor, schedule: Schedule, first: date, last: date
) -> Iterator[tuple[Lived, Item]]:
    for slot in slots(schedule, first, last):
        local_hour = slot.start.astimezone(ZoneInfo(clinic.zone)).hour
        share = doctor.mornings if local_hour < NOON else doctor.afternoons
        if rng.random() >= share:
            continue
        yield _visit(rng, clinic, doctor, schedule, slot)
        if rng.random() < CANCELLED:  # somebody had this slot before, and cancelled
            yield _visit(rng, clinic, doctor, schedule, slot, cancelled=True)


def _visit(
    rng: random.Random, clinic: Clinic, doctor: Doctor, schedule: Schedule, slot: Interval, *, cancelled: bool = False
) -> tuple[Lived, Item]:
    wait = timedelta(days=min(max(rng.gauss(doctor.wait, doctor.wait / 4), 0.1), LONGEST))
    booked = slot.start - wait
    missed = not cancelled and rng.random() < (MISSED * 2 if wait.days > SOON else MISSED)
    state = State.CANCELLED if cancelled else State.NOSHOW if missed else State.FULFILLED
    made = Appointment(
        id=_id(rng),
        patient=rng.choice(clinic.patients) if clinic.patients else _id(rng),
        schedule=schedule.id,
        organisation=clinic.organisation_id,
        member=doctor.member_id,
        specialty=doctor.specialty,
        start=slot.start,
        until=slot.end,
        zone=clinic.zone,
        state=state,
        version=3 if state is State.FULFILLED else 2,
        by="patient",
        cancel_hours=schedule.cancel_hours,
        why=Why.PATIENT.value if cancelled else "",
    )
    arrived = slot.start - timedelta(minutes=rng.randint(0, 12))
    ended = slot.end + timedelta(minutes=rng.randint(-3, 15))
    row = appointment_rows.row_of(made, booked + wait / 2 if cancelled else ended) | {"created_at": stamp(booked)}
    if state is State.FULFILLED:
        row |= {"arrived_at": stamp(arrived), "ended_at": stamp(ended)}
    return Lived(made.id, made.patient, made.member, made.schedule, made.start, booked, state), row


def _rows(row: Item) -> dict[Key, Item]:
    found: dict[Key, Item] = {
        keys.appointment(row["patient"], row["id"]): row,
        keys.appointment_place(row["schedule"], row["id"]): {"patient": row["patient"]},
    }
    if row["state"] != State.CANCELLED.value:
        slot: Item = {"state": "booked", "until": row["until"], "patient": row["patient"], "ver": 1}
        found[keys.slot(row["schedule"], row["start"])] = slot | {"appointment": row["id"]}
    return found


# --- pieces


def _id(rng: random.Random) -> str:
    return str(UUID(int=rng.getrandbits(128), version=4))


def last_month(today: date) -> tuple[date, date]:
    """First and last day of the month before ``today``."""
    ends = today.replace(day=1) - timedelta(days=1)
    return ends.replace(day=1), ends


def three(members: Sequence[tuple[str, str]]) -> tuple[Doctor, ...]:
    """One doctor of each sort, by membership and person."""
    return tuple(make(*one) for make, one in zip((busy, uneven, quiet), members, strict=True))


def of_the_running_system(event: Mapping[str, Any]) -> dict[str, Any]:
    """``POST /_local/clinic-month``: weeks up to yesterday of an organisation of the running system, an hour a visit.

    ``organisation_id``; ``members``: three pairs of membership and person, of its doctors; ``patients``: ids, none for
    made-up ones; ``weeks``: 5. Answers how many visits and slots there were, and from which to which day.
    """
    from chalicelib.bootstrap import services

    last = services().clock().date() - timedelta(days=1)
    first = last - timedelta(days=7 * int(event.get("weeks", 5)) - 1)
    pairs = [(str(member), str(person)) for member, person in event["members"]]
    doctors = tuple(replace(doctor, slot_minutes=60) for doctor in three(pairs))
    clinic = Clinic(str(event["organisation_id"]), doctors, tuple(event.get("patients", ())))
    visits = live(services().tables, clinic, first, last)
    services().load_offers.run()
    schedules = {one.schedule for one in visits}
    days = [
        row
        for one in schedules
        for row in every_row(services().tables, Store.CARD, keys.schedule_rows(one), keys.OFFERED)
    ]
    slots_offered = sum(int(count) for row in days for count in row["hours"].values())
    return {"visits": len(visits), "slots_offered": slots_offered, "from": first.isoformat(), "to": last.isoformat()}
