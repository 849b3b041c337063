"""Copies that go when a merge is undone. The card that went has its own rows; what happened since goes with them:
dispensings, and the state of a prescription. A record that was amended on the card that goes on stays there, too.
"""

from __future__ import annotations

from chalicelib.domain.identity import PersonId
from chalicelib.domain.merges import MergeState, line_of
from chalicelib.ports import Clock, Event, PatientKeys, keys
from chalicelib.ports.prescription_rows import no_expiry_reminder
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Check, Delete, Item, Key, Put, Store, Tables, Update, Write, every_row
from chalicelib.ports.upload_rows import rows_of_files
from chalicelib.records.registry import record_type
from chalicelib.services.carrying.parcels import TASK, Parcel, Sender, Tools, chunks
from chalicelib.services.gate import Staged

DELETIONS = 60
FILES = 50  # two keys each in one read
UNDONE = {
    "index_record": "drop_record",
    "check_vital_sign": "forget_vital_sign",
    "plan_reminder": "replan_reminder",
}
"""Of reactions that made something of a record, those that take it back."""


class Back:
    def __init__(self, tools: Tools, tables: Tables, patient_keys: PatientKeys, clock: Clock) -> None:
        self._tools = tools
        self._tables = tables
        self._keys = patient_keys
        self._clock = clock

    def take(self, merge: Item, records: list[Item]) -> None:
        """``records``: newest versions on the card that goes on.

        What this merge did not bring, and what was amended since (a new version is nobody's copy), is left alone.
        """
        mine = [row for row in records if row.get("merged_from", {}).get("merge") == merge["id"]]
        for record in records:
            if "rx" in record and "merged_from" not in record and int(record["ver"]) > 1:
                self._replaced(merge, record)
        if not mine:
            return
        kinds = ["dispensing"]
        told = {"merge": merge["id"], "kinds": " ".join(kinds)}
        patient_id = PersonId(merge["patient"])
        opens = self._tools.gate.permit_private_kinds(TASK, patient_id, kinds, "merge:open", details=told)
        sender = Sender(self._tools, merge, (merge["patient"], merge["source"]), opens, "merge:return")
        for record in mine:
            self._return(merge, sender, record)

    def _replaced(self, merge: Item, record: Item) -> None:
        """A prescription that was replaced since stays, codes and all; the card that went says how its code ended."""
        kind, record_id, pk = record["kind"], record["id"], keys.patient(merge["patient"])
        for row in every_row(self._tables, Store.CARD, pk, f"V#{kind}#{record_id}#"):
            if row.get("merged_from", {}).get("merge") != merge["id"]:
                continue
            theirs = keys.record(merge["source"], kind, record_id)
            other = self._tables.get(theirs) or {}
            code = self._tables.get(keys.prescription_code(row["rx"]))
            if code is not None and other.get("rx") == row["rx"]:
                self._tables.commit([Update(theirs, {"status": _status(code)}, expect={"ver": int(other["ver"])})])

    def _return(self, merge: Item, sender: Sender, record: Item) -> None:
        kind, record_id, pk = record["kind"], record["id"], keys.patient(merge["patient"])
        versions = list(every_row(self._tables, Store.CARD, pk, f"V#{kind}#{record_id}#"))
        codes = self._codes(sender, [*versions, record])  # before its dispensings, as on the way forth
        dispensed = list(every_row(self._tables, Store.CARD, pk, f"DISP#{record_id}#"))
        printed = list(every_row(self._tables, Store.CARD, pk, f"DOC#{kind}#{record_id}#"))
        going = Check(keys.merge(merge["patient"], merge["id"]), _undoing())
        for some in chunks(self._new(sender, record_id, dispensed)):
            writes: list[Write] = [Put(one.key, one.row) for one in some]
            self._tools.gate.commit([one.staged for one in some], [*writes, going, self._keys.alive(sender.to_id)])
        files = self._files(merge, [*versions, record])
        goes = [Key(Store.CARD, row["pk"], row["sk"]) for row in (*versions, *dispensed, *printed, *files)]
        for at in range(0, len(goes), DELETIONS):
            deletions: list[Write] = [Delete(key) for key in goes[at : at + DELETIONS]]
            self._tools.gate.commit([self._gone(merge, record)], [*deletions, going])
        self._tools.gate.commit([self._gone(merge, record)], self._last(merge, record, codes))

    def _new(self, sender: Sender, record_id: str, dispensed: list[Item]) -> list[Parcel]:
        """Dispensings since the merge, that are not on the other card yet."""
        since = {keys.dispensing(sender.to_id, record_id, int(row["ver"])): row for row in dispensed}
        since = {key: row for key, row in since.items() if "merged_from" not in row}
        there = self._tables.get_many(list(since)[:100])
        return [sender.dispensing(record_id, row) for key, row in since.items() if key not in there]

    def _files(self, merge: Item, versions: list[Item]) -> list[Item]:
        """Copies of the files that hang on a record: the card that went has its own."""
        hanging = list(dict.fromkeys(one for version in versions for one in version.get("files", ())))
        found = [
            row
            for at in range(0, len(hanging), FILES)
            for _, row in rows_of_files(self._tables, merge["patient"], hanging[at : at + FILES]).values()
        ]
        return [row for row in found if row.get("merged_from", {}).get("merge") == merge["id"]]

    def _last(self, merge: Item, record: Item, codes: dict[Key, Item]) -> list[Write]:
        kind, record_id, source_id = record["kind"], record["id"], merge["source"]
        writes: list[Write] = [
            Delete(keys.record(merge["patient"], kind, record_id), {"ver": int(record["ver"])}),
            *self._undone(merge, record),
            Update(keys.merge(merge["patient"], merge["id"]), add={"returned": 1}, expect=_undoing()),
        ]
        writes += [
            Update(key, {"patient": source_id}, {"ver": 1}, expect={"ver": int(code["ver"])})
            for key, code in codes.items()
        ]
        code = codes.get(keys.prescription_code(record["rx"])) if "rx" in record else None
        if code is not None:
            writes.append(no_expiry_reminder(merge["patient"], record["rx"]))
            writes.append(Update(keys.record(source_id, kind, record_id), {"status": _status(code)}))
        return writes

    def _undone(self, merge: Item, record: Item) -> list[Write]:
        """What its reactions made of it here goes, too; and should it come again, they run again."""
        about = {"kind": record["kind"], "record": record["id"]}
        about |= {"day": line_of(record["kd"]).occurred[:10]} if "kd" in record else {}
        patient_id, version = PersonId(merge["patient"]), int(record["ver"])
        writes: list[Write] = []
        for done in record_type(record["kind"]).reactions:
            if done in UNDONE:
                new_id = self._tools.gate.new_id()
                writes.append(happened(patient_id, new_id, UNDONE[done], self._clock(), about))
                writes.append(Delete(keys.receipt(patient_id, record["id"], version, done)))
        return writes

    def _codes(self, sender: Sender, versions: list[Item]) -> dict[Key, Item]:
        wanted = [keys.prescription_code(row["rx"]) for row in versions if "rx" in row]
        rows = self._tables.get_many(list(dict.fromkeys(wanted)))
        return {key: row for key, row in rows.items() if row["patient"] == sender.from_id}

    def _gone(self, merge: Item, record: Item) -> Staged:
        """The entry by which the check of a card knows that these versions are not missing (domain/checks.py)."""
        event = Event(
            TASK,
            "merge:return",
            PersonId(merge["patient"]),
            resource_type=record["kind"],
            resource_id=record["id"],
            resource_version=int(record["ver"]),
            details={"merge": merge["id"], "to": merge["source"], "gone": 1},
        )
        return self._tools.gate.stage(event)


def _status(code: Item) -> Item:
    """What the record says of its code."""
    return {name: code[name] for name in ("state", "remaining", "expires_at")}


def _undoing() -> Item:
    return {"state": MergeState.UNDOING.value}
