"""Exports that nobody is at work on: begun again where they stopped, given up, or deleted when their time is over."""

from __future__ import annotations

from chalicelib.domain import exports
from chalicelib.domain.exports import ExportState
from chalicelib.domain.identity import PersonId, system_actor
from chalicelib.domain.moments import stamp
from chalicelib.ports import Clock, Documents, Event, keys
from chalicelib.ports.tables import Item, Tables, Update, Write
from chalicelib.services.exports.making import MAKE, TASK, ExportMaker
from chalicelib.services.exports.rows import place_of
from chalicelib.services.gate import Gate, Staged


class ExportTidying:
    def __init__(self, gate: Gate, tables: Tables, documents: Documents, maker: ExportMaker, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._documents = documents
        self._maker = maker
        self._clock = clock

    def look(self, task: Item) -> tuple[list[Staged], list[Write], str]:
        """What a line of the queue asks for: changes, and when to look again ("" when that is done)."""
        row = self._tables.get(keys.export(task["person"], task["id"]))
        if row is None:
            return [], [], ""
        state, now = ExportState(row["state"]), self._clock()
        if state in exports.OPEN:
            if exports.counts_as_open(row, now):
                return [], [], stamp(now + exports.STALLED)
            return self._pushed(row)
        if state is ExportState.READY and row["until"] > stamp(now):
            return [], [], str(row["until"])
        for name in [*row["pieces"], *([row["state_name"]] if "state_name" in row else [])]:
            self._documents.delete(place_of(row, name))
        if state is not ExportState.READY:
            return [], [], ""
        event = Event(
            system_actor(TASK), "export:expire", PersonId(row["card"]), resource_type="export", resource_id=row["id"]
        )
        return [self._gate.stage(event)], [_changed(row, {"state": ExportState.EXPIRED.value, "react": []})], ""

    def _pushed(self, row: Item) -> tuple[list[Staged], list[Write], str]:
        """A step that died for good is begun again by a change of its row, some times."""
        tried = int(row.get("tries", 0)) + 1
        again = stamp(self._clock() + exports.STALLED)
        if tried > exports.TRIES:
            staged, writes = self._maker.failed(row, "unavailable")
            return list(staged), list(writes), again
        return [], [_changed(row, {"tries": tried, "moved_at": stamp(self._clock()), "react": [MAKE]})], again


def _changed(row: Item, change: Item) -> Write:
    return Update(keys.export(row["patient"], row["id"]), change, add={"ver": 1}, expect={"ver": int(row["ver"])})
