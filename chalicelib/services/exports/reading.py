"""What a step of an export reads: the next records of the kinds that were ordered, kind by kind, newest first."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain.access import Action, Permit
from chalicelib.domain.attachments import hook
from chalicelib.domain.exports import BYTES, EARLIER, LINE, RECORDS, SHORT, Order
from chalicelib.domain.identity import OWNERS, Actor, PersonId, Role
from chalicelib.domain.links import with_open_links
from chalicelib.domain.prescriptions import status_on
from chalicelib.errors import DecryptionError
from chalicelib.ports import Clock, Sealed, Vault, keys
from chalicelib.ports.record_rows import newest
from chalicelib.ports.tables import Item, Store, Tables
from chalicelib.ports.upload_rows import rows_of_files
from chalicelib.records.registry import RECORD_NAMES, record_type
from chalicelib.records.spec import RecordType
from chalicelib.services.gate import Gate

META = ("id", "kind", "source", "created_at", "updated_at")
OF_FILE = ("id", "type", "size", "sha256")


@dataclass(slots=True)
class Read:
    """One record, opened. ``body`` is None where it cannot be opened: the file says so and goes on.

    ``status``: what has become of it, as of now. ``confirmed``: by whom and when. ``files``: what hangs on it, which
    is not part of an export, with hashes by which it is known. ``continues``: only earlier versions of a record that
    stands before it, for which there was no room in that piece. ``left_out``: how many are in no piece.
    """

    spec: RecordType
    row: Item
    body: Mapping[str, Any] | None
    organisation: str
    earlier: list[dict[str, Any]] = field(default_factory=list)
    status: Mapping[str, Any] = field(default_factory=dict)
    confirmed: Mapping[str, Any] = field(default_factory=dict)
    files: Sequence[Mapping[str, Any]] = ()
    continues: bool = False
    left_out: int = 0

    def as_content(self) -> dict[str, Any]:
        """For the JSON file."""
        if self.continues:
            known = {"id": self.row["id"], "kind": self.spec.name, "continues": True, "earlier": self.earlier}
            return known | ({"earlier_left_out": self.left_out} if self.left_out else {})
        shown: dict[str, Any] = {name: self.row[name] for name in META}
        shown |= {"version": int(self.row["ver"]), "organisation": self.organisation}
        shown |= {"body": self.body} if self.body is not None else {"unreadable": True}
        more = {name: getattr(self, name) for name in ("status", "confirmed", "files", "earlier")}
        more["earlier_left_out"] = self.left_out
        return {**shown, **{name: value for name, value in more.items() if value}}


@dataclass(slots=True)
class Reading:
    """``reached``: where the next step goes on, {kind: its number, after: a place, earlier: as below}; None at the end.

    ``load``: what has been opened, a record as ``SHORT``, a short reading or an earlier version as one. ``earlier``: a
    record whose versions are left for the next step, {id, below: the version that was read last, read: how many were}.

    ``linked``: kinds to whose records links are shown. A patient knows their card; who else takes a part of it away is
    told of the records in that part alone.
    """

    linked: frozenset[str]
    records: list[Read] = field(default_factory=list)
    reached: Item | None = None
    earlier: Item | None = None
    size: int = 0
    load: int = 0

    @property
    def full(self) -> bool:
        return self.load >= RECORDS * SHORT or self.size >= BYTES


class Reader:
    def __init__(self, gate: Gate, tables: Tables, vault: Vault, actor: Actor, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._actor = actor
        self._clock = clock
        self._names: dict[str, str] = {}

    def person(self, patient_id: PersonId) -> dict[str, Any]:
        row = self._tables.get(keys.profile(patient_id))
        if row is None:
            return {}
        permit = self._gate.permit_private(self._actor, patient_id, "profile", "profile", "profile:print")
        opened: dict[str, Any] = json.loads(self._vault.open(permit, Sealed.of("profile", row)))
        return opened

    def read(
        self, patient_id: PersonId, role: Role, order: Order, kinds: Sequence[str], reached: Mapping[str, Any] | None
    ) -> Reading:
        """The next records; each kind that is touched has an entry."""
        reading = Reading(RECORD_NAMES if role is Role.PATIENT else frozenset(kinds))
        place = int(reached["kind"]) if reached else 0
        after: Item | None = (reached or {}).get("after") or None
        if reached and reached.get("earlier"):
            self._go_on(reading, patient_id, role, order, record_type(kinds[place]), reached["earlier"])
        while place < len(kinds) and not reading.full:
            spec = record_type(kinds[place])
            after = self._some(reading, patient_id, role, order, spec, after)
            if after is None:
                place += 1
        if place < len(kinds):
            more = {"after": after, "earlier": reading.earlier}
            reading.reached = {"kind": place, **{name: value for name, value in more.items() if value}}
        return reading

    def _some(
        self, reading: Reading, patient_id: PersonId, role: Role, order: Order, spec: RecordType, after: Item | None
    ) -> Item | None:
        """Records of one kind until the step is full; where to go on, None at the end of the kind."""
        permit: Permit | None = None
        while True:
            most = RECORDS * SHORT if spec.export_as == "table" else RECORDS
            page = newest(self._tables, patient_id, spec.name, most, after)
            for row in page.items:
                if order.surely_outside(str(row["kd"]).split("#")[1]):
                    continue
                permit = permit or self._gate.admit(self._actor, _action(order), patient_id, spec)
                self._take(reading, permit, role, order, spec, row)
                if reading.full:
                    return {name: row[name] for name in ("kd", "pk", "sk")}
            after = page.after
            if after is None:
                return None

    def _take(self, reading: Reading, permit: Permit, role: Role, order: Order, spec: RecordType, row: Item) -> None:
        body, size = self._opened(permit, role, spec, row, reading.linked)
        reading.size += size
        if body is not None and not order.covers(str(body.get(spec.occurred) or row["created_at"])):
            return
        read = Read(
            spec,
            row,
            body,
            self._organisation(str(row["organisation"])),
            status=status_on(row.get("status", {}), self._clock()),
            confirmed=self._confirmed(row),
            files=self._files(permit.patient_id, spec, row),
        )
        reading.records.append(read)
        reading.load += 1 if spec.export_as == "table" else SHORT
        if order.versions == "all" and int(row["ver"]) > 1:
            self._earlier(reading, permit, role, read, below=int(row["ver"]), done=0)

    def _go_on(
        self, reading: Reading, patient_id: PersonId, role: Role, order: Order, spec: RecordType, left: Item
    ) -> None:
        """Earlier versions of a record that the step before had no room for. It may have been erased since."""
        row = self._tables.get(keys.record(patient_id, spec.name, left["id"]))
        if row is None:
            return
        permit = self._gate.admit(self._actor, _action(order), patient_id, spec)
        read = Read(spec, row, None, "", continues=True)
        reading.records.append(read)
        self._earlier(reading, permit, role, read, below=int(left["below"]), done=int(left["read"]))

    def _earlier(self, reading: Reading, permit: Permit, role: Role, read: Read, *, below: int, done: int) -> None:
        """Versions before ``below``, newest first, until the step is full or ``EARLIER`` of the record are read."""
        for old in self._versions(permit.patient_id, read, below):
            if done >= EARLIER:
                read.left_out = int(old["ver"])
                return
            if reading.full:
                reading.earlier = {"id": read.row["id"], "below": int(old["ver"]) + 1, "read": done}
                return
            found, size = self._opened(permit, role, read.spec, old, reading.linked)
            reading.size += size
            reading.load += 1
            done += 1
            read.earlier.append({"version": int(old["ver"]), "updated_at": old["updated_at"], "body": found})

    def _versions(self, patient_id: PersonId, read: Read, below: int) -> Iterator[Item]:
        first = keys.record_version(patient_id, read.spec.name, read.row["id"], below)
        after: Item | None = {"pk": first.pk, "sk": first.sk}
        prefix = f"V#{read.spec.name}#{read.row['id']}#"
        while after is not None:
            page = self._tables.query(Store.CARD, first.pk, prefix, limit=RECORDS, after=after, newest_first=True)
            yield from page.items
            after = page.after

    def _confirmed(self, row: Item) -> dict[str, Any]:
        said = row.get("confirmed")
        return {"at": said["at"], "organisation": self._organisation(str(said["organisation"]))} if said else {}

    def _files(self, patient_id: PersonId, spec: RecordType, row: Item) -> list[dict[str, Any]]:
        """What hangs on the newest version."""
        rows = rows_of_files(self._tables, patient_id, row["files"]) if row.get("files") else {}
        hanging = [file for _, file in rows.values() if file.get("attached") == hook(spec.name, row["id"])]
        return [{name: file[name] for name in OF_FILE if name in file} for file in hanging]

    def _opened(
        self, permit: Permit, role: Role, spec: RecordType, row: Item, linked: frozenset[str]
    ) -> tuple[dict[str, Any] | None, int]:
        try:
            text = self._vault.open(permit, Sealed.of(row["id"], row))
        except DecryptionError:  # one damaged record does not keep the rest from its owner
            return None, 0
        body = with_open_links(json.loads(text), linked)
        hidden = () if role in OWNERS else spec.owner_only
        size = len(text) + LINE * text.count(rb"\n")
        return {name: value for name, value in body.items() if name not in hidden}, size

    def _organisation(self, organisation_id: str) -> str:
        if organisation_id and organisation_id not in self._names:
            row = self._tables.get(keys.organisation(organisation_id))
            self._names[organisation_id] = str(row["name"]) if row else ""
        return self._names.get(organisation_id, "")


def _action(order: Order) -> Action:
    return Action.HISTORY if order.versions == "all" else Action.LIST
