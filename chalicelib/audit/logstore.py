"""Where a log is kept: head and index in a table, objects in the locked and the edge bucket (docs/audit.md)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from chalicelib.audit.alarms import ForkError, LostRaceError
from chalicelib.audit.entry import b64, unb64
from chalicelib.audit.merkle import EMPTY
from chalicelib.audit.objects import Objects, Version
from chalicelib.errors import ConflictError, NotFoundError
from chalicelib.ports import keys
from chalicelib.ports.tables import Item, Key, Put, Store, Tables, Update

T = TypeVar("T")
R = TypeVar("R")

READ, WRITE = 100, 25  # keys of one batch read, rows of one batch write
POINTER = "checkpoint"
MOST_YEARS = 100
_YEAR = re.compile("[0-9]{4}")


@dataclass(frozen=True, slots=True)
class Head:
    """The state of a log, moved by a conditional write. ``applied`` lags behind ``ver`` while a commit is applied."""

    ver: int = 1
    applied: int = 1
    size: int = 0
    root: bytes = EMPTY
    t: int = 0
    seg: str = ""
    segsha: str = ""

    def item(self) -> Item:
        return {
            "ver": self.ver,
            "applied": self.applied,
            "size": self.size,
            "root": b64(self.root),
            "t": self.t,
            "seg": self.seg,
            "segsha": self.segsha,
        }

    @classmethod
    def of(cls, item: Item) -> Head:
        """Raises ForkError for a row that no sequencer wrote."""
        try:
            numbers = {name: int(item[name]) for name in ("ver", "applied", "size", "t")}
            return cls(**numbers, root=unb64(item["root"]), seg=str(item["seg"]), segsha=str(item["segsha"]))
        except (KeyError, TypeError, ValueError):
            raise ForkError("a head that cannot be read") from None


@dataclass(frozen=True, slots=True)
class LogStore:
    """``together`` applies a function to many things, perhaps at the same time; all of it is repeatable."""

    tables: Tables
    locked: Objects
    edge: Objects
    together: Callable[[Callable[[Any], Any], Sequence[Any]], list[Any]] = lambda work, things: [
        work(thing) for thing in things
    ]

    # --- head

    def head(self, year: int) -> Head | None:
        item = self.tables.get(keys.log_head(year))
        return None if item is None else Head.of(item)

    def open(self, year: int) -> Head:
        """Make the head of an empty log, or take the one that another has just made."""
        try:
            self.tables.commit([Put(keys.log_head(year), Head().item())])
        except ConflictError:
            raise LostRaceError from None
        return Head()

    def years(self) -> list[int]:
        """Years that have a head, oldest first."""
        page = self.tables.query(Store.AUDIT_INDEX, keys.LOG_HEADS, limit=MOST_YEARS)
        return [int(item["sk"]) for item in page.items if _YEAR.fullmatch(str(item["sk"]))]

    def move(self, year: int, old: Head, new: Head) -> None:
        """The one commit point. Raises LostRaceError when the head is not ``old`` any more."""
        try:
            self.tables.commit([Put(keys.log_head(year), new.item(), {"ver": old.ver})])
        except ConflictError:
            raise LostRaceError from None

    def applied(self, year: int, head: Head) -> None:
        """Mark a commit as applied; of no effect when the log has gone on."""
        change = Update(keys.log_head(year), {"applied": head.ver}, expect={"ver": head.ver})
        try:
            self.tables.commit([change])
        except ConflictError:
            return

    # --- index

    def rows(self, wanted: Iterable[Key]) -> dict[Key, Item]:
        """Consistent reads of any number of rows."""
        unique = list(dict.fromkeys(wanted))
        parts = [unique[start : start + READ] for start in range(0, len(unique), READ)]
        found: dict[Key, Item] = {}
        for part in self.together(self.tables.get_many, parts):
            found.update(part)
        return found

    def index(self, rows: Mapping[Key, Item]) -> None:
        """Put rows that never change (and hints), any number."""
        ready = list(rows.items())
        parts = [dict(ready[start : start + WRITE]) for start in range(0, len(ready), WRITE)]
        self.together(self.tables.put_many, parts)

    # --- objects; names are those within one year

    def get(self, year: int, name: str) -> bytes:
        """Raises NotFoundError."""
        return self._bucket(name).get(f"{year:04d}/{name}")

    def put_locked(self, year: int, name: str, data: bytes) -> None:
        """Put once. Raises ForkError when something else stands there."""
        if not self.locked.put_new(f"{year:04d}/{name}", data) and self.get(year, name) != data:
            raise ForkError(f"{year}/{name} is there already, with other content")

    def put_edge(self, year: int, name: str, data: bytes) -> None:
        """Derived, so what stands there may be mended."""
        self.edge.put(f"{year:04d}/{name}", data)

    def first(self, year: int, name: str, data: bytes) -> bytes:
        """Put once; what stands there is returned, by whomever it was put."""
        if self.locked.put_new(f"{year:04d}/{name}", data):
            return data
        return self.get(year, name)

    def locked_after(self, year: int, folder: str, name: str) -> list[Version]:
        """Versions and delete markers of a folder's locked objects that come after ``name``."""
        return self.locked.versions(f"{year:04d}/{folder}/", f"{year:04d}/{folder}/{name}" if name else "")

    def pointer(self, year: int) -> tuple[str, str]:
        """The newest checkpoint and its ETag; two empty texts when there is none."""
        try:
            data, tag = self.edge.get_tagged(f"{year:04d}/{POINTER}")
        except NotFoundError:
            return "", ""
        return data.decode("utf-8", "replace"), tag

    def point(self, year: int, note: str, tag: str) -> bool:
        return self.edge.replace(f"{year:04d}/{POINTER}", note.encode(), tag)

    def _bucket(self, name: str) -> Objects:
        return self.edge if ".p/" in name or name == POINTER else self.locked
