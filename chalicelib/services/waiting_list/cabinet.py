"""What a person, or who represents them, does: wait, look, accept or decline an offer, leave."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, Protocol

from chalicelib.domain.access import CardState
from chalicelib.domain.idempotency import once
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.schedules import Schedule
from chalicelib.domain.schedules import State as ScheduleState
from chalicelib.domain.waiting_list import End, Part, State, Wish, checked, ends_at, place, still_open
from chalicelib.errors import (
    CardStateError,
    ConflictError,
    FieldProblem,
    InvalidFieldsError,
    NotFoundError,
    OfferOverError,
    SlotNotThereError,
    SlotTakenError,
    StaleVersionError,
)
from chalicelib.ports import Event, Sealed, keys
from chalicelib.ports.crossings import tried
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Check, Item, Put, Store, Write, every_row
from chalicelib.ports.timers import Rung, Timer, drop_timer, set_timer
from chalicelib.ports.waiting_rows import ENDING, OFFER, in_line, opened, target
from chalicelib.services.waiting_list.entries import room, shown
from chalicelib.services.waiting_list.offers import Offers, Reacted
from chalicelib.services.waiting_list.tools import KIND, Tools

AFTER = timedelta(minutes=5)
"""So long after an offer its entry's last day is looked at again."""
COUNTED = 500
"""At most so many are counted who wait before somebody."""
CARD = 1
"""Place of the card's check among the writes of joining."""


class Booking(Protocol):
    """Books the slot that is held for an entry (services/appointments/): the appointment, and whether it was there.

    ``beside``: stored in the same transaction.
    """

    def __call__(
        self, actor: Actor, entry: Item, answer: Mapping[str, Any], key: str, beside: Sequence[Write]
    ) -> tuple[dict[str, Any], bool]: ...


