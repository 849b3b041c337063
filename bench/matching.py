"""``python -m bench.matching``: how well duplicates are found, on made-up people (bench/people.py), as Markdown.

A register is filled; then some of its people come again with errors, some newcomers and some twins come for the first
time. Blocks bring the candidates, ``domain/matching.py`` compares. Needs nothing but this computer; a few seconds.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random  # noqa: TID251 - made-up people from a seed

from bench.output import machine, section
from bench.people import Person, again, made, twin
from chalicelib.domain.matching import THRESHOLD, blocks, compare

THRESHOLDS = (0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99)
REGISTER, AGAIN, NEW, TWINS = 60_000, 4_000, 4_000, 1_000


@dataclass
class Found:
    """What was counted. Recall is of those who came again; precision is of all proposals."""

    again: int = 0
    new: int = 0
    in_blocks: int = 0
    by_kind: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    right: dict[float, int] = field(default_factory=lambda: defaultdict(int))
    wrong: dict[float, int] = field(default_factory=lambda: defaultdict(int))
    disturbed: dict[float, int] = field(default_factory=lambda: defaultdict(int))
    """Newcomers who are stopped by a proposal, twins among them."""
    candidates: list[int] = field(default_factory=list)
    seconds: float = 0.0
    compared: int = 0


class Register:
    """People by the values of their blocks."""

    def __init__(self, people: Iterable[Person]) -> None:
        self.people = list(people)
        self._blocks: dict[tuple[str, str], list[int]] = defaultdict(list)
        for number, person in enumerate(self.people):
            for block in blocks(person).items():
                self._blocks[block].append(number)

    def candidates(self, person: Person) -> dict[int, list[str]]:
        """Number of each candidate, and the kinds of blocks that brought it."""
        found: dict[int, list[str]] = defaultdict(list)
        for kind, value in blocks(person).items():
            for number in self._blocks.get((kind, value), ()):
                found[number].append(kind)
        return found


def evaluate(seed: int = 2026, sizes: tuple[int, int, int, int] = (REGISTER, AGAIN, NEW, TWINS)) -> Found:
    rng, found = Random(seed), Found()
    registered, repeated, new, twins = sizes
    register = Register(made(rng, number) for number in range(registered))
    for number in rng.sample(range(registered), repeated):
        found.again += 1
        _judge(register, again(rng, register.people[number]), number, found)
    for number in range(new + twins):
        sibling = register.people[rng.randrange(registered)]
        snils = registered + number
        person = twin(rng, sibling, snils) if number < twins else made(rng, snils)
        found.new += 1
        _judge(register, {name: value for name, value in person.items() if name != "snils"}, None, found)
    return found


def _judge(register: Register, person: Person, truth: int | None, found: Found) -> None:
    candidates = register.candidates(person)
    found.candidates.append(len(candidates))
    if truth in candidates:
        found.in_blocks += 1
        for kind in candidates[truth]:
            found.by_kind[kind] += 1
    began = time.perf_counter()
    results = [(number, compare(person, register.people[number])) for number in candidates]
    found.seconds += time.perf_counter() - began
    found.compared += len(results)
    for threshold in THRESHOLDS:
        proposed = [number for number, one in results if not one.veto and one.probability >= threshold]
        found.right[threshold] += truth in proposed
        found.wrong[threshold] += sum(number != truth for number in proposed)
        found.disturbed[threshold] += truth is None and bool(proposed)


def report(found: Found) -> str:
    kinds = ", ".join(f"{kind} {count / found.again:.3f}" for kind, count in sorted(found.by_kind.items()))
    ordered = sorted(found.candidates)
    lines = [
        f"{found.again} people came again, {found.new} for the first time.",
        "",
        f"Blocks bring {found.in_blocks / found.again:.4f} of those who came again ({kinds}).",
        f"Candidates: median {ordered[len(ordered) // 2]}, 99 of 100 at most {ordered[len(ordered) * 99 // 100]}.",
        f"A comparison takes {found.seconds / max(found.compared, 1) * 1e6:.0f} µs.",
        "",
        "| proposed from | recall | precision | newcomers stopped |",
        "| --- | --- | --- | --- |",
    ]
    for threshold in THRESHOLDS:
        right, wrong = found.right[threshold], found.wrong[threshold]
        mark = " (chosen)" if threshold == THRESHOLD else ""
        lines.append(
            f"| {threshold}{mark} | {right / found.again:.4f} | {right / max(right + wrong, 1):.4f} "
            f"| {found.disturbed[threshold] / found.new:.4f} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    section("Machine", machine())
    section("Finding duplicates", report(evaluate()))
