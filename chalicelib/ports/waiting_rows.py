"""Rows of the waiting list and of displaced visits that more than one service must know (APT-2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from heapq import merge
from typing import Any

from chalicelib.domain.appointments import Appointment
from chalicelib.domain.identity import PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.schedules import Schedule
from chalicelib.domain.waiting_list import Part, Wish, ends_at, place
from chalicelib.ports import keys
from chalicelib.ports.tables import Delete, Expect, Expected, Item, Key, Put, Store, Tables, Write, every_row
from chalicelib.ports.timers import drop_timer

OFFER, ENDING, UNANSWERED = "offer", "waiting-end", "displaced-unanswered"
"""Topics of timers. The one of an offer is the slot's: it rings though the card of whom it was offered to is gone."""
KEPT = timedelta(days=2)
"""How long after its end what nobody removed is there."""
A_PAGE = 50


def target(organisation_id: str, specialty: str, schedule_id: str = "") -> str:
    """What is waited for: one schedule, or any schedule of a specialty in an organisation."""
    return f"SCHEDULE#{schedule_id}" if schedule_id else f"SPECIALTY#{organisation_id}#{specialty}"


def targets(schedule: Schedule) -> list[str]:
    """In which lists people stand who wait for a slot of this schedule."""
    return [target("", "", schedule.id), target(schedule.organisation_id, schedule.specialty)]


def wish_of(row: Mapping[str, Any]) -> Wish:
    """Of an entry or of its line."""
    return Wish(
        date.fromisoformat(row["first"]),
        date.fromisoformat(row["last"]),
        frozenset(int(day) for day in row["weekdays"]),
        frozenset(Part(part) for part in row["parts"]),
    )


def in_line(entry: Item) -> Put:
    """The entry's line, in its place; it waits and has no offer."""
    gone = ends_at(wish_of(entry), entry["zone"]) + KEPT
    names = ("patient", "first", "last", "weekdays", "parts", "created_at", "put_first")
    row: Item = {**{name: entry[name] for name in names}, "entry": entry["id"], "expires": int(gone.timestamp())}
    return Put(line_of(entry), row, None)


def line_of(entry: Item) -> Key:
    return keys.waiting_line(entry["target"], place(entry["id"], first=bool(entry["put_first"])))


def lines(tables: Tables, schedule: Schedule) -> Iterator[Item]:
    """Who waits for slots of a schedule, in their order, read a page at a time as they are wanted."""
    found = [every_row(tables, Store.CARD, keys.waiting_lines(one), page=A_PAGE) for one in targets(schedule)]
    return merge(*found, key=lambda row: str(row["sk"]))


def waitings_of(tables: Tables, patient_id: str) -> Item:
    """The row that a person's entries follow one another by: ``open`` are they, with what each waits for.

    ``ver`` 0 where there is none yet.
    """
    row = tables.get(keys.waiting_open(patient_id))
    return row or {"ver": 0, "open": {}, "declined": []}


def opened(patient_id: str, waitings: Item, **changes: Any) -> Write:
    """That row after a change; nobody changed it meanwhile, or it fails."""
    row: Item = {name: waitings[name] for name in ("open", "declined")} | {"ver": int(waitings["ver"]) + 1} | changes
    expect: Expected = {"ver": waitings["ver"]} if waitings["ver"] else Expect.ABSENT
    return Put(keys.waiting_open(patient_id), row, expect)


# --- visits that the clinic displaced


def displaced(found: Appointment, answer_by: datetime) -> Write:
    """Nobody has answered it yet: while there are such, what is freed of the specialty is not offered to others."""
    row: Item = {
        "patient": found.patient,
        "schedule": found.schedule,
        "start": stamp(found.start),
        "expires": int((answer_by + KEPT).timestamp()),
    }
    return Put(_place(found), row, None)


def answered(found: Appointment) -> list[Write]:
    """With every change that ends or moves an appointment: one that was displaced is so no more; else nothing."""
    if not found.displaced:
        return []
    return [Delete(_place(found)), drop_timer(PersonId(found.patient), UNANSWERED, found.id)]


def _place(found: Appointment) -> Key:
    return keys.displaced(found.organisation, found.specialty, found.id)
