"""A commit that somebody left behind, looked at before it is applied: is it what a sequencer would have built?"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from chalicelib.audit.alarms import ForkError
from chalicelib.audit.entry import b64
from chalicelib.audit.envelopes import Row, Segment, Writers, signed_of
from chalicelib.audit.indexing import Link, link_of
from chalicelib.audit.logstore import LogStore
from chalicelib.audit.merkle import leaf_hash
from chalicelib.ports import keys

AHEAD = 5 * 60 * 1000  # ms: another sequencer's clock may be so fast


def check(store: LogStore, writers: Writers, year: int, segment: Segment, now: int) -> None:
    """Every envelope is built anew from what its writer signed and from the chain before it, and compared.

    Raises ForkError: whoever can write head and bucket could else have a segment of their own signed.
    """
    try:
        _Check(store, writers, year, segment, now).run()
    except (KeyError, TypeError, ValueError) as error:
        raise ForkError(f"a segment of {year} that no sequencer built") from error


class _Check:
    def __init__(self, store: LogStore, writers: Writers, year: int, segment: Segment, now: int) -> None:
        self._store, self._writers, self._year, self._now = store, writers, year, now
        self._header = segment.header
        self._start = int(segment.header["start"])
        self._entries = [(envelope, json.loads(envelope), sealed) for envelope, sealed in segment.entries]

    def run(self) -> None:
        self._time()
        self._only_once()
        links, certificates = self._links(), self._certificates()
        for seq, (envelope, entry, sealed) in enumerate(self._entries, self._start):
            tag, writer = entry["tag"], entry["w"]
            certified = writer["id"] not in certificates
            certificate = certificates.setdefault(writer["id"], str(writer.get("cert", "")))
            row = Row(signed_of(entry, self._year), sealed, writer["sig"], certificate)
            fits = entry["ct"] == b64(hashlib.sha256(sealed).digest())
            if not fits or not self._writers.made(row.signed, row.signature, certificate):
                raise ForkError(f"a segment of {self._year} with an entry that no certified writer made")
            last = links[tag]
            place: dict[str, Any] = {"n": last.n + 1, "prev": last.leaf, "pi": last.seq, "t": self._header["t"]}
            if seq == 0:
                place["log"] = entry["log"]
            if row.envelope(place, certified=certified) != envelope:
                raise ForkError(f"a segment of {self._year} with an entry that no sequencer built")
            links[tag] = Link(last.n + 1, b64(leaf_hash(envelope)), seq)

    def _time(self) -> None:
        """Not before the segment before, and not in the future."""
        before = 0
        if name := str(self._header["prev_key"]):
            before = int(Segment.unpacked(self._store.get(self._year, name)).header["t"])
        if not before <= self._header["t"] <= max(before, self._now + AHEAD):
            raise ForkError(f"a segment of {self._year} of another time")

    def _only_once(self) -> None:
        """None of its entries stands elsewhere."""
        wanted = {keys.log_entry(entry["id"]): seq for seq, (_, entry, _) in enumerate(self._entries, self._start)}
        found = self._store.rows(wanted)
        if len(wanted) != len(self._entries) or any(
            (row.get("y"), row.get("seq")) != (self._year, wanted[key]) for key, row in found.items()
        ):
            raise ForkError(f"a segment of {self._year} with an entry that the log has already")

    def _links(self) -> dict[str, Link]:
        """The end of each chain before the segment, by number: its own rows may be in the index by now."""
        first: dict[str, int] = {}
        for _, entry, _ in self._entries:
            first.setdefault(entry["tag"], int(entry["n"]) - 1)
        rows = self._store.rows(keys.log_link(tag, n) for tag, n in first.items() if n >= 0)
        links = {}
        for tag, n in first.items():
            link = Link() if n < 0 else link_of(tag, rows.get(keys.log_link(tag, n)), self._start)
            if link is None:
                raise ForkError(f"a segment of {self._year} with a chain that has no such end")
            links[tag] = link
        return links

    def _certificates(self) -> dict[str, str]:
        """Of writers whose certificate stood in this log before the segment."""
        writers = {entry["w"]["id"] for _, entry, _ in self._entries}
        rows = self._store.rows(keys.log_writer(writer, self._year) for writer in writers)
        known = {writer: rows.get(keys.log_writer(writer, self._year)) for writer in writers}
        return {writer: str(row["cert"]) for writer, row in known.items() if row and row["seq"] < self._start}
