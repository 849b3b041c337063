"""RFC 9162 Merkle trees and proofs, C2SP tile names (height 8). Standard library only."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

WIDTH = 256
HASH = 32
EMPTY = hashlib.sha256(b"").digest()


class ProofError(Exception):
    """A proof does not prove what it should."""


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def tree_hash(hashes: Sequence[bytes]) -> bytes:
    """Root over leaf hashes (or, for a full power of two, over nodes of one level)."""
    level = list(hashes)
    if not level:
        return EMPTY
    while len(level) > 1:
        paired = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = paired + level[len(level) - len(level) % 2 :]
    return level[0]


def tile_path(level: int | str, number: int, width: int = WIDTH) -> str:
    """Name of a tile: thousands as folders, all but the last marked with x; a partial one says its width."""
    parts = [f"{number % 1000:03d}"]
    while number := number // 1000:
        parts.append(f"x{number % 1000:03d}")
    partial = f".p/{width}" if width < WIDTH else ""
    return f"tile/{level}/{'/'.join(reversed(parts))}{partial}"


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """RFC 9162, 2.1.3.2. Raises ProofError."""
    if not 0 <= index < size or any(len(h) != HASH for h in (leaf, root, *proof)):
        raise ProofError("index outside the tree, or a hash of wrong length")
    place, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ProofError("proof too long")
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    if last != 0:
        raise ProofError("proof too short")
    if found != root:
        raise ProofError("the proof leads to another root")


def verify_consistency(size1: int, size2: int, root1: bytes, root2: bytes, proof: Sequence[bytes]) -> None:
    """RFC 9162, 2.1.4.2: the tree of ``size2`` begins with that of ``size1``. Raises ProofError."""
    if not 0 < size1 <= size2 or any(len(h) != HASH for h in (root1, root2, *proof)):
        raise ProofError("sizes go backwards, an empty old tree, or a hash of wrong length")
    if size1 == size2:
        if proof or root1 != root2:
            raise ProofError("two trees of one size")
        return
    if not proof:
        raise ProofError("proof too short")
    path = list(proof) if size1 & (size1 - 1) else [root1, *proof]
    if _roots(size1, size2, path) != (root1, root2):
        raise ProofError("the proof leads to other roots")


def _roots(size1: int, size2: int, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Both roots that a path leads to, from the largest node that ends the old tree upwards."""
    place, last = size1 - 1, size2 - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise ProofError("proof too long")
        if place & 1 or place == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        place, last = place >> 1, last >> 1
    if last != 0:
        raise ProofError("proof too short")
    return old, new


class Tree:
    """A growing tree that knows every complete node, so the root at each earlier size and every tile."""

    def __init__(self) -> None:
        self._levels: list[list[bytes]] = [[]]

    @property
    def size(self) -> int:
        return len(self._levels[0])

    def append(self, leaf: bytes) -> None:
        level, nodes = 0, self._levels[0]
        nodes.append(leaf)
        while len(nodes) % 2 == 0:
            level += 1
            if level == len(self._levels):
                self._levels.append([])
            parent = node_hash(nodes[-2], nodes[-1])
            nodes = self._levels[level]
            nodes.append(parent)

    def leaf(self, index: int) -> bytes:
        return self._levels[0][index]

    def root(self, size: int) -> bytes:
        """Root of the first ``size`` leaves: their complete subtrees, joined from the right."""
        found = b""
        for level in range(size.bit_length()):
            if size >> level & 1:
                node = self._levels[level][(size >> level) - 1]
                found = node_hash(node, found) if found else node
        return found or EMPTY

    def tile(self, level: int, number: int, width: int) -> bytes:
        """Hashes of a tile. Level L of the tiles is level 8 L of the tree."""
        return b"".join(self._levels[8 * level][WIDTH * number : WIDTH * number + width])