class WaitingListService:
    def __init__(self, tools: Tools, offers: Offers, booking: Callable[[], Booking]) -> None:
        self._t = tools
        self._offers = offers
        self._booking = booking

    def join(self, actor: Actor, form: Mapping[str, Any], key: str) -> tuple[dict[str, Any], bool]:
        """Wait for a schedule, or for a specialty in an organisation. Returns the entry, and whether it was there.

        Raises InvalidFieldsError, CardStateError, AlreadyExistsError, WaitingListFullError.
        """
        self._t.gate.unrestricted(actor, "waiting-entry-create")
        patient_id, now, entry_id = PersonId(actor.card_id), self._t.clock(), self._t.gate.new_id()
        row = self._entry(actor, form, entry_id, self._schedule(form))
        wish = Wish(date.fromisoformat(row["first"]), date.fromisoformat(row["last"]))
        event = Event(actor, "waiting-entry:create", patient_id, resource_type=KIND, resource_id=entry_id)
        request = once(actor.person_id, "waiting-entry:create", key, [patient_id, form], {"id": entry_id})
        waitings = self._t.waitings(patient_id)
        writes: list[Write] = [
            opened(patient_id, waitings, open={**waitings["open"], entry_id: row["target"]}),
            Check(keys.card(patient_id), {"state": CardState.ACTIVE.value}),
            Put(keys.waiting_entry(patient_id, entry_id), row),
            in_line(row),
            self._t.patient_keys.alive(patient_id),
            *set_timer(Timer(patient_id, ENDING, entry_id, ends_at(wish, row["zone"])), now),
        ]
        if self._t.tables.get(keys.idempotency(request.caller, request.operation, request.key_hash)) is None:
            room(waitings, row["target"])
        try:
            stored = self._t.gate.commit([self._t.gate.stage(event)], writes, request)
        except ConflictError as error:
            if error.index == CARD:
                raise CardStateError from None
            raise
        return (self.one(actor, stored["id"]), True) if stored is not None else (shown(row), False)

    def listed(self, actor: Actor, limit: int, after: Item | None) -> tuple[list[dict[str, Any]], Item | None]:
        """Newest first."""
        self._t.gate.unrestricted(actor, "waiting-entry-list")
        patient_id = PersonId(actor.card_id)
        self._t.gate.record(Event(actor, "waiting-entry:list", patient_id, resource_type=KIND))
        found = self._t.tables.query(
            Store.CARD, keys.patient(patient_id), keys.WAITING, limit=limit, after=after, newest_first=True
        )
        return [shown(row) for row in found.items], found.after

    def one(self, actor: Actor, entry_id: str) -> dict[str, Any]:
        """With how many wait before it, and why a registrar put it first. Raises NotFoundError."""
        self._t.gate.unrestricted(actor, "waiting-entry-read")
        row, patient_id = self._row(actor, entry_id), PersonId(actor.card_id)
        permit = self._t.gate.permit_private(actor, patient_id, KIND, entry_id, "waiting-entry:read")
        said = shown(row)
        if "sealed" in row:
            sealed = Sealed(entry_id, int(row["sealed_ver"]), bytes(row["sealed"]))
            said["reason"] = json.loads(self._t.vault.open(permit, sealed))["reason"]
        if row["state"] == State.WAITING.value:
            said["ahead"] = self._ahead(row)
        return said

    def leave(self, actor: Actor, entry_id: str) -> None:
        """Repeatable; a slot that was offered goes to the next. Raises NotFoundError."""
        self._t.gate.unrestricted(actor, "waiting-entry-leave")
        tried(lambda: self._left(actor, entry_id))

    def decline(self, actor: Actor, entry_id: str, version: int) -> dict[str, Any]:
        """Wait on; this slot is not offered again. Raises NotFoundError, OfferOverError, StaleVersionError."""
        self._t.gate.unrestricted(actor, "waiting-entry-decline")
        tried(lambda: self._declined(actor, entry_id, version))
        return shown(self._row(actor, entry_id))

    def accept(
        self, actor: Actor, entry_id: str, version: int, answer: Mapping[str, Any], key: str
    ) -> tuple[dict[str, Any], bool]:
        """Book what is offered: one transaction makes the hold a booking and ends the entry.

        Raises NotFoundError, OfferOverError, StaleVersionError, and whatever booking raises.
        """
        self._t.gate.unrestricted(actor, "waiting-entry-accept")
        entry = self._row(actor, entry_id)
        # An answer that was lost is asked for again: the request is known, and nothing is stored but of an offer.
        beside: list[Write] = [Check(keys.waiting_entry(actor.card_id, entry_id), {"state": State.OFFERED.value})]
        if entry["state"] != State.BOOKED.value:
            self._offered(entry, version)
            beside = self._booked(entry)
        try:
            return self._booking()(actor, entry, answer, key, beside)
        except (ConflictError, SlotTakenError, SlotNotThereError):
            self._offered(self._row(actor, entry_id), version)  # what came in between
            raise

    # --- the last day

    def over(self, timer: Timer) -> Rung:
        """The timer of the last day rings; an offer that stands is waited for."""
        entry = self._t.tables.get(keys.waiting_entry(timer.owner, timer.subject))
        if entry is None or entry["state"] not in {State.WAITING.value, State.OFFERED.value}:
            return Rung()
        if entry["state"] == State.OFFERED.value:
            return Rung(again=max(datetime.fromisoformat(entry["offer"]["held_until"]), timer.due) + AFTER)
        return Rung(self._t.ended(entry, State.ENDED, End.UNTIL, ringing=True))

    # --- booked otherwise

    def booked(self, row: Item) -> list[Write]:
        """With the notice of a booking: who waits for the same specialty leaves its lists, by a reaction of its own."""
        found = self._t.tables.get(keys.appointment(row["patient"], row["appointment"]))
        if found is None or next(self._same(row["patient"], found["specialty"]), None) is None:
            return []
        about = {"specialty": found["specialty"]}
        return [happened(row["patient"], self._t.gate.new_id(), "booked_otherwise", self._t.clock(), about)]

    def booked_otherwise(self, row: Item) -> Reacted:
        """Reaction: one entry leaves, and then the next."""
        same = self._same(row["patient"], row["specialty"])
        entry, more = next(same, None), next(same, None)
        if entry is None:
            return (), ()
        writes = self._given_up(entry, self._t.ended(entry, State.ENDED, End.BOOKED_OTHERWISE))
        about = {"specialty": row["specialty"]}
        again = happened(row["patient"], self._t.gate.new_id(), "booked_otherwise", self._t.clock(), about)
        return (), [*writes, *([again] if more else [])]

    def _same(self, patient_id: str, specialty: str) -> Iterator[Item]:
        ids = sorted(self._t.waitings(patient_id)["open"])
        found = self._t.tables.get_many([keys.waiting_entry(patient_id, one) for one in ids])
        return (row for row in found.values() if row["specialty"] == specialty)

    # --- pieces

    def _row(self, actor: Actor, entry_id: str) -> Item:
        row = self._t.tables.get(keys.waiting_entry(actor.card_id, entry_id))
        if row is None:
            raise NotFoundError
        return row

    def _offered(self, entry: Item, version: int) -> None:
        """Raises StaleVersionError, OfferOverError unless this offer stands."""
        if int(entry["ver"]) != version:
            raise StaleVersionError
        if (
            entry["state"] != State.OFFERED.value
            or datetime.fromisoformat(entry["offer"]["held_until"]) <= self._t.clock()
        ):
            raise OfferOverError

    def _booked(self, entry: Item) -> list[Write]:
        """The entry's side of a booking."""
        offer = entry["offer"]
        return [
            *self._t.ended(entry, State.BOOKED),
            drop_timer(PersonId(offer["schedule"]), OFFER, offer["start"]),
        ]

    def _left(self, actor: Actor, entry_id: str) -> None:
        row = self._row(actor, entry_id)
        if row["state"] not in {State.WAITING.value, State.OFFERED.value}:
            return
        self._commit(actor, row, "waiting-entry:leave", self._t.ended(row, State.LEFT))

    def _declined(self, actor: Actor, entry_id: str, version: int) -> None:
        row = self._row(actor, entry_id)
        still_open(State(row["state"]))
        if int(row["ver"]) != version:
            raise StaleVersionError
        if "offer" not in row:
            raise OfferOverError
        self._commit(actor, row, "waiting-entry:decline", self._t.back(row, lapsed=False))

    def _commit(self, actor: Actor, entry: Item, action: str, back: Sequence[Write]) -> None:
        event = Event(actor, action, PersonId(entry["patient"]), resource_type=KIND, resource_id=entry["id"])
        self._t.gate.commit([self._t.gate.stage(event)], self._given_up(entry, back))

    def _given_up(self, entry: Item, back: Sequence[Write]) -> Sequence[Write]:
        """``back``: what becomes of the entry. A slot that is held for it is passed on in the same transaction."""
        offer = entry.get("offer")
        slot = self._t.tables.get(keys.slot(offer["schedule"], offer["start"])) if offer else None
        if slot is None or slot.get("entry") != entry["id"]:
            return back
        return self._offers.told_anew(self._offers.passed_on(slot, lapsed=False, back=back), slot)

    def _schedule(self, form: Mapping[str, Any]) -> Schedule:
        """The one that is waited for, or any of the specialty in the organisation: they share a clock."""
        if form["schedule_id"]:
            row, field = self._t.tables.get(keys.schedule(form["schedule_id"])), "/schedule_id"
        else:
            prefix, field = f"{form['organisation_id']}#", "/specialty"
            page = self._t.tables.query(Store.CARD, keys.specialty(form["specialty"]), prefix, limit=1)
            found = [one["sk"].removeprefix(prefix) for one in page.items]
            row = self._t.tables.get(keys.schedule(found[0])) if found else None
        if row is None or row["state"] != ScheduleState.ACTIVE.value:
            raise InvalidFieldsError(fields=(FieldProblem(field, "unknown", "nobody receives patients there"),))
        return Schedule.from_row(row)

    def _entry(self, actor: Actor, form: Mapping[str, Any], entry_id: str, schedule: Schedule) -> Item:
        now = self._t.clock()
        first = form["first"] or schedule.local_day(now).isoformat()
        parts = frozenset(Part(part) for part in form["parts"])
        wish = Wish(date.fromisoformat(first), date.fromisoformat(form["last"]), frozenset(form["weekdays"]), parts)
        checked(wish, schedule.local_day(now))
        one = form["schedule_id"] or ""
        return {
            "id": entry_id,
            "patient": PersonId(actor.card_id),
            "by": actor.role.value,
            "state": State.WAITING.value,
            "target": target(schedule.organisation_id, schedule.specialty, one),
            **({"schedule": one} if one else {}),
            "organisation": schedule.organisation_id,
            "specialty": schedule.specialty,
            "zone": schedule.zone,
            "first": first,
            "last": form["last"],
            "weekdays": sorted(wish.weekdays),
            "parts": sorted(wish.parts),
            "put_first": False,
            "lapses": 0,
            "created_at": stamp(now),
            "updated_at": stamp(now),
            "ver": 1,
        }

    def _ahead(self, entry: Item) -> int:
        rows = every_row(self._t.tables, Store.CARD, keys.waiting_lines(entry["target"]))
        own = place(entry["id"], first=bool(entry["put_first"]))
        return sum(row["sk"] < own for row in islice(rows, COUNTED))
