"""Proofs of trees that grow: how long they are, what is read to make one, what making and checking costs."""

from __future__ import annotations

import math
import random  # noqa: TID251 - the same samples each time
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from bench.table import table
from bench.timing import cpu_of
from chalicelib.audit.merkle import HASH, Edge, Tree, tile_path
from verifier import merkle as verifier

Prove = Callable[[Tree], list[bytes]]


@dataclass(frozen=True, slots=True)
class Proofs:
    """Of one kind, for one size: hashes and tiles of a proof, CPU in microseconds."""

    size: int
    longest: int
    mean: float
    tiles: int
    """Read to make one, at most."""
    cold: float
    """Tiles are read (from memory) and parsed for each proof."""
    warm: float
    check: float


class Tiles:
    """The published tree at each of several sizes; leaves are numbers."""

    def __init__(self, sizes: Sequence[int]) -> None:
        self.objects: dict[str, bytes] = {}
        self.roots: dict[int, bytes] = {}
        self.reads = 0
        edge = Edge()
        for number in range(max(sizes)):
            edge.append(leaf(number), self._full)
            if edge.size in sizes:
                self.roots[edge.size] = edge.root()
                for level, place, width, tile in edge.partial_tiles():
                    self.objects[tile_path(level, place, width)] = tile

    def _full(self, level: int, number: int, tile: bytes) -> None:
        self.objects[tile_path(level, number)] = tile

    def get(self, name: str) -> bytes:
        self.reads += 1
        return self.objects[name]

    def tree(self, size: int) -> Tree:
        return Tree(size, self.get)


def leaf(number: int) -> bytes:
    return verifier.leaf_hash(sha256(number.to_bytes(8, "big")).digest())


def measure(sizes: Sequence[int], samples: int, least: float = 0.03) -> tuple[list[Proofs], list[Proofs]]:
    """Of inclusion, and of consistency with random older trees."""
    tiles = Tiles(sizes)
    numbers = random.Random(1)
    inclusion, consistency = [], []
    for size in sizes:
        wanted = [numbers.randrange(size) for _ in range(samples)]
        inclusion.append(_included(tiles, size, wanted, least))
        consistency.append(_consistent(tiles, size, [max(1, index) for index in wanted], least))
    return inclusion, consistency


def _included(tiles: Tiles, size: int, wanted: Sequence[int], least: float) -> Proofs:
    proofs = [tiles.tree(size).inclusion(index) for index in wanted]
    leaves, root = [leaf(index) for index in wanted], tiles.roots[size]

    def check() -> None:
        for hashed, index, proof in zip(leaves, wanted, proofs, strict=True):
            verifier.verify_inclusion(hashed, index, size, proof, root)

    asked: list[Prove] = [lambda tree, index=index: tree.inclusion(index) for index in wanted]  # type: ignore[misc]
    return _proofs(tiles, size, proofs, asked, check, least)


def _consistent(tiles: Tiles, size: int, wanted: Sequence[int], least: float) -> Proofs:
    proofs = [tiles.tree(size).consistency(old) for old in wanted]
    whole, root = tiles.tree(size), tiles.roots[size]
    roots = [whole.root(old) for old in wanted]

    def check() -> None:
        for old, old_root, proof in zip(wanted, roots, proofs, strict=True):
            verifier.verify_consistency(old, size, old_root, root, proof)

    asked: list[Prove] = [lambda tree, old=old: tree.consistency(old) for old in wanted]  # type: ignore[misc]
    return _proofs(tiles, size, proofs, asked, check, least)


def _proofs(
    tiles: Tiles,
    size: int,
    proofs: Sequence[Sequence[bytes]],
    asked: Sequence[Prove],
    check: Callable[[], None],
    least: float,
) -> Proofs:
    reads = []
    for prove in asked:
        before = tiles.reads
        prove(tiles.tree(size))
        reads.append(tiles.reads - before)
    warm = tiles.tree(size)
    lengths = [len(proof) for proof in proofs]
    each = 1000 / len(asked)  # milliseconds of all to microseconds of one
    return Proofs(
        size,
        max(lengths),
        statistics.fmean(lengths),
        max(reads),
        cpu_of(lambda: [prove(tiles.tree(size)) for prove in asked], least) * each,
        cpu_of(lambda: [prove(warm) for prove in asked], least) * each,
        cpu_of(check, least) * each,
    )


def report(found: tuple[list[Proofs], list[Proofs]]) -> str:
    head = ("leaves", "log2", "hashes, most", "mean", "bytes, most", "tiles read", "cold, µs", "warm, µs", "check, µs")
    parts = []
    for title, listed in zip(("Inclusion:", "Consistency with a random older tree:"), found, strict=True):
        rows = [
            (p.size, math.log2(p.size), p.longest, p.mean, p.longest * HASH, p.tiles, p.cold, p.warm, p.check)
            for p in listed
        ]
        parts += [title, table(head, rows)]
    return "\n\n".join(parts)
