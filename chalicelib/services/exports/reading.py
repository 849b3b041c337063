"""What a step of an export reads: the next records of the kinds that were ordered, kind by kind, newest first."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain.access import Action, Permit
from chalicelib.domain.attachments import hook
from chalicelib.domain.exports import BYTES, LINE, RECORDS, Order
from chalicelib.domain.identity import OWNERS, Actor, PersonId, Role
from chalicelib.domain.prescriptions import status_on
from chalicelib.errors import DecryptionError
from chalicelib.ports import Clock, Sealed, Vault, keys
from chalicelib.ports.tables import Item, Store, Tables, every_row
from chalicelib.ports.upload_rows import rows_of_files
from chalicelib.records.registry import record_type
from chalicelib.records.spec import RecordType
from chalicelib.services.gate import Gate

META = ("id", "kind", "source", "created_at", "updated_at")
OF_FILE = ("id", "type", "size", "sha256")


@dataclass(frozen=True, slots=True)
class Read:
    """One record, opened. ``body`` is None where it cannot be opened: the file says so and goes on.

    ``status``: what has become of it, as of now. ``confirmed``: by whom and when. ``files``: what hangs on it, which
    is not part of an export, with hashes by which it is known.
    """

    spec: RecordType
    row: Item
    body: Mapping[str, Any] | None
    organisation: str
    earlier: Sequence[Mapping[str, Any]] = ()
    status: Mapping[str, Any] = field(default_factory=dict)
    confirmed: Mapping[str, Any] = field(default_factory=dict)
    files: Sequence[Mapping[str, Any]] = ()

    def as_content(self) -> dict[str, Any]:
        """For the JSON file."""
        shown: dict[str, Any] = {name: self.row[name] for name in META}
        shown |= {"version": int(self.row["ver"]), "organisation": self.organisation}
        shown |= {"body": self.body} if self.body is not None else {"unreadable": True}
        more = {name: getattr(self, name) for name in ("status", "confirmed", "files", "earlier")}
        return {**shown, **{name: value for name, value in more.items() if value}}


@dataclass(slots=True)
class Reading:
    """``reached``: where the next step goes on, {kind: its number, after: a place}; None at the end."""

    records: list[Read] = field(default_factory=list)
    reached: Item | None = None
    size: int = 0

    @property
    def full(self) -> bool:
        return len(self.records) >= RECORDS or self.size >= BYTES


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
        reading = Reading()
        place = int(reached["kind"]) if reached else 0
        after: Item | None = (reached or {}).get("after") or None
        while place < len(kinds):
            spec = record_type(kinds[place])
            after = self._some(reading, patient_id, role, order, spec, after)
            if after is None:
                place += 1
            if reading.full:
                break
        if place < len(kinds):
            reading.reached = {"kind": place, **({"after": after} if after else {})}
        return reading

    def _some(
        self, reading: Reading, patient_id: PersonId, role: Role, order: Order, spec: RecordType, after: Item | None
    ) -> Item | None:
        """Records of one kind until the step is full; where to go on, None at the end of the kind."""
        permit: Permit | None = None
        while True:
            page = self._tables.query(
                Store.CARD,
                keys.patient(patient_id),
                f"{spec.name}#",
                index=keys.BY_DATE,
                limit=RECORDS,
                after=after,
                newest_first=True,
            )
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
        body, size = self._opened(permit, role, spec, row)
        reading.size += size
        if body is not None and not order.covers(str(body.get(spec.occurred) or row["created_at"])):
            return
        earlier: list[dict[str, Any]] = []
        if order.versions == "all" and int(row["ver"]) > 1:
            for old in self._earlier(permit.patient_id, spec, row):
                found, size = self._opened(permit, role, spec, old)
                reading.size += size
                earlier.append({"version": int(old["ver"]), "updated_at": old["updated_at"], "body": found})
        read = Read(
            spec,
            row,
            body,
            self._organisation(str(row["organisation"])),
            earlier,
            status_on(row.get("status", {}), self._clock()),
            self._confirmed(row),
            self._files(permit.patient_id, spec, row),
        )
        reading.records.append(read)

    def _confirmed(self, row: Item) -> dict[str, Any]:
        said = row.get("confirmed")
        return {"at": said["at"], "organisation": self._organisation(str(said["organisation"]))} if said else {}

    def _files(self, patient_id: PersonId, spec: RecordType, row: Item) -> list[dict[str, Any]]:
        """What hangs on the newest version."""
        rows = rows_of_files(self._tables, patient_id, row["files"]) if row.get("files") else {}
        hanging = [file for _, file in rows.values() if file.get("attached") == hook(spec.name, row["id"])]
        return [{name: file[name] for name in OF_FILE if name in file} for file in hanging]

    def _opened(self, permit: Permit, role: Role, spec: RecordType, row: Item) -> tuple[dict[str, Any] | None, int]:
        try:
            text = self._vault.open(permit, Sealed.of(row["id"], row))
        except DecryptionError:  # one damaged record does not keep the rest from its owner
            return None, 0
        body: dict[str, Any] = json.loads(text)
        hidden = () if role in OWNERS else spec.owner_only
        return {name: value for name, value in body.items() if name not in hidden}, len(text) + LINE * text.count(
            rb"\n"
        )

    def _earlier(self, patient_id: PersonId, spec: RecordType, row: Item) -> Iterator[Item]:
        prefix = f"V#{spec.name}#{row['id']}#"
        return every_row(self._tables, Store.CARD, keys.patient(patient_id), prefix, newest_first=True)

    def _organisation(self, organisation_id: str) -> str:
        if organisation_id and organisation_id not in self._names:
            row = self._tables.get(keys.organisation(organisation_id))
            self._names[organisation_id] = str(row["name"]) if row else ""
        return self._names.get(organisation_id, "")


def _action(order: Order) -> Action:
    return Action.HISTORY if order.versions == "all" else Action.LIST
