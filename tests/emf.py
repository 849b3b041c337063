"""Rules of CloudWatch's embedded metric format, as its specification has them, for whoever prints such lines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

UNITS = {"Count", "Seconds", "Milliseconds", "Bytes", "Percent", "None"}
"""Those of the format that are used here."""
DIMENSIONS, METRICS, NAME, LONGEST = 30, 100, 255, 256 * 1024


def directives(line: str) -> list[dict[str, Any]]:
    """The directives of a line that keeps the rules; AssertionError for one that does not."""
    assert "\n" not in line
    assert len(line) < LONGEST
    root = json.loads(line)
    assert isinstance(root["_aws"]["Timestamp"], int)
    found: list[dict[str, Any]] = root["_aws"]["CloudWatchMetrics"]
    for one in found:
        assert 1 <= len(one["Namespace"]) <= NAME
        assert one["Dimensions"]
        assert 1 <= len(one["Metrics"]) <= METRICS
        for names in one["Dimensions"]:
            assert len(names) <= DIMENSIONS
            assert all(isinstance(root[name], str) and 1 <= len(root[name]) <= NAME for name in names)
        for metric in one["Metrics"]:
            assert metric["Unit"] in UNITS
            assert type(root[metric["Name"]]) in {int, float}
    return found


def described(line: str) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Namespace, name and dimensions of every metric of a line."""
    for one in directives(line):
        for names in one["Dimensions"]:
            for metric in one["Metrics"]:
                yield one["Namespace"], metric["Name"], frozenset(names)
