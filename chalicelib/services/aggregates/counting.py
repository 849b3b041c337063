"""Counts a record when it is written. No query ever opens a card for a count.

What a card adds is remembered in one sealed row of the card and year, so a person is counted once in a cell however
many records they have there, a correction takes back what is no more so, and a repeated or late run changes nothing.
The changes lie sealed under a key of their own, padded, and name nobody: who reads the tables sees that a record was
counted, not where.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zlib import crc32

from chalicelib.domain.access import Action
from chalicelib.domain.aggregates.counting import categories_of, stratum_of
from chalicelib.domain.aggregates.periods import ZONE, counting, month_of, open_years
from chalicelib.domain.identity import PersonId, system_actor
from chalicelib.ports import Clock, PatientKeys, Sealed, Vault, keys, plaintext
from chalicelib.ports.tables import Expect, Expected, Item, Put, Tables, Write
from chalicelib.records.registry import record_type
from chalicelib.services.gate import Gate, Staged

TASK = system_actor("count_record")
OWNER = PersonId("aggregates")
"""Whose keys the counts lie under."""
COUNTED, CHANGE = "counted", "aggregate"
ON = "on"
MOST_RECORDS = 2000
"""Of a card and year: whoever has more is counted in what the first ones say."""
BLOCK = 1024
"""Sealed changes are a multiple of it long, so that their length says little."""

Work = tuple[Sequence[Staged], Sequence[Write]]
Entry = tuple[str, Sequence[str]]
"""Month and categories of one record."""


class Counting:
    def __init__(self, gate: Gate, tables: Tables, vault: Vault, patient_keys: PatientKeys, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._keys = patient_keys
        self._clock = clock

    @property
    def reactions(self) -> dict[str, Callable[[Item], Work]]:
        return {"count_record": self.count}

    def count(self, row: Item) -> Work:
        now, patient_id = self._clock(), PersonId(row["patient"])
        key = keys.record(patient_id, row["kind"], row["id"])
        found = self._tables.get_many([keys.aggregate_settings(), key])
        settings, stored = found.get(keys.aggregate_settings()), found.get(key)
        if settings is None or settings["state"] != ON or stored is None or int(stored["ver"]) != int(row["ver"]):
            return (), ()  # nothing is counted here; or the newer version counts itself
        years = open_years(now)
        rows = self._tables.get_many([keys.counted(patient_id, year) for year in years])
        occurred = datetime.fromisoformat(stored["kd"].split("#")[1]) if "kd" in stored else None
        mine = occurred.astimezone(ZONE).year if occurred else 0
        if mine not in years and not rows:
            return (), ()
        entry = self._entry(patient_id, stored, occurred)
        staged: list[Staged] = []
        writes: list[Write] = []
        changes: dict[str, dict[str, int]] = {}
        for year in years:
            old = rows.get(keys.counted(patient_id, year))
            if old is None and year != mine:
                continue
            before = self._opened(patient_id, old) or {"stratum": self._stratum(patient_id, year), "records": {}}
            after = _with(before, f"{stored['kind']}#{stored['id']}", entry if year == mine else None)
            if after == before:
                continue
            remembered, put = self._sealed(patient_id, year, old, after)
            staged.append(remembered)
            writes.append(put)
            _add(changes, _changes(year, before, after, now))
        if not writes:
            return (), ()
        if changes:
            made, put = self.change(changes)
            staged.append(made)
            writes += [put, self._keys.alive(OWNER)]
        return staged, [*writes, self._keys.alive(patient_id)]

    # --- pieces

    def _entry(self, patient_id: PersonId, stored: Item, occurred: datetime | None) -> Entry | None:
        if occurred is None:  # a duplicate that came with a merge
            return None
        spec = record_type(stored["kind"])
        permit = self._gate.admit(TASK, Action.READ, patient_id, spec, stored["id"])
        body = json.loads(self._vault.open(permit, Sealed.of(stored["id"], stored)))
        found = categories_of(spec.name, str(stored["organisation"]), body)
        return (month_of(occurred), sorted(found)) if found else None

    def _stratum(self, patient_id: PersonId, year: int) -> str:
        """As it is when the person is counted first in a year; it stays, so that nobody is in two."""
        row = self._tables.get(keys.profile(patient_id))
        if row is None:
            return stratum_of("", "", year)
        permit = self._gate.permit_private(TASK, patient_id, "profile", "profile", "profile:count")
        profile = json.loads(self._vault.open(permit, Sealed.of("profile", row)))
        return stratum_of(str(profile.get("birth_date", "")), str(profile.get("sex", "")), year)

    def _opened(self, patient_id: PersonId, row: Item | None) -> dict[str, Any] | None:
        if row is None:
            return None
        permit = self._gate.permit_private(TASK, patient_id, COUNTED, row["id"], "counted:open")
        opened: dict[str, Any] = json.loads(self._vault.open(permit, Sealed.of(row["id"], row)))
        return opened

    def _sealed(self, patient_id: PersonId, year: int, old: Item | None, content: dict[str, Any]) -> tuple[Staged, Put]:
        version = int(old["ver"]) + 1 if old else 1
        staged = self._gate.stage_private(TASK, patient_id, COUNTED, str(year), "counted:update")
        sealed = self._vault.seal(staged.seal_with, version, plaintext(content))
        expect: Expected = {"ver": version - 1} if old else Expect.ABSENT
        return staged, Put(keys.counted(patient_id, year), {"id": str(year), "ver": version, "sealed": sealed}, expect)

    def change(self, changes: Mapping[str, Mapping[str, int]]) -> tuple[Staged, Put]:
        """By period and cell (``stratum|category``), by how much counts change; sealed, with its entry."""
        change_id = self._gate.new_id()
        staged = self._gate.stage_private(TASK, OWNER, CHANGE, change_id, "aggregate:add")
        content = plaintext({"changes": changes})
        sealed = self._vault.seal(staged.seal_with, 1, content + b" " * (-len(content) % BLOCK))
        shard = keys.AGGREGATE_SHARDS[crc32(change_id.encode()) % len(keys.AGGREGATE_SHARDS)]
        return staged, Put(keys.aggregate_change(shard, change_id), {"id": change_id, "ver": 1, "sealed": sealed})


def _with(content: Mapping[str, Any], record: str, entry: Entry | None) -> dict[str, Any]:
    """The same with what a record says now; None takes it out."""
    records = {name: said for name, said in content["records"].items() if name != record}
    if entry is not None and len(records) < MOST_RECORDS:
        records[record] = [entry[0], list(entry[1])]
    return {**content, "records": records}


def _counted(content: Mapping[str, Any], month: str = "") -> set[str]:
    """Categories in which the person is counted in a month, or in the whole year."""
    entries = content["records"].values()
    return {category for when, categories in entries if month in {"", when} for category in categories}


def _changes(
    year: int, before: Mapping[str, Any], after: Mapping[str, Any], now: datetime
) -> dict[str, dict[str, int]]:
    """By period and cell, by how much it changes; periods that are not counted any more stay as they are."""
    months = {when for content in (before, after) for when, _ in content["records"].values()}
    periods = {str(year): "", **{month: month for month in months if counting(month, now)}}
    stratum, found = after["stratum"], dict[str, dict[str, int]]()
    for period, month in periods.items():
        old, new = _counted(before, month), _counted(after, month)
        cells = {f"{stratum}|{one}": 1 for one in new - old} | {f"{stratum}|{one}": -1 for one in old - new}
        if cells:
            found[period] = cells
    return found


def _add(changes: dict[str, dict[str, int]], more: Mapping[str, Mapping[str, int]]) -> None:
    for period, cells in more.items():
        changes.setdefault(period, {}).update(cells)
