"""Changes by the clinic: visits for which a schedule has no place any more, and what the patient answers (APT-2).

A displaced visit stays booked until it is answered, for the time is its patient's: when the doctor is back, nothing is
lost; nobody else can get it; and the patient moves or cancels it as any other. What nobody answers by the evening
before is cancelled by the clinic. While there are such, what comes free in their specialty is not offered to the
waiting list.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from chalicelib.domain.appointments import Appointment, Why
from chalicelib.domain.appointments import State as Visit
from chalicelib.domain.identity import SYS, Actor, PersonId, system_actor
from chalicelib.domain.moments import stamp
from chalicelib.domain.schedules import Interval, Schedule, free, slots
from chalicelib.domain.waiting_list import answer_by
from chalicelib.errors import NotFoundError
from chalicelib.ports import Event, appointment_rows, keys, schedule_rows, waiting_rows
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Item, Store
from chalicelib.ports.timers import Rung, Timer, set_timer
from chalicelib.services.waiting_list.offers import Offers, Reacted
from chalicelib.services.waiting_list.tools import Tools

TASK = system_actor("displaced")
UNANSWERED = "appointment_unanswered"
SCHEDULES, SHOWN = 5, 10
"""Schedules of a specialty in which other times are looked for, and times that are shown."""
AROUND = timedelta(days=30)
"""How far before and after the visit other times are looked for."""


class Displaced:
    def __init__(self, tools: Tools, offers: Offers) -> None:
        self._t = tools
        self._offers = offers

    # --- the schedule

    def displaced(self, row: Item) -> Reacted:
        """Reaction ``appointment_displaced``: the visit is marked, and its patient told."""
        now, found = self._t.clock(), self._appointment(row["patient"], row["appointment"])
        if found is None or found.state is not Visit.BOOKED or found.displaced or stamp(found.start) != row["start"]:
            return (), ()
        if found.start <= now or self._there(found):
            return (), ()
        until = answer_by(found.start, now, found.zone)
        about = {"start": row["start"]}
        return (), [
            appointment_rows.displaced(found, now),
            waiting_rows.displaced(found, until),
            *set_timer(Timer(PersonId(found.patient), waiting_rows.UNANSWERED, found.id, until, about), now),
            appointment_rows.told(found, self._t.gate.new_id(), "visit_displaced", now),
        ]

    def restored(self, row: Item) -> Reacted:
        """Reaction ``appointment_restored``: the schedule has a place for it again.

        What opened with that place waited for this visit, whichever of the two events came first; so it is looked at.
        Each visit tells, for two that are restored at one moment do not see which of them is the last.
        """
        now, found = self._t.clock(), self._appointment(row["patient"], row["appointment"])
        if found is None or found.state is not Visit.BOOKED or not found.displaced or not self._there(found):
            return (), ()
        return (), [
            appointment_rows.restored(found, now),
            *waiting_rows.answered(found),
            appointment_rows.told(found, self._t.gate.new_id(), "visit_restored", now),
            happened(SYS, self._t.gate.new_id(), "slots_opened", now, {"schedule": found.schedule}),
        ]

    def changed(self, row: Item) -> Reacted:
        """Reaction ``schedule_changed``: offers of times that are not there any more are withdrawn, one a run, for
        their people's rows change too; then slots that were opened are looked at.
        """
        now = self._t.clock()
        schedule = schedule_rows.found(self._t.tables, row["schedule"])
        if schedule is None:
            return (), ()
        held = (one for one in schedule_rows.slot_rows(self._t.tables, schedule.id, now) if one["state"] == "held")
        places = schedule_rows.places(self._t.tables, schedule, now)
        lost = next((one for one in held if not places.have(schedule_rows.interval_of(one))), None)
        again = "slots_opened" if lost is None else "schedule_changed"
        event = happened(row["patient"], self._t.gate.new_id(), again, now, {"schedule": schedule.id})
        if lost is None:
            telling = self._t.tables.get(keys.timer(SYS, schedule_rows.DISPLACED, schedule.id))
            return (), [event] if telling is None else []
        writes = self._offers.told_anew(self._offers.passed_on(lost, lapsed=False), lost)
        told = happened(lost["patient"], self._t.gate.new_id(), "offer_withdrawn", now)
        return (), [*writes, told, event]

    def _there(self, found: Appointment) -> bool:
        schedule = schedule_rows.found(self._t.tables, found.schedule)
        return schedule is not None and schedule_rows.places(self._t.tables, schedule, found.start).have(found.interval)

    # --- nobody answered

    def lapse(self, timer: Timer) -> Rung:
        """The timer of a displaced visit rings. Who rings may write no entry, so the stream does the rest."""
        found = self._appointment(timer.owner, timer.subject)
        if found is None or found.state is not Visit.BOOKED or not found.displaced:
            return Rung()
        if stamp(found.start) != timer.about["start"]:
            return Rung()
        about = {"appointment": found.id, "displaced": found.displaced}
        return Rung([happened(timer.owner, self._t.gate.new_id(), UNANSWERED, self._t.clock(), about)])

    def unanswered(self, row: Item) -> Reacted:
        """Reaction ``appointment_unanswered``: the clinic cancels the visit, unless it was answered meanwhile, or has
        a place again.
        """
        now, found = self._t.clock(), self._appointment(row["patient"], row["appointment"])
        if found is None or found.state is not Visit.BOOKED or found.displaced != row["displaced"]:
            return (), ()
        if self._there(found):
            return (), ()
        patient_id, new_id = PersonId(found.patient), self._t.gate.new_id
        event = Event(TASK, "appointment:cancel", patient_id, resource_type="appointment", resource_id=found.id)
        standing = appointment_rows.standing_of(self._t.tables.get(keys.bookings(found.patient)))
        cancelled = appointment_rows.released(found, Why.UNANSWERED.value, standing, new_id(), now)
        told = appointment_rows.told(found, new_id(), "visit_unanswered", now)
        return [self._t.gate.stage(event)], [*cancelled, told]

    # --- the patient

    def alternatives(self, actor: Actor, appointment_id: str) -> dict[str, Any]:
        """Free times nearest to a visit that is booked, of the same doctor and of others of the specialty there.

        ``answer_by``: of a visit that the clinic displaced. Raises NotFoundError.
        """
        self._t.gate.unrestricted(actor, "appointment-alternatives")
        patient_id = PersonId(actor.card_id)
        found = self._appointment(patient_id, appointment_id)
        if found is None or found.state is not Visit.BOOKED:
            raise NotFoundError
        event = Event(
            actor, "appointment:alternatives", patient_id, resource_type="appointment", resource_id=appointment_id
        )
        self._t.gate.record(event)
        times = [(slot, one) for one in self._schedules(found) for slot in self._free(one, found)]
        times.sort(key=lambda pair: (abs(pair[0].start - found.start), pair[1].id != found.schedule, pair[1].id))
        shown: dict[str, Any] = {"displaced": bool(found.displaced), "items": [_time(*one) for one in times[:SHOWN]]}
        timer = self._t.tables.get(keys.timer(patient_id, waiting_rows.UNANSWERED, appointment_id))
        return {**shown, "answer_by": timer["due"]} if found.displaced and timer else shown

    def _schedules(self, found: Appointment) -> Iterator[Schedule]:
        """The visit's own first."""
        prefix = f"{found.organisation}#"
        page = self._t.tables.query(Store.CARD, keys.specialty(found.specialty), prefix, limit=SCHEDULES)
        ids = [found.schedule, *(row["sk"].removeprefix(prefix) for row in page.items)]
        rows = self._t.tables.get_many([keys.schedule(one) for one in dict.fromkeys(ids)])
        return (Schedule.from_row(row) for row in rows.values())

    def _free(self, schedule: Schedule, found: Appointment) -> Iterator[Interval]:
        now = self._t.clock()
        today = schedule.local_day(now)
        first = max(today, schedule.local_day(found.start - AROUND))
        last = min(today + timedelta(days=schedule.horizon_days), schedule.local_day(found.start + AROUND))
        taken = schedule_rows.taken(self._t.tables, schedule.id, first, last, now=now)
        return free(slots(schedule, first, last), taken, now, schedule)

    def _appointment(self, patient_id: str, appointment_id: str) -> Appointment | None:
        row = self._t.tables.get(keys.appointment(patient_id, appointment_id)) if appointment_id else None
        return None if row is None else appointment_rows.appointment_of(row)


def _time(slot: Interval, schedule: Schedule) -> dict[str, str]:
    return {
        "schedule_id": schedule.id,
        "doctor": schedule.doctor,
        "position": schedule.position,
        "start": stamp(slot.start),
        "end": stamp(slot.end),
        "zone": schedule.zone,
    }
