"""What whoever has the address of a feed gets. The secret is the whole of the proof, so nothing else is asked.

1 the secret, by its hash in constant time  2 the limit of this feed  3 what it rests on is live  4 the entry, once a
day and network, stored before anything is read  5 the visits. One answer for all that is not so: no such feed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice, takewhile
from typing import Any, Protocol

from chalicelib.domain import calendars
from chalicelib.domain.access import CLOSED
from chalicelib.domain.acts import network_of
from chalicelib.domain.appointments import Appointment, State
from chalicelib.domain.calendars import Detail, Entry
from chalicelib.domain.identity import SYS, Actor, PersonId
from chalicelib.domain.limits import CALENDAR_FEED, Rule
from chalicelib.domain.moments import stamp
from chalicelib.domain.representation import Right
from chalicelib.domain.schedules import Schedule
from chalicelib.domain.secrets import same_secret
from chalicelib.domain.sessions import of_this_epoch
from chalicelib.errors import ConflictError, ErasedError, FeedUnknownError
from chalicelib.ports import Clock, Event, evidence, keys, schedule_rows
from chalicelib.ports.access_rows import representation_of
from chalicelib.ports.appointment_rows import appointment_of
from chalicelib.ports.calendars import CalendarTexts
from chalicelib.ports.tables import Item, Key, Store, Tables, Update, every_one, every_row
from chalicelib.services.gate import Gate

AT_ONCE = 100  # rows of one read
Rows = Mapping[Key, Item]


class Spending(Protocol):
    def spend(self, rule: Rule, who: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Fetched:
    data: bytes
    tag: str
    """Strong: the same visits make the same bytes."""


class FeedReader:
    def __init__(self, gate: Gate, tables: Tables, texts: CalendarTexts, limits: Spending, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._texts = texts
        self._limits = limits
        self._clock = clock

    def fetch(self, caller: Actor, address: str) -> Fetched:
        """Raises FeedUnknownError, TooManyRequestsError."""
        feed_id, secret = calendars.parts_of(address)
        place = self._tables.get(keys.feed_place(feed_id)) if feed_id else None
        if place is None:
            raise FeedUnknownError
        if not same_secret(place["secret"], secret):
            denied = Event(caller, "calendar:fetch", SYS, "denied", "calendar", feed_id, reason="calendar-secret")
            self._gate.record(denied)
            raise FeedUnknownError
        self._limits.spend(CALENDAR_FEED, feed_id)
        row, now = self._live(PersonId(place["person"]), feed_id), self._clock()
        self._entered(caller, row, now)
        entries = list(islice(self._entries(row, now), calendars.MOST_EVENTS))
        entries.sort(key=lambda entry: (entry.start, entry.id))
        data = self._texts.written(self._placed(entries), row["language"])
        return Fetched(data, hashlib.sha256(data).hexdigest()[:32])

    # --- 3

    def _live(self, person_id: PersonId, feed_id: str) -> Item:
        row = self._tables.get(keys.feed(person_id, feed_id))
        if row is None:
            raise FeedUnknownError
        rows = self._tables.get_many(rests_on(row))
        if not stands(row, rows, self._clock()):
            raise FeedUnknownError
        return row

    # --- 4

    def _entered(self, caller: Actor, row: Item, now: datetime) -> None:
        day, network = stamp(now)[:10], _tag(network_of(caller.ip))
        networks = calendars.entry_due(day, network, row)
        key = keys.feed(row["person"], row["id"])
        if networks is None:
            if row["fetched_at"] < stamp(now - calendars.REFRESH):
                with suppress(ConflictError):  # revoked at this moment
                    self._tables.commit([Update(key, {"fetched_at": stamp(now)})])
            return
        change: Item = {"day": day, "networks": list(networks), "fetched_at": stamp(now)}
        event = Event(caller, "calendar:fetch", _subject(row), resource_type="calendar", resource_id=row["id"])
        event = replace(event, on_behalf_of=PersonId(row["ward"])) if row["ward"] else event
        try:
            self._gate.commit([self._gate.stage(event)], [Update(key, change)])
        except (ConflictError, ErasedError):  # revoked, or erased, at this moment
            raise FeedUnknownError from None

    # --- 5

    def _entries(self, row: Item, now: datetime) -> Iterator[Entry]:
        found: Iterator[Appointment] = self._of_patient(row["ward"] or row["person"], now)
        if row["schedules"]:
            found = (one for name in row["schedules"] for one in self._of_schedule(row, name, now))
        tells = row["detail"] == Detail.PLACES.value
        for one in found:
            entry = _entry(one)
            if calendars.shown(entry, now):
                yield replace(entry, place=one.schedule) if tells else entry

    def _of_patient(self, patient_id: str, now: datetime) -> Iterator[Appointment]:
        """Newest first, by when they were made, as far back as anything to come can have been booked."""
        earliest = stamp(now - calendars.LOOKED_BACK)
        rows = every_row(
            self._tables, Store.CARD, keys.patient(patient_id), keys.APPOINTMENTS, newest_first=True, page=AT_ONCE
        )
        for row in rows:
            if row["created_at"] < earliest:
                return
            yield appointment_of(row)

    def _of_schedule(self, row: Item, schedule_id: str, now: datetime) -> Iterator[Appointment]:
        """Booked slots of a stretch around now; of an appointment its times and version alone are told."""
        schedule = self._tables.get(keys.schedule(schedule_id))
        if schedule is None or schedule["organisation"] != row["organisation"]:
            return
        slots = schedule_rows.slot_rows(self._tables, schedule_id, now - calendars.STAFF_BACK)
        last = keys.SLOT + stamp(now + calendars.STAFF_AHEAD)
        booked = [
            keys.appointment(one["patient"], one["appointment"])
            for one in islice(takewhile(lambda slot: slot["sk"] < last, slots), calendars.MOST_EVENTS)
            if one["state"] == "booked"
        ]
        yield from map(appointment_of, every_one(self._tables, booked).values())

    def _placed(self, entries: list[Entry]) -> list[Entry]:
        """Doctor, clinic and room in the place of the schedule's id, where the feed tells them."""
        rows = every_one(self._tables, [keys.schedule(entry.place) for entry in entries if entry.place])
        known = {found["id"]: Schedule.from_row(found) for found in rows.values()}
        clinics = every_one(self._tables, [keys.organisation(one.organisation_id) for one in known.values()])
        names = {key: str(found["name"]) for key, found in clinics.items()}
        return [_told(entry, known.get(entry.place), names) for entry in entries]


