"""What people do about an outside system: say which schedule it means, decide between two contents of one version."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.identity import SYS, Actor
from chalicelib.domain.moments import stamp
from chalicelib.domain.outside_times import digest_of, forgotten_at
from chalicelib.domain.schedules import Schedule
from chalicelib.errors import ConflictError, NotFoundError, OutsideIdTakenError, StaleVersionError
from chalicelib.ports import Clock, Event, keys, schedule_rows
from chalicelib.ports.tables import Delete, Expect, Expected, Item, Put, Store, Tables, Write
from chalicelib.services.calendars.writing import Version, writes_of
from chalicelib.services.gate import Gate

SENT = "sent"
SHOWN = ("id", "sequence", "stamp", "standing", "sent", "at")


class OutsideOffice:
    def __init__(self, gate: Gate, tables: Tables, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._clock = clock

    # --- two contents of one version

    def conflicts(self, actor: Actor, limit: int, after: Item | None) -> tuple[list[Item], Item | None]:
        """Those that wait for a decision in one's organisation. The outside system's UID is not kept, so not shown."""
        self._gate.record(Event(actor, "outside-time:list", SYS, resource_type="outside-time"))
        found = self._tables.query(
            Store.CARD, keys.outside_times(actor.organisation_id), keys.OUTSIDE_CONFLICTS, limit=limit, after=after
        )
        return [{name: row[name] for name in SHOWN} for row in found.items], found.after

    def decide(self, actor: Actor, conflict_id: str, take: str) -> Item:
        """``take``: ``standing`` or ``sent``. The other content of this version is never asked about again.

        Raises NotFoundError, also when a newer version has settled it; StaleVersionError when somebody was faster.
        """
        key = keys.outside_conflict(actor.organisation_id, conflict_id)
        place = keys.outside_time(actor.organisation_id, conflict_id)
        rows = self._tables.get_many([key, place])
        if key not in rows or place not in rows:
            raise NotFoundError
        parked, row = rows[key], rows[place]
        kept, other = (parked["sent"], row["digest"]) if take == SENT else (_content(row), digest_of(parked["sent"]))
        event = Event(
            actor,
            "outside-time:decide",
            SYS,
            resource_type="outside-time",
            resource_id=conflict_id,
            details={"take": take},
        )
        now = self._clock()
        schedule = schedule_rows.read(self._tables, kept["schedule"]) if "schedule" in kept else None
        settled = (*row["settled"], other)
        new = Version(int(row["sequence"]), row["stamp"], kept, forgotten_at(kept, row["stamp"], now), settled)
        writes = writes_of(actor.organisation_id, conflict_id, new, row, schedule, now)
        try:
            self._gate.commit([self._gate.stage(event)], writes)
        except ConflictError:
            raise StaleVersionError from None
        return {"id": conflict_id, "stands": kept}

    # --- which schedule

    def outside_id(self, actor: Actor, schedule_id: str) -> Item:
        """What the outside system calls a schedule of one's organisation. Raises NotFoundError."""
        schedule = self._own(actor, schedule_id)
        self._gate.record(_named(actor, "outside-id:read", schedule))
        return _shown(schedule, self._tables.get(keys.outside_name(schedule_id)))

    def name(self, actor: Actor, schedule_id: str, outside_id: str | None) -> Item:
        """Say it, or, with None, that it has no name there any more. Repeatable.

        Raises NotFoundError, OutsideIdTakenError, StaleVersionError.
        """
        schedule = self._own(actor, schedule_id)
        row = self._tables.get(keys.outside_name(schedule_id))
        if (row or {}).get("outside_id") == outside_id:
            self._gate.record(_named(actor, "outside-id:set", schedule))
            return _shown(schedule, row)
        old, organisation = (row or {}).get("outside_id"), schedule.organisation_id
        expect: Expected = {"ver": int(row["ver"])} if row else Expect.ABSENT
        new: Item = {"ver": int(row["ver"]) + 1 if row else 1, "at": stamp(self._clock())}
        writes: list[Write] = [
            Put(keys.outside_name(schedule_id), new | ({"outside_id": outside_id} if outside_id else {}), expect)
        ]
        if outside_id:
            writes.append(Put(keys.outside_schedule(organisation, outside_id), {"schedule": schedule_id}))
        if old:
            writes.append(Delete(keys.outside_schedule(organisation, old), {"schedule": schedule_id}))
        try:
            self._gate.commit([self._gate.stage(_named(actor, "outside-id:set", schedule))], writes)
        except ConflictError as error:
            if error.index == 1 and outside_id:
                raise OutsideIdTakenError from None
            raise StaleVersionError from None
        return _shown(schedule, new | {"outside_id": outside_id})

    def _own(self, actor: Actor, schedule_id: str) -> Schedule:
        return schedule_rows.of_organisation(self._tables, schedule_id, actor.organisation_id)


def _content(row: Item) -> dict[str, str]:
    return {name: str(row[name]) for name in ("status", "schedule", "start", "until") if name in row}


def _named(actor: Actor, action: str, schedule: Schedule) -> Event:
    return Event(actor, action, SYS, resource_type="schedule", resource_id=schedule.id)


def _shown(schedule: Schedule, row: Mapping[str, object] | None) -> Item:
    return {"schedule_id": schedule.id, "outside_id": (row or {}).get("outside_id")}
