"""Appointments that were, and places in waiting lists, on their way with a card (APT-1, APT-2, SPC-5).

No coming appointment is among them: a merge waits for those (ports/merge_obstacles.py). What is carried stands in two
places, and the other one names the patient: the slot and the schedule's list, the line and the held slot. So the copy
and what leads to it change in one transaction; the clinic then finds the card that goes on. The way back is the same,
and takes along what happened meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chalicelib.domain.identity import PersonId
from chalicelib.domain.merges import MergeState
from chalicelib.domain.waiting_list import OPEN, State, ends_at
from chalicelib.ports import Clock, Event, PatientKeys, keys
from chalicelib.ports.appointment_rows import COUNTED, NOTED
from chalicelib.ports.tables import (
    Check,
    Delete,
    Expect,
    Item,
    Key,
    Put,
    Store,
    Tables,
    Update,
    Write,
    every_one,
    every_row,
)
from chalicelib.ports.timers import Timer, drop_timer, set_timer
from chalicelib.ports.waiting_rows import ENDING, OFFER, in_line, line_of, opened, waitings_of, wish_of
from chalicelib.services.carrying.parcels import TASK, Sender, Tools
from chalicelib.services.gate import Staged

APPOINTMENT, ENTRY = KINDS = "appointment", "waiting-entry"
ROOM = 10  # appointments, or plain rows, in one transaction
PLAIN = ("MUTED#", "VISITFORM#", "NEEDHINTS")
"""Rows without content: silenced intakes, forms that became records, whether the person is shown what is due."""


class Visits:
    def __init__(self, tools: Tools, tables: Tables, patient_keys: PatientKeys, clock: Clock) -> None:
        self._tools = tools
        self._tables = tables
        self._keys = patient_keys
        self._clock = clock

    def carry(self, merge: Item) -> None:
        """What is not there yet. Repeatable."""
        source, target = merge["source"], merge["patient"]
        rows = self._missing(target, self._rows(source, keys.APPOINTMENTS))
        waits = [row for row in self._rows(source, keys.WAITING) if row["state"] in OPEN]
        waits = self._missing(target, waits)
        if rows or waits:
            sender = self._sender(merge, source, target, "merge:carry")
            for some in _by(rows):
                self._commit(sender, [self._appointment(sender, row, None) for row in some], MergeState.RUNNING)
            for row in waits:
                self._commit(sender, [self._entry(sender, row, None)], MergeState.RUNNING)
        plain = [row for prefix in PLAIN for row in self._rows(source, prefix) if "sealed" not in row]
        for some in _by(self._missing(target, plain)):
            origin: Item = {"merged_from": {"patient": source, "merge": merge["id"]}}
            puts: list[Write] = [Put(_at(target, row), {**_kept(row), **origin}) for row in some]
            self._plain(merge, puts, "merge:carry", MergeState.RUNNING)

    def take(self, merge: Item) -> None:
        """What this merge brought goes back as it is by now. Repeatable."""
        source, target = merge["source"], merge["patient"]
        mine = {
            prefix: [row for row in self._rows(target, prefix) if _brought(merge, row)]
            for prefix in (keys.APPOINTMENTS, keys.WAITING, *PLAIN)
        }
        if mine[keys.APPOINTMENTS] or mine[keys.WAITING]:
            sender = self._sender(merge, target, source, "merge:return")
            for some in _by(mine[keys.APPOINTMENTS]):
                there = self._tables.get_many([_at(source, row) for row in some])
                parcels = [self._appointment(sender, row, there.get(_at(source, row))) for row in some]
                self._commit(sender, parcels, MergeState.UNDOING)
            for row in mine[keys.WAITING]:
                parcel = self._entry(sender, row, self._tables.get(_at(source, row)))
                self._commit(sender, [parcel], MergeState.UNDOING)
        for some in _by([row for prefix in PLAIN for row in mine[prefix]]):
            self._plain(merge, [Delete(_at(target, row)) for row in some], "merge:return", MergeState.UNDOING)

    # --- one of each. ``there``: the row that it takes the place of, on its way back

    def _appointment(self, sender: Sender, row: Item, there: Item | None) -> tuple[Staged, list[Write]]:
        staged, new = sender.resealed(APPOINTMENT, row, 1, there)
        writes = [*_placed(sender, row, {**new, "react": [NOTED, COUNTED]}, there), *self._referral(sender, row, there)]
        place, slot = keys.appointment_place(row["schedule"], row["id"]), keys.slot(row["schedule"], row["start"])
        found = self._tables.get_many([place, slot])
        led = [place] if place in found else []
        led += [slot] if found.get(slot, {}).get("appointment") == row["id"] else []
        return staged, [*writes, *(_led(key, sender) for key in led if found[key]["patient"] == sender.from_id)]

    def _referral(self, sender: Sender, row: Item, there: Item | None) -> list[Write]:
        """Used up by this visit on both cards, or on neither: a missed one may have freed it meanwhile."""
        if not row.get("referral"):
            return []
        old, new = (keys.referral_use(one, row["referral"]) for one in (sender.from_id, sender.to_id))
        found = self._tables.get_many([old, new])
        mine: Item = {"appointment": row["id"]}
        used = {key for key in found if found[key]["appointment"] == row["id"]}
        if old in used:
            return [Put(new, mine, None), *([Delete(old, mine)] if there is not None else [])]
        return [Delete(new, mine)] if new in used else []

    def _entry(self, sender: Sender, row: Item, there: Item | None) -> tuple[Staged, list[Write]]:
        staged, new = sender.resealed(ENTRY, row, int(row.get("sealed_ver", 1)), there)
        left_meanwhile = there is not None and there["state"] not in OPEN
        if left_meanwhile:  # by its person, on the card that was open again before this came
            return staged, [Delete(_at(sender.from_id, row)), *self._listed(sender, row, to=False), *self._unled(row)]
        if row["state"] not in OPEN:
            return staged, [*_placed(sender, row, new, there), *self._listed(sender, row, to=False)]
        led = self._led_here(sender, row)
        if row["state"] == State.OFFERED.value and not led:  # the offer ended while the card was closed
            new = {name: value for name, value in new.items() if name != "offer"} | {"state": State.WAITING.value}
            led = [in_line(new)]
        return staged, [*_placed(sender, row, new, there), *self._listed(sender, row, to=True), *led]

    def _listed(self, sender: Sender, row: Item, *, to: bool) -> list[Write]:
        """Open entries of both, and the timer of the last day. ``to``: it goes on under the other id."""
        ends: list[Write] = [drop_timer(sender.from_id, ENDING, row["id"])]
        changed: list[Write] = []
        for person, there in ((sender.from_id, False), (sender.to_id, to)):
            waitings = waitings_of(self._tables, person)
            others = {one: what for one, what in waitings["open"].items() if one != row["id"]}
            now_open = {**others, row["id"]: row["target"]} if there else others
            if now_open != waitings["open"]:
                changed.append(opened(person, waitings, open=now_open))
        if to:
            due = ends_at(wish_of(row), row["zone"])
            ends += set_timer(Timer(sender.to_id, ENDING, row["id"], due), self._clock())
        return [*changed, *ends]

    def _led_here(self, sender: Sender, row: Item) -> list[Write]:
        """The line, or the slot that is held and the timer of the offer, name the other card."""
        if row["state"] == State.WAITING.value:
            there = self._tables.get(line_of(row))
            return [_led(line_of(row), sender)] if there is not None else []
        offer = row["offer"]
        slot, timer = keys.slot(offer["schedule"], offer["start"]), keys.timer(offer["schedule"], OFFER, offer["start"])
        found = self._tables.get_many([slot, timer])
        writes: list[Write] = []
        if found.get(slot, {}).get("entry") == row["id"]:
            writes.append(Update(slot, {"patient": sender.to_id}, expect={"entry": row["id"], "state": "held"}))
        if (rings := found.get(timer)) is not None and rings["about"].get("entry") == row["id"]:
            about = {**rings["about"], "patient": sender.to_id}
            writes.append(
                Update(timer, {"about": about}, {"ver": 1}, expect={"due": rings["due"], "ver": rings["ver"]})
            )
        return writes

    def _unled(self, row: Item) -> list[Write]:
        """Nobody waits in the line any more; a slot that is held goes on when its offer is over."""
        return [Delete(line_of(row))] if row["state"] == State.WAITING.value else []

    # --- pieces

    def _rows(self, patient_id: str, prefix: str) -> list[Item]:
        return [*every_row(self._tables, Store.CARD, keys.patient(patient_id), prefix)]

    def _missing(self, target: str, rows: list[Item]) -> list[Item]:
        there = every_one(self._tables, [_at(target, row) for row in rows])
        return [row for row in rows if _at(target, row) not in there]

    def _sender(self, merge: Item, source: str, target: str, action: str) -> Sender:
        told = {"merge": merge["id"], "kinds": " ".join(KINDS)}
        opens = self._tools.gate.permit_private_kinds(TASK, PersonId(source), KINDS, "merge:open", details=told)
        return Sender(self._tools, merge, (source, target), opens, action)

    def _commit(self, sender: Sender, parcels: Sequence[tuple[Staged, list[Write]]], state: MergeState) -> None:
        writes = [write for _, found in parcels for write in found]
        going = Check(keys.merge(sender.owner, sender.merge_id), {"state": state.value})
        self._tools.gate.commit([staged for staged, _ in parcels], [*writes, going, self._keys.alive(sender.to_id)])

    def _plain(self, merge: Item, writes: list[Write], action: str, state: MergeState) -> None:
        going = Check(keys.merge(merge["patient"], merge["id"]), {"state": state.value})
        event = Event(TASK, action, PersonId(merge["patient"]), resource_type="merge", resource_id=merge["id"])
        self._tools.gate.commit([self._tools.gate.stage(event)], [*writes, going])


def _placed(sender: Sender, row: Item, new: Item, there: Item | None) -> Iterator[Write]:
    """Forth the card that goes keeps its row, unless it changed since it was read; back the copy goes."""
    if there is None:
        yield Put(_at(sender.to_id, row), new, Expect.ABSENT)
        yield Check(_at(sender.from_id, row), {"ver": int(row["ver"])})
    else:
        yield Put(_at(sender.to_id, row), new, {"ver": int(there["ver"])})
        yield Delete(_at(sender.from_id, row), {"ver": int(row["ver"])})


def _led(key: Key, sender: Sender) -> Write:
    return Update(key, {"patient": sender.to_id}, expect={"patient": sender.from_id})


def _at(patient_id: str, row: Item) -> Key:
    return Key(Store.CARD, keys.patient(patient_id), row["sk"])


def _kept(row: Item) -> Item:
    return {name: value for name, value in row.items() if name not in {"pk", "sk"}}


def _brought(merge: Item, row: Item) -> bool:
    return bool(row.get("merged_from", {}).get("merge") == merge["id"])


def _by(rows: list[Item]) -> list[list[Item]]:
    return [rows[at : at + ROOM] for at in range(0, len(rows), ROOM)]
