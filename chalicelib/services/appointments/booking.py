"""Taking a slot: for a new appointment, out of a hold of the waiting list, or for one that moves.

1  one batch: schedule, fence, slot, card, the patient's bookings, idempotency row; then what is taken around
2  the rules say whether it may be (domain/appointments.py, domain/schedules.py); a referral is opened and looked at
3  one transaction of everything; where a condition did not hold, again from 1, which says what it was
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.domain.access import Action, CardState
from chalicelib.domain.appointments import Appointment, State, check_own, check_referral
from chalicelib.domain.idempotency import Once, same_request
from chalicelib.domain.identity import Actor, PersonId, Role, system_actor
from chalicelib.domain.moments import stamp
from chalicelib.domain.schedules import Interval, Schedule, bookable, free, slot_at, slots
from chalicelib.domain.schedules import State as ScheduleState
from chalicelib.errors import (
    CardStateError,
    IdempotencyKeyReusedError,
    MedkartaError,
    NotFoundError,
    ReferralNeededError,
    SlotNotThereError,
    SlotTakenError,
)
from chalicelib.ports import Sealed, appointment_rows, keys, schedule_rows
from chalicelib.ports.crossings import tried
from chalicelib.ports.tables import Check, Expect, Expected, Item, Key, Put, Write
from chalicelib.records.orders import REFERRAL
from chalicelib.services.appointments.tools import Tools
from chalicelib.services.gate import Staged

NEAREST = 5
AROUND = timedelta(days=7)
"""How far ahead of a slot that is taken free ones are looked for."""
TASK = "booking"
"""The system's task that looks at a referral where a registrar books, who may not open it."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Who wants which slot for whom. ``hold``: id of the waiting entry that it is held for, "" for none. ``beside``:
    more writes of the caller, whose conflict is the caller's to understand (``beside`` comes last).
    """

    actor: Actor
    patient_id: PersonId
    schedule_id: str
    start: datetime
    referral_id: str = ""
    hold: str = ""
    beside: Sequence[Write] = ()

    @property
    def by_clinic(self) -> bool:
        return self.actor.is_staff or self.actor.role is Role.SYSTEM


@dataclass(frozen=True, slots=True)
class Place:
    """A slot that may be taken, and what the transaction rests on."""

    schedule: Schedule
    slot: Interval
    fence: Check
    expect: Expected
    standing: appointment_rows.Standing
    writes: Sequence[Write]


class Booker:
    def __init__(self, tools: Tools) -> None:
        self._t = tools

    def book(
        self, wish: Wish, appointment_id: str, staged: Staged, request: Once, reason: Mapping[str, str] | None = None
    ) -> tuple[Item, bool]:
        """The row, and whether this request had made it before. ``staged``: its entry, sealing where there is a reason.

        Raises NotFoundError, CardStateError, SlotNotThereError, SlotTakenError, OwnOverlapError, TooManyOpenError,
        ReferralNeededError, IdempotencyKeyReusedError.
        """
        sealed = b""
        if reason:
            text = json.dumps(dict(reason), ensure_ascii=False).encode()
            sealed = self._t.vault.seal(staged.seal_with, 1, text)
        return tried(lambda: self._booked(wish, appointment_id, staged, request, sealed))

    def _booked(
        self, wish: Wish, appointment_id: str, staged: Staged, request: Once, sealed: bytes
    ) -> tuple[Item, bool]:
        known, now = keys.idempotency(request.caller, request.operation, request.key_hash), self._t.clock()
        try:
            place = self._place(wish, now, known=known, request=request)
        except _DoneError as done:
            return self._stored(wish, done.result), True
        except MedkartaError:
            if (row := self._t.tables.get(known)) and same_request(row["fingerprint"], request):
                return self._stored(wish, row["result"]), True  # the same request, a moment ago
            raise
        found = _new(appointment_id, wish, place)
        booked = appointment_rows.booked(found, place.standing, place.fence, place.expect, now, sealed)
        used = [appointment_rows.referral_used(found)] if found.referral else []
        common = self._common(found, "appointment_booked", now)
        writes = [*booked, *common, *used, *place.writes, *wish.beside]
        stored = self._t.gate.commit([staged], writes, replace(request, result={"id": appointment_id}))
        if stored is not None:
            return self._stored(wish, stored), True
        return next(write.item for write in booked if isinstance(write, Put) and "kd" in write.item), False

    def moved(self, wish: Wish, old: Appointment, staged: Staged) -> Appointment:
        """The appointment at its new time, on the same schedule or another one of the specialty in the organisation,
        whose own system follows it there (services/calendars/log.py). One attempt.

        Raises what ``book`` raises, and ConflictError where somebody was faster: look again.
        """
        now = self._t.clock()
        place = self._place(replace(wish, referral_id=old.referral), now, old=old)
        if (place.schedule.organisation_id, place.schedule.specialty) != (old.organisation, old.specialty):
            raise SlotNotThereError("a visit moves to a doctor of the same specialty in the same organisation")
        new = replace(_new(old.id, wish, place), version=old.version + 1, by=old.by, referral=old.referral)
        writes = appointment_rows.moved(old, new, place.standing, place.fence, place.expect, now)
        freed = appointment_rows.slot_freed(old, self._t.gate.new_id(), now)
        self._t.gate.commit(
            [staged], [*writes, freed, *self._common(new, "appointment_moved", now), *place.writes, *wish.beside]
        )
        return new

    # --- pieces

    def _common(self, found: Appointment, notice: str, now: datetime) -> list[Write]:
        patient_id = PersonId(found.patient)
        return [
            Check(keys.card(patient_id), {"state": CardState.ACTIVE.value}),
            self._t.patient_keys.alive(patient_id),
            appointment_rows.told(found, self._t.gate.new_id(), notice, now),
        ]

    def _stored(self, wish: Wish, result: Mapping[str, str]) -> Item:
        row = self._t.tables.get(keys.appointment(wish.patient_id, result["id"]))
        if row is None:
            raise NotFoundError
        return row

    def _place(
        self,
        wish: Wish,
        now: datetime,
        *,
        known: Key | None = None,
        request: Once | None = None,
        old: Appointment | None = None,
    ) -> Place:
        """Step 1 and 2. ``old``: the appointment that moves."""
        start = wish.start
        own, slot_key = keys.bookings(wish.patient_id), keys.slot(wish.schedule_id, stamp(start))
        schedule_key, fence_key = keys.schedule(wish.schedule_id), schedule_rows.fence_key(wish.schedule_id, start)
        card_key = keys.card(wish.patient_id)
        wanted = [schedule_key, fence_key, slot_key, card_key, own, *([known] if known else [])]
        rows = self._t.tables.get_many(wanted)
        if known in rows and request is not None and known is not None:
            if not same_request(rows[known]["fingerprint"], request):
                raise IdempotencyKeyReusedError
            raise _DoneError(rows[known]["result"])
        if rows.get(card_key, {}).get("state") != CardState.ACTIVE.value:
            raise CardStateError
        schedule = _schedule(wish, rows.get(schedule_key))
        slot = _slot(wish, schedule, now)
        expect, mine = self._expected(wish, rows.get(slot_key), now)
        standing = appointment_rows.standing_of(rows.get(own))
        self._check_free(schedule, slot, now, [*mine, *_own_time(old, schedule)])
        if old is not None:
            standing = standing.without(old.id)
        check_own(standing.open, slot, schedule.specialty, now, clinic=wish.by_clinic)
        writes = self._referral(wish, schedule, slot, old)
        fence = schedule_rows.fence_as_read(schedule, start, rows.get(fence_key))
        return Place(schedule, slot, fence, expect, standing, writes)

    def _expected(self, wish: Wish, row: Item | None, now: datetime) -> tuple[Expected, list[Interval]]:
        """How the slot's row must stand, and the time that it takes in vain: a hold for this wish."""
        if row is None:
            return Expect.ABSENT, []
        own = row["state"] == "held" and row["entry"] == wish.hold
        if own and not schedule_rows.lapsed(row, now):
            return {"state": "held", "entry": wish.hold}, [schedule_rows.interval_of(row)]
        if schedule_rows.lapsed(row, now):
            return schedule_rows.hold_of(row), []
        return Expect.ABSENT, []

    def _check_free(self, schedule: Schedule, slot: Interval, now: datetime, mine: Sequence[Interval]) -> None:
        first, last = schedule.local_day(slot.start), schedule.local_day(slot.end)
        taken = schedule_rows.taken(self._t.tables, schedule.id, first, last, now=now)
        if any(one.meets(slot) for one in _others(taken, mine)):
            raise SlotTakenError(extra={"nearest": self._nearest(schedule, slot, now)})

    def _nearest(self, schedule: Schedule, slot: Interval, now: datetime) -> list[str]:
        first = max(schedule.local_day(now), schedule.local_day(slot.start - AROUND / 7))
        last = schedule.local_day(slot.start + AROUND)
        taken = schedule_rows.taken(self._t.tables, schedule.id, first, last, now=now)
        found = free(slots(schedule, first, last), taken, now, schedule)
        nearest = sorted(found, key=lambda one: (abs(one.start - slot.start), one.start))[:NEAREST]
        return [stamp(one.start) for one in nearest]

    def _referral(self, wish: Wish, schedule: Schedule, slot: Interval, old: Appointment | None) -> list[Write]:
        """What the transaction needs of the referral: that it is as it was read, and this appointment's alone."""
        if not (schedule.referral or wish.referral_id):
            return []
        if not wish.referral_id:
            raise ReferralNeededError(extra={"why": "missing"})
        record = keys.record(wish.patient_id, REFERRAL.name, wish.referral_id)
        use = keys.referral_use(wish.patient_id, wish.referral_id)
        rows = self._t.tables.get_many([record, use])
        row = rows.get(record)
        # A registrar may not read a referral; whether it fits, the system tells them.
        reader = system_actor(TASK) if wish.actor.role in {Role.REGISTRAR, Role.SYSTEM} else wish.actor
        permit = self._t.gate.admit(reader, Action.READ, wish.patient_id, REFERRAL, wish.referral_id)
        if row is None:
            raise ReferralNeededError(extra={"why": "missing"})
        body = json.loads(self._t.vault.open(permit, Sealed.of(wish.referral_id, row)))
        check_referral(body, schedule.specialty, slot.start, schedule.zone)
        if use in rows and (old is None or rows[use]["appointment"] != old.id):
            raise ReferralNeededError(extra={"why": "used"})
        return [Check(record, {"ver": int(row["ver"])})]


