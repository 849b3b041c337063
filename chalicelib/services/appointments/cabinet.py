"""What a patient, or who represents them, does: book, look, move, cancel.

A representative to whom a doctor closed something for the ward's safety gets nothing of this: where and when a child
will be is what they must not learn (ACC-8).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from chalicelib.domain.appointments import Step, Why, check_step
from chalicelib.domain.idempotency import once
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.moments import stamp
from chalicelib.errors import (
    FieldProblem,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
)
from chalicelib.ports import Event, appointment_rows, keys
from chalicelib.ports.appointment_rows import appointment_of, standing_of
from chalicelib.ports.crossings import tried
from chalicelib.ports.tables import Item, Store, Write
from chalicelib.services.appointments.booking import Booker, Wish
from chalicelib.services.appointments.tools import KIND, Tools, shown
from chalicelib.services.gate import Staged

PREFIX = "appointment#"
"""Of the attribute by which the index of dates finds appointments."""


class AppointmentService:
    def __init__(self, tools: Tools, booker: Booker) -> None:
        self._t = tools
        self._booker = booker

    def book(
        self,
        actor: Actor,
        form: dict[str, Any],
        key: str,
        *,
        hold: str = "",
        beside: Sequence[Write] = (),
    ) -> tuple[dict[str, Any], bool]:
        """Returns the appointment, and whether it was there already; raises what ``Booker.book`` raises.

        ``form``: schedule_id, start (aware), referral_id ("" for none), reason ("" for none). ``hold``, ``beside``: of
        the waiting list (``Wish``).
        """
        self._t.gate.unrestricted(actor, "appointment-book")
        patient_id, appointment_id = PersonId(actor.card_id), self._t.gate.new_id()
        details = {"schedule": form["schedule_id"], "start": stamp(form["start"])}
        if form["reason"]:
            staged = self._t.gate.stage_private(actor, patient_id, KIND, appointment_id, "appointment:book")
            staged = staged.saying(details=details)
        else:
            staged = self._staged(actor, "appointment:book", appointment_id, 1, details)
        request = once(actor.person_id, "appointment:book", key, [patient_id, form], {})
        wish = Wish(actor, patient_id, form["schedule_id"], form["start"], form["referral_id"], hold, beside)
        reason = {"reason": form["reason"]} if form["reason"] else None
        row, repeated = self._booker.book(wish, appointment_id, staged, request, reason)
        return self._whole(row, reason or {}), repeated

    def upcoming(self, actor: Actor) -> list[dict[str, Any]]:
        """What is open, soonest first; at most as many as may be open."""
        self._t.gate.unrestricted(actor, "appointment-list")
        patient_id = PersonId(actor.card_id)
        permit = self._t.gate.permit_private(actor, patient_id, KIND, None, "appointment:list")
        open_ones = standing_of(self._t.tables.get(keys.bookings(patient_id))).open
        wanted = [keys.appointment(patient_id, one.id) for one in open_ones]
        rows = sorted(self._t.tables.get_many(wanted).values(), key=lambda row: (row["start"], row["id"]))
        now = self._t.clock()
        ahead = [row for row in rows if now < datetime.fromisoformat(row["until"])]
        schedules = self._t.schedules(ahead)
        return [shown(row, now, schedules.get(row["schedule"])) | self._t.reason(permit, row) for row in ahead]

    def listed(self, actor: Actor, limit: int, after: Item | None) -> tuple[list[dict[str, Any]], Item | None]:
        """All of them, the latest visit first."""
        self._t.gate.unrestricted(actor, "appointment-list")
        patient_id = PersonId(actor.card_id)
        permit = self._t.gate.permit_private(actor, patient_id, KIND, None, "appointment:list")
        found = self._t.tables.query(
            Store.CARD,
            keys.patient(patient_id),
            PREFIX,
            index=keys.BY_DATE,
            limit=limit,
            after=after,
            newest_first=True,
        )
        now, schedules = self._t.clock(), self._t.schedules(found.items)
        items = [shown(row, now, schedules.get(row["schedule"])) | self._t.reason(permit, row) for row in found.items]
        return items, found.after

    def one(self, actor: Actor, appointment_id: str) -> dict[str, Any]:
        """Raises NotFoundError."""
        self._t.gate.unrestricted(actor, "appointment-read")
        row = self._row(actor, appointment_id)
        permit = self._t.gate.permit_private(actor, PersonId(actor.card_id), KIND, appointment_id, "appointment:read")
        return self._whole(row, self._t.reason(permit, row))

    def move(
        self, actor: Actor, appointment_id: str, version: int, schedule_id: str, start: datetime
    ) -> dict[str, Any]:
        """To another free slot, of the same schedule (``schedule_id`` "") or of another one of the specialty.

        Raises NotFoundError, StaleVersionError, WrongStateError, TooLateError, InvalidFieldsError for the time that it
        has, and what ``Booker.book`` raises.
        """
        self._t.gate.unrestricted(actor, "appointment-move")

        def attempt() -> None:
            old = appointment_of(self._current(actor, appointment_id, version))
            check_step(Step.MOVE, old, actor.role, self._t.clock())
            to = schedule_id or old.schedule
            check_elsewhere(to, start, old.schedule, old.start)
            staged = self._staged(
                actor, "appointment:move", appointment_id, version + 1, {"schedule": to, "start": stamp(start)}
            )
            self._booker.moved(Wish(actor, PersonId(actor.card_id), to, start), old, staged)

        tried(attempt)
        return self._whole(self._row(actor, appointment_id), {})

    def cancel(self, actor: Actor, appointment_id: str, version: int) -> dict[str, Any]:
        """Raises NotFoundError, StaleVersionError, WrongStateError, TooLateError."""
        self._t.gate.unrestricted(actor, "appointment-cancel")
        patient_id = PersonId(actor.card_id)

        def attempt() -> None:
            found, now = appointment_of(self._current(actor, appointment_id, version)), self._t.clock()
            check_step(Step.CANCEL, found, actor.role, now)
            standing = standing_of(self._t.tables.get(keys.bookings(patient_id)))
            staged = self._staged(actor, "appointment:cancel", appointment_id, version + 1, {"why": Why.PATIENT.value})
            new_id = self._t.gate.new_id
            writes = appointment_rows.released(found, Why.PATIENT.value, standing, new_id(), now)
            if actor.role is Role.REPRESENTATIVE:  # the patient is told, who did not do it
                writes.append(appointment_rows.told(found, new_id(), "appointment_cancelled", now))
            self._t.gate.commit([staged], writes)

        tried(attempt)
        return self._whole(self._row(actor, appointment_id), {})

    # --- pieces

    def _staged(self, actor: Actor, action: str, appointment_id: str, version: int, details: dict[str, str]) -> Staged:
        event = Event(
            actor,
            action,
            PersonId(actor.card_id),
            resource_type=KIND,
            resource_id=appointment_id,
            resource_version=version,
            details=details,
        )
        return self._t.gate.stage(event)

    def _row(self, actor: Actor, appointment_id: str) -> Item:
        row = self._t.tables.get(keys.appointment(actor.card_id, appointment_id))
        if row is None:
            raise NotFoundError
        return row

    def _current(self, actor: Actor, appointment_id: str, version: int) -> Item:
        row = self._row(actor, appointment_id)
        if int(row["ver"]) != version:
            raise StaleVersionError
        return row

    def _whole(self, row: Item, reason: dict[str, Any]) -> dict[str, Any]:
        return shown(row, self._t.clock(), self._t.schedules([row]).get(row["schedule"])) | reason


def check_elsewhere(to: str, start: datetime, schedule_id: str, begins: datetime) -> None:
    """Raises InvalidFieldsError for a move to where the appointment is."""
    if (to, start) == (schedule_id, begins):
        raise InvalidFieldsError(fields=(FieldProblem("/start", "same", "the appointment is at this time already"),))
