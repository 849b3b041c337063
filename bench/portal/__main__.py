"""``python -m bench.portal [--quick]``: measures the portal and prints Markdown (docs/performance.md).

With ``PORTAL_URL`` a system that runs already is measured, which must serve portal/dist.
"""

from __future__ import annotations

import argparse

from bench.output import machine, section
from bench.portal import run


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.portal", description="Benchmarks of the portal, as Markdown")
    parser.add_argument("--quick", action="store_true", help="one round")
    quick: bool = parser.parse_args().quick
    section("Machine", machine())
    for title, text in run.sections(quick=quick):
        section(title, text)


if __name__ == "__main__":
    main()
