"""``python -m bench [--quick]``: measures and prints Markdown. What it says is explained in docs/performance.md."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable
from typing import TypeVar

from bench import cold_start, counted, growth, overhead, prices
from bench.timing import Times
from bench.world import Card, World, world

T = TypeVar("T")
RECORDS = 25


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench", description="Benchmarks of Medkarta, as Markdown")
    parser.add_argument("--quick", action="store_true", help="leave out the card of 20 000 records")
    quick: bool = parser.parse_args().quick
    with world() as made:
        _section("Machine", _machine())
        calls = _timed("counted calls", lambda: counted.count(made))
        _section("Calls to AWS", counted.report(calls))
        card = made.card(RECORDS)
        times = _timed("overhead", lambda: overhead.measure(made, card))
        _section("Overhead over a bare read", overhead.report(times))
        _section(
            "Encryption alone, CPU",
            overhead.report_encryption(_timed("encryption", lambda: overhead.encryption(made, card))),
        )
        started = _timed("cold start", lambda: cold_start.measure(made, card))
        _section("Cold start, CPU", cold_start.report(started))
        _section("Cost of 1 000 reads of a record", prices.report(_states(calls, times, started)))
        _section("A card that grows", growth.report(_timed("growth", lambda: _grown(made, card, quick=quick))))


def _states(calls: counted.Counted, times: dict[str, Times], started: cold_start.ColdStart) -> dict[str, prices.State]:
    """The doctor's read. The CPU of a cold patient is taken as that of warm: the difference is waiting."""
    read = calls["doctor reads a record"]
    warm = times["doctor reads a record"].cpu
    return {
        "all warm": prices.State(read["warm"], warm),
        "all of cold patients": prices.State(read["cold"], warm),
        "all in new environments": prices.State(read["new"], float(started.ours["cpu"])),
    }


def _grown(made: World, card: Card, *, quick: bool) -> list[growth.Point]:
    """The doctor signs in anew: an access token lives ten minutes, and filling the card takes long."""
    made.front.sign_in(made.doctor, "doctor")
    return growth.measure(made, card, growth.SIZES[:-1] if quick else growth.SIZES)


def _timed(name: str, work: Callable[[], T]) -> T:
    began = time.monotonic()
    found = work()
    print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return found


def _section(title: str, text: str) -> None:
    print(f"## {title}\n\n{text}\n", flush=True)


def _machine() -> str:
    python = platform.python_version()
    return f"{platform.machine()}, {os.cpu_count()} processors, {platform.system()}, Python {python}."


if __name__ == "__main__":
    main()
