"""A clinic in memory whose scheduling system is outside, and whose people have calendars."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.outside_times import Change, Status
from chalicelib.interop.calendars import ICalendarTexts
from chalicelib.ports import keys
from chalicelib.ports.calendars import Received
from chalicelib.ports.tables import Put, Store
from chalicelib.services.calendars import FeedReader, FeedService, OutsideLog, OutsideOffice, OutsideTimes
from chalicelib.services.limits import LimitService
from chalicelib.services.schedules import DisplacedVisits
from chalicelib.services.timers import TimerService
from tests.appointment_world import AppointmentWorld
from tests.world import URL

WHOLE = ("status", "schedule", "start", "until", "sequence", "stamp", "digest")
"""What the row of a time says, beside counters."""


class CalendarWorld(AppointmentWorld):
    def __init__(self) -> None:
        super().__init__()
        self._desk: Actor | None = None
        self.texts = ICalendarTexts()
        self.limits = LimitService(self.tables, self.clock)
        self.feeds = FeedService(self.gate, self.tables, self.keys, self.clock, URL)
        self.reader = FeedReader(self.gate, self.tables, self.texts, self.limits, self.clock)
        self.outside_times = OutsideTimes(self.gate, self.tables, self.clock)
        self.office = OutsideOffice(self.gate, self.tables, self.clock)
        self.log = OutsideLog(self.gate, self.tables, self.clock)
        visits = DisplacedVisits(self.gate, self.tables, self.clock)
        parking: Any = None
        self.timers = TimerService(
            self.gate, self.tables, parking, lambda: {"displaced": visits.ring}, self.clock, parallel=1
        )

    def desk(self) -> Actor:
        self._desk = self._desk or super().desk()
        return self._desk

    # --- an outside system

    def system(self, organisation: str = "clinic") -> Actor:
        client = PersonId(f"system-{organisation}")
        row = {"state": "active", "role": Role.CLINICAL_SYSTEM.value, "organisation": organisation}
        self.tables.commit([Put(keys.client(client), row, None)])
        scopes = frozenset({"scheduling.read", "scheduling.write"})
        return Actor(client, Role.CLINICAL_SYSTEM, organisation_id=organisation, scopes=scopes)

    def busy(self, start: datetime, minutes: int = 60, **more: Any) -> Change:
        said = {"uid": "u1", "sequence": 0, "at": self.clock(), "status": Status.BUSY, "schedule": "s1", **more}
        return Change(start=start, end=start + timedelta(minutes=minutes), **said)

    def cancelled(self, **more: Any) -> Change:
        return Change(**{"uid": "u1", "sequence": 1, "at": self.clock(), "status": Status.CANCELLED, **more})

    def send(self, *changes: Change, actor: Actor | None = None) -> list[str]:
        return [one["outcome"] for one in self.answers(*changes, actor=actor)]

    def answers(self, *changes: Change, actor: Actor | None = None) -> list[dict[str, Any]]:
        batch = [Received(change.uid, change) for change in changes]
        return self.outside_times.receive(actor or self.system(), batch)

    def at_commit(self, number: int, act: Callable[[], Any]) -> None:
        """Run ``act`` right before the commit with this number from now on is applied; the first is a batch's entry."""
        plain, left = self.tables.commit, [number]

        def commit(writes: Any) -> None:
            left[0] -= 1
            if left[0] == 0:
                self.tables.commit = plain
                act()
            plain(writes)

        self.tables.commit = commit

    def taken(self) -> dict[str, tuple[str, str]]:
        """BUSY rows: start and end, by schedule and name."""
        rows = self.tables.rows(Store.CARD)
        found = {key: row for key, row in rows.items() if key.sk.startswith(keys.BUSY)}
        return {f"{key.pk}/{key.sk.split('#')[2]}": (key.sk.split("#")[1], row["until"]) for key, row in found.items()}

    def versions(self) -> dict[str, dict[str, Any]]:
        rows = self.tables.rows(Store.CARD)
        found = {key.sk: row for key, row in rows.items() if key.sk.startswith("UID#")}
        return {sk: {name: row[name] for name in WHOLE if name in row} for sk, row in found.items()}

    # --- feeds

    def feed(self, actor: Actor, **form: Any) -> str:
        """The last part of the address."""
        made, _ = self.feeds.create(actor, {"detail": "times", "language": "ru", "schedules": [], **form}, self.key())
        return str(made["url"]).rpartition("/")[2]

    def fetch(self, address: str, ip: str = "198.51.100.7") -> str:
        caller = Actor(PersonId("anonymous"), Role.ANONYMOUS, ip=ip)
        return self.reader.fetch(caller, address).data.decode()
