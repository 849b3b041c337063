"""Rows of the index: a function of committed segments alone, so they can be made again at any time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.audit import notes
from chalicelib.audit.alarms import ForkError
from chalicelib.audit.ec_key import EcKey
from chalicelib.audit.entry import b64, unb64
from chalicelib.audit.envelopes import Segment
from chalicelib.audit.logstore import Head, LogStore
from chalicelib.audit.merkle import leaf_hash
from chalicelib.audit.publishing import CHECKPOINTS
from chalicelib.errors import NotFoundError
from chalicelib.ports import keys
from chalicelib.ports.tables import Expect, Item, Key, Put

SEGMENTS = "segment"


@dataclass(frozen=True, slots=True)
class Link:
    """Last entry of a chain: its number, leaf hash (b64) and place in the log."""

    n: int = -1
    leaf: str = ""
    seq: int = -1


def link_of(tag: str, row: Item | None, size: int) -> Link | None:
    """The link of a row, if the row is what it must be: an entry of this chain and place, in a log of ``size``."""
    if row is None:
        return None
    try:
        envelope = str(row["env"]).encode()
        entry = json.loads(envelope)
        link = Link(entry["n"], b64(leaf_hash(envelope)), row["seq"])
        named = (row["leaf"], row["sk"], entry["tag"]) == (link.leaf, keys.log_link(tag, link.n).sk, tag)
    except (KeyError, TypeError, ValueError):
        return None
    return link if named and type(link.seq) is int and 0 <= link.seq < size else None


def index_rows(year: int, segment: Segment) -> dict[Key, Item]:
    """Rows of one segment; hints last, so that a chain is never shorter than its hint says."""
    rows: dict[Key, Item] = {}
    hints: dict[Key, Item] = {}
    for seq, (envelope, sealed) in enumerate(segment.entries, int(segment.header["start"])):
        entry = json.loads(envelope)
        tag, number, writer = entry["tag"], entry["n"], entry["w"]
        leaf = b64(leaf_hash(envelope))
        text = envelope.decode()
        rows[keys.log_link(tag, number)] = {
            "seq": seq,
            "y": year,
            "id": entry["id"],
            "leaf": leaf,
            "env": text,
            "ct": sealed,
        }
        rows[keys.log_entry(entry["id"])] = {"seq": seq, "y": year, "tag": tag, "n": number}
        if "cert" in writer:
            rows[keys.log_writer(writer["id"], year)] = {"cert": writer["cert"], "seq": seq}
        hints[keys.log_hint(tag)] = {"n": number, "leaf": leaf, "seq": seq}
    return {**rows, **hints}


class Rebuilder:
    """Makes head and index of a year anew from locked objects, for an operator after a loss. Repeatable."""

    def __init__(self, store: LogStore, name: str, key: EcKey) -> None:
        self._store = store
        self._name = name
        self._key = key

    def rebuild(self, year: int) -> int:
        """How many entries the index has after it. The head follows where it is lost or older than what was published.

        A decision of an operator who knows of the loss: for the sequencer such a head is an attack. Raises ForkError
        when the locked objects contradict each other, NotFoundError when there are none.
        """
        size, root = self._newest(year)
        name, digest = self._last_segment(year, size, root)
        segments = list(self._backwards(year, name, digest))
        for _, segment in reversed(segments):
            self._store.index(index_rows(year, segment))
        standing = self._store.head(year)
        if standing is None or standing.size < size:
            version = max(len(segments) + 1, standing.ver + 1 if standing else 0)
            head = Head(version, version, size, root, int(segments[0][1].header["t"]), name, digest)
            expect = Expect.ABSENT if standing is None else {"ver": standing.ver}
            self._store.tables.commit([Put(keys.log_head(year), head.item(), expect)])
        return size

    def _newest(self, year: int) -> tuple[int, bytes]:
        """Size and root of the newest locked checkpoint that the log key has signed."""
        names = [version.name for version in self._store.locked_after(year, CHECKPOINTS, "")]
        if not names:
            raise NotFoundError
        note = self._store.get(year, max(names).partition("/")[2]).decode()
        checkpoint = notes.opened(note, f"{self._name}/{year:04d}", self._key)
        return checkpoint.size, checkpoint.root

    def _last_segment(self, year: int, size: int, root: bytes) -> tuple[str, str]:
        """Name and hash of the segment that leads to the checkpoint; others of the size are left from a crash."""
        for version in self._store.locked_after(year, SEGMENTS, ""):
            name = version.name.partition("/")[2]
            if int(name.split("-")[1]) != size:
                continue
            packed = self._store.get(year, name)
            if unb64(Segment.unpacked(packed).header["root"]) == root:
                return name, hashlib.sha256(packed).hexdigest()
        raise ForkError(f"{self._name}/{year}: no segment leads to the checkpoint of size {size}")

    def _backwards(self, year: int, name: str, digest: str) -> Iterator[tuple[str, Segment]]:
        while name:
            packed = self._store.get(year, name)
            if hashlib.sha256(packed).hexdigest() != digest:
                raise ForkError(f"{year}/{name} is not what its successor names")
            segment = Segment.unpacked(packed)
            yield name, segment
            name, digest = str(segment.header["prev_key"]), str(segment.header["prev_seg"])
