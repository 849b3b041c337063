"""Rows of appointments that more than one service must know (domain/appointments.py).

What is booked stands in three places that change together: the appointment under its patient, the slot under its
schedule, and the patient's BOOKINGS row, which every booking of theirs changes, so that they follow one another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.domain.appointments import Appointment, Booking, State
from chalicelib.domain.identity import PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.reminders import extra_moment, visit_moments
from chalicelib.domain.schedules import Interval
from chalicelib.ports import keys
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Check, Delete, Expect, Expected, Item, Put, Update, Write
from chalicelib.ports.timers import Timer, drop_timer, set_timer
from chalicelib.ports.waiting_rows import answered

TIMER = "visit"
"""Topic of the timer that reminds of a visit; its subject is the appointment's id."""
EXTRA = "visit-extra"
"""Topic of the timer that asks whether one more reminder comes before (domain/no_show.py); the subject is the same."""
NOTED = "appointment_noted"
"""Reaction to each version: the organisation's own scheduling system learns of it (services/calendars/log.py)."""
COUNTED = "count_appointment"
"""Reaction to each version: the load of the clinic (services/load/counting.py)."""
OPTIONAL = ("referral", "visit", "displaced", "why")
SLOT, FENCE, BOOKINGS = range(3)
"""Places in ``booked`` and ``moved`` of what may have changed since it was read."""


def appointment_of(row: Mapping[str, Any]) -> Appointment:
    more = {name: row[name] for name in OPTIONAL if name in row}
    return Appointment(
        id=row["id"],
        patient=row["patient"],
        schedule=row["schedule"],
        organisation=row["organisation"],
        member=row["member"],
        specialty=row["specialty"],
        start=datetime.fromisoformat(row["start"]),
        until=datetime.fromisoformat(row["until"]),
        zone=row["zone"],
        state=State(row["state"]),
        version=int(row["ver"]),
        by=row["by"],
        cancel_hours=int(row["cancel_hours"]),
        changed_at=row["updated_at"],
        **more,
    )


def row_of(found: Appointment, now: datetime) -> Item:
    """``kd``: newest visit first by the index of dates."""
    start = stamp(found.start)
    row: Item = {
        "id": found.id,
        "patient": found.patient,
        "schedule": found.schedule,
        "organisation": found.organisation,
        "member": found.member,
        "specialty": found.specialty,
        "start": start,
        "until": stamp(found.until),
        "zone": found.zone,
        "state": found.state.value,
        "ver": found.version,
        "by": found.by,
        "cancel_hours": found.cancel_hours,
        "kd": keys.record_date("appointment", start, found.id),
        "updated_at": stamp(now),
        "react": [NOTED, COUNTED],
    }
    return row | {name: value for name in OPTIONAL if (value := getattr(found, name))}


# --- what one patient has


@dataclass(frozen=True, slots=True)
class Standing:
    """The BOOKINGS row of a patient as it was read. ``missed``, ``kept``: how many visits they missed, and came
    to since that is counted. ``version`` 0: no row.
    """

    version: int = 0
    open: tuple[Booking, ...] = ()
    missed: int = 0
    kept: int = 0

    def without(self, appointment_id: str) -> Standing:
        return replace(self, open=tuple(one for one in self.open if one.id != appointment_id))

    def having(self, found: Appointment) -> Standing:
        mine = Booking(found.id, found.interval, found.schedule, found.specialty)
        return replace(self, open=(*self.without(found.id).open, mine))


def standing_of(row: Mapping[str, Any] | None) -> Standing:
    if row is None:
        return Standing()
    found = []
    for booked_id, one in row["open"].items():
        interval = Interval(datetime.fromisoformat(one["start"]), datetime.fromisoformat(one["until"]))
        found.append(Booking(booked_id, interval, one["schedule"], one["specialty"]))
    return Standing(int(row["ver"]), tuple(found), int(row["missed"]), int(row.get("kept", 0)))


def standing_next(patient_id: str, new: Standing, now: datetime) -> Write:
    """The row after a change of ``Standing``; what is over is left out. Nobody changed it meanwhile, or it fails."""
    listed = {
        one.id: {
            "start": stamp(one.interval.start),
            "until": stamp(one.interval.end),
            "schedule": one.schedule,
            "specialty": one.specialty,
        }
        for one in new.open
        if one.interval.end > now
    }
    row: Item = {"ver": new.version + 1, "open": listed, "missed": new.missed, "kept": new.kept}
    expect: Expected = {"ver": new.version} if new.version else Expect.ABSENT
    return Put(keys.bookings(patient_id), row, expect)


# --- changes


def slot_taken(found: Appointment, expect: Expected) -> Write:
    """``expect``: absent, or the hold that it comes out of."""
    row: Item = {
        "state": "booked",
        "until": stamp(found.until),
        "patient": found.patient,
        "appointment": found.id,
        "ver": 1,
    }
    return Put(keys.slot(found.schedule, stamp(found.start)), row, expect)


def slot_left(found: Appointment) -> Write:
    return Delete(keys.slot(found.schedule, stamp(found.start)), {"appointment": found.id})


