"""The queue of exports and files that somebody must look at again, by when they are due."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence

from chalicelib.domain.moments import stamp
from chalicelib.errors import ConflictError, ErasedError, MedkartaError
from chalicelib.ports import Clock, keys
from chalicelib.ports.tables import Delete, Item, Put, Store, Tables, Write, every_row
from chalicelib.services.gate import Gate, Staged

Look = Callable[[Item], tuple[Sequence[Staged], Sequence[Write], str]]
"""What a line asks for: changes, and the moment at which to look again ("" when that is done). Repeatable."""

MANY = 500  # lines a run

log = logging.getLogger("medkarta.files")


class FileQueue:
    def __init__(self, gate: Gate, tables: Tables, clock: Clock, looks: Mapping[str, Look]) -> None:
        self._gate = gate
        self._tables = tables
        self._clock = clock
        self._looks = looks

    def run(self) -> dict[str, int]:
        """Everything that is due. One that fails stays where it is and does not hold up the others."""
        done, now = {"looked": 0, "failed": 0}, stamp(self._clock())
        for task in every_row(self._tables, Store.CARD, f"QUEUE#{keys.FILES}"):
            if str(task["sk"]) > now or sum(done.values()) >= MANY:
                break
            try:
                self._one(task)
            except MedkartaError as failure:
                done["failed"] += 1
                log.warning("a file was not looked at: %s", failure.code)
            else:
                done["looked"] += 1
        return done

    def _one(self, task: Item) -> None:
        line = keys.queue(keys.FILES, str(task["sk"]))
        try:
            staged, writes, again = self._looks[task["what"]](task)
            more: list[Write] = [*writes, Delete(line)]
            if again:
                row = {name: value for name, value in task.items() if name not in {"pk", "sk"}}
                more.append(Put(keys.queue(keys.FILES, f"{again}#{task['id']}"), row, None))
            if staged:
                self._gate.commit(staged, more)
            else:
                self._tables.commit(more)
        except ErasedError:  # there is nothing left to look at
            self._tables.commit([Delete(line)])
        except ConflictError:  # it moved meanwhile: the next run sees how
            return
