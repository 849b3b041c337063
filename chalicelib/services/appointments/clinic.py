"""What the clinic does: books for a patient, moves, cancels, sees its day, says what became of a visit.

A schedule of another organisation is not there. A registrar books for patients of the clinic, a doctor with the
patient's consent; at work a doctor has their own schedule. Nobody's name is in these lists: a registrar and a doctor
open it as always, under an entry of its own. Why a patient comes is read by the doctor of the schedule, with consent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from chalicelib.domain.access import Action, decide
from chalicelib.domain.appointments import Appointment, State, Step, Why, check_step
from chalicelib.domain.idempotency import once
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.moments import stamp
from chalicelib.domain.schedule_forms import check_day
from chalicelib.domain.schedules import ONE_DAY, Schedule
from chalicelib.errors import (
    AccessDeniedError,
    ConflictError,
    ErasedError,
    FieldProblem,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
    WrongStateError,
)
from chalicelib.ports import Event, appointment_rows, evidence, keys, schedule_rows
from chalicelib.ports.appointment_rows import Standing, appointment_of, standing_of
from chalicelib.ports.crossings import tried
from chalicelib.ports.tables import Check, Item, Put, Write, every_one
from chalicelib.records.appointments import APPOINTMENT
from chalicelib.services.appointments.booking import Booker, Wish
from chalicelib.services.appointments.cabinet import check_elsewhere
from chalicelib.services.appointments.tools import KIND, Tools, of_clinic, shown
from chalicelib.services.gate import Staged

OF_A_VISIT = ("visit", "examination-protocol")
"""Kinds of record that a visit leaves."""
ACTIONS: Mapping[Step, str] = {
    Step.ARRIVE: "appointment:arrive",
    Step.FULFIL: "appointment:fulfil",
    Step.MISS: "appointment:miss",
    Step.CORRECT: "appointment:correct",
}


class ClinicService:
    def __init__(self, tools: Tools, booker: Booker) -> None:
        self._t = tools
        self._booker = booker

    def book(self, actor: Actor, schedule_id: str, form: Mapping[str, Any], key: str) -> tuple[dict[str, Any], bool]:
        """``form``: patient_id, start (aware), referral_id. Raises what ``Booker.book`` raises.

        NotFoundError for a registrar when the patient is not one of the clinic; ConsentRequiredError for a doctor.
        """
        self._schedule(actor, schedule_id)
        patient_id, appointment_id = PersonId(form["patient_id"]), self._t.gate.new_id()
        staged = self._for_patient(actor, patient_id, appointment_id)
        staged = staged.saying(details={"schedule": schedule_id, "start": stamp(form["start"])})
        request = once(actor.person_id, "appointment:book-for", key, [schedule_id, form], {})
        wish = Wish(actor, patient_id, schedule_id, form["start"], form["referral_id"])
        row, repeated = self._booker.book(wish, appointment_id, staged, request)
        return self._seen(row), repeated

    def day(self, actor: Actor, schedule_id: str, asked: date | None) -> list[dict[str, Any]]:
        """Who comes on a day of the schedule's zone (None: today), in order, cancelled ones left out.

        The reason is there for the doctor of the schedule, of patients whose consent stands. Raises InvalidFieldsError.
        """
        schedule = self._schedule(actor, schedule_id)
        self._own_work(actor, schedule, "appointment-day")
        today = schedule.local_day(self._t.clock())
        day = asked or today
        check_day(day, today)
        details = {"schedule": schedule_id, "day": day.isoformat()}
        self._t.gate.record(Event(actor, "appointment:day", actor.person_id, details=details))
        rows = self._rows_of(schedule, day)
        missed = every_one(self._t.tables, [keys.bookings(row["patient"]) for row in rows])
        reasons = self._reasons(actor, rows)
        return [
            self._seen(row, standing_of(missed.get(keys.bookings(row["patient"])))) | reasons.get(row["id"], {})
            for row in rows
        ]

    def one(self, actor: Actor, schedule_id: str, appointment_id: str) -> dict[str, Any]:
        """Raises NotFoundError."""
        row, standing = self._standing(actor, schedule_id, appointment_id, "appointment-of-schedule")
        event = Event(actor, "appointment:read", PersonId(row["patient"]), resource_type=KIND, resource_id=row["id"])
        self._t.gate.record(event)
        return self._seen(row, standing) | self._reasons(actor, [row]).get(row["id"], {})

    def move(
        self, actor: Actor, schedule_id: str, appointment_id: str, version: int, to: str, start: datetime
    ) -> dict[str, Any]:
        """At any time while it is booked; within the organisation. Raises as ``AppointmentService.move``."""

        def attempt() -> str:
            row, _ = self._current(actor, schedule_id, appointment_id, version, "appointment-move-for")
            old = appointment_of(row)
            check_step(Step.MOVE, old, actor.role, self._t.clock())
            check_elsewhere(to or schedule_id, start, old.schedule, old.start)
            said = {"schedule": to or schedule_id, "start": stamp(start)}
            staged = self._staged(actor, "appointment:move", old, said)
            self._booker.moved(Wish(actor, PersonId(old.patient), to or schedule_id, start), old, staged)
            return old.patient

        return self._told(tried(attempt), appointment_id)

    def cancel(self, actor: Actor, schedule_id: str, appointment_id: str, version: int, why: Why) -> dict[str, Any]:
        """The patient is told, and sees why. Raises NotFoundError, StaleVersionError, WrongStateError."""

        def attempt() -> str:
            row, standing = self._current(actor, schedule_id, appointment_id, version, "appointment-cancel-for")
            found = appointment_of(row)
            check_step(Step.CANCEL, found, actor.role, self._t.clock())
            staged = self._staged(actor, "appointment:cancel", found, {"why": why.value})
            writes = self.cancelled(found, standing, why)
            try:
                self._t.gate.commit([staged], writes)
            except ErasedError:  # nothing is stored in the name of who was erased; the slot is given back all the same
                own = staged.saying(subject=actor.person_id)
                self._t.gate.commit([own], [one for one in writes if not _notice(one)])
            return found.patient

        return self._told(tried(attempt), appointment_id)

    def cancelled(self, found: Appointment, standing: Standing, why: Why) -> list[Write]:
        """The clinic's word, with its notice: for the waiting list's own cancellations too."""
        now, new_id = self._t.clock(), self._t.gate.new_id
        writes = appointment_rows.released(found, why.value, standing, new_id(), now)
        return [*writes, appointment_rows.told(found, new_id(), "appointment_cancelled", now)]

    def step(
        self, actor: Actor, schedule_id: str, appointment_id: str, version: int, step: Step, visit: str = ""
    ) -> dict[str, Any]:
        """Arrived, fulfilled (``visit``: id of the record), missed. ``FULFIL`` of a missed one corrects a mistake.

        Raises NotFoundError, StaleVersionError, WrongStateError, TooLateError.
        """

        def attempt() -> str:
            row, standing = self._current(actor, schedule_id, appointment_id, version, ACTIONS[step].replace(":", "-"))
            found = appointment_of(row)
            taken = Step.CORRECT if (step, found.state) == (Step.FULFIL, State.NOSHOW) else step
            after = check_step(taken, found, actor.role, self._t.clock())
            staged = self._staged(actor, ACTIONS[taken], found, {"visit": visit} if visit else {})
            writes = [*self._visit(found, visit), *self._became(found, standing, taken, after, visit)]
            try:
                self._t.gate.commit([staged], writes)
            except ConflictError as error:
                if taken is Step.CORRECT and error.index == len(writes) - 1 and found.referral:
                    raise WrongStateError("the referral serves another appointment by now") from None
                raise
            return found.patient

        return self._told(tried(attempt), appointment_id)

    # --- pieces

    def _told(self, patient_id: str, appointment_id: str) -> dict[str, Any]:
        """What became of it: the change has left its entry. Where it is now may be a colleague's schedule."""
        appointment, bookings = keys.appointment(patient_id, appointment_id), keys.bookings(patient_id)
        rows = self._t.tables.get_many([appointment, bookings])
        return self._seen(rows[appointment], standing_of(rows.get(bookings)))

    def _visit(self, found: Appointment, visit: str) -> list[Write]:
        """Raises InvalidFieldsError for a record that the patient's card does not have."""
        if not visit:
            return []
        wanted = [keys.record(found.patient, kind, visit) for kind in OF_A_VISIT]
        there = [*self._t.tables.get_many(wanted)]
        if not there:
            raise InvalidFieldsError(fields=(FieldProblem("/visit", "unknown", "no such record of this patient"),))
        return [Check(there[0])]

    def _became(self, found: Appointment, standing: Standing, step: Step, after: State, visit: str) -> list[Write]:
        now, more = self._t.clock(), {"visit": visit} if visit else {}
        if step is Step.ARRIVE:
            return [
                appointment_rows.changed(
                    found, {"state": after.value, "updated_at": stamp(now), "arrived_at": stamp(now)}
                )
            ]
        missed = standing.missed + (step is Step.MISS) - (step is Step.CORRECT)
        new = replace(standing, missed=max(missed, 0), kept=standing.kept + (after is State.FULFILLED))
        writes = appointment_rows.ended(found, after, new, now, more)
        if step is Step.MISS:
            writes.append(appointment_rows.told(found, self._t.gate.new_id(), "appointment_missed", now))
        if step is Step.CORRECT and found.referral:
            writes.append(appointment_rows.referral_used(found))
        return writes

    def _for_patient(self, actor: Actor, patient_id: PersonId, appointment_id: str) -> Staged:
        if actor.role is Role.DOCTOR:
            asked = self._t.gate.admit_change(actor, Action.CREATE, patient_id, APPOINTMENT, appointment_id, version=1)
            return asked.saying(action="appointment:book")
        of_clinic(self._t.tables, actor, patient_id)
        return self._t.gate.stage(
            Event(actor, "appointment:book", patient_id, resource_type=KIND, resource_id=appointment_id)
        )

    def _schedule(self, actor: Actor, schedule_id: str) -> Schedule:
        return schedule_rows.of_organisation(self._t.tables, schedule_id, actor.organisation_id)

    def _own_work(self, actor: Actor, schedule: Schedule, operation: str) -> None:
        if actor.role is Role.DOCTOR and schedule.member_id != actor.member_id:
            self._t.gate.refuse(actor, operation, "another-schedule")
            raise AccessDeniedError

    def _standing(self, actor: Actor, schedule_id: str, appointment_id: str, operation: str) -> tuple[Item, Standing]:
        """The appointment, and what its patient has beside it."""
        place = keys.appointment_place(schedule_id, appointment_id)
        rows = self._t.tables.get_many([keys.schedule(schedule_id), place])
        row = rows.get(keys.schedule(schedule_id))
        if row is None or row["organisation"] != actor.organisation_id or place not in rows:
            raise NotFoundError
        self._own_work(actor, Schedule.from_row(row), operation)
        patient_id = rows[place]["patient"]
        found = self._t.tables.get_many([keys.appointment(patient_id, appointment_id), keys.bookings(patient_id)])
        if keys.appointment(patient_id, appointment_id) not in found:
            raise NotFoundError
        return found[keys.appointment(patient_id, appointment_id)], standing_of(found.get(keys.bookings(patient_id)))

    def _current(
        self, actor: Actor, schedule_id: str, appointment_id: str, version: int, operation: str
    ) -> tuple[Item, Standing]:
        row, standing = self._standing(actor, schedule_id, appointment_id, operation)
        if int(row["ver"]) != version:
            raise StaleVersionError
        return row, standing

    def _staged(self, actor: Actor, action: str, found: Appointment, details: Mapping[str, str]) -> Staged:
        event = Event(
            actor,
            action,
            PersonId(found.patient),
            resource_type=KIND,
            resource_id=found.id,
            resource_version=found.version + 1,
            details=details,
        )
        return self._t.gate.stage(event)

    def _rows_of(self, schedule: Schedule, day: date) -> list[Item]:
        taken = []
        begins = datetime.combine(day - ONE_DAY, datetime.min.time(), self._t.clock().tzinfo)
        for row in schedule_rows.slot_rows(self._t.tables, schedule.id, begins):
            start = schedule_rows.interval_of(row).start
            if schedule.local_day(start) > day:
                break
            if schedule.local_day(start) == day and row["state"] == "booked":
                taken.append(row)
        wanted = [keys.appointment(row["patient"], row["appointment"]) for row in taken]
        found = every_one(self._t.tables, wanted)
        return [found[key] for key in wanted if key in found]

    def _reasons(self, actor: Actor, rows: list[Item]) -> dict[str, dict[str, Any]]:
        """By id of the appointment; each opened under an entry in its patient's chain."""
        if actor.role is not Role.DOCTOR:
            return {}
        sealed = [row for row in rows if "sealed" in row and row["member"] == actor.member_id]
        now, opened = self._t.clock(), {}
        asked_for = (evidence.wanted(actor, PersonId(row["patient"])) for row in sealed)
        seen = every_one(self._t.tables, [key for wanted in asked_for for key in wanted])
        for row in sealed:
            patient_id = PersonId(row["patient"])
            asked = evidence.question(seen, actor, Action.READ, patient_id, APPOINTMENT, row["id"], now)
            decision = decide(asked, now)
            if decision and not decision.summary_only:
                permit = self._t.gate.admit(actor, Action.READ, patient_id, APPOINTMENT, row["id"])
                opened[row["id"]] = self._t.reason(permit, row)
        return opened

    def _seen(self, row: Item, standing: Standing | None = None) -> dict[str, Any]:
        said = shown(row, self._t.clock()) | {"patient_id": row["patient"]}
        return said if standing is None else {**said, "missed": standing.missed}


def _notice(write: Write) -> bool:
    return isinstance(write, Put) and write.item.get("react") == ["appointment_cancelled"]
