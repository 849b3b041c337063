"""Bulk exports that nobody is at work on: begun again where they stopped, given up, or deleted in their time."""

from __future__ import annotations

from chalicelib.domain import bulk
from chalicelib.domain.bulk import BulkState
from chalicelib.domain.moments import stamp
from chalicelib.ports import keys
from chalicelib.ports.tables import Delete, Item, Write
from chalicelib.services.bulk.making import MAKE, BulkMaker
from chalicelib.services.bulk.rows import Tools, files_of, moved, place_of
from chalicelib.services.gate import Staged

MOST = 90
"""Rows of files that go in one run."""


class BulkTidying:
    def __init__(self, tools: Tools, maker: BulkMaker) -> None:
        self._t = tools
        self._maker = maker

    def look(self, task: Item) -> tuple[list[Staged], list[Write], str]:
        """What a line of the queue asks for (services/file_queue.py)."""
        row = self._t.tables.get(keys.bulk_export(task["client"], task["id"]))
        if row is None:
            return [], [], ""
        now = self._t.clock()
        again = stamp(now + bulk.STALLED)
        if row["state"] == BulkState.MAKING.value:
            return ([], [], again) if bulk.at_work(row, now) else self._pushed(row, again)
        if row["state"] == BulkState.READY.value and str(row["until"]) > stamp(now):
            return [], [], str(row["until"])
        gone = [file for _, file in zip(range(MOST), files_of(self._t.tables, row), strict=False)]
        for file in gone:
            self._t.documents.delete(place_of(row, file["name"]))
        rows = [Delete(keys.bulk_file(row["client"], row["id"], file["name"])) for file in gone]
        if len(gone) == MOST:
            return [], list(rows), stamp(now)
        return [], [*rows, Delete(keys.bulk_export(row["client"], row["id"]))], ""

    def _pushed(self, row: Item, again: str) -> tuple[list[Staged], list[Write], str]:
        """A step that died for good is begun again by a change of its row, some times."""
        tried = int(row.get("tries", 0)) + 1
        if tried > bulk.TRIES:
            staged, writes = self._maker.failed(row, "unavailable")
            return list(staged), list(writes), again
        return [], [moved(row, {"tries": tried, "moved_at": stamp(self._t.clock()), "react": [MAKE]})], again
