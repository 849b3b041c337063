"""What reminding costs: a million people with a visit to come, ten thousand of whom are due in one minute (APT-3).

The application's own engine and ring of visits on a store in a file of this computer, with sorted partitions and with
waits in the place of the network. What is counted is what AWS would be asked; the time is that of the waits.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from bench.table import table
from chalicelib.domain.identity import PersonId
from chalicelib.domain.moments import stamp
from chalicelib.errors import ConflictError
from chalicelib.ports import keys
from chalicelib.ports.tables import Check, Delete, Expect, Expected, Item, Key, Page, Put, Store, Update, Write
from chalicelib.ports.timers import Timer, set_timer
from chalicelib.services.gate import Gate
from chalicelib.services.reminders import Rings
from chalicelib.services.timers import TimerService
from tests.fakes import FakeAudit, FixedClock
from tests.outside_fakes import FakeParking

PEOPLE, DUE = 1_000_000, 10_000
QUICK = 100_000
WAITS = {"get": 0.004, "get_many": 0.008, "query": 0.006, "commit": 0.02}
"""Seconds of a call: usual for DynamoDB within a region, chosen and not measured."""
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAYS = 30
"""Over which the visits of the others are spread."""
ZONE = "Europe/Moscow"


class FileTables:
    """``ports/tables.py`` in SQLite: as much of it as timers use. Round trips and rows are counted."""

    def __init__(self, path: Path) -> None:
        self._file = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._file.execute("PRAGMA journal_mode=OFF")
        self._file.execute("PRAGMA synchronous=OFF")
        self._file.execute("CREATE TABLE rows (pk TEXT, sk TEXT, item TEXT, PRIMARY KEY (pk, sk)) WITHOUT ROWID")
        self._lock = threading.Lock()
        self.waiting = False
        self.asked: Counter[str] = Counter()

    def load(self, writes: Iterator[Put]) -> None:
        """Rows straight in, before anything is counted."""
        rows = ((put.key.pk, put.key.sk, json.dumps(put.item)) for put in writes)
        self._file.execute("BEGIN")
        self._file.executemany("INSERT OR REPLACE INTO rows VALUES (?, ?, ?)", rows)
        self._file.execute("COMMIT")

    # --- the port

    def get(self, key: Key) -> Item | None:
        self._asked("get", 1)
        return self._row(key)

    def get_many(self, keys: Sequence[Key]) -> dict[Key, Item]:
        self._asked("get_many", len(keys))
        return {key: row for key in keys if (row := self._row(key)) is not None}

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
        if store is not Store.CARD or index or newest_first:
            raise NotImplementedError
        said = "SELECT sk, item FROM rows WHERE pk = ? AND sk > ? AND sk >= ? AND sk < ? ORDER BY sk LIMIT ?"
        with self._lock:
            start = after["sk"] if after else ""
            found = self._file.execute(said, (pk, start, prefix, prefix + "\U0010ffff", limit + 1)).fetchall()
        items = [{**json.loads(item), "pk": pk, "sk": sk} for sk, item in found[:limit]]
        self._asked("query", len(items))
        return Page(items, {"pk": pk, "sk": items[-1]["sk"]} if len(found) > limit else None)

    def commit(self, writes: Sequence[Write]) -> None:
        self._asked("commit", len(writes))
        with self._lock:
            for number, write in enumerate(writes):
                if not _holds(write.expect, self._found(write.key)):
                    raise ConflictError(index=number)
            for write in writes:
                self._write(write)

    def put_many(self, rows: Mapping[Key, Item]) -> None:
        raise NotImplementedError

    def increment(self, key: Key, attribute: str, expires: int, by: int = 1) -> int:
        raise NotImplementedError

    # --- pieces

    def _write(self, write: Write) -> None:
        key = write.key
        match write:
            case Put():
                said = (key.pk, key.sk, json.dumps(write.item))
                self._file.execute("INSERT OR REPLACE INTO rows VALUES (?, ?, ?)", said)
            case Delete():
                self._file.execute("DELETE FROM rows WHERE pk = ? AND sk = ?", (key.pk, key.sk))
            case Update():
                raise NotImplementedError
            case Check():
                pass

    def _row(self, key: Key) -> Item | None:
        with self._lock:
            return self._found(key)

    def _found(self, key: Key) -> Item | None:
        said = "SELECT item FROM rows WHERE pk = ? AND sk = ?"
        row = self._file.execute(said, (key.pk, key.sk)).fetchone()
        return json.loads(row[0]) if row else None

    def _asked(self, word: str, rows: int) -> None:
        with self._lock:
            self.asked[word] += 1
            self.asked[word + " rows"] += rows
        if self.waiting:
            time.sleep(WAITS[word])


def _holds(expect: Expected, row: Item | None) -> bool:
    if expect is None or isinstance(expect, Expect):
        return expect is None or (row is None) == (expect is Expect.ABSENT)
    return row is not None and all(row.get(name) == value for name, value in expect.items())


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the trigger: what rang, what was asked, and how long it took."""

    name: str
    rung: int
    told: int
    asked: Counter[str]
    seconds: float


