"""The right edge of a log in memory, which is what appending needs: loaded, or rebuilt from locked objects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.audit.alarms import ForkError
from chalicelib.audit.entry import unb64
from chalicelib.audit.envelopes import Segment, bundle, unbundle
from chalicelib.audit.logstore import LogStore
from chalicelib.audit.merkle import HEIGHT, WIDTH, Edge, hashes_of, leaf_hash, tile_path, tree_hash
from chalicelib.errors import NotFoundError


@dataclass
class Tip:
    """``tail``: envelopes of the last, partial bundle."""

    edge: Edge = field(default_factory=Edge)
    tail: list[bytes] = field(default_factory=list)

    @property
    def size(self) -> int:
        return self.edge.size

    def grown(self, envelopes: Sequence[bytes]) -> tuple[Tip, dict[str, bytes]]:
        """The tip after these leaves, and the objects that became complete with them."""
        tip, full = Tip(self.edge.copy(), list(self.tail)), {}

        def emit(level: int, number: int, tile: bytes) -> None:
            full[tile_path(level, number)] = tile

        for envelope in envelopes:
            tip.edge.append(leaf_hash(envelope), emit)
            tip.tail.append(envelope)
            if len(tip.tail) == WIDTH:
                full[tile_path("entries", tip.size // WIDTH - 1)] = bundle(tip.tail)
                tip.tail = []
        return tip, full

    def partial_objects(self) -> dict[str, bytes]:
        found = {tile_path(level, number, width): tile for level, number, width, tile in self.edge.partial_tiles()}
        if self.tail:
            found[tile_path("entries", self.size // WIDTH, len(self.tail))] = bundle(self.tail)
        return found


def load(store: LogStore, year: int, size: int, root: bytes, segment: str) -> Tip:
    """The tip of a tree that is committed; ``segment`` is the name of its last one. Raises ForkError."""
    if size == 0:
        return Tip()
    try:
        return _from_edge(store, year, size, root)
    except (NotFoundError, ValueError):  # lost or altered: it is derived, so it is made anew from what is locked
        return _rebuilt(store, year, size, root, segment)


def _from_edge(store: LogStore, year: int, size: int, root: bytes) -> Tip:
    edge = Edge.load(size, lambda name: store.get(year, name), root)
    width = size % WIDTH
    tail = unbundle(store.get(year, tile_path("entries", size // WIDTH, width))) if width else []
    if [leaf_hash(envelope) for envelope in tail] != (edge.levels[0] if width else []):
        raise ValueError("the last bundle is not that of the last tile")
    return Tip(edge, tail)


def _rebuilt(store: LogStore, year: int, size: int, root: bytes, segment: str) -> Tip:
    try:
        tail = _tail(store, year, size % WIDTH, segment)
        levels: list[list[bytes]] = [[leaf_hash(envelope) for envelope in tail]]
        level = 1
        while size >> (HEIGHT * level):
            count = size >> (HEIGHT * level)
            first = count - count % WIDTH
            below = [store.get(year, tile_path(level - 1, number)) for number in range(first, count)]
            levels.append([tree_hash(hashes_of(tile, WIDTH)) for tile in below])
            level += 1
    except (NotFoundError, ValueError) as error:
        raise ForkError(f"{year}: locked objects of size {size} are missing or altered") from error
    edge = Edge(size, levels)
    if edge.root() != root:
        raise ForkError(f"{year}: locked objects do not lead to the root of size {size}")
    return Tip(edge, tail)


def _tail(store: LogStore, year: int, width: int, name: str) -> list[bytes]:
    tail: list[bytes] = []
    while len(tail) < width:
        segment = Segment.unpacked(store.get(year, name))
        tail = [envelope for envelope, _ in segment.entries] + tail
        name = str(segment.header["prev_key"])
    return tail[-width:] if width else []


def before(header: dict[str, Any]) -> tuple[int, bytes, str]:
    """Size, root and last segment of the tree that a segment was appended to."""
    return int(header["start"]), unb64(header["prev_root"]), str(header["prev_key"])
