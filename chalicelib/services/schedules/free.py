"""Everybody looks for a doctor and a free slot. What is read here a clinic publishes anyway, so it leaves no entry.

A partner sees the schedules of its own organisation, people those of all. What a call may cost is bounded: see
``SEARCHED`` and ``LOOKED_AT``.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from chalicelib.domain.identity import Actor
from chalicelib.domain.moments import stamp
from chalicelib.domain.schedule_forms import Days, check_days
from chalicelib.domain.schedules import Interval, Schedule, bookable, free, slots
from chalicelib.domain.specialties import SPECIALTIES
from chalicelib.errors import AccessDeniedError, NotFoundError
from chalicelib.ports import Clock, keys, schedule_rows
from chalicelib.ports.tables import Item, Store, Tables, every_row
from chalicelib.services.gate import Gate
from chalicelib.services.schedules.shown import clinics_of, for_all, slot

SEARCHED = 300
"""Schedules of a specialty among which the nearest slots are looked for: one query of at most so many rows."""
LOOKED_AT = 40
"""Weeks of single schedules whose taken slots one call reads, two queries each; then the page ends, however short."""
WEEK = 7

Position = tuple[datetime, str]
"""Start of a slot and id of its schedule: the order in which slots are told."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """``complete``: every schedule of the specialty was among those looked at."""

    items: list[dict[str, Any]]
    after: Item | None
    complete: bool


class FreeSlotService:
    def __init__(self, gate: Gate, tables: Tables, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._clock = clock

    def specialties(self, language: str) -> list[dict[str, Any]]:
        """Those that have schedules, by name; one read."""
        rows = every_row(self._tables, Store.CARD, keys.SPECIALTIES)
        counted = {row["sk"]: int(row["schedules"]) for row in rows}
        shown = [
            {"code": code, "name": SPECIALTIES[code].to(language), "schedules": number}
            for code, number in counted.items()
            if number > 0
        ]
        return sorted(shown, key=lambda one: str(one["name"]))

    def listed(
        self, actor: Actor, specialty: str, organisation: str, page: tuple[int, Item | None], language: str
    ) -> tuple[list[dict[str, Any]], Item | None]:
        """Active schedules of a specialty, by organisation. Raises AccessDeniedError."""
        organisation = self._bounds(actor, organisation, "schedule-list")
        limit, after = page
        found = self._tables.query(
            Store.CARD, keys.specialty(specialty), _prefix(organisation), limit=limit, after=after
        )
        return self._shown(found.items, language), found.after

    def one(self, actor: Actor, schedule_id: str) -> Item:
        """Row of a schedule. Raises NotFoundError, AccessDeniedError."""
        row = self._tables.get(keys.schedule(schedule_id))
        if row is None:
            raise NotFoundError
        self._bounds(actor, row["organisation"], "schedule-read")
        return row

    def shown(self, row: Item, language: str) -> dict[str, Any]:
        return self._shown([row], language)[0]

    def slots(
        self, actor: Actor, schedule_id: str, days: Days, limit: int, after: Item | None
    ) -> tuple[list[dict[str, str]], Item | None]:
        """Free slots of one schedule, in order. Raises NotFoundError, AccessDeniedError, InvalidFieldsError."""
        now = self._clock()
        check_days(days, now.date())
        schedule = Schedule.from_row(self.one(actor, schedule_id))
        first, last = days.of(schedule, now)
        if after is not None:
            first = max(first, schedule.local_day(datetime.fromisoformat(after["start"])))
        if last < first:
            return [], None
        taken = schedule_rows.taken(self._tables, schedule_id, first, last, now=now)
        found = free(slots(schedule, first, last), taken, now, schedule)
        wanted = (one for one in found if days.have(one) and (after is None or stamp(one.start) > after["start"]))
        some = list(islice(wanted, limit + 1))
        more = {"start": stamp(some[limit - 1].start)} if len(some) > limit else None
        return [slot(schedule, one) for one in some[:limit]], more

    def nearest(
        self, actor: Actor, specialty: str, organisation: str, days: Days, page: tuple[int, Item | None], language: str
    ) -> Nearest:
        """Free slots of every schedule of a specialty, the nearest first.

        Raises InvalidFieldsError, AccessDeniedError.
        """
        check_days(days, self._clock().date())
        organisation = self._bounds(actor, organisation, "free-slots")
        limit, after = page
        place, prefix = keys.specialty(specialty), _prefix(organisation)
        found = self._tables.query(Store.CARD, place, prefix, limit=SEARCHED)
        begun = (datetime.fromisoformat(after["start"]), str(after["schedule"])) if after else None
        doctors = {row["id"]: _Doctor(Schedule.from_row(row), days, begun, self._clock()) for row in found.items}
        picked, following = _merged(self._tables, doctors, limit)
        rows = {row["id"]: row for row in found.items}
        chosen = {schedule_id: rows[schedule_id] for _, schedule_id in picked}
        shown = {one["schedule_id"]: one for one in self._shown([*chosen.values()], language)}
        items = [{**slot(doctors[of].schedule, one), "schedule": shown[of]} for one, of in picked]
        resume = {"start": stamp(following[0]), "schedule": following[1]} if following else None
        return Nearest(items, resume, complete=found.after is None)

    # --- pieces

    def _bounds(self, actor: Actor, organisation: str, operation: str) -> str:
        """The organisation that is looked at ("" for all). Raises AccessDeniedError for a partner of another one."""
        if actor.is_partner and organisation not in {"", actor.organisation_id}:
            self._gate.refuse(actor, operation, "scope")
            raise AccessDeniedError
        return actor.organisation_id if actor.is_partner else organisation

    def _shown(self, rows: list[Item], language: str) -> list[dict[str, Any]]:
        clinics = clinics_of(self._tables, {row["organisation"] for row in rows})
        return [for_all(row, clinics, language) for row in rows]


class _Doctor:
    """The slots of one schedule one after the other; what is taken is read a week at a time, once it matters."""

    def __init__(self, schedule: Schedule, days: Days, begun: Position | None, now: datetime) -> None:
        self.schedule = schedule
        self._now = now
        self._taken: list[Interval] = []
        self._known: date | None = None
        self._offered = self._offer(days, begun)
        self.head = next(self._offered, None)

    @property
    def known(self) -> bool:
        """Whether it was read what is taken on the day of the slot at the head."""
        return self.head is not None and self._known is not None and self._day(self.head) <= self._known

    @property
    def is_free(self) -> bool:
        return self.head is not None and not any(self.head.meets(one) for one in self._taken)

    def look(self, tables: Tables) -> None:
        if self.head is not None:
            first = self._day(self.head)
            self._known = first + (WEEK - 1) * timedelta(days=1)
            self._taken = schedule_rows.taken(tables, self.schedule.id, first, self._known, now=self._now)

    def step(self) -> None:
        self.head = next(self._offered, None)

    def _offer(self, days: Days, begun: Position | None) -> Iterator[Interval]:
        first, last = days.of(self.schedule, self._now)
        if begun is not None:
            first = max(first, self.schedule.local_day(begun[0]))
        for one in filter(days.have, slots(self.schedule, first, last)):
            if bookable(self.schedule, one, self._now) and (begun is None or (one.start, self.schedule.id) >= begun):
                yield one

    def _day(self, one: Interval) -> date:
        return self.schedule.local_day(one.start)


def _merged(
    tables: Tables, doctors: dict[str, _Doctor], limit: int
) -> tuple[list[tuple[Interval, str]], Position | None]:
    """The nearest free slots with their schedules, and where the next page begins."""
    queue = [(one.head.start, name) for name, one in doctors.items() if one.head is not None]
    heapq.heapify(queue)
    picked: list[tuple[Interval, str]] = []
    looked = 0
    while queue:
        start, name = heapq.heappop(queue)
        doctor = doctors[name]
        if not doctor.known:
            if looked == LOOKED_AT:
                return picked, (start, name)
            doctor.look(tables)
            looked += 1
        if doctor.head is not None and doctor.is_free:
            if len(picked) == limit:
                return picked, (start, name)
            picked.append((doctor.head, name))
        doctor.step()
        if doctor.head is not None:
            heapq.heappush(queue, (doctor.head.start, name))
    return picked, None


def _prefix(organisation: str) -> str:
    return f"{organisation}#" if organisation else ""
