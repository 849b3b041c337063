"""How much is measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Repeats = Mapping[int, int]
"""Entries of a batch, and how many such batches."""

WARM_UP = 100
"""Entries that meet every writer before anything is counted."""


@dataclass(frozen=True, slots=True)
class Sizes:
    cpu: Repeats
    waited: Repeats
    counted: Repeats
    emulated: Repeats
    trees: tuple[int, ...]
    proofs: int
    rounds: int
    entries: int
    """Of the log that is checked whole."""
    chain: int
    """Entries of the patient whose bundle is checked."""
    people: int = 2_000
    least: float = 0.05
    """CPU seconds of one run of a small thing that is repeated."""
    waiting: bool = True

    @property
    def stock(self) -> int:
        """Entries that all of it needs."""
        timed = max(size * (count + 1) for each in (self.cpu, self.waited) for size, count in each.items())
        counted = max(size * count for size, count in self.counted.items())
        return max(timed, WARM_UP + counted, self.entries)


FULL = Sizes(
    cpu={10: 100, 100: 30, 1000: 7},
    waited={1: 10, 10: 10, 100: 10, 250: 8, 500: 7, 1000: 7},
    counted={1: 256, 10: 128, 100: 32, 1000: 8},
    emulated={100: 4, 1000: 2},
    trees=(100, 1_000, 10_000, 100_000, 1_000_000),
    proofs=200,
    rounds=200,
    entries=10_000,
    chain=1_000,
)
QUICK = Sizes(
    cpu={10: 50, 100: 10, 1000: 3},
    waited={1: 4, 10: 4, 100: 4, 250: 3, 500: 3, 1000: 3},
    counted={1: 256, 10: 128, 100: 16, 1000: 3},
    emulated={100: 2, 1000: 1},
    trees=(100, 1_000, 10_000, 100_000),
    proofs=50,
    rounds=40,
    entries=2_000,
    chain=200,
    least=0.02,
)
TINY = Sizes(
    cpu={5: 2},
    waited={5: 2},
    counted={5: 2},
    emulated={},
    trees=(10, 300),
    proofs=5,
    rounds=1,
    entries=20,
    chain=5,
    people=5,
    least=0.001,
    waiting=False,
)
"""For a test that it runs at all."""