def booked(
    found: Appointment, standing: Standing, fence: Check, expect: Expected, now: datetime, sealed: bytes = b""
) -> list[Write]:
    """A new appointment, its slot, its place among the patient's own, and its reminder; see ``SLOT`` … ``BOOKINGS``.

    ``sealed``: the reason, as version 1 of the private kind ``appointment``.
    """
    row = row_of(found, now) | {"created_at": stamp(now)} | ({"sealed": sealed} if sealed else {})
    return [
        slot_taken(found, expect),
        fence,
        standing_next(found.patient, standing.having(found), now),
        Put(keys.appointment(found.patient, found.id), row),
        _place(found),
        *_reminded(found, now),
    ]


def moved(
    old: Appointment, new: Appointment, standing: Standing, fence: Check, expect: Expected, now: datetime
) -> list[Write]:
    """The same appointment at another time; ``new`` has the next version."""
    return [
        slot_taken(new, expect),
        fence,
        standing_next(new.patient, standing.having(new), now),
        changed(old, row_of(new, now), remove=("displaced",)),
        slot_left(old),
        *answered(old),
        *([_place(new), _place_left(old)] if new.schedule != old.schedule else []),
        *_reminded_anew(new, now),
    ]


def released(found: Appointment, why: str, standing: Standing, event_id: str, now: datetime) -> list[Write]:
    """Cancelled: the slot is free, and so is the referral; ``slot_freed`` tells the waiting list."""
    change: Item = {"state": State.CANCELLED.value, "why": why, "updated_at": stamp(now)}
    writes: list[Write] = [
        changed(found, change, remove=("displaced",)),
        standing_next(found.patient, standing.without(found.id), now),
        slot_left(found),
        *_reminded_no_more(found),
        slot_freed(found, event_id, now),
        *answered(found),
    ]
    return [*writes, *_referral_free(found)]


def ended(found: Appointment, state: State, standing: Standing, now: datetime, more: Item) -> list[Write]:
    """Fulfilled or missed: its time was used, so the slot stays taken."""
    change: Item = {**more, "state": state.value, "updated_at": stamp(now)}
    change |= {"ended_at": stamp(now)} if state is State.FULFILLED else {}
    writes: list[Write] = [
        changed(found, change, remove=("displaced",)),
        standing_next(found.patient, standing.without(found.id), now),
        *_reminded_no_more(found),
        *answered(found),
    ]
    return [*writes, *(_referral_free(found) if state is State.NOSHOW else [])]


def displaced(found: Appointment, now: datetime) -> Write:
    """The clinic's schedule has no place for it any more: the state stays, and the patient decides."""
    return changed(found, {"displaced": stamp(now), "updated_at": stamp(now)})


def restored(found: Appointment, now: datetime) -> Write:
    """There is a place for it again."""
    return changed(found, {"updated_at": stamp(now)}, remove=("displaced",))


def changed(found: Appointment, change: Item, remove: tuple[str, ...] = ()) -> Write:
    """The next version, unless somebody was faster."""
    kept = {name: value for name, value in change.items() if name != "ver"}
    expect = {"ver": found.version, "state": found.state.value}
    return Update(keys.appointment(found.patient, found.id), kept, {"ver": 1}, remove=remove, expect=expect)


def slot_freed(found: Appointment, event_id: str, now: datetime) -> Write:
    """``displaced``: it was a displaced visit, so others may have waited for its answer."""
    about: Item = {"schedule": found.schedule, "start": stamp(found.start)}
    about |= {"displaced": True} if found.displaced else {}
    return happened(PersonId(found.patient), event_id, "slot_freed", now, about)


def told(found: Appointment, event_id: str, notice: str, now: datetime) -> Write:
    about = {"appointment": found.id, "when": stamp(found.start), "zone": found.zone}
    return happened(PersonId(found.patient), event_id, notice, now, about)


def referral_used(found: Appointment) -> Write:
    return Put(keys.referral_use(found.patient, found.referral), {"appointment": found.id})


def _place(found: Appointment) -> Write:
    return Put(keys.appointment_place(found.schedule, found.id), {"patient": found.patient})


def _place_left(found: Appointment) -> Write:
    return Delete(keys.appointment_place(found.schedule, found.id))


def _referral_free(found: Appointment) -> list[Write]:
    if not found.referral:
        return []
    return [Delete(keys.referral_use(found.patient, found.referral), {"appointment": found.id})]


def _reminded(found: Appointment, now: datetime) -> list[Write]:
    return [write for timer in _reminders(found, now) for write in set_timer(timer, now)]


def _reminders(found: Appointment, now: datetime) -> list[Timer]:
    """Whether the one more comes, its ring asks."""
    moments = {TIMER: next(iter(visit_moments(found.start, now, found.zone)), None)}
    moments[EXTRA] = extra_moment(found.start, now, found.zone)
    about = {"start": stamp(found.start), "zone": found.zone}
    return [Timer(PersonId(found.patient), topic, found.id, due, about) for topic, due in moments.items() if due]


def _reminded_anew(found: Appointment, now: datetime) -> list[Write]:
    """No row is in one transaction twice."""
    timers = _reminders(found, now)
    over = {TIMER, EXTRA} - {timer.topic for timer in timers}
    return [*_reminded(found, now), *(drop_timer(PersonId(found.patient), topic, found.id) for topic in sorted(over))]


def _reminded_no_more(found: Appointment) -> list[Write]:
    return [drop_timer(PersonId(found.patient), topic, found.id) for topic in (TIMER, EXTRA)]
