"""How far each merge is, and what comes next."""

from __future__ import annotations

import logging
from datetime import datetime

from chalicelib.domain import merges
from chalicelib.domain.access import CardState
from chalicelib.domain.identity import PersonId
from chalicelib.domain.merges import MergeState, Step
from chalicelib.domain.moments import stamp
from chalicelib.errors import ErasedError, MedkartaError
from chalicelib.ports import Clock, Documents, Event, PatientKeys, Vault, keys
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Delete, Item, Put, Store, Tables, Update, Write, every_row
from chalicelib.services.carrying.back import Back
from chalicelib.services.carrying.beside import Beside
from chalicelib.services.carrying.forth import Forth
from chalicelib.services.carrying.parcels import TASK, Tools
from chalicelib.services.carrying.visits import Visits
from chalicelib.services.gate import Gate, Staged

PAGE = 20  # records a step; how far it is, is stored after each
DOORS = 40  # closed doors in one transaction, each with an entry
DOOR = ("id", "kind", "organisation", "at")
STEPS = 25  # a run: so many steps of one merge, then the next run goes on

log = logging.getLogger("medkarta.carrying")


class CarryingService:
    def __init__(
        self,
        gate: Gate,
        tables: Tables,
        vault: Vault,
        patient_keys: PatientKeys,
        documents: Documents,
        clock: Clock,
    ) -> None:
        tools = Tools(gate, vault, documents)
        self._gate = gate
        self._tables = tables
        self._clock = clock
        self._forth = Forth(tools, tables, patient_keys, clock)
        self._back = Back(tools, tables, patient_keys, clock)
        self._beside = Beside(tools, tables, patient_keys)
        self._visits = Visits(tools, tables, patient_keys, clock)

    def run(self) -> dict[str, int]:
        """Go on with every merge whose records are on their way. One that fails does not hold up the others."""
        done = {"merges": 0, "failed": 0}
        for task in list(every_row(self._tables, Store.CARD, f"QUEUE#{keys.CARRYING}")):
            try:
                self.work(PersonId(task["patient"]), task["sk"])
            except ErasedError:  # one of the two was erased: there is nothing to carry any more
                self._tables.commit([Delete(keys.queue(keys.CARRYING, task["sk"]))])
            except MedkartaError as failure:
                done["failed"] += 1
                log.warning("a merge was not carried on: %s", failure.code)
            else:
                done["merges"] += 1
        return done

    def work(self, patient_id: PersonId, merge_id: str) -> MergeState:
        """Some steps of one merge; the state it is in afterwards. Repeatable."""
        state = MergeState.RUNNING
        for _ in range(STEPS):
            row = self._tables.get(keys.merge(patient_id, merge_id)) or {"state": MergeState.REFUSED.value}
            state = MergeState(row["state"])
            if state not in merges.WORKING:
                self._tables.commit([Delete(keys.queue(keys.CARRYING, merge_id))])
                return state
            if not self._step(row):
                break
        return state

    def _step(self, row: Item) -> bool:
        """One page; False when there is nothing to do for now."""
        forth = row["state"] == MergeState.RUNNING
        pk = keys.patient(row["source"] if forth else row["patient"])
        began = row.get("pass_at") or stamp(self._clock())
        after = {"pk": pk, "sk": row["cursor"]} if row.get("cursor") else None
        if forth and after is None:
            self._close_doors(row)
        page = self._tables.query(Store.CARD, pk, "R#", limit=PAGE, after=after)
        if page.items:
            (self._forth.carry if forth else self._back.take)(row, page.items)
        if page.after is None:
            (self._beside.carry if forth else self._beside.take)(row)
            (self._visits.carry if forth else self._visits.take)(row)
        if page.after is not None:
            self._reached(row, page.items[-1]["sk"], began)
            return True
        if not forth:
            self._undone(row)
            return True
        if datetime.fromisoformat(began) < datetime.fromisoformat(row["started_at"]) + merges.SETTLED:
            self._reached(row, "", "")  # a late write may still come: the next run looks again
            return False
        self._complete(row)
        return True

    def _close_doors(self, row: Item) -> None:
        """Before the first record comes: who was shut out from the one card reads it through the other no more.

        Consents are not carried, and what they were refused is; a door stays closed when the merge is undone.
        """
        patient_id = PersonId(row["patient"])
        doors = {
            keys.barred(patient_id, door["id"]): door
            for door in every_row(self._tables, Store.CARD, keys.patient(row["source"]), keys.BARRED)
        }
        for some in (list(doors)[at : at + DOORS] for at in range(0, len(doors), DOORS)):
            there = self._tables.get_many(some)
            missing = [key for key in some if key not in there]
            staged = [
                self._gate.stage(
                    Event(
                        TASK,
                        "block:put",
                        patient_id,
                        resource_type="block",
                        resource_id=doors[key]["id"],
                        details={"merge": row["id"], "kind": doors[key]["kind"]},
                    )
                )
                for key in missing
            ]
            writes: list[Write] = [Put(key, {n: doors[key][n] for n in DOOR}) for key in missing]
            if writes:
                self._gate.commit(staged, writes)

    def _reached(self, row: Item, cursor: str, began: str) -> None:
        change: Item = {"cursor": cursor, "pass_at": began}
        self._tables.commit([Update(keys.merge(row["patient"], row["id"]), change, expect=_as(row))])

    def _complete(self, row: Item) -> None:
        patient_id, source_id, merge_id, now = row["patient"], row["source"], row["id"], self._clock()
        change: Item = {
            "state": merges.after(MergeState.RUNNING, Step.COMPLETE).value,
            "merged_at": stamp(now),
            "undo_until": stamp(merges.undo_until(now)),
            "pass_at": "",
        }
        closing: Item = {"state": CardState.MERGING.value, "merge": merge_id}
        writes: list[Write] = [
            Update(keys.merge(patient_id, merge_id), change, {"ver": 1}, expect=_as(row)),
            Update(keys.card(source_id), {"state": CardState.MERGED.value}, {"ver": 1}, expect=closing),
            Delete(keys.open_merge(patient_id), {"merge": merge_id}),
            Delete(keys.queue(keys.CARRYING, merge_id)),
            happened(PersonId(patient_id), self._gate.new_id(), "merge_done", now),
        ]
        self._gate.commit(self._staged(row, "merge:complete"), writes)

    def _undone(self, row: Item) -> None:
        merge_id = row["id"]
        counted = self._tables.get(keys.merge(row["patient"], merge_id)) or row
        kept = int(counted["carried"]) + int(counted["duplicates"]) - int(counted["returned"])
        change: Item = {"state": merges.after(MergeState.UNDOING, Step.RETURNED).value, "pass_at": "", "kept": kept}
        locks = [Delete(keys.open_merge(one), {"merge": merge_id}) for one in (row["patient"], row["source"])]
        writes: list[Write] = [
            Update(keys.merge(row["patient"], merge_id), change, {"ver": 1}, expect=_as(row)),
            Delete(keys.queue(keys.CARRYING, merge_id)),
            *locks,
            # What was written right before the merge may have missed its reaction while the card was closed.
            happened(PersonId(row["source"]), self._gate.new_id(), "reindex_card", self._clock()),
        ]
        self._gate.commit(self._staged(row, "merge:returned"), writes)

    def _staged(self, row: Item, action: str) -> list[Staged]:
        pairs = ((row["patient"], row["source"]), (row["source"], row["patient"]))
        return [
            self._gate.stage(
                Event(
                    TASK,
                    action,
                    PersonId(one),
                    resource_type="merge",
                    resource_id=row["id"],
                    details={"with": other},
                )
            )
            for one, other in pairs
        ]


def _as(row: Item) -> Item:
    return {"state": row["state"], "ver": int(row["ver"])}
