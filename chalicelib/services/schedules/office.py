"""The clinic's side: an administrator or a registrar enters, changes and closes schedules of their organisation.

1. Whose: the organisation of the membership under which they act; a doctor reads the own ones.
2. Every change writes in one transaction the schedule, its eight fences, its copies in two lists, its entry, the
   timer that tells whose visit has no slot any more, and the waiting list that there may be new ones (displaced.py).
3. ``dry_run`` changes nothing and answers the same.
4. What would let one person work by two schedules at one time is refused (alone.py).
5. A schedule that was closed stays closed: visits that were booked go on pointing to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from chalicelib.domain.idempotency import Once, once, same_request
from chalicelib.domain.identity import SYS, Actor, Role, system_actor
from chalicelib.domain.moments import stamp
from chalicelib.domain.schedule_forms import Change, check_exception, check_settings, check_specialty
from chalicelib.domain.schedules import Schedule, State
from chalicelib.domain.specialties import SPECIALTIES
from chalicelib.errors import (
    AccessDeniedError,
    ConflictError,
    FieldProblem,
    IdempotencyKeyReusedError,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
    WrongStateError,
)
from chalicelib.ports import Clock, Event, keys, schedule_rows
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Check, Delete, Expect, Expected, Item, Put, Store, Tables, Update, Write, every_row
from chalicelib.services.gate import Gate, Staged
from chalicelib.services.schedules.alone import alone
from chalicelib.services.schedules.displaced import displaced
from chalicelib.services.schedules.shown import choices, clinics_of, for_staff

WORKING = frozenset({Role.DOCTOR.value, Role.NURSE.value})
"""Roles of a member who may have a schedule."""
MANAGERS = frozenset({Role.ADMINISTRATOR, Role.REGISTRAR})


class ScheduleOffice:
    def __init__(self, gate: Gate, tables: Tables, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._clock = clock

    @staticmethod
    def choices(language: str) -> dict[str, Any]:
        """What a schedule may say."""
        return choices(language)

    def create(self, actor: Actor, form: Mapping[str, Any], key: str, language: str) -> tuple[dict[str, Any], bool]:
        """A schedule of a doctor or nurse of one's organisation. Returns it, and whether it was there already.

        Raises InvalidFieldsError, IdempotencyKeyReusedError.
        """
        now, schedule_id = self._clock(), self._gate.new_id()
        check_specialty(form["specialty"])
        check_settings(form, now.date())
        member = self._member(actor, form["member_id"])
        row: Item = {
            "id": schedule_id,
            "organisation": actor.organisation_id,
            "member": form["member_id"],
            "person": member["person"],
            "specialty": form["specialty"],
            **_settings(form, form["specialty"]),
            "exceptions": [],
            "state": State.ACTIVE.value,
            "created_at": stamp(now),
            "updated_at": stamp(now),
            "ver": 1,
        }
        request = once(
            actor.person_id, "schedule:create", key, [actor.organisation_id, dict(form)], {"id": schedule_id}
        )
        try:
            rests_on = alone(self._tables, row, None, now, "/rules")
        except InvalidFieldsError:
            if (known := self._known(request)) is None:
                raise
            return self.one(actor, known["id"], language), True  # it met what it made itself, a moment ago
        writes: list[Write] = [
            *self._rows(row, None),
            *rests_on,
            Check(keys.staff(actor.organisation_id, form["member_id"]), {"state": "active"}),
            Update(keys.specialty_in_use(row["specialty"]), add={"schedules": 1}, expect=None),
            *schedule_rows.to_tell(schedule_id, now),
        ]
        stored = self._gate.commit([self._gate.stage(_event(actor, "schedule:create", row))], writes, request)
        if stored is not None:
            return self.one(actor, stored["id"], language), True
        return self._shown(row, language), False

    def mine(
        self, actor: Actor, limit: int, after: Item | None, language: str
    ) -> tuple[list[dict[str, Any]], Item | None]:
        """Those of one's organisation, in the order in which they were made; of a doctor or nurse the own ones."""
        self._gate.record(Event(actor, "schedule:list", SYS, resource_type="schedule"))
        place = keys.schedules_of(actor.organisation_id)
        if actor.role in MANAGERS:
            found = self._tables.query(Store.CARD, place, limit=limit, after=after)
            rows, following = found.items, found.after
        else:
            every = every_row(self._tables, Store.CARD, place)
            rows, following = [row for row in every if row["member"] == actor.member_id], None
        clinics = clinics_of(self._tables, [actor.organisation_id])
        return [for_staff(row, clinics, language) for row in rows], following

    def one(self, actor: Actor, schedule_id: str, language: str) -> dict[str, Any]:
        """With its rules and exceptions. Raises NotFoundError, AccessDeniedError."""
        row = self._own(actor, schedule_id, "schedule-read")
        self._gate.record(_event(actor, "schedule:read", row))
        return self._shown(row, language)

    def manages(self, actor: Actor, row: Mapping[str, Any]) -> bool:
        """Whether the actor sees the whole schedule: staff who enter it, and whose it is."""
        if actor.role in MANAGERS:
            return actor.organisation_id == str(row["organisation"])
        return bool(actor.member_id) and actor.member_id == str(row["member"])

    def change(self, actor: Actor, schedule_id: str, form: Mapping[str, Any], change: Change) -> dict[str, Any]:
        """Other settings and rules in the place of all there are; exceptions stay.

        Raises NotFoundError, AccessDeniedError, InvalidFieldsError, StaleVersionError, WrongStateError.
        """
        row = self._open(actor, schedule_id, "schedule-change", change)
        check_settings(form, self._clock().date())
        return self._changed(actor, "schedule:change", row, _settings(form, row["specialty"]), change, "/rules")

    def close(self, actor: Actor, schedule_id: str, change: Change) -> dict[str, Any]:
        """For ever. Raises as ``change``."""
        row = self._open(actor, schedule_id, "schedule-close", change)
        return self._changed(actor, "schedule:close", row, {"state": State.CLOSED.value}, change)

    def put_exception(
        self, actor: Actor, schedule_id: str, first: date, form: Mapping[str, Any], change: Change
    ) -> dict[str, Any]:
        """Days from ``first`` on with other hours or none, in the place of the exception that begins on that day.

        Raises as ``change``.
        """
        row = self._open(actor, schedule_id, "schedule-exception-put", change)
        made = {**form, "first": first.isoformat()}
        left = [one for one in row["exceptions"] if one["first"] != made["first"]]
        others = Schedule.from_row({**row, "exceptions": left}).exceptions
        check_exception(made, others, self._clock().date())
        changes: Item = {"exceptions": sorted([*left, made], key=lambda one: str(one["first"]))}
        return self._changed(actor, "schedule-exception:put", row, changes, change, "/hours")

    def delete_exception(self, actor: Actor, schedule_id: str, first: date, change: Change) -> dict[str, Any]:
        """Take the exception back. Raises as ``change``, NotFoundError where none begins on that day."""
        row = self._open(actor, schedule_id, "schedule-exception-delete", change)
        left = [one for one in row["exceptions"] if one["first"] != first.isoformat()]
        if len(left) == len(row["exceptions"]):
            raise NotFoundError
        return self._changed(actor, "schedule-exception:delete", row, {"exceptions": left}, change, "/first")

    def member_left(self, row: Item) -> tuple[Sequence[Staged], Sequence[Write]]:
        """Reaction ``member_left``: schedules of who works here no more are closed, one a run."""
        rows = every_row(self._tables, Store.CARD, keys.schedules_of(row["organisation"]))
        left = [one for one in rows if one["member"] == row["member"] and one["state"] == State.ACTIVE.value]
        if not left:
            return (), ()
        now, old = self._clock(), _bare(left[0])
        new = {**old, "state": State.CLOSED.value, "updated_at": stamp(now), "ver": int(old["ver"]) + 1}
        staged = self._gate.stage(_event(system_actor("member_left"), "schedule:close", new))
        about = {"organisation": row["organisation"], "member": row["member"]}
        more = [happened(SYS, self._gate.new_id(), "member_left", now, about)] if left[1:] else []
        told = schedule_rows.to_tell(new["id"], now)
        return [staged], [*self._rows(new, int(old["ver"])), *told, *more]

    # --- pieces

    def _changed(
        self, actor: Actor, action: str, row: Item, changes: Item, change: Change, adds: str = ""
    ) -> dict[str, Any]:
        """``adds``: the field by which hours may come; none where they only go."""
        now = self._clock()
        new = {**row, **changes, "updated_at": stamp(now), "ver": change.version + 1}
        rests_on = alone(self._tables, new, row, now, adds) if adds else []
        found = displaced(self._tables, Schedule.from_row(new), now)
        if change.dry_run:
            self._gate.record(_event(actor, "schedule:try", row))
        else:
            staged = self._gate.stage(_event(actor, action, new)).saying(details={"displaced": found.count})
            told = schedule_rows.to_tell(row["id"], now)
            try:
                self._gate.commit([staged], [*self._rows(new, change.version), *rests_on, *told])
            except ConflictError:
                raise StaleVersionError from None
        return {**self._shown(new, change.language), "displaced": found.shown(), "dry_run": change.dry_run}

    def _known(self, request: Once) -> Item | None:
        """What the same request made before. Raises IdempotencyKeyReusedError."""
        row = self._tables.get(keys.idempotency(request.caller, request.operation, request.key_hash))
        if row is not None and not same_request(row["fingerprint"], request):
            raise IdempotencyKeyReusedError
        return None if row is None else dict(row["result"])

    def _rows(self, row: Item, version: int | None) -> list[Write]:
        """The schedule, its fences and its copies. ``version``: of the one whose place it takes."""
        schedule_id, organisation_id, code = row["id"], row["organisation"], row["specialty"]
        expect: Expected = Expect.ABSENT if version is None else {"ver": version}
        writes: list[Write] = [
            Put(keys.schedule(schedule_id), row, expect),
            *schedule_rows.fences(schedule_id, row["ver"], State(row["state"]), expect),
            Put(keys.schedule_in_organisation(organisation_id, schedule_id), row, expect),
        ]
        listed = keys.schedule_in_specialty(code, organisation_id, schedule_id)
        if row["state"] == State.ACTIVE.value:
            return [*writes, Put(listed, row, expect)]
        return [*writes, Delete(listed), Update(keys.specialty_in_use(code), add={"schedules": -1})]

    def _member(self, actor: Actor, member_id: str) -> Item:
        row = self._tables.get(keys.staff(actor.organisation_id, member_id))
        if row is None or row["state"] != "active" or row["role"] not in WORKING:
            problem = FieldProblem("/member_id", "unknown", "nobody works here under this membership")
            raise InvalidFieldsError(fields=(problem,))
        return row

    def _own(self, actor: Actor, schedule_id: str, operation: str) -> Item:
        row = self._tables.get(keys.schedule(schedule_id))
        if row is None:
            raise NotFoundError
        if not self.manages(actor, row):
            self._gate.refuse(actor, operation, "scope")
            raise AccessDeniedError
        return _bare(row)

    def _open(self, actor: Actor, schedule_id: str, operation: str, change: Change) -> Item:
        row = self._own(actor, schedule_id, operation)
        if int(row["ver"]) != change.version:
            raise StaleVersionError
        if row["state"] != State.ACTIVE.value:
            raise WrongStateError("the schedule is closed", extra={"state": row["state"]})
        return row

    def _shown(self, row: Item, language: str) -> dict[str, Any]:
        return for_staff(row, clinics_of(self._tables, [row["organisation"]]), language)


def _bare(row: Item) -> Item:
    return {name: value for name, value in row.items() if name not in {"pk", "sk"}}


def _settings(form: Mapping[str, Any], specialty: str) -> Item:
    names = ("doctor", "position", "room", "zone", "slot_minutes", "rules", "works_on_holidays")
    limits = ("horizon_days", "notice_minutes", "cancel_hours")
    referral = form.get("referral", SPECIALTIES[specialty].referral)
    return {**{name: form[name] for name in (*names, *limits)}, "referral": referral}


def _event(actor: Actor, action: str, row: Mapping[str, Any]) -> Event:
    return Event(actor, action, SYS, resource_type="schedule", resource_id=row["id"], resource_version=int(row["ver"]))