def measure(people: int = PEOPLE, due: int = DUE) -> list[Run]:
    """A minute with nothing due, the minute with ``due``, the same trigger once more."""
    with tempfile.TemporaryDirectory() as folder:
        tables, clock = FileTables(Path(folder) / "rows"), FixedClock(NOW)
        tables.load(_rows(people, due))
        audit = FakeAudit(tables, clock)
        rings = Rings(audit.new_id, clock)
        timers = TimerService(Gate(tables, audit, clock), tables, FakeParking(), lambda: rings.topics, clock)
        timers.run()  # the very first looks a week back
        tables.waiting = True
        runs = [_run("nothing due", timers, tables)]
        clock.advance(minutes=1)
        runs.append(_run(f"{due} due", timers, tables))
        runs.append(_run("the trigger once more", timers, tables))
        return runs


def _run(name: str, timers: TimerService, tables: FileTables) -> Run:
    tables.asked.clear()
    began = time.monotonic()
    rung = timers.run()["rung"]
    took, asked = time.monotonic() - began, Counter(tables.asked)
    told = sum(1 for _ in tables._file.execute("SELECT 1 FROM rows WHERE sk LIKE 'EVENT#%'"))  # noqa: SLF001
    return Run(name, rung, told, asked, took)


def _rows(people: int, due: int) -> Iterator[Put]:
    """A timer for each; who is due has an appointment, a profile and a card too. The ids are random in form only."""
    for n in range(people):
        patient, appointment = PersonId(UUID(int=n * 0x9E3779B97F4A7C15 % 2**128).hex), f"appointment-{n}"
        soon = n < due
        at = NOW + (timedelta(seconds=1 + n % 59) if soon else timedelta(minutes=2 + n * DAYS * 1440 // people))
        start = stamp(at + timedelta(hours=2))
        about = {"start": start, "zone": ZONE}
        for write in set_timer(Timer(patient, "visit", appointment, at, about), NOW):
            assert isinstance(write, Put)  # noqa: S101 - a timer is set by two puts
            yield write
        if soon:
            yield Put(keys.appointment(patient, appointment), {"state": "booked", "start": start})
            yield Put(keys.profile(patient), {"state": "active", "zone": ZONE})
            yield Put(keys.card(patient), {"state": "active", "ver": 1})


def report(people: int, runs: Sequence[Run]) -> str:
    words = ("query", "get_many", "get", "commit")
    head = ["run", "rung", "told in all", *(f"{word}: calls / rows" for word in words), "seconds"]
    rows: list[list[Any]] = [
        [
            run.name,
            run.rung,
            run.told,
            *(f"{run.asked[word]} / {run.asked[word + ' rows']}" for word in words),
            run.seconds,
        ]
        for run in runs
    ]
    said = f"{people:,} people wait for a reminder. ".replace(",", " ")
    waits = ", ".join(f"{word} {int(seconds * 1000)} ms" for word, seconds in WAITS.items())
    return f"{said}Waits put in the place of the network: {waits}.\n\n{table(head, rows)}"


if __name__ == "__main__":
    print(report(PEOPLE, measure()))
