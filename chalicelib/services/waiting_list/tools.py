"""What the waiting list stands on, and the changes of an entry that more than one of its parts makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.identity import PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.schedules import Interval, Schedule
from chalicelib.domain.waiting_list import MOST_LAPSED, REMEMBERED, End, State, ends_at
from chalicelib.ports import Clock, PatientKeys, Vault, keys
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Delete, Expect, Item, Tables, Update, Write
from chalicelib.ports.timers import drop_timer
from chalicelib.ports.waiting_rows import ENDING, in_line, line_of, opened, waitings_of, wish_of
from chalicelib.services.gate import Gate

KIND = "waiting-entry"


@dataclass(frozen=True, slots=True)
class Tools:
    gate: Gate
    tables: Tables
    vault: Vault
    patient_keys: PatientKeys
    clock: Clock

    def waitings(self, patient_id: str) -> Item:
        return waitings_of(self.tables, patient_id)

    def ended(self, entry: Item, state: State, why: End | None = None, *, ringing: bool = False) -> list[Write]:
        """It waits no more. With ``why`` its person is told. ``ringing``: the timer of its last day ends by itself."""
        now, patient_id = self.clock(), PersonId(entry["patient"])
        waitings = self.waitings(patient_id)
        change: Item = {"state": state.value, "updated_at": stamp(now), **({"why": why.value} if why else {})}
        writes: list[Write] = [
            _changed(entry, change),
            Delete(line_of(entry)),
            opened(patient_id, waitings, open=_without(waitings, entry)),
            *([] if ringing else [drop_timer(patient_id, ENDING, entry["id"])]),
        ]
        return [*writes, happened(patient_id, self.gate.new_id(), "waiting_ended", now)] if why else writes

    def back(self, entry: Item, *, lapsed: bool) -> list[Write]:
        """An offer of it is over without a visit: it waits on, in its place, or ends when its time is over.

        ``lapsed``: it was not answered; that is told, and not forgiven for ever.
        """
        now, patient_id = self.clock(), PersonId(entry["patient"])
        waitings, slot = self.waitings(patient_id), slot_name(entry["offer"]["schedule"], entry["offer"]["start"])
        declined = [*waitings["declined"], slot][-REMEMBERED:]
        lapses = int(entry["lapses"]) + 1 if lapsed else 0
        over = now >= ends_at(wish_of(entry), entry["zone"])
        why = End.LAPSED if lapses >= MOST_LAPSED else End.UNTIL if over else None
        state = State.ENDED if why else State.WAITING
        change: Item = {"state": state.value, "lapses": lapses, "updated_at": stamp(now)}
        writes: list[Write] = [_changed(entry, change | ({"why": why.value} if why else {}))]
        if why:
            told = "waiting_ended"
            writes += [opened(patient_id, waitings, open=_without(waitings, entry), declined=declined)]
            writes += [drop_timer(patient_id, ENDING, entry["id"])]
        else:
            told = "offer_lapsed" if lapsed else ""
            writes += [opened(patient_id, waitings, declined=declined), in_line(entry)]
        return [*writes, happened(patient_id, self.gate.new_id(), told, now)] if told else writes


def _without(waitings: Item, entry: Item) -> dict[str, str]:
    return {one: said for one, said in waitings["open"].items() if one != entry["id"]}


def slot_name(schedule_id: str, start: str) -> str:
    return f"{schedule_id}#{start}"


def held(entry: Item) -> Item:
    """What a SLOT row says while it is held for an entry: the condition of everything that is done with the offer."""
    return {"state": "held", "entry": entry["id"], "held_until": entry["offer"]["held_until"]}


def _changed(entry: Item, change: Item) -> Write:
    """The offer, where there is one, goes with the change; the one that was booked stays to be read."""
    expect: Mapping[str, Any] = {"ver": entry["ver"], "state": entry["state"]}
    key = keys.waiting_entry(entry["patient"], entry["id"])
    kept = change["state"] == State.BOOKED.value
    return Update(key, change, {"ver": 1}, remove=() if kept else ("offer",), expect=expect)


def offered(entry: Item, schedule: Schedule, slot: Interval, until: datetime, now: datetime) -> list[Write]:
    """The entry's side of an offer."""
    offer: Item = {
        "schedule": schedule.id,
        "start": stamp(slot.start),
        "until": stamp(slot.end),
        "held_until": stamp(until),
        "zone": schedule.zone,
    }
    change: Item = {"state": State.OFFERED.value, "offer": offer, "updated_at": stamp(now)}
    expect: Mapping[str, Any] = {"ver": entry["ver"], "state": State.WAITING.value}
    return [
        Update(keys.waiting_entry(entry["patient"], entry["id"]), change, {"ver": 1}, expect=expect),
        Delete(line_of(entry), Expect.PRESENT),
    ]
