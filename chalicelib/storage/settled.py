"""Rows of an import that is on its way in are nobody's to see: all of them show at one moment, or none ever does.

A row that came with a large transaction names it (``txn``). Whoever reads rows reads the transaction's own row after
them: until that says ``settled``, they are left out of every answer. So all readers see all of it from one write on,
and no reader has to know of it. Rows without the mark, which is nearly all, cost nothing.

Writes pass as they are: ids of an import's rows are random, so nobody else's write is ever about one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from chalicelib.ports import keys
from chalicelib.ports.tables import Item, Key, Page, Store, Tables, Write, every_one

SETTLED = "settled"


class SettledTables:
    """Implements ``ports.tables.Tables`` over another one."""

    def __init__(self, tables: Tables) -> None:
        self.beneath = tables
        """Without the rule: for who brings an import in."""

    def get(self, key: Key) -> Item | None:
        row = self.beneath.get(key)
        return next(iter(self._shown([row])), None) if row is not None else None

    def get_many(self, keys: Sequence[Key]) -> dict[Key, Item]:
        found = self.beneath.get_many(keys)
        if not any(keys_of(found.values())):
            return found
        shown = {(row["pk"], row["sk"]): row for row in self._shown(found.values())}
        return {key: shown[key.pk, key.sk] for key in found if (key.pk, key.sk) in shown}

    def query(
        self,
        store: Store,
        pk: str,
        prefix: str = "",
        *,
        index: str | None = None,
        limit: int = 50,
        after: Item | None = None,
        newest_first: bool = False,
    ) -> Page:
        """A page is as full as it would be without the rows that are left out."""
        items: list[Item] = []
        while True:
            wanted = limit - len(items)
            page = self.beneath.query(
                store, pk, prefix, index=index, limit=wanted, after=after, newest_first=newest_first
            )
            items += self._shown(page.items)
            after = page.after
            if after is None or len(items) >= limit:
                return Page(items, after)

    def commit(self, writes: Sequence[Write]) -> None:
        self.beneath.commit(writes)

    def put_many(self, rows: Mapping[Key, Item]) -> None:
        self.beneath.put_many(rows)

    def increment(self, key: Key, attribute: str, expires: int, by: int = 1) -> int:
        return self.beneath.increment(key, attribute, expires, by)

    def _shown(self, rows: Iterable[Item]) -> list[Item]:
        found = list(rows)
        marks = keys_of(found)
        if not marks:
            return found
        states = every_one(self.beneath, [keys.import_row(mark) for mark in sorted(marks)])
        settled = {mark for mark in marks if states.get(keys.import_row(mark), {}).get("state") == SETTLED}
        return [
            {name: value for name, value in row.items() if name != "txn"}
            for row in found
            if "txn" not in row or row["txn"] in settled
        ]


def keys_of(rows: Iterable[Item]) -> set[str]:
    """Ids of the imports that rows came with."""
    return {str(row["txn"]) for row in rows if "txn" in row}
