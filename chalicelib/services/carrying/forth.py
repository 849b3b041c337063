"""Records of the card that goes, into the card that goes on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from chalicelib.domain import merges
from chalicelib.domain.access import Permit
from chalicelib.domain.identity import PersonId
from chalicelib.domain.merges import MergeState, line_of
from chalicelib.domain.prescriptions import from_stamp
from chalicelib.ports import Clock, PatientKeys, Sealed, Vault, keys
from chalicelib.ports.prescription_rows import expiry_moment, expiry_reminder
from chalicelib.ports.tables import (
    Check,
    Expect,
    Expected,
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
from chalicelib.ports.upload_rows import rows_of_files, sort_of
from chalicelib.records.registry import record_type
from chalicelib.services.carrying.parcels import TASK, Parcel, Sender, Tools, chunks

PARTS = ("dispensing", "document", "scan", "file")
FIND, PRINT, WATCH, PLAN = "index_record", "issue_document", "check_vital_sign", "plan_reminder"
FILES = 50  # two keys each in one read
SAME_MOMENT = 20  # records of one kind and moment that are looked at for a duplicate


class Forth:
    def __init__(self, tools: Tools, tables: Tables, patient_keys: PatientKeys, clock: Clock) -> None:
        self._tools = tools
        self._vault: Vault = tools.vault
        self._tables = tables
        self._keys = patient_keys
        self._clock = clock

    def carry(self, merge: Item, records: list[Item]) -> None:
        """One entry on each side for what is opened, then a transaction or more for each record."""
        kinds = [*sorted({str(record["kind"]) for record in records}), *PARTS]
        told = {"merge": merge["id"], "kinds": " ".join(kinds)}
        gate = self._tools.gate
        opens = gate.permit_private_kinds(TASK, PersonId(merge["source"]), kinds, "merge:open", details=told)
        compares = gate.permit_private_kinds(TASK, PersonId(merge["patient"]), kinds, "merge:compare", details=told)
        sender = Sender(self._tools, merge, (merge["source"], merge["patient"]), opens, "merge:carry")
        for record in records:
            self._record(merge, sender, record, compares)

    def _record(self, merge: Item, sender: Sender, record: Item, compares: Mapping[str, Permit]) -> None:
        codes = self._codes(sender, record)  # before its dispensings: one that comes later changes the code's row
        parts = self._parts(sender, record)
        target = keys.record(sender.to_id, record["kind"], record["id"])
        present = self._tables.get(target)
        for some in chunks(self._missing(sender, parts)):
            writes: list[Write] = [Put(one.key, one.row) for one in some]
            going = Check(keys.merge(merge["patient"], merge["id"]), {"state": MergeState.RUNNING.value})
            self._tools.gate.commit([one.staged for one in some], [*writes, going, self._keys.alive(sender.to_id)])
        if present is None:
            self._newest(merge, sender, record, (codes, compares), Expect.ABSENT)
        elif self._is_late(present, record):
            self._newest(merge, sender, record, (codes, compares), {"ver": int(present["ver"])})

    @staticmethod
    def _is_late(present: Item, record: Item) -> bool:
        """A version that arrived after the record was carried, and nobody has amended the copy since."""
        carried = int(present.get("merged_from", {}).get("ver", 0))
        return int(present["ver"]) == carried < int(record["ver"])

    def _parts(self, sender: Sender, record: Item) -> dict[Key, tuple[str, Item]]:
        """Rows beside the newest version, by where they go."""
        kind, record_id, pk = record["kind"], record["id"], keys.patient(sender.from_id)
        found: dict[Key, tuple[str, Item]] = {}
        for row in every_row(self._tables, Store.CARD, pk, f"V#{kind}#{record_id}#"):
            found[keys.record_version(sender.to_id, kind, record_id, int(row["ver"]))] = ("version", row)
        if "rx" in record:
            for row in every_row(self._tables, Store.CARD, pk, f"DISP#{record_id}#"):
                found[keys.dispensing(sender.to_id, record_id, int(row["ver"]))] = ("dispensing", row)
        if record_type(kind).pdf_template:
            for row in every_row(self._tables, Store.CARD, pk, f"DOC#{kind}#{record_id}#"):
                found[keys.document(sender.to_id, kind, record_id, int(row["ver"]))] = ("document", row)
        return found | self._files(sender, [record, *(row for what, row in found.values() if what == "version")])

    def _files(self, sender: Sender, versions: list[Item]) -> dict[Key, tuple[str, Item]]:
        """Rows of the files that hang on a record, on any version of it (domain/attachments.py)."""
        hanging = list(dict.fromkeys(one for version in versions for one in version.get("files", ())))
        found: dict[Key, tuple[str, Item]] = {}
        for at in range(0, len(hanging), FILES):
            for row in rows_of_files(self._tables, sender.from_id, hanging[at : at + FILES]).values():
                found[replace(row[0], pk=keys.patient(sender.to_id))] = (sort_of(row[0]), row[1])
        return found

    def _missing(self, sender: Sender, parts: Mapping[Key, tuple[str, Item]]) -> list[Parcel]:
        there = every_one(self._tables, list(parts))
        return [self._parcel(sender, key, *part) for key, part in parts.items() if key not in there]

    @staticmethod
    def _parcel(sender: Sender, key: Key, what: str, row: Item) -> Parcel:
        parts = row["sk"].split("#")
        if what == "dispensing":
            return sender.dispensing(parts[1], row)
        if what in {"scan", "file"}:
            return sender.file(key, what, row)
        return sender.document(parts[1], parts[2], row) if what == "document" else sender.version(key, row)

    def _codes(self, sender: Sender, record: Item) -> dict[Key, Item]:
        """Rows of a prescription's codes, of all its versions, that still lead to the card that goes."""
        if "rx" not in record:
            return {}
        versions = every_row(
            self._tables, Store.CARD, keys.patient(sender.from_id), f"V#{record['kind']}#{record['id']}#"
        )
        wanted = [keys.prescription_code(row["rx"]) for row in [*versions, record] if "rx" in row]
        rows = self._tables.get_many(list(dict.fromkeys(wanted)))
        return {key: row for key, row in rows.items() if row["patient"] == sender.from_id}

    def _newest(
        self,
        merge: Item,
        sender: Sender,
        record: Item,
        known: tuple[Mapping[Key, Item], Mapping[str, Permit]],
        expect: Expected,
    ) -> None:
        codes, compares = known
        text = sender.opened(record["kind"], record["id"], record)
        key = keys.record(sender.to_id, record["kind"], record["id"])
        parcel = sender.version(key, record, text)
        row = {**parcel.row, "react": self._still_to_do(sender, record)}
        reminder: list[Write] = []
        same = self._same(merge, record, text, compares[record["kind"]]) if "kd" in record else ""
        if same:
            row = {name: value for name, value in row.items() if name != "kd"} | {"duplicate_of": same}
        if "rx" in record and (code := codes.get(keys.prescription_code(record["rx"]))) is not None:
            row["status"] = {name: code[name] for name in ("state", "remaining", "expires_at")}
            reminder = self._reminder(merge, record, code, json.loads(text)["validity"])
        counted = {"duplicates" if same else "carried": 1} if expect is Expect.ABSENT else {"late": 1}
        running: Item = {"state": MergeState.RUNNING.value}
        leading = [
            Update(key, {"patient": sender.to_id}, {"ver": 1}, expect={"ver": int(code["ver"])})
            for key, code in codes.items()
        ]
        writes: list[Write] = [
            Put(parcel.key, row, expect),
            Update(keys.merge(merge["patient"], merge["id"]), add=counted, expect=running),
            *leading,
            *reminder,
            self._keys.alive(sender.to_id),
        ]
        self._tools.gate.commit([parcel.staged], writes)

    def _reminder(self, merge: Item, record: Item, code: Item, validity: str) -> list[Write]:
        """The end is told of on the card that goes on, unless the other one was told before it closed."""
        due = expiry_moment(validity, from_stamp(code["expires_at"]))
        if due <= from_stamp(merge["started_at"]):
            return []
        return expiry_reminder(merge["patient"], record["rx"], record["id"], due, self._clock())

    def _still_to_do(self, sender: Sender, record: Item) -> list[str]:
        """The copy is found here, reminded of here, and part of series here.

        Who had not printed the record yet does not do it any more: that is done here too.
        """
        still = [name for name in record_type(record["kind"]).reactions if name in {FIND, PRINT, WATCH, PLAN}]
        printed = keys.document(sender.from_id, record["kind"], record["id"], int(record["ver"]))
        return [name for name in still if name != PRINT or not self._tables.get(printed)]

    def _same(self, merge: Item, record: Item, text: bytes, permit: Permit) -> str:
        """Id of a record of the card that goes on with the same kind, moment and content; "" for none."""
        line, mine = line_of(record["kd"]), merges.fingerprint(json.loads(text))
        prefix = f"{line.kind}#{line.occurred}#"
        pk = keys.patient(merge["patient"])
        found = self._tables.query(Store.CARD, pk, prefix, index=keys.BY_DATE, limit=SAME_MOMENT)
        for other in found.items:
            if other.get("merged_from", {}).get("merge") == merge["id"]:
                continue
            sealed = Sealed.of(other["id"], other)
            if merges.fingerprint(json.loads(self._vault.open(permit, sealed))) == mine:
                return str(other["id"])
        return ""
