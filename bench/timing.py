"""Times of work that is repeated: interleaved, so that a busy machine is equally unfair to all."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of one repetition; ``cpu`` is a mean, and of this process alone."""

    median: float
    p95: float
    cpu: float


def interleaved(works: Mapping[str, Work], rounds: int, warm_up: int = 5) -> dict[str, Times]:
    """Each work once a round, in turn."""
    for work in works.values():
        for _ in range(warm_up):
            work()
    wall: dict[str, list[float]] = {name: [] for name in works}
    cpu = dict.fromkeys(works, 0.0)
    for _ in range(rounds):
        for name, work in works.items():
            cpu_began, began = time.process_time(), time.perf_counter()
            work()
            wall[name].append((time.perf_counter() - began) * 1000)
            cpu[name] += (time.process_time() - cpu_began) * 1000
    return {
        name: Times(statistics.median(taken), statistics.quantiles(taken, n=20)[-1], cpu[name] / rounds)
        for name, taken in wall.items()
    }


def cpu_of(work: Work, least: float = 0.1) -> float:
    """CPU milliseconds of one repetition: the best of three runs of at least ``least`` seconds of CPU each."""
    times = 1
    while (taken := _cpu(work, times)) < least:
        times = max(times * 2, int(times * least / max(taken, 1e-6)))
    return min(_cpu(work, times) for _ in range(3)) / times * 1000


def _cpu(work: Work, times: int) -> float:
    began = time.process_time()
    for _ in range(times):
        work()
    return time.process_time() - began
