"""What lies beside the records and must not be lost by a merge: the plan of vaccinations, records of connected sources
that the card cannot hold, drafts that doctors have made from results, and chats with their files.

Sealed anew under the other person's key with the same id, like records; the rows of the card that went stay as they
are, so that undoing a merge deletes the copies and nothing has to come back; a chat that has gone on stays, too. A plan
that the card that goes on has already stays: both are made of the birth date. SOURCE# and ORIGIN# are not carried
(docs/matching.md).
"""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.identity import PersonId
from chalicelib.domain.merges import MergeState
from chalicelib.ports import Event, PatientKeys, keys
from chalicelib.ports.tables import Check, Delete, Expect, Expected, Item, Key, Put, Store, Tables, Write, every_row
from chalicelib.records.chat import CHAT
from chalicelib.services.carrying.chats import chats, going_on, listed
from chalicelib.services.carrying.parcels import TASK, Sender, Tools
from chalicelib.services.gate import Staged

PLAN, UNMAPPED, DRAFT, *CHATS = KINDS = "plan", "unmapped", "result-draft", CHAT.name, "scan", "file"
FILES = frozenset({"scan", "file"})
ROOM = 10  # rows in a transaction of at most 4 MB: one holds up to 200 kB (services/gathering/taking.py)


class Beside:
    def __init__(self, tools: Tools, tables: Tables, patient_keys: PatientKeys) -> None:
        self._tools = tools
        self._tables = tables
        self._keys = patient_keys

    def carry(self, merge: Item) -> None:
        """Everything that is not there yet, or changed on its way. Repeatable."""
        rows = self._rows(merge["source"])
        sender: Sender | None = None
        for at in range(0, len(rows), ROOM):
            going = self._going(merge, rows[at : at + ROOM])
            if not going:
                continue
            sender = sender or self._sender(merge)
            staged: list[Staged] = []
            writes: list[Write] = []
            for kind, key, row, expect in going:
                parcel = sender.file(key, kind, row) if kind in FILES else sender.beside(key, kind, row)
                staged.append(parcel.staged)
                writes.append(Put(parcel.key, parcel.row, expect))
            writes += listed(self._tables, [row for _, _, row, _ in going], (merge["source"], merge["patient"]))
            running = Check(keys.merge(merge["patient"], merge["id"]), {"state": MergeState.RUNNING.value})
            self._tools.gate.commit(staged, [*writes, running, self._keys.alive(sender.to_id)])

    def take(self, merge: Item) -> None:
        """Delete what this merge brought; the card that went has its own. Repeatable."""
        rows = self._rows(merge["patient"])
        stays = going_on(self._tables, merge["source"], [one for one in rows if one[0] in CHATS])
        mine = [(kind, row) for kind, row in rows if _brought(merge, row) and row["sk"] not in stays]
        for at in range(0, len(mine), ROOM):
            some = mine[at : at + ROOM]
            undoing = Check(keys.merge(merge["patient"], merge["id"]), {"state": MergeState.UNDOING.value})
            gone: list[Write] = [Delete(Key(Store.CARD, row["pk"], row["sk"])) for _, row in some]
            gone += listed(self._tables, [row for _, row in some], (merge["patient"], merge["source"]))
            self._tools.gate.commit([self._gone(merge, kind, row) for kind, row in some], [*gone, undoing])

    def _rows(self, patient_id: str) -> list[tuple[str, Item]]:
        plan = self._tables.get(keys.vaccination_plan(patient_id))
        kept = every_row(self._tables, Store.CARD, keys.patient(patient_id), keys.UNMAPPED)
        drafts = every_row(self._tables, Store.CARD, keys.patient(patient_id), keys.RESULT_DRAFTS)
        return [
            *([(PLAN, plan)] if plan else []),
            *((UNMAPPED, row) for row in kept),
            *((DRAFT, row) for row in drafts),
            *chats(self._tables, patient_id),
        ]

    def _going(self, merge: Item, rows: list[tuple[str, Item]]) -> list[tuple[str, Key, Item, Expected]]:
        """Of these rows what has still to be stored: where, and what must stand there."""
        targets = [_place(merge["patient"], kind, row) for kind, row in rows]
        there: Mapping[Key, Item] = self._tables.get_many(targets)
        found: list[tuple[str, Key, Item, Expected]] = []
        for (kind, row), key in zip(rows, targets, strict=True):
            present = there.get(key)
            if present is None:
                found.append((kind, key, row, Expect.ABSENT))
            elif _brought(merge, present) and _newer(row, present):
                found.append((kind, key, row, {"ver": int(present["ver"])}))
        return found

    def _sender(self, merge: Item) -> Sender:
        told = {"merge": merge["id"], "kinds": " ".join(KINDS)}
        opens = self._tools.gate.permit_private_kinds(
            TASK, PersonId(merge["source"]), KINDS, "merge:open", details=told
        )
        return Sender(self._tools, merge, (merge["source"], merge["patient"]), opens, "merge:carry")

    def _gone(self, merge: Item, kind: str, row: Item) -> Staged:
        event = Event(
            TASK,
            "merge:return",
            PersonId(merge["patient"]),
            resource_type=kind,
            resource_id=row["id"],
            resource_version=int(row["ver"]),
            details={"merge": merge["id"], "to": merge["source"], "gone": 1},
        )
        return self._tools.gate.stage(event)


def _place(patient_id: str, kind: str, row: Item) -> Key:
    if kind in CHATS:
        return Key(Store.CARD, keys.patient(patient_id), row["sk"])
    if kind == DRAFT:
        return keys.result_draft(patient_id, row["person"], row["id"])
    return keys.vaccination_plan(patient_id) if kind == PLAN else keys.unmapped(patient_id, row["id"])


def _brought(merge: Item, row: Item) -> bool:
    return bool(row.get("merged_from", {}).get("merge") == merge["id"])


def _newer(row: Item, present: Item) -> bool:
    """A record of a source may have come again, or been marked as withdrawn, when the card was just being closed."""
    return int(row["ver"]) > int(present["ver"]) or ("status" in row and "status" not in present)