def rests_on(row: Item) -> list[Key]:
    found = [keys.profile(row["person"])]
    if row["member"]:
        return [*found, keys.member(row["person"], row["member"])]
    if row["ward"]:
        return [*found, keys.card(row["ward"]), keys.representation(row["ward"], row["person"])]
    return [*found, keys.card(row["person"])]


def stands(row: Item, rows: Rows, now: datetime) -> bool:
    """The account, as it was when the feed was made; and the membership, or the card, and the right to act for it."""
    profile = rows.get(keys.profile(row["person"]), {})
    if profile.get("state") != "active" or not of_this_epoch(row, profile):
        return False
    if row["member"]:
        member = rows.get(keys.member(row["person"], row["member"]), {})
        return bool(member.get("state") == "active" and member.get("role") == row["role"])
    if evidence.card_state(rows, row["ward"] or row["person"]) in CLOSED:
        return False
    if not row["ward"]:
        return True
    standing = representation_of(rows.get(keys.representation(row["ward"], row["person"])))
    # To whom a doctor closed something learns nowhere when the ward is where (ACC-8).
    return standing is not None and standing.has(Right.APPLY, now) and not standing.restricted


def _subject(row: Item) -> PersonId:
    """In whose chain the entry stands: whose visits they are; of staff their own, for they see no patient's name."""
    return PersonId(row["ward"] or row["person"])


def _tag(network: str) -> str:
    """A network is kept as a hash, for comparing alone."""
    return hashlib.sha256(b"medkarta/feed-network/v1\n" + network.encode()).hexdigest()[:16]


def _entry(found: Appointment) -> Entry:
    return Entry(
        id=found.id,
        start=found.start,
        end=found.until,
        version=found.version,
        changed_at=datetime.fromisoformat(found.changed_at),
        cancelled=found.state is State.CANCELLED,
    )


def _told(entry: Entry, schedule: Schedule | None, names: Mapping[Key, Any]) -> Entry:
    if schedule is None:
        return replace(entry, place="")
    clinic = str(names.get(keys.organisation(schedule.organisation_id), ""))
    return replace(entry, doctor=schedule.doctor, place=", ".join(filter(None, (clinic, schedule.room))))
