"""The tree of the log as it grows: RFC 6962 hashes, C2SP tiles of height 8, proofs read from tiles.

Proofs are verified elsewhere, by programs that share no code with this one (``verifier/``, the portal).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence

WIDTH = 256
HASH = 32
HEIGHT = 8
EMPTY = hashlib.sha256(b"").digest()

Emit = Callable[[int, int, bytes], None]
"""Takes a full tile: level, number, hashes."""


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def tree_hash(hashes: Sequence[bytes]) -> bytes:
    """Root over the hashes of one level."""
    level = list(hashes)
    if not level:
        return EMPTY
    while len(level) > 1:
        paired = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = paired + level[len(level) - len(level) % 2 :]
    return level[0]


def tile_path(level: int | str, number: int, width: int = WIDTH) -> str:
    """C2SP name: thousands as folders, all but the last marked with x; a partial tile says its width."""
    parts = [f"{number % 1000:03d}"]
    while number := number // 1000:
        parts.append(f"x{number % 1000:03d}")
    partial = f".p/{width}" if width < WIDTH else ""
    return f"tile/{level}/{'/'.join(reversed(parts))}{partial}"


def hashes_of(tile: bytes, width: int) -> list[bytes]:
    """Raises ValueError when the tile has another width."""
    if len(tile) != width * HASH:
        raise ValueError("a tile of another width")
    return [tile[i : i + HASH] for i in range(0, len(tile), HASH)]


def _split(count: int) -> int:
    """The largest power of two below ``count`` (at least 2)."""
    return 1 << ((count - 1).bit_length() - 1)


class Edge:
    """Right edge of a tree: for each level the hashes of its last, partial tile."""

    def __init__(self, size: int = 0, levels: Sequence[Sequence[bytes]] = ()) -> None:
        self.size = size
        self.levels = [list(level) for level in levels]

    def copy(self) -> Edge:
        return Edge(self.size, self.levels)

    def append(self, leaf: bytes, emit: Emit = lambda *_: None) -> None:
        """Add a leaf hash; tiles that become full go to ``emit``."""
        level, place, value = 0, self.size, leaf
        while True:
            if level == len(self.levels):
                self.levels.append([])
            tile = self.levels[level]
            tile.append(value)
            if len(tile) < WIDTH:
                break
            emit(level, place // WIDTH, b"".join(tile))
            value = tree_hash(tile)
            self.levels[level] = []
            level, place = level + 1, place // WIDTH
        self.size += 1

    def root(self) -> bytes:
        """Root of the whole tree, from the perfect subtrees at its edge."""
        found: bytes | None = None
        for tile in self.levels:
            for subtree in reversed(list(_perfect(tile))):
                found = subtree if found is None else node_hash(subtree, found)
        return EMPTY if found is None else found

    def partial_tiles(self) -> Iterator[tuple[int, int, int, bytes]]:
        """Level, number, width and hashes of each partial tile."""
        for level, tile in enumerate(self.levels):
            if tile:
                yield level, (self.size >> (HEIGHT * level)) // WIDTH, len(tile), b"".join(tile)

    @classmethod
    def load(cls, size: int, get: Callable[[str], bytes], root: bytes) -> Edge:
        """From the partial tiles of a tree. Raises ValueError when they do not lead to ``root``."""
        levels: list[list[bytes]] = []
        level = 0
        while size >> (HEIGHT * level):
            count = size >> (HEIGHT * level)
            width = count % WIDTH
            levels.append(hashes_of(get(tile_path(level, count // WIDTH, width)), width) if width else [])
            level += 1
        edge = cls(size, levels)
        if edge.root() != root:
            raise ValueError("the edge tiles do not lead to the root")
        return edge


def _perfect(tile: Sequence[bytes]) -> Iterator[bytes]:
    """Roots of the perfect subtrees that a partial tile is made of, the largest first."""
    start, left = 0, len(tile)
    while left:
        part = 1 << (left.bit_length() - 1)
        yield tree_hash(tile[start : start + part])
        start, left = start + part, left - part


class Tree:
    """A tree of one size, read through its tiles. Nothing read is trusted: who uses a proof verifies it."""

    def __init__(self, size: int, get: Callable[[str], bytes]) -> None:
        self.size = size
        self._get = get
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """Audit path of a leaf in the tree of ``size`` (default: all), the leaf's sibling first (RFC 9162, 2.1.3)."""
        path: list[bytes] = []
        start, end = 0, self.size if size is None else size
        if not 0 <= index < end <= self.size:
            raise ValueError("no such leaf")
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                path.append(self.subtree(middle, end))
                end = middle
            else:
                path.append(self.subtree(start, middle))
                start = middle
        return path[::-1]

    def consistency(self, old: int) -> list[bytes]:
        """Proof that the tree of ``old`` leaves is the beginning of this one (RFC 9162, 2.1.4)."""
        if not 0 < old <= self.size:
            raise ValueError("no such tree")
        path: list[bytes] = []
        start, end, whole = 0, self.size, True
        while old != end:
            middle = start + _split(end - start)
            if old <= middle:
                path.append(self.subtree(middle, end))
                end = middle
            else:
                path.append(self.subtree(start, middle))
                start, whole = middle, False
        if not whole:
            path.append(self.subtree(start, end))
        return path[::-1]

    def root(self, size: int) -> bytes:
        """Root of the tree of the first ``size`` leaves, as these tiles have it."""
        return self.subtree(0, size) if size else EMPTY

    def subtree(self, start: int, end: int) -> bytes:
        """Hash over the leaves from ``start`` to ``end``; ``start`` is a multiple of the power of two that fits."""
        count = end - start
        if count & (count - 1) == 0:
            return self._node(count.bit_length() - 1, start)
        middle = start + _split(count)
        return node_hash(self.subtree(start, middle), self.subtree(middle, end))

    def _node(self, height: int, start: int) -> bytes:
        level, below = divmod(height, HEIGHT)
        first = start >> (HEIGHT * level)
        tile = self._tile(level, first // WIDTH)
        place = first % WIDTH
        return tree_hash(tile[place : place + (1 << below)])

    def _tile(self, level: int, number: int) -> list[bytes]:
        if (level, number) not in self._tiles:
            width = min(WIDTH, (self.size >> (HEIGHT * level)) - number * WIDTH)
            self._tiles[level, number] = hashes_of(self._get(tile_path(level, number, width)), width)
        return self._tiles[level, number]
