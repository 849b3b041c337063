"""Counts everything of an organisation anew from its source rows, while reactions go on.

1 each appointment that its schedules know, and each day that they offered, is counted as by its reaction: nothing
  happens where that was done, what is missing comes, what was counted otherwise is put right
2 the counters are set to the sums of what is remembered as counted. A counter is written only if nobody changed it
  since before the first of those rows was read; else it is left for the next run

What was counted of cards that were erased since stays: the remembered rows are all there is of it. So do results of
orders: an order stands in its patient's card, and nothing lists orders by organisation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from chalicelib.domain.load.counting import Added, measured, of_appointment, of_offer
from chalicelib.errors import ConflictError
from chalicelib.ports import keys
from chalicelib.ports.tables import Expect, Expected, Item, Key, Put, Store, Tables, every_one, every_row, parts_of
from chalicelib.services.load.counting import LoadCounting, added_of

AT_ONCE = 100


class LoadRebuilding:
    def __init__(self, tables: Tables, counting: LoadCounting) -> None:
        self._tables = tables
        self._counting = counting

    def run(self, organisation_id: str) -> dict[str, int]:
        """Repeatable. How many source rows were ``seen`` and of them ``counted`` now; how many counters were
        ``corrected``; how much was ``left``, for it changed meanwhile.
        """
        seen = counted = left = 0
        for source_id, version, added in self._sources(organisation_id):
            seen += 1
            writes = self._counting.writes(organisation_id, source_id, version, added, again=True)
            try:
                if writes:
                    self._tables.commit(writes)
                    counted += 1
            except ConflictError:
                left += 1
        corrected, more = self._summed(organisation_id)
        return {"seen": seen, "counted": counted, "corrected": corrected, "left": left + more}

    def _sources(self, organisation_id: str) -> Iterator[tuple[str, int, Added]]:
        for schedule in every_row(self._tables, Store.CARD, keys.schedules_of(organisation_id)):
            pk = keys.schedule_rows(schedule["id"])
            for rows in parts_of(every_row(self._tables, Store.CARD, pk, keys.APPOINTMENTS), AT_ONCE):
                wanted = [keys.appointment(row["patient"], row["sk"].removeprefix(keys.APPOINTMENTS)) for row in rows]
                for found in every_one(self._tables, wanted).values():
                    yield found["id"], int(found["ver"]), of_appointment(found)
            for row in every_row(self._tables, Store.CARD, pk, keys.OFFERED):
                yield row["id"], int(row["ver"]), of_offer(row)

    def _summed(self, organisation_id: str) -> tuple[int, int]:
        pk = keys.load(organisation_id)
        parts = (keys.LOAD_DAYS, keys.LOAD_MONTHS)
        rows = {Key(Store.CARD, pk, row["sk"]): row for part in parts for row in self._rows(pk, part)}
        sums = self._sums(organisation_id)
        corrected = left = 0
        for key in sorted({*rows, *sums}, key=lambda one: one.sk):
            old, (about, new) = rows.get(key), sums.get(key, ({}, Counter()))
            if _amounts(old or {}) == {name: by for name, by in new.items() if by}:
                continue
            said = about or {name: (old or {})[name] for name in ("day", "month", "member") if name in (old or {})}
            version = int(old["ver"]) if old else 0
            expect: Expected = {"ver": version} if old else Expect.ABSENT
            try:
                self._tables.commit([Put(key, {**said, **new, "ver": version + 1}, expect)])
                corrected += 1
            except ConflictError:
                left += 1
        return corrected, left

    def _rows(self, pk: str, prefix: str) -> Iterator[Item]:
        return every_row(self._tables, Store.CARD, pk, prefix)

    def _sums(self, organisation_id: str) -> dict[Key, tuple[Item, Counter[str]]]:
        found: dict[Key, tuple[Item, Counter[str]]] = {}
        for shard in keys.LOAD_SHARDS:
            for row in self._rows(keys.load_counted_of(organisation_id, shard), ""):
                one = added_of(organisation_id, row)
                day: Item = {"day": one.day, "member": one.member}
                month: Item = {"month": one.month, "member": one.member}
                for key, about in (
                    (keys.load_day(organisation_id, one.day, one.member), day),
                    (keys.load_month(organisation_id, one.month, one.member), month),
                ):
                    found.setdefault(key, (about, Counter()))[1].update(one.amounts)
        return found


def _amounts(row: Mapping[str, object]) -> dict[str, int]:
    return {name: by for name, value in row.items() if measured(name) and (by := int(str(value)))}
