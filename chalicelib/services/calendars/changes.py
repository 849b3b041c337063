"""An outside scheduling system takes time of a schedule, moves it, gives it back (PRT-5; domain/outside_times.py).

1. Each change is answered for itself, so a batch that died half-way is sent again: what was applied is ``unchanged``.
2. The version of a time, its BUSY rows, the fences of the slots that it lies over and the entry are one transaction. A
   booking rests on a fence that it read before what is taken: it sees the time, or it fails and is done anew.
3. With the transaction goes the timer that looks for booked visits without a place (services/schedules): an outside
   system removes no visit; it is displaced, and its patient decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import takewhile

from chalicelib.domain.identity import SYS, Actor
from chalicelib.domain.moments import stamp
from chalicelib.domain.outside_times import (
    Change,
    Outcome,
    checked,
    content_of,
    digest_of,
    forgotten_at,
    interval_of,
    judged,
    uid_hash,
)
from chalicelib.domain.schedules import Interval, Schedule
from chalicelib.errors import ConflictError, InvalidFieldsError, NotFoundError, StaleVersionError
from chalicelib.ports import Clock, Event, keys, schedule_rows
from chalicelib.ports.calendars import Received
from chalicelib.ports.tables import Check, Item, Put, Tables
from chalicelib.services.calendars.writing import Version, writes_of
from chalicelib.services.gate import Gate

TRIES = 5
"""Of a transaction that others are faster at."""
LONGEST_SLOT = timedelta(minutes=240)


class OutsideTimes:
    def __init__(self, gate: Gate, tables: Tables, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._clock = clock

    def receive(self, actor: Actor, batch: Sequence[Received]) -> list[Item]:
        """An answer for each change, in their order. Repeatable.

        Raises what makes the rest of a batch be sent again: UnavailableError, OutcomeUnknownError, StaleVersionError.
        """
        self._gate.record(Event(actor, "outside-time:send", SYS, details={"count": len(batch)}))
        return [{"uid": one.uid, **self._answered(actor, one)} for one in batch]

    def _answered(self, actor: Actor, received: Received) -> Item:
        try:
            if isinstance(received.change, InvalidFieldsError):
                raise received.change
            return self._received(actor, checked(received.change, self._clock()))
        except InvalidFieldsError as error:
            return {"outcome": Outcome.REFUSED.value, "fields": [one.shown() for one in error.fields]}
        except NotFoundError as error:
            return {"outcome": Outcome.REFUSED.value, "code": error.code}

    def _received(self, actor: Actor, change: Change) -> Item:
        for _ in range(TRIES):
            schedule, interval = self._meant(actor, change)
            content = content_of(schedule.id if schedule else "", interval)
            key = keys.outside_time(actor.organisation_id, uid_hash(change.uid))
            row = self._tables.get(key)
            outcome = judged(row, change, digest_of(content))
            try:
                if outcome is Outcome.APPLIED:
                    self._apply(actor, change, content, schedule, row)
                elif outcome is Outcome.CONFLICT and row is not None:
                    self._park(actor, change, content, row)
            except ConflictError:  # the schedule changed, or the same time came twice at once
                continue
            return self._told(schedule, interval, outcome)
        raise StaleVersionError("too many changes at once; send the batch again")

    def _apply(
        self, actor: Actor, change: Change, content: Mapping[str, str], schedule: Schedule | None, row: Item | None
    ) -> None:
        now, name = self._clock(), uid_hash(change.uid)
        sequence, at = change.version
        new = Version(sequence, at, content, forgotten_at(content, at, now))
        event = Event(
            actor,
            "outside-time:apply",
            SYS,
            resource_type="outside-time",
            resource_id=name,
            details={"state": content["status"], "schedule": content.get("schedule", "")},
        )
        writes = writes_of(actor.organisation_id, name, new, row, schedule, now)
        self._gate.commit([self._gate.stage(event)], writes)

    def _told(self, schedule: Schedule | None, interval: Interval | None, outcome: Outcome) -> Item:
        told: Item = {"outcome": outcome.value}
        if outcome in {Outcome.APPLIED, Outcome.UNCHANGED} and schedule and interval:
            found = self._booked(schedule.id, interval)
            return told | ({"displaced": found} if found else {})
        return told

    def _booked(self, schedule_id: str, interval: Interval) -> list[str]:
        """Booked visits that the time lies over; they stay booked, and their patients are told."""
        rows = schedule_rows.slot_rows(self._tables, schedule_id, interval.start - LONGEST_SLOT)
        near = takewhile(lambda row: row["sk"] < keys.SLOT + stamp(interval.end), rows)
        met = (row for row in near if schedule_rows.interval_of(row).meets(interval))
        return [str(row["appointment"]) for row in met if row["state"] == "booked"]

    # --- whose schedule

    def _meant(self, actor: Actor, change: Change) -> tuple[Schedule | None, Interval | None]:
        """None, None of a cancelled time. Raises NotFoundError for a schedule of another organisation too."""
        if change.start is None:
            return None, None
        schedule = schedule_rows.of_organisation(self._tables, self._schedule_id(actor, change), actor.organisation_id)
        return schedule, interval_of(change, schedule.zone, self._clock())

    def _schedule_id(self, actor: Actor, change: Change) -> str:
        if change.schedule:
            return change.schedule
        row = self._tables.get(keys.outside_schedule(actor.organisation_id, change.outside_id))
        if row is None:
            raise NotFoundError
        return str(row["schedule"])

    # --- two contents of one version

    def _park(self, actor: Actor, change: Change, content: Mapping[str, str], standing: Item) -> None:
        name = uid_hash(change.uid)
        key = keys.outside_conflict(actor.organisation_id, name)
        if self._tables.get(key) is not None:
            return
        row: Item = {
            "id": name,
            "sequence": change.sequence,
            "stamp": stamp(change.at),
            "standing": {one: standing[one] for one in ("status", "schedule", "start", "until") if one in standing},
            "sent": dict(content),
            "at": stamp(self._clock()),
        }
        event = Event(actor, "outside-time:park", SYS, resource_type="outside-time", resource_id=name)
        still = Check(keys.outside_time(actor.organisation_id, name), {"ver": int(standing["ver"])})
        self._gate.commit([self._gate.stage(event)], [Put(key, row), still])
