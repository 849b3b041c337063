"""Counts what was injected and what became of the entries, over all fault tests and workers; printed at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from tests.log import world

COUNTED = ("faults", "entries", "lost")
_total: Counter[str] = Counter()


@pytest.fixture(autouse=True)
def tally(record_property: Callable[[str, object], None]) -> Iterator[None]:
    world.TALLY.clear()
    yield
    for name in ("entries", "lost"):
        record_property(name, world.TALLY[name])


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Also called in the process that collects from the workers, which is the one that prints."""
    if report.when == "teardown" and "tests/log/" in report.nodeid:
        for name, value in report.user_properties:
            if name in COUNTED:
                _total[name] += int(str(value))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _total:
        terminalreporter.write_line(
            f"audit log: {_total['faults']} faults injected, {_total['entries']} entries written, "
            f"{_total['lost']} entries lost"
        )