class _DoneError(Exception):
    """The request took effect before."""

    def __init__(self, result: Mapping[str, str]) -> None:
        super().__init__()
        self.result = result


def _schedule(wish: Wish, row: Item | None) -> Schedule:
    """Another clinic's schedule is not there for staff. Raises NotFoundError."""
    if row is None or (wish.actor.is_staff and row["organisation"] != wish.actor.organisation_id):
        raise NotFoundError
    return Schedule.from_row(row)


def _slot(wish: Wish, schedule: Schedule, now: datetime) -> Interval:
    """The clinic books until the slot is over: somebody stands at the desk. Raises SlotNotThereError."""
    slot = slot_at(schedule, wish.start)
    if slot is None or schedule.state is not ScheduleState.ACTIVE:
        raise SlotNotThereError
    if not (now < slot.end if wish.by_clinic else bookable(schedule, slot, now)):
        raise SlotNotThereError
    return slot


def _own_time(old: Appointment | None, schedule: Schedule) -> list[Interval]:
    """What the appointment that moves takes of the schedule."""
    return [old.interval] if old is not None and old.schedule == schedule.id else []


def _others(taken: Sequence[Interval], mine: Sequence[Interval]) -> list[Interval]:
    """Without one of each that is one's own: an outside system may have taken the same time."""
    left = list(taken)
    for one in mine:
        if one in left:
            left.remove(one)
    return left


def _new(appointment_id: str, wish: Wish, place: Place) -> Appointment:
    schedule = place.schedule
    return Appointment(
        id=appointment_id,
        patient=wish.patient_id,
        schedule=schedule.id,
        organisation=schedule.organisation_id,
        member=schedule.member_id,
        specialty=schedule.specialty,
        start=place.slot.start,
        until=place.slot.end,
        zone=schedule.zone,
        state=State.BOOKED,
        version=1,
        by=wish.actor.role.value,
        cancel_hours=schedule.cancel_hours,
        referral=wish.referral_id,
    )
