"""Changes of counts are added up every hour; a period that is over is closed and published, once.

Changes and sums go in one transaction, so that each change is added once. A period is closed by a run that found
nothing left to add, after its last moment of counting. Tables are the same whoever makes them from the same sums, so a
run that died half-way is repeated; they are there for readers from the moment when the period's own row is written.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from hashlib import sha256
from typing import Any
from zlib import crc32

from chalicelib.domain.aggregates.periods import closing, is_year, months_of
from chalicelib.domain.aggregates.tables import TABLES, cells, published_in_year, published_month
from chalicelib.domain.identity import SYS, system_actor
from chalicelib.domain.moments import stamp
from chalicelib.errors import ConflictError
from chalicelib.ports import Clock, Event, PatientKeys, Sealed, Vault, keys, plaintext
from chalicelib.ports.tables import Delete, Expect, Expected, Item, Key, Put, Store, Tables, Write, every_row
from chalicelib.services.aggregates.counting import CHANGE, OWNER
from chalicelib.services.gate import Gate, Staged

TASK = system_actor("close_aggregates")
AT_ONCE = 40
"""Changes in one transaction of a hundred: each is deleted, and each sum has an entry."""
PARTS = 4
"""Of the sums of a period, so that a large one does not outgrow a row."""
BATCHES = 250
"""In one run; the rest waits for the next."""
ROWS = 2000
"""Of a published table in one row of ours."""

Sums = dict[str, dict[str, int]]
"""By stratum and category."""


class Closing:
    def __init__(self, gate: Gate, tables: Tables, vault: Vault, patient_keys: PatientKeys, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._keys = patient_keys
        self._clock = clock

    def run(self) -> dict[str, int]:
        """Returns how many changes were added up, and how many periods closed."""
        now, settings = self._clock(), self._tables.get(keys.aggregate_settings())
        if settings is None:
            return {"added": 0, "closed": 0}
        added, left = self._added()
        if left:
            return {"added": added, "closed": 0}
        due = [one for one in _periods(str(settings["since"]), stamp(now)) if closing(one, now)]
        known = self._tables.get_many([keys.aggregate_period(one) for one in due[-90:]])
        waiting = [one for one in due[-90:] if keys.aggregate_period(one) not in known]
        for period in waiting:
            self._close(period, int(settings["k"]))
        return {"added": added, "closed": len(waiting)}

    # --- adding up

    def _added(self) -> tuple[int, bool]:
        """How many changes were added, and whether there are more."""
        added = batches = 0
        for shard in keys.AGGREGATE_SHARDS:
            while True:
                if batches >= BATCHES:
                    return added, True
                rows = self._tables.query(Store.CARD, keys.aggregate_changes(shard), limit=AT_ONCE).items
                if not rows:
                    break
                self._add(shard, rows)
                added, batches = added + len(rows), batches + 1
        return added, False

    def _add(self, shard: str, rows: Sequence[Item]) -> None:
        permit = self._gate.permit_private(TASK, OWNER, CHANGE, None, "aggregate:open")
        more: dict[Key, Sums] = defaultdict(lambda: defaultdict(dict))
        for row in rows:
            changes = json.loads(self._vault.open(permit, Sealed.of(row["id"], row)))["changes"]
            for period, found in changes.items():
                for cell, by in found.items():
                    stratum, category = cell.split("|")
                    place = more[keys.aggregate_sum(period, _part(category))][stratum]
                    place[category] = place.get(category, 0) + by
        gone: list[Write] = [Delete(keys.aggregate_change(shard, row["id"]), Expect.PRESENT) for row in rows]
        pairs = [self._more(key, sums) for key, sums in more.items()]
        puts = [put for _, put in pairs]
        self._gate.commit([staged for staged, _ in pairs], [*gone, *puts, self._keys.alive(OWNER)])

    def _more(self, key: Key, more: Sums) -> tuple[Staged, Put]:
        row, sums = self._tables.get(key), Sums()
        if row is not None:
            sums = self._sum(row)
        for stratum, found in more.items():
            place = sums.setdefault(stratum, {})
            for category, by in found.items():
                place[category] = place.get(category, 0) + by
        version = int(row["ver"]) + 1 if row else 1
        sum_id = f"sum-{key.pk.split('#')[-1]}-{key.sk}"
        staged = self._gate.stage_private(TASK, OWNER, CHANGE, sum_id, "aggregate:add")
        sealed = self._vault.seal(staged.seal_with, version, plaintext(sums))
        expect: Expected = {"ver": version - 1} if row else Expect.ABSENT
        return staged, Put(key, {"id": sum_id, "ver": version, "sealed": sealed}, expect)

    def _sum(self, row: Item) -> Sums:
        permit = self._gate.permit_private(TASK, OWNER, CHANGE, row["id"], "aggregate:open")
        opened: Sums = json.loads(self._vault.open(permit, Sealed.of(row["id"], row)))
        return opened

    # --- closing

    def _sums(self, period: str) -> Sums:
        found: Sums = {}
        for row in every_row(self._tables, Store.CARD, keys.aggregate_sums(period)):
            for stratum, categories in self._sum(row).items():
                place = found.setdefault(stratum, {})
                place |= {category: count for category, count in categories.items() if count > 0}
        return found

    def _close(self, period: str, k: int) -> None:
        counts = self._sums(period)
        if is_year(period):
            months = {month: (self._sums(month), self._published(month)) for month in months_of(period)}
            open_now = {
                stratum: self._decided(period, stratum, partial(published_in_year, stratum, found, months, k))
                for stratum, found in counts.items()
            }
        else:
            open_now = published_month(counts, k)
        rows: dict[Key, Item] = {}
        told: dict[str, Any] = {}
        for table in TABLES:
            found = cells(table, counts, open_now)
            parts = [found[at : at + ROWS] for at in range(0, len(found), ROWS)]
            rows |= {keys.aggregate_table(period, table, n): {"cells": part} for n, part in enumerate(parts)}
            told[table] = {"cells": len(found), "digest": sha256(plaintext({"cells": found})).hexdigest()}
        for key, part in rows.items():
            self._tables.commit([Put(key, part, None)])
        row: Item = {"id": period, "ver": 1, "k": k, "at": stamp(self._clock()), "tables": told}
        event = Event(TASK, "aggregate:publish", SYS, resource_type="aggregate", resource_id=period)
        try:
            self._gate.commit([self._gate.stage(event)], [Put(keys.aggregate_period(period), row)])
        except ConflictError:  # another run was faster, with the same tables
            return
        if is_year(period):
            self._forgotten([period, *months_of(period)])

    def _decided(self, period: str, stratum: str, decide: Callable[[], set[str]]) -> set[str]:
        """What is published of one stratum of a year: so much work that a run may end amid it, and the next goes on."""
        key = keys.aggregate_decision(period, stratum)
        row = self._tables.get(key)
        if row is None:
            row = {"categories": sorted(decide())}
            self._tables.commit([Put(key, row, None)])
        return set(row["categories"])

    def _published(self, month: str) -> dict[str, set[str]]:
        """What readers were shown of a month, as it stands."""
        found: dict[str, set[str]] = defaultdict(set)
        for row in every_row(self._tables, Store.CARD, keys.aggregate_tables(month)):
            what, names = TABLES[row["sk"].split("#")[0]]
            for cell in row["cells"]:
                category = "/".join([what, *(cell[name] for name in names)])
                found[f"{cell['age']}.{cell['sex']}"].add(category)
        return found

    def _forgotten(self, periods: Sequence[str]) -> None:
        """Nothing is published from these sums any more."""
        for period in periods:
            for row in every_row(self._tables, Store.CARD, keys.aggregate_sums(period)):
                self._tables.commit([Delete(keys.aggregate_sum(period, row["sk"]))])
            for row in every_row(self._tables, Store.CARD, keys.aggregate_decisions(period)):
                self._tables.commit([Delete(keys.aggregate_decision(period, row["sk"]))])


def _part(category: str) -> str:
    return str(crc32(category.encode()) % PARTS)


def _periods(since: str, until: str) -> list[str]:
    """Months, then years, from the one of the first moment to that of the last, each year behind its months."""
    found = []
    for year in range(int(since[:4]), int(until[:4]) + 1):
        found += [month for month in months_of(str(year)) if since[:7] <= month <= until[:7]]
        found.append(str(year))
    return found
