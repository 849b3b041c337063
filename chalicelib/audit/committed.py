"""A chain as it was committed: rows of the index where they fit, else what the locked segments hold.

From its newest entry a chain is read backwards: each envelope names the leaf hash of the one before and its place in
the log. So a row of the index that was taken out or altered hides nothing, neither an entry nor its text.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.audit.entry import b64
from chalicelib.audit.envelopes import Segment
from chalicelib.audit.logstore import LogStore
from chalicelib.audit.merkle import leaf_hash
from chalicelib.audit.opening import envelope_of, indexed
from chalicelib.errors import NotFoundError
from chalicelib.ports.tables import Item

DIGITS = (
    4  # a segment never holds as many as 10,000 entries (intake.BATCH), so it begins in this block or the one before
)
SEGMENT = re.compile(r"segment/(\d{20})-(\d{20})-[0-9a-f]{16}")
Entry = tuple[bytes, bytes]  # envelope and sealed body


class Committed:
    """Of one year, for one answer: what was read is kept."""

    def __init__(self, store: LogStore, year: int) -> None:
        self._store = store
        self._year = year
        self._listed: dict[int, list[str]] = {}
        self._open: dict[str, list[Entry]] = {}

    def chain(self, rows: Mapping[int, Item], tag: str, last: int, seq: int) -> list[Entry]:
        """Entries 0 to ``last``, leaf ``seq``, oldest first. What nobody has is left out, and shows as a gap."""
        found: list[Entry] = []
        wanted = ""  # leaf hash that the entry after names
        for number in range(last, -1, -1):
            entry = self._entry(rows.get(number), tag, number, wanted, seq)
            envelope = envelope_of(entry[0]) if entry else None
            if entry is not None:
                found.append(entry)
            wanted, seq = (envelope["prev"], _place(envelope)) if envelope else ("", -1)
        return found[::-1]

    def _entry(self, row: Item | None, tag: str, number: int, wanted: str, seq: int) -> Entry | None:
        def fits(text: bytes, sealed: bytes) -> bool:
            envelope = envelope_of(text)
            return (
                envelope is not None
                and (envelope["tag"], envelope["n"]) == (tag, number)
                and wanted in {"", b64(leaf_hash(text))}
                and envelope["ct"] == b64(hashlib.sha256(sealed).digest())
            )

        stored: Entry | None = None
        if row is not None and indexed(row, tag, number) is not None:
            stored = row["env"].encode(), row["ct"]
            if fits(*stored):
                return stored
        return self._locked(seq, fits) or stored

    def _locked(self, seq: int, fits: Callable[[bytes, bytes], bool]) -> Entry | None:
        """The entry at a place in the log; the segments that begin last before it are tried first."""
        block = seq // 10**DIGITS
        names = [*self._names(block - 1), *self._names(block)] if seq >= 0 else []
        for name in sorted(names, reverse=True):
            match = SEGMENT.fullmatch(name)
            place = seq - int(match[1]) if match and int(match[1]) <= seq < int(match[2]) else -1
            entries = self._entries(name) if place >= 0 else []
            if 0 <= place < len(entries) and fits(*entries[place]):
                return entries[place]
        return None

    def _names(self, block: int) -> list[str]:
        if block < 0:
            return []
        if block not in self._listed:
            prefix = f"{self._year:04d}/segment/{block:0{20 - DIGITS}d}"
            self._listed[block] = [name.partition("/")[2] for name, _ in self._store.locked.dated(prefix)]
        return self._listed[block]

    def _entries(self, name: str) -> list[Entry]:
        """Of a segment that is what its name says; else nothing."""
        if name not in self._open:
            self._open = {name: self._unpacked(name)}  # one at a time: a chain is read in the order of the log
        return self._open[name]

    def _unpacked(self, name: str) -> list[Entry]:
        try:
            packed = self._store.get(self._year, name)
            if not hashlib.sha256(packed).hexdigest().startswith(name[-16:]):
                return []
            return list(Segment.unpacked(packed).entries)
        except (NotFoundError, ValueError):
            return []


def _place(envelope: Mapping[str, Any]) -> int:
    """Leaf of the entry before; -1 for none."""
    place = envelope.get("pi")
    return place if type(place) is int else -1
