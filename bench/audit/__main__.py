"""``python -m bench.audit [--quick]``: measures the audit log and prints Markdown (docs/performance.md)."""

from __future__ import annotations

import argparse

from bench.audit import sections
from bench.audit.sizes import FULL, QUICK
from bench.output import machine, section, timed
from bench.world import world


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.audit", description="Benchmarks of the audit log, as Markdown")
    parser.add_argument("--quick", action="store_true", help="fewer entries, smaller trees: below a minute")
    sizes = QUICK if parser.parse_args().quick else FULL
    section("Machine", machine())
    for title, text in sections.in_memory(sizes, timed):
        section(title, text)
    with world() as made:
        for title, text in sections.emulated(sizes, timed, made, made.card(1)):
            section(title, text)


if __name__ == "__main__":
    main()
