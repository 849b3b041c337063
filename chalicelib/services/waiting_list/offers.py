"""A slot that came free goes to the first who waits for it, then to the next, and then it is free for all (APT-2).

1. The SLOT row says who holds it: it is put where there was none, or changed from the hold that it was read as, in one
   transaction with both sides of the offer. So it has one holder at any time.
2. The timer of an offer is the slot's own (owner: the schedule; subject: the start). It rings for a slot whose holder's
   card is gone, too.
3. Whoever acts on an offer, and its lapse, has the hold as read for a condition: one of them is first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from chalicelib.domain.access import CardState
from chalicelib.domain.identity import PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.reminders import wishes_of
from chalicelib.domain.schedules import Interval, Schedule, free, slot_at, slots
from chalicelib.domain.waiting_list import LEAST, State, stands_until
from chalicelib.ports import keys, schedule_rows
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Check, Delete, Expect, Expected, Item, Put, Store, Write
from chalicelib.ports.timers import Rung, Timer, drop_timer, set_timer, timer_of
from chalicelib.ports.waiting_rows import OFFER, lines
from chalicelib.services.gate import Staged
from chalicelib.services.waiting_list.queue import Queue
from chalicelib.services.waiting_list.tools import Tools, held, offered

SCANNED = 500
"""So many who wait are looked at for one slot; whom a registrar put first stand in front."""
SLOTS, AT_ONCE = 200, 8
"""Slots that one look at a schedule goes through, and offers that it makes in one transaction; then it goes on."""
ROOM = 90
"""Writes of such a transaction, at most: the event of going on, and a receipt, come on top."""

Reacted = tuple[Sequence[Staged], Sequence[Write]]


@dataclass(frozen=True, slots=True)
class Handed:
    """What becomes of a slot. ``timer``: of the new offer, to be set; None: nobody holds it now."""

    writes: list[Write]
    timer: Timer | None = None
    patient: str = ""


class Offers:
    def __init__(self, tools: Tools) -> None:
        self._t = tools

    # --- reactions

    def freed(self, row: Item) -> Reacted:
        """Reaction ``slot_freed``: offered to others than the one who freed it.

        Where a displaced visit was answered, the last one perhaps, what had to wait for that is looked at.
        """
        if row.get("displaced"):
            return self.opened(row)
        schedule, slot = self._slot(row["schedule"], datetime.fromisoformat(row["start"]))
        if schedule is None or slot is None:
            return (), ()
        return (), self._set(self._handed(schedule, slot, None, self._queue(schedule, {row["patient"]})))

    def opened(self, row: Item) -> Reacted:
        """Reaction ``slots_opened``: a schedule has slots that it had not; ``after``: where the last look ended."""
        now = self._t.clock()
        schedule = schedule_rows.found(self._t.tables, row["schedule"])
        if schedule is None:
            return (), ()
        waiting = [*self._waiting(schedule)]
        if not waiting:
            return (), ()
        after = datetime.fromisoformat(row["after"]) if "after" in row else now
        last = schedule.local_day(now) + timedelta(days=schedule.horizon_days)
        ahead = (slot for slot in slots(schedule, schedule.local_day(after), last) if slot.start > after)
        looked = [*islice(ahead, SLOTS)]
        on = len(looked) == SLOTS
        writes: list[Write] = []
        served: set[str] = set()
        queue = Queue(self._t, schedule, waiting, served)
        for slot in self._untaken(schedule, looked):
            handed = self._handed(schedule, slot, None, queue)
            together = _together(writes, self._set(handed))
            if together is None or len(served) == AT_ONCE:
                looked, on = [one for one in looked if one.start < slot.start], True
                break
            writes = together
            served |= {handed.patient} - {""}
        if on:
            about = {"schedule": schedule.id, "after": stamp(looked[-1].start)}
            writes.append(happened(row["patient"], self._t.gate.new_id(), "slots_opened", now, about))
        return (), writes

    # --- the end of an offer

    def lapse(self, timer: Timer) -> Rung:
        """The timer of an offer rings: nobody answered."""
        now, row = self._t.clock(), self._t.tables.get(keys.slot(timer.owner, timer.subject))
        if row is None or row["state"] != "held" or row["entry"] != timer.about["entry"]:
            # Somebody booked the slot after the offer was over and before this rang.
            return Rung(self._left_over(timer))
        until = datetime.fromisoformat(row["held_until"])
        if until > now:
            return Rung(again=until)
        handed = self.passed_on(row, lapsed=True)
        again = handed.timer
        return Rung(handed.writes, again=again.due, about=again.about) if again else Rung(handed.writes)

    def _left_over(self, timer: Timer) -> list[Write]:
        """The entry's side of an offer whose slot is somebody else's by now."""
        entry = self._t.tables.get(keys.waiting_entry(timer.about["patient"], timer.about["entry"]))
        if entry is None or entry["state"] != State.OFFERED.value or not self._alive(entry["patient"]):
            return []
        offer, now = entry["offer"], self._t.clock()
        ours = (offer["schedule"], offer["start"]) == (timer.owner, timer.subject)
        over = datetime.fromisoformat(offer["held_until"]) <= now
        return self._t.back(entry, lapsed=True) if ours and over else []

    def passed_on(self, row: Item, *, lapsed: bool, back: Sequence[Write] | None = None) -> Handed:
        """A held slot goes to the next, or is free. ``back``: what becomes of its entry where that is known."""
        schedule_id, start = row["pk"].partition("#")[2], datetime.fromisoformat(row["sk"].partition("#")[2])
        entry = self._t.tables.get(keys.waiting_entry(row["patient"], row["entry"]))
        if back is None:
            back = self._t.back(entry, lapsed=lapsed) if entry and self._stands(entry, row) else ()
        schedule, slot = self._slot(schedule_id, start)
        if schedule is None or slot is None:
            handed = Handed([Delete(keys.slot(schedule_id, stamp(start)), schedule_rows.hold_of(row))])
        else:
            handed = self._handed(schedule, slot, row, self._queue(schedule, {row["patient"]}))
        return Handed([*handed.writes, *back], handed.timer, handed.patient)

    def told_anew(self, handed: Handed, row: Item) -> list[Write]:
        """Writes of a slot that was passed on by somebody's word, with its timer moved or dropped."""
        if handed.timer is not None:
            return self._set(handed)
        schedule_id, start = row["pk"].partition("#")[2], row["sk"].partition("#")[2]
        return [*handed.writes, drop_timer(PersonId(schedule_id), OFFER, start)]

    def given_back(self, row: Item) -> list[Write]:
        """Writes by which a held slot goes on, whatever becomes of the entry that it is held for."""
        return self.told_anew(self.passed_on(row, lapsed=False, back=()), row)

    # --- pieces

    def _stands(self, entry: Item, row: Item) -> bool:
        """Whether the entry has this offer still, and a card that it can go on with."""
        same = entry["state"] == State.OFFERED.value and held(entry) == schedule_rows.hold_of(row)
        return same and self._alive(row["patient"])

    def _alive(self, patient_id: str) -> bool:
        card = self._t.tables.get(keys.card(patient_id)) or {}
        return card.get("state") not in {None, CardState.ERASED.value, CardState.MERGED.value}

    def _slot(self, schedule_id: str, start: datetime) -> tuple[Schedule | None, Interval | None]:
        """None for a slot that is not there, or that can be booked no more."""
        schedule = schedule_rows.found(self._t.tables, schedule_id)
        if schedule is None:
            return None, None
        slot = slot_at(schedule, start)
        there = slot is not None and next(free([slot], [], self._t.clock(), schedule), None)
        return schedule, slot if there else None

    def _untaken(self, schedule: Schedule, wanted: Sequence[Interval], own: Interval | None = None) -> list[Interval]:
        """Those that nothing else meets. A hold that is over is taken still: its timer passes it on."""
        if not wanted:
            return []
        first, last = (schedule.local_day(slot.start) for slot in (wanted[0], wanted[-1]))
        found = schedule_rows.taken(self._t.tables, schedule.id, first, last)
        if own in found:
            found.remove(own)
        return [*free(wanted, found, self._t.clock(), schedule)]

    def _waiting(self, schedule: Schedule) -> Iterator[Item]:
        """Who waits, in order. Nobody, while visits that the clinic displaced are unanswered: those come first."""
        displaced = keys.displaced_of(schedule.organisation_id, schedule.specialty)
        if self._t.tables.query(Store.CARD, displaced, limit=1).items:
            return iter(())
        return islice(lines(self._t.tables, schedule), SCANNED)

    def _queue(self, schedule: Schedule, without: set[str]) -> Queue:
        return Queue(self._t, schedule, self._waiting(schedule), without)

    def _handed(self, schedule: Schedule, slot: Interval, row: Item | None, queue: Queue) -> Handed:
        """``row``: the hold that it takes the place of."""
        now, start = self._t.clock(), stamp(slot.start)
        expect: Expected = Expect.ABSENT if row is None else schedule_rows.hold_of(row)
        key = keys.slot(schedule.id, start)
        nobody = Handed([] if row is None else [Delete(key, expect)])
        chosen = self._chosen(schedule, slot, queue, now)
        if chosen is None:
            return nobody
        fence = schedule_rows.fence(self._t.tables, schedule, slot.start)
        if not self._untaken(schedule, [slot], own=None if row is None else slot):
            return nobody
        entry, until = chosen
        patient_id = PersonId(entry["patient"])
        hold: Item = {
            "state": "held",
            "until": stamp(slot.end),
            "patient": patient_id,
            "entry": entry["id"],
            "held_until": stamp(until),
            "ver": int(row["ver"]) + 1 if row else 1,
        }
        about = {"when": start, "zone": schedule.zone}
        writes: list[Write] = [
            Put(key, hold, expect),
            *offered(entry, schedule, slot, until, now),
            Check(keys.card(patient_id), {"state": CardState.ACTIVE.value}),
            fence,
            happened(patient_id, self._t.gate.new_id(), "slot_offered", now, about),
        ]
        timer = Timer(PersonId(schedule.id), OFFER, start, until, {"entry": entry["id"], "patient": patient_id})
        before = self._t.tables.get(keys.timer(schedule.id, OFFER, start)) if row is None else None
        if before is not None:  # the new timer takes its place
            writes += self._left_over(timer_of(before))
        return Handed(writes, timer, patient_id)

    def _set(self, handed: Handed) -> list[Write]:
        timer = [] if handed.timer is None else set_timer(handed.timer, self._t.clock())
        return [*handed.writes, *timer]

    def _chosen(self, schedule: Schedule, slot: Interval, queue: Queue, now: datetime) -> tuple[Item, datetime] | None:
        """The first who can have it, and until when."""
        latest = slot.start - timedelta(minutes=schedule.notice_minutes)
        if latest - now < LEAST:
            return None
        for entry in queue.may_have(slot):
            until = self._until(entry, latest, now)
            if until is not None:
                return entry, until
        return None

    def _until(self, entry: Item, latest: datetime, now: datetime) -> datetime | None:
        """By the person's own clock and quiet hours, which hold the message back too. Who has said no zone may live by
        the clinic's clock.
        """
        profile = self._t.tables.get(keys.profile(entry["patient"])) or {}
        wishes = wishes_of(profile)
        zones = {wishes.zone} if profile.get("zone") else {wishes.zone, str(entry["zone"])}
        return stands_until(now, latest, zones, wishes.quiet)


def _together(writes: Sequence[Write], more: Sequence[Write]) -> list[Write] | None:
    """Both in one transaction; None where there is no room, or both change one row. Slots share fences to look at."""
    there = {write.key for write in writes}
    added = [write for write in more if write.key not in there]
    changed_twice = any(write.key in there and not isinstance(write, Check) for write in more)
    return None if changed_twice or len(writes) + len(added) > ROOM else [*writes, *added]
